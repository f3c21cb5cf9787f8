import ArgumentParser
import ArrowStream
import Detector
import Foundation
import Online

/// `sluice study latency`: what steps and lines cost.
struct StudyLatencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latency",
    abstract: "Time and number of runs of each reconstruction step, and what each line asks for.",
    discussion: """
      Plays recorded streams through level 1, the high-level trigger and the reconstruction of accepted events on one thread, and takes the \
      processor time of every step. Latencies of the stages of a replay, with their links, stand in its report.
      """)

  @Argument(help: "Recorded streams.", completion: .file(extensions: ["arrow"]))
  var streams: [String]

  @Flag(help: "By step and by line: the only form so far.")
  var byStep = false

  @Option(help: "Menu file.", completion: .file(extensions: ["yaml", "yml"]))
  var menu = MenuCommand.defaultMenu

  @Option(help: "Seed of prescales and of the trigger cells' noise.")
  var seed: UInt64 = 1

  @Option(help: "Batches to take of each stream at most.")
  var batches = Int.max

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard byStep else { throw ValidationError("Say --by-step: a replay's report has the latencies of its stages.") }
    guard !streams.isEmpty else { throw ValidationError("No stream is named.") }
    guard batches > 0 else { throw ValidationError("--batches is \(batches), expected 1 or more.") }
  }

  func run() throws {
    let menu = try MenuCommand.read(menu)
    var costs = try StepCosts(detector: .belle2(), menu: menu, seed: seed)
    for path in streams {
      let reader = try StreamFileReader(path: path)
      for index in 0..<min(batches, reader.batchCount) { try costs.add(reader.batch(index)) }
    }
    let report = costs.report
    if !json.takesStandardOutput {
      print("menu \(menu.name) (\(menu.contentHash.prefix(12)))\n\(report.text)", terminator: "")
    }
    try json.write(
      LatencyDocument(
        version: Sluice.configuration.version, command: CommandLine.arguments, menu: menu.name,
        menuHash: menu.contentHash, seed: seed, streams: streams, costs: report))
  }
}

/// The machine form of a study of latencies.
private struct LatencyDocument: Encodable {
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
