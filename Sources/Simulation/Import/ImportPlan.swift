import Detector
import Foundation

/// Which generator files become which processes of a stream, and what they stand for.
public struct ImportPlan: Sendable {
  /// A process with its files.
  public struct Process: Sendable {
    /// Label of the events.
    public let label: String
    /// Paths, read in order.
    public let files: [String]
    /// Cross-section, nb; nil if it is not known: then the events keep the generator's weights.
    public var crossSection: Double?
  }

  /// The processes.
  public var processes: [Process]
  /// Luminosity in 1e34 cm^-2 s^-1.
  public var luminosity: Double
  /// Live time, s; nil for the time in which the luminosity makes the events of the files.
  public var liveTime: Double?
  /// At most this many events of each process.
  public var limit: Int?
  /// Boosts events of the centre-of-mass frame into the laboratory.
  public var boosts = false
  /// Accepts files whose events lack particles, so that their total momentum is not the beams'.
  public var acceptsPartial = false
  /// Number of the first event.
  public var firstNumber: UInt64 = 1

  /// A plan: files of the same label become one process, in the order of their first file.
  ///
  /// - Parameters:
  ///   - files: Paths.
  ///   - label: Label of all events; nil for the file names without the endings of their format.
  ///   - crossSection: nb; nil for that of the process table, if it knows the label.
  public init(
    files: [String], label: String?, crossSection: Double?, luminosity: Double, liveTime: Double?,
    detector: DetectorModel
  ) {
    var labels: [String] = []
    var grouped: [String: [String]] = [:]
    for file in files {
      let name = label ?? Self.label(ofFile: file)
      if grouped[name] == nil { labels.append(name) }
      grouped[name, default: []].append(file)
    }
    processes = labels.map {
      Process(
        label: $0, files: grouped[$0] ?? [], crossSection: crossSection ?? detector.processes.crossSection(ofLabel: $0))
    }
    self.luminosity = luminosity
    self.liveTime = liveTime
  }

  /// Endings that say how a file is written, not what is in it.
  private static let endings = [".gz", ".zst", ".hepmc3", ".hepmc2", ".hepmc", ".dat", ".txt"]

  /// The file name without the endings of its format: `tautau` for `/data/tautau.hepmc3.zst`.
  public static func label(ofFile path: String) -> String {
    var name = URL(filePath: path).lastPathComponent
    while let ending = endings.first(where: { name.hasSuffix($0) && name.count > $0.count }) {
      name.removeLast(ending.count)
    }
    return name
  }
}

/// What the first pass over the files of one process found.
public struct ImportedProcess: Sendable {
  /// Label of the events.
  public let label: String
  /// Paths of the files.
  public let files: [String]
  /// Generators named in the files.
  public let generators: [String]
  /// Cross-section, nb, if known.
  public let crossSection: Double?
  /// Events that will be imported.
  public let events: Int
  /// Sum of their generator weights.
  public let sumOfWeights: Double
  /// Events whose total momentum is not that of the beams by more than 0.2 GeV: something is missing in them.
  public let unbalanced: Int
}
