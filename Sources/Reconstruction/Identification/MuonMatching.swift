import Detector
import Kinematics
import Statistics

/// Matches tracks to hits of the muon detector and scores muons by how far they go.
struct MuonMatching {
  private let detector: MuonDetector
  private let path: MuonPath
  private var crossings: [MuonPath.Crossing] = []

  /// Energy lost in the calorimeter and before it, and from there to the first layer at normal incidence, GeV.
  private static let lossInCalorimeter = 0.20
  private static let lossBefore = 0.27
  /// Energy lost per layer: 4.7 cm of iron at 11.4 MeV/cm, GeV.
  private static let lossPerLayer = 0.0536

  init(_ detector: MuonDetector) {
    self.detector = detector
    path = MuonPath(detector)
  }

  /// Sets the matched layers and the muon score of tracks.
  mutating func match(
    _ tracks: inout ArraySlice<ReconstructedTrack>, sections: Span<UInt8>, sectors: Span<UInt8>, layers: Span<UInt8>,
    planes: Span<UInt8>, positions: Span<Float>
  ) {
    for index in tracks.indices {
      tracks[index].muonLayers = 0
      tracks[index].muon = 0
      let momentum = tracks[index].momentum
      let energy =
        (momentum * momentum + Mass.muon * Mass.muon).squareRoot() - Mass.muon - MuonMatching.lossInCalorimeter
      guard momentum.isFinite, energy > MuonMatching.lossBefore,
        let line = path.exitLine(of: tracks[index].state)
      else { continue }
      let expected = layersInReach(of: line, energy: energy)
      if expected == 0 { continue }
      var mask: UInt64 = 0
      for hit in 0..<sections.count {
        guard let section = MuonSection(rawValue: sections[hit]) else { continue }
        let layer = Int(layers[hit])
        guard let point = crossing(line, section, Int(sectors[hit]), layer) else { continue }
        // Scattering in calorimeter, coil and iron widens the road with depth and softness.
        let window = 6 + (10 + 3 * Double(layer)) / momentum
        let expectedPosition = planes[hit] == 0 ? point.across : point.along
        if abs(Double(positions[hit]) - expectedPosition) < window { mask |= 1 << UInt64(layer & 63) }
      }
      let matched = mask.nonzeroBitCount
      tracks[index].muonLayers = UInt8(clamping: matched)
      tracks[index].muon = MuonMatching.score(matched: matched, expected: expected)
    }
  }

  /// Layers on a path that a muon of this energy behind the calorimeter reaches.
  private mutating func layersInReach(of line: StraightLine, energy: Double) -> Int {
    path.collect(line, into: &crossings)
    guard let first = crossings.first else { return 0 }
    var cosine = 1.0
    if crossings.count > 1 {
      // The plates are 9.1 cm apart: an oblique path sees more iron.
      let spacing = detector.barrelDistances[1] - detector.barrelDistances[0]
      let second = crossings[1]
      let steps = Double(max(1, abs(second.layer - first.layer)))
      cosine = min(1, max(0.3, spacing * steps / max(1e-6, (second.position - first.position).length)))
    }
    let deepest = 1 + (energy * cosine - MuonMatching.lossBefore) / MuonMatching.lossPerLayer
    var mask: UInt64 = 0
    for crossing in crossings where Double(crossing.layer) <= deepest { mask |= 1 << UInt64(crossing.layer & 63) }
    return mask.nonzeroBitCount
  }

  /// Coordinates of a path in the frame of a layer, also somewhat outside its edges; nil where it does not get there.
  private func crossing(
    _ line: StraightLine, _ section: MuonSection, _ sector: Int, _ layer: Int
  ) -> (across: Double, along: Double)? {
    guard layer >= 1, layer <= detector.layerCount(section), sector < detector.sectorCount(section) else { return nil }
    let frame = section.isBarrel ? sector : 8 + sector
    let out = path.outward[frame]
    let side = path.sideways[frame]
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
    let point = line.origin + distance * line.direction
    let across = side.dot(point)
    // Beyond its edges by more than a scattered muon gets: another sector's business.
    let edge = 40.0
    if section.isBarrel {
      guard abs(across) < detector.barrelDistances[layer - 1] * 0.4142 + edge,
        abs(point.z - detector.zOffset) < detector.barrelHalfLength + edge
      else { return nil }
      return (across, point.z)
    }
    let along = out.dot(point)
    guard along > 0, point.transverse < detector.endcapOuterRadius + edge else { return nil }
    return (across, along)
  }

  /// Score of a muon: the part of the layers within its reach that it hit. The less of them there are, the more of them must
  /// be hit, as pions punch through the first ones.
  static func score(matched: Int, expected: Int) -> Float {
    guard matched >= 2 else { return matched == 1 ? 0.1 : 0 }
    let fraction = min(1, Double(matched) / Double(expected))
    let middle = 0.55 + 0.6 / Double(expected)
    return Float(1 / (1 + PortableMath.exp(-(fraction - middle) / 0.08)))
  }
}
