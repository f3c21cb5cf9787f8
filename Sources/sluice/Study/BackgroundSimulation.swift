import ArrowStream
import Detector
import EventModel
import HighLevelTrigger
import Level1
import Menu
import Reconstruction
import SignalMonitor
import Simulation

/// Background processes through the whole chain in memory: generation, detector response, level 1, high-level trigger, reconstruction,
/// candidates of search channels.
///
/// Level 1 and the high-level trigger work on several threads, whose decisions depend on the event alone; the reconstruction follows running
/// conditions and takes the events in order, so that results are the same for any number of threads.
struct BackgroundSimulation {
  let detector: DetectorModel
  let menu: TriggerMenu
  let channels: [SearchChannel]
  let seed: UInt64
  let workers: Int?

  /// What one process left in all channels.
  struct Outcome {
    let process: String
    let events: Int
    let accepted: Int
    /// What the events stand for, 1/fb.
    let luminosity: Double
    let monitor: SignalMonitor
  }

  /// Simulates one process of a mixture.
  ///
  /// - Parameters:
  ///   - entry: its position in the mixture.
  ///   - events: how many, instead of the mixture's number.
  ///   - progress: called with the number of events done.
  func run(_ entry: Int, of mixture: Mixture, events: Int?, progress: (Int) -> Void) throws -> Outcome {
    var single = mixture
    single.entries = [mixture.entries[entry]]
    if let events { single.entries[0].events = events }
    let process = single.entries[0]
    guard let crossSection = process.crossSection, crossSection > 0 else {
      throw BackgroundWithoutCrossSection(process: process.label, mixture: mixture.name)
    }
    // A run of its own for each process: no event shares its random numbers with another.
    let run = UInt32(entry + 1)
    let source = try EventSource(single, seed: seed, experiment: 1, run: run, detector: detector)
    var recorder = StreamRecorder(
      processes: single.labels, detector: detector, background: mixture.background, seed: seed, experiment: 1, run: run)
    if let workers { recorder.workers = workers }
    var reconstruction = Reconstruction(detector: detector)
    var monitor = try SignalMonitor(channels: channels)
    var (done, accepted) = (0, 0)
    try recorder.simulate(
      next: { try source.next(into: &$0) },
      makeTransform: {
        let level1 = try Level1Trigger(
          level: menu.level1.compile(), detector: detector, seed: seed, prescaling: .random)
        var highLevel = try HighLevelTrigger(detector: detector, menu: menu, seed: seed)
        return { batch in
          let column = try level1.process(batch)
          let decided = try Level1Column(column)
          let passed = try batch.appending(EventSchema.level1, column)
            .taking(rows: (0..<batch.count).filter { decided.accepted[$0] })
          let verdicts = try highLevel.process(passed)
          let kept = try HighLevelColumn(verdicts)
          return (
            events: batch.count,
            accepted: try passed.appending(EventSchema.highLevel, verdicts)
              .taking(
                rows: (0..<passed.count).filter { kept.verdict[$0] == HighLevelTrigger.Verdict.accepted.rawValue })
          )
        }
      },
      body: { (result: (events: Int, accepted: RecordBatch)) in
        let column = try reconstruction.process(result.accepted)
        try monitor.fill(try result.accepted.appending(EventSchema.reconstruction, column))
        done += result.events
        accepted += result.accepted.count
        progress(done)
      })
    // 1/fb is 1e39 per cm2, the mixture's luminosity is in 1e34.
    let luminosity =
      process.events == nil ? mixture.luminosity * mixture.liveTime * 1e-5 : Double(done) / (crossSection * 1e6)
    return Outcome(
      process: process.label, events: done, accepted: accepted, luminosity: luminosity, monitor: monitor)
  }
}

/// A background that cannot be scaled to a luminosity.
struct BackgroundWithoutCrossSection: Error, CustomStringConvertible {
  let process: String
  let mixture: String
  var description: String {
    "mixture '\(mixture)': the process '\(process)' has no cross-section, so it stands for no luminosity"
  }
}
