import Foundation
import Statistics

/// A count whose probabilities are averaged over what is believed of background and normalisation.
///
/// R. D. Cousins and V. L. Highland, Nucl. Instrum. Meth. A 320 (1992) 331. The CLs limit of these averages and the Bayesian
/// limit with a flat prior of the signal are the same number unless the normalisation is uncertain.
public struct AveragedCount: Sendable {
  /// Candidates.
  public let count: Int
  private let nodes: [(background: Double, scale: Double, weight: Double)]

  /// A count with distributions of its background and of the factor between signal and what it is expressed in (1 for
  /// candidates).
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` for a negative count or parameters that make no distribution.
  public init(
    count: Int, background: NuisanceDistribution, normalization: NuisanceDistribution = .fixed(1)
  ) throws(FitRefusal) {
    guard count >= 0 else { throw .invalidInput("a count of \(count), expected a number that is not negative") }
    guard background.isValid, normalization.isValid else {
      throw .invalidInput("a background \(background) or normalisation \(normalization) that is no distribution")
    }
    self.count = count
    let scales = normalization.nodes(40).filter { $0.value > 0 }
    guard !scales.isEmpty else { throw .invalidInput("a normalisation of 0") }
    nodes = background.nodes().flatMap { background in
      scales.map { (background.value, $0.value, background.weight * $0.weight) }
    }
  }

  /// The probability of at most the observed count at a signal, averaged.
  public func probabilityAtMost(signal: Double) -> Double {
    nodes.reduce(0.0) { sum, node in
      sum + node.weight * PoissonDistribution.cumulative(count, mean: signal * node.scale + node.background)
    }
  }

  /// The signal excluded by CLs: where the averaged probability falls to 1 - confidence of what it is without signal.
  public func upperLimit(confidence: Double) throws(FitRefusal) -> EstimatedNumber {
    let limit = try limit(confidence, integrated: false)
    return EstimatedNumber(
      value: limit, low: 0, high: limit,
      method: "upper limit, CLs averaged over background and normalisation, \(percentText(confidence))")
  }

  /// The Bayesian upper limit with a flat prior of the signal.
  public func credibleLimit(confidence: Double) throws(FitRefusal) -> EstimatedNumber {
    // The integral of P(count | s scale + b) over s from a signal on is P(N <= count | s scale + b)/scale.
    let limit = try limit(confidence, integrated: true)
    return EstimatedNumber(
      value: limit, low: 0, high: limit, method: "upper limit, Bayesian with a flat prior, \(percentText(confidence))")
  }

  private func limit(_ confidence: Double, integrated: Bool) throws(FitRefusal) -> Double {
    guard confidence > 0, confidence < 1 else {
      throw .invalidInput("a confidence level of \(confidence), expected 0 to 1")
    }
    let average = { (signal: Double) -> Double in
      nodes.reduce(0.0) { sum, node in
        let probability = PoissonDistribution.cumulative(count, mean: signal * node.scale + node.background)
        return sum + (integrated ? node.weight / node.scale : node.weight) * probability
      }
    }
    let background = average(0)
    let scale = nodes.reduce(0.0) { $0 + $1.weight * $1.scale }
    let step = (Double(count).squareRoot() + 1) / scale
    let target = log(1 - confidence)
    guard background > 0,
      let limit = risingRoot(
        from: 0, step: 2 * step, tolerance: 1e-8 * step, { target - log(max(average($0) / background, 1e-300)) })
    else { throw .intervalNotFound("upper limit") }
    return limit
  }
}
