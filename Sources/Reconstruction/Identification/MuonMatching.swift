import Detector
import EventModel
import Kinematics
import Statistics

/// Matches tracks to hits of the muon detector: extrapolates them through calorimeter and coil, collects the hits that lie
/// within the scattering of a muon, and compares their pattern with that of a muon and of a hadron.
struct MuonMatching {
  private let calorimeterPath: CalorimeterPath
  private let path: MuonPath
  private var crossings: [MuonPath.Crossing] = []
  private var planes: [MuonLikelihood.Layer] = []

  /// Hits count from before the earliest to after the latest muon, ns since the collision, with room for the event time.
  private static let timeWindow: ClosedRange<Float> = -40...60
  /// Hits further from the path than this many standard deviations of scattering are not the track's.
  private static let deviations = 3.5
  /// Room for further strips that fire beside the one that is crossed, cm.
  private static let strips = 4.0

  init(_ detector: MuonDetector, _ calorimeter: Calorimeter) {
    calorimeterPath = CalorimeterPath(calorimeter)
    path = MuonPath(detector)
  }

  /// Sets the matched layers and the muon score of tracks; both stay 0 for tracks that cannot get there as muons.
  /// - Parameters:
  ///   - list: tracks of all events.
  ///   - own: those of the event.
  ///   - hits: of the batch.
  ///   - range: those of the event.
  mutating func match(
    _ list: inout [ReconstructedTrack], _ own: Range<Int>, _ hits: borrowing MuonHits, _ range: Range<Int>
  ) {
    var tracks = list.mutableSpan
    let sections = hits.section.span
    let sectors = hits.sector.span
    let layers = hits.layer.span
    let planesOfHits = hits.plane.span
    let positions = hits.position.span
    let times = hits.time.span
    for index in own {
      tracks[index].muonLayers = 0
      tracks[index].muon = 0
      guard let muon = MuonExtrapolation(tracks[index], calorimeterPath, path) else { continue }
      path.collect(muon.line, into: &crossings)
      guard let first = crossings.first, muon.range > MuonLikelihood.loss(before: first) * 0.6 else { continue }
      // Bits by layer of the two planes, barrel and endcaps.
      var barrel = SIMD2<UInt32>(0, 0)
      var endcap = SIMD2<UInt32>(0, 0)
      for hit in range {
        guard MuonMatching.timeWindow.contains(times[hit]),
          let section = MuonSection(rawValue: sections[hit])
        else { continue }
        let layer = Int(layers[hit])
        guard let point = path.meeting(muon.line, section, sector: Int(sectors[hit]), layer: layer) else {
          continue
        }
        let plane = planesOfHits[hit] == 0 ? 0 : 1
        let away = Double(positions[hit]) - (plane == 0 ? point.across : point.along)
        let window = MuonMatching.deviations * muon.spread(distance: point.distance, layer: layer) + MuonMatching.strips
        guard abs(away) < window else { continue }
        let bit = UInt32(1) << UInt32(layer & 31)
        if section.isBarrel { barrel[plane] |= bit } else { endcap[plane] |= bit }
      }
      planes.removeAll(keepingCapacity: true)
      for crossing in crossings {
        let mask = crossing.isBarrel ? barrel : endcap
        let bit = UInt32(1) << UInt32(crossing.layer & 31)
        planes.append(
          MuonLikelihood.Layer(
            crossing: crossing, planes: (mask[0] & bit == 0 ? 0 : 1) + (mask[1] & bit == 0 ? 0 : 1)))
      }
      let matched = (barrel[0] | barrel[1]).nonzeroBitCount + (endcap[0] | endcap[1]).nonzeroBitCount
      tracks[index].muonLayers = UInt8(clamping: matched)
      tracks[index].muon = MuonLikelihood.score(
        planes, momentum: tracks[index].momentum, muonRange: muon.range, pionRange: muon.pionRange)
    }
  }
}

/// A track continued as a muon to where the field ends.
struct MuonExtrapolation {
  /// Its straight path from there.
  let line: StraightLine
  /// Energy that it can lose behind the calorimeter as a muon, and as a pion, in units of a minimum-ionising particle, GeV.
  let range: Double
  let pionRange: Double
  /// Scattering angle in calorimeter and coil, and displacement in plates after one, rad and cm.
  private let angle: Double
  private let plate: Double

  /// Energy lost in the crystals by a minimum-ionising particle, GeV.
  private static let lossInCalorimeter = 0.172
  /// Scattering in calorimeter and coil (22 radiation lengths) and in one iron plate (2.67), rad GeV: Highland's formula.
  private static let scatteringBefore = 0.0713
  private static let scatteringInPlate = 0.0230
  /// Distance of the plates, cm.
  private static let spacing = 9.1
  private static let resolution = 1.5

  /// - Returns: nil if a muon of this momentum does not leave the field.
  init?(_ track: ReconstructedTrack, _ calorimeter: CalorimeterPath, _ path: borrowing MuonPath) {
    let momentum = track.momentum
    guard momentum.isFinite, momentum > 0.4, let entry = calorimeter.entry(of: track) else { return nil }
    func left(_ mass: Double) -> Double {
      let loss = MuonExtrapolation.lossInCalorimeter * Ionisation.relative(betaGamma: momentum / mass)
      return (momentum * momentum + mass * mass).squareRoot() - mass - loss
    }
    let kinetic = left(Mass.muon)
    guard kinetic > 0.02 else { return nil }
    let after = (kinetic * (kinetic + 2 * Mass.muon)).squareRoot()
    let curvature = Double(track.omega) * momentum / after
    let point = entry.point + calorimeter.crystalLength * entry.direction
    guard let line = path.exitLine(from: point, direction: entry.direction, curvature: curvature) else { return nil }
    self.line = line
    range = kinetic / Ionisation.relative(betaGamma: max(1, after / Mass.muon))
    let pion = left(Mass.pion)
    pionRange = pion > 0 ? pion / Ionisation.relative(betaGamma: max(1, momentum / Mass.pion)) : 0
    let inverse = (kinetic + Mass.muon) / (after * after)
    angle = MuonExtrapolation.scatteringBefore * inverse
    plate = MuonExtrapolation.scatteringInPlate * inverse * MuonExtrapolation.spacing / 3.0.squareRoot()
  }

  /// Standard deviation of the position in a layer, cm: measurement, scattering before the detector and in its plates.
  /// - Parameters:
  ///   - distance: from the end of the field, cm.
  ///   - layer: from 1.
  func spread(distance: Double, layer: Int) -> Double {
    let before = angle * distance
    let plates = Double(layer)
    let within2 = plate * plate * plates * plates * plates
    return (MuonExtrapolation.resolution * MuonExtrapolation.resolution + before * before + within2).squareRoot()
  }
}
