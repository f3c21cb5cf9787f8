import ArgumentParser
import ArrowStream
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Level1
import Menu
import Online
import Reconstruction
import SignalMonitor
import TriggerStudies

/// `sluice replay`: the main job.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Plays streams through a menu: rates, efficiencies, overlaps, latencies, fits, ledger.",
    discussion: """
      Streams are played together in the order of their events' times. SIGINT lets the chain drain and reports what was \
      played; a second SIGINT breaks the run off.
      """)

  @Argument(help: "Recorded streams.", completion: .file(extensions: ["arrow"]))
  var streams: [String]

  @Option(help: "The trigger menu.", completion: .file(extensions: ["yaml"]))
  var menu = MenuCommand.defaultMenu

  @OptionGroup var prescales: PrescaleOptions

  @Option(
    name: .customLong("hlt-prescales"),
    help: """
      How prescales of the high-level trigger choose: hash (of event and line, for any number of workers), or counter (the first of \
      each N in a run; with --workers 1).
      """)
  var highLevelPrescaling = HighLevelPrescaling.hash

  @Option(help: "When events enter: max, real-time, or a rate in events per second.")
  var pace = "max"

  @Option(help: "Workers of the high-level trigger.")
  var workers = max(1, ProcessInfo.processInfo.activeProcessorCount)

  @Option(help: "Folder for accepted.arrow and verdicts.arrow.", completion: .directory)
  var output: String?

  @Option(help: "Seed of prescales and of everything that is drawn.")
  var seed: UInt64 = 1

  @Option(name: .customLong("repeat"), help: "Play the streams this many times; event numbers go on.")
  var repeats = 1

  @Option(help: "Keep one in N rejected events in rejected.arrow.")
  var keepRejected = 0

  @Option(
    help:
      "What accepted events get: standard (all but silicon_tracks, silicon_vertices and hypotheses), all, or names of steps, with commas."
  )
  var reconstruct = "standard"

  @Option(name: .customLong("channels"), help: "Folder of search channels.", completion: .directory)
  var channelFolder: String?

  @Option(
    help: "Publish the fits of all channels while events stream: endpoint of a PUB socket, as tcp://127.0.0.1:5560.")
  var publish: String?

  @Option(help: "Seconds between refreshes of the published fits.")
  var refresh = 10.0

  @OptionGroup var watching: WatchOptions

  @OptionGroup var injecting: InjectOptions

  @Flag(help: "Replace output files that exist.")
  var force = false

  @Flag(help: "Exit status 1 when a level is over its budget, or events were set aside for an impossible fragment.")
  var strict = false

  @OptionGroup(title: "Time") var time: TimingOptions

  @OptionGroup(title: "Looking on") var dashboard: DashboardOptions
  @OptionGroup(title: "Looking on") var express: ExpressOptions

  @OptionGroup var json: JSONOption

  func validate() throws {
    if !injecting.injections.isEmpty, repeats != 1 {
      throw ValidationError("--inject with --repeat \(repeats) would inject as often: give a larger yield instead.")
    }
    if highLevelPrescaling == .counter, workers != 1 {
      throw ValidationError(
        "--hlt-prescales counter counts events in their order, and \(workers) workers share them: add --workers 1.")
    }
  }

  private func reconstructionSteps() throws -> ReconstructionSteps {
    do { return try ReconstructionSteps(names: reconstruct) } catch { throw ValidationError("--reconstruct \(error)") }
  }

  func run() throws {
    let start = Date()
    let menu = try MenuCommand.read(menu, prescales.choice)
    let channels = try ChannelFiles(folder: channelFolder).all()
    let detector = try DetectorModel.belle2()
    let injected = try injecting.make(
      channels: channels, streams: streams, seed: seed, folder: output, force: force, detector: detector)
    defer { injected.remove() }
    let notes = InjectOptions.notes(in: streams + injected.paths).joined(separator: "; ")
    var configuration = ReplayConfiguration(
      streams: streams + injected.paths,
      chain: try TriggerChain(
        detector: detector, menu: menu, channels: channels, seed: seed, prescaling: prescales.prescaling,
        highLevelPrescaling: highLevelPrescaling, timing: time.timing(detector),
        reconstruction: try reconstructionSteps(), watch: watching.plan,
        fitConditions: FitConditions(unblinded: watching.unblind, injected: notes.isEmpty ? nil : notes)))
    configuration.pace = try Pace(parsing: pace)
    configuration.workers = workers
    configuration.output = output
    configuration.force = force
    configuration.seed = seed
    configuration.repeats = repeats
    configuration.keepRejected = keepRejected
    configuration.publish = publish.map { PublishPlan(endpoint: $0, interval: refresh) }
    configuration.audience.menu = RunStatus.Menu(menu)
    configuration.audience.prescaleColumn = prescales.choice?.column
    configuration.audience.express = express.plan
    configuration.audience.counters = express.express
    let page = try dashboard.open()
    defer { page?.stop() }
    if let page { configuration.audience.tell = { page.post($0) } }
    let result = try play(configuration)
    for example in result.setAside.first { printToStandardError("warning: \(example); the event is set aside") }
    if result.setAside.count > result.setAside.first.count {
      printToStandardError("warning: \(result.setAside.count) events are set aside, the first of them are named above")
    }

    let conditions = MenuReport.Conditions(menu, result)
    let networks = try Level1Trigger.networks(of: menu.level1.compile()) ?? detector.trackNetworks
    let report = try ReplayReport(
      result, conditions: conditions, fits: result.fits.map(\.compact),
      injected: injected.results(result.monitor as? SignalMonitor),
      provenance: try Provenance(
        version: Sluice.configuration.version, command: CommandLine.arguments, menu: menu.name,
        menuHash: menu.contentHash, geometry: detector.geometryVersion,
        networks: networks.contentHash,
        prescaling: Provenance.Prescaling(level1: prescales.prescaling, highLevel: highLevelPrescaling),
        seed: seed, workers: workers, pace: pace, inputs: streams + injected.paths, start: start))
    if !json.takesStandardOutput {
      print(report.text)
      for file in report.run.files { print("wrote \(file)") }
    }
    try json.write(report)
    try judge(report)
  }

  /// Plays with a progress bar on a terminal; SIGINT and SIGTERM end the run in good order.
  private func play(_ configuration: ReplayConfiguration) throws -> ReplayResult {
    let signals = SignalStop(configuration.stop) { isAbort in
      printToStandardError(isAbort ? "aborting" : "stopping: the chain drains; once more to abort")
    }
    defer { withExtendedLifetime(signals) {} }
    var bar: ProgressBar?
    let result = try Replay.run(configuration) { progress in
      if bar == nil { bar = ProgressBar(total: progress.expected, unit: "events") }
      bar?.update(progress.done)
    }
    bar?.finish()
    return result
  }

  private func judge(_ report: ReplayReport) throws {
    try report.judge()
    guard strict else { return }
    if let setAside = report.run.setAside {
      throw RunFailure("\(setAside.events) events were set aside: they have fragments that no detector can have sent")
    }
    for (level, total) in [("level 1", report.rates.level1Total), ("the high-level trigger", report.rates.hltTotal)] {
      if total.withinBudget == false {
        throw RunFailure(
          "\(level) is over its budget: \(NumberText.estimate(total.rate)) Hz, "
            + "budget \(NumberText.significant(total.budget ?? 0, 4)) Hz")
      }
    }
  }
}

extension HighLevelPrescaling: ExpressibleByArgument {}
