import Kinematics
import Reconstruction

/// The skim of K_S: a pair of mass 0.468 to 0.528 GeV that flies as one of its momentum does.
///
/// The limits on impact parameter, angle and flight length by momentum are those the Belle experiment used (goodKs); the angle is that
/// between momentum and flight in space instead of in the transverse plane, and the distance in z is left to the vertex fit.
enum KShortSelection {
  static func passes(_ tracks: [ObservedTrack], _ vertices: ArraySlice<ReconstructedVertex>) -> Bool {
    vertices.contains { isGood($0, tracks) }
  }

  /// Whether a vertex is a K_S in the sense of the skim.
  static func isGood(_ vertex: ReconstructedVertex, _ tracks: [ObservedTrack]) -> Bool {
    guard vertex.mass > 0.468, vertex.mass < 0.528, tracks.indices.contains(Int(vertex.positive)),
      tracks.indices.contains(Int(vertex.negative))
    else { return false }
    let positive = tracks[Int(vertex.positive)]
    let negative = tracks[Int(vertex.negative)]
    let impact = min(abs(positive.d0), abs(negative.d0))
    let momentum = (positive.momentum + negative.momentum).length
    let pointing = Double(vertex.pointing)
    let flight = Double(vertex.rho)
    if momentum < 0.5 { return impact > 0.05 && pointing < 0.3 }
    if momentum < 1.5 { return impact > 0.03 && pointing < 0.1 && flight > 0.08 }
    return impact > 0.02 && pointing < 0.03 && flight > 0.22
  }
}

/// The skim of Lambda: a vertex in the window of its mass, more than ten errors of its flight away, one track much faster than the
/// other, as the proton is.
enum LambdaSelection {
  static func passes(_ tracks: [ObservedTrack], _ vertices: ArraySlice<ReconstructedVertex>) -> Bool {
    vertices.contains { vertex in
      guard vertex.kind == ReconstructedVertex.Kind.lambda.rawValue, vertex.flightSignificance > 10,
        tracks.indices.contains(Int(vertex.positive)), tracks.indices.contains(Int(vertex.negative))
      else { return false }
      let positive = tracks[Int(vertex.positive)].size
      let negative = tracks[Int(vertex.negative)].size
      return abs(positive - negative) > 0.41 * (positive + negative)
    }
  }
}
