import Detector
import EventModel
import Kinematics
import Statistics

/// Combines what the detectors say of each track into probabilities for e, mu, pi, K and p.
///
/// Calorimeter, muon detector and drift chamber are measured from hits. The readout has no hits of the detectors that measure
/// velocities (time of propagation, ring imaging); their `pid` column is a parametrised response. It tells e, mu and pi apart
/// from momentum tables of all detectors together, so that their sum alone is used here: what is left is the velocity. Where no
/// muon gets to the muon detector, it cannot be in those tables either, and what they say of mu against pi is used as well.
struct TrackIdentifier {
  private let path: CalorimeterPath
  private var charges: ChargeOnTracks

  /// A region of the `pid` column belongs to a track within this angle, rad.
  private static let largestAngle = 0.04
  /// Momenta below which the `pid` column tells mu from pi, since no muon gets to the muon detector, and above which it does not, since
  /// the hits there do; in between a share of it, GeV.
  private static let withoutMuonDetector = 0.5
  private static let withMuonDetector = 0.8

  /// Unlikely things happen: no detector alone excludes a kind by more than this much.
  private static let floor = -10.0

  private(set) var identifications: [TrackIdentification] = []

  init(_ detector: DetectorModel) {
    path = CalorimeterPath(detector.calorimeter)
    charges = ChargeOnTracks(detector.driftChamber)
  }

  /// Identifies the tracks of an event.
  /// - Parameters:
  ///   - eventTime: of the collision, ns.
  ///   - chamber: hits of the batch.
  ///   - regions: the `pid` column, if there is one.
  ///   - row: the event.
  mutating func identify(
    _ tracks: ArraySlice<ReconstructedTrack>, _ clusters: ArraySlice<ReconstructedCluster>, eventTime: Double,
    chamber: DriftChamberHits, regions: IdentificationHits?, row: Int
  ) {
    identifications.removeAll(keepingCapacity: true)
    charges.load(chamber, chamber.rows[row])
    for track in tracks {
      var result = TrackIdentification()
      let entry = path.entry(of: track)
      if entry != nil {
        let number = Int(track.cluster)
        let cluster = number >= 0 && number < clusters.count ? clusters[clusters.startIndex + number] : nil
        result.calorimeter = TrackIdentifier.bounded(CalorimeterLikelihood.logarithms(track, cluster))
        result.detectors.insert(.calorimeter)
      }
      if track.muon > 0 {
        result.muonDetector = TrackIdentifier.bounded(TrackIdentifier.muons(track))
        result.detectors.insert(.muonDetector)
      }
      if let charge = charges.measure(track, eventTime: eventTime, chamber) {
        result.ionisation = TrackIdentifier.bounded(TrackIdentifier.ionisation(track, charge))
        result.detectors.insert(.ionisation)
        result.relativeIonisation = Float(PortableMath.exp(charge.logarithm))
        result.ionisationHits = UInt8(clamping: charge.hits)
      }
      if let regions, let entry,
        let velocity = TrackIdentifier.velocity(
          entry, momentum: track.momentum, regions, regions.rows[row])
      {
        result.velocity = TrackIdentifier.bounded(velocity)
        result.detectors.insert(.velocity)
      }
      let sum = result.calorimeter + result.muonDetector + result.ionisation + result.velocity
      result.probability = TrackIdentifier.probabilities(SIMD8<Double>(sum))
      identifications.append(result)
    }
  }

  /// Log-likelihoods relative to the largest, none further below than the floor.
  private static func bounded(_ logarithms: SIMD8<Double>) -> SIMD8<Float> {
    var largest = -Double.infinity
    for lane in 0..<5 { largest = max(largest, logarithms[lane]) }
    var result = SIMD8<Float>(repeating: 0)
    for lane in 0..<5 { result[lane] = Float(max(floor, logarithms[lane] - largest)) }
    return result
  }

  /// The muon detector: its score is the probability of a muon against a hadron; an electron never gets there.
  private static func muons(_ track: ReconstructedTrack) -> SIMD8<Double> {
    let score = Double(track.muon)
    let ratio = PortableMath.log(score / (1 - score))
    let electron = track.muonLayers == 0 ? 0.5 : -2 * Double(min(track.muonLayers, 5))
    return SIMD8<Double>(electron, ratio, 0, 0, 0, 0, 0, 0)
  }

  /// Energy a minimum-ionising particle loses before the chamber at normal incidence, GeV.
  private static let lossBeforeChamber = 0.003

  /// The drift chamber: a normal distribution in the logarithm of the charge about Bethe's formula.
  ///
  /// What counts is the momentum in the chamber. The fit measures it there and adds to the perigee what a pion loses before: that is
  /// taken off again, whatever the kind.
  private static func ionisation(
    _ track: ReconstructedTrack, _ charge: ChargeOnTracks.Measurement
  ) -> SIMD8<Double> {
    let atPerigee = track.momentum
    let slant = atPerigee / max(track.pT, 1e-6)
    let inverseBeta = (1 + Mass.pion * Mass.pion / (atPerigee * atPerigee)).squareRoot()
    let loss = lossBeforeChamber * slant * Ionisation.relative(betaGamma: atPerigee / Mass.pion) * inverseBeta
    let momentum = max(atPerigee - loss, 0.5 * atPerigee)
    let statistical = ChargeOnTracks.spread * ChargeOnTracks.spread / Double(charge.hits)
    let variance = statistical + ChargeOnTracks.systematic * ChargeOnTracks.systematic
    var result = SIMD8<Double>(repeating: 0)
    for hypothesis in Hypothesis.allCases {
      let relative = Ionisation.relative(betaGamma: momentum / hypothesis.mass)
      let away = charge.logarithm - PortableMath.log(relative)
      result[hypothesis.rawValue] = -0.5 * away * away / variance
    }
    return result
  }

  /// The velocity from the region of the `pid` column nearest to the track.
  private static func velocity(
    _ entry: CalorimeterPath.Entry, momentum: Double, _ regions: IdentificationHits, _ range: Range<Int>
  ) -> SIMD8<Double>? {
    let direction = entry.point.unit
    let theta = PortableAngles.azimuth(y: entry.point.transverse, x: entry.point.z)
    let phi = PortableAngles.azimuth(y: entry.point.y, x: entry.point.x)
    var smallest = largestAngle * largestAngle
    var nearest = -1
    for region in range {
      let dTheta = Double(regions.theta[region]) - theta
      let dPhi = PortableAngles.wrapped(Double(regions.phi[region]) - phi) * direction.transverse
      let square = dTheta * dTheta + dPhi * dPhi
      if square < smallest {
        smallest = square
        nearest = region
      }
    }
    guard nearest >= 0 else { return nil }
    func logarithm(_ hypothesis: Hypothesis) -> Double {
      let value = Double(regions.logLikelihood[5 * nearest + hypothesis.rawValue])
      return value.isFinite ? min(max(value, -100), 100) : 0
    }
    let largest = max(logarithm(.electron), max(logarithm(.muon), logarithm(.pion)))
    var sum = 0.0
    for light in [Hypothesis.electron, .muon, .pion] { sum += PortableMath.exp(logarithm(light) - largest) }
    let light = largest + PortableMath.log(sum)
    // The more likely of mu and pi keeps the value of all three, the other loses what the column has against it.
    let span = withMuonDetector - withoutMuonDetector
    let share = min(1, max(0, (withMuonDetector - momentum) / span))
    let difference = share * (logarithm(.muon) - logarithm(.pion))
    return SIMD8<Double>(
      light, light + min(0, difference), light - max(0, difference), logarithm(.kaon), logarithm(.proton), 0, 0, 0)
  }

  /// Probabilities from log-likelihoods, equally many of each kind beforehand.
  private static func probabilities(_ logarithms: SIMD8<Double>) -> SIMD8<Float> {
    var largest = -Double.infinity
    for lane in 0..<5 { largest = max(largest, logarithms[lane]) }
    var weights = SIMD8<Double>(repeating: 0)
    var sum = 0.0
    for lane in 0..<5 {
      weights[lane] = PortableMath.exp(logarithms[lane] - largest)
      sum += weights[lane]
    }
    return SIMD8<Float>(weights / sum)
  }
}
