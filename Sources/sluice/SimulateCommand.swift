import ArgumentParser
import Detector
import Foundation
import Simulation

/// Names of the signals, for the help.
private let signalNames =
  (SignalProcess.allCases.map(\.rawValue) + [InelasticDarkMatter.label]).joined(separator: ", ")

/// `sluice simulate`: makes a recorded stream.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Makes a recorded stream: generates collisions and simulates the detector.",
    discussion: """
      Events come at the rate cross-section x luminosity with weight 1, or in a fixed number with weight \
      sigma L T / N when both --events and --seconds are given. A mixture file gives the same per process and adds imported generator \
      files and zero_bias, windows with beam background alone.
      """)

  @Option(
    help: """
      A built-in process: mumu, tautau, bhabha, gammagamma, virtual_compton; zero_bias, background_showers, gun; or \
      a signal: \(signalNames).
      """)
  var process: String?

  @Option(help: "A mixture of processes (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var mixture: String?

  @Option(help: "Number of events.")
  var events: Int?

  @Option(help: "Live time in seconds.")
  var seconds: Double?

  @Option(help: "Luminosity in cm^-2 s^-1, for example 5e34.")
  var luminosity: Double?

  @OptionGroup var recording: RecordingOptions

  @OptionGroup(title: "Particle gun")
  var gun: GunOptions

  @OptionGroup(title: "Signals")
  var signal: SignalOptions

  @OptionGroup(title: "Dark Higgs boson with inelastic dark matter")
  var darkMatter: DarkMatterOptions

  @Option(name: [.customShort("o"), .long], help: "The stream to write.", completion: .file(extensions: ["arrow"]))
  var output: String

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard (process == nil) != (mixture == nil) else {
      throw ValidationError("Give either --process NAME or --mixture FILE.")
    }
    if let events, events < 1 { throw ValidationError("--events \(events): expected at least 1.") }
    if let seconds, !(seconds > 0 && seconds < 1e9) {
      throw ValidationError("--seconds \(seconds): expected above 0 and below 1e9.")
    }
    if let luminosity, !(luminosity > 1e28 && luminosity < 1e40) {
      throw ValidationError("--luminosity \(luminosity): expected in cm^-2 s^-1, for example 5e34.")
    }
    if process != Mixture.gun, let option = gun.firstGiven {
      throw ValidationError("\(option) has a meaning with --process gun only.")
    }
    let signalProcess = process.flatMap(SignalProcess.init(rawValue:))
    if process != InelasticDarkMatter.label,
      let option = darkMatter.firstGiven(isHiggsMassAllowed: signalProcess != nil)
    {
      throw ValidationError("\(option) has a meaning with --process \(InelasticDarkMatter.label) only.")
    }
    if process == InelasticDarkMatter.label {
      if let option = signal.firstGiven, option != "--cross-section" {
        throw ValidationError(
          "\(option) has no meaning with --process \(InelasticDarkMatter.label), see its own options.")
      }
    } else if signalProcess == nil, let option = signal.firstGiven {
      throw ValidationError("\(option) has a meaning with --process and a signal only.")
    }
    _ = try signal.crossSectionInNanobarn()
  }

  func run() throws {
    let detector = try DetectorModel.belle2()
    let channels = try recording.channels(of: detector)
    let chosen: Mixture
    var limit: Int?
    if let mixture {
      chosen = try Mixture.read(
        path: mixture, luminosity: luminosity.map { $0 / 1e34 }, seconds: seconds, background: recording.background,
        detector: detector)
      limit = events
    } else {
      chosen = try Mixture.single(
        process: process ?? "", luminosity: (luminosity ?? 5e34) / 1e34, background: recording.background,
        events: events,
        seconds: seconds, gun: try gun.make(if: process == Mixture.gun), darkMatter: darkMatter.model,
        signal: try process.flatMap(SignalProcess.init(rawValue:)).map {
          try signal.model($0, darkHiggsMass: darkMatter.darkHiggsMass)
        },
        signalCrossSection: try signal.crossSectionInNanobarn(), detector: detector)
    }
    let source = try EventSource(
      chosen, limit: limit, firstNumber: recording.firstEvent, seed: recording.seed, experiment: recording.experiment,
      run: recording.runNumber,
      detector: detector)
    var recorder = StreamRecorder(
      processes: chosen.labels, detector: detector, background: chosen.background, seed: recording.seed,
      experiment: recording.experiment,
      run: recording.runNumber)
    recorder.batchSize = recording.batch
    recorder.drift = try recording.drift(liveTime: source.liveTime)
    recorder.deadChannels = channels.dead
    recorder.hotChannels = channels.hot
    if let workers = recording.workers { recorder.workers = workers }

    let bar = ProgressBar(total: source.total, unit: "events")
    let start = Date()
    let written = try recorder.record(
      to: output, force: recording.force,
      description: RecordingDescription(
        generator: source.description, luminosity: chosen.luminosity, liveTime: source.liveTime,
        command: (["sluice"] + CommandLine.arguments.dropFirst()).joined(separator: " ")),
      next: { try source.next(into: &$0) }, progress: { bar.update($0) })
    bar.finish()

    let report = SimulationReport(
      mixture: chosen, source: source, file: output, bytes: written.bytes, wallTime: Date().timeIntervalSince(start))
    if !json.takesStandardOutput { print(report.text) }
    try json.write(report)
  }
}

/// Options of the particle gun.
struct GunOptions: ParsableArguments {
  @Option(help: "Particle, or several separated by commas of which each event takes one: mu-,e+.")
  var particle: String?

  @Option(help: "Momentum in GeV, low:high.")
  var momentum: String?

  @Option(name: .customLong("pt"), help: "Transverse momentum in GeV, low:high, instead of --momentum.")
  var transverseMomentum: String?

  @Option(help: "Polar angle in degrees, low:high; else 17:150.")
  var theta: String?

  @Option(name: .customLong("vertex-z"), parsing: .unconditional, help: "z of the vertex in cm, low:high; else 0.")
  var vertexZ: String?

  /// Name of the first option that was given.
  var firstGiven: String? {
    let given: [(String, String?)] = [
      ("--particle", particle), ("--momentum", momentum), ("--pt", transverseMomentum), ("--theta", theta),
      ("--vertex-z", vertexZ),
    ]
    return given.first { $0.1 != nil }?.0
  }

  /// The gun of the options.
  func make(if wanted: Bool) throws -> ParticleGun? {
    guard wanted else { return nil }
    guard let particle else { throw ValidationError("--process gun needs --particle, for example mu-.") }
    guard (momentum == nil) != (transverseMomentum == nil), let size = momentum ?? transverseMomentum else {
      throw ValidationError("--process gun needs either --momentum or --pt, for example 0.5:3.")
    }
    return try ParticleGun(
      particles: particle.split(separator: ",").map(String.init),
      momentum: try ParticleGun.range(size, setting: momentum != nil ? "--momentum" : "--pt"),
      isTransverse: momentum == nil,
      thetaDegrees: try ParticleGun.range(theta ?? "17:150", setting: "--theta"),
      vertexZ: try ParticleGun.range(vertexZ ?? "0", setting: "--vertex-z"))
  }
}

/// What `sluice simulate` made.
struct SimulationReport: Encodable {
  struct Process: Encodable {
    let process: String
    let crossSection: Double?
    let events: Int
    let weight: Double
    let effectiveEvents: Double

    enum CodingKeys: String, CodingKey {
      case process, events, weight
      case crossSection = "cross_section_nb"
      case effectiveEvents = "stands_for_events"
    }
  }

  let schemaVersion = "1.0"
  let file: String
  let bytes: Int
  let luminosity: Double
  let background: Double
  let liveTime: Double
  let seed: UInt64
  let events: Int
  let wallTime: Double
  let processes: [Process]

  enum CodingKeys: String, CodingKey {
    case file, bytes, background, seed, events, processes
    case schemaVersion = "schema_version"
    case luminosity = "luminosity_1e34"
    case liveTime = "live_time_s"
    case wallTime = "wall_time_s"
  }

  init(mixture: Mixture, source: EventSource, file: String, bytes: Int, wallTime: Double) {
    self.file = file
    self.bytes = bytes
    self.wallTime = wallTime
    luminosity = mixture.luminosity
    background = mixture.background
    liveTime = source.liveTime
    seed = source.seed
    events = source.total
    processes = mixture.entries.indices.map { index in
      let entry = mixture.entries[index]
      return Process(
        process: entry.label, crossSection: entry.crossSection, events: source.counts[index],
        weight: entry.weight(liveTime: mixture.liveTime), effectiveEvents: source.weightSums[index])
    }
  }

  var text: String {
    func row(_ cells: [String]) -> String {
      let widths = [24, 14, 10, 14, 16]
      return zip(cells, widths).enumerated().map { index, cell in
        let padding = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
        return index == 0 ? cell.0 + padding : padding + cell.0
      }.joined(separator: " ")
    }
    var lines = [row(["process", "sigma [nb]", "events", "mean weight", "stands for"])]
    for process in processes {
      lines.append(
        row([
          process.process, process.crossSection.map { String(format: "%.4g", $0) } ?? "-", "\(process.events)",
          String(format: "%.4g", process.weight), String(format: "%.5g", process.effectiveEvents),
        ]))
    }
    let size = String(format: "%.1f MB", Double(bytes) * 1e-6)
    let time = String(format: "%.4g s", liveTime)
    let rate = wallTime > 0 ? String(format: "%.0f", Double(events) / wallTime) : "-"
    lines.append(
      "\(events) events in \(time) of live time at \(luminosity)e34 per cm2 and s, background \(background): "
        + "\(file), \(size), \(rate) events/s")
    return lines.joined(separator: "\n")
  }
}
