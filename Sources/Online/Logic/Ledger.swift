import Synchronization

/// What became of the events that entered a stage.
public struct StageBalance: Equatable, Sendable, Codable {
  /// The stage's name.
  public let stage: String
  /// Events that entered.
  public let entered: Int
  /// Events that were passed on or kept.
  public let passed: Int
  /// Events that were rejected by a decision.
  public let rejected: Int
  /// Events that were not looked at because the chain was busy.
  public let vetoed: Int
  /// Events with a fragment that no detector can have sent, or too large to be reconstructed; nobody looked at them further.
  public let setAside: Int
  /// Events that could not be processed.
  public let failed: Int

  enum CodingKeys: String, CodingKey {
    case stage, entered, passed, rejected, vetoed, failed
    case setAside = "set_aside"
  }

  /// A balance of its numbers.
  public init(
    stage: String, entered: Int, passed: Int, rejected: Int = 0, vetoed: Int = 0, setAside: Int = 0, failed: Int = 0
  ) {
    self.stage = stage
    self.entered = entered
    self.passed = passed
    self.rejected = rejected
    self.vetoed = vetoed
    self.setAside = setAside
    self.failed = failed
  }

  /// Events that entered and of which nothing is known yet; must be 0 when a run has ended.
  public var inFlight: Int { entered - passed - rejected - vetoed - setAside - failed }

  package func count(_ column: LedgerColumn) -> Int {
    switch column {
    case .entered: entered
    case .passed: passed
    case .rejected: rejected
    case .vetoed: vetoed
    case .setAside: setAside
    case .failed: failed
    }
  }
}

/// A column of the ledger.
public enum LedgerColumn: String, Sendable, Codable {
  /// Events that entered.
  case entered
  /// Events passed on.
  case passed
  /// Events rejected.
  case rejected
  /// Events vetoed.
  case vetoed
  /// Events set aside.
  case setAside = "set_aside"
  /// Events failed.
  case failed
}

/// Two numbers of the ledger that must agree: what one stage handed over and what the next one took.
public struct Handover: Equatable, Sendable, Codable {
  /// The stage that hands over, and the column that counts it.
  public let from: String, fromColumn: LedgerColumn
  /// The stage that takes over, and the column that counts it.
  public let to: String, toColumn: LedgerColumn

  /// Events that leave `from` by a column enter `to` by a column.
  public init(_ from: String, _ fromColumn: LedgerColumn, to: String, _ toColumn: LedgerColumn = .entered) {
    self.from = from
    self.fromColumn = fromColumn
    self.to = to
    self.toColumn = toColumn
  }
}

/// Every event of a run, by stage and outcome: in = passed + rejected + vetoed + set aside + failed + in flight.
public struct Ledger: Equatable, Sendable, Codable {
  /// The stages, in the order of the chain.
  public let stages: [StageBalance]
  /// What must agree between stages.
  public let handovers: [Handover]

  /// A ledger of its parts.
  public init(stages: [StageBalance], handovers: [Handover]) {
    self.stages = stages
    self.handovers = handovers
  }

  /// The balance of a stage.
  public subscript(stage: String) -> StageBalance? { stages.first { $0.stage == stage } }

  /// The same ledger with what several processes counted of its stages, added up.
  func replacing(stages parts: [[StageBalance]]) -> Ledger {
    let sums = stages.map { stage in
      parts.joined().filter { $0.stage == stage.stage }.reduce(StageBalance(stage: stage.stage, entered: 0, passed: 0))
      {
        StageBalance(
          stage: stage.stage, entered: $0.entered + $1.entered, passed: $0.passed + $1.passed,
          rejected: $0.rejected + $1.rejected, vetoed: $0.vetoed + $1.vetoed, setAside: $0.setAside + $1.setAside,
          failed: $0.failed + $1.failed)
      }
    }
    return Ledger(stages: sums, handovers: handovers)
  }

  /// Everything that does not add up, in words.
  /// - Parameter whenFinished: after the end nothing may be in flight; during a run stages may be behind each other, but
  ///   no stage can have dealt with more events than it was given.
  public func imbalances(whenFinished: Bool) -> [String] {
    var found: [String] = []
    for stage in stages where whenFinished ? stage.inFlight != 0 : stage.inFlight < 0 {
      let kind = stage.inFlight > 0 ? "unaccounted" : "too many"
      found.append(
        "\(stage.stage): \(stage.entered) in, \(stage.passed) passed, \(stage.rejected) rejected, "
          + "\(stage.vetoed) vetoed, \(stage.setAside) set aside, \(stage.failed) failed: "
          + "\(abs(stage.inFlight)) \(kind)")
    }
    for handover in handovers {
      guard let from = self[handover.from]?.count(handover.fromColumn),
        let to = self[handover.to]?.count(handover.toColumn)
      else { continue }
      if whenFinished ? from != to : to > from {
        found.append(
          "\(handover.from) \(handover.fromColumn.rawValue) \(from), but \(handover.to) \(handover.toColumn.rawValue) "
            + "\(to): \(abs(from - to)) \(from > to ? "lost between them" : "too many")")
      }
    }
    return found
  }
}

/// The counters of one stage, written by its thread (or its workers' threads) and read by others while it runs.
package final class StageCounter: Sendable {
  package let stage: String
  private let entered = Atomic<Int>(0)
  private let passed = Atomic<Int>(0)
  private let rejected = Atomic<Int>(0)
  private let vetoed = Atomic<Int>(0)
  private let setAside = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)

  package init(_ stage: String) { self.stage = stage }

  /// Counts events in, before anything is done with them.
  package func enter(_ events: Int) { entered.add(events, ordering: .sequentiallyConsistent) }

  /// Counts events out, before they are handed on.
  package func leave(passed: Int = 0, rejected: Int = 0, vetoed: Int = 0, setAside: Int = 0, failed: Int = 0) {
    if passed != 0 { self.passed.add(passed, ordering: .sequentiallyConsistent) }
    if rejected != 0 { self.rejected.add(rejected, ordering: .sequentiallyConsistent) }
    if vetoed != 0 { self.vetoed.add(vetoed, ordering: .sequentiallyConsistent) }
    if setAside != 0 { self.setAside.add(setAside, ordering: .sequentiallyConsistent) }
    if failed != 0 { self.failed.add(failed, ordering: .sequentiallyConsistent) }
  }

  /// The numbers now. Outcomes are read before what entered, so that they can never seem to exceed it.
  package var balance: StageBalance {
    let failed = failed.load(ordering: .sequentiallyConsistent)
    let setAside = setAside.load(ordering: .sequentiallyConsistent)
    let vetoed = vetoed.load(ordering: .sequentiallyConsistent)
    let rejected = rejected.load(ordering: .sequentiallyConsistent)
    let passed = passed.load(ordering: .sequentiallyConsistent)
    return StageBalance(
      stage: stage, entered: entered.load(ordering: .sequentiallyConsistent), passed: passed, rejected: rejected,
      vetoed: vetoed, setAside: setAside, failed: failed)
  }
}

/// The counters of all stages of a run.
package final class LedgerBook: Sendable {
  private let counters: [StageCounter]
  private let handovers: [Handover]

  package init(stages: [String], handovers: [Handover]) {
    counters = stages.map(StageCounter.init)
    self.handovers = handovers
  }

  /// The counter of a stage.
  package subscript(stage: String) -> StageCounter {
    guard let counter = counters.first(where: { $0.stage == stage }) else {
      preconditionFailure("no stage '\(stage)' in the ledger")
    }
    return counter
  }

  /// The ledger now. Later stages are read first, so that they can never seem to be ahead of earlier ones.
  package func snapshot() -> Ledger {
    Ledger(stages: counters.reversed().map(\.balance).reversed(), handovers: handovers)
  }
}
