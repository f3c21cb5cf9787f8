import EventModel
import Foundation
import Kinematics
import Reconstruction
import Testing

/// Clusters of simulated photons and of crystals put in by hand.
@Suite("Calorimeter clusters") struct ClusterTests {
  /// What came of single photons.
  struct Photons {
    var energy: [Double] = []
    var energyPull: [Double] = []
    var thetaPull: [Double] = []
    var phiPull: [Double] = []
    var isWithin99: [Bool] = []
    var score: [Float] = []
    var missed = 0
  }

  /// Single photons of one energy, compared with the most energetic cluster within 0.1 rad.
  static func photons(
    energy: Double, theta: ClosedRange<Double>, background: Double, count: Int
  ) throws -> Photons {
    let batch = try SimulatedEventTests.gun(
      ["gamma"], momentum: energy...energy, theta: theta, background: background, count: count)
    let events = try SimulatedEventTests.reconstructed(batch, .clusters)
    let truth = try TruthParticles(batch)
    var result = Photons()
    for row in 0..<batch.count {
      let first = truth.rows[row].lowerBound
      let momentum = Vector3(Double(truth.px[first]), Double(truth.py[first]), Double(truth.pz[first]))
      let cluster = events.clusters(row: row).first {
        let direction = Vector3(length: 1, theta: Double($0.theta), phi: Double($0.phi))
        return direction.dot(momentum) > energy * cos(0.1)
      }
      guard let cluster else {
        result.missed += 1
        continue
      }
      result.energy.append(Double(cluster.energy) / energy)
      result.energyPull.append((Double(cluster.energy) - energy) / Double(cluster.energyError))
      result.thetaPull.append((Double(cluster.theta) - momentum.theta) / Double(cluster.thetaError))
      result.phiPull.append(
        PortableAngles.wrapped(Double(cluster.phi) - momentum.phi) / Double(cluster.phiError))
      result.isWithin99.append(abs(cluster.time) < cluster.dt99)
      result.score.append(cluster.photon)
    }
    return result
  }

  @Test(
    "Beam background moves the energy of photons by less than two percent, and its uncertainty follows",
    arguments: [(0.1, 0.0), (0.1, 0.2), (0.1, 1), (1.0, 0.2), (1.0, 1)])
  func scale(energy: Double, background: Double) throws {
    let photons = try Self.photons(energy: energy, theta: 40...120, background: background, count: 250)
    #expect(photons.missed <= 15)
    // The median of 240 photons with a spread s is known to 1.25 s / sqrt(240): 1.2 % for 15 %.
    #expect(abs(Sample.median(photons.energy) - 1) < (energy < 0.5 && background > 0.5 ? 0.036 : 0.02))
    // The half width of the central 68 % of 240 unit Gaussians is known to 7 %.
    for pulls in [photons.energyPull, photons.thetaPull, photons.phiPull] {
      #expect((0.79...1.27).contains(Sample.spread(pulls)), "\(Sample.spread(pulls))")
    }
    let outside = photons.isWithin99.count { !$0 }
    #expect(outside <= 14)
  }

  /// Part of the calorimeter, energy in GeV, and the relative resolution of the full simulation at b = 1.
  static let resolutions: [(ClosedRange<Double>, Double, Double)] = [
    (18...30, 0.1, 0.11), (18...30, 1, 0.026), (40...120, 0.1, 0.14), (40...120, 1, 0.033), (133...149, 0.1, 0.40),
    (133...149, 1, 0.047),
  ]

  @Test(
    "In all parts of the calorimeter photons have the resolution of the full simulation at b = 1",
    arguments: resolutions)
  func resolution(theta: ClosedRange<Double>, energy: Double, expected: Double) throws {
    let photons = try Self.photons(energy: energy, theta: theta, background: 1, count: 350)
    #expect(photons.energy.count > 300)
    // The half width of 310 unit Gaussians is known to 6 %.
    let spread = Sample.spread(photons.energy.map { $0 - 1 })
    #expect((0.8...1.2).contains(spread / expected), "\(spread)")
    #expect((0.82...1.22).contains(Sample.spread(photons.energyPull)), "\(Sample.spread(photons.energyPull))")
  }

  @Test("A shower whose centre lies between barrel and endcap has its lost half added, and says how badly it is known")
  func gap() throws {
    let photons = try Self.photons(energy: 1, theta: 129.3...130.1, background: 0, count: 80)
    #expect(photons.energy.count >= 65)
    #expect(abs(Sample.median(photons.energy) - 1) < 0.05)
    #expect(Sample.spread(photons.energyPull) < 1)
    let beside = try Self.photons(energy: 1, theta: 126...128, background: 0, count: 80)
    #expect(abs(Sample.median(beside.energy) - 1) < 0.02)
  }

  @Test("The photon score keeps photons and turns away hadrons and particles that go through")
  func photonScore() throws {
    let photons = try Self.photons(energy: 0.5, theta: 40...120, background: 0.2, count: 200)
    let kept = photons.score.count { $0 > 0.5 }
    #expect(kept >= 180)
    for particles in [["pi-", "pi+"], ["K_L0"]] {
      let batch = try SimulatedEventTests.gun(particles, momentum: 0.8...2, theta: 40...120, background: 0, count: 200)
      let events = try SimulatedEventTests.reconstructed(batch, .clusters)
      let leading = (0..<batch.count).compactMap { events.clusters(row: $0).first { $0.energy > 0.1 } }
      let fakes = leading.count { $0.photon > 0.5 }
      // Expected: a tenth; 60 more than that would be eight standard deviations.
      #expect(leading.count > 60 && Double(fakes) < 0.25 * Double(leading.count), "\(fakes) of \(leading.count)")
    }
  }

  @Test("Energy out of time is left out of a cluster, and begins one of its own")
  func outOfTime() throws {
    var toys = ToyEvents(try .belle2(), seed: 3)
    let calorimeter = toys.detector.calorimeter
    let centre = try #require(calorimeter.crystal(atTheta: 1.4, phi: 0.5))
    let neighbour = Int(calorimeter.neighbours(of: centre)[calorimeter.neighbours(of: centre).startIndex])
    for time in [Float(3), 120] {
      toys.addCrystal(centre, energy: 0.5, time: 0)
      toys.addCrystal(neighbour, energy: 0.1, time: time)
      toys.endEvent()
    }
    let events = try SimulatedEventTests.reconstructed(toys.batch(), .clusters)
    let together = Array(events.clusters(row: 0))
    let apart = Array(events.clusters(row: 1))
    #expect(together.count == 1 && abs(together[0].energy - 0.603) < 0.01)
    #expect(apart.count == 2 && abs(apart[0].energy - 0.502) < 0.01 && abs(apart[1].energy - 0.1) < 0.01)
    #expect(apart.map(\.time) == [0, 120])
  }

  @Test("Crystals that are doubled, unknown, negative or not numbers do no harm")
  func damaged() throws {
    var toys = ToyEvents(try .belle2(), seed: 4)
    for energy in [Float.nan, -1, 0, .infinity, 1e30] { toys.addCrystal(4000, energy: energy, time: 0) }
    for crystal in [0, 8737, 65535] { toys.addCrystal(crystal, energy: 1, time: 0) }
    toys.addCrystal(4000, energy: 0.3, time: .nan)
    toys.addCrystal(4000, energy: 0.7, time: .infinity)
    toys.endEvent()
    for _ in 0..<300 {
      let bits = UInt32(truncatingIfNeeded: toys.random.next())
      let crystal = Int(toys.random.integer(below: 9000))
      toys.addCrystal(crystal, energy: Float(bitPattern: bits), time: Float(bitPattern: bits &* 2_654_435_761))
    }
    toys.endEvent()
    let events = try SimulatedEventTests.reconstructed(toys.batch(), .clusters)
    #expect(events.clusters(row: 0).map(\.seedCrystal) == [4000])
    for row in 0..<2 {
      for cluster in events.clusters(row: row) {
        let numbers = [
          cluster.energy, cluster.theta, cluster.phi, cluster.time, cluster.energyError, cluster.thetaError,
          cluster.phiError, cluster.dt99, cluster.photon, cluster.e1OverE9, cluster.e9OverE21, cluster.secondMoment,
        ]
        let areFinite = numbers.allSatisfy { $0.isFinite }
        #expect(areFinite, "\(cluster)")
      }
    }
  }
}
