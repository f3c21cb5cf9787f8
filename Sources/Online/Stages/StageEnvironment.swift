import Foundation
import Synchronization

/// What all stages of a run share.
struct StageEnvironment: Sendable {
  let network: Network
  let clock: RunClock
  let ledger: LedgerBook
  let supervisor: Supervisor
  let credits: CreditPlan
  let faults: PlantedFaults
  /// Where stages put up what they measure; nil for a run that nobody looks at.
  let live: LiveBoard?
  /// ns until a batch with missing fragments is given up.
  let patience: Int64
  /// ns that a worker may be at one batch.
  let batchLimit: Int64

  init(
    _ configuration: ReplayConfiguration, network: Network, clock: RunClock, ledger: LedgerBook, supervisor: Supervisor
  ) {
    self.network = network
    self.clock = clock
    self.ledger = ledger
    self.supervisor = supervisor
    credits = CreditPlan(workers: configuration.workers)
    faults = configuration.faults
    live = configuration.audience.isPresent ? LiveBoard() : nil
    patience = Int64(configuration.patience * 1e6)
    batchLimit = Int64(configuration.batchLimit * 1e6)
  }
}

/// How many batches may be under way on each kind of link. Their sum bounds the memory of a run.
package struct CreditPlan: Sendable, Equatable {
  /// Batches on a link between two single stages.
  package var link = 4
  /// Batches a worker may hold.
  package var worker = 2
  /// Batches from the builder's decision to the collector's, over the whole farm.
  package var window: Int

  package init(workers: Int) {
    window = 4 + 3 * workers
  }
}

/// Faults for tests to plant: what must be noticed when it happens.
package struct PlantedFaults: Sendable, Equatable {
  /// A worker forgets the last accepted event of this batch.
  package var forgottenEvent: UInt64?
  /// The storage forgets a batch of verdicts.
  package var forgottenVerdicts = false
  /// The collector throws away this batch as if it had never come.
  package var droppedBatch: UInt64?

  /// These workers die without a word when they take up the batch of this number, counted from 1.
  package var dyingWorkers: [String: Int] = [:]
  /// Whoever takes up this batch dies.
  package var lethalBatch: UInt64?

  /// Every output behaves as if the disk were full after this many rows.
  package var diskFullAfter: Int?

  package init() {}
}

/// A thread of its own for a stage, named as the stage.
struct StageThread {
  /// Starts a stage; errors go to the supervisor.
  static func start(
    _ name: String, in environment: StageEnvironment, group: DispatchGroup, body: @escaping @Sendable () throws -> Void
  ) {
    group.enter()
    let thread = Thread {
      nameThisThread(name)
      do { try body() } catch { environment.supervisor.breakDown(stage: name, error: error) }
      group.leave()
    }
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Gives the thread the name that `top -H` shows; Foundation keeps a thread's name to itself. 15 characters fit.
  private static func nameThisThread(_ name: String) {
    guard let file = fopen("/proc/thread-self/comm", "w") else { return }
    fputs(String(name.prefix(15)), file)
    fclose(file)
  }
}
