import ArgumentParser
import ArrowStream
import Detector
import EventModel
import Foundation
import Online
import TriggerStudies

/// `sluice study latency`: how long events took in a replay, and what steps and lines cost.
struct StudyLatencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency",
    abstract: "Latencies of a replay by stage and line; or with --by-step the time of each reconstruction step.",
    discussion: """
      Reads the times that a replay wrote into its verdicts.arrow: quantiles with errors for every stage of the chain, and for the events \
      that each line of the high-level trigger accepted. Times count from the moment an event should have arrived. \
      With --by-step plays recorded streams through level 1, the high-level trigger and the reconstruction of accepted events on one thread, \
      and takes the processor time of every step.
      """)

  @Argument(
    help: "verdicts.arrow of replays, each in the order of its stream; recorded streams with --by-step.",
    completion: .file(extensions: ["arrow"]))
  var streams: [String] = []

  @Flag(help: "Processor time by step and by line, of recorded streams.")
  var byStep = false

  @Option(help: "With --by-step: menu file.", completion: .file(extensions: ["yaml", "yml"]))
  var menu: String?

  @Option(help: "With --by-step: seed of prescales and of the trigger cells' noise.")
  var seed: UInt64?

  @Option(help: "With --by-step: batches to take of each stream at most.")
  var batches: Int?

  @Option(help: "Draw the latencies as SVG to FILE.", completion: .file())
  var plot: String?

  @Option(help: "Write the tables as comma-separated values to FILE.", completion: .file(extensions: ["csv"]))
  var csv: String?

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard !streams.isEmpty else { throw ValidationError("No stream is named.") }
    if let batches, batches <= 0 { throw ValidationError("--batches is \(batches), expected 1 or more.") }
    for (option, isGiven) in [("--menu", menu != nil), ("--seed", seed != nil), ("--batches", batches != nil)]
    where isGiven && !byStep {
      throw ValidationError("\(option) has a meaning with --by-step only: verdicts hold the times already.")
    }
    for (option, file) in [("--plot", plot), ("--csv", csv)] {
      guard let file else { continue }
      if byStep { throw ValidationError("\(option) shows the latencies of a replay; leave out --by-step.") }
      try OutputError.check(file, option: option)
    }
  }

  func run() throws {
    if byStep { try runSteps() } else { try runReplay() }
  }

  private func runReplay() throws {
    var names: [String]?
    var sample = LatencySample(lines: [])
    var menus: [String] = []
    for path in streams {
      let reader = try StreamFileReader(path: path)
      let found = reader.schema.fields.map(\.name)
      guard found.contains("latency") else {
        throw ValidationError(
          "\(path) has no column 'latency': expected verdicts.arrow of a replay; for recorded streams say --by-step.")
      }
      let lines = reader.schema.metadata[StreamMetadata.highLevelLines] ?? ""
      let own = lines.isEmpty ? [] : lines.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if let names, names != own {
        throw ValidationError(
          "\(path) has other high-level lines than \(streams[0]): the replays used different menus.")
      }
      if names == nil { sample = LatencySample(lines: own) }
      names = own
      if let menu = reader.schema.metadata[StreamMetadata.menu], !menus.contains(menu) { menus.append(menu) }
      for index in 0..<reader.batchCount {
        let batch = try reader.batch(index)
        do { try sample.add(VerdictColumns(batch), LatencyColumns(batch)) } catch let error as ColumnError {
          throw ValidationError("\(path), batch \(index): \(error)")
        }
      }
    }
    let report = LatencyReport(sample)
    let title = menus.isEmpty ? "menu unknown" : "menu \(menus.joined(separator: ", "))"
    if !json.takesStandardOutput { print("\(title)\n\(report.text)", terminator: "") }
    if let plot {
      let events = NumberText.count(report.events)
      let picture = LatencyPlot(sample, report, conditions: "\(title), \(events) events")
      try OutputError.write(Data(picture.svg.utf8), to: plot)
    }
    if let csv { try OutputError.write(Data(report.commaSeparatedValues.utf8), to: csv) }
    try json.write(
      LatencyDocument(
        version: Sluice.configuration.version, command: CommandLine.arguments, menus: menus, verdicts: streams,
        latency: report))
  }

  private func runSteps() throws {
    let menu = try MenuCommand.read(menu ?? MenuCommand.defaultMenu)
    let seed = seed ?? 1
    var costs = try StepCosts(detector: .belle2(), menu: menu, seed: seed)
    for path in streams {
      let reader = try StreamFileReader(path: path)
      for index in 0..<min(batches ?? .max, reader.batchCount) { try costs.add(reader.batch(index)) }
    }
    let report = costs.report
    if !json.takesStandardOutput {
      print("menu \(menu.name) (\(menu.contentHash.prefix(12)))\n\(report.text)", terminator: "")
    }
    try json.write(
      StepDocument(
        version: Sluice.configuration.version, command: CommandLine.arguments, menu: menu.name,
        menuHash: menu.contentHash, seed: seed, streams: streams, costs: report))
  }
}

/// The machine form of the latencies of a replay.
private struct LatencyDocument: Encodable {
  let schemaVersion = 1
  let version: String
  let command: [String]
  let menus: [String]
  let verdicts: [String]
  let latency: LatencyReport

  enum CodingKeys: String, CodingKey {
    case version, command, menus, verdicts, latency
    case schemaVersion = "schema_version"
  }
}

/// The machine form of the costs of steps.
private struct StepDocument: Encodable {
  let schemaVersion = 1
  let version: String
  let command: [String]
  let menu: String
  let menuHash: String
  let seed: UInt64
  let streams: [String]
  let costs: StepCostReport

  enum CodingKeys: String, CodingKey {
    case version, command, menu, seed, streams, costs
    case schemaVersion = "schema_version"
    case menuHash = "menu_hash"
  }
}
