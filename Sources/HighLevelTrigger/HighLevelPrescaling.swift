import EventModel
import Menu

/// How prescales of the high-level trigger choose the events that pass.
public enum HighLevelPrescaling: String, Sendable, CaseIterable {
  /// By a hash of event key and line name: the same events whatever the number of workers.
  case hash
  /// Every N-th event that a line is true on, the first of each run among them, as the software trigger of Belle II can
  /// count: needs the events in order, so one worker.
  case counter
}

/// The lines of a level at work: their evaluator, their prescales, and what they say.
struct LinesAtWork {
  let level: CompiledLevel
  let evaluator: LevelEvaluator
  /// Whether each line speaks for an event or against.
  let kinds: [MenuLine.Kind]
  /// What the lines say after prescale.
  private(set) var after: LineMasks
  private var hash: PrescaleHash
  private var counters: PrescaleCounters
  private var run: RunNumber?
  private let prescaling: HighLevelPrescaling

  init(_ level: CompiledLevel, seed: UInt64, prescaling: HighLevelPrescaling) {
    self.level = level
    self.prescaling = prescaling
    evaluator = level.makeEvaluator()
    kinds = level.lines.map(\.kind)
    after = LineMasks(lineCount: level.lines.count)
    hash = PrescaleHash(level, seed: seed)
    counters = PrescaleCounters(level, phase: .first)
  }

  /// What the lines say before prescale.
  var before: LineMasks { evaluator.lines }

  /// Applies the prescales to what the lines said last.
  mutating func prescale(_ keys: EventKeyColumn, live: RowMask) {
    let before = evaluator.lines
    switch prescaling {
    case .hash: hash.apply(to: before, key: { keys.key($0) }, into: &after)
    case .counter: counters.apply(to: before, live: live, run: &run, key: { keys.key($0) }, into: &after)
    }
  }

  /// The events that the lines keep together.
  var kept: RowMask { level.decision(before: before, after: after) }
}
