/// Short pieces of tracks within one axial super-layer: position and direction.
///
/// Neighbouring hits of the same or successive layers are joined to groups. In a group, lines tangent to the drift circles of
/// two hits are tried, and those that most layers agree with become segments, good to about 0.2 mm and 10 mrad. That is
/// enough to link super-layers without asking the track to come from the origin, which is how displaced tracks are found.
struct AxialSegments {
  /// One piece of a track.
  struct Segment {
    var superLayer: Int
    /// Point at the middle radius of the super-layer, cm.
    var x: Double
    var y: Double
    /// Azimuth of the outgoing direction, rad, and its sine and cosine.
    var direction: Double
    var sine: Double
    var cosine: Double
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
  private var circles: [SegmentLine.Circle] = []

  /// Time of flight per radius of a fast particle at some dip, and signal propagation from the middle of the chamber, ns/cm.
  private static let timePerRadius = 0.04

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

  /// The smallest hit of a group; shortens the way to it.
  @inline(__always)
  private static func root(_ index: Int32, _ parents: inout MutableSpan<Int32>) -> Int32 {
    var index = index
    while parents[Int(index)] != index {
      let next = parents[Int(index)]
      parents[Int(index)] = parents[Int(next)]
      index = next
    }
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
    var parents = parent.mutableSpan
    for layer in layers {
      let here = table.layers[layer]
      for other in layer..<min(layer + 3, layers.upperBound) {
        let there = table.layers[other]
        // Where the wires of this layer stand in the cells of the other one, and which of those are near.
        let shift = (here.azimuthInMiddle - there.azimuthInMiddle) / here.azimuthStep
        let reach = other == layer + 1 ? 1.6 : 1.1
        // In the same layer the neighbour on one side is enough: the other one looks back.
        let low = other == layer ? 1 : Int((shift - reach).rounded(.up))
        let high = other == layer ? 1 : Int((shift + reach).rounded(.down))
        if low > high { continue }
        for a in hits.hits(inLayer: layer) where owners[a] < 0 {
          let cell = Int(wires[a]) - here.firstWire
          for neighbour in (cell + low)...(cell + high) {
            let b = hits.hit(layer: there, cell: neighbour)
            if b < 0 || owners[b] >= 0 { continue }
            let rootA = AxialSegments.root(Int32(truncatingIfNeeded: a - start), &parents)
            let rootB = AxialSegments.root(Int32(truncatingIfNeeded: b - start), &parents)
            if rootA < rootB { parents[Int(rootB)] = rootA } else { parents[Int(rootA)] = rootB }
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
      var root = index
      while Int(parent[root]) != root { root = Int(parent[root]) }
      groups.append(UInt64(root) << 32 | UInt64(index))
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

  /// Extracts the lines of a group, best first, as long as enough layers agree on one.
  private mutating func append(
    _ group: ArraySlice<UInt64>, start: Int, middle: Double, superLayer: Int, hits: borrowing ChamberHits,
    table: borrowing WireTable
  ) {
    circles.removeAll(keepingCapacity: true)
    var reference = 0.0
    for word in group {
      let hit = start + Int(word & 0xFFFF_FFFF)
      let layer = table.layers[Int(hits.layer[hit])]
      let azimuth = layer.azimuthInMiddle + layer.azimuthStep * Double(Int(hits.wire[hit]) - layer.firstWire)
      if circles.isEmpty { reference = azimuth }
      let (sine, cosine) = PortableAngles.sineCosine(azimuth - reference)
      let flight = layer.radiusAtEnd * AxialSegments.timePerRadius
      let drift = table.driftDistance(time: Double(hits.time[hit]), flight: flight, z: 0, layer: layer)
      circles.append(
        SegmentLine.Circle(
          along: layer.radiusAtEnd * cosine - middle, across: layer.radiusAtEnd * sine, radius: drift,
          layer: Int(hits.layer[hit]), hit: hit))
    }
    circles.sort { $0.layer != $1.layer ? $0.layer < $1.layer : $0.hit < $1.hit }
    for _ in 0..<3 {
      guard let line = SegmentLine.find(circles.span, radius: middle) else { return }
      let firstMember = members.count
      circles.removeAll { circle in
        guard line.agrees(with: circle) else { return false }
        members.append(Int32(truncatingIfNeeded: circle.hit))
        return true
      }
      let (sine, cosine) = PortableAngles.sineCosine(reference)
      // The line crosses the middle radius where along^2 + 2 middle along + across^2 = 0, nearly at along = 0.
      let along = -line.offset * line.offset / (2 * (middle + line.slope * line.offset))
      let x = middle + along
      let y = line.offset + line.slope * along
      let direction = PortableAngles.wrapped(reference + PortableAngles.arcTangent(line.slope))
      let (sineOfDirection, cosineOfDirection) = PortableAngles.sineCosine(direction)
      segments.append(
        Segment(
          superLayer: superLayer, x: x * cosine - y * sine, y: x * sine + y * cosine, direction: direction,
          sine: sineOfDirection, cosine: cosineOfDirection,
          members: firstMember..<members.count))
    }
  }
}
