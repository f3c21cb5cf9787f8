import Foundation
import Statistics

/// What is believed of a number that is not known exactly.
public enum NuisanceDistribution: Hashable, Sendable {
  /// Known.
  case fixed(Double)
  /// A normal distribution, cut at 0.
  case normal(mean: Double, deviation: Double)
  /// Two halves of normal distributions that meet at the most likely value, cut at 0.
  case bifurcated(mode: Double, low: Double, high: Double)
  /// A gamma distribution of given mean and relative deviation.
  case gamma(mean: Double, relativeDeviation: Double)
  /// A normal distribution of the logarithm; right for efficiencies and luminosities.
  case logNormal(median: Double, relativeDeviation: Double)

  /// Values with weights that add up to 1, so dense that averages of smooth functions are exact to 1e-6.
  func nodes(_ count: Int = 400) -> [(value: Double, weight: Double)] {
    switch self {
    case .fixed(let value): return [(value, 1)]
    case .normal(let mean, let deviation):
      return Self.bifurcated(mode: mean, low: deviation, high: deviation).nodes(count)
    case .bifurcated(let mode, let low, let high):
      let start = max(mode - 7 * low, 0)
      let end = max(mode + 7 * high, start)
      // Each half by itself: the second derivative jumps where they meet.
      return Self.weighted(
        Self.simpson(from: start, to: max(mode, start), count) + Self.simpson(from: max(mode, start), to: end, count)
      ) { value in
        let distance = (value - mode) / (value < mode ? low : high)
        return exp(-0.5 * distance * distance)
      }
    case .gamma(let mean, let relative):
      let shape = 1 / (relative * relative)
      // In the logarithm, where the density is smooth for any shape.
      let start = log(GammaDistribution.quantile(1e-12, shape: shape))
      let end = log(GammaDistribution.upperQuantile(1e-12, shape: shape))
      return Self.weighted(Self.simpson(from: start, to: end, count)) {
        exp(shape * ($0 - log(shape)) - exp($0) + shape)
      }
      .map { (mean / shape * exp($0.value), $0.weight) }
    case .logNormal(let median, let relative):
      return Self.weighted(Self.simpson(from: -7, to: 7, count)) { exp(-0.5 * $0 * $0) }
        .map { (median * exp(relative * $0.value), $0.weight) }
    }
  }

  var isValid: Bool {
    switch self {
    case .fixed(let value): return value >= 0 && value.isFinite
    case .normal(let mean, let deviation): return mean.isFinite && deviation > 0 && mean > -5 * deviation
    case .bifurcated(let mode, let low, let high): return mode >= 0 && mode.isFinite && low > 0 && high > 0
    case .gamma(let mean, let relative), .logNormal(let mean, let relative):
      return mean > 0 && mean.isFinite && relative > 0 && relative < 10
    }
  }

  private static func simpson(from start: Double, to end: Double, _ count: Int) -> [(value: Double, weight: Double)] {
    guard end > start else { return [] }
    let steps = max(count / 2 * 2, 2)
    let width = (end - start) / Double(steps)
    return (0...steps).map { index in
      (start + width * Double(index), width / 3 * (index == 0 || index == steps ? 1 : (index % 2 == 1 ? 4 : 2)))
    }
  }

  private static func weighted(
    _ nodes: [(value: Double, weight: Double)], _ density: (Double) -> Double
  ) -> [(value: Double, weight: Double)] {
    let raw = nodes.map { ($0.value, $0.weight * density($0.value)) }
    let norm = raw.reduce(0.0) { $0 + $1.1 }
    return raw.map { ($0.0, $0.1 / norm) }
  }
}

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
