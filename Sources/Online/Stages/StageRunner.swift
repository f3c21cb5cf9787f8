import EventModel

/// Runs the stages of a run by their names, in whatever process they are.
struct StageRunner: Sendable {
  let configuration: ReplayConfiguration
  let frontends: [FrontendPlan]
  let environment: StageEnvironment
  let findings: FindingsBook
  /// Makes the fits known while the run goes on; nil keeps them until its end.
  var publisher: FitPublisher?
  /// Looks at the searches at fixed points of the stream, where the monitor runs.
  var watch = LiveWatch()
  /// Copies accepted events to those who look on; nil where nobody does.
  var express: ExpressPublisher?
  /// The storage of the run, made only where it runs.
  let makeStorage: @Sendable () throws -> StorageStage
  /// The events of the run, made only where the source runs.
  let makeFeed: @Sendable () throws -> EventFeed

  /// The stages of a run, those behind first, though any order would do.
  static func stages(frontends: [FrontendPlan], workers: Int) -> [String] {
    [MonitorStage.stage, StorageStage.stage, ReconstructionStage.stage, CollectorStage.stage]
      + (0..<workers).map { WorkerName.of($0) } + [BuilderStage.stage, Level1Stage.stage] + frontends.map(\.stage)
      + [SourceStage.stage]
  }

  /// Runs a stage to its end.
  func run(_ stage: String) throws {
    let chain = configuration.chain
    let keep = KeepRejected(oneIn: configuration.keepRejected, seed: configuration.seed)
    switch stage {
    case MonitorStage.stage:
      let monitor = try MonitorStage(
        environment: environment, makeMonitor: chain.makeMonitor, publisher: publisher, watch: watch,
        express: express
      ).run()
      // Fits take their time; here they keep nobody waiting.
      let evidence = watch.waitForEnd()
      let fits = monitor.results(evidence)
      findings.state.withLock {
        $0.monitor = monitor
        $0.findings.fits = fits
        $0.findings.watch = evidence?.result
      }
    case StorageStage.stage: try makeStorage().run()
    case ReconstructionStage.stage:
      let found = try ReconstructionStage(environment: environment, makeProcessor: chain.makeReconstruction).run()
      findings.state.withLock {
        $0.findings.latency.reconstruction = found.latency
        $0.findings.conditions = found.conditions
      }
    case CollectorStage.stage:
      let collector = try CollectorStage(environment: environment)
      defer {
        findings.state.withLock { [report = collector.report] in
          $0.findings.decisionHash = report.hash
          $0.findings.latency.merge(report.latency)
        }
      }
      try collector.run()
    case BuilderStage.stage:
      let workers = (0..<configuration.workers).map { WorkerName.of($0) }
      try BuilderStage(frontends: frontends, workers: workers, keep: keep, environment: environment).run()
    case Level1Stage.stage:
      let time = try Level1Stage(
        frontends: frontends.filter(\.feedsLevel1), environment: environment, makeProcessor: chain.makeLevel1
      ).run()
      findings.state.withLock { $0.findings.time = time }
    case SourceStage.stage: try runSource()
    case _ where WorkerName.isValid(stage):
      try WorkerStage(name: stage, keep: keep, environment: environment, makeProcessor: chain.makeHighLevel).run()
    default:
      guard let plan = frontends.first(where: { $0.stage == stage }) else { throw StageFailure("no stage '\(stage)'") }
      try FrontendStage(plan: plan, environment: environment).run()
    }
  }

  private func runSource() throws {
    let flush = FlushRule(size: configuration.batchSize, age: Int64(configuration.batchAge * 1e6))
    let busyAfter = configuration.pace == .realTime ? Int64(configuration.busyAfter * 1e6) : nil
    try SourceStage(
      feed: makeFeed(), frontends: frontends, pace: configuration.pace, flush: flush, busyAfter: busyAfter,
      seed: configuration.seed, environment: environment
    ).run()
  }
}
