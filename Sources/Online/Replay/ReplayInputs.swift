import ArrowStream
import EventModel
import Foundation

/// The inputs of a replay, checked against each other before anything starts.
struct ReplayInputs {
  let inputs: [any StreamInput]
  /// Columns of all inputs, and the metadata on which they agree.
  let schema: Schema
  let liveTime: Double?

  /// Opens streams.
  /// - Throws: ``ReplayError``.
  init(paths: [String]) throws {
    var seen: [String: String] = [:]
    for path in paths {
      let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      if let first = seen[real] {
        throw ReplayError.invalidArgument(
          name: "streams", found: path, expected: "each stream once (it is \(first)); use --repeat to play it again")
      }
      seen[real] = path
    }
    try self.init(try paths.map(FileInput.init))
  }

  init(_ inputs: [any StreamInput]) throws {
    guard let first = inputs.first else {
      throw ReplayError.invalidArgument(name: "streams", found: "none", expected: "at least one recorded stream")
    }
    self.inputs = inputs
    let derived = EventFeed.derived
    let fields = first.schema.fields.filter { !derived.contains($0.name) }
    var metadata = first.schema.metadata
    for input in inputs {
      let names = input.schema.fields.map(\.name)
      guard names.contains("event") else {
        throw ReplayError.missingColumn(path: input.path, column: "event", existing: names)
      }
      let geometry = input.schema.metadata[StreamMetadata.geometry]
      if let geometry, let expected = first.schema.metadata[StreamMetadata.geometry], geometry != expected {
        throw ReplayError.differentGeometry(
          first: first.path, firstGeometry: expected, second: input.path, secondGeometry: geometry)
      }
      let others = input.schema.fields.filter { !derived.contains($0.name) }
      guard others.map(\.name) == fields.map(\.name) else {
        throw ReplayError.differentSchema(
          first: first.path, second: input.path,
          reason: "\(others.map(\.name).joined(separator: ", ")) instead of "
            + fields.map(\.name).joined(separator: ", "))
      }
      for (field, expected) in zip(others, fields) where field.type != expected.type {
        throw ReplayError.differentSchema(
          first: first.path, second: input.path,
          reason: "'\(field.name)' is \(field.type) instead of \(expected.type)")
      }
      for key in metadata.keys where input.schema.metadata[key] != metadata[key] { metadata[key] = nil }
    }
    let times = inputs.map { $0.schema.metadata[StreamMetadata.liveTime].flatMap(Double.init) ?? .nan }
    let sum = times.reduce(0, +)
    liveTime = sum.isFinite && sum > 0 ? sum : nil
    metadata[StreamMetadata.liveTime] = liveTime.map { "\($0)" }
    schema = Schema(fields: fields, metadata: metadata)
  }
}
