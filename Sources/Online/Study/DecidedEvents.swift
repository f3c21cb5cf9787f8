import ArrowStream
import Detector
import EventModel
import Level1
import TriggerStudies

/// Level-1 decisions for a study: those that a replay wrote into its verdicts, or made here from recorded streams.
///
/// Only the words before prescale are given: they belong to the event alone, whatever its place in the stream.
package struct DecidedEvents {
  /// Where the decisions come from.
  package enum Origin: String, Sendable {
    /// From `verdicts.arrow` of a replay.
    case verdicts
    /// Level 1 decides the recorded hits now, inside this process and without the high-level trigger.
    case level1 = "level 1 on streams"
  }

  /// Where the decisions come from.
  package let origin: Origin
  /// Time that the events stand for, s; nil when they do not say.
  package let liveTime: Double?
  /// What all inputs say of themselves.
  package let metadata: Metadata
  private let inputs: ReplayInputs

  /// The columns that level 1 reads.
  private static let recorded = ["event", "cdc", "ecl", "klm"]
  /// The columns of verdicts that a study of level 1 reads.
  private static let decided = ["event", "l1"]

  /// Opens streams, or verdicts; not both together.
  /// - Parameter geometry: that of the trigger.
  /// - Throws: ``ReplayError``.
  package init(paths: [String], geometry: String) throws {
    let verdicts = try paths.map { path in
      let names = try FileInput(path: path).schema.fields.map(\.name)
      return names.contains("l1") && !names.contains("cdc")
    }
    origin = verdicts.allSatisfy { $0 } ? .verdicts : .level1
    if origin == .level1, let index = verdicts.firstIndex(of: true) {
      throw ReplayError.invalidArgument(
        name: "streams", found: paths[index], expected: "either verdicts of replays or recorded streams, not both")
    }
    inputs = try ReplayInputs(paths: paths, columns: origin == .verdicts ? Self.decided : Self.recorded)
    try inputs.checkConditions(geometry: geometry)
    liveTime = inputs.liveTime
    metadata = inputs.schema.metadata
  }

  /// Number of events, as the batches' headers say.
  package var count: Int { inputs.inputs.reduce(0) { $0 + (($1 as? FileInput)?.rows ?? 0) } }

  /// The lines of the verdicts with the prescales they were made with.
  /// - Parameter needsPrescales: false if others will be used: those of the result are then 1 where the metadata do not say.
  /// - Throws: ``ReplayError`` when the metadata do not say, or name several sets of prescales.
  package func recordedLines(needsPrescales: Bool) throws -> [ReportedLine] {
    let path = inputs.inputs.first?.path ?? ""
    func refusal(_ reason: String) -> ReplayError { .unreadableStream(path: path, reason: reason) }
    guard let names = metadata[StreamMetadata.level1Lines]?.split(separator: ",").map(String.init), !names.isEmpty
    else { throw refusal("\(StreamMetadata.level1Lines) is missing, or the verdicts are of different menus") }
    guard needsPrescales else { return names.map { ReportedLine(name: $0, prescale: 1) } }
    guard let text = metadata[StreamMetadata.level1Prescales], !text.isEmpty else {
      throw refusal(
        "\(StreamMetadata.level1Prescales) is missing, or the verdicts have different prescales; give --menu")
    }
    guard !text.contains(";") else { throw refusal("has several sets of prescales; give --menu with those to use") }
    let prescales = text.split(separator: ",").map { Double($0) ?? .nan }
    guard prescales.count == names.count, prescales.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw refusal("\(StreamMetadata.level1Prescales) is '\(text.prefix(60))', expected \(names.count) prescales")
    }
    return zip(names, prescales).map { ReportedLine(name: $0, prescale: $1) }
  }

  /// Gives all events, batch by batch.
  /// - Parameters:
  ///   - trigger: decides recorded hits; not asked for verdicts.
  ///   - body: receives the words before prescale, ``EventSchema/level1Words`` an event, and the keys.
  /// - Throws: ``ReplayError``, and what `body` throws.
  package func forEachBatch(
    trigger: Level1Trigger?, _ body: (ColumnView<UInt32>, EventKeyColumn) throws -> Void
  ) throws {
    switch origin {
    case .verdicts: try forEachVerdict(body)
    case .level1:
      guard let trigger else { return }
      var feed = EventFeed(inputs: inputs.inputs, repeats: 1)
      while let batch = try feed.next() {
        do {
          let words = try Level1Column(trigger.process(batch)).beforePrescale
          try body(words, EventKeyColumn(batch))
        } catch let error as Level1InputError {
          throw inputs.naming(
            .impossibleInput(
              reason: "hit \(error.hit) of column '\(error.column)' is \(error.found), expected \(error.expected)",
              event: error.event, paths: []))
        }
      }
    }
  }

  private func forEachVerdict(_ body: (ColumnView<UInt32>, EventKeyColumn) throws -> Void) throws {
    var register = KeyRegister()
    for input in inputs.inputs {
      var first = 0
      for index in 0..<input.batchCount {
        let batch = try input.batch(index)
        let keys: EventKeyColumn
        let words: ColumnView<UInt32>
        do {
          keys = try EventKeyColumn(batch)
          words = try Level1LineWords(batch).beforePrescale
        } catch { throw ReplayError.unreadableStream(path: input.path, reason: "batch \(index): \(error)") }
        if let row = register.insert(keys) {
          throw ReplayError.duplicateKey(path: input.path, row: first + row, key: keys.key(row), others: [])
        }
        try body(words, keys)
        first += batch.count
      }
    }
  }
}
