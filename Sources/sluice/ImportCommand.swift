import ArgumentParser
import Detector
import Foundation
import Simulation

/// `sluice import`: generator events become a recorded stream.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Puts generator events (HepMC3 or HepMC2 ascii, plain, .gz or .zst) through the detector response.",
    discussion: """
      Files of the same label become one process. A process with a cross-section (the table of processes knows the \
      usual labels; --cross-section gives it) stands for sigma L T collisions: its events get the weight sigma L T / N and \
      arrival times in the live time T, which is --seconds or the time in which the luminosity makes the events of the \
      first process. Without a cross-section the generator's weights stay and no rates can be computed.
      All files are read once before anything is written, so that damage is found first.
      """)

  @Argument(help: "Generator files.", completion: .file())
  var files: [String]

  @Option(name: [.customShort("o"), .long], help: "The stream to write.", completion: .file(extensions: ["arrow"]))
  var output: String

  @Option(help: "Process label of all events; else the file names without .hepmc3, .gz and so on.")
  var process: String?

  @Option(name: .long, help: "Cross-section of the process, for example '2 fb' or '0.92 nb'.")
  var crossSection: String?

  @Option(help: "Luminosity in cm^-2 s^-1, for example 5e34.")
  var luminosity: Double = 5e34

  @Option(help: "Live time in seconds.")
  var seconds: Double?

  @Option(help: "At most this many events of each process.")
  var events: Int?

  @Flag(help: "Boost events of the centre-of-mass frame (z along the electrons) into the laboratory.")
  var boost = false

  @Flag(help: "Take events whose total momentum is not that of the beams: decays of single particles, for example.")
  var partial = false

  @OptionGroup var recording: RecordingOptions

  @OptionGroup var json: JSONOption

  func validate() throws {
    if let seconds, !(seconds > 0 && seconds < 1e9) {
      throw ValidationError("--seconds \(seconds): expected above 0 and below 1e9.")
    }
    guard luminosity > 1e28, luminosity < 1e40 else {
      throw ValidationError("--luminosity \(luminosity): expected in cm^-2 s^-1, for example 5e34.")
    }
    if let events, events < 1 { throw ValidationError("--events \(events): expected at least 1.") }
    if let process, process.isEmpty { throw ValidationError("--process needs a label.") }
    _ = try parsedCrossSection()
  }

  /// The cross-section in nb.
  private func parsedCrossSection() throws -> Double? {
    guard let crossSection else { return nil }
    let parts = crossSection.split(separator: " ")
    let units = ["nb": 1.0, "pb": 1e-3, "fb": 1e-6]
    guard let number = parts.first.flatMap({ Double($0) }), number > 0, number < 1e9, parts.count <= 2,
      let unit = units[parts.count == 2 ? String(parts[1]) : "nb"]
    else {
      throw ValidationError(
        "--cross-section '\(crossSection)': expected a number above 0 with nb, pb or fb, for example '2 fb'.")
    }
    return number * unit
  }

  func run() throws {
    let detector = try DetectorModel.belle2()
    let channels = try recording.channels(of: detector)
    let inUnits = luminosity / 1e34
    var plan = ImportPlan(
      files: files, label: process, crossSection: try parsedCrossSection(), luminosity: inUnits, liveTime: seconds,
      detector: detector)
    plan.limit = events
    plan.boosts = boost
    plan.acceptsPartial = partial
    plan.firstNumber = recording.firstEvent
    // Known before the files are read, which takes longer.
    try checkFiles()
    if !recording.force, FileManager.default.fileExists(atPath: output) {
      throw OutputError(file: output, reason: "it exists; --force overwrites it")
    }
    let reading = ProgressBar(total: nil, unit: "events read")
    let source = try ImportSource(
      plan, seed: recording.seed, experiment: recording.experiment, run: recording.runNumber, detector: detector,
      progress: { reading.update($0) })
    reading.finish()
    for found in source.processes where found.unbalanced > 0 {
      try? FileHandle.standardError.write(
        contentsOf: Data(
          "warning: \(found.label): \(found.unbalanced) of \(found.events) events lack particles: their total momentum is not the beams'\n"
            .utf8))
    }
    let level = recording.background ?? detector.background.level(luminosity: inUnits)
    var recorder = StreamRecorder(
      processes: source.processes.map(\.label), detector: detector, background: level, seed: recording.seed,
      experiment: recording.experiment, run: recording.runNumber)
    recorder.batchSize = recording.batch
    recorder.drift = try recording.drift(liveTime: source.hasRates ? source.liveTime : nil)
    recorder.deadChannels = channels.dead
    recorder.hotChannels = channels.hot
    if let workers = recording.workers { recorder.workers = workers }
    let bar = ProgressBar(total: source.total, unit: "events")
    let start = Date()
    let written = try recorder.record(
      to: output, force: recording.force,
      description: RecordingDescription(
        generator: Self.description(source), luminosity: source.hasRates ? inUnits : nil,
        liveTime: source.hasRates ? source.liveTime : nil,
        command: (["sluice"] + CommandLine.arguments.dropFirst()).joined(separator: " ")),
      next: { try source.next(into: &$0) }, progress: { bar.update($0) })
    bar.finish()
    let report = ImportReport(
      source, file: output, bytes: written.bytes, background: level, wallTime: Date().timeIntervalSince(start))
    if !json.takesStandardOutput { print(report.text) }
    try json.write(report)
  }

  /// Refuses to write over a generator file, and to count the events of one twice.
  private func checkFiles() throws {
    func real(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }
    var seen: Set<String> = []
    for file in files {
      guard real(file) != real(output) else {
        throw OutputError(file: output, reason: "it is one of the generator files")
      }
      guard seen.insert(real(file)).inserted else {
        throw ValidationError("\(file): is given twice; its events would count twice")
      }
    }
  }

  /// What made the events, for the stream's metadata.
  private static func description(_ source: ImportSource) -> String {
    source.processes.map { process in
      let names = process.files.map { URL(filePath: $0).lastPathComponent }.joined(separator: " + ")
      let generators = process.generators.isEmpty ? "" : " (\(process.generators.joined(separator: ", ")))"
      let crossSection = process.crossSection.map { ", \($0) nb" } ?? ""
      return "\(process.label): \(names)\(generators)\(crossSection), weight \(source.weight(of: process))"
    }.joined(separator: "; ")
  }
}

/// What an import did.
struct ImportReport: Encodable {
  struct Process: Encodable {
    let label: String
    let files: [String]
    let generators: [String]
    let crossSection: Double?
    let events: Int
    let weight: Double
    let unbalancedEvents: Int

    enum CodingKeys: String, CodingKey {
      case label, files, generators, events, weight
      case crossSection = "cross_section_nb"
      case unbalancedEvents = "unbalanced_events"
    }
  }

  let schemaVersion = 1
  let file: String
  let events: Int
  let bytes: Int
  let background: Double
  let liveTime: Double?
  let processes: [Process]
  let eventsPerSecond: Double

  enum CodingKeys: String, CodingKey {
    case file, events, bytes, background, processes
    case schemaVersion = "schema_version"
    case liveTime = "live_time_s"
    case eventsPerSecond = "events_per_second"
  }

  init(_ source: ImportSource, file: String, bytes: Int, background: Double, wallTime: Double) {
    self.file = file
    self.bytes = bytes
    self.background = background
    events = source.total
    liveTime = source.hasRates ? source.liveTime : nil
    eventsPerSecond = wallTime > 0 ? Double(source.total) / wallTime : 0
    processes = source.processes.map {
      Process(
        label: $0.label, files: $0.files, generators: $0.generators, crossSection: $0.crossSection, events: $0.events,
        weight: source.weight(of: $0), unbalancedEvents: $0.unbalanced)
    }
  }

  /// The report for people.
  var text: String {
    var lines = [
      String(
        format: "%@: %d events, %.2f MB, background level %g, %.0f events/s", file, events, Double(bytes) * 1e-6,
        background, eventsPerSecond)
    ]
    if let liveTime { lines[0] += String(format: ", live time %.4g s", liveTime) }
    for process in processes {
      let crossSection = process.crossSection.map { String(format: "%.4g nb", $0) } ?? "no cross-section"
      lines.append(
        String(format: "  %@: %d events, %@, weight %.4g", process.label, process.events, crossSection, process.weight))
    }
    return lines.joined(separator: "\n")
  }
}
