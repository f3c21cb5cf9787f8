import Detector
import EventModel
import Foundation
import Kinematics
import Simulation
import Testing

@Suite("Calorimeter response")
struct CalorimeterResponseTests {
  /// Energy sums of the events, GeV.
  private func sums(_ hits: CalorimeterHits, _ events: Int) -> [Double] {
    (0..<events).map { row in hits.rows[row].reduce(0) { $0 + Double(hits.energy[$1]) } }
  }

  @Test("Photons have the resolution of the detector model without background", arguments: [0.1, 0.5, 1.0, 4.0])
  func photonResolution(energy: Double) throws {
    let batch = try SimulatedEvents.gun(22, momentum: energy...energy, theta: 0.8...1.9, count: 1500)
    let relative = sums(try CalorimeterHits(batch), 1500).filter { $0 > 0.5 * energy }.map { $0 / energy }
    // Conversions before the chamber (3 to 5 %) and the 15 % tail to low energies: compare the upper side of the peak.
    let width = quantile(relative, 0.8413) - quantile(relative, 0.5)
    let intrinsic = (pow(0.00066 / energy, 2) + pow(0.0081 / pow(energy, 0.25), 2) + 0.0134 * 0.0134).squareRoot()
    #expect(width > 0.8 * intrinsic && width < 1.3 * intrinsic, "width \(width), model \(intrinsic)")
    #expect(abs(quantile(relative, 0.5) - 0.995) < 0.02)
    #expect(Double(relative.count) > 0.9 * 1500)
  }

  @Test("The most energetic crystal holds 0.7 of the 3x3 array, that array 0.975 of the 21 crystals")
  func lateralSharing() throws {
    let detector = try DetectorModel.belle2().calorimeter
    let batch = try SimulatedEvents.gun(22, momentum: 1...1, theta: 0.8...1.9, count: 800)
    let hits = try CalorimeterHits(batch)
    var e1e9: [Double] = []
    var e9e21: [Double] = []
    var displacement: [Double] = []
    let truth = try TruthParticles(batch)
    for row in 0..<batch.count {
      var energy: [Int: Double] = [:]
      for index in hits.rows[row] { energy[Int(hits.crystal[index])] = Double(hits.energy[index]) }
      guard let seed = energy.max(by: { $0.value < $1.value })?.key, energy.values.reduce(0, +) > 0.8 else { continue }
      let near = detector.neighbours(of: seed).reduce(energy[seed] ?? 0) { $0 + (energy[Int($1)] ?? 0) }
      var far = near
      detector.forEachSecondNeighbour(of: seed) { crystal, isCorner in
        if !isCorner { far += energy[crystal] ?? 0 }
      }
      e1e9.append((energy[seed] ?? 0) / near)
      e9e21.append(near / far)
      // The energy-weighted direction, with logarithmic weights.
      var sum = Vector3.zero
      let total = energy.values.reduce(0, +)
      for (crystal, value) in energy {
        sum += max(0, 4 + log(value / total)) * detector.direction(ofCrystal: crystal)
      }
      let first = truth.rows[row].lowerBound
      let direction = Vector3(Double(truth.px[first]), Double(truth.py[first]), Double(truth.pz[first]))
      displacement.append(sum.angle(to: direction))
    }
    #expect(abs(moments(e1e9).mean - 0.70) < 0.05, "E1/E9 \(moments(e1e9).mean)")
    #expect(abs(moments(e9e21).mean - 0.975) < 0.015, "E9/E21 \(moments(e9e21).mean)")
    // 4.4 mrad per projection at 1 GeV: the median distance in space is 1.18 times that, 5.2 mrad.
    let median = quantile(displacement, 0.5)
    #expect(median > 0.004 && median < 0.007, "position resolution \(median) rad")
  }

  @Test("Muons deposit a minimum-ionising peak between 0.18 and 0.21 GeV")
  func minimumIonising() throws {
    let batch = try SimulatedEvents.gun(13, momentum: 1...2, theta: 1.0...1.9, count: 1000)
    let energies = sums(try CalorimeterHits(batch), 1000).filter { $0 > 0.05 }
    #expect(energies.count > 950)
    let peak = quantile(energies, 0.5)
    #expect(peak > 0.18 && peak < 0.23, "median \(peak) GeV")
    #expect(quantile(energies, 0.9) - peak > peak - quantile(energies, 0.1), "the tail is on the side of high energies")
  }

  @Test("Crystals are in order, above threshold, at most 8736, and prompt photons come at time 0")
  func times() throws {
    let batch = try SimulatedEvents.gun(22, momentum: 1...2, theta: 0.3...2.6, count: 500)
    let hits = try CalorimeterHits(batch)
    var times: [Double] = []
    for row in 0..<batch.count {
      let crystals = hits.rows[row].map { hits.crystal[$0] }
      #expect(zip(crystals, crystals.dropFirst()).allSatisfy { $0 < $1 })
      #expect(crystals.allSatisfy { $0 >= 1 && $0 <= 8736 })
      for index in hits.rows[row] where hits.energy[index] > 0.5 { times.append(Double(hits.time[index])) }
    }
    let (mean, deviation) = moments(times)
    #expect(abs(mean) < 0.5, "mean time \(mean) ns")
    #expect(abs(deviation - 2.4) < 0.5, "time resolution \(deviation) ns")
    #expect((0..<hits.energy.count).allSatisfy { hits.energy[$0] > 0.001 })
  }

  @Test("Beam background makes the measured number of clusters above 100 MeV")
  func background() throws {
    let empty = (0..<200).map { GeneratedEvent(number: UInt64($0), process: "gun") }
    let batch = try SimulatedEvents.respond(to: empty, background: 1)
    let hits = try CalorimeterHits(batch)
    // Seeds above 70 MeV stand for clusters above 100 MeV: the seed holds 0.7 of the energy.
    var seeds = 0
    for index in 0..<hits.energy.count where hits.energy[index] > 0.07 { seeds += 1 }
    let perEvent = Double(seeds) / 200
    #expect(perEvent > 2.0 && perEvent < 6.0, "\(perEvent) crystals above 70 MeV")
  }
}
