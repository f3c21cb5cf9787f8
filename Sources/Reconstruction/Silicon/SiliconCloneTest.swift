import Kinematics

/// Whether a track in the silicon is a known particle once more: the same arm, or that on which a curling particle comes back.
enum SiliconCloneTest {
  /// A track that is known.
  struct Known {
    var state: HelixState
    var covariance: Matrix5

    init(_ state: HelixState, _ covariance: Matrix5) {
      self.state = state
      self.covariance = covariance
    }
  }

  /// Squared pulls of azimuth, curvature and dip together below which two tracks are one.
  private static let largestDifference = 25.0
  /// After a turn the particle has scattered and lost energy: what azimuth, and curvature and dip relative to themselves, may
  /// have changed by.
  private static let turnOfAzimuth = 0.3
  private static let turnOfCurvature = 0.25
  private static let turnOfDip = 0.2
  /// Less curved tracks leave the drift chamber, 1/cm.
  private static let curling = 0.012

  static func isSame(_ filter: HelixFilter, as known: Known) -> Bool {
    let variances = filter.covariance.diagonal
    return difference(filter.state, variances, known) < largestDifference || isReverse(filter.state, known)
  }

  /// The same for a track that need not come from the luminous region: its place counts too.
  static func isSame(_ track: FittedTrack, as known: Known) -> Bool {
    let a = track.covariance.diagonal
    let b = known.covariance.diagonal
    let aside = track.state.d0 - known.state.d0
    let along = track.state.z0 - known.state.z0
    let apart: Double = aside * aside / (a[0] + b[0]) + along * along / (a[3] + b[3])
    return difference(track.state, a, known) + apart < largestDifference || isReverse(track.state, known)
  }

  /// Squared pulls of azimuth, curvature and dip.
  private static func difference(_ state: HelixState, _ a: SIMD8<Double>, _ known: Known) -> Double {
    let azimuth = PortableAngles.wrapped(state.phi0 - known.state.phi0)
    let curvature = state.omega - known.state.omega
    let dip = state.tanLambda - known.state.tanLambda
    let b = known.covariance.diagonal
    return azimuth * azimuth / (a[1] + b[1]) + curvature * curvature / (a[2] + b[2]) + dip * dip / (a[4] + b[4])
  }

  /// Coming back a particle has the same direction at the axis; taken for an outgoing track that is the opposite one, of opposite charge.
  private static func isReverse(_ state: HelixState, _ known: Known) -> Bool {
    let azimuth = PortableAngles.wrapped(state.phi0 - known.state.phi0)
    let size = abs(known.state.omega)
    guard size > curling, abs(state.omega + known.state.omega) < turnOfCurvature * size else { return false }
    let back = abs(PortableAngles.wrapped(azimuth + Double.pi))
    let dips = abs(state.tanLambda + known.state.tanLambda)
    return back < turnOfAzimuth && dips < turnOfDip * (1 + abs(known.state.tanLambda))
  }
}
