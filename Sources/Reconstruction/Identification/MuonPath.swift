import Detector
import Kinematics

/// Paths of tracks through the muon detector, without the C library: the counterpart of what `MuonDetector` offers the
/// simulation, with the same bits on every machine.
struct MuonPath {
  /// A layer on a path.
  struct Crossing {
    var isBarrel: Bool
    var layer: Int
    /// From the origin of the line, cm.
    var path: Double
    /// Cosine of the angle to the normal of the layer.
    var cosine: Double
  }

  private let detector: MuonDetector
  /// Unit vectors outward and sideways of the sectors: eight of the barrel, then four of the endcaps.
  let outward: [Vector3]
  let sideways: [Vector3]
  /// Half the width of a barrel layer over its distance from the axis, the tangent of an eighth of a half turn.
  private static let octant = 0.41421356237309505
  /// Step of the path between crystals and coil, cm, and the largest number of steps.
  private static let step = 5.0
  private static let mostSteps = 60

  init(_ detector: MuonDetector) {
    self.detector = detector
    var outward: [Vector3] = []
    var sideways: [Vector3] = []
    for section in [MuonSection.barrelForward, .endcapForward] {
      for sector in 0..<detector.sectorCount(section) {
        let (sine, cosine) = PortableAngles.sineCosine(detector.phi(ofSector: sector, section))
        outward.append(Vector3(cosine, sine, 0))
        sideways.append(Vector3(-sine, cosine, 0))
      }
    }
    self.outward = outward
    self.sideways = sideways
  }

  /// The tangent of a path where it leaves the field: at the field's radius or at the face of an endcap, whichever comes first.
  /// - Parameters:
  ///   - point: behind the crystals, cm.
  ///   - direction: there, length one.
  ///   - curvature: with the momentum left behind the crystals, 1/cm, sign of the charge.
  /// - Returns: nil if the path curls up inside.
  func exitLine(from point: Vector3, direction: Vector3, curvature: Double) -> StraightLine? {
    let forward = (detector.forwardZ.first ?? .infinity) - 10
    let backward = (detector.backwardZ.first ?? -.infinity) + 10
    var here = point
    let transverse = (direction.x * direction.x + direction.y * direction.y).squareRoot()
    guard transverse > 1e-6 else { return nil }
    var x = direction.x / transverse
    var y = direction.y / transverse
    let slope = direction.z / transverse
    // Half a step before the chord, half after it; positive charges turn clockwise.
    let (sine, cosine) = PortableAngles.sineCosine(-0.5 * curvature * MuonPath.step)
    let radius2 = detector.fieldRadius * detector.fieldRadius
    for _ in 0..<MuonPath.mostSteps {
      if here.x * here.x + here.y * here.y >= radius2 || here.z >= forward || here.z <= backward {
        return StraightLine(origin: here, direction: Vector3(transverse * x, transverse * y, direction.z))
      }
      (x, y) = (x * cosine - y * sine, x * sine + y * cosine)
      here = here + MuonPath.step * Vector3(x, y, slope)
      (x, y) = (x * cosine - y * sine, x * sine + y * cosine)
    }
    return nil
  }

  /// Collects the layers a straight path goes through, in order of distance.
  func collect(_ line: StraightLine, into crossings: inout [Crossing]) {
    crossings.removeAll(keepingCapacity: true)
    let size = line.direction.length
    for sector in 0..<detector.sectorCount(.barrelForward) {
      let slope = outward[sector].dot(line.direction)
      guard slope > 1e-9 else { continue }
      let start = outward[sector].dot(line.origin)
      for (index, distance) in detector.barrelDistances.enumerated() {
        let path = (distance - start) / slope
        guard path >= 0 else { continue }
        let point = line.point(at: path)
        guard abs(sideways[sector].dot(point)) <= distance * MuonPath.octant,
          abs(point.z - detector.zOffset) <= detector.barrelHalfLength
        else { continue }
        crossings.append(Crossing(isBarrel: true, layer: index + 1, path: path, cosine: slope / size))
      }
    }
    let planes = line.direction.z > 0 ? detector.forwardZ : detector.backwardZ
    if abs(line.direction.z) > 1e-9 {
      for (index, z) in planes.enumerated() {
        let path = (z - line.origin.z) / line.direction.z
        guard path >= 0 else { continue }
        let point = line.point(at: path)
        let radius = point.transverse
        guard radius >= detector.endcapInnerRadius, radius <= detector.endcapOuterRadius else { continue }
        crossings.append(
          Crossing(isBarrel: false, layer: index + 1, path: path, cosine: abs(line.direction.z) / size))
      }
    }
    crossings.sort { $0.path < $1.path }
  }

  /// Point of the two coordinates that the planes of a layer measure, cm.
  /// - Parameters:
  ///   - sector: from 0, one that there is.
  ///   - layer: from 1, one that there is.
  ///   - across: coordinate of plane 0, cm.
  ///   - along: coordinate of plane 1, cm.
  func position(_ section: MuonSection, sector: Int, layer: Int, across: Double, along: Double) -> Vector3 {
    let frame = section.isBarrel ? sector : 8 + sector
    switch section {
    case .barrelBackward, .barrelForward:
      return detector.barrelDistances[layer - 1] * outward[frame] + across * sideways[frame] + Vector3(0, 0, along)
    case .endcapForward:
      return along * outward[frame] + across * sideways[frame] + Vector3(0, 0, detector.forwardZ[layer - 1])
    case .endcapBackward:
      return along * outward[frame] + across * sideways[frame] + Vector3(0, 0, detector.backwardZ[layer - 1])
    }
  }

  /// Where a path meets a layer, also somewhat outside its edges.
  /// - Returns: the coordinates of its two planes and the distance from the line's origin, cm; nil where the path does not get there.
  func meeting(
    _ line: StraightLine, _ section: MuonSection, sector: Int, layer: Int
  ) -> (across: Double, along: Double, distance: Double)? {
    guard layer >= 1, layer <= detector.layerCount(section), sector < detector.sectorCount(section) else { return nil }
    let frame = section.isBarrel ? sector : 8 + sector
    let out = outward[frame]
    let distance: Double
    if section.isBarrel {
      let slope = out.dot(line.direction)
      guard slope > 0.1 * line.direction.length else { return nil }
      distance = (detector.barrelDistances[layer - 1] - out.dot(line.origin)) / slope
    } else {
      let z = section == .endcapForward ? detector.forwardZ[layer - 1] : detector.backwardZ[layer - 1]
      guard abs(line.direction.z) > 1e-6 else { return nil }
      distance = (z - line.origin.z) / line.direction.z
    }
    guard distance > 0 else { return nil }
    let point = line.point(at: distance)
    let across = sideways[frame].dot(point)
    // Beyond its edges by more than a scattered muon gets: another sector's business.
    let edge = 40.0
    if section.isBarrel {
      guard abs(across) < detector.barrelDistances[layer - 1] * MuonPath.octant + edge,
        abs(point.z - detector.zOffset) < detector.barrelHalfLength + edge
      else { return nil }
      return (across, point.z, distance * line.direction.length)
    }
    let along = out.dot(point)
    guard along > 0, point.transverse < detector.endcapOuterRadius + edge else { return nil }
    return (across, along, distance * line.direction.length)
  }
}
