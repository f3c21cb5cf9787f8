/// Angles of eight directions at once in single precision, without the C library: the counterpart of `PortableAngles`.
enum VectorAngles {
  /// Azimuths of points, rad, in (-pi, pi], good to 3e-7; not a number for the origin.
  @inline(__always)
  static func azimuth(y: SIMD8<Float>, x: SIMD8<Float>) -> SIMD8<Float> {
    let sizeX = x.magnitudes
    let sizeY = y.magnitudes
    let isSteep = sizeX .< sizeY
    let small: SIMD8<Float> = sizeY.replacing(with: sizeX, where: isSteep)
    let large: SIMD8<Float> = sizeX.replacing(with: sizeY, where: isSteep)
    let ratio: SIMD8<Float> = small / large
    // Above tan(pi/8) by atan(r) = pi/4 + atan((r - 1)/(r + 1)).
    let isLarge = ratio .> 0.41421356
    let reduced: SIMD8<Float> = ratio.replacing(with: (ratio - 1) / (ratio + 1), where: isLarge)
    let z: SIMD8<Float> = reduced * reduced
    // The polynomial of Cephes (S. Moshier), single precision.
    var series: SIMD8<Float> = z * 8.05374449538e-2 - 1.38776856032e-1
    series = series * z + 1.99777106478e-1
    series = series * z - 3.33329491539e-1
    var angle: SIMD8<Float> = series * z * reduced + reduced
    angle.replace(with: angle + 0.78539816, where: isLarge)
    angle.replace(with: 1.5707964 - angle, where: isSteep)
    angle.replace(with: 3.1415927 - angle, where: x .< 0)
    return angle.replacing(with: 0 - angle, where: y .< 0)
  }
}
