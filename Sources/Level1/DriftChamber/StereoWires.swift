import Detector

/// The priority wires of a stereo super-layer, of one priority, as the fit of z sees them.
struct StereoWire: BitwiseCopyable, Sendable {
  /// Azimuth of the middle of the wire of the super-layer's first segment, rad.
  var firstAzimuth: Double
  /// Azimuth between the wires of neighbouring segments, rad.
  var cellAngle: Double
  /// Middle of the wire along z, cm.
  var middleZ: Double
  /// z per tangent of the azimuth from the middle, cm.
  var zPerTangent: Double
  /// Largest distance from the middle in z at which a crossing is accepted: half the length and an overhang, cm.
  var largestZ: Double

  /// Range beyond the ends of the wires in which a crossing is accepted, cm.
  private static let overhang = 10.0

  init(_ wire: PriorityWire) {
    firstAzimuth = wire.firstAzimuth
    cellAngle = wire.cellAngle
    middleZ = wire.middleZ
    zPerTangent = wire.zPerTangent
    largestZ = abs(wire.zPerTangent * wire.halfTwist) + Self.overhang
  }

  /// Azimuth of the middle of a segment's wire, rad, up to a little more than a turn.
  @inline(__always)
  func azimuth(ofSegment segment: Int) -> Double { firstAzimuth + Double(segment) * cellAngle }
}

/// Drift distance by drift-time count, cm: tables of ``DriftRelation/distance(time:layer:)`` for the layers of the priority
/// wires, two to a stereo super-layer.
final class DriftDistances {
  private let table: ScratchBuffer<Double>
  private let first: ScratchBuffer<Int>

  init(_ drift: DriftRelation, layers: [Int]) {
    var table: [Double] = []
    var first: [Int] = []
    for layer in layers {
      first.append(table.count)
      repeat {
        let time = Double(table.count - first[first.count - 1]) / drift.countsPerNanosecond
        table.append(drift.distance(time: time, layer: layer))
      } while table.count < 1 << 18 && table[table.count - 1] < drift.largestDistance[layer]
    }
    first.append(table.count)
    self.table = ScratchBuffer(table)
    self.first = ScratchBuffer(first)
  }

  /// The distance in the layer of an index for a number of counts; negative ones (resolution, wrong event time) give 0.
  @inline(__always)
  func distance(layer: Int, counts: Int32) -> Double {
    let start = first.elements[layer]
    return table.elements[start + max(0, min(Int(counts), first.elements[layer + 1] - start - 1))]
  }
}

/// What a circle's crossings of the priority wires of the four stereo super-layers say about every segment there: two rows of four
/// numbers each, for the wires of first and of second priority.
final class StereoPassages {
  private let values = ScratchBuffer(repeating: SIMD4<Double>(), count: 2 * Field.allCases.count)
  /// The same numbers one by one.
  private let numbers: UnsafeMutableBufferPointer<Double>
  private let radii: (SIMD4<Double>, SIMD4<Double>)
  /// Squared error of a position across the wire without a drift distance, cm2.
  private let unsidedVariances: (SIMD4<Double>, SIMD4<Double>)
  private let zPerTangentSquares: (SIMD4<Double>, SIMD4<Double>)

  /// A number of each passage.
  enum Field: Int, CaseIterable {
    /// Azimuth of the crossing, rad, not wrapped; not a number if there is none.
    case azimuth
    /// Transverse arc length from the origin, cm.
    case arc
    /// Radius times the cosine of the angle between direction and radius, cm: displacement across the wire per azimuth.
    case lever
    /// Tangent of that angle.
    case slope
    /// Arc length per relative increase of the radius, cm.
    case arcPerOutwards
    /// Inverse square of the error of z with and without a drift distance, 1/cm2.
    case sidedWeight, unsidedWeight
  }

  /// Errors of a segment's position across the wire in cm: with drift distance, and without in units of the cell width.
  private static let sidedError = 0.12
  private static let unsidedError = 0.29
  /// Squared error of the finder's azimuth, rad2: 10 mrad.
  private static let azimuthVariance = 1e-4

  /// - Parameters:
  ///   - first: the wires of first priority of the four stereo super-layers.
  ///   - second: those of second priority.
  init(first: [PriorityWire], second: [PriorityWire]) {
    func variances(_ wires: [PriorityWire]) -> SIMD4<Double> {
      SIMD4(wires.map { Self.unsidedError * $0.radius * $0.cellAngle }.map { $0 * $0 })
    }
    radii = (SIMD4(first.map(\.radius)), SIMD4(second.map(\.radius)))
    unsidedVariances = (variances(first), variances(second))
    zPerTangentSquares = (
      SIMD4(first.map { $0.zPerTangent * $0.zPerTangent }), SIMD4(second.map { $0.zPerTangent * $0.zPerTangent })
    )
    numbers = UnsafeMutableRawBufferPointer(values.elements).bindMemory(to: Double.self)
  }

  /// Finds the passages of a circle.
  func find(_ circle: TrackCircle) {
    find(0, circle.crossings(radii: radii.0), radii.0, unsidedVariances.0, zPerTangentSquares.0)
    find(1, circle.crossings(radii: radii.1), radii.1, unsidedVariances.1, zPerTangentSquares.1)
  }

  @inline(__always)
  private func find(
    _ row: Int, _ crossings: TrackCircle.Crossings, _ radii: SIMD4<Double>, _ unsidedVariances: SIMD4<Double>,
    _ squares: SIMD4<Double>
  ) {
    func set(_ field: Field, _ value: SIMD4<Double>) { values.elements[2 * field.rawValue + row] = value }
    let lever: SIMD4<Double> = radii * crossings.cosine
    let sided: SIMD4<Double> = Self.sidedError * Self.sidedError / (lever * lever) + Self.azimuthVariance
    let unsided: SIMD4<Double> = unsidedVariances / (lever * lever) + Self.azimuthVariance
    let nothing = SIMD4<Double>(repeating: .nan)
    set(.azimuth, nothing.replacing(with: crossings.azimuth, where: crossings.exists))
    set(.arc, crossings.arc)
    set(.lever, lever)
    set(.slope, crossings.sine / crossings.cosine)
    set(.arcPerOutwards, radii / crossings.cosine)
    set(.sidedWeight, 1 / (squares * sided))
    set(.unsidedWeight, 1 / (squares * unsided))
  }

  /// A number of the passage of a stereo super-layer, 0 to 3, in a row.
  subscript(field: Field, stereo: Int, row: Int) -> Double {
    @inline(__always)
    get { numbers[(2 * field.rawValue + row) * 4 + stereo] }
  }
}
