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
    // Spans only go into the closure: what holds arrays would be copied.
    let lanes = hits.lanes.span
    let owners = hits.owner.span
    let firstHits = hits.first.span
    let firstGroups = hits.firstGroup.span
    let layers = table.searchLayers.span
    let places = crossings.layers.span
    members.append(addingCapacity: hits.count) { (found: inout OutputSpan<AnnealedFit.Member>) in
      gather(
        into: &found, near: state, places: places, lanes: lanes, owners: owners, firstHits: firstHits,
        firstGroups: firstGroups, layers: layers, axial: axial, stereo: stereo)
    }
  }

  @inline(__always)
  private static func gather(
    into members: inout OutputSpan<AnnealedFit.Member>, near state: HelixState,
    places: Span<LayerCrossings.Crossing>, lanes: Span<HitLanes>, owners: Span<Int16>, firstHits: Span<Int32>,
    firstGroups: Span<Int32>, layers: Span<WireTable.SearchLayer>, axial: Float, stereo: Float?
  ) {
    let path = (z0: Float(state.z0), tanLambda: Float(state.tanLambda), omega: Float(state.omega))
    for index in layers.indices {
      let isAxial = layers[index].isAxial
      if !isAxial && stereo == nil { continue }
      let firstHit = Int(firstHits[index])
      if firstHit == Int(firstHits[index + 1]) { continue }
      var place = places[index]
      // Inside the perigee of a displaced track, or beyond the largest radius of a curling one.
      if !place.arc.isFinite { continue }
      var road = axial + layers[index].cellMargin
      // Axial wires stand where they stand.
      var z: Float = 0
      if let stereo, !isAxial {
        z = path.z0 + place.arc * path.tanLambda
        if z < layers[index].backwardZ - 3 || z > layers[index].forwardZ + 3 { continue }
        guard let moved = onStereoLayer(layers[index], place, z, omega: path.omega, state) else { continue }
        z += (moved.arc - place.arc) * path.tanLambda
        place = moved
        road = stereo + layers[index].cellMargin
      }
      let x = place.x
      let y = place.y
      let directionX = place.directionX
      let directionY = place.directionY
      let largest = road * road
      let firstGroup = Int(firstGroups[index])
      for group in firstGroup..<Int(firstGroups[index + 1]) {
        // Most hits are far away: that is asked first, of eight at once.
        let laneX: HitLanes.Lanes = lanes[group].x + lanes[group].slopeX * z - x
        let laneY: HitLanes.Lanes = lanes[group].y + lanes[group].slopeY * z - y
        let square: HitLanes.Lanes = laneX * laneX + laneY * laneY
        let forward: HitLanes.Lanes = laneX * directionX + laneY * directionY
        let across: HitLanes.Lanes = square - forward * forward
        var near = ((square .<= reach * reach) .& (across .<= largest)).bits
        let first = firstHit + 8 * (group - firstGroup)
        while near != 0 {
          let lane = near.trailingZeroBitCount
          near &= near - 1
          if owners[first + lane] >= 0 { continue }
          members.append(AnnealedFit.Member(hit: first + lane, arc: place.arc + forward[lane]))
        }
      }
    }
  }

  /// Where a helix passes the wires of a stereo layer, which are farther out towards their ends.
  /// - Parameters:
  ///   - middle: where it passes the radius of their middle, and at which z.
  /// - Returns: nil if it leaves the chamber before.
  @inline(__always)
  private static func onStereoLayer(
    _ layer: WireTable.SearchLayer, _ middle: LayerCrossings.Crossing, _ z: Float, omega: Float, _ state: HelixState
  ) -> LayerCrossings.Crossing? {
    let half = layer.stereoSlope * (z - layer.middleZ)
    let outward = middle.x * middle.directionX + middle.y * middle.directionY
    guard outward > 0.5 * layer.radius else {
      let radius = layer.radius
      let arc = state.arcLength(toRadius: Double((radius * radius + half * half).squareRoot()))
      if !arc.isFinite { return nil }
      let point = state.point(at: arc)
      return LayerCrossings.Crossing(
        arc: Float(arc), x: Float(point.x), y: Float(point.y), directionX: Float(point.directionX),
        directionY: Float(point.directionY))
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
    return moved
  }
}
