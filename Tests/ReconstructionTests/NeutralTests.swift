import ArrowStream
import EventModel
import Foundation
import Kinematics
import Reconstruction
import Testing

/// What is made of clusters without tracks.
@Suite("Neutral pions, bremsstrahlung, neutral hadrons") struct NeutralTests {
  /// Momentum of the first particle of each event's truth, GeV.
  private static func thrown(_ batch: RecordBatch) throws -> [Vector3] {
    let truth = try TruthParticles(batch)
    return (0..<batch.count).map { row in
      let first = truth.rows[row].lowerBound
      return Vector3(Double(truth.px[first]), Double(truth.py[first]), Double(truth.pz[first]))
    }
  }

  @Test("Pairs of photons give the neutral pion's mass, and its constraint a better energy")
  func neutralPions() throws {
    let batch = try SimulatedEventTests.gun(["pi0"], momentum: 0.3...1.2, theta: 45...115, background: 0.2, count: 300)
    let events = try SimulatedEventTests.reconstructed(batch, .photonPairs)
    let truth = try Self.thrown(batch)
    var masses: [Double] = []
    var energies: [Double] = []
    var constrained: [Double] = []
    for row in 0..<batch.count {
      let expected = (truth[row].lengthSquared + Mass.neutralPion * Mass.neutralPion).squareRoot()
      let clusters = events.clusters(row: row)
      let pairs = events.photonPairs(row: row).filter { $0.kind == ReconstructedPhotonPair.Kind.neutralPion.rawValue }
      guard let pair = pairs.min(by: { $0.chi2 < $1.chi2 }) else { continue }
      masses.append(Double(pair.mass) - Mass.neutralPion)
      let sum =
        clusters[clusters.startIndex + Int(pair.first)].energy + clusters[clusters.startIndex + Int(pair.second)].energy
      energies.append(Double(sum) / expected - 1)
      constrained.append(Double(pair.energy) / expected - 1)
      let momentum = Vector3(Double(pair.px), Double(pair.py), Double(pair.pz))
      let square = Double(pair.energy) * Double(pair.energy) - momentum.lengthSquared
      #expect(abs(square - Mass.neutralPion * Mass.neutralPion) < 1e-5)
    }
    // Four in five: both photons over 50 MeV, neither converted.
    #expect(masses.count >= 200)
    #expect(abs(Sample.median(masses)) < 0.003)
    #expect(Sample.spread(masses) < 0.010)
    #expect(Sample.spread(constrained) < Sample.spread(energies))
  }

  @Test("Photons that electrons radiated come back to them and complete their energy")
  func bremsstrahlung() throws {
    let batch = try SimulatedEventTests.gun(
      ["e-", "e+"], momentum: 0.4...1, theta: 45...115, background: 0, count: 400)
    let events = try SimulatedEventTests.reconstructed(batch, .bremsstrahlung)
    let truth = try Self.thrown(batch)
    var improved = 0
    var radiated = 0
    for row in 0..<batch.count {
      let photons = events.bremsstrahlung(row: row)
      guard !photons.isEmpty else { continue }
      let tracks = events.tracks(row: row)
      let clusters = events.clusters(row: row)
      #expect(Set(photons.map(\.cluster)).count == photons.count)
      let track = tracks[tracks.startIndex + Int(photons[photons.startIndex].track)]
      let energy = photons.reduce(0.0) { $0 + Double(clusters[clusters.startIndex + Int($1.cluster)].energy) }
      guard energy > 0.03 * truth[row].length else { continue }
      radiated += 1
      if abs(track.momentum + energy - truth[row].length) < abs(track.momentum - truth[row].length) { improved += 1 }
    }
    // Two percent of a radiation length before the chamber at 0.02 GeV and more: some tens of 400.
    #expect(radiated >= 15)
    #expect(Double(improved) >= 0.7 * Double(radiated), "\(improved) of \(radiated)")
  }

  @Test("K_L leave candidates, photons and muons hardly any")
  func neutralHadrons() throws {
    func found(_ particles: [String]) throws -> Int {
      let batch = try SimulatedEventTests.gun(particles, momentum: 1...3, theta: 45...115, background: 0.2, count: 150)
      let events = try SimulatedEventTests.reconstructed(batch, .neutralHadrons)
      let truth = try Self.thrown(batch)
      return (0..<batch.count).count { row in
        events.neutralHadrons(row: row).contains {
          let place = Vector3(Double($0.x), Double($0.y), Double($0.z))
          return place.unit.dot(truth[row].unit) > 0.97
        }
      }
    }
    let hadrons = try found(["K_L0"])
    #expect(hadrons >= 80)
    for others in [["gamma"], ["mu-", "mu+"]] {
      let fakes = try found(others)
      #expect(fakes <= 15, "\(others)")
    }
  }
}
