/// Eight stereo hits that a circle can touch, side by side in SIMD registers; they may be of several layers.
struct StereoBlock {
  typealias Lanes = SIMD8<Float>

  /// Index into `ChamberHits`, and layer.
  var hit = SIMD8<Int32>.zero
  var layer = SIMD8<Int32>.zero
  /// Wires: x and y at z = 0, cm, dx/dz and dy/dz.
  var x = Lanes.zero
  var y = Lanes.zero
  var slopeX = Lanes.zero
  var slopeY = Lanes.zero
  /// How fast the wires move along the normal of the circle, cm per cm of z.
  var slope = Lanes(repeating: 1)
  /// Where the circle meets the wires, cm, and the arc length there.
  var z = Lanes.zero
  var arc = Lanes.zero
  /// Time since the collision, ns.
  var time = Lanes.zero
  /// Of the layers: see ``WireTable/SearchLayer``.
  var radius = Lanes(repeating: 1)
  var backwardZ = Lanes.zero
  var forwardZ = Lanes.zero
  var driftEdge = Lanes.zero
  var largestDrift = Lanes(repeating: 1)

  /// How far from the middle of its wires a layer is searched: the next step may bring what is a little beyond the end back, cm.
  @inline(__always)
  static func reach(_ layer: WireTable.SearchLayer) -> Float { 0.5 * (layer.forwardZ - layer.backwardZ) + 12 }

  /// Finds z once more, at the radius that the wires have where the middle of them said.
  /// - Returns: the hits whose wires the circle meets.
  @inline(__always)
  mutating func refine(_ helix: HelixLanes) -> UInt32 {
    let wireX: Lanes = x + slopeX * z
    let wireY: Lanes = y + slopeY * z
    let crossing = helix.arcLengths(toRadii: (wireX * wireX + wireY * wireY).squareRoot())
    let meets = crossing .< .infinity
    arc.replace(with: crossing, where: meets)
    let place = helix.places(at: arc)
    slope = slopeX * place.directionY - slopeY * place.directionX
    let away: Lanes = (place.x - wireX) * place.directionY - (place.y - wireY) * place.directionX
    z += away / slope
    let reach: Lanes = (forwardZ - backwardZ) * 0.5 + 12
    let aside: Lanes = (z - (backwardZ + forwardZ) * 0.5).magnitudes
    return (meets .& (aside .<= reach)).bits
  }

  /// Where a track on either side of the wires would be, and whether that is on the wires.
  @inline(__always)
  func sides(timePerArc: Float, table: borrowing WireTable) -> (low: Lanes, high: Lanes, lowIn: UInt32, highIn: UInt32)
  {
    let drift = table.driftDistances(
      times: time, flights: arc * timePerArc, z: z, backwardZ: backwardZ, edges: driftEdge, largest: largestDrift)
    let shift: Lanes = drift / slope
    let low: Lanes = z - shift
    let high: Lanes = z + shift
    let nearest: Lanes = backwardZ - 2
    let farthest: Lanes = forwardZ + 2
    return (
      low, high, ((low .>= nearest) .& (low .<= farthest)).bits, ((high .>= nearest) .& (high .<= farthest)).bits
    )
  }
}
