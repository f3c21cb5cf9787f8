import EventModel
import Foundation

extension ReplayInputs {
  /// Checks the inputs against what they are replayed with, and the conditions that their metadata tell.
  /// - Throws: ``ReplayError`` when an input has another geometry than the trigger, says something impossible about its
  ///   conditions, or would be overwritten.
  func check(against configuration: ReplayConfiguration) throws {
    try checkConditions(geometry: configuration.chain.geometry)
    guard let output = configuration.output else { return }
    func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }
    let written = ["accepted.arrow", "verdicts.arrow", "rejected.arrow", "errors.arrow"].map { real("\(output)/\($0)") }
    for input in inputs where written.contains(real(input.path)) {
      throw ReplayError.unwritableOutput(path: input.path, reason: "it is one of the streams that are replayed")
    }
  }

  /// Checks what the inputs' metadata say about the conditions they were recorded in.
  /// - Parameter geometry: that of the trigger; nil if any will do.
  /// - Throws: ``ReplayError``.
  func checkConditions(geometry: String?) throws {
    for input in inputs {
      let metadata = input.schema.metadata
      if let found = metadata[StreamMetadata.geometry], let expected = geometry, found != expected {
        throw ReplayError.foreignGeometry(path: input.path, found: shortened(found), expected: expected)
      }
      let major = EventSchema.formatVersion.prefix { $0 != "." }
      if let format = metadata[StreamMetadata.format], format.prefix(while: { $0 != "." }) != major {
        throw ReplayError.unreadableStream(
          path: input.path,
          reason: "\(StreamMetadata.format) is '\(shortened(format))', expected \(EventSchema.formatVersion)")
      }
      for key in [StreamMetadata.luminosity, StreamMetadata.liveTime] {
        guard let text = metadata[key] else { continue }
        guard let value = Double(text), value.isFinite, value > 0 else {
          throw ReplayError.unreadableStream(
            path: input.path, reason: "\(key) is '\(shortened(text))', expected a number above 0")
        }
      }
    }
  }

  /// Enough of a text to recognise it.
  private func shortened(_ text: String) -> String { text.count > 60 ? text.prefix(60) + "…" : text }
}
