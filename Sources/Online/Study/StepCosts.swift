import ArrowStream
import Detector
import EventModel
import Glibc
import HighLevelTrigger
import Level1
import Menu
import Reconstruction
import TriggerStudies

/// What the steps of the reconstruction and the lines of a menu cost, measured on recorded events.
///
/// Level 1, the high-level trigger and the reconstruction of accepted events run one after the other on one thread, without links. Times
/// are the thread's processor time, which others on the machine do not stretch.
package struct StepCosts {
  private let level1: Level1Trigger
  private var highLevel: HighLevelTrigger
  private var reconstruction: Reconstruction
  private var level1Time: UInt64 = 0
  private var totalTime: UInt64 = 0
  private var events = 0
  private var accepted = 0

  /// Costs of a menu, nothing measured yet.
  /// - Throws: what level 1 and the high-level trigger throw for the menu.
  package init(detector: DetectorModel, menu: TriggerMenu, seed: UInt64) throws {
    level1 = try Level1Trigger(level: menu.level1.compile(), detector: detector, seed: seed)
    highLevel = try HighLevelTrigger(detector: detector, menu: menu, seed: seed)
    reconstruction = Reconstruction(detector: detector)
    highLevel.measure(clock: Self.processorTime)
    reconstruction.measure(clock: Self.processorTime)
  }

  /// Processor time of this thread in nanoseconds.
  private static let processorTime: @Sendable () -> UInt64 = {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(clamping: time.tv_sec) * 1_000_000_000 + UInt64(clamping: time.tv_nsec)
  }

  /// Takes in the events of a batch.
  /// - Throws: what the stages throw.
  package mutating func add(_ batch: RecordBatch) throws {
    let recorded = batch.dropping(["l1", "hlt", "reco"])
    let start = Self.processorTime()
    let first = try level1.process(recorded)
    level1Time += Self.processorTime() - start
    let triggered = try recorded.appending(EventSchema.level1, first)
    let column = try highLevel.process(triggered)
    let verdicts = try HighLevelColumn(column).verdict
    let kept = (0..<batch.count).filter { verdicts[$0] == HighLevelTrigger.Verdict.accepted.rawValue }
    let acceptedEvents = try triggered.appending(EventSchema.highLevel, column).taking(rows: kept)
    let reconstructing = Self.processorTime()
    _ = try reconstruction.process(acceptedEvents)
    totalTime += Self.processorTime() - reconstructing
    events += batch.count
    accepted += kept.count
  }

  /// What was measured.
  package var report: StepCostReport {
    let profile = highLevel.profile ?? StepProfile { 0 }
    let inTrigger = profile.steps.reduce(0) { $0 + $1.time }
    var rows: [StepCostReport.Step] = [
      .init("level 1", stage: "level 1", runs: events, time: Double(level1Time), all: nil)
    ]
    for (index, step) in profile.steps.enumerated() {
      let name = index == 0 ? "variables and lines" : step.name
      rows.append(
        .init(name, stage: "high level", runs: step.runs, time: Double(step.time), all: Double(inTrigger)))
    }
    var inSteps: UInt64 = 0
    for (index, step) in ReconstructionSteps.table.enumerated() {
      inSteps += reconstruction.events.times[index]
      rows.append(
        .init(
          step.name, stage: "reconstruction", runs: reconstruction.events.executions[index],
          time: Double(reconstruction.events.times[index]), all: Double(totalTime)))
    }
    let rest = max(0, Double(totalTime) - Double(inSteps))
    rows.append(.init("columns", stage: "reconstruction", runs: accepted, time: rest, all: Double(totalTime)))
    let lineTime = profile.lines.reduce(0) { $0 + $1.sharedTime }
    return StepCostReport(
      events: events, decided: profile.events, accepted: accepted, steps: rows,
      lines: profile.lines.map { .init($0, decided: profile.events, all: lineTime) })
  }
}

/// The costs of steps and lines as tables and as JSON.
package struct StepCostReport: Encodable {
  /// A step in a stage.
  package struct Step: Encodable {
    let stage: String
    let name: String
    let runs: Int
    let microsecondsPerRun: Double?
    let microseconds: Double
    /// Of the stage's time.
    let share: Double?

    init(_ name: String, stage: String, runs: Int, time: Double, all: Double?) {
      self.name = name
      self.stage = stage
      self.runs = runs
      microseconds = time / 1000
      microsecondsPerRun = runs > 0 ? time / 1000 / Double(runs) : nil
      share = all.flatMap { $0 > 0 ? time / $0 : nil }
    }

    enum CodingKeys: String, CodingKey {
      case stage, name, runs, share
      case microseconds = "us"
      case microsecondsPerRun = "us_per_run"
    }
  }

  /// A line of the high-level trigger, or a skim.
  package struct Line: Encodable {
    let name: String
    let events: Int
    let runs: Int
    let sharedMicrosecondsPerEvent: Double?
    let ownMicrosecondsPerEvent: Double?
    /// Of the time of all steps.
    let share: Double?

    init(_ line: StepProfile.Line, decided: Int, all: Double) {
      name = line.name
      events = line.events
      runs = line.runs
      sharedMicrosecondsPerEvent = decided > 0 ? line.sharedTime / 1000 / Double(decided) : nil
      ownMicrosecondsPerEvent = decided > 0 ? Double(line.ownTime) / 1000 / Double(decided) : nil
      share = all > 0 ? line.sharedTime / all : nil
    }

    enum CodingKeys: String, CodingKey {
      case name, share
      case events = "passes"
      case runs = "step_runs"
      case sharedMicrosecondsPerEvent = "shared_us_per_event"
      case ownMicrosecondsPerEvent = "own_us_per_event"
    }
  }

  /// Events read, those that the high-level trigger decided, those it accepted.
  let events: Int
  let decided: Int
  let accepted: Int
  let steps: [Step]
  let lines: [Line]

  /// The tables as text.
  package var text: String {
    func number(_ value: Double?) -> String { value.map { NumberText.significant($0, 3) } ?? "" }
    func percent(_ value: Double?) -> String { value.map { "\(NumberText.significant(100 * $0, 3)) %" } ?? "" }
    var text = "\(events) events, \(decided) of them decided by the high-level trigger, \(accepted) accepted\n\n"
    var table = TextTable([
      ("stage", .left), ("step", .left), ("runs", .right), ("of events", .right), ("us a run", .right),
      ("us an event", .right),
      ("share", .right),
    ])
    var stage = ""
    for step in steps {
      if !stage.isEmpty, stage != step.stage { table.rule() }
      let all = step.stage == "level 1" ? events : step.stage == "high level" ? decided : accepted
      table.add([
        step.stage == stage ? "" : step.stage, step.name, NumberText.count(step.runs),
        percent(all > 0 ? Double(step.runs) / Double(all) : nil), number(step.microsecondsPerRun),
        number(all > 0 ? step.microseconds / Double(all) : nil), percent(step.share),
      ])
      stage = step.stage
    }
    text += table.text + "\n"
    text +=
      "Lines, by their share of the steps' time. A step is shared by all lines that asked for it on an event; what a line\n"
    text += "alone asked for would be saved without it.\n"
    var lineTable = TextTable([
      ("line", .left), ("step runs", .right), ("shared us an event", .right), ("share", .right),
      ("alone us an event", .right),
    ])
    for line in lines.sorted(by: { ($1.share ?? 0, $0.name) < ($0.share ?? 0, $1.name) }) {
      lineTable.add([
        line.name, NumberText.count(line.runs), number(line.sharedMicrosecondsPerEvent), percent(line.share),
        number(line.ownMicrosecondsPerEvent),
      ])
    }
    return text + lineTable.text
  }
}
