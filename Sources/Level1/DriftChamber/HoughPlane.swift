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
  struct Curve: Sendable {
    var column: Int
    var count: Int
    var firstWord: Int
  }

  /// The chamber repeats itself 32 times in azimuth: 5, 6, 8, 10, 12 segments of the axial super-layers to a unit,
  /// and 5 columns of the plane. Curves are kept for one unit.
  static let symmetry = 32
  static let columnsPerUnit = columns / symmetry

  private let curves: [Curve]
  /// Words of all curves, column by column.
  let words: [UInt64]
  private let firstCurve: [Int]
  private let segmentsPerUnit: [Int]

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
    var words: [UInt64] = []
    var firstCurve: [Int] = []
    for superLayer in axial {
      firstCurve.append(curves.count)
      for segment in 0..<(superLayer.cells / Self.symmetry) {
        for priority in [SegmentPriority.first, .secondLeft, .secondRight] {
          let wire = superLayer.position(segment: segment, priority: priority)
          let (column, cells) = Self.cells(
            azimuth: wire.azimuth, radius: wire.radius, impactParameter: impactParameter)
          precondition(cells.count <= Self.overhang, "a curve longer than the overhang of the plane")
          curves.append(Curve(column: column, count: cells.count, firstWord: words.count))
          words.append(contentsOf: cells)
        }
      }
    }
    self.curves = curves
    self.words = words
    self.firstCurve = firstCurve
    segmentsPerUnit = axial.map { $0.cells / Self.symmetry }
  }

  /// The curve of a segment (numbered within its super-layer) with its column in 0..<160.
  func curve(axial: Int, segment: Int, priority: UInt8) -> Curve {
    let perUnit = segmentsPerUnit[axial]
    let unit = segment / perUnit
    var curve = curves[firstCurve[axial] + (segment - unit * perUnit) * 3 + Int(priority) - 1]
    curve.column += unit * Self.columnsPerUnit
    if curve.column < 0 { curve.column += Self.columns }
    if curve.column >= Self.columns { curve.column -= Self.columns }
    return curve
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
