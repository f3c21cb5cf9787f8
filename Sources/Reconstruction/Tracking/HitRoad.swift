/// The neighbourhood of a helix in the drift chamber.
enum HitRoad {
  /// Collects the unowned hits near a helix, in the order of layers.
  /// - Parameters:
  ///   - axial: half width of the road for axial wires, cm beyond half a cell.
  ///   - stereo: the same for stereo wires; nil leaves them out.
  static func gather(
    into members: inout [AnnealedFit.Member], near state: HelixState, hits: borrowing ChamberHits,
    table: borrowing WireTable, axial: Double, stereo: Double?
  ) {
    members.removeAll(keepingCapacity: true)
    let lines = hits.line.span
    let owners = hits.owner.span
    let layers = table.layers.span
    for index in layers.indices {
      let layer = layers[index]
      if !layer.isAxial && stereo == nil { continue }
      let range = hits.hits(inLayer: index)
      if range.isEmpty { continue }
      var arc = state.arcLength(toRadius: layer.radiusInMiddle)
      // Beyond the largest radius of a curling track.
      if !arc.isFinite { break }
      var point = state.point(at: arc)
      var road = axial + 0.6 * layer.cellWidth
      if let stereo, !layer.isAxial {
        if point.z < layer.backwardZ - 3 || point.z > layer.forwardZ + 3 { continue }
        // Stereo wires are farther out towards their ends.
        let half = layer.stereoSlope * (point.z - layer.middleZ)
        let outward = point.x * point.directionX + point.y * point.directionY
        if outward > 0.5 * layer.radiusInMiddle {
          // A centimetre or so farther: r^2 grows with the arc by twice the product of place and direction, to second order.
          let side = point.x * point.directionY - point.y * point.directionX
          let inverse = 1 / outward
          let first = 0.5 * half * half * inverse
          let step = first * (1 - 0.5 * first * inverse * (1 + state.omega * side))
          let turn = step * state.omega
          arc += step
          point.x += step * (point.directionX + 0.5 * turn * point.directionY)
          point.y += step * (point.directionY - 0.5 * turn * point.directionX)
          point.z += step * state.tanLambda
          let directionX = point.directionX
          point.directionX += turn * point.directionY
          point.directionY -= turn * directionX
        } else {
          arc = state.arcLength(toRadius: (layer.radiusInMiddle * layer.radiusInMiddle + half * half).squareRoot())
          if !arc.isFinite { continue }
          point = state.point(at: arc)
        }
        road = stereo + 0.6 * layer.cellWidth
      }
      // Axial wires stand where they stand.
      let z = layer.isAxial ? 0 : Float(point.z)
      let x = Float(point.x)
      let y = Float(point.y)
      for hit in range {
        let line = lines[hit]
        let nearX = line[0] + line[2] * z - x
        let nearY = line[1] + line[3] * z - y
        // Most hits are far away: that is asked first.
        if nearX * nearX + nearY * nearY > 36 || owners[hit] >= 0 { continue }
        let dx = Double(nearX)
        let dy = Double(nearY)
        // Distance across the direction of flight.
        let along = dx * point.directionX + dy * point.directionY
        let squared = dx * dx + dy * dy
        if squared - along * along > road * road { continue }
        members.append(AnnealedFit.Member(hit: hit, arc: arc + along))
      }
    }
  }
}
