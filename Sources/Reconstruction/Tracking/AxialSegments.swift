import Kinematics

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
  private var cells = CellMaps()
  private var parent: [Int32] = []
  /// Layers of the group that starts with a hit, as bits; of the other hits nothing.
  private var layersOfGroup: [UInt64] = []
  private var group: [Int32] = []
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
    for index in 0..<(end - start) { parent.append(Int32(truncatingIfNeeded: index)) }
    cells.fill(layers: layers, hits: hits, table: table)
    AxialSegments.join(layers, start, cells, hits, table, &parent)
  }

  private static func join(
    _ layers: Range<Int>, _ start: Int, _ cells: borrowing CellMaps, _ hits: borrowing ChamberHits,
    _ table: borrowing WireTable, _ parent: inout [Int32]
  ) {
    let all = table.layers.span
    var parents = parent.mutableSpan
    for layer in layers {
      for other in layer..<min(layer + 3, layers.upperBound) {
        // Where the wires of this layer stand in the cells of the other one, and which of those are near.
        let shift = (all[layer].azimuthInMiddle - all[other].azimuthInMiddle) / all[layer].azimuthStep
        let reach = other == layer + 1 ? 1.6 : 1.1
        // In the same layer the neighbour on one side is enough: the other one looks back.
        let low = other == layer ? 1 : Int((shift - reach).rounded(.up))
        let high = other == layer ? 1 : Int((shift + reach).rounded(.down))
        if low > high { continue }
        for step in low...high {
          for word in 0..<cells.wordCount where !cells.isEmpty(layer - layers.lowerBound, word: word) {
            var both = cells.both(layer - layers.lowerBound, other - layers.lowerBound, word: word, step: step)
            while both != 0 {
              let cell = 64 * word + both.trailingZeroBitCount
              both &= both - 1
              let a = hits.hit(layer: all[layer], cell: cell)
              let b = hits.hit(layer: all[other], cell: cell + step)
              join(a - start, b - start, &parents)
            }
          }
        }
      }
    }
  }

  /// Joins the groups of two hits; the smaller hit leads.
  @inline(__always)
  private static func join(_ a: Int, _ b: Int, _ parents: inout MutableSpan<Int32>) {
    let rootA = root(Int32(truncatingIfNeeded: a), &parents)
    let rootB = root(Int32(truncatingIfNeeded: b), &parents)
    if rootA < rootB { parents[Int(rootB)] = rootA } else { parents[Int(rootA)] = rootB }
  }

  /// Makes segments of the groups with enough layers.
  private mutating func collect(
    layers: Range<Int>, superLayer: Int, hits: borrowing ChamberHits, table: borrowing WireTable
  ) {
    let start = hits.hits(inLayer: layers.lowerBound).lowerBound
    AxialSegments.countLayers(start, hits, &parent, &layersOfGroup)
    let middle = 0.5 * (table.layers[layers.lowerBound].radiusAtEnd + table.layers[layers.upperBound - 1].radiusAtEnd)
    for first in layersOfGroup.indices where layersOfGroup[first].nonzeroBitCount >= AxialSegments.fewestLayers {
      group.removeAll(keepingCapacity: true)
      for index in first..<parent.count where parent[index] == Int32(truncatingIfNeeded: first) {
        group.append(Int32(truncatingIfNeeded: start + index))
      }
      appendSegments(middle: middle, superLayer: superLayer, hits: hits, table: table)
    }
  }

  /// Makes every hit of a super-layer point to the first of its group, and collects the layers of the groups.
  private static func countLayers(
    _ start: Int, _ hits: borrowing ChamberHits, _ parent: inout [Int32], _ layersOfGroup: inout [UInt64]
  ) {
    layersOfGroup.removeAll(keepingCapacity: true)
    layersOfGroup.append(contentsOf: repeatElement(0, count: parent.count))
    let owners = hits.owner.span
    let layers = hits.layer.span
    var parents = parent.mutableSpan
    var masks = layersOfGroup.mutableSpan
    for index in parents.indices where owners[start + index] < 0 {
      // Parents come before their children, and point to the first already.
      let first = parents[Int(parents[index])]
      parents[index] = first
      masks[Int(first)] |= 1 << UInt64(layers[start + index] & 63)
    }
  }

  /// Extracts the lines of a group, best first, as long as enough layers agree on one.
  private mutating func appendSegments(
    middle: Double, superLayer: Int, hits: borrowing ChamberHits, table: borrowing WireTable
  ) {
    circles.removeAll(keepingCapacity: true)
    var reference = 0.0
    // In the order of hits, which is that of layers.
    for member in group {
      let hit = Int(member)
      let number = Int(hits.layer[hit])
      let layer = table.layers[number]
      let azimuth = layer.azimuthInMiddle + layer.azimuthStep * Double(Int(hits.wire[hit]) - layer.firstWire)
      if circles.isEmpty { reference = azimuth }
      let (sine, cosine) = PortableAngles.sineCosine(azimuth - reference)
      let flight = layer.radiusAtEnd * AxialSegments.timePerRadius
      let drift = table.driftDistance(time: Double(hits.time[hit]), flight: flight, z: 0, layer: layer)
      circles.append(
        SegmentLine.Circle(
          along: Float(layer.radiusAtEnd * cosine - middle), across: Float(layer.radiusAtEnd * sine),
          radius: Float(drift), layer: Int32(truncatingIfNeeded: number), hit: member))
    }
    for _ in 0..<3 {
      guard let line = SegmentLine.find(circles.span, radius: Float(middle)) else { return }
      let firstMember = members.count
      circles.removeAll { circle in
        guard line.agrees(with: circle) else { return false }
        members.append(circle.hit)
        return true
      }
      let (sine, cosine) = PortableAngles.sineCosine(reference)
      // The line crosses the middle radius where along^2 + 2 middle along + across^2 = 0, nearly at along = 0.
      let offset = Double(line.offset)
      let slope = Double(line.slope)
      let along = -offset * offset / (2 * (middle + slope * offset))
      let x = middle + along
      let y = offset + slope * along
      let direction = PortableAngles.wrapped(reference + PortableAngles.arcTangent(slope))
      let (sineOfDirection, cosineOfDirection) = PortableAngles.sineCosine(direction)
      segments.append(
        Segment(
          superLayer: superLayer, x: x * cosine - y * sine, y: x * sine + y * cosine, direction: direction,
          sine: sineOfDirection, cosine: cosineOfDirection,
          members: firstMember..<members.count))
    }
  }
}
