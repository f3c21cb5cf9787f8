import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Simulation
import TestSupport
import Testing

@Suite("Particle transport")
struct ParticleTransportTests {
  @Test("K_S decay after beta gamma c tau on average, to two pions in the measured share, conserving momentum")
  func kaonDecays() throws {
    let count = 2000
    let momentum = 0.5
    let batch = try SimulatedEvents.gun(310, momentum: momentum...momentum, theta: 1.0...2.0, count: count)
    let truth = try TruthParticles(batch)
    var lengths: [Double] = []
    var charged = 0
    for row in 0..<batch.count {
      let range = truth.rows[row]
      let first = range.lowerBound
      #expect(truth.status[first] == 2)
      let products = range.filter { truth.mother[$0] == 0 }
      try #require(products.count == 2)
      let vertex = Vector3(Double(truth.x[products[0]]), Double(truth.y[products[0]]), Double(truth.z[products[0]]))
      let origin = Vector3(Double(truth.x[first]), Double(truth.y[first]), Double(truth.z[first]))
      lengths.append((vertex - origin).length)
      if abs(truth.pdg[products[0]]) == 211 { charged += 1 }
      let sum = products.reduce(SIMD4<Double>.zero) {
        $0 + SIMD4(Double(truth.px[$1]), Double(truth.py[$1]), Double(truth.pz[$1]), Double(truth.energy[$1]))
      }
      let mother = SIMD4(
        Double(truth.px[first]), Double(truth.py[first]), Double(truth.pz[first]), Double(truth.energy[first]))
      #expect((sum - mother).indices.allSatisfy { abs((sum - mother)[$0]) < 1e-5 })
    }
    // Exponential: the error of the mean is the mean over the root of the count.
    let expected = momentum / 0.497611 * 2.6844
    let error = expected / Double(count).squareRoot()
    #expect(abs(moments(lengths).mean - expected) < 4 * error, "\(moments(lengths).mean) cm, expected \(expected)")
    let share = Double(charged) / Double(count)
    #expect(abs(share - 0.692) < 4 * (0.692 * 0.308 / Double(count)).squareRoot(), "charged share \(share)")
  }

  @Test("Pions decay in flight with the probability of their path")
  func pionDecays() throws {
    let count = 3000
    let batch = try SimulatedEvents.gun(211, momentum: 0.6...0.6, theta: 1.4...1.7, count: count)
    let truth = try TruthParticles(batch)
    var decayed = 0
    for row in 0..<batch.count where truth.rows[row].contains(where: { truth.pdg[$0] == -13 }) { decayed += 1 }
    // About 1.28 m of curved path to the calorimeter at beta gamma = 4.3.
    let expected = 1 - exp(-128 / (780.45 * 0.6 / 0.13957))
    let share = Double(decayed) / Double(count)
    #expect(
      abs(share - expected) < 4 * (expected / Double(count)).squareRoot() + 0.003, "\(share), expected \(expected)")
  }

  @Test("Three and a half percent of photons convert before the chamber, and their pairs leave hits")
  func conversions() throws {
    let count = 4000
    let batch = try SimulatedEvents.gun(22, momentum: 1...1, theta: 1.5...1.64, count: count)
    let truth = try TruthParticles(batch)
    let hits = try DriftChamberHits(batch)
    var converted = 0
    var withHits = 0
    for row in 0..<batch.count where truth.status[truth.rows[row].lowerBound] == 2 {
      converted += 1
      if hits.rows[row].count > 40 { withHits += 1 }
    }
    let share = Double(converted) / Double(count)
    #expect(abs(share - 0.035) < 0.010, "converted: \(share)")
    #expect(Double(withHits) > 0.8 * Double(converted))
  }

  @Test("A displaced particle leaves hits only behind its vertex")
  func displaced() throws {
    let detector = try DetectorModel.belle2()
    var events: [GeneratedEvent] = []
    for number in 0..<200 {
      let phi = Double(number)
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      event.append(
        pdg: 13, momentum: SIMD4(cos(phi), sin(phi), 0.2, (1 + 0.04 + 0.0111637).squareRoot()),
        vertex: SIMD4(40 * cos(phi), 40 * sin(phi), 8, 1.4))
      events.append(event)
    }
    let batch = try SimulatedEvents.respond(to: events)
    let hits = try DriftChamberHits(batch)
    #expect(try SiliconHits(batch).layer.count == 0)
    for index in 0..<hits.wire.count {
      let layer = detector.driftChamber.layers[detector.driftChamber.layer(ofWire: Int(hits.wire[index]))]
      #expect(layer.endRadius > 38.5)
    }
    #expect(hits.wire.count > 200 * 30)
  }

  @Test("No particle from the interaction point leaves silicon points on the other side of the axis")
  func noPointsBehind() throws {
    let detector = try DetectorModel.belle2()
    for pdg: Int32 in [13, -211] {
      let batch = try SimulatedEvents.gun(pdg, momentum: 0.8...2, theta: 0.5...2.3, count: 200)
      let hits = try SiliconHits(batch)
      let hitTruth = try HitTruth(batch, detector: "svd")
      let truth = try TruthParticles(batch)
      var points = 0
      for row in 0..<batch.count {
        let first = truth.rows[row].lowerBound
        for (index, place) in zip(hits.rows[row], hitTruth.rows[row]) where hitTruth.particle[place] == 0 {
          let number = try #require(
            detector.silicon.index(
              layer: Int(hits.layer[index]), ladder: Int(hits.ladder[index]), sensor: Int(hits.sensor[index])))
          let sensor = detector.silicon.sensors[number]
          let point = sensor.position(u: Double(hits.u[index]), v: Double(hits.v[index]))
          // None of these particles comes back: they have more than the 0.28 GeV that it takes to leave the drift chamber.
          #expect(point.x * Double(truth.px[first]) + point.y * Double(truth.py[first]) > 0)
          points += 1
        }
      }
      #expect(points > 200 * 5)
    }
  }

  @Test("Silicon points lie on the track: six layers, within the resolution of the true helix")
  func silicon() throws {
    let detector = try DetectorModel.belle2()
    let count = 300
    let batch = try SimulatedEvents.gun(13, momentum: 2...3, theta: 1.1...1.8, count: count)
    let hits = try SiliconHits(batch)
    let truth = try TruthParticles(batch)
    var layers = 0
    var pulls: [Double] = []
    for row in 0..<batch.count {
      layers += Set(hits.rows[row].map { hits.layer[$0] }).count
      let first = truth.rows[row].lowerBound
      let helix = Helix(
        position: Vector3(Double(truth.x[first]), Double(truth.y[first]), Double(truth.z[first])),
        momentum: Vector3(Double(truth.px[first]), Double(truth.py[first]), Double(truth.pz[first])), charge: -1)
      for index in hits.rows[row] where hits.layer[index] == 1 {
        let number = try #require(
          detector.silicon.index(
            layer: 1, ladder: Int(hits.ladder[index]), sensor: Int(hits.sensor[index])))
        let sensor = detector.silicon.sensors[number]
        guard let arc = helix.arcLength(toPlaneThrough: sensor.centre, normal: sensor.normal, from: 1.4) else {
          continue
        }
        pulls.append((Double(hits.u[index]) - sensor.local(helix.position(at: arc)).u) / 0.0010)
      }
    }
    let fraction = Double(layers) / Double(count * 6)
    #expect(fraction > 0.93, "layers with a point: \(fraction)")
    #expect(pulls.count > 200)
    #expect(abs(moments(pulls).mean) < 0.4)
    #expect(moments(pulls).deviation < 1.6, "width of pulls \(moments(pulls).deviation)")
  }

  @Test("Muons above 1 GeV fire the muon detector, pions rarely, muons below 0.5 GeV never")
  func muonDetector() throws {
    func fraction(_ pdg: Int32, _ momentum: Double) throws -> Double {
      let batch = try SimulatedEvents.gun(pdg, momentum: momentum...momentum, theta: 1.0...2.0, count: 500)
      let hits = try MuonHits(batch)
      let fired = (0..<500).filter { row in
        var planes: Set<Int> = []
        for index in hits.rows[row] { planes.insert(2 * Int(hits.layer[index]) + Int(hits.plane[index])) }
        return planes.count >= 4
      }
      return Double(fired.count) / 500
    }
    #expect(try fraction(13, 1.5) > 0.9)
    #expect(try fraction(13, 0.45) < 0.02)
    let turnOn = try fraction(13, 0.70)
    #expect(turnOn > 0.15 && turnOn < 0.85, "half-way at 0.7 GeV: \(turnOn)")
    let pions = try fraction(211, 1.5)
    #expect(pions > 0.05 && pions < 0.45, "pions: \(pions)")
  }

  @Test("Identification likelihoods pass cuts as often as measured")
  func identification() throws {
    for (pdg, momentum, hypothesis) in [(Int32(321), 0.8, 3), (211, 0.8, 3), (13, 1.7, 1)] {
      let batch = try SimulatedEvents.gun(pdg, momentum: momentum...momentum, theta: 0.8...2.0, count: 2000)
      let pid = try IdentificationHits(batch)
      let truth = try TruthParticles(batch)
      let species = try #require(IdentificationTable.pdg.firstIndex(of: abs(pdg)))
      var loose = 0
      var tight = 0
      var total = 0
      for row in 0..<batch.count {
        // Without a decay before the detectors the only entry is the particle's own.
        guard let index = pid.rows[row].first, pid.rows[row].count == 1, truth.status[truth.rows[row].lowerBound] == 1
        else { continue }
        let likelihoods = (0..<5).map { exp(Double(pid.logLikelihood[5 * index + $0])) }
        let ratio = likelihoods[hypothesis] / likelihoods.reduce(0, +)
        total += 1
        if ratio > 0.2 { loose += 1 }
        if ratio > 0.8 { tight += 1 }
      }
      let expected = try IdentificationTable.belle2().probability(
        species: species, as: hypothesis, momentum: momentum - 0.02)
      #expect(abs(Double(loose) / Double(total) - expected.loose) < 0.06, "\(pdg) as \(hypothesis)")
      #expect(abs(Double(tight) / Double(total) - expected.tight) < 0.06, "\(pdg) as \(hypothesis)")
    }
  }

  @Test("No charged track leaves more energy in the calorimeter than it has")
  func energyIsNotMade() throws {
    for pdg: Int32 in [211, -321, 2212, 130, 22, 11] {
      let batch = try SimulatedEvents.gun(pdg, momentum: 0.3...2, theta: 0.4...2.5, count: 300)
      let hits = try CalorimeterHits(batch)
      let truth = try TruthParticles(batch)
      for row in 0..<batch.count {
        let energy = hits.rows[row].reduce(0) { $0 + Double(hits.energy[$1]) }
        #expect(energy < 1.15 * Double(truth.energy[truth.rows[row].lowerBound]) + 0.02)
      }
    }
  }

  @Test("The response of an event depends on its key and the seed alone")
  func reproducible() throws {
    let events = try (0..<20).map {
      try SimulatedEvents.single(
        211, momentum: 0.4 + 0.05 * Double($0), theta: 1.1, phi: Double($0), number: UInt64($0))
    }
    let forward = try SimulatedEvents.respond(to: events, background: 0.2)
    let again = try SimulatedEvents.respond(to: events, background: 0.2)
    let backward = try SimulatedEvents.respond(to: events.reversed(), background: 0.2)
    let other = try SimulatedEvents.respond(to: events, background: 0.2, seed: 6)
    func content(_ batch: RecordBatch, _ row: Int) throws -> [Int] {
      let chamber = try DriftChamberHits(batch)
      let calorimeter = try CalorimeterHits(batch)
      let silicon = try SiliconHits(batch)
      return chamber.rows[row].flatMap { [Int(chamber.wire[$0]), Int(chamber.tdc[$0]), Int(chamber.adc[$0])] }
        + calorimeter.rows[row].flatMap { [Int(calorimeter.crystal[$0]), Int(calorimeter.energy[$0].bitPattern)] }
        + silicon.rows[row].flatMap { [Int(silicon.u[$0].bitPattern), Int(silicon.v[$0].bitPattern)] }
    }
    var differing = 0
    for row in 0..<20 {
      #expect(try content(forward, row) == content(again, row))
      #expect(try content(forward, row) == content(backward, 19 - row))
      if try content(forward, row) != content(other, row) { differing += 1 }
    }
    #expect(differing == 20)
  }

  @Test("Impossible particles are passed over, and a label outside the list is an error")
  func badParticles() throws {
    var event = GeneratedEvent(number: 1, process: "gun")
    event.append(pdg: 13, momentum: SIMD4(.nan, 0, 0, 1))
    event.append(pdg: 13, momentum: SIMD4(0, 0, 0, 0.1056583755))
    event.append(pdg: 22, momentum: .zero)
    event.append(pdg: 211, momentum: SIMD4(0, 0, 3, 3.003))
    event.append(pdg: 211, momentum: SIMD4(1e30, 0, 0, 1e30))
    event.append(pdg: 310, momentum: SIMD4(1, 0, 0, 1.2), vertex: SIMD4(1e9, 0, 0, 0))
    event.append(pdg: Int32.min, momentum: SIMD4(1, 0, 0, 1))
    event.append(pdg: 13, momentum: SIMD4(1, 0, 0, 1.1), vertex: SIMD4(.infinity, 0, 0, 0))
    #expect(try SimulatedEvents.respond(to: [event], background: 0.2).count == 1)
    event.process = "other"
    #expect(throws: UnknownLabelError.self) { try SimulatedEvents.respond(to: [event]) }
  }

  @Test("Fuzzed particles of every kind, at every size of number, never crash the response")
  func fuzz() throws {
    var random = SplitMix(state: 77)
    let codes: [Int32] = [
      11, -11, 13, -13, 15, 16, 22, 111, 130, 211, -211, 221, 310, 311, 321, -321, 2112, -2112, 2212, -2212, 3112,
      3122, -3122, 3222, 3312, 3322, 3334, 411, 511, 300553, 1_000_010_020, 9_900_015, 0, .max, .min,
    ]
    func number() -> Double {
      let special: [Double] = [
        0, -0.0, Double.leastNonzeroMagnitude, 1e-12, 1e-3, 0.1, 1, 5, -3, 16.2, 112, 125, -102, 196, 999, 1e7, 1e160,
        -1e300, .nan,
        .infinity,
      ]
      let choice = random.next()
      if choice % 3 == 0 { return special[Int((choice >> 8) % UInt64(special.count))] }
      return (Double(random.next() >> 11) * 0x1p-53 - 0.5) * (choice % 2 == 0 ? 4 : 250)
    }
    let inputs = Fuzz.inputs(4_000)
    var response = try DetectorResponse(detector: .belle2(), background: 0.02, seed: 3)
    var builders = SimulatedEventBuilders(processes: ["gun"])
    for index in 0..<inputs {
      var event = GeneratedEvent(number: UInt64(index), process: "gun", weight: number())
      for _ in 0..<4 {
        let near = random.next() % 2 == 0
        event.append(
          pdg: codes[Int(random.next() % UInt64(codes.count))],
          momentum: SIMD4(number(), number(), number(), number()),
          vertex: near ? .zero : SIMD4(number(), number(), number(), number()))
      }
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
      if builders.count == 500 { #expect(try builders.finish().count == 500) }
    }
  }
}
