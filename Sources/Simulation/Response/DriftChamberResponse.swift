import Detector
import Foundation
import Kinematics
import Statistics

/// Wire hits of one event: those of particles and those of beam background, the earliest of each wire.
///
/// Detector model, section "Drift chamber". A particle hits the cell it crosses a layer in, and the neighbours it
/// reaches within the layer's height; each cell fires with the chamber's efficiency if enough charge is released in it.
struct DriftChamberResponse {
  /// Readout window after the collision, ns: with the wire rates of the detector model at b = 1 it holds the measured 2659
  /// wires, the earliest hit of each.
  static let window = -30.0..<750.0

  /// Clusters of primary ionisation above threshold per cm of path.
  private static let clustersPerCentimetre = 12.0
  /// Charge counts of a minimum-ionising particle per cm.
  private static let chargePerCentimetre = 60.0

  private let chamber: DriftChamber
  /// Half the largest change of the cell coordinate followed within a layer.
  private static let widestCrossing = 3.0

  private var hitOfWire: [Int32]
  /// Wires that record nothing.
  private let dead: Set<Int>
  private var wires: [UInt16] = []
  private var times: [Double] = []
  private var charges: [Double] = []
  private var particles: [Int32] = []

  init(_ chamber: DriftChamber, dead: Set<Int> = []) {
    self.chamber = chamber
    self.dead = dead
    hitOfWire = Array(repeating: -1, count: chamber.wireCount)
  }

  /// Number of wires hit so far in this event.
  var count: Int { wires.count }

  /// Forgets the event.
  mutating func clear() {
    for wire in wires { hitOfWire[Int(wire)] = -1 }
    wires.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    charges.removeAll(keepingCapacity: true)
    particles.removeAll(keepingCapacity: true)
  }

  /// Adds a hit, unless its wire is dead; of several on one wire the earliest counts, with the charge of all.
  mutating func add(wire: Int, time: Double, charge: Double, particle: Int32) {
    guard Self.window.contains(time), dead.isEmpty || !dead.contains(wire) else { return }
    let known = Int(hitOfWire[wire])
    if known < 0 {
      hitOfWire[wire] = Int32(truncatingIfNeeded: wires.count)
      wires.append(UInt16(truncatingIfNeeded: wire))
      times.append(time)
      charges.append(charge)
      particles.append(particle)
    } else {
      charges[known] += charge
      if time < times[known] {
        times[known] = time
        particles[known] = particle
      }
    }
  }

  /// Hits of a particle on a piece of helix.
  ///
  /// - Parameters:
  ///   - helix: Its path.
  ///   - arcs: Transverse arc lengths of the piece, within one turn.
  ///   - particle: The particle, with the time and momentum it has at the start of the piece.
  mutating func traverse(
    _ helix: Helix, from start: Double, to end: Double, _ particle: MovingParticle, _ random: inout CounterRandom
  ) {
    let turn = helix.turn
    let half = 0.5 * turn
    let startRadius = helix.position(at: start).transverse
    let endRadius = helix.position(at: end).transverse
    let passesPerigee = start < 0 && end > 0
    let passesApogee = start < half && end > half
    let lowest = (passesPerigee ? abs(helix.d0) : min(startRadius, endRadius)) - 1
    let highest = (passesApogee ? helix.largestRadius : max(startRadius, endRadius)) + 1
    let circle = HelixCircle(helix)
    let timePerArc = helix.pathPerArc / (particle.beta * PhysicalConstants.speedOfLight)
    let ionisation =
      Self.chargePerCentimetre * MaterialEffects.relativeIonisation(betaGamma: particle.betaGamma)
    for index in chamber.layers.indices {
      let layer = chamber.layers[index]
      if layer.endRadius < lowest { continue }
      if layer.endRadius > highest { break }
      for branch in 0..<3 {
        guard var arc = helix.arcLength(toRadius: layer.endRadius) else { break }
        arc = branch == 0 ? arc : (branch == 1 ? turn - arc : -arc)
        guard arc > start - 2, arc < end + 2, arc.isFinite else { continue }
        if layer.twist != 0 {
          // The wires of a stereo layer stand nearer to the axis in the middle: once more with their radius there.
          let z = helix.z0 + arc * helix.tanLambda
          guard z > layer.zBackward - 5, z < layer.zForward + 5,
            let corrected = helix.arcLength(toRadius: layer.radius(atZ: z))
          else { continue }
          arc = branch == 0 ? corrected : (branch == 1 ? turn - corrected : -corrected)
        }
        guard arc > start, arc <= end else { continue }
        let z = helix.z0 + arc * helix.tanLambda
        guard z > layer.zBackward, z < layer.zForward else { continue }
        cross(
          layer, circle.path(at: arc, z: z), particle, flightTime: particle.time + (arc - start) * timePerArc,
          timePerArc: timePerArc, ionisation: ionisation, &random)
      }
    }
  }

  /// Hits in the cells of one layer around one crossing.
  private mutating func cross(
    _ layer: DriftChamberLayer, _ crossing: LocalPath, _ particle: MovingParticle, flightTime: Double,
    timePerArc: Double, ionisation: Double, _ random: inout CounterRandom
  ) {
    let point = crossing.point
    let tangent = crossing.tangent
    let radius = point.transverse
    let outward = (point.x * tangent.x + point.y * tangent.y) / radius
    let along = (point.x * tangent.y - point.y * tangent.x) / radius
    let twistPerZ = layer.twist / (layer.zForward - layer.zBackward)
    // Cells per arc length; half the layer's height in arc length, bounded where the path runs along the layer.
    let slope = (along / radius - twistPerZ * tangent.z) / layer.cellAngle
    var reach = 0.5 * layer.cellHeight / max(abs(outward), 0.05)
    if abs(slope) * reach > Self.widestCrossing { reach = Self.widestCrossing / abs(slope) }
    let centre = layer.cellCoordinate(phi: point.phi, z: point.z)
    let spread = abs(slope) * reach
    let first = Int((centre - spread + 0.5).rounded(.down))
    let last = Int((centre + spread + 0.5).rounded(.down))
    let path = 2 * reach * tangent.length
    for cell in first...last {
      let low = max(centre - spread, Double(cell) - 0.5)
      let high = min(centre + spread, Double(cell) + 0.5)
      let share = spread > 1e-6 ? max(0, high - low) / (2 * spread) : 1
      let inside = share * path
      guard random.uniform() < chamber.efficiency * (1 - exp(-Self.clustersPerCentimetre * inside)) else { continue }
      let wire = chamber.wire(layer: layer.index, cell: cell)
      let approach = crossing.closestApproach(to: chamber.line(ofWire: wire))
      let distance = min(approach.distance, chamber.drift.largestDistance[layer.index])
      let measured = abs(
        distance + chamber.drift.resolution(distance: distance, layer: layer.index) * random.gaussian())
      let time =
        flightTime + approach.arc * timePerArc + chamber.drift.time(distance: measured, layer: layer.index)
        + chamber.drift.propagationTime(z: point.z + approach.arc * tangent.z, layer: layer.index)
      add(
        wire: wire, time: time, charge: ionisation * inside * exp(0.35 * random.gaussian()), particle: particle.truth)
    }
  }

  /// Random wire hits of beam background of level `level`, uniform in the readout window.
  mutating func addBackground(level: Double, _ random: inout CounterRandom) {
    let duration = Self.window.upperBound - Self.window.lowerBound
    for superLayer in chamber.superLayers {
      let rate = superLayer.index == 0 ? BackgroundRates.innerWire : BackgroundRates.outerWire
      let firstWire = chamber.layers[superLayer.layers.lowerBound].firstWire
      let wireCount = superLayer.layers.count * superLayer.cellCount
      for _ in 0..<random.poisson(level * rate * duration * Double(wireCount)) {
        let wire = firstWire + Int(random.integer(below: UInt64(wireCount)))
        let time = random.uniform(Self.window.lowerBound, Self.window.upperBound)
        add(wire: wire, time: time, charge: 40 * random.exponential() + 5, particle: -1)
      }
    }
  }

  /// A hit of each hot wire at a random time of the readout window, with the charge of background: of several on a wire the earliest counts, so
  /// that it hides what a particle leaves there later.
  mutating func addHot(_ hot: [Int], _ random: inout CounterRandom) {
    for wire in hot {
      let time = random.uniform(Self.window.lowerBound, Self.window.upperBound)
      add(wire: wire, time: time, charge: 40 * random.exponential() + 5, particle: -1)
    }
  }

  /// Writes the hits in the order of the wires.
  mutating func write(to builders: inout SimulatedEventBuilders) {
    for wire in hitOfWire.indices {
      let index = Int(hitOfWire[wire])
      guard index >= 0 else { continue }
      builders.driftChamber.append(
        wire: UInt16(truncatingIfNeeded: wire), tdc: chamber.drift.count(time: times[index]),
        adc: UInt16(min(65535, max(1, charges[index].rounded()))))
      builders.hitTruth.driftChamber.append(particles[index])
    }
  }
}
