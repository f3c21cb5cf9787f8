import Kinematics

/// Helices through three points of the silicon: where a track may begin that does not come from the luminous region.
///
/// Three points fix a circle; that they lie on a line in z along it is one condition, and that the particle is not softer than the silicon
/// can follow, does not pass the axis farther out than decays of K_S send it and comes from near the collision in z are the others.
struct SiliconTripletSeeds {
  /// The layers of a triplet from outside to inside: all that a decay up to the fourth layer leaves in the strips, then those with one
  /// layer missing and those of particles too soft for the last layer.
  static let layers: [(outer: Int, middle: Int, inner: Int)] = [(6, 5, 4), (6, 5, 3), (6, 4, 3), (5, 4, 3)]

  /// Lowest transverse momentum, GeV, farthest distance of the circle from the axis and of the perigee from the collision along z, cm.
  private static let lowestMomentum = 0.045
  private static let farthest = 8.0
  private static let farthestAlong = 8.0
  private static let steepest = 4.0
  /// Distance of the middle point from the line in z through the others, cm, without scattering, and in standard deviations of scattering.
  private static let tolerance = 0.04
  private static let deviations = 4.0

  private let largestCurvature = ReconstructedTrack.curvatureOfMomentum / SiliconTripletSeeds.lowestMomentum

  /// Most that the azimuth may change between two layers, rad: by the curvature of the softest track and by its distance from the axis, with
  /// room for sensors off the radius of their layer.
  func largestTurn(from inner: Double, to outer: Double) -> Double {
    let sine = min(0.9, 0.5 * largestCurvature * outer)
    let bend = 0.5 * largestCurvature * (outer - inner) / (1 - sine * sine).squareRoot()
    let aside = min(0.9, SiliconTripletSeeds.farthest / inner)
    return 1.25 * (bend + aside * (outer - inner) / outer)
  }

  /// Whether two points can be of one track from near the collision in z.
  /// - Returns: the change of z per cm of radius; nil if they cannot.
  @inline(__always)
  func slope(_ outer: Vector3, _ inner: Vector3, outerRadius: Double, innerRadius: Double) -> Double? {
    let reach = outerRadius - innerRadius
    guard reach > 0.3 else { return nil }
    let slope = (outer.z - inner.z) / reach
    // The path is longer than the difference of the radii by less than a half unless it runs along the layer.
    return abs(slope) < 1.5 * SiliconTripletSeeds.steepest
      && abs(inner.z - slope * innerRadius) < 1.5 * SiliconTripletSeeds.farthestAlong + 0.5 * abs(slope) * innerRadius
      ? slope : nil
  }

  /// Whether a third point can lie on the line in z of two others: before the circle is known, which says how long the paths are.
  @inline(__always)
  func canFollow(_ inner: Vector3, innerRadius: Double, middle: Vector3, middleRadius: Double, slope: Double) -> Bool {
    let step = middleRadius - innerRadius
    guard step > 0.3 else { return false }
    let expected = middle.z - slope * step
    return abs(inner.z - expected) < 0.5 + 0.4 * abs(slope) * step
  }

  /// The helix through three points.
  /// - Returns: nil if no particle that decays in the silicon would make it.
  func seed(outer a: Vector3, middle b: Vector3, inner c: Vector3) -> HelixState? {
    guard
      var state = TrackSeeds.circle(c.x, c.y, b.x, b.y, a.x, a.y)?.state,
      abs(state.omega) < largestCurvature, abs(state.d0) < SiliconTripletSeeds.farthest
    else { return nil }
    let arcOuter = state.arcLength(toRadius: a.transverse)
    let arcMiddle = state.arcLength(toRadius: b.transverse)
    let arcInner = state.arcLength(toRadius: c.transverse)
    // Not a number compares as false.
    guard arcInner + 0.2 < arcMiddle, arcMiddle + 0.2 < arcOuter else { return nil }
    let tanLambda = (a.z - c.z) / (arcOuter - arcInner)
    state.z0 = c.z - arcInner * tanLambda
    state.tanLambda = tanLambda
    guard abs(tanLambda) < SiliconTripletSeeds.steepest, abs(state.z0) < SiliconTripletSeeds.farthestAlong else {
      return nil
    }
    // 13.6 MeV/(beta p) sqrt(1 % X0) at the middle point, seen along z.
    let secantSquared = 1 + tanLambda * tanLambda
    let pT = ReconstructedTrack.curvatureOfMomentum / max(abs(state.omega), 0.003)
    let momentumSquared = pT * pT * secantSquared
    let angle = 0.0014 * (momentumSquared + Mass.pion * Mass.pion).squareRoot() / momentumSquared
    let lever = (arcOuter - arcMiddle) * (arcMiddle - arcInner) / (arcOuter - arcInner)
    let allowed = SiliconTripletSeeds.tolerance + SiliconTripletSeeds.deviations * angle * secantSquared * lever
    guard abs(b.z - c.z - (arcMiddle - arcInner) * tanLambda) < allowed else { return nil }
    // The points must lie on the first way out of the circle, not on the other side of it.
    let place = state.point(at: arcOuter)
    let dx = place.x - a.x
    let dy = place.y - a.y
    return dx * dx + dy * dy < 0.01 ? state : nil
  }
}
