#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// Where the priority wires of the axial segments stand, as unit vectors and radii, and the directions of the Hough plane's columns.
///
/// Components are rounded to 2^-24, far below the width of a cell and far above the last bit of a sine: the table is the same
/// whichever mathematical library computed it.
struct SegmentDirections: Sendable {
  /// Cells of each axial super-layer.
  let cells: [Int]
  /// One over the squared error of a segment's azimuth: a uniform distribution over the width of a cell.
  let weight: [Double]
  private let firstSegment: [Int]
  private let firstEntry: [Int]
  private let directions: [SIMD2<Double>]
  private let radii: [(first: Double, second: Double)]
  /// Directions of half columns, twice as many as the plane has columns.
  private let columns: [SIMD2<Double>]

  init(axial: [HoughPlane.SuperLayer], firstSegment: [Int]) {
    self.firstSegment = firstSegment
    cells = axial.map(\.cells)
    weight = axial.map { superLayer in
      let cell = 2 * Double.pi / Double(superLayer.cells)
      return 12 / (cell * cell)
    }
    var firstEntry: [Int] = []
    var directions: [SIMD2<Double>] = []
    for superLayer in axial {
      firstEntry.append(directions.count)
      for segment in 0..<superLayer.cells {
        for priority in [SegmentPriority.first, .secondLeft, .secondRight] {
          directions.append(Self.direction(superLayer.position(segment: segment, priority: priority).azimuth))
        }
      }
    }
    self.firstEntry = firstEntry
    self.directions = directions
    radii = axial.map { ($0.firstRadius, $0.secondRadius) }
    columns = (0..<(2 * HoughPlane.columns)).map { Self.direction(Double($0) / 2 * HoughPlane.columnWidth) }
  }

  /// The unit vector of an azimuth in rad.
  static func direction(_ azimuth: Double) -> SIMD2<Double> {
    SIMD2((cos(azimuth) * 0x1p24).rounded() * 0x1p-24, (sin(azimuth) * 0x1p24).rounded() * 0x1p-24)
  }

  /// Direction and radius of the priority wire of a segment.
  func place(axial: Int, segment: Int, priority: UInt8) -> (direction: SIMD2<Double>, radius: Double) {
    let entry = firstEntry[axial] + (segment - firstSegment[axial]) * 3 + Int(priority) - 1
    return (directions[entry], priority == SegmentPriority.first.rawValue ? radii[axial].first : radii[axial].second)
  }

  /// The direction of a track of the Hough plane, whose azimuth is a whole number of half columns.
  func start(azimuth: Float) -> SIMD2<Double> {
    let column = Int((Double(azimuth) * (2 / HoughPlane.columnWidth)).rounded())
    return columns[column >= columns.count ? column - columns.count : max(column, 0)]
  }

  /// The azimuth, 0 to 2 pi, of the direction with a normal: that of the nearest half column, and what is left.
  func azimuth(of normal: SIMD2<Double>) -> Float {
    let tangent = SIMD2(-normal.y, normal.x)
    var best = 0
    for column in columns.indices where (columns[column] * tangent).sum() > (columns[best] * tangent).sum() {
      best = column
    }
    return azimuth(of: normal, near: Float(Double(best) / 2 * HoughPlane.columnWidth))
  }

  /// The azimuth, 0 to 2 pi, of the direction with a normal, close to that of a track of the plane.
  ///
  /// The turn from the track's direction is small, and its arctangent the first terms of a series (to 1e-5 for half a radian).
  func azimuth(of normal: SIMD2<Double>, near start: Float) -> Float {
    let tangent = self.start(azimuth: start)
    // normal = (sin phi0, -cos phi0)
    let sine: Double = normal.x * tangent.x + normal.y * tangent.y
    let cosine: Double = normal.x * tangent.y - normal.y * tangent.x
    let slope = cosine > 0.5 ? sine / cosine : 0
    let square = slope * slope
    let turn: Double = slope * (1 - square * (1 / 3 - square * (1 / 5 - square * (1 / 7 - square * (1 / 9)))))
    var azimuth = Double(start) + turn
    if azimuth < 0 { azimuth += 2 * Double.pi }
    if azimuth >= 2 * Double.pi { azimuth -= 2 * Double.pi }
    return Float(azimuth)
  }
}
