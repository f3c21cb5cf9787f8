import ArgumentParser
import ArrowStream
import Detector
import EventModel
import Foundation
import Level1
import Menu
import Online
import Simulation
import TriggerStudies

/// What the studies of level-1 lines are made from: verdicts of a replay, recorded streams, or a mixture simulated now.
struct RateStudyOptions: ParsableArguments {
  @Argument(
    help: "Verdicts of replays (verdicts.arrow or the folder that holds it), or recorded streams.",
    completion: .file(extensions: ["arrow"]))
  var inputs: [String] = []

  @Option(
    help: "Simulate this mixture (YAML) and decide its events at once, without a file.",
    completion: .file(extensions: ["yaml", "yml"]))
  var mixture: String?

  @Option(
    help: "With --mixture: channels that record nothing (TSV, as in 'sluice simulate'); else all work.",
    completion: .file(extensions: ["tsv"]))
  var deadChannels: String?

  @Option(
    help: "With --mixture: channels that record something in every event (TSV, as in 'sluice simulate'); else none.",
    completion: .file(extensions: ["tsv"]))
  var hotChannels: String?

  @Option(
    help: "The trigger menu; of verdicts only its prescales and budget are used, else those of their replay.",
    completion: .file(extensions: ["yaml", "yml"]))
  var menu: String?

  @Option(name: .customLong("prescale-column"), help: "Take the prescales from this column of the menu's table.")
  var prescaleColumn: String?

  @Option(
    name: .customLong("expression"), help: "A combination of lines, for example '(a or b) and not c'; may be repeated.")
  var expressions: [String] = []

  @Option(help: "Seed of the simulation and of the trigger cells' noise.")
  var seed: UInt64 = 1

  @Option(help: "Threads of the simulation; the result is the same for any number.")
  var workers: Int?

  func validate() throws {
    guard inputs.isEmpty != (mixture == nil) else {
      throw ValidationError("Give either verdicts or streams, or --mixture FILE.")
    }
    guard deadChannels == nil || mixture != nil else { throw ValidationError("--dead-channels needs --mixture FILE.") }
    guard hotChannels == nil || mixture != nil else { throw ValidationError("--hot-channels needs --mixture FILE.") }
    guard prescaleColumn == nil || menu != nil else { throw ValidationError("--prescale-column needs --menu FILE.") }
    if let workers, !(1...256).contains(workers) { throw ValidationError("--workers \(workers): expected 1 to 256.") }
  }

  /// A finished study and what it was made from.
  struct Outcome {
    var study: RateStudy
    var conditions: RatesReport.Conditions
    var source: String
    var provenance: Provenance
  }

  /// Makes the study.
  func study(countsOverlaps: Bool = false) throws -> Outcome {
    let start = Date()
    let detector = try DetectorModel.belle2()
    if let mixture { return try simulated(mixture, detector, countsOverlaps, start) }
    let paths = inputs.map { path in
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      return exists && isFolder.boolValue ? URL(filePath: path).appending(path: "verdicts.arrow").path : path
    }
    let events = try DecidedEvents(paths: paths, geometry: detector.geometryVersion)
    let isDecided = events.origin == .verdicts
    let menu = try isDecided && self.menu == nil ? nil : readMenu()
    var lines = menu.map(Self.lines) ?? []
    if isDecided {
      let recorded = try events.recordedLines(needsPrescales: menu == nil)
      guard menu == nil || recorded.map(\.name) == lines.map(\.name) else {
        throw ValidationError("--menu: its level-1 lines are not those of the verdicts.")
      }
      if menu == nil { lines = recorded }
    }
    let combinations = try LineExpressions(expressions, lines: lines.map(\.name))
    var study = RateStudy(lines: lines, expressions: expressions, countsOverlaps: countsOverlaps)
    let trigger =
      isDecided
      ? nil : try menu.map { try Level1Trigger(level: $0.level1.compile(), detector: detector, seed: seed) }
    let bar = ProgressBar(total: events.count, unit: "events")
    var done = 0
    try events.forEachBatch(trigger: trigger) { words, keys in
      try study.add(
        beforePrescale: words, event: keys, expressions: combinations.values(words, events: keys.count))
      done += keys.count
      bar.update(done)
    }
    bar.finish()
    let metadata = events.metadata
    return Outcome(
      study: study,
      conditions: RatesReport.Conditions(
        liveTime: events.liveTime, luminosity: metadata[StreamMetadata.luminosity].flatMap(Double.init),
        background: metadata[StreamMetadata.background].flatMap(Double.init), budget: menu?.level1.budget),
      source: events.origin.rawValue,
      provenance: try provenance(
        menu: menu?.name ?? metadata[StreamMetadata.menu] ?? "",
        hash: menu?.contentHash ?? metadata[StreamMetadata.menuHash] ?? "", detector,
        networks: trigger?.networksHash ?? metadata[StreamMetadata.level1Networks] ?? "", inputs: paths, start: start))
  }

  private func simulated(
    _ path: String, _ detector: DetectorModel, _ countsOverlaps: Bool, _ start: Date
  ) throws -> Outcome {
    let menu = try readMenu()
    let lines = Self.lines(menu)
    let combinations = try LineExpressions(expressions, lines: lines.map(\.name))
    let mixture = try Mixture.read(path: path, detector: detector)
    let source = try EventSource(mixture, seed: seed, experiment: 1, run: 1, detector: detector)
    var recorder = StreamRecorder(
      processes: mixture.labels, detector: detector, background: mixture.background, seed: seed, experiment: 1, run: 1)
    if let deadChannels { recorder.deadChannels = try ChannelList(path: deadChannels, detector: detector) }
    if let hotChannels { recorder.hotChannels = try ChannelList(path: hotChannels, detector: detector) }
    if let workers { recorder.workers = workers }
    var study = RateStudy(lines: lines, expressions: expressions, countsOverlaps: countsOverlaps)
    let level = menu.level1.compile()
    let bar = ProgressBar(total: source.total, unit: "events")
    var done = 0
    try recorder.simulate(
      next: { try source.next(into: &$0) },
      makeTransform: {
        let trigger = try Level1Trigger(level: level, detector: detector, seed: seed)
        return { batch in
          (words: try Level1Column(trigger.process(batch)).beforePrescale, keys: try EventKeyColumn(batch))
        }
      },
      body: { (words: ColumnView<UInt32>, keys: EventKeyColumn) in
        try study.add(
          beforePrescale: words, event: keys, expressions: combinations.values(words, events: keys.count))
        done += keys.count
        bar.update(done)
      })
    bar.finish()
    return Outcome(
      study: study,
      conditions: RatesReport.Conditions(
        liveTime: source.liveTime, luminosity: mixture.luminosity, background: mixture.background,
        budget: menu.level1.budget), source: "level 1 on simulated events",
      provenance: try provenance(
        menu: menu.name, hash: menu.contentHash, detector,
        networks: (Level1Trigger.networks(of: level) ?? detector.trackNetworks).contentHash, inputs: [path],
        start: start))
  }

  private func readMenu() throws -> TriggerMenu {
    try MenuCommand.read(
      menu ?? MenuCommand.defaultMenu, prescaleColumn.map { PrescaleChoice(column: $0, file: nil) })
  }

  private static func lines(_ menu: TriggerMenu) -> [ReportedLine] {
    menu.level1.lines.map { ReportedLine(name: $0.name, prescale: $0.prescale, masked: $0.maskReason) }
  }

  private func provenance(
    menu: String, hash: String, _ detector: DetectorModel, networks: String, inputs: [String], start: Date
  ) throws -> Provenance {
    try Provenance(
      version: Sluice.configuration.version, command: CommandLine.arguments, menu: menu, menuHash: hash,
      geometry: detector.geometryVersion, networks: networks, seed: seed,
      workers: workers ?? ProcessInfo.processInfo.activeProcessorCount,
      pace: "max", inputs: inputs, start: start)
  }
}
