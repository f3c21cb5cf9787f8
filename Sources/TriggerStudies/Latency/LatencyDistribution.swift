import Statistics

/// Times of events in the order of the stream, with quantiles and their errors.
///
/// Events of one batch finish together and a busy chain stays busy for a while, so that neighbours have like times. The error of a
/// quantile therefore comes from the scatter of the share of events below it from block to block of the stream (``BlockedFraction``):
/// its interval reaches from the quantile at the lower to that at the upper end of this share (R. S. Woodruff, J. Am. Stat. Assoc. 47
/// (1952) 635).
public struct LatencyDistribution: Sendable {
  private var values: [Float] = []

  /// Blocks that the stream is cut into for errors, about.
  private static let blocks = 64
  /// Fewer events than this beyond a quantile, or from fewer of the blocks, say nothing of it: they may be one batch.
  private static let fewestBeyond = 10.0
  private static let fewestBlocks = 5

  /// No events yet.
  public init() {}

  /// Adds the next event of the stream.
  /// - Parameter microseconds: its time; one that is no finite number, or negative, is left out.
  public mutating func add(microseconds: Float) {
    if microseconds.isFinite, microseconds >= 0 { values.append(microseconds) }
  }

  /// Number of events.
  public var count: Int { values.count }
  /// The longest time, us; nil without events.
  public var maximum: Double? { values.max().map(Double.init) }

  /// The times below or at which fractions of the events lie, with one standard deviation, us.
  /// - Returns: one for each fraction; nil where fewer than ten events, or events of fewer than five blocks, lie beyond.
  public func quantiles(_ fractions: [Double]) -> [EstimatedNumber?] {
    let sorted = values.sorted()
    func time(_ fraction: Double) -> Float {
      let place = Int((Double(sorted.count) * fraction).rounded(.up)) - 1
      return sorted[min(max(place, 0), sorted.count - 1)]
    }
    return fractions.map { fraction in
      guard Double(count) * (1 - fraction) >= Self.fewestBeyond else { return nil }
      let value = time(fraction)
      let blockSize = max(1, count / Self.blocks)
      var below = BlockedFraction(outcomes: 1, blockSize: blockSize)
      var blocksBeyond = 0
      var lastBlock = -1
      for (place, time) in values.enumerated() {
        below.add(time <= value ? 0 : nil)
        if time > value, place / blockSize != lastBlock {
          lastBlock = place / blockSize
          blocksBeyond += 1
        }
      }
      guard blocksBeyond >= Self.fewestBlocks, let share = below.estimate(0) else { return nil }
      let low = time(fraction - share.errorLow)
      let high = time(fraction + share.errorHigh)
      return EstimatedNumber(
        value: Double(value), low: Double(low), high: Double(high), method: "Woodruff, \(share.method)")
    }
  }

  /// Fractions of events that took longer than a time, at times that rise by a tenth each: the curve of a picture.
  public func exceeding() -> [(microseconds: Double, fraction: Double)] {
    let sorted = values.sorted()
    guard let shortest = sorted.first, let longest = sorted.last else { return [] }
    var points: [(Double, Double)] = []
    var time = max(Double(shortest), 0.01)
    var next = 0
    while time < 1.1 * Double(longest) {
      while next < sorted.count, Double(sorted[next]) <= time { next += 1 }
      points.append((time, Double(sorted.count - next) / Double(sorted.count)))
      time *= 1.1
    }
    return points
  }
}
