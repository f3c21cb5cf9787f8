/// Short pieces of tracks within one axial super-layer: position and direction from the wires alone.
///
/// Neighbouring hits of the same or successive layers are joined to groups; a straight line through the wires of a
/// group gives its position to about 2 mm and its direction to about 70 mrad. That is enough to link super-layers
/// without asking the track to come from the origin, which is how displaced tracks are found.
struct AxialSegments {
  /// One piece of a track.
  struct Segment {
    var superLayer: Int
    /// Point at the middle radius of the super-layer, cm.
    var x: Double
    var y: Double
    /// Azimuth of the outgoing direction, rad.
    var direction: Double
    /// Hits of the segment: range of `members`.
    var members: Range<Int>
  }

  private(set) var segments: [Segment] = []
  /// Hits of all segments.
  private(set) var members: [Int32] = []
  /// First segment of each axial super-layer (0, 2 ... 8), and the number after the last.
  private(set) var first = [Int](repeating: 0, count: 6)
  private var parent: [Int32] = []
  private var groups: [UInt64] = []

  /// Layers with a hit that a segment must have.
  private static let fewestLayers = 4

  /// Segments of super-layer 2 `axial`.
  func segments(axial: Int) -> Range<Int> { first[axial]..<first[axial + 1] }

  /// Finds the segments of the hits that no track owns.
  mutating func find(hits: borrowing ChamberHits, table: borrowing WireTable) {
    segments.removeAll(keepingCapacity: true)
    members.removeAll(keepingCapacity: true)
    for axial in 0..<5 {
      first[axial] = segments.count
      let layers = table.firstLayer[2 * axial]..<table.firstLayer[2 * axial + 1]
      join(layers: layers, hits: hits, table: table)
      collect(layers: layers, superLayer: 2 * axial, hits: hits, table: table)
    }
    first[5] = segments.count
  }

  private func root(_ index: Int32) -> Int32 {
    var index = index
    while parent[Int(index)] != index { index = parent[Int(index)] }
    return index
  }

  /// Joins neighbouring hits of a super-layer.
  private mutating func join(layers: Range<Int>, hits: borrowing ChamberHits, table: borrowing WireTable) {
    let start = hits.hits(inLayer: layers.lowerBound).lowerBound
    let end = hits.hits(inLayer: layers.upperBound - 1).upperBound
    parent.removeAll(keepingCapacity: true)
    for index in 0..<(end - start) { parent.append(Int32(index)) }
    let wires = hits.wire.span
    let owners = hits.owner.span
    let cells = table.layers[layers.lowerBound].cells
    for layer in layers {
      let here = table.layers[layer]
      for other in layer..<min(layer + 3, layers.upperBound) {
        let there = table.layers[other]
        // Difference of the azimuths of wire 0, in cells; then of any two wires.
        let shift = (there.azimuthInMiddle - here.azimuthInMiddle) / here.azimuthStep
        let reach = other == layer ? 1.1 : (other == layer + 1 ? 1.6 : 1.1)
        for a in hits.hits(inLayer: layer) where owners[a] < 0 {
          let cellA = Int(wires[a]) - here.firstWire
          for b in hits.hits(inLayer: other) where owners[b] < 0 && b != a {
            var distance = Double(Int(wires[b]) - there.firstWire - cellA) + shift
            if distance > Double(cells) * 0.5 { distance -= Double(cells) }
            if distance < -Double(cells) * 0.5 { distance += Double(cells) }
            if abs(distance) > reach { continue }
            let rootA = root(Int32(a - start))
            let rootB = root(Int32(b - start))
            if rootA < rootB { parent[Int(rootB)] = rootA } else { parent[Int(rootA)] = rootB }
          }
        }
      }
    }
  }

  /// Makes segments of the groups with enough layers.
  private mutating func collect(
    layers: Range<Int>, superLayer: Int, hits: borrowing ChamberHits, table: borrowing WireTable
  ) {
    let start = hits.hits(inLayer: layers.lowerBound).lowerBound
    groups.removeAll(keepingCapacity: true)
    for index in parent.indices where hits.owner[start + index] < 0 {
      groups.append(UInt64(root(Int32(index))) << 32 | UInt64(index))
    }
    groups.sort()
    let middle = 0.5 * (table.layers[layers.lowerBound].radiusAtEnd + table.layers[layers.upperBound - 1].radiusAtEnd)
    var position = 0
    while position < groups.count {
      let group = groups[position] >> 32
      var next = position
      var mask: UInt64 = 0
      while next < groups.count, groups[next] >> 32 == group {
        mask |= 1 << UInt64(hits.layer[start + Int(groups[next] & 0xFFFF_FFFF)])
        next += 1
      }
      if mask.nonzeroBitCount >= AxialSegments.fewestLayers {
        append(groups[position..<next], start: start, middle: middle, superLayer: superLayer, hits: hits, table: table)
      }
      position = next
    }
  }

  private mutating func append(
    _ group: ArraySlice<UInt64>, start: Int, middle: Double, superLayer: Int, hits: borrowing ChamberHits,
    table: borrowing WireTable
  ) {
    let firstMember = members.count
    var reference = 0.0
    var n = 0.0
    var r = 0.0
    var rr = 0.0
    var t = 0.0
    var rt = 0.0
    for word in group {
      let hit = start + Int(word & 0xFFFF_FFFF)
      let layer = table.layers[Int(hits.layer[hit])]
      let azimuth = layer.azimuthInMiddle + layer.azimuthStep * Double(Int(hits.wire[hit]) - layer.firstWire)
      if n == 0 { reference = azimuth }
      let radial = layer.radiusAtEnd - middle
      let along = middle * PortableAngles.wrapped(azimuth - reference)
      n += 1
      r += radial
      rr += radial * radial
      t += along
      rt += radial * along
      members.append(Int32(truncatingIfNeeded: hit))
    }
    let slope = (n * rt - r * t) / (n * rr - r * r)
    let azimuth = reference + (t - slope * r) / (n * middle)
    let (sine, cosine) = PortableAngles.sineCosine(azimuth)
    segments.append(
      Segment(
        superLayer: superLayer, x: middle * cosine, y: middle * sine,
        direction: PortableAngles.wrapped(azimuth + PortableAngles.arcTangent(slope)),
        members: firstMember..<members.count))
  }
}
