import Detector
import Kinematics
import Statistics

/// Matches tracks to hits of the muon detector and scores muons by how far they go.
struct MuonMatching {
  private let detector: MuonDetector
  private var crossings: [MuonCrossing] = []

  /// Momentum below which nothing reaches the muon detector, and momentum lost per layer of iron (4.7 cm, 1.45 MeV cm^2/g), GeV.
  private static let threshold = 0.55
  private static let lossPerLayer = 0.060

  init(_ detector: MuonDetector) { self.detector = detector }

  /// Sets the matched layers and the muon score of tracks.
  mutating func match(
    _ tracks: inout ArraySlice<ReconstructedTrack>, sections: Span<UInt8>, sectors: Span<UInt8>, layers: Span<UInt8>,
    planes: Span<UInt8>, positions: Span<Float>
  ) {
    for index in tracks.indices {
      tracks[index].muonLayers = 0
      tracks[index].muon = 0
      let momentum = tracks[index].momentum
      guard momentum.isFinite, momentum > MuonMatching.threshold, let exit = detector.exitLine(of: tracks[index].helix)
      else { continue }
      crossings.removeAll(keepingCapacity: true)
      detector.appendCrossings(of: exit.line, into: &crossings)
      if crossings.isEmpty { continue }
      var mask: UInt64 = 0
      var crossed: UInt64 = 0
      var depth = 0
      // A muon within reach crosses this many layers of iron before it stops.
      let reach = (momentum - MuonMatching.threshold) / MuonMatching.lossPerLayer
      for crossing in crossings {
        let bit = UInt64(1) << UInt64(crossing.layer & 63)
        depth += 1
        if Double(depth) <= reach { crossed |= bit }
        // Scattering in calorimeter, coil and iron widens the road with depth and softness.
        let window = 6 + (12 + 3 * Double(depth)) / momentum
        for hit in 0..<sections.count
        where sections[hit] == crossing.section.rawValue && Int(layers[hit]) == crossing.layer
          && Int(sectors[hit]) == crossing.sector
        {
          let expected = planes[hit] == 0 ? crossing.across : crossing.along
          if abs(Double(positions[hit]) - expected) < window { mask |= bit }
        }
      }
      let matched = mask.nonzeroBitCount
      let expected = max(1, crossed.nonzeroBitCount)
      tracks[index].muonLayers = UInt8(clamping: matched)
      tracks[index].muon = MuonMatching.score(matched: matched, expected: expected)
    }
  }

  /// Score of a muon: the part of the layers within its reach that it hit, steep about 60 per cent, and at least two layers.
  static func score(matched: Int, expected: Int) -> Float {
    guard matched >= 2 else { return matched == 1 ? 0.1 : 0 }
    let fraction = min(1, Double(matched) / Double(expected))
    return Float(1 / (1 + PortableMath.exp(-(fraction - 0.6) / 0.08)))
  }
}
