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
  /// - Parameter columns: the columns that are read; all that are supported if left out.
  /// - Throws: ``ReplayError``.
  init(paths: [String], columns: [String]? = nil) throws {
    var seen: [String: String] = [:]
    for path in paths {
      let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      if let first = seen[real] {
        throw ReplayError.invalidArgument(
          name: "streams", found: path, expected: "each stream once (it is \(first)); use --repeat to play it again")
      }
      seen[real] = path
    }
    try self.init(try paths.map { try FileInput(path: $0, columns: columns) })
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
    // Other words must agree; what was injected into any input is in the whole.
    let injected = inputs.compactMap { $0.schema.metadata[StreamMetadata.injected] }
    if !injected.isEmpty { metadata[StreamMetadata.injected] = injected.joined(separator: "; ") }
    liveTime = try Self.liveTime(of: inputs)
    metadata[StreamMetadata.liveTime] = liveTime.map { "\($0)" }
    schema = Schema(fields: fields, metadata: metadata)
  }

  /// The time that all inputs together stand for: inputs of the same run share their live time, runs add up. Nil when an
  /// input does not say.
  /// - Throws: ``ReplayError/differentLiveTime(first:firstTime:second:secondTime:)`` when inputs of the same run disagree.
  private static func liveTime(of inputs: [any StreamInput]) throws -> Double? {
    var runs: [String: (path: String, liveTime: Double)] = [:]
    for input in inputs {
      guard let time = input.schema.metadata[StreamMetadata.liveTime].flatMap(Double.init), time.isFinite, time > 0
      else { return nil }
      guard let run = try run(of: input) else { continue }
      if let first = runs[run] {
        guard abs(first.liveTime - time) <= 1e-6 * time else {
          throw ReplayError.differentLiveTime(
            first: first.path, firstTime: first.liveTime, second: input.path, secondTime: time)
        }
      } else {
        runs[run] = (input.path, time)
      }
    }
    return runs.isEmpty ? nil : runs.keys.sorted().reduce(0) { $0 + (runs[$1]?.liveTime ?? 0) }
  }

  /// Experiment and run of an input's first event; nil for an input without events.
  private static func run(of input: any StreamInput) throws -> String? {
    for index in 0..<input.batchCount {
      let batch = try input.batch(index)
      guard batch.count > 0 else { continue }
      do {
        let keys = try EventKeyColumn(batch)
        return "\(keys.experiment[0])/\(keys.run[0])"
      } catch { throw ReplayError.unreadableStream(path: input.path, reason: "\(error)") }
    }
    return nil
  }
}

extension ReplayInputs {
  /// An error about an event with the streams that hold it. Stages know events by their keys only.
  func naming(_ error: ReplayError) -> ReplayError {
    switch error {
    case .duplicateKey(let path, let row, let key, _):
      .duplicateKey(path: path, row: row, key: key, others: paths(holding: key).filter { $0 != path })
    case .impossibleInput(let reason, let event, let paths) where paths.isEmpty:
      .impossibleInput(reason: reason, event: event, paths: self.paths(holding: event))
    default: error
    }
  }

  private func paths(holding key: EventKey) -> [String] {
    inputs.filter { input in
      (0..<input.batchCount).contains { index in
        guard let batch = try? input.batch(index), let keys = try? EventKeyColumn(batch) else { return false }
        return (0..<keys.count).contains { keys.number[$0] == key.number && keys.key($0) == key }
      }
    }.map(\.path)
  }
}
