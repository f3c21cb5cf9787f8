import Detector
import Foundation
import Kinematics
import Statistics

extension DetectorResponse {
  /// Pieces of helix followed before a particle is given up: curling ones meet ten surfaces a turn.
  private static let mostSteps = 120
  /// Turns of a curling particle that are followed: with one, B Bbar events have the chamber hits of the full simulation.
  private static let mostTurns = 1.05
  /// Range before and after a silicon surface in which its sensors are looked for, cm of arc: windmill ladders and the slanted
  /// forward sensors stand off the cylinder.
  private static let sensorRange = (before: 9.0, after: 4.0)
  /// Momentum below which a particle is lost in the next bit of matter, GeV.
  private static let leastMomentum = 0.010

  /// Follows a particle from where it starts to the front of the calorimeter.
  ///
  /// - Returns: The particle there; nil if it decayed, converted, stopped or left nothing.
  mutating func follow(_ particle: MovingParticle) -> MovingParticle? {
    if particle.species.charge != 0 { return followCharged(particle) }
    switch particle.species.interaction {
    case .photon: return followPhoton(particle)
    case .neutralHadron, .decaying: return followNeutral(particle)
    default: return nil
    }
  }

  // MARK: charged particles

  private mutating func followCharged(_ start: MovingParticle) -> MovingParticle? {
    var particle = start
    let list = surfaces.surfaces
    var radius = particle.position.transverse
    // The surface the particle stands inside of.
    var shell = list.firstIndex { $0.radius > radius + 1e-9 } ?? list.count
    var isFirst = true
    var turned = 0.0
    for _ in 0..<Self.mostSteps {
      let momentum = particle.momentum.length
      guard momentum > Self.leastMomentum, particle.momentum.transverse > 1e-3, isInside(particle.position) else {
        return nil
      }
      let (helix, here) = Helix.make(
        position: particle.position, momentum: particle.momentum, charge: particle.species.charge,
        field: detector.field)
      let next = nextCrossing(helix, from: here, shell: shell)
      let properLength = particle.betaGamma / helix.pathPerArc
      let decay = here + particle.properLengthLeft * properLength
      let end = min(next.arc, decay)
      guard end.isFinite, turned < Self.mostTurns * 2 * Double.pi else { return nil }

      record(helix, from: here, to: end, next: next.surface, isFirst: isFirst, particle)
      isFirst = false
      turned += abs(helix.omega) * (end - here)
      let timePerArc = helix.pathPerArc / (particle.beta * PhysicalConstants.speedOfLight)
      particle.time += (end - here) * timePerArc
      particle.position = helix.position(at: end)
      particle.momentum = helix.momentum(at: end, field: detector.field, charge: abs(particle.species.charge))
      particle.properLengthLeft -= (end - here) / properLength
      if decay <= next.arc {
        decayInFlight(particle)
        return nil
      }
      guard let index = next.surface else { return particle }
      radius = list[index].radius
      let outwards = next.isOutwards
      shell = outwards ? index + 1 : index
      guard crossSurface(list[index], &particle) else { return nil }
      // Scattering may turn a grazing particle back: then it is on the side its momentum points to.
      let heading = particle.position.x * particle.momentum.x + particle.position.y * particle.momentum.y
      shell = heading >= 0 ? index + 1 : index
    }
    return nil
  }

  /// Whether a point lies in front of the calorimeter.
  private func isInside(_ point: Vector3) -> Bool {
    let calorimeter = detector.calorimeter
    return point.transverse < calorimeter.barrelFrontRadius - 1e-6 && point.z < calorimeter.forwardFrontZ - 1e-6
      && point.z > calorimeter.backwardFrontZ + 1e-6
  }

  /// The next surface a path meets, or the front of the calorimeter (no surface).
  private func nextCrossing(
    _ helix: Helix, from here: Double, shell: Int
  ) -> (arc: Double, surface: Int?, isOutwards: Bool) {
    let list = surfaces.surfaces
    let turn = helix.turn
    let least = here + 1e-7
    var best = (arc: Double.infinity, surface: Int?.none, isOutwards: true)
    func consider(_ arc: Double, _ surface: Int?, _ isOutwards: Bool) {
      if arc > least, arc < best.arc { best = (arc, surface, isOutwards) }
    }
    let outer = shell < list.count ? list[shell].radius : detector.calorimeter.barrelFrontRadius
    if let arc = helix.arcLength(toRadius: outer) {
      consider(arc > least ? arc : arc + turn, shell < list.count ? shell : nil, true)
    }
    if shell > 0, let arc = helix.arcLength(toRadius: list[shell - 1].radius) {
      consider(-arc > least ? -arc : turn - arc, shell - 1, false)
    }
    if helix.tanLambda > 0, let arc = helix.arcLength(toZ: detector.calorimeter.forwardFrontZ) {
      consider(arc, nil, true)
    }
    if helix.tanLambda < 0, let arc = helix.arcLength(toZ: detector.calorimeter.backwardFrontZ) {
      consider(arc, nil, true)
    }
    return best
  }

  /// Hits of the tracking detectors on one piece of helix.
  private mutating func record(
    _ helix: Helix, from start: Double, to end: Double, next surface: Int?, isFirst: Bool, _ particle: MovingParticle
  ) {
    let list = surfaces.surfaces
    let outer = max(helix.position(at: end).transverse, particle.position.transverse)
    let reachesApogee = end > 0.5 * helix.turn
    if outer > surfaces.chamber.lowerBound || reachesApogee {
      driftChamber.traverse(helix, from: start, to: end, particle, &random.driftChamber)
    }
    if let surface, list[surface].siliconLayer > 0 {
      // Sensors a little behind the surface belong to this crossing; those before the particle's origin do not.
      var first = max(isFirst ? start : -.infinity, end - Self.sensorRange.before)
      var last = end + Self.sensorRange.after
      // The inner layers have less than that to the perigee: the other side of the axis is another crossing.
      let turn = helix.turn
      if end < 0 {
        last = min(last, 0)
      } else if end > 0.5 * turn {
        last = min(last, turn)
      } else {
        first = max(first, 0)
      }
      silicon.cross(
        layer: list[surface].siliconLayer, helix, from: first, to: last, particle, &random.silicon)
    }
  }

  /// Material effects at a surface; false if the particle stops there.
  private mutating func crossSurface(_ surface: TrackingSurfaces.Surface, _ particle: inout MovingParticle) -> Bool {
    let z = particle.position.z
    guard surface.radiationLengths > 0 else { return true }
    guard z > surface.zMin, z < surface.zMax else {
      // Tracks of beam background are described as they leave the pipe.
      guard surface.isBeamPipe, particle.truth >= 0 else { return true }
      return crossBeamPipe(&particle)
    }
    let lengthening = 1 / incidence(particle.position, particle.momentum)
    let thickness = surface.radiationLengths * lengthening
    guard MaterialEffects.cross(radiationLengths: thickness, &particle, &random.propagation) else { return false }
    if particle.species.interaction == .electron, surface.showersApart {
      radiate(thickness, &particle)
    }
    return !interacts(in: surface.interactionLengths * lengthening, &particle)
  }

  /// Cosine of the angle to the normal of a cylinder, at least 0.05.
  func incidence(_ position: Vector3, _ momentum: Vector3) -> Double {
    let radius = max(position.transverse, 1e-9)
    let radial = (position.x * momentum.x + position.y * momentum.y) / radius
    return max(0.05, abs(radial) / momentum.length)
  }

  /// Photons an electron radiates; they join the truth.
  private mutating func radiate(_ thickness: Double, _ particle: inout MovingParticle) {
    let energy = particle.energy
    var left = energy
    var photons: [Double] = []
    MaterialEffects.bremsstrahlung(radiationLengths: thickness, energy: energy, &random.propagation) { photon in
      if left - photon > 0.002 {
        left -= photon
        photons.append(photon)
      }
    }
    let direction = particle.momentum.unit
    for photon in photons {
      make(22, momentum: photon * direction, energy: photon, at: particle, mother: particle.truth)
    }
    if left < energy { _ = MaterialEffects.lose(energy - left, &particle) }
  }

  /// Adds a particle made on the way to the truth (unless its mother is beam background) and to those to follow.
  mutating func make(_ pdg: Int32, momentum: Vector3, energy: Double, at place: MovingParticle, mother: Int32) {
    if mother < 0 {
      queue.append(
        MovingParticle(
          position: place.position, momentum: momentum, time: place.time, properLengthLeft: .infinity,
          species: Species(pdg: pdg), truth: -1, pdg: pdg))
      return
    }
    let index = truth.append(
      pdg: pdg, mother: mother, status: Self.madeByResponse,
      momentum: SIMD4(momentum.x, momentum.y, momentum.z, energy),
      vertex: SIMD4(place.position.x, place.position.y, place.position.z, place.time))
    enqueue(index)
  }

  // MARK: neutral particles

  private mutating func followPhoton(_ start: MovingParticle) -> MovingParticle? {
    var particle = start
    let direction = particle.momentum.unit
    guard particle.momentum.length > 0 else { return nil }
    let end = distanceToCalorimeter(from: particle.position, direction)
    guard let end else { return nil }
    for surface in surfaces.surfaces where surface.showersApart && surface.radiationLengths > 0 {
      guard let path = distance(from: start.position, direction, toRadius: surface.radius), path < end else { continue }
      // Not the surface the photon was made at.
      guard path > 1e-6 else { continue }
      let point = start.position + path * direction
      guard point.z > surface.zMin, point.z < surface.zMax else {
        guard surface.isBeamPipe, start.truth >= 0 else { continue }
        particle.position = point
        particle.time = start.time + path / PhysicalConstants.speedOfLight
        guard crossBeamPipe(&particle) else { return nil }
        continue
      }
      let thickness = surface.radiationLengths / incidence(point, direction)
      guard start.momentum.length > 0.005,
        let share = MaterialEffects.conversion(radiationLengths: thickness, &random.propagation)
      else { continue }
      particle.position = point
      particle.time = start.time + path / PhysicalConstants.speedOfLight
      convert(particle, share)
      return nil
    }
    particle.position = start.position + end * direction
    particle.time += end / PhysicalConstants.speedOfLight
    return particle
  }

  /// An electron and a positron in the photon's direction, opened by their mass over energy.
  private mutating func convert(_ photon: MovingParticle, _ share: Double) {
    let energy = photon.momentum.length
    for (pdg, part) in [(Int32(11), share), (-11, 1 - share)] {
      let own = max(part * energy, 2 * Mass.electron)
      let momentum = (own * own - Mass.electron * Mass.electron).squareRoot()
      let direction = MaterialEffects.scattered(photon.momentum, angle: Mass.electron / energy, &random.propagation)
      make(pdg, momentum: momentum * direction.unit, energy: own, at: photon, mother: photon.truth)
    }
    if photon.truth >= 0 { truth.setStatus(GeneratedEvent.Status.decayed, of: Int(photon.truth)) }
  }

  private mutating func followNeutral(_ start: MovingParticle) -> MovingParticle? {
    var particle = start
    let momentum = particle.momentum.length
    let direction = particle.momentum.unit
    let toCalorimeter = momentum > 0 ? distanceToCalorimeter(from: particle.position, direction) : 0
    let toDecay = momentum > 0 ? particle.properLengthLeft * particle.betaGamma : 0
    guard let toCalorimeter else { return nil }
    let decays = toDecay < toCalorimeter || momentum == 0
    let path = decays ? toDecay : toCalorimeter
    particle.position = particle.position + path * direction
    if momentum > 0 { particle.time += path / (particle.beta * PhysicalConstants.speedOfLight) }
    if decays {
      decayInFlight(particle)
      return nil
    }
    return particle
  }

  /// Distance along a straight path to the front of the calorimeter; nil if it starts behind it.
  private func distanceToCalorimeter(from position: Vector3, _ direction: Vector3) -> Double? {
    guard isInside(position) else { return nil }
    let calorimeter = detector.calorimeter
    var end = distance(from: position, direction, toRadius: calorimeter.barrelFrontRadius) ?? .infinity
    if direction.z > 0 { end = min(end, (calorimeter.forwardFrontZ - position.z) / direction.z) }
    if direction.z < 0 { end = min(end, (calorimeter.backwardFrontZ - position.z) / direction.z) }
    return end.isFinite ? end : nil
  }

  /// Distance along a straight path to where it leaves a cylinder; nil if it starts outside or runs along the axis.
  private func distance(from position: Vector3, _ direction: Vector3, toRadius radius: Double) -> Double? {
    let a = direction.x * direction.x + direction.y * direction.y
    let b = position.x * direction.x + position.y * direction.y
    let c = position.x * position.x + position.y * position.y - radius * radius
    guard c < 0, a > 1e-12 else { return nil }
    return (-b + (b * b - a * c).squareRoot()) / a
  }

  // MARK: decays

  /// Replaces a particle by the products of its decay.
  private mutating func decayInFlight(_ particle: MovingParticle) {
    let mass = particle.species.mass
    let products = ParticleDecays.draw(pdg: particle.pdg, mass: mass, &random.decay)
    guard !products.isEmpty else { return }
    let mother = FourVector(momentum: particle.momentum, mass: mass)
    let boost = Boost(toRestFrameOf: mother)?.inverse
    if particle.truth >= 0 { truth.setStatus(GeneratedEvent.Status.decayed, of: Int(particle.truth)) }
    for product in products {
      let momentum = boost?.apply(product.momentum) ?? product.momentum
      make(product.pdg, momentum: momentum.momentum, energy: momentum.energy, at: particle, mother: particle.truth)
    }
  }
}
