import Foundation
import Statistics

/// A significance that is right however often anyone looks: the maximum over time of a mixture of e-values over all
/// hypotheses.
///
/// For every hypothesis with local significance Z at an exposure L the e-value is the likelihood ratio of its score averaged
/// over signal rates with a half-normal prior (H. Robbins, Ann. Math. Stat. 41 (1970) 1397, one-sided):
/// E = 2 Phi(Z sqrt(r/(1+r))) (1+r)^(-1/2) exp(Z^2 r / (2 (1+r))), r = (prior ratio at the planned exposure) L / planned.
/// Without signal its mean is 1 at any time and it is a martingale, so that by Ville's inequality the probability of ever
/// exceeding 1/alpha is at most alpha. A weighted mean of e-values is an e-value whatever their dependence: the masses looked at
/// are accounted for, without toys. Valid in the limit of many candidates, where scores have independent normal increments.
///
/// Hypotheses, their fits, prior ratios, weights and the planned exposure must be fixed before the first candidate; they are
/// part of this value and cannot be changed. The planned exposure is a scale, not an end.
public struct AnytimeSignificance: Codable, Hashable, Sendable {
  /// Prior ratios: variance of the signal's prior over that of its estimate, at the planned exposure, averaged with equal weight.
  public let priorRatios: [Double]
  /// The exposure the prior ratios refer to.
  public let plannedExposure: Double
  /// Weight of every hypothesis; they add up to 1.
  public let weights: [Double]
  /// The largest mean e-value so far, at least 1.
  public private(set) var largest = 1.0
  /// The mean e-value at the last look.
  public private(set) var current = 1.0
  /// The hypothesis with the largest share of ``current``.
  public private(set) var leading: Int?
  /// Looks taken.
  public private(set) var looks = 0
  /// The exposure of the last look.
  public private(set) var exposure = 0.0

  /// A watch over hypotheses, all with the same weight unless weights are given.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` without hypotheses, with weights that are negative or all zero, or prior ratios
  ///   or an exposure that are not positive.
  public init(
    hypotheses: Int, plannedExposure: Double, priorRatios: [Double] = [10, 50], weights: [Double]? = nil
  ) throws(FitRefusal) {
    guard hypotheses > 0, weights?.count ?? hypotheses == hypotheses else {
      throw .invalidInput("\(hypotheses) hypotheses with \(weights?.count ?? 0) weights")
    }
    guard plannedExposure > 0, plannedExposure.isFinite else {
      throw .invalidInput("a planned exposure of \(plannedExposure), expected a positive number")
    }
    guard !priorRatios.isEmpty, priorRatios.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .invalidInput("prior ratios \(priorRatios), expected positive numbers")
    }
    let raw = weights ?? [Double](repeating: 1, count: hypotheses)
    let sum = raw.reduce(0, +)
    guard raw.allSatisfy({ $0 >= 0 }), sum > 0, sum.isFinite else {
      throw .invalidInput("weights of hypotheses that are negative or add up to \(sum)")
    }
    self.priorRatios = priorRatios
    self.plannedExposure = plannedExposure
    self.weights = raw.map { $0 / sum }
  }

  /// Looks at the scan after an exposure: the local significances in order of the hypotheses, nil where there is none.
  ///
  /// A hypothesis without an answer counts as an e-value of 0, which can only make the alarm rarer.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` for another number of hypotheses or an exposure that went back.
  public mutating func look(exposure: Double, significances: [Double?]) throws(FitRefusal) {
    guard significances.count == weights.count else {
      throw .invalidInput("\(significances.count) significances, expected those of \(weights.count) hypotheses")
    }
    guard exposure >= self.exposure, exposure.isFinite else {
      throw .invalidInput("an exposure of \(exposure) after one of \(self.exposure)")
    }
    let share = exposure / plannedExposure
    var sum = 0.0
    var best = 0.0
    for (index, significance) in significances.enumerated() {
      guard let significance, significance.isFinite else { continue }
      var value = 0.0
      for ratio in priorRatios { value += Self.value(significance: significance, ratio: ratio * share) }
      value *= weights[index] / Double(priorRatios.count)
      sum += value
      if value > best {
        best = value
        leading = index
      }
    }
    current = sum
    largest = max(largest, sum)
    looks += 1
    self.exposure = exposure
  }

  /// The probability that the background ever gives this much: 1 over the largest mean e-value. It never rises.
  public var probability: Double { min(1 / largest, 1) }

  /// ``probability`` in standard deviations.
  public var significance: Double { NormalDistribution.significance(ofTail: probability) }

  /// The method, for results.
  public var method: String {
    "mean of \(weights.count) e-values, prior ratios \(priorRatios.map { $0.formatted(digits: 3) }.joined(separator: ", ")) "
      + "at an exposure of \(plannedExposure.formatted(digits: 4)), largest of \(looks) looks; valid at any time"
  }

  /// The e-value of one hypothesis, see above.
  public static func value(significance z: Double, ratio r: Double) -> Double {
    guard r > 0 else { return 1 }
    let shrink = r / (1 + r)
    let growth = exp(min(0.5 * z * z * shrink, 700))
    return 2 * NormalDistribution.cumulative(z * shrink.squareRoot()) / (1 + r).squareRoot() * growth
  }
}
