import ArgumentParser
import Detector

/// What `--injection` may say.
enum InjectionOption {
  /// The plan that a value asks for: `off` for none, `default` for the committed one, else a file.
  /// - Throws: `DetectorTableError` when the file cannot be read or says something impossible.
  static func plan(_ value: String, detector: DetectorModel) throws -> InjectionPlan? {
    switch value {
    case "off": nil
    case "default": detector.injection
    default: try InjectionPlan(path: value, clock: detector.clock)
    }
  }
}
