import Detector
import EventModel
import Foundation
import Level1
import Menu
import Online
import Reconstruction
import TriggerStudies

/// A plan with everything it names: menu, channels, physics.
struct PlanRun {
  let plan: RunPlan
  let menu: TriggerMenu
  let detector: DetectorModel
  var configuration: ReplayConfiguration

  /// Reads what a plan names.
  init(_ plan: RunPlan) throws {
    self.plan = plan
    menu = try MenuCommand.read(plan.menu, plan.prescaleColumn.map { PrescaleChoice(column: $0, file: nil) })
    detector = try DetectorModel.belle2()
    configuration = ReplayConfiguration(
      streams: plan.streams,
      chain: try TriggerChain(
        detector: detector, menu: menu, channels: try ChannelFiles(folder: plan.channels).all(), seed: plan.seed,
        reconstruction: try ReconstructionSteps(names: plan.reconstruct),
        otherPrescales: try plan.otherPrescaleColumns.map {
          try MenuCommand.read(plan.menu, PrescaleChoice(column: $0, file: nil))
        }))
    configuration.audience.plan = plan.name
    configuration.audience.menu = RunStatus.Menu(menu)
    configuration.audience.prescaleColumn = plan.prescaleColumn
    configuration.audience.express = plan.express
    configuration.audience.counters = plan.counters
    configuration.audience.mayCome = true
    configuration.pace = plan.pace
    configuration.workers = plan.workers
    configuration.output = plan.output
    configuration.seed = plan.seed
    configuration.repeats = plan.repeats
    configuration.keepRejected = plan.keepRejected
    configuration.batchSize = plan.batchEvents
    configuration.batchAge = plan.batchAge
    configuration.busyAfter = plan.busyAfter
    configuration.patience = plan.patience
    configuration.batchLimit = plan.workerLimit
  }

  /// The report of a run of the plan.
  func report(_ result: ReplayResult, start: Date) throws -> ReplayReport {
    try ReplayReport(
      result, conditions: MenuReport.Conditions(menu, result), fits: result.fits,
      provenance: try Provenance(
        version: Sluice.configuration.version, command: CommandLine.arguments, menu: menu.name,
        menuHash: menu.contentHash, geometry: detector.geometryVersion,
        networks: (Level1Trigger.networks(of: menu.level1.compile()) ?? detector.trackNetworks).contentHash,
        seed: plan.seed, workers: plan.workers, pace: plan.paceText, inputs: plan.streams, start: start))
  }
}

extension MenuReport.Conditions {
  /// The lines of a menu, and what a run says about its conditions.
  init(_ menu: TriggerMenu, _ result: ReplayResult) {
    self.init(
      level1: menu.level1.lines.map { ReportedLine(name: $0.name, prescale: $0.prescale, masked: $0.maskReason) },
      highLevel: (menu.highLevel.lines + menu.skims.lines).map { ReportedLine(name: $0.name, prescale: $0.prescale) },
      level1Budget: menu.level1.budget, highLevelBudget: menu.highLevel.budget, liveTime: result.liveTime,
      luminosity: result.metadata[StreamMetadata.luminosity].flatMap(Double.init))
  }
}
