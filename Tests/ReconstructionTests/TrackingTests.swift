import Detector
import Foundation
import Kinematics
import Reconstruction
import Statistics
import Testing

@Suite("Tracking from hits of toy helices") struct TrackingTests {
  /// What came of a sample of single tracks.
  struct Outcome {
    var thrown = 0
    var found = 0
    var others = 0
    var residuals: [[Double]] = Array(repeating: [], count: 5)
    var pulls: [[Double]] = Array(repeating: [], count: 5)
    var chi2: [Double] = []
  }

  /// Throws single pions and compares the tracks that are found with them.
  static func study(pT: Double, rho: Double, noise: Double, count: Int, seed: UInt64) throws -> Outcome {
    let detector = try DetectorModel.belle2()
    var toys = ToyEvents(detector, seed: seed)
    var truths: [Helix] = []
    for _ in 0..<count {
      let phi = toys.random.uniform(-Double.pi, Double.pi)
      let theta = toys.random.uniform(45, 115) * Units.degree
      let charge = toys.random.chance(0.5) ? 1.0 : -1.0
      let momentum = Vector3(pT * cos(phi), pT * sin(phi), pT / tan(theta))
      let position = Vector3(rho * cos(phi + 0.3), rho * sin(phi + 0.3), rho / tan(theta))
      toys.add(position: position, momentum: momentum, charge: charge)
      if noise > 0 { toys.addNoise(probability: noise) }
      toys.endEvent()
      truths.append(Helix(position: position, momentum: momentum, charge: charge))
    }
    var events = EventReconstruction(detector: detector)
    try events.begin(toys.batch())
    var outcome = Outcome()
    for (row, truth) in truths.enumerated() {
      outcome.thrown += 1
      events.run(.tracks, row: row)
      var isFound = false
      for track in events.tracks(row: row) {
        let helix = track.helix
        let differences = [
          helix.d0 - truth.d0, wrappedAngle(helix.phi0 - truth.phi0), helix.omega - truth.omega, helix.z0 - truth.z0,
          helix.tanLambda - truth.tanLambda,
        ]
        guard !isFound, abs(differences[1]) < 0.1, abs(differences[2]) < 0.1 * abs(truth.omega) + 1e-3 else {
          outcome.others += 1
          continue
        }
        isFound = true
        outcome.found += 1
        outcome.chi2.append(Double(track.chi2) / Double(track.degreesOfFreedom))
        for index in 0..<5 {
          let variance = Double(track.covariance[index * (index + 1) / 2 + index])
          outcome.residuals[index].append(differences[index])
          outcome.pulls[index].append(differences[index] / variance.squareRoot())
        }
      }
    }
    return outcome
  }

  @Test(
    "Prompt pions are found and their errors are what the fit says, with and without noise",
    arguments: [(0.3, 0.0), (1.0, 0.0), (1.0, 0.03), (3.0, 0.03)])
  func prompt(pT: Double, noise: Double) throws {
    let outcome = try Self.study(pT: pT, rho: 0, noise: noise, count: 150, seed: 11)
    #expect(outcome.found >= 145)
    #expect(outcome.others <= 3)
    #expect((0.85...1.25).contains(Sample.median(outcome.chi2)))
    // 68 % of 145 pulls lie within 1 +- 0.08 if they are Gaussian; the fit is allowed 25 % of underestimation.
    for pulls in outcome.pulls { #expect((0.75...1.35).contains(Sample.spread(pulls))) }
    // The reference for muons without background (`Documentation/reconstruction.md`), with room for the toy's pions.
    let momentum = pT / sin(80 * Units.degree)
    let beta = momentum / (momentum * momentum + 0.0195).squareRoot()
    let d0 = ((9 * 9) + (14 / (beta * momentum)) * (14 / (beta * momentum))).squareRoot() * Units.micrometre
    #expect(Sample.spread(outcome.residuals[0]) < 1.5 * d0)
    #expect(Sample.spread(outcome.residuals[2]) * pT / 0.0045 < 0.008)
  }

  @Test("Tracks born far from the axis are found without asking them to point to it", arguments: [10.0, 30.0])
  func displaced(rho: Double) throws {
    let outcome = try Self.study(pT: 1, rho: rho, noise: 0.02, count: 120, seed: 12)
    #expect(outcome.found >= 105)
    #expect(Sample.spread(outcome.residuals[0]) < 0.06)
    #expect(outcome.others <= 5)
  }

  @Test("Noise alone makes hardly any track")
  func noiseAlone() throws {
    let detector = try DetectorModel.belle2()
    var toys = ToyEvents(detector, seed: 13)
    for _ in 0..<40 {
      toys.addNoise(probability: 0.04)
      toys.endEvent()
    }
    var events = EventReconstruction(detector: detector)
    try events.begin(toys.batch())
    var tracks = 0
    for row in 0..<40 {
      events.run(.tracks, row: row)
      tracks += events.tracks(row: row).count
    }
    #expect(tracks <= 2)
  }

  @Test("The order of the hits in an event changes nothing")
  func order() throws {
    let detector = try DetectorModel.belle2()
    func run(isShuffled: Bool) throws -> [[ReconstructedTrack]] {
      var toys = ToyEvents(detector, seed: 14)
      for event in 0..<20 {
        for phi in [0.3, 1.9, -2.0] {
          toys.add(
            position: .zero, momentum: Vector3(0.8 * cos(phi), 0.8 * sin(phi), 0.2), charge: event % 2 == 0 ? 1 : -1)
        }
        if isShuffled {
          // The numbers of the shuffle must not be those of the next event's scattering.
          let random = toys.random
          toys.shuffle()
          toys.random = random
        }
        toys.endEvent()
      }
      var events = EventReconstruction(detector: detector)
      try events.begin(toys.batch())
      return (0..<20).map { row in
        events.run(.tracks, row: row)
        // Which entry of the list a point is depends on its order, and nothing else does.
        return events.tracks(row: row).map { track in
          var track = track
          track.points = SIMD8(repeating: -1)
          return track
        }
      }
    }
    let plain = try run(isShuffled: false)
    #expect(plain.joined().count >= 57)
    #expect(try run(isShuffled: true) == plain)
  }

  @Test("Lost, doubled and wrong hits never stop the reconstruction, and what comes out is finite")
  func damaged() throws {
    let detector = try DetectorModel.belle2()
    var toys = ToyEvents(detector, seed: 15)
    toys.addDamagedEvents(120, tracks: 4, transverse: 0.1...2, along: -1...2)
    let batch = try toys.batch()
    var events = EventReconstruction(detector: detector)
    try events.begin(batch)
    for row in 0..<batch.count {
      events.run(.all, row: row)
      for track in events.tracks(row: row) { #expect(track.isSound, "\(track)") }
      for vertex in events.vertices(row: row) {
        #expect([vertex.x, vertex.y, vertex.z, vertex.mass, vertex.pointing].allSatisfy { $0.isFinite })
      }
    }
  }
}
