/// Weighted counts of events: how many, the sum of their weights and of the squares of their weights. Counts of parts
/// add up.
public struct WeightedCount: Hashable, Sendable, Codable {
  /// Events, unweighted.
  public var events = 0
  /// Sum of weights.
  public var weight = 0.0
  /// Sum of squared weights: the variance of the sum.
  public var squaredWeight = 0.0

  /// No events.
  public init() {}

  /// Adds one event.
  @inlinable public mutating func add(weight eventWeight: Double) {
    events += 1
    weight += eventWeight
    squaredWeight += eventWeight * eventWeight
  }

  /// Adds the counts of another part.
  public mutating func merge(_ other: WeightedCount) {
    events += other.events
    weight += other.weight
    squaredWeight += other.squaredWeight
  }
}

/// The counts of one line over a run.
public struct LineCounts: Sendable {
  /// Events on which the line's condition held.
  public var beforePrescale = WeightedCount()
  /// Events that the line kept.
  public var afterPrescale = WeightedCount()
  /// Events that only this line kept.
  public var unique = WeightedCount()

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
  private var counts: [WeightedCount]

  /// No events yet.
  public init(lines: Int) {
    self.lines = lines
    counts = Array(repeating: WeightedCount(), count: lines * lines)
  }

  /// The events that both lines kept; of a line with itself, those that it kept.
  public subscript(first: Int, second: Int) -> WeightedCount {
    counts[min(first, second) * lines + max(first, second)]
  }

  /// Adds one event that was kept by the given lines, in ascending order.
  mutating func add(_ kept: [Int], weight: Double) {
    for (position, first) in kept.enumerated() {
      for second in kept[position...] { counts[first * lines + second].add(weight: weight) }
    }
  }

  /// Adds the counts of another part.
  public mutating func merge(_ other: OverlapCounts) {
    precondition(lines == other.lines, "overlaps of different menus")
    for index in counts.indices { counts[index].merge(other.counts[index]) }
  }
}
