import EventModel
import Synchronization
import ZeroMQ

/// Knows what went wrong in a run and what that means for the others.
///
/// A batch that cannot be processed is booked as failed and ends the run in order: the source stops, the chain drains.
/// A stage that cannot go on ends it at once: every other stage is freed from whatever it waits for.
final class Supervisor: Sendable {
  private struct State {
    var breakdown: (stage: String, error: any Error)?
    var failures: [String] = []
    var failedEvents = 0
    var refusal: ReplayError?
    var setAside = SetAsideEvents()
    var losses: [(worker: String, loss: WorkerLoss)] = []
    var farm = FarmSummary()
  }

  private let state = Mutex(State())
  private let network: Network
  private let isStopping = Atomic<Bool>(false)
  private let pauseIsWanted = Atomic<Bool>(false)
  private let pauseIsOn = Atomic<Bool>(false)
  private let prescalesWanted = Atomic<Int>(0)
  private let prescalesInForce = Atomic<Int>(0)
  let stop: StopRequest

  init(network: Network, stop: StopRequest) {
    self.network = network
    self.stop = stop
  }

  /// Whether the source is to take up no more events.
  var shouldStop: Bool { isStopping.load(ordering: .sequentiallyConsistent) || stop.isRequested }

  /// Asks the source to hold events back, or to let them stream again.
  func pause(_ isWanted: Bool) { pauseIsWanted.store(isWanted, ordering: .sequentiallyConsistent) }

  /// Whether the source is to hold events back.
  var isPauseWanted: Bool { pauseIsWanted.load(ordering: .sequentiallyConsistent) }

  /// Whether the source holds events back.
  var isPaused: Bool { pauseIsOn.load(ordering: .sequentiallyConsistent) }

  /// The source holds events back, or lets them stream again.
  func notePause(_ isOn: Bool) { pauseIsOn.store(isOn, ordering: .sequentiallyConsistent) }

  /// Asks level 1 to change to a version of the prescales.
  func usePrescales(_ version: Int) { prescalesWanted.store(version, ordering: .sequentiallyConsistent) }

  /// The version of the prescales that level 1 is to use from the next batch on.
  var wantedPrescales: Int { prescalesWanted.load(ordering: .sequentiallyConsistent) }

  /// The version of the prescales in force.
  var prescaleVersion: Int { prescalesInForce.load(ordering: .sequentiallyConsistent) }

  /// Level 1 has changed to a version of the prescales.
  func notePrescales(_ version: Int) { prescalesInForce.store(version, ordering: .sequentiallyConsistent) }

  /// Lets the chain drain, since something has failed elsewhere.
  func stopSource() { isStopping.store(true, ordering: .sequentiallyConsistent) }

  /// Events could not be processed.
  func report(stage: String, events: Int, reason: String) {
    state.withLock { state in
      state.failedEvents += events
      // The first reasons explain the most; a broken stage would repeat itself for every batch.
      if state.failures.count < 10 { state.failures.append("\(stage): \(reason)") }
    }
    isStopping.store(true, ordering: .sequentiallyConsistent)
  }

  /// Events have a fragment that no detector can have sent: nobody looks at them, and the run goes on.
  func setAside(_ events: [(EventKey, ImpossibleHit)]) {
    state.withLock { state in for (event, hit) in events { state.setAside.add(event, hit) } }
  }

  /// A worker is known to be lost: it has died, or nothing is heard of it.
  func lose(worker: String, _ loss: WorkerLoss) { state.withLock { $0.losses.append((worker, loss)) } }

  /// The losses since the last call, for the builder to deal with.
  func takeLosses() -> [(worker: String, loss: WorkerLoss)] {
    state.withLock { state in
      defer { state.losses.removeAll() }
      return state.losses
    }
  }

  /// Notes what happened in the farm.
  func noteFarm(_ change: (inout FarmSummary) -> Void) { state.withLock { change(&$0.farm) } }

  /// What happened in the farm.
  var farm: FarmSummary { state.withLock(\.farm) }

  /// A stage cannot go on.
  func breakDown(stage: String, error: any Error) {
    // A stage freed by the abort of the run is not the cause of it.
    if let error = error as? ZeroMQError, error.code == .terminated || error.code == .closed { return }
    state.withLock { state in
      if let refusal = error as? ReplayError, state.refusal == nil { state.refusal = refusal }
      if state.breakdown == nil { state.breakdown = (stage, error) }
    }
    network.abort()
  }

  /// Breaks the run off.
  func abort() { network.abort() }

  /// Why events failed, in the order in which it happened.
  var failures: [String] { state.withLock(\.failures) }

  /// The stage that could not go on, and why.
  var breakdown: String? { state.withLock { state in state.breakdown.map { "\($0.stage): \($0.error)" } } }

  /// The events that were set aside.
  var setAside: SetAsideEvents { state.withLock(\.setAside) }

  /// An input that has to be refused, found while it was read.
  var refusal: ReplayError? { state.withLock(\.refusal) }
}
