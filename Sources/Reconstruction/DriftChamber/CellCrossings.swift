import Detector

/// Through which cells of each layer a helix goes, and on how long a path: eight layers at a time in single precision.
struct CellCrossings {
  typealias Lanes = SIMD8<Float>

  /// Eight layers; the last group is filled up with the last layer.
  struct Group {
    var radius: Lanes
    var stereoSlope: Lanes
    var middleZ: Lanes
    var backwardZ: Lanes
    var forwardZ: Lanes
    /// Azimuth of wire 0 in its middle, rad, and cells per radian.
    var azimuth: Lanes
    var cellsPerRadian: Lanes
    var cells: Lanes
    /// Half the height of the cells, cm.
    var halfHeight: Lanes
    /// The layers that are not there twice.
    var isReal: SIMDMask<SIMD8<Int32>>
  }

  /// What eight layers see of a helix.
  struct Cells {
    /// Transverse arc length, z of the crossing, cm.
    var arc: Lanes
    var z: Lanes
    /// Crossing in units of cells, from 0 to their number.
    var centre: Lanes
    /// Half the range of cells that the helix goes through, and half the transverse arc in the layer, cm.
    var half: Lanes
    var reach: Lanes
    /// Distance of closest approach to the wire of a cell one cell away, cm.
    var width: Lanes
    /// Where the helix reaches the layer between the ends of its wires.
    var isInside: SIMDMask<SIMD8<Int32>>
  }

  let groups: [Group]

  /// Smallest cosine of the angle to the radius, and largest range of cells on either side.
  private static let steepest: Float = 0.05
  private static let widest: Float = 3

  init(_ chamber: DriftChamber, _ table: WireTable) {
    groups = table.middleRadii.indices.map { group in
      func lanes(_ value: (Int) -> Double) -> Lanes {
        var result = Lanes.zero
        for lane in 0..<8 { result[lane] = Float(value(min(8 * group + lane, table.layers.count - 1))) }
        return result
      }
      var isReal = SIMDMask<SIMD8<Int32>>(repeating: false)
      for lane in 0..<8 where 8 * group + lane < table.layers.count { isReal[lane] = true }
      return Group(
        radius: lanes { table.layers[$0].radiusInMiddle }, stereoSlope: lanes { table.layers[$0].stereoSlope },
        middleZ: lanes { table.layers[$0].middleZ }, backwardZ: lanes { table.layers[$0].backwardZ },
        forwardZ: lanes { table.layers[$0].forwardZ }, azimuth: lanes { table.layers[$0].azimuthInMiddle },
        cellsPerRadian: lanes { 1 / table.layers[$0].azimuthStep }, cells: lanes { Double(table.layers[$0].cells) },
        halfHeight: lanes { 0.5 * chamber.layers[$0].cellHeight }, isReal: isReal)
    }
  }

  /// The cells that a helix goes through in eight layers.
  @inline(__always)
  func cells(of helix: HelixLanes, group number: Int) -> Cells {
    let group = groups[number]
    var arc = helix.arcLengths(toRadii: group.radius)
    // Stereo wires stand nearer to the axis in the middle: at the crossing's z they are farther out.
    let aside: Lanes = group.stereoSlope * (arc * helix.tanLambda + helix.z0 - group.middleZ)
    let radius: Lanes = (group.radius * group.radius + aside * aside).squareRoot()
    arc = helix.arcLengths(toRadii: radius)
    let z: Lanes = arc * helix.tanLambda + helix.z0
    let away: Lanes = group.stereoSlope * (z - group.middleZ)
    let place = helix.places(at: arc)
    let distance: Lanes = (place.x * place.x + place.y * place.y).squareRoot()
    let inverse: Lanes = 1 / distance
    let outward: Lanes = ((place.x * place.directionX + place.y * place.directionY) * inverse).magnitudes
    let along: Lanes = (place.x * place.directionY - place.y * place.directionX) * inverse
    let azimuth: Lanes = VectorAngles.azimuth(y: place.y, x: place.x)
    let turned: Lanes = VectorAngles.azimuth(y: away, x: group.radius)
    var centre: Lanes = (azimuth - group.azimuth - turned) * group.cellsPerRadian
    centre.replace(with: centre + group.cells, where: centre .< 0)
    centre.replace(with: centre + group.cells, where: centre .< 0)
    centre.replace(with: centre - group.cells, where: centre .>= group.cells)
    let perCell: Lanes = distance / group.cellsPerRadian
    let slope: Lanes = ((along - group.stereoSlope * helix.tanLambda) / perCell).magnitudes
    let steep: Lanes = outward.replacing(with: CellCrossings.steepest, where: outward .< CellCrossings.steepest)
    var reach: Lanes = group.halfHeight / steep
    let isWide = slope * reach .> CellCrossings.widest
    reach.replace(with: CellCrossings.widest / slope, where: isWide)
    // Comparisons with what is not a number are false: a helix that does not reach the layer is not inside.
    let isInside = group.isReal .& (z .> group.backwardZ) .& (z .< group.forwardZ) .& (centre .>= 0)
    return Cells(
      arc: arc, z: z, centre: centre, half: slope * reach, reach: reach, width: perCell * outward, isInside: isInside)
  }
}
