import Foundation

/// The resolution of an observable as a function of its value: the standard deviation of the peak a narrow resonance
/// would make there.
public enum Resolution: Hashable, Sendable {
  /// `scale` times (x / `reference`) to the power `exponent`, for x > 0.
  case powerLaw(scale: Double, reference: Double, exponent: Double)
  /// The root of the sum of the squares of `constant` and of `slope` times x.
  case quadrature(constant: Double, slope: Double)
  /// Straight lines between points (value, resolution), constant beyond the first and the last.
  case points([ResolutionPoint])

  /// The resolution at a value of the observable, in the observable's unit.
  public func deviation(at value: Double) -> Double {
    switch self {
    case .powerLaw(let scale, let reference, let exponent):
      return scale * pow(value / reference, exponent)
    case .quadrature(let constant, let slope):
      return (constant * constant + slope * value * (slope * value)).squareRoot()
    case .points(let points):
      guard let first = points.first, let last = points.last else { return .nan }
      if value <= first.value { return first.deviation }
      if value >= last.value { return last.deviation }
      let upper = points.firstIndex { $0.value > value } ?? points.count - 1
      let (a, b) = (points[upper - 1], points[upper])
      return a.deviation + (b.deviation - a.deviation) * (value - a.value) / (b.value - a.value)
    }
  }
}

/// The resolution at one value of an observable.
public struct ResolutionPoint: Hashable, Sendable {
  /// The value of the observable, in its unit.
  public var value: Double
  /// The standard deviation of a peak at that value, in the same unit.
  public var deviation: Double

  /// A point of a resolution curve.
  public init(value: Double, deviation: Double) {
    self.value = value
    self.deviation = deviation
  }
}
