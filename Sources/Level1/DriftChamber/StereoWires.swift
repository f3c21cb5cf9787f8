import Detector

/// The priority wires of a stereo super-layer as the fit of z sees them.
struct StereoWires: BitwiseCopyable, Sendable {
  let first: PriorityWire
  let secondLeft: PriorityWire
  let secondRight: PriorityWire
  /// Largest azimuth between the middle of a wire of first priority and a crossing that can belong to it, rad.
  let reach: Double

  init(_ geometry: SegmentGeometry, superLayer: Int) {
    first = geometry.wire(superLayer: superLayer, priority: SegmentPriority.first.rawValue)
    secondLeft = geometry.wire(superLayer: superLayer, priority: SegmentPriority.secondLeft.rawValue)
    secondRight = geometry.wire(superLayer: superLayer, priority: SegmentPriority.secondRight.rawValue)
    reach = abs(first.halfTwist) + 2 * first.cellAngle
  }

  /// The units of a turn with all segments whose middle is within reach of an azimuth; may reach beyond the seam.
  func units(near azimuth: Double) -> ClosedRange<Int> {
    let perRadian = Double(SegmentDirectory.units) / (2 * Double.pi)
    // Half a cell and more of margin: the exact question is asked segment by segment.
    let margin = reach + first.cellAngle
    let middle = azimuth - first.firstAzimuth
    return Int(((middle - margin) * perRadian).rounded(.down))...Int(((middle + margin) * perRadian).rounded(.down))
  }
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

/// What a circle's crossing of the wires of one radius says about every segment there.
struct StereoPassage {
  /// Azimuth of the crossing, rad, not wrapped.
  let azimuth: Double
  /// Transverse arc length from the origin, cm.
  let arc: Double
  /// Radius times the cosine of the angle between direction and radius, cm: displacement across the wire per azimuth.
  let lever: Double
  /// Tangent of that angle.
  let slope: Double
  /// Arc length per relative increase of the radius, cm.
  let arcPerOutwards: Double
  /// Inverse square of the error of z with and without a drift distance, 1/cm2.
  let sidedWeight: Double
  let unsidedWeight: Double

  /// Errors of a segment's position across the wire in cm: with drift distance, and without in units of the cell width.
  private static let sidedError = 0.12
  private static let unsidedError = 0.29
  /// Squared error of the finder's azimuth, rad2: 10 mrad.
  private static let azimuthVariance = 1e-4

  @inline(__always)
  init(_ crossing: TrackCircle.Crossing, _ wire: PriorityWire) {
    azimuth = crossing.azimuth
    arc = crossing.arc
    lever = wire.radius * crossing.cosine
    slope = crossing.sine / crossing.cosine
    arcPerOutwards = wire.radius / crossing.cosine
    let unsided = Self.unsidedError * wire.radius * wire.cellAngle
    let square: Double = wire.zPerTangent * wire.zPerTangent
    let sidedVariance: Double = Self.sidedError * Self.sidedError / (lever * lever) + Self.azimuthVariance
    let unsidedVariance: Double = unsided * unsided / (lever * lever) + Self.azimuthVariance
    sidedWeight = 1 / (square * sidedVariance)
    unsidedWeight = 1 / (square * unsidedVariance)
  }
}
