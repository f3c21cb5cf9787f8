import ArgumentParser
import ArrowStream
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Level1
import Menu
import TriggerStudies

/// `sluice study displaced`: what the displaced-vertex lines of a menu win over its other lines, and at what rate.
struct StudyDisplacedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "displaced",
    abstract: "Displaced-vertex lines of either level: efficiency and gain on signals, rate on everything else.",
    discussion: """
      Plays recorded streams through level 1 of a menu. Processes with decays of long-lived particles in their truth are signals: they get \
      efficiencies of all generated events, and of those with a vertex 2 to 60 cm from the beam line and two visible tracks (25 to \
      130 degrees, above 0.25 GeV). All others get rates; the streams must stand for the same live time. What is won is kept by \
      a line under study and, after prescales, by no line outside of it. With --high-level the lines are those of the high-level trigger, which sees \
      the events that level 1 of the menu accepts. \
      With --gun nothing is read: single tracks or pairs are shot from given places and simulated here, and each place gets the \
      fractions of events with a 2-D track, a displaced track, a vertex, and with each line of level 1.
      """)

  @Argument(help: "Recorded streams with truth.", completion: .file(extensions: ["arrow"]))
  var streams: [String] = []

  @Option(help: "Menu file.", completion: .file(extensions: ["yaml", "yml"]))
  var menu = "Menus/displaced-vertex.yaml"

  @Option(help: "A line under study; may be given several times. Else the lines whose names begin with displaced.")
  var line: [String] = []

  @Option(
    help: "Another menu, all of whose level-1 lines take the place of the other lines.",
    completion: .file(extensions: ["yaml", "yml"]))
  var beside: String?

  @Option(help: "A line that is neither under study nor one of the others; may be given several times.")
  var without: [String] = []

  @Option(help: "Code of a long-lived particle; may be given several times. Else those of the project's samples.")
  var particle: [Int32] = []

  @Flag(help: "Study lines of the high-level trigger.")
  var highLevel = false

  @OptionGroup(title: "Gun") var gun: DisplacedGunOptions

  @Option(help: "Seed of the gun, the detector response and the trigger cells' noise.")
  var seed: UInt64 = 1

  @Option(help: "Draw efficiency against the distance of the vertex as SVG to FILE.", completion: .file())
  var plot: String?

  @Option(help: "Write the tables as comma-separated values to FILE.", completion: .file(extensions: ["csv"]))
  var csv: String?

  @OptionGroup var json: JSONOption

  func validate() throws {
    if gun.target == nil {
      guard !streams.isEmpty else { throw ValidationError("No stream is named, and no --gun.") }
      if let option = gun.firstGiven { throw ValidationError("\(option) has a meaning with --gun only.") }
    } else {
      guard streams.isEmpty else {
        throw ValidationError("Give either streams or --gun; '\(streams[0])' was taken for a stream.")
      }
      guard plot == nil else { throw ValidationError("--plot draws what streams give, not --gun.") }
      guard !highLevel else { throw ValidationError("--high-level needs streams; --gun asks level 1.") }
    }
    if let plot { try OutputError.check(plot, option: "--plot") }
    if let csv { try OutputError.check(csv, option: "--csv") }
    if highLevel, beside != nil {
      throw ValidationError("--beside compares lines of level 1; leave it out with --high-level.")
    }
  }

  func run() throws {
    let menu = try MenuCommand.read(menu)
    let names = highLevel ? menu.highLevel.lines.map(\.name) : menu.level1.lines.map(\.name)
    let level = highLevel ? "high-level" : "level-1"
    let studied = line.isEmpty ? names.filter { $0.hasPrefix("displaced") && !without.contains($0) } : line
    for name in studied + without where !names.contains(name) {
      let meant = Suggestion.question(for: name, among: names) ?? "its lines are \(names.joined(separator: ", "))"
      throw ValidationError("the menu has no \(level) line '\(name)'; \(meant)")
    }
    guard !studied.isEmpty else {
      throw ValidationError("no \(level) line of \(self.menu) begins with displaced: name the lines with --line")
    }
    let detector = try DetectorModel.belle2()
    let other = try beside.map { try MenuCommand.read($0) }
    if gun.target != nil { return try shoot(menu, studied: studied, beside: other, detector) }
    var samples: [String: DisplacedSample] = [:]
    var times: [(path: String, time: Double?)] = []
    for path in streams {
      let reader = try StreamFileReader(path: path)
      times.append((path, reader.schema.metadata[StreamMetadata.liveTime].flatMap(Double.init)))
      let level1 = try Level1Trigger(level: menu.level1.compile(), detector: detector, seed: seed)
      let otherLevel1 = try other.map { try Level1Trigger(level: $0.level1.compile(), detector: detector, seed: seed) }
      var trigger = highLevel ? try HighLevelTrigger(detector: detector, menu: menu, seed: seed) : nil
      for index in 0..<reader.batchCount {
        let batch = try reader.batch(index).dropping(["l1", "hlt", "reco"])
        let column = try level1.process(batch)
        var decided: HighLevelColumn?
        if let array = try trigger?.process(batch.appending(EventSchema.level1, column)) {
          decided = try HighLevelColumn(array)
        }
        try add(batch, level1, otherLevel1, decided, names: names, studied: studied, to: &samples)
      }
    }
    let liveTime = try commonLiveTime(times)
    let report = DisplacedReport(Array(samples.values), lines: studied, liveTime: liveTime)
    if !json.takesStandardOutput {
      print(
        "menu \(menu.name)\(beside.map { ", beside \($0)" } ?? ""), \(liveTime.map { "\($0) s of live time" } ?? "no live time")\n"
      )
      print(report.text, terminator: "")
    }
    if let plot {
      let picture = DisplacedPlot(
        report, level: highLevel ? "the high-level trigger" : "level 1",
        conditions: "menu \(menu.name)\(other.map { ", other lines of \($0.name)" } ?? "")")
      try OutputError.write(Data(picture.svg.utf8), to: plot)
    }
    if let csv { try OutputError.write(Data(report.commaSeparatedValues.utf8), to: csv) }
    try json.write(
      DisplacedDocument(
        version: Sluice.configuration.version, command: CommandLine.arguments, menu: menu.name, beside: other?.name,
        seed: seed,
        streams: streams, liveTime: liveTime, displaced: report))
  }

  private func add(
    _ batch: RecordBatch, _ level1: Level1Trigger, _ beside: Level1Trigger?, _ decided: HighLevelColumn?,
    names: [String], studied: [String], to samples: inout [String: DisplacedSample]
  ) throws {
    _ = try beside?.process(batch)
    let events = try EventKeyColumn(batch)
    let truth = try TruthParticles(batch)
    let particles = particle.isEmpty ? LongLivedDecay.knownParticles : Set(particle.map { $0 == .min ? 0 : abs($0) })
    let places = studied.compactMap { names.firstIndex(of: $0) }
    let others = names.indices.filter { !places.contains($0) && !without.contains(names[$0]) }
    for row in 0..<batch.count {
      let weight = Double(events.weight[row])
      guard weight.isFinite, weight >= 0 else {
        throw ValidationError(
          "event \(events.key(row)) has weight \(weight), expected a finite one that is not negative")
      }
      let process = events.processLabel(row) ?? MenuStudy.unlabelled
      let isFired = { (line: Int) -> Bool in
        guard let decided else { return level1.linesAfter.isTrue(line: line, row: row) }
        return decided.results[decided.resultRows[row].lowerBound + line] > 0
      }
      samples[process, default: DisplacedSample(process: process, lines: studied)].add(
        fired: places.map(isFired),
        byOthers: beside.map { other in
          other.level.lines.indices.contains { other.linesAfter.isTrue(line: $0, row: row) }
        } ?? others.contains(where: isFired), weight: weight,
        decays: LongLivedDecay.all(in: truth, row: row, of: particles))
    }
  }

  /// The live time of all streams; nil if none has one.
  private func commonLiveTime(_ times: [(path: String, time: Double?)]) throws -> Double? {
    guard let first = times.first, let time = first.time, time.isFinite, time > 0 else {
      if let other = times.first(where: { $0.time != nil }) {
        throw ValidationError("\(other.path) has a live time and \(times[0].path) has none: rates cannot be added")
      }
      return nil
    }
    for other in times.dropFirst() {
      guard let found = other.time, abs(found - time) <= 1e-6 * time else {
        let text = other.time.map { "stands for \($0) s" } ?? "has no live time"
        throw ValidationError("\(other.path) \(text), \(first.path) for \(time) s: rates cannot be added")
      }
    }
    return time
  }
}

/// The machine form of a displaced-vertex study.
private struct DisplacedDocument: Encodable {
  let schemaVersion = "1.0"
  let version: String
  let command: [String]
  let menu: String
  let beside: String?
  let seed: UInt64
  let streams: [String]
  let liveTime: Double?
  let displaced: DisplacedReport

  enum CodingKeys: String, CodingKey {
    case version, command, menu, beside, seed, streams, displaced
    case schemaVersion = "schema_version"
    case liveTime = "live_time_s"
  }
}
