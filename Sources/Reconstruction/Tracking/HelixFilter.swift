import Kinematics
import Statistics

/// Kalman filter of a helix from the outside in, with multiple scattering and energy loss in the material it meets.
///
/// The state is the difference of the five parameters, as they are inside everything met so far, from a fixed reference
/// helix. A measurement is linear in it, and a deflection or energy loss at a point adds noise along the change of the
/// perigee parameters that keeps that point fixed. So nothing has to be transported from surface to surface.
struct HelixFilter {
  let reference: HelixState
  /// Mass of the particle, GeV: of scattering and energy loss.
  let mass: Double
  /// Parameters minus those of the reference.
  var difference = SIMD8<Double>.zero
  var covariance: Matrix5
  var chi2 = 0.0
  var measurements = 0
  /// Whether the particle may be late: then the delay is one more parameter, beside the state.
  var followsDelay = false
  /// What the difference gains per ns of delay that is not allowed for, and the normal equation of the delay.
  private var delayResponse = SIMD8<Double>.zero
  private var delayRight = 0.0
  private var delayWeight = 0.0

  /// Starts without knowledge: variances wide against what any track can tell.
  init(reference: HelixState, mass: Double = Mass.pion) {
    self.reference = reference
    self.mass = mass
    let omega = 0.5 * abs(reference.omega) + 1e-3
    covariance = Matrix5(diagonal: SIMD8<Double>(25, 0.04, omega * omega, 400, 1, 0, 0, 0))
  }

  /// The helix inside everything met so far.
  var state: HelixState { reference.stepped(by: difference) }

  /// Takes one measured number.
  /// - Parameters:
  ///   - residual: measured minus expected for the reference helix.
  ///   - gradient: derivative of the expectation by the parameters.
  ///   - variance: of the measurement.
  ///   - delaySlope: what the residual gains per ns that the particle is late.
  @inline(__always)
  mutating func update(residual: Double, gradient: SIMD8<Double>, variance: Double, delaySlope: Double = 0) {
    let projected = covariance.multiplied(by: gradient)
    let total = variance + Matrix5.dot(projected, gradient)
    let inverse = 1 / total
    let remaining = residual - Matrix5.dot(gradient, difference)
    difference += projected * (remaining * inverse)
    covariance.add(weight: -inverse, outer: projected)
    chi2 += remaining * remaining * inverse
    measurements += 1
    if followsDelay {
      // The same gains applied to the residuals that a delay of 1 ns makes.
      let unexplained = delaySlope - Matrix5.dot(gradient, delayResponse)
      delayResponse += projected * (unexplained * inverse)
      delayRight += unexplained * remaining * inverse
      delayWeight += unexplained * unexplained * inverse
    }
  }

  /// Takes out the delay that fits best, and lets the covariance know how uncertain it is: with both the state is that of
  /// a fit with six parameters.
  /// - Parameter spread: how much delays differ before anything is measured, ns.
  mutating func settleDelay(spread: Double) {
    guard followsDelay else { return }
    let variance = 1 / (delayWeight + 1 / (spread * spread))
    difference -= delayResponse * (delayRight * variance)
    covariance.add(weight: variance, outer: delayResponse)
    chi2 -= delayRight * delayRight * variance
    followsDelay = false
  }

  /// Chi-squared that a measurement would add.
  @inline(__always)
  func chi2(residual: Double, gradient: SIMD8<Double>, variance: Double) -> Double {
    let remaining = residual - Matrix5.dot(gradient, difference)
    return remaining * remaining / (variance + covariance.form(gradient))
  }

  /// Changes of the perigee parameters when something happens to the track at a point.
  struct Changes {
    /// Per rad of the azimuth, the point kept.
    var azimuth: SIMD8<Double>
    /// Per rad of the dip angle at constant momentum, the point kept.
    var dip: SIMD8<Double>
    /// Per change of omega, point and direction kept.
    var curvature: SIMD8<Double>
  }

  /// Changes of the perigee parameters at a point.
  /// - Parameter arc: transverse arc length of the point, cm.
  func changes(at arc: Double) -> Changes {
    let omega = reference.omega
    let angle = omega * arc
    let (sineOfHalf, cosineOfHalf) = PortableAngles.sineCosine(0.5 * angle)
    let sine = 2 * sineOfHalf * cosineOfHalf
    let cosine = 1 - 2 * sineOfHalf * sineOfHalf
    let scale = 1 / (1 + omega * reference.d0)
    let ratio = abs(angle) > 1e-4 ? sine / angle : 1
    let halfRatio = abs(angle) > 1e-4 ? sineOfHalf / (0.5 * angle) : 1
    // Centre of the circle = point + (sin, -cos)/omega moves with the azimuth; the perigee follows it.
    let zByAzimuth = reference.tanLambda * (arc * halfRatio * sineOfHalf + reference.d0) * scale
    let azimuth = SIMD8<Double>(arc * ratio, cosine * scale, 0, zByAzimuth, 0, 0, 0, 0)
    // (1 - cos)/omega^2 and sin/omega, both finite for straight tracks. The azimuth at the point stays, so that
    // phi0 = phi + omega s picks up the arc length.
    let bend = 0.5 * arc * arc * halfRatio * halfRatio
    let fromCurve = abs(angle) > 1e-4 ? (ratio - 1) / omega : -arc * angle * (1.0 / 6.0)
    let z = -reference.tanLambda * arc * scale * (fromCurve - reference.d0)
    let curvature = SIMD8<Double>(bend, arc * ratio * scale, 1, z, 0, 0, 0, 0)
    // Curvature follows the dip at constant momentum: d(omega) = omega tan(lambda).
    let secantSquared = 1 + reference.tanLambda * reference.tanLambda
    let dip =
      curvature * (omega * reference.tanLambda)
      + SIMD8<Double>(0, 0, 0, -arc * secantSquared, secantSquared, 0, 0, 0)
    return Changes(azimuth: azimuth, dip: dip, curvature: curvature)
  }

  /// Ionisation relative to that of a minimum-ionising particle: Bethe's formula for a mean excitation energy of 100 eV, without
  /// rise above beta gamma = 30 (Particle Data Group 2024, eq. 34.5).
  /// - Parameter square: (beta gamma)^2.
  private static func relativeIonisation(square: Double) -> Double {
    let bounded = min(max(square, 0.0025), 900)
    let beta2 = bounded / (1 + bounded)
    return (PortableMath.log(1.022e4 * bounded) - beta2) / (beta2 * 11.7)
  }

  /// Passes a layer of material on the way in: scattering widens the covariance, the energy lost there is given back.
  /// - Parameters:
  ///   - radiationLengths: thickness along the path.
  ///   - energyLoss: GeV lost by a minimum-ionising particle on its way out, along the path.
  mutating func pass(radiationLengths: Double, energyLoss: Double, at arc: Double) {
    guard radiationLengths > 0 else { return }
    let omega = reference.omega + difference[2]
    let pT = 0.00449689 / max(abs(omega), 1e-6)
    let secantSquared = 1 + reference.tanLambda * reference.tanLambda
    let momentumSquared = pT * pT * secantSquared
    let energySquared = momentumSquared + mass * mass
    // Highland's formula (Particle Data Group 2024, eq. 34.16).
    let logarithm = max(0.1, 1 + 0.038 * PortableMath.log(radiationLengths))
    let size = 0.0136 * logarithm
    let variance = size * size * radiationLengths * energySquared / (momentumSquared * momentumSquared)
    let changes = changes(at: arc)
    covariance.add(weight: variance * secantSquared, outer: changes.azimuth)
    covariance.add(weight: variance, outer: changes.dip)
    if energyLoss > 0 {
      // dp/p = dE E/p^2; omega is proportional to 1/p.
      let ionisation = HelixFilter.relativeIonisation(square: momentumSquared / (mass * mass))
      let relative = energyLoss * ionisation * energySquared.squareRoot() / momentumSquared
      let change = changes.curvature * (-omega * relative / (1 + relative))
      difference += change
      // Straggling of a thin layer: about a third of the mean loss.
      covariance.add(weight: 0.1, outer: change)
    }
  }

  /// Takes energy from the particle on its way out, in the mean.
  /// - Parameter energyLoss: GeV lost by a minimum-ionising particle, along the path.
  mutating func lose(_ energyLoss: Double, at arc: Double) {
    let omega = reference.omega + difference[2]
    let pT = 0.00449689 / max(abs(omega), 1e-6)
    let momentumSquared = pT * pT * (1 + reference.tanLambda * reference.tanLambda)
    let ionisation = HelixFilter.relativeIonisation(square: momentumSquared / (mass * mass))
    let relative = energyLoss * ionisation * (momentumSquared + mass * mass).squareRoot() / momentumSquared
    difference += changes(at: arc).curvature * (omega * min(relative, 0.5))
  }
}
