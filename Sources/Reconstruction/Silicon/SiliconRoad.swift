import Detector
import Kinematics

/// Follows a track inwards through the silicon: filters the best point of each layer with the scattering and energy loss between them.
///
/// Unlike a track that comes from the drift chamber the start is only two points and the luminous region, and the momentum so low that the
/// scattering decides how far from the path a point may lie: the filter's covariance gives the window.
struct SiliconRoad {
  let tracker: SiliconTracker
  let material: TrackMaterial

  /// Where the particle of a road may have been born.
  enum Birth: Sendable {
    /// In the luminous region: layers without a point are holes.
    case luminousRegion
    /// Anywhere within its points: it has not been where they end.
    case anywhere
  }

  /// What a road ends in.
  struct Result {
    var filter: HelixFilter
    /// Point of each layer 1 to 6 at lane layer - 1; -1 for none.
    var points = SIMD8<Int32>(repeating: -1)
    var pointCount = 0
    /// Layers that the path crosses within their sensors without a point on it, inside the outermost point, and outside of it.
    var holes = 0
    var outerHoles = 0
  }

  /// A point is taken if both its coordinates together add less than this to chi-squared.
  static let window = 16.0
  /// Most layers inside the outermost point without one.
  static let mostHoles = 2
  /// A path that goes less than this beyond a layer need not have a point there, cm: it runs along the sensors.
  private static let grazing = 0.6
  /// Standard deviations of d0 and z0 about the luminous region that a road starts with, cm: wide against scattering of the softest tracks.
  private static let startD0 = 0.5
  private static let startZ0 = 2.0
  /// The same for a particle that may be born anywhere, and the farthest from the axis that either may pass, cm.
  private static let displacedD0 = 8.0
  private static let displacedZ0 = 20.0
  private static let farthest = 5.0
  private static let farthestDisplaced = 16.0
  /// Layers in a row without a point inside of which a particle was not yet born.
  private static let mostMissed = 2

  /// - Parameters:
  ///   - seed: a helix through two points and the origin, or through three points.
  ///   - birth: where the particle may come from.
  ///   - mass: of the particle, GeV.
  ///   - outermost: the layer to start with.
  ///   - given: points that are taken in their layers without a search, at lane layer - 1; -1 to search.
  /// - Returns: nil if the path leaves the numbers it can work with.
  func follow(
    _ seed: HelixState, birth: Birth = .luminousRegion, mass: Double = Mass.pion, outermost: Int,
    given: SIMD8<Int32>, points: borrowing SiliconPoints
  ) -> Result? {
    let start = tracker.layers[outermost - 1].radius + 0.1
    guard
      var result = descend(
        SiliconRoad.start(from: seed, birth: birth, mass: mass), birth: birth, outermost: outermost, from: start,
        given: given, points: points)
    else { return nil }
    result.outerHoles = outerHoles(result.filter.state, outermost: outermost)
    return result
  }

  /// A filter about a seed that knows little more than where the particle may come from.
  static func start(from seed: HelixState, birth: Birth, mass: Double = Mass.pion) -> HelixFilter {
    var filter = HelixFilter(reference: seed, mass: mass)
    let secantSquared = 1 + seed.tanLambda * seed.tanLambda
    let omegaSquared = seed.omega * seed.omega
    filter.covariance =
      switch birth {
      case .luminousRegion:
        Matrix5(
          diagonal: SIMD8<Double>(
            startD0 * startD0, 0.04, 0.25 * omegaSquared + 1e-6, startZ0 * startZ0, 0.25 * secantSquared, 0, 0, 0))
      case .anywhere:
        Matrix5(
          diagonal: SIMD8<Double>(
            displacedD0 * displacedD0, 0.25, omegaSquared + 1e-5, displacedZ0 * displacedZ0, secantSquared, 0, 0, 0))
      }
    return filter
  }

  /// Takes a filter inwards.
  /// - Parameters:
  ///   - birth: a particle that may be born anywhere is followed until two layers have no point, and the matter behind its last point is passed
  ///     only if less is missing.
  ///   - outermost: the outermost layer in which there may be a point.
  ///   - radius: where the filter stands, cm: what lies inside is passed.
  func descend(
    _ start: HelixFilter, birth: Birth, outermost: Int, from radius: Double, given: SIMD8<Int32>,
    points: borrowing SiliconPoints
  ) -> Result? {
    var filter = start
    var result = Result(filter: filter)
    let tanLambda = filter.reference.tanLambda
    let pathPerArc = (1 + tanLambda * tanLambda).squareRoot()
    let farthest = birth == .anywhere ? SiliconRoad.farthestDisplaced : SiliconRoad.farthest
    var missed = 0
    // Thickness and arc length of the matter met since the last point.
    var pending = InlineArray<8, SIMD2<Double>>(repeating: .zero)
    var pendingCount = 0
    func pass(_ matter: SIMD2<Double>, _ filter: inout HelixFilter) {
      filter.pass(
        radiationLengths: matter[0], energyLoss: matter[0] * TrackMaterial.lossPerRadiationLength, at: matter[1])
    }
    for surface in material.surfaces where surface.radius < radius {
      // What a point would show it to have passed.
      var within = filter
      for index in 0..<pendingCount { pass(pending[index], &within) }
      let current = within.state
      guard current.isFinite, abs(current.omega) < 0.3, abs(current.d0) < farthest else { return nil }
      let lane = max(0, surface.siliconLayer - 1)
      let known = surface.siliconLayer > 0 ? Int(given[lane]) : -1
      // Slanted sensors stand inside the radius of their layer: a softer path may cross them and never get there.
      let arc = current.arcLength(toRadius: known >= 0 ? points.position[known].transverse : surface.radius)
      guard arc.isFinite else {
        if known >= 0 { return nil }
        continue
      }
      let place = current.point(at: arc)
      let isOnSurface = known >= 0 || (place.z > surface.zMin - 1 && place.z < surface.zMax + 1)
      var obliquity = pathPerArc / max(0.2, (place.directionX * place.x + place.directionY * place.y) / surface.radius)
      if surface.siliconLayer > 0, surface.siliconLayer <= outermost, isOnSurface {
        let best =
          known >= 0
          ? measured(known, current, arc: arc, place: place, filter: within, points: points)
          : nearest(within, current, arc: arc, place: place, layer: surface.siliconLayer, points: points)
        if let best {
          filter = within
          pendingCount = 0
          missed = 0
          take(&filter, best)
          result.points[lane] = Int32(truncatingIfNeeded: best.index)
          result.pointCount += 1
          obliquity = best.measurement.obliquity
        } else {
          if known >= 0 { return nil }
          if birth == .anywhere {
            missed += 1
            if missed >= SiliconRoad.mostMissed { break }
          } else {
            // Near the ends of the sensors nothing is missing.
            if place.z > surface.zMin + 0.5, place.z < surface.zMax - 0.5 { result.holes += 1 }
            if result.holes > SiliconRoad.mostHoles { return nil }
          }
        }
      }
      guard isOnSurface else { continue }
      let matter = SIMD2<Double>(min(0.5, surface.radiationLengths * obliquity), arc)
      if missed == 0 {
        pass(matter, &filter)
      } else if pendingCount < 8 {
        pending[pendingCount] = matter
        pendingCount += 1
      }
    }
    if missed < SiliconRoad.mostMissed { for index in 0..<pendingCount { pass(pending[index], &filter) } }
    result.filter = filter
    return result
  }

  /// Takes a track outwards through its points and the material to the drift chamber.
  /// - Parameters:
  ///   - state: the track at its perigee.
  ///   - birth: a particle that may be born anywhere has seen nothing inside its innermost point.
  ///   - given: its points, at lane layer - 1; -1 for none.
  /// - Returns: a filter about the path outside the silicon; nil if the path does not get there.
  func climb(
    _ state: HelixState, birth: Birth, mass: Double = Mass.pion, given: SIMD8<Int32>, points: borrowing SiliconPoints
  ) -> HelixFilter? {
    var filter = SiliconRoad.start(from: state, birth: birth, mass: mass)
    let pathPerArc = (1 + state.tanLambda * state.tanLambda).squareRoot()
    let farthest = birth == .anywhere ? SiliconRoad.farthestDisplaced : SiliconRoad.farthest
    let innermost = birth == .anywhere ? (0..<6).first { given[$0] >= 0 } : nil
    let innerRadius = innermost.map { tracker.layers[$0].radius - 0.2 } ?? 0
    for surface in material.surfaces.reversed() where surface.radius > innerRadius {
      let current = filter.state
      guard current.isFinite, abs(current.omega) < 0.3, abs(current.d0) < farthest else { return nil }
      let known = surface.siliconLayer > 0 ? Int(given[surface.siliconLayer - 1]) : -1
      let arc = current.arcLength(toRadius: known >= 0 ? points.position[known].transverse : surface.radius)
      guard arc.isFinite else { return nil }
      let place = current.point(at: arc)
      guard known >= 0 || (place.z > surface.zMin - 1 && place.z < surface.zMax + 1) else { continue }
      var obliquity = pathPerArc / max(0.2, (place.directionX * place.x + place.directionY * place.y) / surface.radius)
      if known >= 0 {
        guard let best = measured(known, current, arc: arc, place: place, filter: filter, points: points) else {
          return nil
        }
        take(&filter, best)
        obliquity = best.measurement.obliquity
      }
      let thickness = min(0.5, surface.radiationLengths * obliquity)
      filter.leave(
        radiationLengths: thickness, energyLoss: thickness * TrackMaterial.lossPerRadiationLength, at: arc)
    }
    var outside = HelixFilter(reference: filter.state, mass: mass)
    guard outside.reference.isFinite else { return nil }
    outside.covariance = filter.covariance
    return outside
  }

  /// The layers outside the outermost point that the path crosses.
  private func outerHoles(_ state: HelixState, outermost: Int) -> Int {
    guard state.isFinite else { return 6 }
    // The path outside is more curved: 1.7 MeV lost by a fast particle, and with beta^-3 about what a slow one loses of its momentum.
    let secant = (1 + state.tanLambda * state.tanLambda).squareRoot()
    let momentum = secant * ReconstructedTrack.curvatureOfMomentum / abs(state.omega)
    let slowness = (1 + 0.0195 / (momentum * momentum)).squareRoot()
    let lost = 0.0017 * secant * slowness * slowness * slowness / momentum
    guard lost < 0.7 else { return 0 }
    var holes = 0
    var state = state
    state.omega /= 1 - lost
    for surface in material.surfaces where surface.siliconLayer > outermost {
      let arc = state.arcLength(toRadius: surface.radius + SiliconRoad.grazing)
      guard arc.isFinite else { continue }
      let z = state.z0 + arc * state.tanLambda
      if z > surface.zMin + 1, z < surface.zMax - 1 { holes += 1 }
    }
    return holes
  }

  private struct Candidate {
    var index: Int
    var measurement: SensorMeasurement
    var chi2: Double
    var varianceU: Double
    var varianceV: Double
  }

  /// A point measured against the helix.
  private func measured(
    _ index: Int, _ state: HelixState, arc: Double, place: HelixState.Point, filter: HelixFilter,
    points: borrowing SiliconPoints
  ) -> Candidate? {
    let position = points.position[index]
    let dx = position.x - place.x
    let dy = position.y - place.y
    let start = arc + (dx * place.directionX + dy * place.directionY)
    let sensor = tracker.sensors[Int(points.sensor[index])]
    guard let measurement = SensorMeasurement(of: state, at: position, on: sensor, from: start) else { return nil }
    let resolution = tracker.layers[sensor.layer - 1]
    let varianceU = resolution.resolutionU * resolution.resolutionU
    let varianceV = resolution.resolutionV * resolution.resolutionV
    let projectedU = filter.covariance.multiplied(by: measurement.gradientU)
    let uu = varianceU + Matrix5.dot(projectedU, measurement.gradientU)
    let vv = varianceV + filter.covariance.form(measurement.gradientV)
    let uv = Matrix5.dot(projectedU, measurement.gradientV)
    let determinant = uu * vv - uv * uv
    guard determinant > 0 else { return nil }
    let ru = measurement.residualU
    let rv = measurement.residualV
    let chi2 = (ru * ru * vv - 2 * ru * rv * uv + rv * rv * uu) / determinant
    return Candidate(index: index, measurement: measurement, chi2: chi2, varianceU: varianceU, varianceV: varianceV)
  }

  /// The free point of a layer that fits best.
  private func nearest(
    _ filter: HelixFilter, _ state: HelixState, arc: Double, place: HelixState.Point, layer: Int,
    points: borrowing SiliconPoints
  ) -> Candidate? {
    var best: Candidate?
    // A wide box first: sensors overlap and slanted ones lie up to 2.5 cm inside the layer's radius. Then what the covariance allows to the
    // left or right and along z; the chi-squared of both coordinates is at least that of one.
    let reach = 4 + 3 * abs(state.tanLambda)
    let asideGradient = state.gradient(of: place, at: arc, along: place.directionY, -place.directionX, 0)
    let heightGradient = state.gradient(of: place, at: arc, along: 0, 0, 1)
    let wide = 1.2 * SiliconRoad.window.squareRoot()
    let aside = 0.03 + wide * max(0, filter.covariance.form(asideGradient)).squareRoot()
    let height = 0.05 + wide * max(0, filter.covariance.form(heightGradient)).squareRoot()
    for index in points.points(inLayer: layer) where !points.isUsed[index] {
      let position = points.position[index]
      let dx = position.x - place.x
      let dy = position.y - place.y
      if dx * dx + dy * dy > 9 || abs(position.z - place.z) > reach { continue }
      let along = dx * place.directionX + dy * place.directionY
      let off = dx * place.directionY - dy * place.directionX - 0.5 * state.omega * along * along
      let above = position.z - place.z - along * state.tanLambda
      if abs(off) > aside + 0.1 * abs(along) || abs(above) > height + 0.2 * abs(along) { continue }
      guard let candidate = measured(index, state, arc: arc, place: place, filter: filter, points: points) else {
        continue
      }
      if candidate.chi2 < (best?.chi2 ?? SiliconRoad.window) { best = candidate }
    }
    return best
  }

  private func take(_ filter: inout HelixFilter, _ candidate: Candidate) {
    let measurement = candidate.measurement
    // Residuals were taken at the current state; the filter wants them from its reference.
    let residualU = measurement.residualU + Matrix5.dot(measurement.gradientU, filter.difference)
    let residualV = measurement.residualV + Matrix5.dot(measurement.gradientV, filter.difference)
    filter.update(residual: residualU, gradient: measurement.gradientU, variance: candidate.varianceU)
    filter.update(residual: residualV, gradient: measurement.gradientV, variance: candidate.varianceV)
  }
}
