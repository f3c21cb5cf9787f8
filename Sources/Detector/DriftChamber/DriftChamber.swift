import Foundation
import Kinematics

/// The central drift chamber: 56 layers of sense wires in nine super-layers. Wires are numbered through all layers, 0 to 14335,
/// layers from inside, cells by azimuth.
public struct DriftChamber: Sendable {
  /// All layers from inside.
  public let layers: [DriftChamberLayer]
  /// All super-layers from inside.
  public let superLayers: [DriftChamberSuperLayer]
  /// Number of wires.
  public let wireCount: Int
  /// The wires that form each track segment of level 1.
  public let trackSegments: TrackSegmentMap
  /// Which front-end board reads which wires.
  public let boards: FrontEndBoards
  /// Drift times, distances and their resolution.
  public let drift: DriftRelation
  /// Probability that a crossed cell gives a hit.
  public let efficiency: Double
  private let layerOfWire: [UInt8]
  private let lines: [StraightLine]

  init(
    layers table: DetectorTable, superLayers superTable: DetectorTable, shape: DetectorTable,
    constants: DetectorConstants
  )
    throws(DetectorTableError)
  {
    layers = try DriftChamber.readLayers(table)
    superLayers = try DriftChamberSuperLayer.read(superTable, layers: layers)
    wireCount = layers.reduce(0) { $0 + $1.cellCount }
    guard wireCount <= Int(UInt16.max) else { throw table.error("\(wireCount) wires do not fit 16-bit wire numbers") }
    var layerOfWire: [UInt8] = []
    var lines: [StraightLine] = []
    for layer in layers {
      for cell in 0..<layer.cellCount {
        layerOfWire.append(UInt8(layer.index))
        func end(_ z: Double) -> Vector3 {
          let phi = layer.phi(ofCell: cell, atZ: z)
          return Vector3(layer.endRadius * cos(phi), layer.endRadius * sin(phi), z)
        }
        lines.append(StraightLine(from: end(layer.zBackward), to: end(layer.zForward)))
      }
    }
    self.layerOfWire = layerOfWire
    self.lines = lines
    trackSegments = try TrackSegmentMap(shape: shape, superLayers: superLayers, layers: layers)
    boards = FrontEndBoards(layers: layers, superLayers: superLayers)
    drift = try DriftRelation(constants, layers: layers)
    efficiency = try constants.positive("chamber.efficiency")
  }

  private static func readLayers(_ table: DetectorTable) throws(DetectorTableError) -> [DriftChamberLayer] {
    var layers: [DriftChamberLayer] = []
    var firstWire = 0
    let radii = try numbers(table, "r_end_cm")
    let superLayerOf = try numbers(table, "superlayer")
    guard table.rows.count <= 255 else { throw table.error("\(table.rows.count) layers, at most 255 are possible") }
    for row in table.rows.indices {
      let index = try table.integer(row, "layer", in: 0...254)
      guard index == row else { throw table.error(row, "layer", "\(index), but layer \(row) comes next") }
      if row > 0 && radii[row] <= radii[row - 1] { throw table.error(row, "r_end_cm", "not above the layer before") }
      let type = try table.text(row, "type")
      guard let orientation = WireOrientation(rawValue: type) else {
        throw table.error(row, "type", "\"\(type)\" where A, U or V is expected")
      }
      // Cells reach half way to the next layer of the same super-layer.
      let inner = row > 0 && superLayerOf[row - 1] == superLayerOf[row] ? radii[row] - radii[row - 1] : nil
      let outer =
        row + 1 < radii.count && superLayerOf[row + 1] == superLayerOf[row] ? radii[row + 1] - radii[row] : nil
      guard let height = [inner, outer].compactMap({ $0 }).first.map({ 0.5 * ((inner ?? $0) + (outer ?? $0)) }) else {
        throw table.error(row, "superlayer", "a super-layer of a single layer")
      }
      let zBackward = try table.number(row, "z_bwd_cm", in: -1000...1000)
      let zForward = try table.number(row, "z_fwd_cm", in: -1000...1000)
      guard zForward > zBackward else { throw table.error(row, "z_fwd_cm", "not above z_bwd_cm") }
      let twist = try table.number(row, "dphi_fwd_minus_bwd_rad", in: -1...1)
      let cellCount = try table.integer(row, "n_cells", in: 8...1024)
      layers.append(
        DriftChamberLayer(
          index: index, superLayer: try table.integer(row, "superlayer", in: 0...31),
          layerInSuperLayer: try table.integer(row, "layer_in_sl", in: 0...31), orientation: orientation,
          endRadius: radii[row], zBackward: zBackward, zForward: zForward, cellCount: cellCount,
          cellOffset: try table.number(row, "phi_offset_cells", in: 0...1), twist: twist,
          stereoAngle: try table.number(row, "stereo_mrad", in: -500...500) * Units.milliradian,
          cellWidth: try table.number(row, "cell_width_cm", in: 0.01...100), firstWire: firstWire,
          thetaMin: try table.number(row, "theta_min_deg", in: 0...180) * Units.degree,
          thetaMax: try table.number(row, "theta_max_deg", in: 0...180) * Units.degree, cellHeight: height,
          tangentOfHalfTwist: tan(0.5 * twist), cosineOfHalfTwist: cos(0.5 * twist)))
      firstWire += cellCount
    }
    return layers
  }

  private static func numbers(_ table: DetectorTable, _ name: String) throws(DetectorTableError) -> [Double] {
    var values: [Double] = []
    for row in table.rows.indices { values.append(try table.number(row, name)) }
    return values
  }

  /// Layer of a wire.
  /// - Parameter wire: global wire number below `wireCount`.
  public func layer(ofWire wire: Int) -> Int { Int(layerOfWire[wire]) }

  /// Cell of a wire in its layer.
  /// - Parameter wire: global wire number below `wireCount`.
  public func cell(ofWire wire: Int) -> Int { wire - layers[Int(layerOfWire[wire])].firstWire }

  /// Global number of a wire.
  /// - Parameters:
  ///   - layer: 0 to 55.
  ///   - cell: any whole number; wraps around the layer.
  public func wire(layer: Int, cell: Int) -> Int {
    let count = layers[layer].cellCount
    let wrapped = cell % count
    return layers[layer].firstWire + (wrapped < 0 ? wrapped + count : wrapped)
  }

  /// A wire as a straight line from its backward end (no sag).
  /// - Parameter wire: global wire number below `wireCount`.
  public func line(ofWire wire: Int) -> StraightLine { lines[wire] }

  /// Azimuth of a wire at z in (-pi, pi], rad.
  /// - Parameters:
  ///   - wire: global wire number below `wireCount`.
  ///   - z: cm.
  public func phi(ofWire wire: Int, atZ z: Double) -> Double {
    let layer = layers[Int(layerOfWire[wire])]
    return wrappedAngle(layer.phi(ofCell: wire - layer.firstWire, atZ: z))
  }

  /// Point of a wire at z, cm.
  /// - Parameters:
  ///   - wire: global wire number below `wireCount`.
  ///   - z: cm.
  public func position(ofWire wire: Int, atZ z: Double) -> Vector3 {
    let line = lines[wire]
    return line.point(at: (z - line.origin.z) / line.direction.z)
  }
}

/// A group of layers with the same orientation.
public struct DriftChamberSuperLayer: Equatable, Sendable {
  /// Number, 0 to 8 from inside.
  public let index: Int
  /// How the wires run.
  public let orientation: WireOrientation
  /// Layers of the super-layer.
  public let layers: Range<Int>
  /// Wires per layer.
  public let cellCount: Int
  /// Number of the super-layer's first track segment; it has `cellCount` of them.
  public let firstSegment: Int
  /// Layer of the first-priority wire of a track segment.
  public let firstPriorityLayer: Int
  /// Layer of the second-priority wires of a track segment.
  public let secondPriorityLayer: Int
  /// Radius that level 1 uses for the first-priority wire, cm.
  public let firstPriorityRadius: Double
  /// Radius that level 1 uses for the second-priority wires, cm.
  public let secondPriorityRadius: Double

  static func read(_ table: DetectorTable, layers: [DriftChamberLayer]) throws(DetectorTableError)
    -> [DriftChamberSuperLayer]
  {
    var superLayers: [DriftChamberSuperLayer] = []
    let range = 0...(layers.count - 1)
    for row in table.rows.indices {
      let index = try table.integer(row, "superlayer", in: 0...31)
      guard index == row else { throw table.error(row, "superlayer", "\(index), but super-layer \(row) comes next") }
      let first = try table.integer(row, "first_layer", in: range)
      let last = try table.integer(row, "last_layer", in: range)
      let cells = try table.integer(row, "n_cells", in: 8...1024)
      guard first <= last, layers.filter({ $0.superLayer == index }).map(\.index) == Array(first...last) else {
        throw table.error(row, "first_layer", "the table of layers has other layers in this super-layer")
      }
      guard layers[first...last].allSatisfy({ $0.cellCount == cells }) else {
        throw table.error(row, "n_cells", "\(cells) differs from the table of layers")
      }
      let segments = try table.integer(row, "ts_id_offset", in: 0...65535)
      let expected = superLayers.last.map { $0.firstSegment + $0.cellCount } ?? 0
      guard segments == expected else { throw table.error(row, "ts_id_offset", "\(segments), must be \(expected)") }
      superLayers.append(
        DriftChamberSuperLayer(
          index: index, orientation: layers[first].orientation, layers: first..<(last + 1), cellCount: cells,
          firstSegment: segments, firstPriorityLayer: try table.integer(row, "prio1_layer", in: range),
          secondPriorityLayer: try table.integer(row, "prio2_layer", in: range),
          firstPriorityRadius: try table.number(row, "prio1_r_cm", in: 1...1000),
          secondPriorityRadius: try table.number(row, "prio2_r_cm", in: 1...1000)))
    }
    return superLayers
  }
}
