import Detector

#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// The priority wire of a track segment as the stereo and neural track finders see it, for one super-layer and one
/// priority: all segments of the super-layer have it at the same radius, one cell further in azimuth each.
///
/// A stereo wire is straight: at azimuth `x` from its middle it stands at z = `middleZ` + `halfLength` tan x / tan(twist / 2)
/// and at the radius `radius` / cos x.
struct PriorityWire: BitwiseCopyable, Sendable {
  /// Layer of the chamber, 0 to 55.
  var layer: Int
  /// Distance from the z axis at the middle of the wire, cm.
  var radius: Double
  /// Azimuth of the middle of the wire of the super-layer's first segment, rad.
  var firstAzimuth: Double
  /// Azimuth between the wires of neighbouring segments, rad.
  var cellAngle: Double
  /// Half the azimuth between the two ends of the wire, rad: positive where azimuth rises with z, 0 for axial wires.
  var halfTwist: Double
  /// Middle of the wire along z, cm.
  var middleZ: Double
  /// Half the length of the wire along z over the tangent of `halfTwist`, cm: z per unit of tan x. 0 for axial wires.
  var zPerTangent: Double

  /// Azimuth of the middle of a segment's wire, rad, up to a little more than a turn.
  func azimuth(ofSegment segment: Int) -> Double { firstAzimuth + Double(segment) * cellAngle }
}

/// The priority wires of all segments of the chamber.
struct SegmentGeometry: Sendable {
  /// Numbers of the super-layers' first segments.
  let firstSegment: [Int]
  /// Segments in each super-layer.
  let segmentCount: [Int]
  private let wires: [PriorityWire]

  /// The stereo super-layers.
  static let stereoSuperLayers = [1, 3, 5, 7]

  init(_ chamber: DriftChamber) {
    firstSegment = chamber.superLayers.map(\.firstSegment)
    segmentCount = chamber.superLayers.map(\.cellCount)
    var wires: [PriorityWire] = []
    for superLayer in chamber.superLayers {
      for priority in [SegmentPriority.first, .secondLeft, .secondRight] {
        let layer = chamber.layers[
          priority == .first ? superLayer.firstPriorityLayer : superLayer.secondPriorityLayer]
        let half = layer.twist / 2
        let shift: Double = priority == .secondRight ? -1 : 0
        wires.append(
          PriorityWire(
            layer: layer.index, radius: layer.endRadius * cos(half),
            firstAzimuth: (layer.cellOffset + shift) * layer.cellAngle + half, cellAngle: layer.cellAngle,
            halfTwist: half, middleZ: (layer.zBackward + layer.zForward) / 2,
            zPerTangent: half == 0 ? 0 : (layer.zForward - layer.zBackward) / 2 / tan(half)))
      }
    }
    self.wires = wires
  }

  /// The wires of a super-layer's segments with a priority (raw value of ``SegmentPriority``).
  func wire(superLayer: Int, priority: UInt8) -> PriorityWire { wires[superLayer * 3 + Int(priority) - 1] }
}

/// An angle in (-pi, pi], for angles of less than two turns.
@inline(__always)
func wrapped(_ angle: Double) -> Double {
  if angle > Double.pi { return angle > 3 * Double.pi ? angle - 4 * Double.pi : angle - 2 * Double.pi }
  if angle <= -Double.pi { return angle <= -3 * Double.pi ? angle + 4 * Double.pi : angle + 2 * Double.pi }
  return angle
}
