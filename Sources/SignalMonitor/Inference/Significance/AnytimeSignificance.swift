import Foundation
import Statistics

/// A significance that is right however often anyone looks: the largest value over time of a mean of e-values over all
/// hypotheses.
///
/// An e-value is a likelihood ratio against no signal, averaged over signals: ``SignalPrior`` makes it of a significance,
/// ``CountingEvidence`` of counts. Without signal its mean is 1 at any time and it is a martingale, so that by Ville's inequality the
/// probability of ever exceeding 1/alpha is at most alpha. A mean of e-values is an e-value whatever their dependence: the
/// hypotheses looked at are accounted for, without toys; means of channels are averaged in the same way.
///
/// Hypotheses, their fits and priors must be fixed before the first candidate.
public struct AnytimeSignificance: Codable, Hashable, Sendable {
  /// How many hypotheses there are; all have the same weight.
  public let hypotheses: Int
  /// Logarithm of the largest mean e-value so far, at least 0.
  public private(set) var largestLogValue = 0.0
  /// Logarithm of the mean e-value at the last look.
  public private(set) var logValue = 0.0
  /// The hypothesis with the largest share of it.
  public private(set) var leading: Int?
  /// Looks taken.
  public private(set) var looks = 0

  /// A watch over hypotheses.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` without hypotheses.
  public init(hypotheses: Int) throws(FitRefusal) {
    guard hypotheses > 0 else { throw .invalidInput("\(hypotheses) hypotheses, expected at least one") }
    self.hypotheses = hypotheses
  }

  /// Looks at the logarithms of the e-values of hypotheses, each named once; those not named have seen nothing yet (e-value 1).
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` for a hypothesis that does not exist, more than there are, or an e-value that is no number.
  public mutating func look(_ evidence: [(hypothesis: Int, logValue: Double)]) throws(FitRefusal) {
    guard evidence.count <= hypotheses,
      evidence.allSatisfy({ $0.hypothesis >= 0 && $0.hypothesis < hypotheses && $0.logValue < .infinity })
    else {
      throw .invalidInput("evidence of \(evidence.count) hypotheses, expected numbers for some of \(hypotheses)")
    }
    let best = evidence.max { $0.logValue < $1.logValue }
    let scale = max(best?.logValue ?? 0, 0)
    let others = Double(hypotheses - evidence.count) * exp(-scale)
    let sum = evidence.reduce(others) { $0 + exp($1.logValue - scale) }
    logValue = scale + log(max(sum, 1e-300) / Double(hypotheses))
    leading = best?.hypothesis
    largestLogValue = max(largestLogValue, logValue)
    looks += 1
  }

  /// The probability that the background ever gives this much: 1 over the largest mean e-value. It never rises.
  public var probability: Double { max(exp(-largestLogValue), .leastNormalMagnitude) }

  /// The significance of a one-sided p-value given by its natural logarithm, however small: far in the tail from the asymptotic series
  /// of the normal distribution (Abramowitz and Stegun 26.2.12).
  package static func significance(ofLogTail logarithm: Double) -> Double {
    if logarithm > -600 { return NormalDistribution.significance(ofTail: exp(logarithm)) }
    var z = (-2 * logarithm).squareRoot()
    for _ in 0..<8 {
      let square = z * z
      let series = 1 - (1 - (3 - 15 / square) / square) / square
      z = (2 * (-logarithm - log(z * 2.50662827463100050) + log(series))).squareRoot()
    }
    return z
  }

  /// ``probability`` in standard deviations; nil while nothing has been seen.
  public var significance: Double? {
    largestLogValue > 0 ? Self.significance(ofLogTail: -largestLogValue) : nil
  }
}
