import Histogram

/// A sketch of a latency distribution from which every quantile can be read to three digits, in fixed memory.
///
/// An HdrHistogram of nanoseconds from 64 ns to one hour; sketches of different threads, stages or parts of a run merge
/// without loss. Smallest and largest value are kept exactly. Values beyond an hour are counted at an hour, and
/// counted as such.
public struct LatencyHistogram: Sendable {
  /// The largest latency that keeps its place, in nanoseconds.
  public static let longest: UInt64 = 3_600_000_000_000

  private var sketch = Histogram<UInt64>(
    lowestDiscernibleValue: 64, highestTrackableValue: longest, numberOfSignificantValueDigits: .three)
  private var smallest = UInt64.max
  private var largest: UInt64 = 0
  private var total = 0.0
  /// The number of latencies recorded.
  public private(set) var count: Int = 0
  /// How many of them were longer than an hour.
  public private(set) var beyondRange: Int = 0

  /// An empty sketch.
  public init() {}

  /// Records one latency in nanoseconds (`count` times, if given).
  public mutating func record(nanoseconds: UInt64, count times: Int = 1) {
    guard times > 0 else { return }
    count += times
    if nanoseconds > Self.longest { beyondRange += times }
    let clamped = min(nanoseconds, Self.longest)
    _ = sketch.record(clamped, count: UInt64(times))
    smallest = min(smallest, nanoseconds)
    largest = max(largest, nanoseconds)
    total += Double(nanoseconds) * Double(times)
  }

  /// Adds the latencies of another sketch, without loss.
  public mutating func merge(_ other: LatencyHistogram) {
    guard other.count > 0 else { return }
    sketch.add(other.sketch)
    count += other.count
    beyondRange += other.beyondRange
    smallest = min(smallest, other.smallest)
    largest = max(largest, other.largest)
    total += other.total
  }

  /// The latency in nanoseconds below or at which a fraction of all latencies lies (0.99 for p99), to three digits;
  /// nil when nothing was recorded.
  public func quantile(_ fraction: Double) -> UInt64? {
    guard count > 0, fraction >= 0, fraction <= 1 else { return nil }
    if fraction == 1 { return largest }
    return min(max(sketch.valueAtPercentile(100 * fraction), smallest), largest)
  }

  /// Every value that occurred, as the sketch keeps it, with how often.
  var recordedCounts: [(value: UInt64, count: UInt64)] {
    sketch.recordedValues().map { ($0.value, UInt64($0.count)) }
  }

  /// Fills an empty sketch with counts per value.
  mutating func restore(
    _ counts: [(UInt64, UInt64)], _ smallest: UInt64?, _ largest: UInt64?, total: Double, beyondRange: Int
  ) {
    for (value, times) in counts where times > 0 {
      _ = sketch.record(min(value, Self.longest), count: times)
      count += Int(times)
    }
    self.smallest = smallest ?? .max
    self.largest = largest ?? 0
    self.total = total
    self.beyondRange = beyondRange
  }

  /// The exact smallest latency in nanoseconds, nil when nothing was recorded.
  public var minimum: UInt64? { count > 0 ? smallest : nil }

  /// The exact largest latency in nanoseconds, nil when nothing was recorded.
  public var maximum: UInt64? { count > 0 ? largest : nil }

  /// The mean latency in nanoseconds, nil when nothing was recorded.
  public var mean: Double? { count > 0 ? total / Double(count) : nil }

  /// How many latencies were at most as long, to three digits: a latency of the same bucket as the limit counts.
  public func count(atMost nanoseconds: UInt64) -> Int {
    Int(clamping: sketch.count(within: 0...min(nanoseconds, Self.longest)))
  }

  /// The quantiles of a latency table, or nil when nothing was recorded.
  public var summary: LatencySummary? {
    guard let smallest = minimum, let largest = maximum, let mean,
      let p50 = quantile(0.5), let p90 = quantile(0.9), let p99 = quantile(0.99), let p999 = quantile(0.999),
      let p9999 = quantile(0.9999)
    else { return nil }
    return LatencySummary(
      count: count, minimum: smallest, p50: p50, p90: p90, p99: p99, p999: p999, p9999: p9999, maximum: largest,
      mean: mean)
  }
}

/// The quantiles of a latency distribution, in nanoseconds.
public struct LatencySummary: Codable, Hashable, Sendable {
  /// The number of latencies.
  public let count: Int
  /// The smallest, exactly.
  public let minimum: UInt64
  /// The median.
  public let p50: UInt64
  /// 90 % lie at or below.
  public let p90: UInt64
  /// 99 % lie at or below.
  public let p99: UInt64
  /// 99.9 % lie at or below.
  public let p999: UInt64
  /// 99.99 % lie at or below.
  public let p9999: UInt64
  /// The largest, exactly.
  public let maximum: UInt64
  /// The mean.
  public let mean: Double
}
