import Foundation
import Kinematics

/// Sections of the muon detector, in the numbering of the event schema.
public enum MuonSection: UInt8, Sendable, CaseIterable {
  /// Barrel, backward of its middle.
  case barrelBackward = 0
  /// Barrel, forward of its middle.
  case barrelForward = 1
  /// Backward endcap.
  case endcapBackward = 2
  /// Forward endcap.
  case endcapForward = 3

  /// True for the two halves of the barrel.
  public var isBarrel: Bool { rawValue < 2 }
}

/// Where a path goes through a layer of the muon detector.
public struct MuonCrossing: Equatable, Sendable {
  /// Section.
  public let section: MuonSection
  /// Sector from 0: octants of the barrel (centre at 45 degrees x sector), quadrants of the endcaps (centre at 45 + 90 degrees x sector).
  public let sector: Int
  /// Layer from 1.
  public let layer: Int
  /// Coordinate of plane 0, along the circumference, cm.
  public let across: Double
  /// Coordinate of plane 1: z in the barrel, distance from the z axis along the sector's bisector in the endcaps, cm.
  public let along: Double
  /// Distance along the line to the crossing, cm.
  public let path: Double
  /// Point in the laboratory, cm.
  public let position: Vector3
}

/// The muon and K_L detector: an octagonal barrel with 15 layers and two endcaps of four quadrants with 14 (forward) and 12
/// (backward) layers between iron plates; each layer has two read-out planes. Detector model, section "Muon detector".
public struct MuonDetector: Sendable {
  /// Layers of the barrel.
  public let barrelLayers: Int
  /// Layers of the forward endcap.
  public let forwardLayers: Int
  /// Layers of the backward endcap.
  public let backwardLayers: Int
  /// Distance of each barrel layer's middle from the z axis along the octant's normal, cm; layer 1 first.
  public let barrelDistances: [Double]
  /// z of each forward endcap layer's middle, cm.
  public let forwardZ: [Double]
  /// z of each backward endcap layer's middle, cm.
  public let backwardZ: [Double]
  /// z of the middle of the barrel, cm: the border of the two barrel sections.
  public let zOffset: Double
  /// Half length of the barrel, cm.
  public let barrelHalfLength: Double
  /// Inner radius of the endcaps, cm.
  public let endcapInnerRadius: Double
  /// Outer radius of the endcaps, cm.
  public let endcapOuterRadius: Double
  /// Iron in front of a layer beyond the first, cm.
  public let ironThickness: Double
  /// Position resolution of a plane, cm.
  public let resolution: Double
  /// Probability of a hit per plane.
  public let planeEfficiency: Double
  /// Time resolution, ns.
  public let timeResolution: Double
  /// Radius beyond which paths are straight in this model, cm.
  public let fieldRadius: Double

  init(_ constants: DetectorConstants) throws(DetectorTableError) {
    func count(_ name: String) throws(DetectorTableError) -> Int {
      let value = try constants.positive(name)
      guard value == value.rounded(), value <= 64 else {
        throw DetectorTableError(
          file: "constants.tsv", column: "value", problem: "\"\(name)\" is \(value), not a count")
      }
      return Int(value)
    }
    barrelLayers = try count("muon.barrel_layers")
    forwardLayers = try count("muon.forward_layers")
    backwardLayers = try count("muon.backward_layers")
    let iron = try constants.positive("muon.iron_thickness")
    let gap = try constants.positive("muon.gap_thickness")
    let inner = try constants.positive("muon.barrel_inner_distance")
    let offset = try constants("muon.z_offset")
    let firstEndcap = try constants.positive("muon.endcap_first_layer")
    barrelDistances = (0..<barrelLayers).map { inner + 0.5 * gap + Double($0) * (iron + gap) }
    forwardZ = (0..<forwardLayers).map { offset + firstEndcap + Double($0) * (iron + gap) }
    backwardZ = (0..<backwardLayers).map { offset - firstEndcap - Double($0) * (iron + gap) }
    zOffset = offset
    barrelHalfLength = try constants.positive("muon.barrel_half_length")
    endcapInnerRadius = try constants.positive("muon.endcap_inner_radius")
    endcapOuterRadius = try constants.positive("muon.endcap_outer_radius")
    guard endcapOuterRadius > endcapInnerRadius else {
      throw DetectorTableError(file: "constants.tsv", problem: "the muon endcaps have no area")
    }
    ironThickness = iron
    resolution = try constants.positive("muon.plane_resolution")
    planeEfficiency = try constants.positive("muon.plane_efficiency")
    timeResolution = try constants.positive("muon.time_resolution")
    fieldRadius = try constants.positive("muon.field_radius")
  }

  /// Number of layers of a section.
  public func layerCount(_ section: MuonSection) -> Int {
    switch section {
    case .barrelBackward, .barrelForward: barrelLayers
    case .endcapForward: forwardLayers
    case .endcapBackward: backwardLayers
    }
  }

  /// Number of sectors of a section.
  public func sectorCount(_ section: MuonSection) -> Int { section.isBarrel ? 8 : 4 }

  /// Azimuth of the centre of a sector, rad.
  public func phi(ofSector sector: Int, _ section: MuonSection) -> Double {
    section.isBarrel ? 0.25 * Double.pi * Double(sector) : 0.25 * Double.pi + 0.5 * Double.pi * Double(sector)
  }

  /// Point in the laboratory of the coordinates that the two planes of a layer measure, cm.
  /// - Parameters:
  ///   - section: section.
  ///   - sector: from 0.
  ///   - layer: from 1, at most `layerCount(section)`.
  ///   - across: coordinate of plane 0, cm.
  ///   - along: coordinate of plane 1, cm.
  public func position(section: MuonSection, sector: Int, layer: Int, across: Double, along: Double) -> Vector3 {
    let phi = phi(ofSector: sector, section)
    let outward = Vector3(cos(phi), sin(phi), 0)
    let sideways = Vector3(-sin(phi), cos(phi), 0)
    switch section {
    case .barrelBackward, .barrelForward:
      return barrelDistances[layer - 1] * outward + across * sideways + Vector3(0, 0, along)
    case .endcapForward:
      return along * outward + across * sideways + Vector3(0, 0, forwardZ[layer - 1])
    case .endcapBackward:
      return along * outward + across * sideways + Vector3(0, 0, backwardZ[layer - 1])
    }
  }

  /// Straight path of a particle through the muon detector: the tangent of its helix where it leaves the field, at `fieldRadius` or at the
  /// face of an endcap, whichever comes first.
  /// - Parameter helix: the path inside the field.
  /// - Returns: the line and the arc length of its origin on the helix; nil if the path curls up inside.
  public func exitLine(of helix: Helix) -> (line: StraightLine, arcLength: Double)? {
    let barrel = helix.arcLength(toRadius: fieldRadius)
    var end: Double?
    if helix.tanLambda > 0, let first = forwardZ.first { end = helix.arcLength(toZ: first - 10) }
    if helix.tanLambda < 0, let first = backwardZ.first { end = helix.arcLength(toZ: first + 10) }
    guard let arc = [barrel, end].compactMap({ $0 }).filter({ $0 > 0 }).min() else { return nil }
    return (StraightLine(origin: helix.position(at: arc), direction: helix.tangent(at: arc)), arc)
  }

  /// Appends the layers a straight path goes through, in order of distance.
  /// - Parameters:
  ///   - line: path with its origin inside the detector, going outwards.
  ///   - crossings: receives the crossings; what it held stays.
  public func appendCrossings(of line: StraightLine, into crossings: inout [MuonCrossing]) {
    let first = crossings.count
    for sector in 0..<8 {
      let phi = phi(ofSector: sector, .barrelForward)
      let outward = Vector3(cos(phi), sin(phi), 0)
      let slope = outward.dot(line.direction)
      guard slope > 1e-9 else { continue }
      let sideways = Vector3(-sin(phi), cos(phi), 0)
      let start = outward.dot(line.origin)
      for layer in 1...barrelLayers {
        let distance = barrelDistances[layer - 1]
        let path = (distance - start) / slope
        guard path >= 0 else { continue }
        let point = line.point(at: path)
        let across = sideways.dot(point)
        guard abs(across) <= distance * tan(Double.pi / 8), abs(point.z - zOffset) <= barrelHalfLength else { continue }
        crossings.append(
          MuonCrossing(
            section: point.z >= zOffset ? .barrelForward : .barrelBackward, sector: sector, layer: layer,
            across: across, along: point.z, path: path, position: point))
      }
    }
    if line.direction.z > 1e-9 {
      appendEndcap(line, .endcapForward, forwardZ, into: &crossings)
    } else if line.direction.z < -1e-9 {
      appendEndcap(line, .endcapBackward, backwardZ, into: &crossings)
    }
    crossings[first...].sort { $0.path < $1.path }
  }

  private func appendEndcap(
    _ line: StraightLine, _ section: MuonSection, _ planes: [Double], into crossings: inout [MuonCrossing]
  ) {
    for (index, z) in planes.enumerated() {
      let path = (z - line.origin.z) / line.direction.z
      guard path >= 0 else { continue }
      let point = line.point(at: path)
      let radius = point.transverse
      guard radius >= endcapInnerRadius, radius <= endcapOuterRadius else { continue }
      let turn = point.phi < 0 ? point.phi + 2 * Double.pi : point.phi
      let sector = min(3, Int(turn / (0.5 * Double.pi)))
      let phi = phi(ofSector: sector, section)
      crossings.append(
        MuonCrossing(
          section: section, sector: sector, layer: index + 1, across: -sin(phi) * point.x + cos(phi) * point.y,
          along: cos(phi) * point.x + sin(phi) * point.y, path: path, position: point))
    }
  }
}
