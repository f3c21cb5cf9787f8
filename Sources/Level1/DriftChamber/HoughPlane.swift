import Kinematics

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// The plane in which the two-dimensional track finder looks for tracks: azimuth at the origin against curvature.
///
/// A track from the origin with azimuth `phi0` and signed curvature `omega` passes radius `R` at azimuth `phi` with
/// `omega = 2 sin(phi0 - phi) / R`, so that a hit at (R, phi) votes for a rising curve through the plane (the falling half,
/// `cos(phi0 - phi) < 0`, belongs to returning arms and is not used). 160 cells of 2.25 degrees in azimuth, 34 cells
/// in curvature up to that of 0.3 GeV transverse momentum either way. Source: `Documentation/level1.md`, section "Drift chamber".
///
/// A plane may assume another impact parameter D than zero. A track with that impact parameter passes (R, phi) with
/// `omega = 2 (R S - D) / (R^2 + D^2 - 2 R D S)`, `S = sin(phi0 - phi)`, which rises with S as well for R > |D|; what lies further in
/// than |D| has no vote. Azimuth is then that of the track at its closest approach to the beam line.
package struct HoughPlane: Sendable {
  /// Cells in azimuth.
  package static let columns = 160
  /// Cells in curvature.
  package static let rows = 34
  /// Largest curvature: 0.3 GeV at 1.5 T, in 1/cm.
  package static let maximumCurvature = 0.00449689 / 0.3
  /// Width of a cell in radians.
  package static let columnWidth = 2 * Double.pi / Double(columns)
  /// Width of a cell in 1/cm.
  package static let rowWidth = 2 * maximumCurvature / Double(rows)
  /// Columns behind the last one that catch curves across the seam; folded back before the search.
  static let overhang = 64

  /// The axial super-layers, which alone measure azimuth.
  static let axialSuperLayers = [0, 2, 4, 6, 8]

  /// The curve of one segment at one priority position: columns from `column` on, one word of 34 row bits each.
  struct Curve: BitwiseCopyable, Sendable {
    var column: Int16 = 0
    var count: Int16 = 0
    var firstWord: Int32 = 0
  }

  /// The chamber repeats itself 32 times in azimuth: 5, 6, 8, 10, 12 segments of the axial super-layers to a unit,
  /// and 5 columns of the plane. Curves are kept for one unit.
  static let symmetry = 32
  static let columnsPerUnit = columns / symmetry

  /// Words of all curves, column by column, with ``margin`` words without rows between them.
  let words: [UInt64]
  /// Words without rows before and behind every curve.
  static let margin = 8
  /// Curves of the segments of a unit, three priorities to a segment.
  private let curves: [Curve]
  /// Of each segment its unit and the curve of its first priority there, by super-layer.
  private let places: [(curve: UInt16, unit: UInt16)]
  private let firstPlace: [Int]
  /// Of the curves of a super-layer's unit 0, before they are brought into the plane, by super-layer and row: the first column with
  /// votes in this row or one above it, and the last one with votes in this row or one below it.
  private let reaches: [(first: Int, last: Int)]

  /// What the plane must know of one axial super-layer.
  struct SuperLayer: Sendable {
    var cells: Int
    /// Radius of the wires of first priority in cm.
    var firstRadius: Double
    /// Azimuth of wire 0 of the first-priority layer, in cells.
    var firstOffset: Double
    /// Radius and offset of the wires of second priority.
    var secondRadius: Double
    var secondOffset: Double

    /// Azimuth and radius of the priority wire of a segment.
    func position(segment: Int, priority: SegmentPriority) -> (azimuth: Double, radius: Double) {
      let cell = 2 * Double.pi / Double(cells)
      switch priority {
      case .first: return ((Double(segment) + firstOffset) * cell, firstRadius)
      case .secondLeft: return ((Double(segment) + secondOffset) * cell, secondRadius)
      case .secondRight: return ((Double(segment) - 1 + secondOffset) * cell, secondRadius)
      }
    }
  }

  /// - Parameters:
  ///   - axial: the five axial super-layers from the inside.
  ///   - impactParameter: assumed impact parameter in cm, signed as in `Helix`.
  init(axial: [SuperLayer], impactParameter: Double = 0) {
    var curves: [Curve] = []
    var words = [UInt64](repeating: 0, count: Self.margin)
    var places: [(curve: UInt16, unit: UInt16)] = []
    var firstPlace: [Int] = []
    var reaches: [(first: Int, last: Int)] = []
    for superLayer in axial {
      let first = curves.count
      let perUnit = superLayer.cells / Self.symmetry
      firstPlace.append(places.count)
      for segment in 0..<superLayer.cells {
        places.append((UInt16(first + segment % perUnit * 3), UInt16(segment / perUnit)))
      }
      for segment in 0..<perUnit {
        for priority in [SegmentPriority.first, .secondLeft, .secondRight] {
          let wire = superLayer.position(segment: segment, priority: priority)
          let (column, cells) = Self.cells(
            azimuth: wire.azimuth, radius: wire.radius, impactParameter: impactParameter)
          precondition(cells.count <= Self.overhang, "a curve longer than the overhang of the plane")
          curves.append(
            Curve(column: Int16(column), count: Int16(cells.count), firstWord: Int32(words.count)))
          words.append(contentsOf: cells)
          words.append(contentsOf: [UInt64](repeating: 0, count: Self.margin))
        }
      }
      func columns(_ rows: UInt64) -> [Int] {
        curves[first...].flatMap { curve in
          (0..<Int(curve.count)).filter { words[Int(curve.firstWord) + $0] & rows != 0 }.map { Int(curve.column) + $0 }
        }
      }
      for row in 0..<Self.rows {
        let lower: UInt64 = 1 << UInt64(row)
        reaches.append((columns(~(lower - 1)).min() ?? 0, columns(lower | (lower - 1)).max() ?? 0))
      }
    }
    self.curves = curves
    self.words = words
    self.places = places
    self.firstPlace = firstPlace
    self.reaches = reaches
  }

  /// The curve of a segment (numbered within its super-layer) with its column in 0..<160.
  func curve(axial: Int, segment: Int, priority: UInt8) -> Curve {
    let place = places[firstPlace[axial] + segment]
    var curve = curves[Int(place.curve) + Int(priority) - 1]
    curve.column += Int16(place.unit) * Int16(Self.columnsPerUnit)
    if curve.column < 0 { curve.column += Int16(Self.columns) }
    if curve.column >= Self.columns { curve.column -= Int16(Self.columns) }
    return curve
  }

  /// The unit of a segment (numbered within its super-layer).
  func unit(axial: Int, segment: Int) -> Int { Int(places[firstPlace[axial] + segment].unit) }

  /// The units whose segments can have a curve through a range of cells; may reach beyond the seam.
  func units(axial: Int, columns: ClosedRange<Int>, rows: ClosedRange<Int>) -> ClosedRange<Int> {
    let reach = (
      first: reaches[axial * Self.rows + rows.lowerBound].first, last: reaches[axial * Self.rows + rows.upperBound].last
    )
    // Two turns more, so that the quotients are those of positive numbers.
    let twoTurns = 2 * Self.symmetry
    let first =
      (columns.lowerBound - reach.last + Self.columnsPerUnit - 1 + 2 * Self.columns) / Self.columnsPerUnit
    let last = (columns.upperBound - reach.first + 2 * Self.columns) / Self.columnsPerUnit
    return (first - twoTurns)...(max(first, last) - twoTurns)
  }

  /// The cells that the curve of a hit passes through, column by column from the first one that it meets.
  ///
  /// Cell borders are compared with a margin of 1e-9 of a cell, a million times the last bit of the sine, so that the
  /// masks are the same whichever mathematical library computed it.
  package static func cells(
    azimuth: Double, radius: Double, impactParameter: Double = 0
  ) -> (column: Int, words: [UInt64]) {
    guard radius > abs(impactParameter) else { return (0, []) }
    let margin = 1e-9
    func row(_ turn: Double) -> Double {
      let along = radius * sin(turn)
      let square: Double = radius * radius + impactParameter * impactParameter
      let omega = 2 * (along - impactParameter) / (square - 2 * impactParameter * along)
      return (omega + maximumCurvature) / rowWidth
    }
    var first: Int?
    var words: [UInt64] = []
    let quarter = columns / 4 + 1
    let start = Int((azimuth / columnWidth).rounded(.down)) - quarter
    for column in start...(start + 2 * quarter + 1) {
      let lower = max(Double(column) * columnWidth - azimuth, -Double.pi / 2)
      let upper = min(Double(column + 1) * columnWidth - azimuth, Double.pi / 2)
      guard lower < upper else { continue }
      let low = row(lower)
      let high = row(upper)
      let from = max(Int((low + margin).rounded(.down)), 0)
      let to = min(Int((high - margin).rounded(.up)) - 1, rows - 1)
      guard from <= to else { continue }
      if first == nil { first = column }
      words.append((UInt64(1) << UInt64(to + 1)) - (UInt64(1) << UInt64(from)))
    }
    return (first ?? 0, words)
  }
}
