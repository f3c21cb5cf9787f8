import Foundation

/// The shape of a narrow resonance in the observable, in units of its resolution z = (x - mass)/sigma.
public enum SignalShape: Hashable, Sendable {
  /// One part of a sum.
  public struct Part: Hashable, Sendable {
    /// Its share; shares are divided by their sum.
    public var fraction: Double
    /// Its width, in resolutions.
    public var width: Double
    /// How far it lies above the mass, in resolutions.
    public var offset: Double
    /// Its form.
    public var shape: SignalShape

    /// A part of a sum.
    public init(fraction: Double, width: Double = 1, offset: Double = 0, shape: SignalShape) {
      self.fraction = fraction
      self.width = width
      self.offset = offset
      self.shape = shape
    }
  }

  /// A Gaussian.
  case gaussian
  /// The Crystal Ball function: a Gaussian core with a power-law tail on the low side (M. Oreglia, SLAC-236, 1980).
  case crystalBall(tail: PowerTail)
  /// The Crystal Ball function with its tail on the high side.
  case mirroredCrystalBall(tail: PowerTail)
  /// A Gaussian core with a power-law tail on either side.
  case doubleSidedCrystalBall(low: PowerTail, high: PowerTail)
  /// Several forms at one mass.
  case sum([Part])

  /// The fraction of the resonance below z.
  public func cumulative(_ z: Double) -> Double {
    switch self {
    case .gaussian:
      return 0.5 * erfc(-z * 0.5.squareRoot())
    case .crystalBall(let tail):
      let norm = tail.area + Self.core(from: -tail.start, to: .infinity)
      if z <= -tail.start { return tail.areaBeyond(-z) / norm }
      return (tail.area + Self.core(from: -tail.start, to: z)) / norm
    case .mirroredCrystalBall(let tail):
      return 1 - SignalShape.crystalBall(tail: tail).cumulative(-z)
    case .sum(let parts):
      let whole = parts.reduce(0) { $0 + $1.fraction }
      return parts.reduce(0) { $0 + $1.fraction * $1.shape.cumulative((z - $1.offset) / $1.width) } / whole
    case .doubleSidedCrystalBall(let low, let high):
      let norm = low.area + Self.core(from: -low.start, to: high.start) + high.area
      if z <= -low.start { return low.areaBeyond(-z) / norm }
      if z >= high.start { return 1 - high.areaBeyond(z) / norm }
      return (low.area + Self.core(from: -low.start, to: z)) / norm
    }
  }

  /// The integral of exp(-z^2/2).
  static func core(from a: Double, to b: Double) -> Double {
    let root = 0.5.squareRoot()
    return (Double.pi / 2).squareRoot() * (erf(b * root) - erf(a * root))
  }
}

/// The power-law tail of a Crystal Ball function: from `start` resolutions off the mass it falls as a power, joined
/// smoothly to the Gaussian.
public struct PowerTail: Hashable, Sendable {
  /// Distance from the mass at which the tail begins, in resolutions (alpha), positive.
  public var start: Double
  /// The power (n), above 1.
  public var power: Double

  /// A tail with its beginning and its power.
  public init(start: Double, power: Double) {
    self.start = start
    self.power = power
  }

  /// The integral over the whole tail, in units of the Gaussian's height at its peak.
  var area: Double { power / start / (power - 1) * exp(-0.5 * start * start) }

  /// The integral from a distance (in resolutions, at or beyond `start`) outwards.
  func areaBeyond(_ distance: Double) -> Double {
    let b = power / start - start
    return area * pow((power / start) / (b + distance), power - 1)
  }
}
