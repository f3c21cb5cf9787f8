import ArgumentParser
import Detector
import Foundation
import Level1
import TriggerStudies

/// `sluice study deadtime`: what the read-out loses at a trigger rate, and why.
struct StudyDeadtimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deadtime",
    abstract:
      "Loss of triggers against their rate, by cause: minimum spacing, silicon buffer, injection, back-pressure.",
    discussion: """
      Triggers come at random, or with --stream at the times of recorded events: those that level 1 accepted if the \
      stream says so (verdicts.arrow does), else all of them. With --rate their distances are then stretched to each rate.
      """)

  @Option(help: "Trigger rates: 10kHz,15kHz or 5kHz:60kHz:5kHz; else 5 to 60 kHz, with --stream its own.")
  var rate: String?

  @Option(help: "Samples read for a trigger: 6, 3, mixed (3 if the event time is known finely), or several: 6,3,mixed.")
  var samples = "6,3,mixed"

  @Option(help: "Triggers for each point.")
  var triggers: Int?

  @Option(help: "Time in s for each point, instead of --triggers.")
  var seconds: Double?

  @Option(help: "Share of triggers whose time is known finely, for mixed samples.")
  var fineShare = 0.5

  @Option(help: "Veto after injections: off, default, or a table in the form of injection.tsv.")
  var injection = "off"

  @Option(
    help: "Rate at which the farm finishes events: more than 4096 waiting stop triggers. Else the farm never does.")
  var farmRate: String?

  @Option(help: "Take the times of the triggers from this stream.", completion: .file(extensions: ["arrow"]))
  var stream: String?

  @Option(help: "Seed of the times.")
  var seed: UInt64 = 1

  @Option(help: "Write the points as comma-separated values to FILE.", completion: .file())
  var csv: String?

  @Option(name: .long, help: "Draw loss against rate as SVG to FILE.", completion: .file())
  var plot: String?

  @OptionGroup var json: JSONOption

  private static let standardRates = "5kHz:40kHz:5kHz,50kHz,60kHz"

  func validate() throws {
    if let triggers, !(1...1_000_000_000).contains(triggers) {
      throw ValidationError("--triggers \(triggers): expected 1 to 1000000000")
    }
    if let seconds, !(seconds > 0 && seconds <= 1e6) {
      throw ValidationError("--seconds \(seconds): expected above 0, at most 1000000")
    }
    if triggers != nil && seconds != nil { throw ValidationError("give either --triggers or --seconds") }
    if stream != nil && (triggers != nil || seconds != nil) {
      throw ValidationError("--stream says how many triggers there are: no --triggers or --seconds")
    }
    guard fineShare >= 0 && fineShare <= 1 else {
      throw ValidationError("--fine-share \(fineShare): expected 0 to 1")
    }
    _ = try modes()
    _ = try rates()
    if let farmRate { _ = try Self.rate(farmRate, option: "--farm-rate") }
    if let csv { try OutputError.check(csv, option: "--csv") }
    if let plot { try OutputError.check(plot, option: "--plot") }
  }

  func run() throws {
    let detector = try DetectorModel.belle2()
    let schedule = try InjectionOption.plan(injection, detector: detector).map {
      InjectionSchedule($0, clock: detector.clock)
    }
    let recorded = try stream.map { try RecordedTriggers(path: $0) }
    var report = DeadtimeReport(points: [])
    for mode in try modes() {
      var settings = DeadtimeStudy.Settings(samples: mode)
      settings.fineShare = fineShare
      settings.injection = schedule
      settings.farmRate = try farmRate.map { try Self.rate($0, option: "--farm-rate") }
      let study = DeadtimeStudy(settings, detector: detector)
      let rates = try rates()
      if let recorded {
        for rate in rates.isEmpty ? [nil] : rates.map(Optional.some) {
          report.points.append(
            try study.recorded(times: recorded.times, qualities: recorded.qualities, rate: rate, seed: seed))
        }
      } else {
        for rate in rates { report.points.append(try study.random(rate: rate, triggers: count(rate), seed: seed)) }
      }
    }
    if !json.takesStandardOutput { print(text(report, detector, schedule, recorded)) }
    if let csv { try OutputError.write(Data(report.csv.utf8), to: csv) }
    if let plot {
      let picture = DeadtimePlot(report, conditions: conditions(schedule, recorded))
      try OutputError.write(Data(picture.svg.utf8), to: plot)
    }
    try json.write(
      DeadtimeDocument(
        provenance: DeadtimeProvenance(
          version: Sluice.configuration.version, command: CommandLine.arguments, seed: seed, stream: stream,
          injection: injection, injectionDeadFraction: schedule?.deadFraction,
          fineShare: recorded?.qualities == nil ? fineShare : nil),
        latency: LatencySummary(detector.latency), deadtime: report.points))
  }

  // MARK: Options

  private func modes() throws -> [SampleMode] {
    let modes = try samples.split(separator: ",", omittingEmptySubsequences: false).map { name in
      guard let mode = SampleMode(rawValue: String(name)) else {
        throw ValidationError("--samples '\(name)': expected 6, 3 or mixed")
      }
      return mode
    }
    guard Set(modes).count == modes.count else { throw ValidationError("--samples \(samples): one stands there twice") }
    return modes
  }

  private func rates() throws -> [Double] {
    guard let text = rate ?? (stream == nil ? Self.standardRates : nil) else { return [] }
    do { return try TriggerRates.parse(text) } catch { throw ValidationError("--rate \(error)") }
  }

  private static func rate(_ text: String, option: String) throws -> Double {
    do { return try TriggerRates.rate(text) } catch { throw ValidationError("\(option) \(error)") }
  }

  /// Triggers of a point, so that losses of a percent are good to a percent of themselves unless something else is asked for.
  private func count(_ rate: Double) -> Int {
    if let seconds { return Int(min(1e9, max(1, (rate * seconds).rounded()))) }
    return triggers ?? 1_000_000
  }

  // MARK: Text

  private func conditions(_ schedule: InjectionSchedule?, _ recorded: RecordedTriggers?) -> String {
    var parts = [recorded.map { "\($0.what) of \($0.path)" } ?? "triggers at random, seed \(seed)"]
    if let schedule {
      parts.append("injection vetoes \(NumberText.significant(100 * schedule.deadFraction, 3)) % of the time")
    }
    if let farmRate { parts.append("farm \(farmRate)") }
    return parts.joined(separator: ", ")
  }

  private func text(
    _ report: DeadtimeReport, _ detector: DetectorModel, _ schedule: InjectionSchedule?, _ recorded: RecordedTriggers?
  ) -> String {
    let latency = LatencySummary(detector.latency)
    var text = "Dead time of level 1: \(conditions(schedule, recorded))\n"
    text += "  latency \(latency.text)\n" + report.text
    if report.points.contains(where: { $0.expected != nil }) {
      text += "  formula: queue M/D/1/K of the silicon buffer behind the minimum spacing\n"
    }
    if report.points.contains(where: { $0.samples == .mixed }), recorded?.qualities == nil {
      text += "  mixed: \(NumberText.significant(100 * fineShare, 3)) % of the triggers with 3 samples\n"
    }
    return text
  }
}

/// The machine form of `sluice study deadtime`.
private struct DeadtimeDocument: Encodable {
  let schemaVersion = 1
  let provenance: DeadtimeProvenance
  let latency: LatencySummary
  let deadtime: [DeadtimeResult]

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case provenance, latency, deadtime
  }
}

/// What a study was made from.
private struct DeadtimeProvenance: Encodable {
  let version: String
  let command: [String]
  let seed: UInt64
  let stream: String?
  let injection: String
  let injectionDeadFraction: Double?
  let fineShare: Double?

  enum CodingKeys: String, CodingKey {
    case version, command, seed, stream, injection
    case injectionDeadFraction = "injection_dead_fraction"
    case fineShare = "fine_share"
  }
}
