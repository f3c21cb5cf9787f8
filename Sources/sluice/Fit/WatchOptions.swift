import ArgumentParser
import SignalMonitor

/// How searches are watched while their events come.
struct WatchOptions: ParsableArguments {
  @Option(
    name: .customLong("planned-events"),
    help: """
      Reconstructed events at which the watch is planned to end: adds an alarm that costs a factor of two for any number of looks, void if \
      the run goes on.
      """)
  var plannedEvents: Int?

  @Flag(help: "Show what channels hide.")
  var unblind = false

  func validate() throws {
    if let plannedEvents, plannedEvents < 1 {
      throw ValidationError("--planned-events \(plannedEvents): expected at least 1.")
    }
  }

  /// The plan, fixed before the first event.
  var plan: WatchPlan { WatchPlan(plannedEvents: plannedEvents) }
}
