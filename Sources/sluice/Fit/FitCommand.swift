import ArgumentParser
import ArrowStream
import EventModel
import Foundation
import SignalMonitor
import Statistics
import TriggerStudies

/// `sluice fit`: one search channel on recorded streams.
struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "One search on reconstructed streams: yields, significances and limits.",
    discussion: """
      A stream must hold reconstructed events (column reco), as the accepted stream of 'sluice replay' does. A \
      hypothesis without enough data for a number is refused, with the reason.
      """)

  @Argument(help: "Name of a channel in Menus/channels, or the path of a channel file.")
  var channel: String?

  @Argument(help: "Streams with reconstructed events.", completion: .file(extensions: ["arrow"]))
  var streams: [String] = []

  @Flag(name: .long, help: "List the channels and stop.")
  var list = false

  @Option(name: .customLong("channels"), help: "Folder of channel files.", completion: .directory)
  var folder: String?

  @Option(name: .long, help: "Show the hypothesis nearest to this value of the observable, in its unit.")
  var mass: Double?

  @Flag(name: .long, help: "Print every hypothesis, not only the largest excesses.")
  var all = false

  @Option(name: .long, help: "Draw the fit, the p-values and the limits as SVG to FILE.", completion: .file())
  var plot: String?

  @Option(help: "Integrated luminosity of the streams, as in 0.445/fb: turns limits on yields into limits on physics.")
  var luminosity: IntegratedLuminosity?

  @OptionGroup var watching: WatchOptions

  @OptionGroup(title: "Pseudo-experiments") var toyOptions: ToyOptions

  @OptionGroup var specification: SpecificationOptions

  @Option(
    help: "Write the observables of all selected candidates as CSV to FILE, each with the number of its event.",
    completion: .file())
  var values: String?

  @Option(
    help: """
      Write what the networks of the channel see as CSV to FILE: event, observables, what chooses the network, inputs and \
      output of every candidate that passes the selection, whatever the networks say.
      """,
    completion: .file())
  var networkInputs: String?

  @OptionGroup var json: JSONOption

  func validate() throws {
    if list || specification.specification != nil { return }
    guard channel != nil else { throw ValidationError("a channel is missing; --list names the known ones") }
    guard !streams.isEmpty else { throw ValidationError("a stream is missing: sluice fit CHANNEL STREAM…") }
    if let plot { try OutputError.check(plot, option: "--plot") }
    try toyOptions.check()
    if let values { try OutputError.check(values, option: "--values") }
    if let networkInputs { try OutputError.check(networkInputs, option: "--network-inputs") }
    var seen: Set<String> = []
    for stream in streams where !seen.insert(URL(filePath: stream).resolvingSymlinksInPath().path).inserted {
      throw ValidationError("\(stream): is given twice; its events would count twice")
    }
  }

  func run() throws {
    if try specification.run(all: all, json: json) { return }
    let files = try ChannelFiles(folder: folder)
    if list {
      for line in ChannelTable(channels: try files.all()).lines { print(line) }
      return
    }
    let definition = try files.channel(channel ?? "")
    var monitor = try SignalMonitor(
      channels: [definition], plan: watching.plan,
      conditions: FitConditions(luminosity: luminosity?.inverseFemtobarns, unblinded: watching.unblind))
    var watch = try monitor.makeWatch()
    var table = (["event"] + definition.observables.map(\.name)).joined(separator: ",") + "\n"
    var inputs = try networkInputs.map { _ in try NetworkInputTable(definition) }
    let notes = InjectOptions.notes(in: streams)
    monitor.conditions.injected = notes.isEmpty ? nil : notes.joined(separator: "; ")
    let geometry = try fill(&monitor, &watch) { monitor, batch, first in
      try inputs?.add(monitor, batch, first: first)
      guard values != nil else { return }
      for candidate in try monitor.selected(0, in: batch) {
        table += (["\(first + candidate.event)"] + candidate.values.map { "\($0)" }).joined(separator: ",") + "\n"
      }
    }
    if let values { try OutputError.write(Data(table.utf8), to: values) }
    if let inputs, let networkInputs { try OutputError.write(Data(inputs.text.utf8), to: networkInputs) }
    let result = monitor.result(of: 0, watch: watch)

    let report = FitReport(result: result)
    var shown = all ? result.hypotheses : report.leading(5)
    if let mass {
      let nearest = result.hypotheses.min { abs($0.mass - mass) < abs($1.mass - mass) }
      guard let first = result.hypotheses.first, let last = result.hypotheses.last, let nearest,
        mass >= first.mass - first.resolution, mass <= last.mass + last.resolution
      else {
        throw MassOutsideScan(
          mass: mass, range: result.hypotheses.first.map { ($0.mass, result.hypotheses.last?.mass ?? $0.mass) },
          unit: result.unit)
      }
      shown = [nearest]
    }
    let toys = try toyOptions.studies(of: monitor, at: mass)
    if !json.takesStandardOutput {
      for line in report.lines(shown) + (toys ?? []).flatMap(FitReport.lines) { print(line) }
    }
    if let plot {
      let conditions = "\(result.events) events, geometry \(geometry)"
      try OutputError.write(Data(picture(definition, monitor.data[0], result, conditions).utf8), to: plot)
    }
    try json.write(
      FitDocument(
        provenance: FitProvenance(streams: streams, geometry: geometry, command: CommandLine.arguments),
        fits: [result], toys: toys))
  }

  /// The picture that suits the method of a channel.
  private func picture(
    _ channel: SearchChannel, _ data: ChannelData, _ result: ChannelResult, _ conditions: String
  ) -> String {
    if let plane = PlanePlot(channel, data, result: result, focus: mass, conditions: conditions) { return plane.svg }
    if let regions = RegionPlot(result, conditions: conditions) { return regions.svg }
    let focus = mass ?? result.summary.largestMass ?? result.hypotheses.first?.mass ?? 0
    let scan = MassScan(channel, data, unblinded: watching.unblind)
    return ScanPlot(
      result: result, curves: scan?.curves(nearest: focus), fitted: scan?.result(nearest: focus),
      conditions: conditions, published: channel.published
    ).svg
  }

  /// Fills the monitor with every stream, looks when the watch must, and returns the geometry of the streams.
  ///
  /// - Parameter body: called with every batch and the number of its first event.
  private func fill(
    _ monitor: inout SignalMonitor, _ watch: inout MonitorWatch?,
    _ body: (SignalMonitor, RecordBatch, Int) throws -> Void
  ) throws -> String {
    var geometry: String?
    for path in streams {
      let schema = try StreamFileReader(path: path, options: .init(columns: .supported)).schema
      guard schema.index(of: EventSchema.reconstruction.name) != nil else {
        throw NotReconstructed(stream: path, columns: schema.fields.map(\.name))
      }
      let found = schema.metadata[StreamMetadata.geometry] ?? "unknown"
      if let geometry, geometry != found {
        throw GeometryDiffers(stream: path, found: found, expected: geometry)
      }
      geometry = found
      let reader = try StreamFileReader(path: path, options: .init(columns: .named([EventSchema.reconstruction.name])))
      for index in 0..<reader.batchCount {
        let batch = try reader.batch(index)
        try body(monitor, batch, monitor.events)
        try monitor.fill(batch)
        for counts in monitor.takeDue(isLast: false) { try watch?.look(counts) }
      }
      if let ending = reader.ending {
        let note = "\(path): no footer (\(ending)); fitted the \(reader.batchCount) whole batches\n"
        try? FileHandle.standardError.write(contentsOf: Data(note.utf8))
      }
    }
    for counts in monitor.takeDue(isLast: true) { try watch?.look(counts) }
    return geometry ?? "unknown"
  }
}

/// The machine form of `sluice fit`.
private struct FitDocument: Encodable {
  let schemaVersion = 1
  let provenance: FitProvenance
  let fits: [ChannelResult]
  let toys: [ToyStudy]?

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case provenance
    case fits, toys
  }
}

/// What a fit was made from.
private struct FitProvenance: Encodable {
  let streams: [String]
  let geometry: String
  let command: [String]
}

/// A stream that was not reconstructed.
private struct NotReconstructed: Error, CustomStringConvertible {
  let stream: String
  let columns: [String]
  var description: String {
    "\(stream): has no column 'reco' (found \(columns.joined(separator: ", "))); "
      + "'sluice replay \(stream) --output DIR' writes a stream of accepted events that has it"
  }
}

/// Streams of different detectors.
private struct GeometryDiffers: Error, CustomStringConvertible {
  let stream: String
  let found: String
  let expected: String
  var description: String {
    "\(stream): geometry '\(found)' differs from '\(expected)' of the streams before; they cannot be fitted together"
  }
}

/// A mass at which the channel does not look.
private struct MassOutsideScan: Error, CustomStringConvertible {
  let mass: Double
  let range: (Double, Double)?
  let unit: String
  var description: String {
    guard let range else { return "--mass \(mass): the channel has no scan" }
    let ends = [range.0, range.1].map { NumberText.significant($0, 4) }
    return "--mass \(mass): the channel scans \(ends[0]) to \(ends[1]) \(unit)"
  }
}

/// An integrated luminosity on the command line: `0.445/fb`, `50/ab`.
struct IntegratedLuminosity: ExpressibleByArgument {
  let inverseFemtobarns: Double

  init?(argument: String) {
    let parts = argument.split(separator: "/", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
    let units = ["fb": 1.0, "pb": 1e-3, "nb": 1e-6, "ab": 1e3]
    guard parts.count == 2, let value = Double(parts[0]), value > 0, value.isFinite, let unit = units[parts[1]] else {
      return nil
    }
    inverseFemtobarns = value * unit
  }
}
