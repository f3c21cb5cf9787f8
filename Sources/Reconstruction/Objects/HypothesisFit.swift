import EventModel
import Kinematics

/// A track fitted as another particle than the pion, as the `hypotheses` list of the `reco` column holds it.
public struct HypothesisFit: Sendable, Equatable {
  /// Index of the track among the tracks of its event.
  public var track: Int16
  /// The particle.
  public var hypothesis: Hypothesis
  /// Helix at the perigee and its covariance, chi-squared and degrees of freedom; what is not of the fit stays empty.
  public var fit: ReconstructedTrack

  init(track: Int, _ fitted: FittedHypothesis) {
    self.track = Int16(clamping: track)
    hypothesis = fitted.hypothesis
    fit = ReconstructedTrack(fitted.track)
  }

  /// Adds the fit to the current event of a column.
  func append(to builder: inout HypothesisBuilder) {
    withUnsafeBytes(of: fit.covariance) { bytes in
      let numbers = bytes.bindMemory(to: Float.self)
      builder.append(
        track: track, particle: UInt8(hypothesis.rawValue), d0: fit.d0, phi0: fit.phi0, omega: fit.omega, z0: fit.z0,
        tanLambda: fit.tanLambda, covariance: numbers.span.extracting(0..<15), chi2: fit.chi2,
        ndf: fit.degreesOfFreedom)
    }
  }
}
