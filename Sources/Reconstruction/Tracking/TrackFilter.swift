import Detector
import Kinematics

/// Takes a fitted drift-chamber helix inwards: filters its hits with the scattering in the gas, then attaches silicon
/// points layer by layer with the material in between.
struct TrackFilter {
  let table: WireTable
  let tracker: SiliconTracker
  let material: TrackMaterial
  private var order: [Int32] = []
  /// Points attached to the track that is being filtered.
  private(set) var attached: [Int32] = []

  /// A point is attached if both coordinates together add less than this to chi-squared.
  private static let window = 30.0
  /// Drift-chamber hits that add more than this are left out.
  private static let hitCut = 20.0
  /// Tracks without points that pass the axis farther out are taken to be born in the chamber, cm, unless they have a hit in its first layers.
  private static let promptDistance = 1.0
  static let firstLayers = 1
  /// Tracks that miss the axis by more, cm, or begin after the first layers may be late: their mother was slow. By how much, ns.
  private static let punctualDistance = 2.0
  private static let delaySpread = 5.0

  init(table: WireTable, tracker: SiliconTracker, material: TrackMaterial) {
    self.table = table
    self.tracker = tracker
    self.material = material
  }

  /// Filters the members of a fit.
  /// - Parameters:
  ///   - state: the helix at which the fit evaluated its members last.
  ///   - mass: of the particle, GeV.
  /// - Returns: nil if the numbers leave their range.
  mutating func run(
    _ state: HelixState, mass: Double = Mass.pion, fit: borrowing AnnealedFit, hits: borrowing ChamberHits,
    points: SiliconPoints
  ) -> FittedTrack? {
    var filter = HelixFilter(reference: state, mass: mass)
    var track = FittedTrack()
    let innermost = filterChamber(&filter, &track, fit: fit, hits: hits)
    guard track.chamberHits >= 8 else { return nil }
    track.innermostLayer = innermost
    attachSilicon(&filter, &track, innermostLayer: innermost, points: points)
    // What came through the silicon and from the axis is not late, even if its first hits in the chamber are lost.
    if track.siliconPoints == 0 || abs(filter.state.d0) > TrackFilter.punctualDistance {
      filter.settleDelay(spread: TrackFilter.delaySpread)
    }
    let final = filter.state
    guard final.isFinite, filter.chi2.isFinite, abs(final.omega) > 1e-7, abs(final.omega) < 0.2 else { return nil }
    let variances = filter.covariance.diagonal
    for index in 0..<5 where !(variances[index] > 0 && variances[index] < 1e6) { return nil }
    track.state = final
    track.covariance = filter.covariance
    track.chi2 = filter.chi2
    track.degreesOfFreedom = max(1, filter.measurements - 5)
    return track
  }

  /// Filters the hits of the chamber.
  /// - Returns: the layer of the last of them.
  private mutating func filterChamber(
    _ filter: inout HelixFilter, _ track: inout FittedTrack, fit: borrowing AnnealedFit, hits: borrowing ChamberHits
  ) -> Int {
    TrackFilter.orderInwards(fit.members, into: &order)
    guard let outermost = order.first else { return 0 }
    var innermostLayer = Int(hits.layer[Int(fit.members[Int(order[order.count - 1])].hit)])
    filter.followsDelay =
      innermostLayer > TrackFilter.firstLayers || abs(filter.reference.d0) > TrackFilter.punctualDistance
    track.lastArc = Double(fit.members[Int(outermost)].arc)
    let pathPerArc = (1 + filter.reference.tanLambda * filter.reference.tanLambda).squareRoot()
    var arcOfNoise = track.lastArc
    var superLayer = -1
    for entry in order {
      let member = fit.members[Int(entry)]
      let arc = Double(member.arc)
      let gradient = fit.gradient(of: Int(entry))
      let layer = Int(hits.layer[Int(member.hit)])
      if table.layers[layer].superLayer != superLayer {
        if superLayer >= 0 {
          // The gas passed since the last time scatters in its middle.
          let thickness = material.gas * (arcOfNoise - arc) * pathPerArc
          filter.pass(
            radiationLengths: thickness, energyLoss: thickness * TrackMaterial.lossPerRadiationLength,
            at: 0.5 * (arcOfNoise + arc))
          arcOfNoise = arc
        }
        superLayer = table.layers[layer].superLayer
      }
      let variance = 1 / Double(member.inverseVariance)
      let residual = Double(member.measured - member.distance)
      if filter.measurements > 10,
        filter.chi2(residual: residual, gradient: gradient, variance: variance) > TrackFilter.hitCut
      {
        continue
      }
      filter.update(
        residual: residual, gradient: gradient, variance: variance,
        delaySlope: filter.followsDelay ? table.delaySlope(of: Double(member.measured), layer: layer) : 0)
      track.chamberHits += 1
      track.firstArc = arc
      innermostLayer = layer
    }
    let thickness = material.gas * max(0, arcOfNoise - track.firstArc) * pathPerArc
    filter.pass(
      radiationLengths: thickness, energyLoss: thickness * TrackMaterial.lossPerRadiationLength,
      at: 0.5 * (arcOfNoise + track.firstArc))
    return innermostLayer
  }

  /// The members that count, outermost first; of equal arc lengths the earlier one first.
  private static func orderInwards(_ members: borrowing [AnnealedFit.Member], into order: inout [Int32]) {
    order.removeAll(keepingCapacity: true)
    let span = members.span
    for index in span.indices.reversed() where span[index].weight > 0.4 {
      // Members come in the order of layers, so that backwards they are nearly in order: a few steps of insertion do the rest.
      let arc = span[index].arc
      var place = order.count
      order.append(Int32(truncatingIfNeeded: index))
      while place > 0, span[Int(order[place - 1])].arc <= arc {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = Int32(truncatingIfNeeded: index)
    }
  }

  private mutating func attachSilicon(
    _ filter: inout HelixFilter, _ track: inout FittedTrack, innermostLayer: Int, points: SiliconPoints
  ) {
    attached.removeAll(keepingCapacity: true)
    let tanLambda = filter.reference.tanLambda
    let pathPerArc = (1 + tanLambda * tanLambda).squareRoot()
    var missed = 0
    // Material is passed only once a hit inside it shows that the particle came through it, or at the end if none is missing: a
    // particle born between two layers has not seen the inner one, and one born in the chamber not the wall.
    var pending = 0
    var hasPoint = false
    var pendingNoise: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>) = (.zero, .zero, .zero)
    func passPending(_ filter: inout HelixFilter) {
      for index in 0..<pending {
        let noise = index == 0 ? pendingNoise.0 : (index == 1 ? pendingNoise.1 : pendingNoise.2)
        filter.pass(radiationLengths: noise[0], energyLoss: noise[1], at: noise[2])
      }
    }
    for surface in material.surfaces {
      // What a point would show it to have passed.
      var within = filter
      if surface.siliconLayer > 0 { passPending(&within) }
      let current = within.state
      let arc = current.arcLength(toRadius: surface.radius)
      guard arc.isFinite, arc < track.firstArc else { continue }
      let point = current.point(at: arc)
      guard point.z > surface.zMin - 1, point.z < surface.zMax + 1 else { continue }
      var obliquity = pathPerArc / max(0.2, (point.directionX * point.x + point.directionY * point.y) / surface.radius)
      if surface.siliconLayer > 0 {
        if let best = nearest(within, current, arc: arc, point: point, layer: surface.siliconLayer, points: points) {
          filter = within
          pending = 0
          take(&filter, best, points: points)
          track.siliconPoints += 1
          track.points[surface.siliconLayer - 1] = Int16(clamping: points.source[best.index])
          obliquity = best.measurement.obliquity
          missed = 0
          hasPoint = true
        } else {
          missed += 1
          if missed >= 2 { break }
        }
      }
      let thickness = min(0.5, surface.radiationLengths * obliquity)
      let noise = SIMD4<Double>(thickness, thickness * TrackMaterial.lossPerRadiationLength, arc, 0)
      if missed == 0, hasPoint {
        filter.pass(radiationLengths: noise[0], energyLoss: noise[1], at: noise[2])
      } else if pending < 3 {
        switch pending {
        case 0: pendingNoise.0 = noise
        case 1: pendingNoise.1 = noise
        default: pendingNoise.2 = noise
        }
        pending += 1
      }
    }
    if hasPoint || abs(filter.state.d0) < TrackFilter.promptDistance {
      if missed < 2 { passPending(&filter) }
    } else if innermostLayer <= TrackFilter.firstLayers {
      // Its hits begin where the chamber does: it has come through the wall, the outermost of the surfaces.
      pending = min(1, pending)
      passPending(&filter)
    }
  }

  /// The helix outside the silicon of a particle whose helix at the perigee is known: it has lost energy, and bends more.
  func outside(_ state: HelixState, mass: Double) -> HelixState {
    var filter = HelixFilter(reference: state, mass: mass)
    let pathPerArc = (1 + state.tanLambda * state.tanLambda).squareRoot()
    for surface in material.surfaces.reversed() {
      let arc = state.arcLength(toRadius: surface.radius)
      guard arc.isFinite else { continue }
      let point = state.point(at: arc)
      guard point.z > surface.zMin - 1, point.z < surface.zMax + 1 else { continue }
      let radial = (point.directionX * point.x + point.directionY * point.y) / surface.radius
      let thickness = min(0.5, surface.radiationLengths * pathPerArc / max(0.2, radial))
      filter.lose(thickness * TrackMaterial.lossPerRadiationLength, at: arc)
    }
    return filter.state
  }

  private struct Candidate {
    var index: Int
    var measurement: SensorMeasurement
    var chi2: Double
    var layer: Int
  }

  /// The point of a layer that fits best.
  private func nearest(
    _ filter: HelixFilter, _ state: HelixState, arc: Double, point: HelixState.Point, layer: Int, points: SiliconPoints
  ) -> Candidate? {
    var best: Candidate?
    let resolution = tracker.layers[layer - 1]
    let varianceU = resolution.resolutionU * resolution.resolutionU
    let varianceV = resolution.resolutionV * resolution.resolutionV
    // A wide box first: sensors overlap and slanted ones lie up to 2.5 cm inside the layer's radius.
    let reach = 4 + 3 * abs(state.tanLambda)
    let furthest = largestDistance(filter, state, arc: arc, point: point, variance: max(varianceU, varianceV))
    for index in points.points(inLayer: layer) where !points.isUsed[index] {
      let position = points.position[index]
      let dx = position.x - point.x
      let dy = position.y - point.y
      let squared = dx * dx + dy * dy
      if squared > 16 || abs(position.z - point.z) > reach { continue }
      // Distance from the circle to the left or right, to second order.
      let aside = dx * point.directionY - dy * point.directionX - 0.5 * state.omega * squared
      if abs(aside) > furthest { continue }
      let start = arc + (dx * point.directionX + dy * point.directionY)
      let sensor = tracker.sensors[Int(points.sensor[index])]
      guard let measurement = SensorMeasurement(of: state, at: position, on: sensor, from: start) else { continue }
      let projectedU = filter.covariance.multiplied(by: measurement.gradientU)
      let uu = varianceU + Matrix5.dot(projectedU, measurement.gradientU)
      let vv = varianceV + filter.covariance.form(measurement.gradientV)
      let uv = Matrix5.dot(projectedU, measurement.gradientV)
      let determinant = uu * vv - uv * uv
      guard determinant > 0 else { continue }
      let ru = measurement.residualU
      let rv = measurement.residualV
      let chi2 = (ru * ru * vv - 2 * ru * rv * uv + rv * rv * uu) / determinant
      if chi2 < (best?.chi2 ?? TrackFilter.window) {
        best = Candidate(index: index, measurement: measurement, chi2: chi2, layer: layer)
      }
    }
    return best
  }

  /// Distance to the left or right of the circle beyond which no point of a layer can be attached, cm: what is farther need not be
  /// measured on its sensor.
  ///
  /// The chi-squared of two coordinates is at least the square of any combination of them over its variance, so that of the
  /// distance aside. The rest is room for what changes between the layer's radius and the crossing of a sensor, at most 8 cm
  /// away: the uncertainty by that of direction and curvature, the distance by the sagitta.
  private func largestDistance(
    _ filter: HelixFilter, _ state: HelixState, arc: Double, point: HelixState.Point, variance: Double
  ) -> Double {
    let gradient = state.gradient(of: point, at: arc, along: point.directionY, -point.directionX, 0)
    let spread = (variance + max(0, filter.covariance.form(gradient))).squareRoot()
    let direction = filter.covariance.row1[1].squareRoot() + (arc + 8) * filter.covariance.row2[2].squareRoot()
    return TrackFilter.window.squareRoot() * 1.01 * (spread + 8 * direction) + 40 * abs(state.omega)
  }

  private mutating func take(_ filter: inout HelixFilter, _ candidate: Candidate, points: SiliconPoints) {
    let resolution = tracker.layers[candidate.layer - 1]
    let measurement = candidate.measurement
    // Residuals were taken at the current state; the filter wants them from its reference.
    let fromReferenceU = measurement.residualU + Matrix5.dot(measurement.gradientU, filter.difference)
    let fromReferenceV = measurement.residualV + Matrix5.dot(measurement.gradientV, filter.difference)
    filter.update(
      residual: fromReferenceU, gradient: measurement.gradientU,
      variance: resolution.resolutionU * resolution.resolutionU)
    filter.update(
      residual: fromReferenceV, gradient: measurement.gradientV,
      variance: resolution.resolutionV * resolution.resolutionV)
    attached.append(Int32(truncatingIfNeeded: candidate.index))
  }
}

/// A track as the fit leaves it.
struct FittedTrack {
  var state = HelixState(d0: 0, phi0: 0, omega: 0, z0: 0, tanLambda: 0)
  var covariance = Matrix5()
  var chi2 = 0.0
  var degreesOfFreedom = 0
  var chamberHits = 0
  var siliconPoints = 0
  /// Point of each silicon layer, index into the event's list; -1 for none.
  var points = SIMD8<Int16>(repeating: -1)
  /// Level-1 track it grew from, -1 if none.
  var level1Track = -1
  /// Layer of the innermost drift-chamber hit.
  var innermostLayer = 0
  /// Arc lengths of the innermost and outermost drift-chamber hit, cm.
  var firstArc = 0.0
  var lastArc = 0.0
}
