/// Where a circle crosses the layers of the drift chamber, at the radius of the middle of their wires.
///
/// The search for hits, for their z and the count of layers ask for the same crossings: they are worked out once for a
/// circle, eight layers at a time.
struct LayerCrossings {
  /// One crossing.
  struct Crossing {
    /// Transverse arc length, cm; not a number if the circle does not reach the layer.
    var arc: Float
    var x: Float
    var y: Float
    /// Transverse direction of flight.
    var directionX: Float
    var directionY: Float
  }

  /// By layer.
  private(set) var layers: [Crossing]

  init(table: WireTable) {
    layers = Array(
      repeating: Crossing(arc: .nan, x: 0, y: 0, directionX: 0, directionY: 0), count: 8 * table.middleRadii.count)
  }

  /// Works out the crossings of all layers.
  mutating func find(_ state: HelixState, table: borrowing WireTable) {
    let helix = HelixLanes(state)
    var span = layers.mutableSpan
    let radii = table.middleRadii.span
    for group in radii.indices {
      let arcs = helix.arcLengths(toRadii: radii[group])
      let places = helix.places(at: arcs)
      for lane in 0..<8 {
        span[8 * group + lane] = Crossing(
          arc: arcs[lane], x: places.x[lane], y: places.y[lane], directionX: places.directionX[lane],
          directionY: places.directionY[lane])
      }
    }
  }
}
