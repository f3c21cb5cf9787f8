import EventModel
import Foundation
import Kinematics
import Reconstruction
import Testing

/// Kinds of charged particles of a gun through the detector response.
@Suite("Identification of charged particles") struct IdentificationTests {
  /// Identifications of the track of largest momentum in each event that has one.
  static func identified(
    _ particles: [String], momentum: ClosedRange<Double>, background: Double, count: Int, without: Set<String> = []
  ) throws -> [TrackIdentification] {
    let batch = try SimulatedEventTests.gun(
      particles, momentum: momentum, theta: 40...120, background: background, count: count)
    let events = try SimulatedEventTests.reconstructed(batch.dropping(without), .identification)
    return (0..<batch.count).compactMap { row in
      let tracks = events.tracks(row: row)
      guard let index = tracks.indices.max(by: { tracks[$0].momentum < tracks[$1].momentum }) else { return nil }
      let all = events.identifications(row: row)
      return all[all.startIndex + index - tracks.startIndex]
    }
  }

  private static let guns: [(Hypothesis, [String])] = [
    (.electron, ["e-", "e+"]), (.muon, ["mu-", "mu+"]), (.pion, ["pi-", "pi+"]), (.kaon, ["K-", "K+"]),
    (.proton, ["p+", "anti-p-"]),
  ]

  @Test("Particles of 0.8 to 2 GeV are taken for what they are", arguments: Hypothesis.allCases)
  func kinds(hypothesis: Hypothesis) throws {
    let particles = try #require(Self.guns.first { $0.0 == hypothesis }).1
    let tracks = try Self.identified(particles, momentum: 0.8...2, background: 0.2, count: 150)
    #expect(tracks.count >= 130)
    let right = tracks.count { $0.probability(of: hypothesis) > 0.2 }
    // The reference has 0.94 e, 0.91 mu, 0.85 pi, 0.88 K, 0.94 p at this threshold; four standard deviations less for 140 tracks.
    #expect(Double(right) > 0.74 * Double(tracks.count), "\(right) of \(tracks.count)")
    for other in Hypothesis.allCases where other != hypothesis {
      let wrong = tracks.count { $0.probability(of: other) > 0.8 }
      #expect(Double(wrong) < 0.16 * Double(tracks.count), "\(wrong) of \(tracks.count) as \(other)")
    }
    for track in tracks {
      let sum = Hypothesis.allCases.reduce(Float(0)) { $0 + track.probability(of: $1) }
      #expect(abs(sum - 1) < 1e-5)
    }
  }

  @Test("The charge of the hits alone tells kaons and protons of 0.3 to 0.5 GeV from pions")
  func ionisation() throws {
    for (hypothesis, particles) in Self.guns[2...] {
      let tracks = try Self.identified(
        particles, momentum: 0.3...0.5, background: 0.2, count: 80, without: ["pid"])
      let measured = tracks.filter { $0.detectors.contains(.ionisation) }
      #expect(measured.count >= 50, "\(hypothesis)")
      let noVelocity = tracks.allSatisfy { !$0.detectors.contains(.velocity) }
      #expect(noVelocity)
      let right = measured.count { track in
        let best = [Hypothesis.pion, .kaon, .proton].max {
          track.ionisation[$0.rawValue] < track.ionisation[$1.rawValue]
        }
        return best == hypothesis
      }
      #expect(Double(right) > 0.85 * Double(measured.count), "\(right) of \(measured.count) \(hypothesis)")
    }
  }

  @Test("Where no muon gets to the muon detector, the velocity detectors tell pions from muons")
  func belowTheMuonDetector() throws {
    func shareAsMuon(_ particles: [String], without: Set<String>) throws -> Double {
      let tracks = try Self.identified(
        particles, momentum: 0.5...0.65, background: 0.2, count: 200, without: without)
      #expect(tracks.count > 150)
      let passing = tracks.count { $0.probability(of: .muon) > 0.2 }
      return Double(passing) / Double(tracks.count)
    }
    let pions = try shareAsMuon(["pi-", "pi+"], without: [])
    let pionsOfHits = try shareAsMuon(["pi-", "pi+"], without: ["pid"])
    // Shares of 180 tracks are known to 4 %.
    #expect(pions < 0.5 && pions < pionsOfHits - 0.12, "\(pions) \(pionsOfHits)")
    let muons = try shareAsMuon(["mu-", "mu+"], without: [])
    #expect(muons > 0.75, "\(muons)")
  }

  @Test("Muon-detector hits of random bits do no harm")
  func damagedMuonHits() throws {
    var toys = ToyEvents(try .belle2(), seed: 8)
    for _ in 0..<20 {
      for charge in [-1.0, 1] { toys.addPion(at: .zero, charge: charge) }
      for _ in 0..<100 { toys.addRandomMuonHit() }
      toys.endEvent()
    }
    let events = try SimulatedEventTests.reconstructed(toys.batch())
    var tracks = 0
    for row in 0..<20 {
      tracks += events.tracks(row: row).count
      let areScores = events.tracks(row: row).allSatisfy { (0...1).contains($0.muon) }
      #expect(areScores)
      let areFinite = events.neutralHadrons(row: row).allSatisfy { ($0.x + $0.y + $0.z + $0.time).isFinite }
      #expect(areFinite)
      #expect(events.identifications(row: row).count == events.tracks(row: row).count)
    }
    #expect(tracks >= 30)
  }
}
