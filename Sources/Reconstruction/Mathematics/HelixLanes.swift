/// A helix in single precision, evaluated at eight places at once.
///
/// Single precision is good to a tenth of a micrometre at the end of the chamber, a thousandth of what a wire measures, and
/// twice as quick as double. No function here branches on single lanes.
struct HelixLanes {
  typealias Lanes = SIMD8<Float>

  var d0: Float
  var omega: Float
  var z0: Float
  var tanLambda: Float
  var sine: Float
  var cosine: Float

  init(_ state: HelixState) {
    d0 = Float(state.d0)
    omega = Float(state.omega)
    z0 = Float(state.z0)
    tanLambda = Float(state.tanLambda)
    sine = Float(state.sine)
    cosine = Float(state.cosine)
  }

  /// Sine and cosine of an angle in forms that stay finite for straight tracks: sin a = a (1 + a^2 p), cos a = 1 - a^2 h.
  struct Turn {
    var square: Lanes
    var p: Lanes
    var h: Lanes

    /// (sin a)/a and cos a.
    @inline(__always) var ratio: Lanes { 1 + square * p }
    @inline(__always) var cosine: Lanes { 1 - square * h }

    /// - Parameter angle: rad, up to half a turn; more is of no use but does no harm.
    @inline(__always)
    init(_ angle: Lanes) {
      let quarter: Lanes = angle * 0.25
      let z: Lanes = quarter * quarter
      p = z * 2.7557314e-6 - 1.9841270e-4
      p = p * z + 8.3333333e-3
      p = p * z - 1.6666667e-1
      h = z * -2.7557314e-7 + 2.4801587e-5
      h = h * z - 1.3888889e-3
      h = h * z + 4.1666667e-2
      h = 0.5 - h * z
      square = z
      double()
      double()
    }

    /// From an angle to twice the angle.
    @inline(__always)
    private mutating func double() {
      let ratio: Lanes = 1 + square * p
      p = (p - h - square * p * h) * 0.25
      h = ratio * ratio * 0.5
      square *= 4
    }
  }

  /// Transverse arc lengths to eight cylinders about the z axis, first crossings after the perigee.
  /// - Returns: not a number where the circle does not reach a cylinder.
  @inline(__always)
  func arcLengths(toRadii radii: Lanes) -> Lanes {
    let inverseScale = 1 / (1 + omega * d0)
    let chord: Lanes = ((radii * radii - d0 * d0) * inverseScale).squareRoot()
    let signed: Lanes = chord * (0.5 * omega)
    let sine = signed.magnitudes
    let isLarge = .!(sine .<= 0.5)
    // asin(x)/x below one half, above by asin(x) = pi/2 - 2 asin(sqrt((1 - x)/2)).
    let z: Lanes = (sine * sine).replacing(with: (1 - sine) * 0.5, where: isLarge)
    // Chebyshev fit on [0, 1/4] of (asin(x)/x - 1)/x^2 by x^2, good to 1e-9.
    var series: Lanes = z * 3.380538703e-2 + 1.707810775e-2
    series = series * z + 3.111609434e-2
    series = series * z + 4.459803902e-2
    series = series * z + 7.500098732e-2
    series = series * z + 1.666666632e-1
    let ratio: Lanes = 1 + z * series
    if !isLarge.isAny { return chord * ratio }
    let large: Lanes = chord * (1.5707964 - z.squareRoot() * ratio * 2) / sine
    return (chord * ratio).replacing(with: large, where: isLarge)
  }

  /// Places of the path without derivatives.
  struct Places {
    var x: Lanes
    var y: Lanes
    /// Transverse direction of flight.
    var directionX: Lanes
    var directionY: Lanes
  }

  /// The places at eight transverse arc lengths from the perigee.
  @inline(__always)
  func places(at arc: Lanes) -> Places {
    let angle: Lanes = arc * omega
    let turn = Turn(angle)
    let ratio = turn.ratio
    let sa: Lanes = angle * ratio
    let ca = turn.cosine
    let along: Lanes = arc * ratio
    let across: Lanes = 0 - arc * angle * turn.h - d0
    return Places(
      x: along * cosine - across * sine, y: along * sine + across * cosine, directionX: ca * cosine + sa * sine,
      directionY: ca * sine - sa * cosine)
  }
}
