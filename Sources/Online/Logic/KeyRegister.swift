import EventModel

/// Remembers every event key of a replay as ranges of event numbers, so that a key met twice is noticed.
///
/// Streams mostly hold consecutive numbers, which make one range however many they are.
package struct KeyRegister {
  private struct Run: Hashable {
    package let experiment: UInt16
    package let run: UInt32
  }

  private struct Range {
    package var first: UInt64
    package var last: UInt64
  }

  private var ranges: [Run: [Range]] = [:]

  package init() {}

  /// How many ranges are held.
  package var rangeCount: Int { ranges.values.reduce(0) { $0 + $1.count } }

  /// Remembers a key.
  /// - Returns: false when it was here before.
  package mutating func insert(_ key: EventKey) -> Bool {
    insert(key.number, into: &ranges[Run(experiment: key.experiment, run: key.run), default: []])
  }

  /// Remembers the keys of a batch.
  /// - Returns: the first row whose key was here before, if any.
  package mutating func insert(_ keys: EventKeyColumn) -> Int? {
    var row = 0
    while row < keys.count {
      let run = Run(experiment: keys.experiment[row], run: keys.run[row])
      var known = ranges.removeValue(forKey: run) ?? []
      defer { ranges[run] = known }
      while row < keys.count, keys.run[row] == run.run, keys.experiment[row] == run.experiment {
        guard insert(keys.number[row], into: &known) else { return row }
        row += 1
      }
    }
    return nil
  }

  private func insert(_ number: UInt64, into ranges: inout [Range]) -> Bool {
    // The usual case: one more than the last.
    if let last = ranges.last, number > last.last {
      if number == last.last + 1 {
        ranges[ranges.count - 1].last = number
      } else {
        ranges.append(Range(first: number, last: number))
      }
      return true
    }
    var lower = 0
    var upper = ranges.count
    while lower < upper {
      let middle = (lower + upper) / 2
      if ranges[middle].last < number { lower = middle + 1 } else { upper = middle }
    }
    // `lower` is the first range that ends at or after the number.
    guard lower < ranges.count else {
      ranges.append(Range(first: number, last: number))
      return true
    }
    if ranges[lower].first <= number { return false }
    let joinsBefore = lower > 0 && ranges[lower - 1].last + 1 == number
    let joinsAfter = ranges[lower].first == number + 1
    switch (joinsBefore, joinsAfter) {
    case (true, true):
      ranges[lower - 1].last = ranges[lower].last
      ranges.remove(at: lower)
    case (true, false): ranges[lower - 1].last = number
    case (false, true): ranges[lower].first = number
    case (false, false): ranges.insert(Range(first: number, last: number), at: lower)
    }
    return true
  }
}
