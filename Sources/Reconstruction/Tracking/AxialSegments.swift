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
  /// The next hit of the same group, -1 for none; and the last so far of the group that starts with a hit.
  private var next: [Int32] = []
  private var last: [Int32] = []
  private var group: [Int32] = []
  private var circles: [SegmentLine.Circle] = []
  /// Pairs of layers of each axial super-layer, 0, 2 … 8, and how many cells apart their neighbours are.
  private let pairs: [[LayerPair]]

  /// Two layers whose hits may be neighbours.
  private struct LayerPair {
    /// Counted from the first layer of the super-layer.
    var layer: Int
    var other: Int
    /// How many cells farther the neighbours are.
    var steps: ClosedRange<Int>
  }

  init(table: WireTable) {
    var pairs: [[LayerPair]] = []
    for axial in 0..<5 {
      let layers = table.firstLayer[2 * axial]..<table.firstLayer[2 * axial + 1]
      pairs.append(
        layers.flatMap { layer in
          (layer..<min(layer + 3, layers.upperBound)).compactMap { other -> LayerPair? in
            // Where the wires of this layer stand in the cells of the other one, and which of those are near.
            let shift =
              (table.layers[layer].azimuthInMiddle - table.layers[other].azimuthInMiddle)
              / table.layers[layer].azimuthStep
            let reach = other == layer + 1 ? 1.6 : 1.1
            // In the same layer the neighbour on one side is enough: the other one looks back.
            let low = other == layer ? 1 : Int((shift - reach).rounded(.up))
            let high = other == layer ? 1 : Int((shift + reach).rounded(.down))
            guard low <= high else { return nil }
            return LayerPair(layer: layer - layers.lowerBound, other: other - layers.lowerBound, steps: low...high)
          }
        })
    }
    self.pairs = pairs
  }

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
      join(axial: axial, layers: layers, hits: hits, table: table)
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
  private mutating func join(
    axial: Int, layers: Range<Int>, hits: borrowing ChamberHits, table: borrowing WireTable
  ) {
    let start = hits.hits(inLayer: layers.lowerBound).lowerBound
    let end = hits.hits(inLayer: layers.upperBound - 1).upperBound
    parent.removeAll(keepingCapacity: true)
    for index in 0..<(end - start) { parent.append(Int32(truncatingIfNeeded: index)) }
    cells.fill(layers: layers, hits: hits, table: table)
    AxialSegments.join(pairs[axial], layers.lowerBound, start, cells, hits, table, &parent)
  }

  private static func join(
    _ pairs: [LayerPair], _ first: Int, _ start: Int, _ cells: borrowing CellMaps, _ hits: borrowing ChamberHits,
    _ table: borrowing WireTable, _ parent: inout [Int32]
  ) {
    let all = table.layers.span
    var parents = parent.mutableSpan
    for pair in pairs {
      for block in 0..<cells.blocks {
        let here = cells.hits(pair.layer, block: block)
        guard here.isAny else { continue }
        for step in pair.steps {
          let both = cells.both(here, pair.other, block: block, step: step)
          guard both.isAny else { continue }
          for word in 0..<4 {
            var rest = both[word]
            while rest != 0 {
              let cell = 256 * block + 64 * word + rest.trailingZeroBitCount
              rest &= rest - 1
              let a = hits.hit(layer: all[first + pair.layer], cell: cell)
              let b = hits.hit(layer: all[first + pair.other], cell: cell + step)
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
    AxialSegments.countLayers(start, hits, &parent, &layersOfGroup, &next, &last)
    let middle = 0.5 * (table.layers[layers.lowerBound].radiusAtEnd + table.layers[layers.upperBound - 1].radiusAtEnd)
    for first in layersOfGroup.indices where layersOfGroup[first].nonzeroBitCount >= AxialSegments.fewestLayers {
      group.removeAll(keepingCapacity: true)
      var index = first
      while index >= 0 {
        group.append(Int32(truncatingIfNeeded: start + index))
        index = Int(next[index])
      }
      appendSegments(middle: middle, superLayer: superLayer, hits: hits, table: table)
    }
  }

  /// Makes every hit of a super-layer point to the first of its group and to the next, and collects the layers of the groups.
  private static func countLayers(
    _ start: Int, _ hits: borrowing ChamberHits, _ parent: inout [Int32], _ layersOfGroup: inout [UInt64],
    _ next: inout [Int32], _ last: inout [Int32]
  ) {
    let count = parent.count
    layersOfGroup.removeAll(keepingCapacity: true)
    layersOfGroup.append(contentsOf: repeatElement(0, count: count))
    if next.count < count {
      next.append(contentsOf: repeatElement(-1, count: count - next.count))
      last.append(contentsOf: repeatElement(-1, count: count - last.count))
    }
    var nexts = next.mutableSpan
    var lasts = last.mutableSpan
    let owners = hits.owner.span
    let layers = hits.layer.span
    var parents = parent.mutableSpan
    var masks = layersOfGroup.mutableSpan
    for index in parents.indices where owners[start + index] < 0 {
      // Parents come before their children, and point to the first already.
      let first = parents[Int(parents[index])]
      parents[index] = first
      nexts[index] = -1
      if Int(first) != index { nexts[Int(lasts[Int(first)])] = Int32(truncatingIfNeeded: index) }
      lasts[Int(first)] = Int32(truncatingIfNeeded: index)
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
