import Foundation
import Statistics

/// Exact probabilities of a count with a measured background: what toys would give, without their Monte Carlo error.
///
/// The test statistic is q-tilde (limits) or q0 (discovery) of the two Poisson counts n and m, signal region and
/// sideband; its distribution is summed over all of them, with the background at its most likely value for the data at the
/// tested signal. Because the statistics grow steadily with m and fall (q-tilde) or rise (q0) with n, the counts as extreme
/// as those observed are bounded by a staircase, so that the sum needs as many evaluations as the counts are wide.
/// With a known background only n is summed; a background measured by more than ``largestSideband`` candidates counts as known.
public struct ExactCounting: Sendable {
  /// The region.
  public let region: CountingRegion
  /// Relative difference of statistics that are taken as equal.
  private static let tie = 1e-9

  /// Probabilities of a region's count.
  public init(region: CountingRegion) {
    if case .measured(let auxiliary, _) = region.background, auxiliary > Self.largestSideband {
      // The same numbers; only what is known of the background is taken as exact.
      self.region =
        (try? CountingRegion(
          count: region.count, background: .known(region.background.expectation), signal: region.signal)) ?? region
    } else {
      self.region = region
    }
  }

  /// Most candidates in the region for which ``CountingRegion/upperLimit(confidence:)`` uses this.
  public static let largestCount = 200.0
  /// Most candidates in the region for which sums are made at all.
  public static let largestPossibleCount = 5000.0
  /// Sidebands of more candidates, of a relative error below one percent, are taken as exact.
  public static let largestSideband = 10_000.0

  /// Whether sums can be made.
  private var isPossible: Bool {
    region.count <= Self.largestPossibleCount && region.background.expectation <= Self.largestPossibleCount
  }

  /// CLs of a signal, in candidates; NaN for more than ``largestPossibleCount`` candidates.
  public func confidence(ofSignal signal: Double) -> Double {
    guard isPossible, signal <= 4 * Self.largestPossibleCount else { return .nan }
    guard signal > 0 else { return 1 }
    guard let observed = statistic(region, signal), observed > 0 else { return 1 }
    let both = probability(atLeast: observed, signal: signal, true: signal)
    let background = probability(atLeast: observed, signal: signal, true: 0)
    return background > 0 ? min(both / background, 1) : 0
  }

  /// The largest signal, in candidates, that is not excluded at a confidence level.
  ///
  /// CLs jumps where the order of two outcomes changes, by little; the limit is the last signal with CLs above 1 - confidence.
  public func upperLimit(confidence level: Double) throws(FitRefusal) -> Double {
    guard level > 0, level < 1 else { throw .invalidInput("a confidence level of \(level), expected 0 to 1") }
    guard isPossible else {
      throw .invalidInput("\(region.count) candidates, exact sums are made up to \(Self.largestPossibleCount)")
    }
    let scale = (max(region.count, 1) + region.background.error * region.background.error).squareRoot()
    var excluded = max(region.excess, 0) + 2 * scale
    var doubled = 0
    while confidence(ofSignal: excluded) >= 1 - level {
      excluded += 2 * scale
      doubled += 1
      guard doubled < 100 else { throw .intervalNotFound("upper limit") }
    }
    excluded += 0.5 * scale
    let step = 0.02 * scale
    var allowed = excluded
    while allowed > 0, confidence(ofSignal: allowed) < 1 - level { allowed -= step }
    guard allowed > 0 else { throw .intervalNotFound("upper limit") }
    excluded = allowed + step
    while excluded - allowed > 1e-9 * scale {
      let middle = 0.5 * (allowed + excluded)
      if confidence(ofSignal: middle) < 1 - level { excluded = middle } else { allowed = middle }
    }
    return 0.5 * (allowed + excluded)
  }

  /// The probability of at least the observed q0 without signal: the exact p-value of an excess.
  public var discoveryProbability: Double {
    guard isPossible else { return .nan }
    guard region.excess > 0 else { return 1 }
    let observed = discovery(region)
    guard observed > 0 else { return 1 }
    let expected = region.background(givenSignal: 0)
    guard case .measured(_, let ratio) = region.background else {
      return PoissonDistribution.atLeast(Int(region.count.rounded(.up)), mean: expected)
    }
    // q0 falls with m: for each n, the sidebands up to a count that grows with n.
    let candidates = Self.terms(mean: expected)
    let sidebands = Self.terms(mean: ratio * expected)
    var sum = 0.0
    var below = 0.0
    var next = 0
    for (n, probability) in candidates.enumerated() {
      while next < sidebands.count,
        discovery(region.with(count: Double(n), auxiliaryCount: Double(next))) >= observed * (1 - Self.tie)
      {
        below += sidebands[next]
        next += 1
      }
      sum += probability * below
    }
    return min(sum, 1)
  }

  /// The probability that the statistic at `signal` is at least `observed` if `true` signal candidates are expected.
  private func probability(atLeast observed: Double, signal: Double, true truth: Double) -> Double {
    let background = region.background(givenSignal: truth)
    let mean = truth + background
    let bound = observed * (1 - Self.tie)
    guard case .measured(_, let ratio) = region.background else {
      // Without a sideband the statistic only falls with n.
      var largest = -1
      while Double(largest + 1) < signal + background, atLeast(Double(largest + 1), 0, signal, bound) { largest += 1 }
      return PoissonDistribution.cumulative(largest, mean: mean)
    }
    // For each n the statistic grows with m: sidebands from a count on that grows with n.
    let candidates = Self.terms(mean: mean)
    var tail = Self.terms(mean: ratio * background)
    for index in tail.indices.dropLast().reversed() { tail[index] += tail[index + 1] }
    var first = 0
    var sum = 0.0
    for (n, probability) in candidates.enumerated() {
      while first < tail.count, !atLeast(Double(n), Double(first), signal, bound) { first += 1 }
      guard first < tail.count else { break }
      sum += probability * tail[first]
    }
    return sum
  }

  private func atLeast(_ count: Double, _ auxiliary: Double, _ signal: Double, _ bound: Double) -> Bool {
    guard let value = statistic(region.with(count: count, auxiliaryCount: auxiliary), signal) else { return false }
    return value >= bound
  }

  private func statistic(_ region: CountingRegion, _ signal: Double) -> Double? {
    let yield = region.excess
    guard signal > yield else { return 0 }
    // The most likely signal describes both counts exactly unless it is negative.
    return 2 * (region.halfDeviance(signal: signal) - (yield < 0 ? region.halfDeviance(signal: 0) : 0))
  }

  private func discovery(_ region: CountingRegion) -> Double {
    guard region.excess > 0 else { return 0 }
    return 2 * region.halfDeviance(signal: 0)
  }

  /// The probabilities of the counts from 0 up to where a Poisson distribution has less than 1e-16 left.
  private static func terms(mean: Double) -> [Double] {
    let mode = Int(min(mean, 1e6))
    let count = Int(min(mean + 9 * mean.squareRoot() + 40, 2e6))
    var terms = [Double](repeating: 0, count: count)
    terms[mode] = PoissonDistribution.probability(mode, mean: mean)
    for n in stride(from: mode, to: 0, by: -1) { terms[n - 1] = terms[n] * Double(n) / mean }
    for n in (mode + 1)..<count { terms[n] = terms[n - 1] * mean / Double(n) }
    return terms
  }
}
