/// Puts the results of a farm back into the order of the stream.
///
/// For every batch the builder says what level 1 decided and whether a result of the farm is to come. A batch leaves
/// when both are here and every earlier one has left, so what leaves does not depend on how many workers there are or
/// which was slow. One result is kept per batch whatever happens.
package struct StreamOrder<Decision, Result> {
  /// A batch that leaves.
  package struct Complete {
    package let sequence: UInt64
    package let decision: Decision
    package let result: Result?
  }

  private struct Waiting {
    package var decision: Decision?
    package var expectsResult = false
    package var result: Result?
  }

  private var waiting: [UInt64: Waiting] = [:]

  package init() {}

  /// The batch that leaves next.
  package private(set) var next: UInt64 = 0
  /// Second results and decisions that were discarded.
  package private(set) var duplicates = 0

  /// Batches of which something is here.
  package var waitingCount: Int { waiting.count }

  /// Takes in what level 1 decided.
  /// - Returns: false when it was here before and is discarded.
  package mutating func add(decision: Decision, expectsResult: Bool, sequence: UInt64) -> Bool {
    var batch = waiting[sequence] ?? Waiting()
    guard sequence >= next, batch.decision == nil else {
      duplicates += 1
      return false
    }
    batch.decision = decision
    batch.expectsResult = expectsResult
    waiting[sequence] = batch
    return true
  }

  /// Takes in a worker's result.
  /// - Returns: false when one was here before and this one is discarded.
  package mutating func add(result: Result, sequence: UInt64) -> Bool {
    var batch = waiting[sequence] ?? Waiting()
    guard sequence >= next, batch.result == nil else {
      duplicates += 1
      return false
    }
    batch.result = result
    waiting[sequence] = batch
    return true
  }

  /// The next batch in order, if it is complete.
  package mutating func takeNext() -> Complete? {
    guard let batch = waiting[next], let decision = batch.decision else { return nil }
    if batch.expectsResult && batch.result == nil { return nil }
    waiting[next] = nil
    defer { next += 1 }
    return Complete(sequence: next, decision: decision, result: batch.result)
  }
}
