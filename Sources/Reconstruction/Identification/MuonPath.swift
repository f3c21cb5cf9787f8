import Detector
import Kinematics

/// Paths of tracks through the muon detector, without the C library: the counterpart of what `MuonDetector` offers the
/// simulation, with the same bits on every machine.
struct MuonPath {
  /// A layer on a path.
  struct Crossing {
    var layer: Int
    /// From the origin of the line, cm.
    var path: Double
    var position: Vector3
  }

  private let detector: MuonDetector
  /// Unit vectors outward and sideways of the sectors: eight of the barrel, then four of the endcaps.
  let outward: [Vector3]
  let sideways: [Vector3]
  /// Half the width of a barrel layer over its distance from the axis, the tangent of an eighth of a half turn.
  private static let octant = 0.41421356237309505

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

  /// The tangent of a helix where it leaves the field: at the field's radius or at the face of an endcap, whichever comes first.
  /// - Returns: nil if the path curls up inside.
  func exitLine(of state: HelixState) -> StraightLine? {
    var arc = Double.infinity
    let barrel = state.arcLength(toRadius: detector.fieldRadius)
    if barrel > 0 { arc = barrel }
    var end = Double.nan
    if state.tanLambda > 0, let first = detector.forwardZ.first { end = (first - 10 - state.z0) / state.tanLambda }
    if state.tanLambda < 0, let first = detector.backwardZ.first { end = (first + 10 - state.z0) / state.tanLambda }
    if end > 0 && end < arc { arc = end }
    guard arc.isFinite else { return nil }
    let point = state.point(at: arc)
    return StraightLine(
      origin: Vector3(point.x, point.y, point.z),
      direction: Vector3(point.directionX, point.directionY, state.tanLambda))
  }

  /// Collects the layers a straight path goes through, in order of distance.
  func collect(_ line: StraightLine, into crossings: inout [Crossing]) {
    crossings.removeAll(keepingCapacity: true)
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
        crossings.append(Crossing(layer: index + 1, path: path, position: point))
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
        crossings.append(Crossing(layer: index + 1, path: path, position: point))
      }
    }
    crossings.sort { $0.path < $1.path }
  }
}
