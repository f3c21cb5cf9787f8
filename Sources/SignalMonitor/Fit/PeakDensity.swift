import Foundation
import Statistics

/// The density of a ``SignalShape`` at eight places at once, normalised to 1 over all places, in units of the resolution.
struct PeakDensity {
  /// A Gaussian with power tails, or without where they begin beyond reach.
  private struct Part {
    var height: Double
    var inverseWidth: Double
    var offset: Double
    var lowStart = Double.infinity
    var lowPower = 0.0
    var lowPole = 0.0
    var lowLogarithm = 0.0
    var highStart = Double.infinity
    var highPower = 0.0
    var highPole = 0.0
    var highLogarithm = 0.0
  }

  private let parts: [Part]

  /// The density of a shape.
  init(_ shape: SignalShape) { parts = Self.parts(shape, fraction: 1, width: 1, offset: 0) }

  private static func parts(_ shape: SignalShape, fraction: Double, width: Double, offset: Double) -> [Part] {
    func part(_ low: PowerTail?, _ high: PowerTail?) -> [Part] {
      let norm =
        (low?.area ?? 0) + (high?.area ?? 0)
        + SignalShape.core(from: low.map { -$0.start } ?? -.infinity, to: high?.start ?? .infinity)
      var part = Part(height: fraction / (width * norm), inverseWidth: 1 / width, offset: offset)
      if let low { (part.lowStart, part.lowPower, part.lowPole, part.lowLogarithm) = constants(low) }
      if let high { (part.highStart, part.highPower, part.highPole, part.highLogarithm) = constants(high) }
      return [part]
    }
    switch shape {
    case .gaussian: return part(nil, nil)
    case .crystalBall(let tail): return part(tail, nil)
    case .mirroredCrystalBall(let tail): return part(nil, tail)
    case .doubleSidedCrystalBall(let low, let high): return part(low, high)
    case .sum(let components):
      let whole = components.reduce(0) { $0 + $1.fraction }
      return components.flatMap { component in
        parts(
          component.shape, fraction: fraction * component.fraction / whole, width: width * component.width,
          offset: offset + width * component.offset)
      }
    }
  }

  private static func constants(_ tail: PowerTail) -> (Double, Double, Double, Double) {
    let ratio = tail.power / tail.start
    return (tail.start, tail.power, ratio - tail.start, tail.power * log(ratio) - 0.5 * tail.start * tail.start)
  }

  /// The density at places given in resolutions from the mass.
  @inline(__always)
  func callAsFunction(_ z: SIMD8<Double>) -> SIMD8<Double> {
    var sum = SIMD8<Double>.zero
    for part in parts {
      let y: SIMD8<Double> = (z - part.offset) * part.inverseWidth
      var exponent: SIMD8<Double> = y * y * -0.5
      let below = y .< -part.lowStart
      if any(below) {
        let distance = SIMD8<Double>(repeating: 1).replacing(with: part.lowPole - y, where: below)
        let tail: SIMD8<Double> = part.lowLogarithm - part.lowPower * PortableMath.log(distance)
        exponent.replace(with: tail, where: below)
      }
      let above = y .> part.highStart
      if any(above) {
        let distance = SIMD8<Double>(repeating: 1).replacing(with: part.highPole + y, where: above)
        let tail: SIMD8<Double> = part.highLogarithm - part.highPower * PortableMath.log(distance)
        exponent.replace(with: tail, where: above)
      }
      LinearKernel.accumulate(&sum, SIMD8<Double>(repeating: part.height), PortableMath.exp(exponent))
    }
    return sum
  }
}
