import Foundation
import Statistics

/// A count in one signal region, with what is known of its background, and the signal that a unit of signal strength puts
/// there.
///
/// The likelihood is P(n | s + b) P(m | r b): n candidates in the region, m where r times the background is expected. At
/// a fixed signal the most likely background is the root of a quadratic equation.
public struct CountingRegion: Hashable, Sendable {
  /// Candidates counted; an expectation in an Asimov data set.
  public let count: Double
  /// The background.
  public let background: BackgroundEstimate
  /// Signal candidates for a signal strength of 1.
  public let signal: Double

  /// A count over a background.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` unless all numbers are finite, count and background are not negative and
  ///   the signal is positive.
  public init(count: Double, background: BackgroundEstimate, signal: Double = 1) throws(FitRefusal) {
    guard count >= 0, count.isFinite else {
      throw .invalidInput("a count of \(count), expected a number that is not negative")
    }
    guard background.isValid else {
      throw .invalidInput("a background of \(background.expectation) +- \(background.error), expected finite numbers")
    }
    guard signal > 0, signal.isFinite else {
      throw .invalidInput("\(signal) signal candidates per unit of signal strength, expected a positive number")
    }
    self.init(checkedCount: count, background: background, signal: signal)
  }

  private init(checkedCount: Double, background: BackgroundEstimate, signal: Double) {
    count = checkedCount
    self.background = background
    self.signal = signal
  }

  /// The region with other counts, of a toy or an Asimov data set.
  func with(count: Double, auxiliaryCount: Double) -> CountingRegion {
    switch background {
    case .known:
      return CountingRegion(checkedCount: count, background: background, signal: signal)
    case .measured(_, let ratio):
      return CountingRegion(
        checkedCount: count, background: .measured(count: auxiliaryCount, ratio: ratio), signal: signal)
    }
  }

  /// The background that is most likely if `signal` candidates (of any sign) are expected on top of it.
  public func background(givenSignal signal: Double) -> Double {
    switch background {
    case .known(let expectation): return expectation
    case .measured(let auxiliary, let ratio):
      // (1 + r) b^2 + [(1 + r) s - (n + m)] b - m s = 0, its larger root, without cancellation.
      let a = 1 + ratio
      let half = 0.5 * (a * signal - (count + auxiliary))
      let root = max(half * half + a * auxiliary * signal, 0).squareRoot()
      return half <= 0 ? (root - half) / a : auxiliary * signal / (root + half)
    }
  }

  /// Half the deviance at a signal with the background profiled: the negative log-likelihood above the least any
  /// expectation could give.
  public func halfDeviance(signal: Double) -> Double {
    let expected = background(givenSignal: signal)
    let region = PoissonDistribution.halfDeviance(count, mean: max(signal + expected, 0))
    guard case .measured(let auxiliary, let ratio) = background else { return region }
    return region + PoissonDistribution.halfDeviance(auxiliary, mean: ratio * expected)
  }

  /// The slope of ``halfDeviance(signal:)``.
  func slope(signal: Double) -> Double {
    guard count > 0 else { return 1 }
    let mean = signal + background(givenSignal: signal)
    return mean > 0 ? 1 - count / mean : -.infinity
  }

  /// Candidates above the expected background.
  public var excess: Double { count - background.expectation }
}
