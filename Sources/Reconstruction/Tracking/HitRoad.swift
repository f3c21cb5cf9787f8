/// The neighbourhood of a helix in the drift chamber.
enum HitRoad {
  /// Farthest wire that is looked at, cm.
  private static let reach: Float = 6

  /// Collects the unowned hits near a helix, in the order of layers.
  /// - Parameters:
  ///   - crossings: of the helix with the layers.
  ///   - axial: half width of the road for axial wires, cm beyond half a cell.
  ///   - stereo: the same for stereo wires; nil leaves them out.
  static func gather(
    into members: inout [AnnealedFit.Member], near state: HelixState, crossings: borrowing LayerCrossings,
    hits: borrowing ChamberHits, table: borrowing WireTable, axial: Float, stereo: Float?
  ) {
    members.removeAll(keepingCapacity: true)
    let lines = hits.line.span
    let lanes = hits.lanes.span
    let owners = hits.owner.span
    let layers = table.layers.span
    let places = crossings.layers.span
    for index in layers.indices {
      let isAxial = layers[index].isAxial
      if !isAxial && stereo == nil { continue }
      let range = hits.hits(inLayer: index)
      if range.isEmpty { continue }
      let crossing = places[index]
      // Inside the perigee of a displaced track, or beyond the largest radius of a curling one.
      if !crossing.arc.isFinite { continue }
      var place = crossing
      var road = axial + 0.6 * Float(layers[index].cellWidth)
      // Axial wires stand where they stand.
      var z: Float = 0
      if let stereo, !isAxial {
        guard let (moved, height) = onStereoLayer(layers[index], crossing, state) else { continue }
        place = moved
        z = height
        road = stereo + 0.6 * Float(layers[index].cellWidth)
      }
      let x = place.x
      let y = place.y
      let directionX = place.directionX
      let directionY = place.directionY
      let largest = road * road
      let groups = hits.groups(inLayer: index)
      for group in groups {
        // Most hits are far away: that is asked first, of eight at once.
        let laneX: HitLanes.Lanes = lanes[group].x + lanes[group].slopeX * z - x
        let laneY: HitLanes.Lanes = lanes[group].y + lanes[group].slopeY * z - y
        let square: HitLanes.Lanes = laneX * laneX + laneY * laneY
        let forward: HitLanes.Lanes = laneX * directionX + laneY * directionY
        let across: HitLanes.Lanes = square - forward * forward
        var near = ((square .<= reach * reach) .& (across .<= largest)).bits
        let first = range.lowerBound + 8 * (group - groups.lowerBound)
        while near != 0 {
          let hit = first + near.trailingZeroBitCount
          near &= near - 1
          if owners[hit] >= 0 { continue }
          let line = lines[hit]
          let along = (line[0] + line[2] * z - x) * directionX + (line[1] + line[3] * z - y) * directionY
          members.append(AnnealedFit.Member(hit: hit, arc: place.arc + along))
        }
      }
    }
  }

  /// Where a helix passes the wires of a stereo layer, which are farther out towards their ends, and at which z.
  /// - Returns: nil if it leaves the chamber before.
  @inline(__always)
  private static func onStereoLayer(_ layer: WireTable.Layer, _ middle: LayerCrossings.Crossing, _ state: HelixState)
    -> (LayerCrossings.Crossing, z: Float)?
  {
    let tanLambda = Float(state.tanLambda)
    let omega = Float(state.omega)
    let z = Float(state.z0) + middle.arc * tanLambda
    if z < Float(layer.backwardZ) - 3 || z > Float(layer.forwardZ) + 3 { return nil }
    let half = Float(layer.stereoSlope) * (z - Float(layer.middleZ))
    let outward = middle.x * middle.directionX + middle.y * middle.directionY
    let radius = Float(layer.radiusInMiddle)
    guard outward > 0.5 * radius else {
      let arc = state.arcLength(toRadius: Double((radius * radius + half * half).squareRoot()))
      if !arc.isFinite { return nil }
      let point = state.point(at: arc)
      return (
        LayerCrossings.Crossing(
          arc: Float(arc), x: Float(point.x), y: Float(point.y), directionX: Float(point.directionX),
          directionY: Float(point.directionY)), Float(point.z)
      )
    }
    // A centimetre or so farther: r^2 grows with the arc by twice the product of place and direction, to second order.
    let side = middle.x * middle.directionY - middle.y * middle.directionX
    let inverse = 1 / outward
    let first = 0.5 * half * half * inverse
    let step = first * (1 - 0.5 * first * inverse * (1 + omega * side))
    let turn = step * omega
    var moved = middle
    moved.arc += step
    moved.x += step * (middle.directionX + 0.5 * turn * middle.directionY)
    moved.y += step * (middle.directionY - 0.5 * turn * middle.directionX)
    moved.directionX += turn * middle.directionY
    moved.directionY -= turn * middle.directionX
    return (moved, z + step * tanLambda)
  }
}
