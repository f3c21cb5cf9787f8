import Statistics

/// The counts of one line over a run.
public struct LineCounts: Sendable {
  /// Events on which the line's condition held.
  public var beforePrescale = Rate()
  /// Events that the line kept.
  public var afterPrescale = Rate()
  /// Events that only this line kept.
  public var unique = Rate()

  /// No events.
  public init() {}

  /// Adds the counts of another part.
  public mutating func merge(_ other: LineCounts) {
    beforePrescale.merge(other.beforePrescale)
    afterPrescale.merge(other.afterPrescale)
    unique.merge(other.unique)
  }
}

/// For every pair of lines, the events that both kept.
public struct OverlapCounts: Sendable {
  /// The number of lines.
  public let lines: Int
  private var counts: [Rate]

  /// No events yet.
  public init(lines: Int) {
    self.lines = lines
    counts = Array(repeating: Rate(), count: lines * lines)
  }

  /// The events that both lines kept; of a line with itself, those that it kept.
  public subscript(first: Int, second: Int) -> Rate {
    counts[min(first, second) * lines + max(first, second)]
  }

  /// Adds one event that was kept by the given lines, in ascending order.
  mutating func add(_ kept: [Int], weight: Double) {
    for (position, first) in kept.enumerated() {
      for second in kept[position...] { counts[first * lines + second].fill(weight: weight) }
    }
  }

  /// Adds one event on which the given lines fired, in ascending order, each of which passes its prescale with a
  /// probability of its own.
  mutating func add(_ fired: [Int], passing: [Double], weight: Double) {
    for (position, first) in fired.enumerated() where passing[first] > 0 {
      counts[first * lines + first].fill(weight: weight * passing[first])
      for second in fired[(position + 1)...] where passing[second] > 0 {
        counts[first * lines + second].fill(weight: weight * passing[first] * passing[second])
      }
    }
  }

  /// Adds the counts of another part.
  public mutating func merge(_ other: OverlapCounts) {
    precondition(lines == other.lines, "overlaps of different menus")
    for index in counts.indices { counts[index].merge(other.counts[index]) }
  }
}
