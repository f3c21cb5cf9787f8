import Detector
import Kinematics

/// Continues a track of the silicon into the drift chamber: outwards layer by layer to its hits, then inwards through all of them, which gives
/// the momentum that the short path in the silicon cannot.
///
/// Soft particles leave too few hits for a track of the chamber's own, but the silicon says where to look. Hits are taken whoever else has them:
/// the tracks known do not say which wires they have, and near the path of a track there are few of others.
struct ChamberExtension {
  private let table: WireTable
  private let road: SiliconRoad
  /// Hits taken, in the order of flight.
  private(set) var hitsTaken: [Taken] = []

  /// A hit on the way.
  struct Taken {
    var hit: Int
    /// Arc length of the closest approach, cm.
    var arc: Double
  }

  /// A hit is taken if it adds less than this to chi-squared.
  private static let window = 12.0
  /// If both sides of the wire fit within this of each other, it is measured to be at the wire.
  private static let ambiguity = 6.0
  /// Layers in a row without a hit after which the particle has gone elsewhere.
  private static let mostMissed = 7
  /// Fewest hits of a track that is worth the change, and least share of the layers crossed up to the last hit.
  private static let fewestHits = 5
  private static let leastShare = 0.6
  private static let largestChi2 = 4.0
  /// Factor on the covariance with which the way back starts: what the way out found is no second measurement.
  private static let forgetting = 100.0

  init(table: WireTable, road: SiliconRoad) {
    self.table = table
    self.road = road
  }

  /// Follows a track outwards and fits it anew.
  /// - Parameters:
  ///   - birth: where the particle may come from.
  ///   - mass: of the particle, GeV.
  ///   - given: its points, at lane layer - 1; -1 for none.
  /// - Returns: nil if the chamber has nothing to add.
  mutating func extend(
    _ track: FittedTrack, birth: SiliconRoad.Birth = .luminousRegion, mass: Double = Mass.pion, given: SIMD8<Int32>,
    points: borrowing SiliconPoints, hits: borrowing ChamberHits
  ) -> FittedTrack? {
    hitsTaken.removeAll(keepingCapacity: true)
    guard var filter = road.climb(track.state, birth: birth, mass: mass, given: given, points: points) else {
      return nil
    }
    guard collect(&filter, hits: hits) else { return nil }
    var back = HelixFilter(reference: filter.state, mass: mass)
    back.covariance = filter.covariance
    back.covariance.scale(by: ChamberExtension.forgetting)
    var extended = track
    extended.chamberHits = 0
    descend(&back, &extended, hits: hits)
    guard extended.chamberHits >= ChamberExtension.fewestHits,
      let result = road.descend(
        back, birth: birth, outermost: ChamberExtension.outermost(given), from: ChamberExtension.innerWall,
        given: given, points: points),
      result.pointCount >= track.siliconPoints
    else { return nil }
    let final = result.filter.state
    let freedom = result.filter.measurements - 5
    guard final.isFinite, freedom > 0, result.filter.chi2 < ChamberExtension.largestChi2 * Double(freedom),
      abs(final.omega) > 1e-7, abs(final.omega) < 0.2
    else { return nil }
    let variances = result.filter.covariance.diagonal
    for index in 0..<5 where !(variances[index] > 0 && variances[index] < 1e4) { return nil }
    extended.state = final
    extended.covariance = result.filter.covariance
    extended.chi2 = result.filter.chi2
    extended.degreesOfFreedom = freedom
    return extended
  }

  /// Radius beyond the wall between silicon and chamber, cm.
  private static let innerWall = 16.5

  static func outermost(_ given: SIMD8<Int32>) -> Int { (0..<6).last { given[$0] >= 0 }.map { $0 + 1 } ?? 0 }

  /// Walks outwards and takes the best hit of each layer.
  /// - Returns: whether enough of the layers have one.
  private mutating func collect(_ filter: inout HelixFilter, hits: borrowing ChamberHits) -> Bool {
    var missed = 0
    var crossed = 0
    var crossedAtLast = 0
    var arcOfNoise = Double.nan
    var superLayer = -1
    let pathPerArc = (1 + filter.reference.tanLambda * filter.reference.tanLambda).squareRoot()
    for index in table.layers.indices {
      let layer = table.layers[index]
      let state = filter.state
      guard state.isFinite, abs(state.omega) < 0.2 else { return false }
      var arc = state.arcLength(toRadius: layer.radiusInMiddle)
      guard arc.isFinite else { break }
      if !layer.isAxial {
        let half = layer.stereoSlope * (state.z0 + arc * state.tanLambda - layer.middleZ)
        arc = state.arcLength(toRadius: (layer.radiusInMiddle * layer.radiusInMiddle + half * half).squareRoot())
        guard arc.isFinite else { break }
      }
      let place = state.point(at: arc)
      guard place.z > layer.backwardZ, place.z < layer.forwardZ else { break }
      if arcOfNoise.isNaN { arcOfNoise = arc }
      if layer.superLayer != superLayer {
        let thickness = road.material.gas * max(0, arc - arcOfNoise) * pathPerArc
        filter.leave(
          radiationLengths: thickness, energyLoss: thickness * TrackMaterial.lossPerRadiationLength,
          at: 0.5 * (arc + arcOfNoise))
        arcOfNoise = arc
        superLayer = layer.superLayer
      }
      crossed += 1
      guard let best = nearest(filter, state, arc: arc, place: place, layer: index, hits: hits) else {
        missed += 1
        if missed > ChamberExtension.mostMissed { break }
        continue
      }
      missed = 0
      crossedAtLast = crossed
      filter.update(
        residual: best.residual + Matrix5.dot(best.gradient, filter.difference), gradient: best.gradient,
        variance: best.variance)
      hitsTaken.append(Taken(hit: best.hit, arc: best.arc))
    }
    return hitsTaken.count >= ChamberExtension.fewestHits
      && Double(hitsTaken.count) > ChamberExtension.leastShare * Double(crossedAtLast)
  }

  /// Filters the hits taken, from the last to the first.
  private func descend(_ filter: inout HelixFilter, _ track: inout FittedTrack, hits: borrowing ChamberHits) {
    let pathPerArc = (1 + filter.reference.tanLambda * filter.reference.tanLambda).squareRoot()
    var arcOfNoise = hitsTaken.last?.arc ?? 0
    var superLayer = -1
    for taken in hitsTaken.reversed() {
      let layer = Int(hits.layer[taken.hit])
      if table.layers[layer].superLayer != superLayer {
        pass(&filter, from: arcOfNoise, to: taken.arc, pathPerArc)
        arcOfNoise = taken.arc
        superLayer = table.layers[layer].superLayer
      }
      let state = filter.state
      let wire = WireDistance(of: state, to: table.lines[Int(hits.wire[taken.hit])], from: taken.arc)
      let measured = measure(filter, state, wire, hit: taken.hit, layer: layer, hits: hits)
      guard measured.chi2 < 2 * ChamberExtension.window else { continue }
      filter.update(
        residual: measured.residual + Matrix5.dot(measured.gradient, filter.difference), gradient: measured.gradient,
        variance: measured.variance)
      track.chamberHits += 1
      track.firstArc = wire.arc
      track.lastArc = max(track.lastArc, wire.arc)
    }
    pass(&filter, from: arcOfNoise, to: hitsTaken.first?.arc ?? arcOfNoise, pathPerArc)
  }

  private func pass(_ filter: inout HelixFilter, from outer: Double, to inner: Double, _ pathPerArc: Double) {
    let thickness = road.material.gas * max(0, outer - inner) * pathPerArc
    filter.pass(
      radiationLengths: thickness, energyLoss: thickness * TrackMaterial.lossPerRadiationLength,
      at: 0.5 * (outer + inner))
  }

  private struct Measured {
    var hit: Int
    var arc: Double
    var residual: Double
    var gradient: SIMD8<Double>
    var variance: Double
    var chi2: Double
  }

  /// The hit of a layer that fits best.
  private func nearest(
    _ filter: HelixFilter, _ state: HelixState, arc: Double, place: HelixState.Point, layer: Int,
    hits: borrowing ChamberHits
  ) -> Measured? {
    var best: Measured?
    let across = state.gradient(of: place, at: arc, along: place.directionY, -place.directionX, 0)
    let spread = max(0, filter.covariance.form(across)).squareRoot()
    let reach = 0.6 * table.layers[layer].cellWidth + 3 * spread
    let z = place.z
    for hit in hits.hits(inLayer: layer) {
      let line = table.lines[Int(hits.wire[hit])]
      let dx = Double(line[0]) + Double(line[2]) * z - place.x
      let dy = Double(line[1]) + Double(line[3]) * z - place.y
      let along = dx * place.directionX + dy * place.directionY
      let off = dx * place.directionY - dy * place.directionX
      if abs(off) > reach || abs(along) > 2.5 { continue }
      let wire = WireDistance(of: state, to: line, from: arc + along)
      let measured = measure(filter, state, wire, hit: hit, layer: layer, hits: hits)
      if measured.chi2 < (best?.chi2 ?? ChamberExtension.window) { best = measured }
    }
    return best
  }

  /// What a hit says about the helix: the distance on the likelier side of its wire, or that it is near the wire if the helix is not
  /// known well enough to tell the sides apart.
  private func measure(
    _ filter: HelixFilter, _ state: HelixState, _ wire: WireDistance, hit: Int, layer: Int,
    hits: borrowing ChamberHits
  ) -> Measured {
    let pathPerArc = (1 + state.tanLambda * state.tanLambda).squareRoot()
    let flight =
      wire.arc * pathPerArc / (AnnealedFit.beta(of: state, mass: filter.mass) * PhysicalConstants.speedOfLight)
    let drift = table.driftDistance(
      time: Double(hits.time[hit]), flight: flight, z: wire.z, layer: table.layers[layer])
    let variance = table.variance(of: drift, layer: table.layers[layer])
    let expected = filter.covariance.form(wire.gradient)
    let positive = drift - wire.distance
    let negative = -drift - wire.distance
    let total = variance + expected
    let near = min(positive * positive, negative * negative) / total
    let far = max(positive * positive, negative * negative) / total
    if far - near < ChamberExtension.ambiguity {
      let wide = variance + drift * drift
      return Measured(
        hit: hit, arc: wire.arc, residual: -wire.distance, gradient: wire.gradient, variance: wide,
        chi2: wire.distance * wire.distance / (wide + expected))
    }
    let residual = abs(positive) < abs(negative) ? positive : negative
    return Measured(
      hit: hit, arc: wire.arc, residual: residual, gradient: wire.gradient, variance: variance, chi2: near)
  }
}

extension HelixFilter {
  /// Passes a layer of material on the way out: as ``pass(radiationLengths:energyLoss:at:)``, but the energy is lost.
  mutating func leave(radiationLengths: Double, energyLoss: Double, at arc: Double) {
    pass(radiationLengths: radiationLengths, energyLoss: 0, at: arc)
    guard radiationLengths > 0, energyLoss > 0 else { return }
    let before = difference
    lose(energyLoss, at: arc)
    // Straggling of a thin layer, as on the way in.
    covariance.add(weight: 0.1, outer: difference - before)
  }
}

extension Matrix5 {
  /// Multiplies all elements.
  mutating func scale(by factor: Double) {
    row0 *= factor
    row1 *= factor
    row2 *= factor
    row3 *= factor
    row4 *= factor
  }
}
