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
