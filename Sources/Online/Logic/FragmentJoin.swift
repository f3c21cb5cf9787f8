/// Joins what several producers send about the same batch, in the order of the stream.
///
/// Batches leave in sequence order. A batch whose fragments are not all there holds back those behind it, until it can
/// no longer be completed: a producer has already sent a later batch (its links keep the order, so the missing one is
/// lost), or patience has run out. Then it leaves incomplete, with the cause, and is never presented as complete.
package struct FragmentJoin<Fragment> {
  /// What a fragment turned out to be on arrival.
  package enum Arrival: Equatable {
    /// It belongs to a batch that is being joined.
    case joining
    /// The same producer has sent this batch before; the fragment is to be discarded.
    case duplicate
    /// The batch has already left; the fragment is to be discarded.
    case late
    /// Nobody expects it: an unknown producer, or so far ahead that no credit allows it.
    case unexpected
  }

  /// Why a batch left without all its fragments.
  package enum Cause: Equatable {
    /// The missing producers had already sent later batches, or had ended.
    case lost
    /// Patience ran out.
    case timedOut
  }

  /// A batch that leaves.
  package struct Joined {
    /// The batch's place in the stream.
    package let sequence: UInt64
    /// What each producer sent, in the order of the producers; nil where it is missing.
    package let fragments: [Fragment?]
    /// Why it is not complete; nil when it is.
    package let incomplete: Cause?
  }

  /// How often each thing that should not happen has happened.
  package struct Irregularities: Equatable {
    package var duplicated = 0
    package var late = 0
    package var unexpected = 0
    package var lost = 0
    package var timedOut = 0

    /// None yet.
    package init() {}
  }

  private struct Waiting {
    package var fragments: [Fragment?]
    package var firstArrival: Int64
    package var missing: Int
  }

  package let producers: Int
  package let window: Int
  package let patience: Int64
  private var waiting: [UInt64: Waiting] = [:]
  private var latest: [UInt64?]
  private var ended: [Bool]
  package private(set) var next: UInt64 = 0
  package private(set) var irregularities = Irregularities()

  /// - Parameters:
  ///   - producers: how many fragments make a batch.
  ///   - window: how many batches may wait at once; more than any producer has credits for.
  ///   - patience: ns from a batch's first fragment until it leaves incomplete.
  package init(producers: Int, window: Int, patience: Int64) {
    precondition(producers > 0 && window > 0)
    self.producers = producers
    self.window = window
    self.patience = patience
    latest = Array(repeating: nil, count: producers)
    ended = Array(repeating: false, count: producers)
  }

  /// Batches of which something is here.
  package var waitingCount: Int { waiting.count }

  /// Takes a fragment in.
  package mutating func add(_ fragment: Fragment, from producer: Int, sequence: UInt64, now: Int64) -> Arrival {
    guard producer >= 0, producer < producers, sequence < next &+ UInt64(window) else {
      irregularities.unexpected += 1
      return .unexpected
    }
    guard sequence >= next else {
      irregularities.late += 1
      return .late
    }
    var batch =
      waiting[sequence]
      ?? Waiting(fragments: Array(repeating: nil, count: producers), firstArrival: now, missing: producers)
    guard batch.fragments[producer] == nil else {
      irregularities.duplicated += 1
      return .duplicate
    }
    batch.fragments[producer] = fragment
    batch.missing -= 1
    waiting[sequence] = batch
    latest[producer] = max(latest[producer] ?? 0, sequence)
    return .joining
  }

  /// A producer will send nothing more.
  package mutating func end(_ producer: Int) {
    guard producer >= 0, producer < producers else { return }
    ended[producer] = true
  }

  /// Whether every producer has ended and everything has left.
  package var isFinished: Bool { waiting.isEmpty && ended.allSatisfy { $0 } }

  /// The next batch that can leave, if any.
  package mutating func takeNext(now: Int64) -> Joined? {
    guard let batch = waiting[next] else {
      // Of the next batch nothing is here. If it is lost at every producer, later ones must not wait for ever.
      guard !waiting.isEmpty, (0..<producers).allSatisfy({ cannotCome(next, from: $0) }) else { return nil }
      return leave(Array(repeating: nil, count: producers), .lost)
    }
    if batch.missing == 0 { return leave(batch.fragments, nil) }
    let missing = (0..<producers).filter { batch.fragments[$0] == nil }
    if missing.allSatisfy({ cannotCome(next, from: $0) }) { return leave(batch.fragments, .lost) }
    if now - batch.firstArrival >= patience { return leave(batch.fragments, .timedOut) }
    return nil
  }

  /// When patience with the next batch runs out; nil while none waits.
  package var deadline: Int64? { waiting[next].map { $0.firstArrival + patience } }

  private func cannotCome(_ sequence: UInt64, from producer: Int) -> Bool {
    ended[producer] || (latest[producer].map { $0 > sequence } ?? false)
  }

  private mutating func leave(_ fragments: [Fragment?], _ cause: Cause?) -> Joined {
    let joined = Joined(sequence: next, fragments: fragments, incomplete: cause)
    waiting[next] = nil
    next += 1
    switch cause {
    case .lost: irregularities.lost += 1
    case .timedOut: irregularities.timedOut += 1
    case nil: break
    }
    return joined
  }
}
