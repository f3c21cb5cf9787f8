/// The wires of eight hits of a layer side by side in SIMD registers.
struct HitLanes {
  typealias Lanes = SIMD8<Float>

  /// x and y at z = 0, cm; lanes without a hit are far away from everything.
  var x = Lanes(repeating: 1e6)
  var y = Lanes(repeating: 1e6)
  /// dx/dz and dy/dz.
  var slopeX = Lanes.zero
  var slopeY = Lanes.zero

  init() {}

  @inline(__always)
  init(
    _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>, _ e: SIMD4<Float>, _ f: SIMD4<Float>,
    _ g: SIMD4<Float>, _ h: SIMD4<Float>
  ) {
    x = Lanes(a[0], b[0], c[0], d[0], e[0], f[0], g[0], h[0])
    y = Lanes(a[1], b[1], c[1], d[1], e[1], f[1], g[1], h[1])
    slopeX = Lanes(a[2], b[2], c[2], d[2], e[2], f[2], g[2], h[2])
    slopeY = Lanes(a[3], b[3], c[3], d[3], e[3], f[3], g[3], h[3])
  }

  mutating func set(_ lane: Int, _ line: SIMD4<Float>) {
    x[lane] = line[0]
    y[lane] = line[1]
    slopeX[lane] = line[2]
    slopeY[lane] = line[3]
  }
}
