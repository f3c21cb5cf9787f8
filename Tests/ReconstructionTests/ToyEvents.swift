import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Reconstruction
import Statistics

/// Hits of helices thrown through the detector geometry, made here and not by the Simulation layer, so that a mistake there
/// and one in the reconstruction cannot agree by accident.
struct ToyEvents: ~Copyable {
  let detector: DetectorModel
  var random: CounterRandom
  private var keys = EventKeyBuilder(processes: ["toy"])
  private var chamber = DriftChamberHitsBuilder()
  private var silicon = SiliconHitsBuilder()
  private var calorimeter = CalorimeterHitsBuilder()
  private var muons = MuonHitsBuilder()
  private var wires: [(UInt16, Int16)] = []
  private var points: [(SiliconSensor, Float, Float)] = []
  private var number: UInt64 = 0

  init(_ detector: DetectorModel, seed: UInt64) {
    self.detector = detector
    random = CounterRandom(seed: seed, experiment: 1, run: 1, event: 0, purpose: .propagation)
  }

  /// Sends a pion from a point through silicon and chamber, with scattering and energy loss in the material.
  mutating func add(position: Vector3, momentum: Vector3, charge: Double) {
    var (helix, arc) = Helix.make(position: position, momentum: momentum, charge: charge)
    let beta = momentum.length / (momentum.length * momentum.length + Mass.pion * Mass.pion).squareRoot()
    let start = position.transverse
    var path = 0.0
    var surfaces: [(radius: Double, thickness: Double)] = detector.material.surfaces.filter { $0.radius < 16.5 }.map {
      ($0.radius, $0.radiationLengths)
    }
    // The gas as one kink behind each super-layer.
    for superLayer in detector.driftChamber.superLayers {
      surfaces.append((detector.driftChamber.layers[superLayer.layers.upperBound - 1].endRadius + 0.9, 0.003 / 9))
    }
    surfaces.sort { $0.radius < $1.radius }
    var radius = start
    for surface in surfaces where surface.radius > start {
      guard let end = helix.arcLength(toRadius: surface.radius) else { break }
      addPoints(helix, from: arc, to: end + 2, inner: radius, outer: surface.radius)
      addWires(helix, from: radius, to: surface.radius, path: path - arc * helix.pathPerArc, beta: beta)
      radius = surface.radius
      path += (end - arc) * helix.pathPerArc
      arc = end
      let point = helix.position(at: arc)
      var direction = helix.momentum(at: arc)
      let x = surface.thickness * direction.length * radius / max(1e-3, direction.x * point.x + direction.y * point.y)
      let angle = Material.scatteringAngle(radiationLengths: x, momentum: direction.length, beta: beta)
      let theta = direction.theta + random.gaussian() * angle
      let phi = direction.phi + random.gaussian() * angle * direction.length / direction.transverse
      direction = Vector3(length: direction.length - 0.065 * x / beta, theta: theta, phi: phi)
      (helix, arc) = Helix.make(position: point, momentum: direction, charge: charge)
    }
  }

  private mutating func addPoints(_ helix: Helix, from start: Double, to end: Double, inner: Double, outer: Double) {
    var crossings: [SiliconCrossing] = []
    for layer in detector.silicon.layers where layer.radius > inner + 0.01 && layer.radius <= outer + 0.01 {
      crossings.removeAll()
      detector.silicon.appendCrossings(of: helix, layer: layer, from: start, to: end, into: &crossings)
      for crossing in crossings {
        let u = Float(crossing.u + random.gaussian() * layer.resolutionU)
        let v = Float(crossing.v + random.gaussian() * layer.resolutionV)
        points.append((detector.silicon.sensors[crossing.sensor], u, v))
      }
    }
  }

  private mutating func addWires(_ helix: Helix, from inner: Double, to outer: Double, path: Double, beta: Double) {
    let drift = detector.driftChamber.drift
    for layer in detector.driftChamber.layers where layer.endRadius > inner && layer.endRadius <= outer {
      guard var arc = helix.arcLength(toRadius: layer.endRadius) else { return }
      var point = helix.position(at: arc)
      for _ in 0..<3 {
        guard let next = helix.arcLength(toRadius: layer.radius(atZ: point.z)) else { return }
        arc = next
        point = helix.position(at: arc)
      }
      guard point.z > layer.zBackward, point.z < layer.zForward, random.uniform() < 0.975 else { continue }
      let cell = layer.cell(phi: point.phi, z: point.z)
      let wire = detector.driftChamber.wire(layer: layer.index, cell: cell)
      let line = detector.driftChamber.line(ofWire: wire)
      let normal = helix.tangent(at: arc).cross(line.direction)
      let distance = abs(normal.dot(point - line.origin)) / normal.length
      let resolution = drift.resolution(distance: distance, layer: layer.index)
      let time =
        drift.time(distance: max(0, distance + random.gaussian() * resolution), layer: layer.index)
        + (path + arc * helix.pathPerArc) / (beta * PhysicalConstants.speedOfLight)
        + drift.propagationTime(z: point.z, layer: layer.index)
      wires.append((UInt16(wire), drift.count(time: time)))
    }
  }

  /// A pion of 0.4 to 2 GeV in the barrel.
  mutating func addPion(at place: Vector3, charge: Double) {
    let momentum = Vector3(
      length: random.uniform(0.4, 2), theta: random.uniform(50, 120) * Units.degree,
      phi: random.uniform(-Double.pi, Double.pi))
    add(position: place, momentum: momentum, charge: charge)
  }

  /// Events of one K_S each that decays 2 to 20 cm from the origin.
  /// - Returns: the places of the decays, cm.
  mutating func addKShorts(_ count: Int) -> [Vector3] {
    var places: [Vector3] = []
    for _ in 0..<count {
      let flight = Vector3(
        length: 1, theta: random.uniform(50, 110) * Units.degree, phi: random.uniform(-Double.pi, Double.pi))
      let place = random.uniform(2, 20) / flight.transverse * flight
      let mother = FourVector(momentum: random.uniform(0.8, 2) * flight, mass: 0.497611)
      // Two-body decay in the rest frame, then to the laboratory.
      let axis = Vector3(
        length: 0.20597, theta: random.uniform(0.7, 2.4), phi: random.uniform(-Double.pi, Double.pi))
      guard let rest = Boost(toRestFrameOf: mother) else { continue }
      let positive = rest.inverse.apply(FourVector(momentum: axis, mass: Mass.pion)).momentum
      let negative = rest.inverse.apply(FourVector(momentum: -axis, mass: Mass.pion)).momentum
      add(position: place, momentum: positive, charge: 1)
      add(position: place, momentum: negative, charge: -1)
      endEvent()
      places.append(place)
    }
    return places
  }

  /// Adds a calorimeter crystal to the event: energy in GeV, time in ns.
  mutating func addCrystal(_ crystal: Int, energy: Float, time: Float) {
    calorimeter.append(crystal: UInt16(truncatingIfNeeded: crystal), energy: energy, time: time)
  }

  /// Adds a hit of the muon detector that need not be possible, made of random bits.
  mutating func addRandomMuonHit() {
    let bits = random.next()
    muons.append(
      section: UInt8(truncatingIfNeeded: bits) & 7, sector: UInt8(truncatingIfNeeded: bits >> 8) & 15,
      layer: UInt8(truncatingIfNeeded: bits >> 16) & 31, plane: UInt8(truncatingIfNeeded: bits >> 24) & 3,
      position: bits & 3 == 0 ? Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 32)) : Float(bits >> 54),
      time: bits & 12 == 0 ? Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 30)) : 5)
  }

  /// Independent wire hits with a probability per wire.
  mutating func addNoise(probability: Double) {
    for wire in 0..<detector.driftChamber.wireCount where random.uniform() < probability {
      wires.append((UInt16(wire), Int16(500 * random.uniform())))
    }
  }

  /// Changes the hits of the event at random: some lost, some doubled, some with other values, all in another order.
  mutating func damage() {
    var kept: [(UInt16, Int16)] = []
    for hit in wires {
      switch random.integer(below: 8) {
      case 0: continue
      case 1: kept += [hit, hit]
      case 2: kept.append((UInt16(truncatingIfNeeded: random.next()), hit.1))
      case 3: kept.append((hit.0, Int16(truncatingIfNeeded: random.next())))
      default: kept.append(hit)
      }
    }
    wires = kept
    shuffle()
  }

  /// Adds events of pions from the origin in all directions of the transverse plane, with noise, whose hits are damaged.
  /// - Parameters:
  ///   - transverse: range of the transverse momenta, GeV.
  ///   - along: range of the momenta along the beams, GeV.
  mutating func addDamagedEvents(
    _ count: Int, tracks: Int, transverse: ClosedRange<Double>, along: ClosedRange<Double>
  ) {
    for _ in 0..<count {
      for _ in 0..<tracks {
        let phi = random.uniform(-Double.pi, Double.pi)
        let pT = random.uniform(transverse.lowerBound, transverse.upperBound)
        let pZ = random.uniform(along.lowerBound, along.upperBound)
        add(
          position: .zero, momentum: Vector3(length: (pT * pT + pZ * pZ).squareRoot(), theta: atan2(pT, pZ), phi: phi),
          charge: random.chance(0.5) ? 1 : -1)
      }
      addNoise(probability: 0.02)
      damage()
      endEvent()
    }
  }

  /// Puts the hits in another order.
  mutating func shuffle() {
    wires.shuffle(using: &random)
    points.shuffle(using: &random)
  }

  /// Ends the event.
  mutating func endEvent() {
    number += 1
    keys.append(EventKey(experiment: 1, run: 1, number: number), time: Int64(number), weight: 1, process: nil)
    for (wire, count) in wires { chamber.append(wire: wire, tdc: count, adc: 100) }
    for (sensor, u, v) in points {
      silicon.append(
        layer: UInt8(sensor.layer), ladder: UInt8(sensor.ladder), sensor: UInt8(sensor.sensor), u: u, v: v, charge: 20)
    }
    wires.removeAll(keepingCapacity: true)
    points.removeAll(keepingCapacity: true)
    chamber.endEvent()
    silicon.endEvent()
    calorimeter.endEvent()
    muons.endEvent()
  }

  /// All events as a batch.
  consuming func batch() throws -> RecordBatch {
    let fields = [
      EventSchema.event, EventSchema.driftChamber, EventSchema.silicon, EventSchema.calorimeter,
      EventSchema.muonDetector,
    ]
    let count = keys.count
    return try RecordBatch(
      schema: Schema(fields: fields, metadata: [:]),
      columns: [keys.finish(), chamber.finish(), silicon.finish(), calorimeter.finish(), muons.finish()], count: count)
  }
}

extension ReconstructedTrack {
  /// Whether a track can be one: its parameters and their covariance are numbers, and it is curved.
  var isSound: Bool {
    let values = [d0, phi0, omega, z0, tanLambda, chi2]
    return values.allSatisfy { $0.isFinite } && omega != 0 && (0..<15).allSatisfy { covariance[$0].isFinite }
  }
}

/// Numbers about samples.
enum Sample {
  /// Half width of the central 68 % about zero.
  static func spread(_ values: [Double]) -> Double {
    let sorted = values.map { abs($0) }.sorted()
    return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(0.683 * Double(sorted.count)))]
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
  }
}
