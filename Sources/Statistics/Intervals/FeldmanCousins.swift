import Foundation

/// The unified interval of a Poisson signal over a known background by G. J. Feldman and R. D. Cousins, Phys. Rev. D 57 (1998)
/// 3873: one construction gives limits and two-sided intervals, without a choice that depends on the data.
///
/// For every signal the counts are accepted in the order of P(n | signal + background) / P(n | best signal + background)
/// until their probability reaches the confidence level; the interval holds the signals that accept the count. Signals are
/// tried at multiples of ``step``, as in the paper's tables, and the ends refined between the last one inside and the first
/// one outside.
public struct FeldmanCousins: Hashable, Sendable {
  /// Distance of the signals that are tried.
  public static let step = 0.005
  /// The largest count and background for which the construction is made; larger ones are nearly normal.
  public static let largestCount = 5000
  /// Distance of the backgrounds of the envelope: its peaks are narrower than a tenth.
  private static let backgroundStep = 0.01
  /// The envelope's teeth rise by less than this.
  private static let tooth = 0.5
  /// Distance of the counts' likelihood ratio from 1 beyond which they are surely not accepted.
  private let farthest: Double
  /// The confidence level.
  public let confidence: Double

  /// Intervals at a confidence level, which is clamped to 1 to 99.99 %.
  public init(confidence: Double) {
    self.confidence = min(max(confidence, 0.01), 0.9999)
    farthest = -log(1 - self.confidence) + 5
  }

  /// An interval of the signal.
  public struct Interval: Hashable, Sendable {
    /// The lowest signal that accepts the count.
    public let low: Double
    /// The upper end: the largest of ``rawHigh`` over all backgrounds that are not smaller.
    ///
    /// The construction alone gives limits that may rise with the background, because counts are whole numbers; the paper's
    /// tables forbid that.
    public let high: Double
    /// The highest signal that accepts the count at this background.
    public let rawHigh: Double
  }

  /// The interval of the signal for a count over a known background. Negative numbers are taken as 0; a count or background over
  /// ``largestCount`` gives NaN.
  public func interval(count: Int, background: Double) -> Interval {
    guard count <= Self.largestCount, !(background > Double(Self.largestCount)) else {
      return Interval(low: .nan, high: .nan, rawHigh: .nan)
    }
    let n = max(count, 0)
    let b = background.isFinite ? max(background, 0) : 0
    let low = lowerEnd(n, b)
    let raw = upperEnd(n, b, atLeast: low)
    return Interval(low: low, high: envelope(n, b, from: raw), rawHigh: raw)
  }

  /// The mean upper limit of an experiment without signal (table XII of the paper: the sensitivity); NaN for a background
  /// over 1000, where the normal approximation would do.
  public func sensitivity(background: Double) -> Double {
    guard background <= 1000 else { return .nan }
    let b = max(background, 0)
    var sum = 0.0
    var seen = 0.0
    var n = 0
    while seen < 1 - 1e-6 && n < 10_000 {
      let probability = PoissonDistribution.probability(n, mean: b)
      if probability > 1e-9 { sum += probability * interval(count: n, background: b).high }
      seen += probability
      n += 1
    }
    return sum
  }

  /// Whether a signal accepts a count: whether the counts that come before it in the order have less than the confidence
  /// level together.
  public func accepts(count: Int, signal: Double, background: Double) -> Bool {
    let mean = signal + background
    guard mean > 0 else { return count == 0 }
    let logMean = log(mean)
    let ratio = { (n: Int) -> Double in Self.logRatio(n, mean: mean, logMean: logMean, background: background) }
    let own = ratio(count)
    // The ratio has one maximum, near the mean; the counts before this one are a range around it.
    let centre = Int(mean.rounded(.down))
    let atCentre = PoissonDistribution.probability(centre, mean: mean)
    var sum = 0.0
    var term = atCentre
    var n = centre
    while n >= 0, n != count, ratio(n) > own {
      sum += term
      term *= Double(n) / mean
      n -= 1
    }
    term = atCentre
    n = centre + 1
    while n != count {
      term *= mean / Double(n)
      guard ratio(n) > own, term > 1e-18 || Double(n) < mean else { break }
      sum += term
      n += 1
    }
    return sum < confidence
  }

  /// The logarithm of P(n | mean) / P(n | best), the best mean being at least the background.
  private static func logRatio(_ count: Int, mean: Double, logMean: Double, background: Double) -> Double {
    let n = Double(count)
    let best = max(n, background)
    guard count > 0 else { return best - mean }
    let logBest = n >= background && count < logarithms.count ? logarithms[count] : log(best)
    return n * (logMean - logBest) - (mean - best)
  }

  private static let logarithms: [Double] = (0..<4096).map { log(Double($0)) }

  /// Whether the count is so unlikely that no signal of this size accepts it.
  private func isFar(_ n: Int, _ signal: Double, _ b: Double) -> Bool {
    -Self.logRatio(n, mean: signal + b, logMean: log(signal + b), background: b) > farthest
  }

  private func lowerEnd(_ n: Int, _ b: Double) -> Double {
    guard !accepts(count: n, signal: 0, background: b) else { return 0 }
    // Start where the count cannot be accepted yet.
    var index = 0
    var jump = 1
    while jump > 0 {
      let signal = Double(index + jump) * Self.step
      if signal + b < Double(n), isFar(n, signal, b) {
        index += jump
        jump *= 2
      } else {
        jump /= 2
      }
    }
    let ceiling = Int(Double(n) / Self.step) + 1
    while index < ceiling, !accepts(count: n, signal: Double(index) * Self.step, background: b) { index += 1 }
    guard index > 0 else { return 0 }
    return boundary(inside: Double(index) * Self.step, outside: Double(index - 1) * Self.step, n, b)
  }

  private func upperEnd(_ n: Int, _ b: Double, atLeast low: Double) -> Double {
    var index = Int(low / Self.step) + 1
    var jump = 64
    while jump > 0 {
      let signal = Double(index + jump) * Self.step
      if signal + b <= max(Double(n), b) || !isFar(n, signal, b) {
        index += jump
        jump *= 2
      } else {
        jump /= 2
      }
    }
    while index > 0, !accepts(count: n, signal: Double(index) * Self.step, background: b) { index -= 1 }
    return boundary(inside: Double(index) * Self.step, outside: Double(index + 1) * Self.step, n, b)
  }

  /// The largest upper end over all backgrounds from `b` on.
  ///
  /// Upper ends fall with the background but for teeth one background event apart, whose tips are isolated points: where the
  /// last signals that accept the count leave the acceptance.
  private func envelope(_ n: Int, _ b: Double, from raw: Double) -> Double {
    var high = raw
    var tip: Double?
    for index in 1...Int(3 / Self.backgroundStep) {
      let background = b + Double(index) * Self.backgroundStep
      guard let risen = risen(above: high, by: Self.tooth, step: Self.step, n, background) else { continue }
      high = risen
      tip = background
    }
    guard var at = tip else { return high }
    var change = Self.backgroundStep
    for _ in 0..<8 {
      change *= 0.5
      guard at - change >= b,
        let risen = risen(above: high, by: 3 * change, step: 0.1 * change, n, at - change)
      else { continue }
      high = risen
      at -= change
    }
    return high
  }

  /// The highest signal above `high` that accepts the count, none beyond `reach` from it.
  private func risen(above high: Double, by reach: Double, step: Double, _ n: Int, _ b: Double) -> Double? {
    var last: Double?
    var signal = high + step
    while signal < high + reach {
      if accepts(count: n, signal: signal, background: b) { last = signal }
      signal += step
    }
    return last.map { boundary(inside: $0, outside: $0 + step, n, b) }
  }

  private func boundary(inside: Double, outside: Double, _ n: Int, _ b: Double) -> Double {
    var inside = inside
    var outside = outside
    for _ in 0..<30 {
      let middle = 0.5 * (inside + outside)
      if accepts(count: n, signal: middle, background: b) { inside = middle } else { outside = middle }
    }
    return 0.5 * (inside + outside)
  }
}
