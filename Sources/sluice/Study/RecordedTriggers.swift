import ArrowStream
import EventModel
import Level1

/// The triggers of a stream: when they came, and how well level 1 knew their time.
struct RecordedTriggers {
  let path: String
  /// In ns since the start of the run.
  private(set) var times: [Int64] = []
  /// Timing qualities; nil where the stream has none.
  private(set) var qualities: [TimingQuality]?
  /// What the triggers are, for people.
  private(set) var what = "events"

  /// Reads the events that level 1 accepted, or all events of a stream without its decision.
  /// - Throws: an error that names the file: it cannot be read, its events have weights, or belong to several runs.
  init(path: String) throws {
    self.path = path
    let all = try StreamFileReader(path: path, options: .init(columns: .supported)).schema.fields.map(\.name)
    let decided = all.contains(EventSchema.level1.name)
    let reader = try StreamFileReader(
      path: path, options: .init(columns: .named(decided ? ["event", EventSchema.level1.name] : ["event"])))
    if let ending = reader.ending { throw UnfitStream(path: path, reason: "no footer (\(ending))") }
    if decided {
      what = "level-1 accepts"
      qualities = []
    }
    var run: (UInt16, UInt32)?
    for index in 0..<reader.batchCount {
      let batch = try reader.batch(index)
      let keys = try EventKeyColumn(batch)
      let decision = decided ? try Decision(batch) : nil
      for row in 0..<batch.count {
        let found = (keys.experiment[row], keys.run[row])
        guard keys.weight[row] == 1 else {
          throw UnfitStream(
            path: path,
            reason:
              "event \(keys.key(row)) has weight \(keys.weight[row]); dead time is defined for events that happened "
              + "once each, weight 1")
        }
        if let run, run != found {
          throw UnfitStream(
            path: path, reason: "holds runs \(run.0)/\(run.1) and \(found.0)/\(found.1); a study takes one run")
        }
        run = found
        if let decision, !decision.asksForTrigger(row) { continue }
        times.append(keys.time[row])
        guard let decision else { continue }
        if let quality = decision.quality(row) { qualities?.append(quality) } else { qualities = nil }
      }
    }
    guard times.count > 1 else { throw UnfitStream(path: path, reason: "holds \(times.count) triggers") }
  }

  /// The decision of level 1 before dead time.
  private struct Decision {
    private let words: ColumnView<UInt32>
    private let qualities: ColumnView<UInt8>?

    init(_ batch: RecordBatch) throws {
      let level1 = try batch.column("l1")
      guard let after = level1.child("after_prescale"), let values = after.children.first else {
        throw ColumnError.missing(column: "l1.after_prescale", existing: level1.type.children.map(\.name))
      }
      words = try ColumnView(values, named: "l1.after_prescale")
      guard words.count == batch.count * EventSchema.level1Words else {
        throw ColumnError.length(
          column: "l1.after_prescale", found: words.count, expected: batch.count * EventSchema.level1Words)
      }
      qualities = try level1.child("timing_quality").map { try ColumnView($0, named: "l1.timing_quality") }
    }

    func asksForTrigger(_ row: Int) -> Bool {
      (row * EventSchema.level1Words..<(row + 1) * EventSchema.level1Words).contains { words[$0] != 0 }
    }

    func quality(_ row: Int) -> TimingQuality? {
      qualities.map { TimingQuality(rawValue: $0[row]) ?? .none }
    }
  }

  private struct UnfitStream: Error, CustomStringConvertible {
    let path: String
    let reason: String
    var description: String { "\(path): \(reason)" }
  }
}
