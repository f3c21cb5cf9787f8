import Detector
import EventModel
import Foundation
import Kinematics
import Simulation
import Testing

@Suite("Drift-chamber response")
struct DriftChamberResponseTests {
  @Test("A stiff muon hits 56 layers with the chamber's efficiency, more where it crosses a cell border")
  func muonHits() throws {
    let detector = try DetectorModel.belle2()
    let batch = try SimulatedEvents.gun(13, momentum: 1.5...3, theta: 1.2...1.7, count: 400)
    let hits = try DriftChamberHits(batch)
    var layersHit = 0
    for row in 0..<batch.count {
      layersHit += Set(hits.rows[row].map { detector.driftChamber.layer(ofWire: Int(hits.wire[$0])) }).count
    }
    // 97.5 % of 56 layers, and some regained in the neighbour cell: between that and all.
    let fraction = Double(layersHit) / Double(400 * 56)
    #expect(fraction > 0.970 && fraction < 0.992, "layers hit: \(fraction)")
    let perTrack = Double(hits.wire.count) / 400
    #expect(perTrack > 58 && perTrack < 75, "hits per track: \(perTrack)")
  }

  @Test("Drift times give the distance to the true helix back with the resolution of the detector model")
  func driftDistances() throws {
    let detector = try DetectorModel.belle2()
    let chamber = detector.driftChamber
    var residuals: [Double] = []
    for number in 0..<200 {
      let event = try SimulatedEvents.single(
        13, momentum: 30, theta: 1.4, phi: Double(number) * 0.1, number: UInt64(number))
      let batch = try SimulatedEvents.respond(to: [event])
      let hits = try DriftChamberHits(batch)
      let truth = try TruthParticles(batch)
      // From its true vertex; scattering of a 30 GeV muon stays below a tenth of the resolution in the inner chamber.
      let helix = Helix(
        position: Vector3(Double(truth.x[0]), Double(truth.y[0]), Double(truth.z[0])),
        momentum: Vector3(Double(truth.px[0]), Double(truth.py[0]), Double(truth.pz[0])), charge: -1)
      for index in 0..<hits.wire.count {
        let wire = Int(hits.wire[index])
        let layer = chamber.layer(ofWire: wire)
        guard layer < 14, let arc = helix.arcLength(toRadius: chamber.layers[layer].radius(atZ: 0)),
          let approach = helix.closestApproach(to: chamber.line(ofWire: wire), from: arc)
        else { continue }
        let time =
          chamber.drift.time(count: hits.tdc[index])
          - approach.arcLength * helix.pathPerArc / PhysicalConstants.speedOfLight
          - chamber.drift.propagationTime(z: approach.position.z, layer: layer)
        let distance = chamber.drift.distance(time: time, layer: layer)
        guard abs(approach.distance) > 0.12, abs(approach.distance) < 0.3 else { continue }
        residuals.append(distance - abs(approach.distance))
      }
    }
    let core = 0.5 * (quantile(residuals, 0.84) - quantile(residuals, 0.16))
    let expected = 0.011
    #expect(residuals.count > 1000)
    #expect(abs(moments(residuals).mean) < 0.002)
    #expect(core > 0.85 * expected && core < 1.5 * expected, "core resolution \(core) cm")
  }

  @Test("At background level 1 the readout window holds the measured 2659 wires")
  func background() throws {
    let empty = (0..<60).map { GeneratedEvent(number: UInt64($0), process: "gun") }
    let batch = try SimulatedEvents.respond(to: empty, background: 1)
    let hits = try DriftChamberHits(batch)
    let counts = (0..<60).map { Double(hits.rows[$0].count) }
    let (mean, deviation) = moments(counts)
    #expect(abs(mean - 2659) < 60, "\(mean) +- \(deviation / 60.0.squareRoot()) wires")
    let truth = try HitTruth(batch, detector: "cdc")
    #expect((0..<truth.particle.count).allSatisfy { truth.particle[$0] == -1 })
  }

  @Test("Hits of one event are one per wire, in the order of the wires")
  func order() throws {
    let batch = try SimulatedEvents.gun(211, momentum: 0.1...0.4, theta: 0.6...2.2, count: 100, background: 0.5)
    let hits = try DriftChamberHits(batch)
    for row in 0..<batch.count {
      let wires = hits.rows[row].map { hits.wire[$0] }
      #expect(zip(wires, wires.dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}
