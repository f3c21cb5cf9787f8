import ArgumentParser
import Detector
import Foundation
import Menu
import SignalMonitor
import Simulation
import TriggerStudies

/// `sluice study sensitivity`: the limits that searches would set, from simulated background, beside the published ones.
struct StudySensitivityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sensitivity",
    abstract: "Limits that searches would set at a luminosity, from simulated background, beside the published ones.",
    discussion: """
      Simulates the background processes that a channel names, from a mixture, and plays them through level 1, the high-level trigger, the reconstruction and the channel's \
      selection. What is left is made smooth, scaled to the luminosity, and fitted as the search would fit it: medians and bands are expected limits without \
      signal. A channel's name without its variant means all of them (alp-gamma-gamma); --all means every channel. Systematic errors are left out; statistical \
      ones of simulated background and efficiency are given.
      """)

  @Argument(help: "Names of channels.")
  var names: [String] = []

  @Flag(help: "All channels.")
  var all = false

  @Option(
    help: "Integrated luminosities, separated by commas: 0.445/fb,50/ab. Else that of the published result.")
  var luminosity: String?

  @Option(help: "The mixture whose processes are simulated.", completion: .file(extensions: ["yaml", "yml"]))
  var mixture = "Replay/mixtures/backgrounds.yaml"

  @Option(help: "Events of each process; else those of the mixture.")
  var events: Int?

  @Option(help: "Trigger menu.", completion: .file(extensions: ["yaml", "yml"]))
  var menu = MenuCommand.defaultMenu

  @Option(name: .customLong("channels"), help: "Folder of channel files.", completion: .directory)
  var folder: String?

  @Option(help: "About how many hypotheses of a scan are answered.")
  var points = 60

  @Option(help: "Seed of everything that is drawn.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the result is the same for any number.")
  var workers: Int?

  @Option(
    help: "Draw the limits of each channel as SVG in this folder, which is made if needed.", completion: .directory)
  var plots: String?

  @Option(help: "Write the table as comma-separated values to FILE.", completion: .file(extensions: ["csv"]))
  var csv: String?

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard all != !names.isEmpty else { throw ValidationError("Give either names of channels or --all.") }
    if let luminosity { _ = try Self.luminosities(luminosity) }
    if let events, !(1...100_000_000).contains(events) {
      throw ValidationError("--events \(events): expected 1 to 100000000.")
    }
    if let workers, !(1...256).contains(workers) { throw ValidationError("--workers \(workers): expected 1 to 256.") }
    guard (2...10_000).contains(points) else { throw ValidationError("--points \(points): expected 2 to 10000.") }
    if let csv { try OutputError.check(csv, option: "--csv") }
  }

  private static func luminosities(_ text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let found = IntegratedLuminosity(argument: part.trimmingCharacters(in: .whitespaces)) else {
        throw ValidationError("--luminosity: '\(part)' is no luminosity; expected as in 0.445/fb or 50/ab.")
      }
      return found.inverseFemtobarns
    }
  }

  func run() throws {
    let channels = try chosen()
    let detector = try DetectorModel.belle2()
    let mixture = try Mixture.read(path: mixture, detector: detector)
    let simulation = BackgroundSimulation(
      detector: detector, menu: try MenuCommand.read(menu), channels: channels, seed: seed, workers: workers)
    let entries = try needed(by: channels, in: mixture)
    let bar = ProgressBar(
      total: entries.reduce(0) { $0 + (events ?? mixture.entries[$1].events ?? 0) }, unit: "events")
    var outcomes: [BackgroundSimulation.Outcome] = []
    var done = 0
    for entry in entries {
      outcomes.append(
        try simulation.run(entry, of: mixture, events: events) { bar.update(done + $0) })
      done += outcomes.last?.events ?? 0
    }
    bar.finish()

    let asked = try luminosity.map(Self.luminosities)
    var projections: [SensitivityProjection] = []
    for (index, channel) in channels.enumerated() {
      let backgrounds = try outcomes.filter { Self.needs(channel, $0.process) }.map { outcome in
        try SimulatedBackground(
          process: outcome.process, events: outcome.events, luminosity: outcome.luminosity,
          data: outcome.monitor.data[index])
      }
      let own = (asked ?? channel.published?.luminosity.map { [$0] } ?? [1]).map { luminosity in
        SensitivityStudy(channel: channel, backgrounds: backgrounds, luminosity: luminosity, points: points)
          .projection()
      }
      projections += own
      try draw(own, channel)
    }
    let report = SensitivityReport(projections)
    if !json.takesStandardOutput {
      print(
        "mixture \(mixture.name), background level \(mixture.background), menu \(simulation.menu.name), seed \(seed)\n")
      print(report.text, terminator: "")
    }
    if let csv { try OutputError.write(Data(report.commaSeparatedValues.utf8), to: csv) }
    try json.write(
      SensitivityDocument(
        version: Sluice.configuration.version, command: CommandLine.arguments, menu: simulation.menu.name,
        menuHash: simulation.menu.contentHash, mixture: mixture.name, background: mixture.background, seed: seed,
        projections: projections))
  }

  private func draw(_ projections: [SensitivityProjection], _ channel: SearchChannel) throws {
    guard let plots else { return }
    let conditions = projections.first?.backgrounds.map { "\($0.process) \($0.events)" }.joined(separator: ", ") ?? ""
    guard
      let picture = SensitivityPlot(
        projections, published: channel.published, conditions: "simulated events: \(conditions)")
    else { return }
    do {
      try FileManager.default.createDirectory(atPath: plots, withIntermediateDirectories: true)
    } catch {
      throw ValidationError("--plots \(plots): cannot be made: \(error.localizedDescription)")
    }
    try OutputError.write(Data(picture.svg.utf8), to: "\(plots)/\(channel.name).svg")
  }

  /// The channels that were named, by their name or by that of their file.
  private func chosen() throws -> [SearchChannel] {
    let files = try ChannelFiles(folder: folder)
    let known = try files.all()
    if all { return known }
    var chosen: [SearchChannel] = []
    for name in names {
      let found = known.filter { $0.name == name || $0.name.hasPrefix(name + "-") }
      guard !found.isEmpty else {
        throw ChannelUnknown(name: name, folder: files.folder.path, known: known.map(\.name))
      }
      for channel in found where !chosen.contains(channel) { chosen.append(channel) }
    }
    return chosen
  }

  private static func needs(_ channel: SearchChannel, _ process: String) -> Bool {
    channel.backgrounds.isEmpty || channel.backgrounds.contains(process)
  }

  /// The processes of the mixture that a channel needs.
  private func needed(by channels: [SearchChannel], in mixture: Mixture) throws -> [Int] {
    let labels = mixture.entries.map(\.label)
    for channel in channels {
      for process in channel.backgrounds where !labels.contains(process) {
        throw ValidationError(
          "channel \(channel.name) needs the background '\(process)', which mixture \(mixture.name) does not have; "
            + "it has \(labels.joined(separator: ", "))")
      }
    }
    return mixture.entries.indices.filter { index in
      channels.contains { $0.candidate != nil && Self.needs($0, labels[index]) }
    }
  }
}

/// The machine form of a projection.
private struct SensitivityDocument: Encodable {
  let schemaVersion = "1.0"
  let version: String
  let command: [String]
  let menu: String
  let menuHash: String
  let mixture: String
  let background: Double
  let seed: UInt64
  let projections: [SensitivityProjection]

  enum CodingKeys: String, CodingKey {
    case version, command, menu, mixture, background, seed, projections
    case schemaVersion = "schema_version"
    case menuHash = "menu_hash"
  }
}
