/// Which wires form which track segment of level 1: one segment per cell of the centre layer of each super-layer, 2336 in all,
/// numbered through the super-layers by azimuth. Detector model, section "Track segments".
public struct TrackSegmentMap: Sendable {
  /// Number of segments.
  public let count: Int
  /// Super-layer of each segment.
  public let superLayer: [UInt8]
  /// Wires of all segments, segment by segment; see `members(of:)`.
  public let wires: [UInt16]
  /// Start of each segment's wires in `wires`; one more entry than segments.
  public let starts: [Int32]
  /// Row (0 to 4 from inside) of each entry of `wires`.
  public let rows: [UInt8]
  /// Priority (0 none, 1 first, 2 second) of each entry of `wires`.
  public let priorities: [UInt8]
  /// Start of each wire's segments in `segmentsOfWires`; one more entry than wires.
  public let wireStarts: [Int32]
  /// Segments of all wires, wire by wire; see `segments(ofWire:)`.
  public let segmentsOfWires: [UInt16]
  /// Position in its segment's wire list (0 to 14) of the wire, parallel to `segmentsOfWires`.
  public let positionsOfWires: [UInt8]

  init(shape: DetectorTable, superLayers: [DriftChamberSuperLayer], layers: [DriftChamberLayer])
    throws(DetectorTableError)
  {
    struct Member {
      let layer: Int
      let cell: Int
      let row: Int
      let priority: UInt8
    }
    var inner: [Member] = []
    var outer: [Member] = []
    for row in shape.rows.indices {
      let priorityText = try shape.text(row, "priority")
      let priority: UInt8
      switch priorityText {
      case "prio1": priority = 1
      case "prio2": priority = 2
      case "-": priority = 0
      default: throw shape.error(row, "priority", "\"\(priorityText)\" where prio1, prio2 or - is expected")
      }
      let member = Member(
        layer: try shape.integer(row, "layer_in_sl", in: 0...7), cell: try shape.integer(row, "rel_wire", in: -8...8),
        row: try shape.integer(row, "rel_layer", in: -2...2) + 2, priority: priority)
      switch try shape.text(row, "ts_type") {
      case "inner(SL0)": inner.append(member)
      case "outer(SL1-8)": outer.append(member)
      case let other: throw shape.error(row, "ts_type", "\"\(other)\" where inner(SL0) or outer(SL1-8) is expected")
      }
    }
    var superLayerOf: [UInt8] = []
    var wires: [UInt16] = []
    var starts: [Int32] = [0]
    var rows: [UInt8] = []
    var priorities: [UInt8] = []
    for superLayer in superLayers {
      let members = superLayer.index == 0 ? inner : outer
      for segment in 0..<superLayer.cellCount {
        for member in members {
          let layer = layers[superLayer.layers.lowerBound + member.layer]
          guard layer.superLayer == superLayer.index else {
            throw shape.error("layer \(member.layer) lies outside super-layer \(superLayer.index)")
          }
          let cell = (segment + member.cell + layer.cellCount) % layer.cellCount
          wires.append(UInt16(layer.firstWire + cell))
          rows.append(UInt8(member.row))
          priorities.append(member.priority)
        }
        superLayerOf.append(UInt8(superLayer.index))
        starts.append(Int32(wires.count))
      }
    }
    count = superLayerOf.count
    self.superLayer = superLayerOf
    self.wires = wires
    self.starts = starts
    self.rows = rows
    self.priorities = priorities

    let wireCount = layers.reduce(0) { $0 + $1.cellCount }
    var lists: [[(segment: UInt16, position: UInt8)]] = Array(repeating: [], count: wireCount)
    for segment in 0..<superLayerOf.count {
      let range = Int(starts[segment])..<Int(starts[segment + 1])
      for entry in range { lists[Int(wires[entry])].append((UInt16(segment), UInt8(entry - range.lowerBound))) }
    }
    var wireStarts: [Int32] = [0]
    var segmentsOfWires: [UInt16] = []
    var positionsOfWires: [UInt8] = []
    for list in lists {
      for item in list {
        segmentsOfWires.append(item.segment)
        positionsOfWires.append(item.position)
      }
      wireStarts.append(Int32(segmentsOfWires.count))
    }
    self.wireStarts = wireStarts
    self.segmentsOfWires = segmentsOfWires
    self.positionsOfWires = positionsOfWires
  }

  /// Wires of a segment: 15 in super-layer 0, 11 in the others, rows from inside.
  public func members(of segment: Int) -> ArraySlice<UInt16> { wires[Int(starts[segment])..<Int(starts[segment + 1])] }

  /// Segments a wire belongs to; empty for wires of layers that level 1 does not read.
  public func segments(ofWire wire: Int) -> ArraySlice<UInt16> {
    segmentsOfWires[Int(wireStarts[wire])..<Int(wireStarts[wire + 1])]
  }

  /// Wires of a segment that have this priority (1 or 2).
  public func members(of segment: Int, priority: UInt8) -> [Int] {
    (Int(starts[segment])..<Int(starts[segment + 1])).filter { priorities[$0] == priority }.map { Int(wires[$0]) }
  }
}
