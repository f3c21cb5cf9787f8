import Kinematics
import Statistics

/// How sure it is that a particle made a track.
///
/// A logistic function of what is known of every track. Its five numbers are a fit to 10 800 tracks, 4 % of them made by nobody,
/// of simulated B Bbar events, decays of long-lived particles and heavy neutral particles at background levels 0.2 and 1: soft
/// tracks with a bad fit and no silicon points are those that are made by nobody. Over 0.5 are 99.3 % of true tracks and
/// 43 % of the others, over 0.9 are 96.5 and 13 %.
enum TrackQuality {
  static func of(_ track: ReconstructedTrack) -> Float {
    let perDegree = min(5, Double(track.chi2) / Double(max(1, track.degreesOfFreedom)))
    let softness = min(0, PortableMath.log(max(1e-3, track.pT)))
    let sum =
      9.265 - 1.954 * perDegree - 0.0182 * Double(track.chamberHits) + 0.383 * Double(track.siliconPoints)
      + 2.548 * softness
    guard sum.isFinite else { return 0 }
    return Float(1 / (1 + PortableMath.exp(-min(30, max(-30, sum)))))
  }
}
