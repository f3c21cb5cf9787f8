/// When a batch that is being filled leaves: when it is full, or when its first event has waited long enough.
package struct FlushRule: Equatable {
  /// Events a batch holds at most.
  package let size: Int
  /// How long the first event of a batch may wait for company, in ns.
  package let age: Int64

  package init(size: Int, age: Int64) {
    precondition(size > 0 && age >= 0)
    self.size = size
    self.age = age
  }

  /// How many of the events that arrive at the given times make up the next batch, and when it leaves.
  ///
  /// - Parameters:
  ///   - arrivals: arrival times in ns, not decreasing.
  ///   - isEnd: whether no event follows the last of them.
  /// - Returns: nil when the events known so far fill no batch and more may come in time.
  package func nextBatch(of arrivals: some RandomAccessCollection<Int64>, isEnd: Bool) -> (count: Int, leaves: Int64)? {
    guard let first = arrivals.first else { return nil }
    let limit = first.addingReportingOverflow(age)
    let deadline = limit.overflow ? Int64.max : limit.partialValue
    var count = 0
    for arrival in arrivals {
      if arrival > deadline { return (count, deadline) }
      count += 1
      if count == size { return (count, arrival) }
    }
    // With nothing to follow there is no company to wait for.
    return isEnd ? (count, arrivals.last ?? first) : nil
  }
}
