/// Where a circle crosses the layers of the drift chamber, at the radius of the middle of their wires.
///
/// The search for hits, for their z and the count of layers ask for the same crossings: they are worked out once for a
/// circle, four layers at a time.
struct LayerCrossings {
  /// One crossing.
  struct Crossing {
    /// Transverse arc length, cm; not a number if the circle does not reach the layer.
    var arc: Double
    var x: Double
    var y: Double
    /// Transverse direction of flight.
    var directionX: Double
    var directionY: Double
  }

  /// By layer.
  private(set) var layers: [Crossing]

  init(table: WireTable) {
    layers = Array(
      repeating: Crossing(arc: .nan, x: 0, y: 0, directionX: 0, directionY: 0), count: 4 * table.middleRadii.count)
  }

  /// Works out the crossings of all layers.
  mutating func find(_ state: HelixState, table: borrowing WireTable) {
    var span = layers.mutableSpan
    let radii = table.middleRadii.span
    for group in radii.indices { LayerCrossings.cross(state, radii[group], at: 4 * group, &span) }
  }

  /// Works out the crossings of the axial layers; those of others are left as they were.
  mutating func findAxial(_ state: HelixState, table: borrowing WireTable) {
    var span = layers.mutableSpan
    let radii = table.middleRadii.span
    let groups = table.axialGroups.span
    for index in groups.indices { LayerCrossings.cross(state, radii[groups[index]], at: 4 * groups[index], &span) }
  }

  @inline(__always)
  private static func cross(
    _ state: HelixState, _ radii: SIMD4<Double>, at first: Int, _ span: inout MutableSpan<Crossing>
  ) {
    let arcs = state.arcLengths(toRadii: radii)
    let places = state.places(at: arcs)
    for lane in 0..<4 {
      span[first + lane] = Crossing(
        arc: arcs[lane], x: places.x[lane], y: places.y[lane], directionX: places.directionX[lane],
        directionY: places.directionY[lane])
    }
  }
}
