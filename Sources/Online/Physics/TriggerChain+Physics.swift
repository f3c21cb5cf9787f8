import ArrowStream
import Detector
import EventModel
import HighLevelTrigger
import Level1
import Menu
import Reconstruction
import SignalMonitor
import TriggerStudies

extension TriggerChain {
  /// The chain of a menu: level 1, high-level trigger, reconstruction and signal monitor of the Belle II detector model.
  /// - Parameters:
  ///   - menu: checked with the vocabularies of this program.
  ///   - channels: the searches of the signal monitor.
  ///   - seed: of the prescales, of the noise of the trigger electronics and of random triggers.
  ///   - prescaling: how level-1 prescales choose the events that pass.
  ///   - highLevelPrescaling: the same of the high-level trigger; counting needs one worker.
  ///   - timing: dead time, injection, triggers without a collision.
  ///   - reconstruction: what accepted events get, with what it needs.
  ///   - watch: how the searches are watched.
  ///   - fitConditions: what fits need to know beside the counts, and whether they show what channels hide.
  ///   - otherPrescales: the same menu with other columns of prescales, to which level 1 may change during a run.
  public init(
    detector: DetectorModel, menu: TriggerMenu, channels: [SearchChannel], seed: UInt64,
    prescaling: Level1Prescaling = .counter, highLevelPrescaling: HighLevelPrescaling = .hash,
    timing: Level1Timing = Level1Timing(),
    reconstruction: ReconstructionSteps = .standard, watch: WatchPlan = WatchPlan(),
    fitConditions: FitConditions = FitConditions(),
    otherPrescales: [TriggerMenu] = []
  ) throws {
    let highLevel = try HighLevelTrigger(detector: detector, menu: menu, seed: seed)
    var metadata = Metadata()
    metadata[StreamMetadata.menu] = menu.name
    metadata[StreamMetadata.menuHash] = menu.contentHash
    metadata[StreamMetadata.level1Lines] = menu.level1.lines.map(\.name).joined(separator: ",")
    let menus = [menu] + otherPrescales
    metadata[StreamMetadata.level1Prescales] = menus.map { menu in
      menu.level1.lines.map { "\(Int($0.prescale))" }.joined(separator: ",")
    }.joined(separator: ";")
    metadata[StreamMetadata.level1Prescaling] = prescaling.rawValue
    metadata[StreamMetadata.highLevelPrescaling] = highLevelPrescaling.rawValue
    metadata[StreamMetadata.level1PrescaleColumn] = menu.prescaleColumn
    let networks = try Level1Trigger.networks(of: menu.level1.compile()) ?? detector.trackNetworks
    metadata[StreamMetadata.level1Networks] = networks.contentHash
    metadata[StreamMetadata.level1Inputs] = InputBit.all.map(\.name).joined(separator: ",")
    metadata[StreamMetadata.highLevelLines] = highLevel.lineNames.joined(separator: ",")
    metadata[StreamMetadata.highLevelVariables] = highLevel.variableNames.joined(separator: ",")
    self.init(
      level1Lines: menu.level1.lines.map(\.name), highLevelLines: highLevel.lineNames, metadata: metadata,
      geometry: detector.geometryVersion,
      makeLevel1: {
        try Level1Processor(
          detector: detector, timeline: EventTimeline(timing, detector: detector, seed: seed), versions: menus.count
        ) { version, counts, timeline in
          try Level1Trigger(
            level: menus[version].level1.compile(), detector: detector, seed: seed, networks: networks,
            prescaling: prescaling, prescaleVersion: UInt32(version), lineCounts: counts, timeline: timeline)
        }
      },
      makeHighLevel: {
        HighLevelProcessor(
          trigger: try HighLevelTrigger(
            detector: detector, menu: menu, seed: seed, prescaling: highLevelPrescaling, injection: timing.injection))
      },
      makeReconstruction: {
        ReconstructionProcessor(reconstruction: Reconstruction(detector: detector), steps: reconstruction)
      },
      makeMonitor: { try SignalMonitor(channels: channels, plan: watch, conditions: fitConditions) })
    skimCount = menu.skims.lines.count
    let hits = RecordedHitCheck(detector)
    checkInput = { try hits.impossibleHits(in: $0) }
  }
}

private struct Level1Processor: PrescalingProcessor, TimedProcessor {
  typealias Make = (_ version: Int, _ lineCounts: [UInt64], _ timeline: EventTimeline) throws -> Level1Trigger
  private let detector: DetectorModel
  private let versions: Int
  private let make: Make
  private var trigger: Level1Trigger

  init(detector: DetectorModel, timeline: EventTimeline, versions: Int, make: @escaping Make) throws {
    self.detector = detector
    self.versions = versions
    self.make = make
    trigger = try make(0, [], timeline)
  }

  mutating func usePrescales(version: Int) throws {
    guard (0..<versions).contains(version) else { throw StageFailure("there are no prescales of version \(version)") }
    trigger = try make(version, trigger.lineCounts, trigger.timeline)
  }

  var timeSummary: Level1TimeSummary { Level1TimeSummary(trigger.timeline, detector: detector) }

  func process(_ batch: RecordBatch) throws -> ArrayData {
    do { return try trigger.process(batch) } catch let error as Level1InputError {
      // A hit that cannot be is the stream's fault, not the run's.
      throw ReplayError.impossibleInput(
        reason: "hit \(error.hit) of column '\(error.column)' is \(error.found), expected \(error.expected)",
        event: error.event, paths: [])
    } catch let error as Level1TimeError {
      throw ReplayError.impossibleInput(reason: error.problem, event: error.event, paths: [])
    }
  }
}

private struct HighLevelProcessor: BatchProcessor {
  var trigger: HighLevelTrigger

  mutating func process(_ batch: RecordBatch) throws -> ArrayData { try trigger.process(batch) }
}

private struct ReconstructionProcessor: BatchProcessor, CalibratingProcessor {
  var reconstruction: Reconstruction
  let steps: ReconstructionSteps

  var conditions: [RunningConditions] { reconstruction.calibration.versions }

  mutating func process(_ batch: RecordBatch) throws -> ArrayData { try reconstruction.process(batch, steps: steps) }
}
