import EventModel
import Kinematics

extension CandidateReader {
  /// Masses of the two pairs of opposite charge that take one track of the candidate's pair and one of its other two
  /// tracks, as muons; not numbers unless these two have opposite charge.
  func crossedMasses(_ row: Int, _ event: Int) -> (low: Float, high: Float) {
    let candidates = reconstruction.candidates
    let third = Int(candidates.moreTracks[4 * row])
    let fourth = Int(candidates.moreTracks[4 * row + 1])
    guard let positive = muon(Int(candidates.track1[row]), event),
      let negative = muon(Int(candidates.track2[row]), event),
      let first = muon(third, event), let second = muon(fourth, event)
    else { return (.nan, .nan) }
    let omega = reconstruction.tracks.omega
    let start = reconstruction.tracks.rows[event].lowerBound
    guard (omega[start + third] > 0) != (omega[start + fourth] > 0) else { return (.nan, .nan) }
    let (otherPositive, otherNegative) = omega[start + third] > 0 ? (first, second) : (second, first)
    let a = Float((positive + otherNegative).mass)
    let b = Float((otherPositive + negative).mass)
    return (min(a, b), max(a, b))
  }

  /// The four-momentum of a track as a muon, GeV; nil if the event has no such track.
  private func muon(_ number: Int, _ event: Int) -> FourVector? {
    momentum(number, event).map { FourVector(momentum: $0, mass: Mass.muon) }
  }

  /// The momentum of a track at the point closest to the beam axis, GeV.
  private func momentum(_ number: Int, _ event: Int) -> Vector3? {
    let tracks = reconstruction.tracks
    let range = tracks.rows[event]
    guard number >= 0, number < range.count else { return nil }
    let track = range.lowerBound + number
    let transverse =
      PhysicalConstants.momentumPerTeslaCentimetre * Helix.standardField / abs(Double(tracks.omega[track]))
    let direction = PortableAngles.sineCosine(Double(tracks.phi0[track]))
    return Vector3(
      transverse * direction.cosine, transverse * direction.sine, transverse * Double(tracks.tanLambda[track]))
  }

  /// 1/(1 + chi2) of the neutral pion that fits best a photon of the candidate and one that is not the candidate's other
  /// photon; 0 without any.
  func neutralPion(_ row: Int, _ event: Int, lane: Int) -> Float {
    let candidates = reconstruction.candidates
    let photon = candidates.photons[3 * row + lane]
    let other = candidates.photons[3 * row + 1 - lane]
    guard photon >= 0 else { return .nan }
    let pairs = reconstruction.photonPairs
    var best: Float = 0
    for pair in pairs.rows[event] where pairs.kind[pair] == 1 {
      let (first, second) = (pairs.cluster1[pair], pairs.cluster2[pair])
      guard first == photon || second == photon, first != other, second != other else { continue }
      best = max(best, 1 / (1 + pairs.chi2[pair]))
    }
    return best
  }

  /// Twice the smaller over the sum of both eigenvalues of sum(p_i p_j/|p|) across the beams, which boosts along them do not
  /// change: 0 for particles in a line, 1 without preferred direction. Tracks, and clusters without a track.
  func transverseRoundness(_ event: Int) -> Float {
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    func add(_ size: Double, _ azimuth: Double) {
      guard size > 0, size.isFinite else { return }
      let direction = PortableAngles.sineCosine(azimuth)
      xx += size * direction.cosine * direction.cosine
      xy += size * direction.cosine * direction.sine
      yy += size * direction.sine * direction.sine
    }
    let tracks = reconstruction.tracks
    for track in tracks.rows[event] {
      add(
        PhysicalConstants.momentumPerTeslaCentimetre * Helix.standardField / abs(Double(tracks.omega[track])),
        Double(tracks.phi0[track]))
    }
    let clusters = reconstruction.clusters
    for cluster in clusters.rows[event] where clusters.track[cluster] < 0 {
      let direction = PortableAngles.sineCosine(Double(clusters.theta[cluster]))
      add(Double(clusters.energy[cluster]) * direction.sine, Double(clusters.phi[cluster]))
    }
    let sum = xx + yy
    guard sum > 0 else { return .nan }
    let difference = ((xx - yy) * (xx - yy) + 4 * xy * xy).squareRoot()
    return Float(1 - difference / sum)
  }
}
