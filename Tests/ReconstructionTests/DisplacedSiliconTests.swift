import Detector
import Foundation
import Kinematics
import Reconstruction
import Statistics
import Testing

@Suite("Soft tracks of decays in the silicon") struct DisplacedSiliconTests {
  /// Soft K_S that decay 1 to 7 cm from the axis, one in each event.
  private static func softKShorts(_ count: Int, seed: UInt64) throws -> (events: EventReconstruction, places: [Vector3])
  {
    let detector = try DetectorModel.belle2()
    var toys = ToyEvents(detector, seed: seed)
    var places: [Vector3] = []
    for _ in 0..<count {
      let flight = Vector3(
        length: 1, theta: toys.random.uniform(55, 110) * Units.degree, phi: toys.random.uniform(-Double.pi, Double.pi))
      let place = toys.random.uniform(1, 7) / flight.transverse * flight
      let mother = FourVector(momentum: toys.random.uniform(0.15, 0.5) * flight, mass: 0.497611)
      let axis = Vector3(
        length: 0.20597, theta: toys.random.uniform(1, 2.1), phi: toys.random.uniform(-Double.pi, Double.pi))
      let rest = try #require(Boost(toRestFrameOf: mother))
      for charge in [1.0, -1.0] {
        let momentum = rest.inverse.apply(FourVector(momentum: charge * axis, mass: Mass.pion)).momentum
        toys.add(position: place, momentum: momentum, charge: charge)
      }
      toys.endEvent()
      places.append(place)
    }
    var events = EventReconstruction(detector: detector)
    try events.begin(toys.batch())
    return (events, places)
  }

  @Test("Pions of soft K_S are found from three points and the chamber, and make vertices where the K_S decayed")
  func kShort() throws {
    var (events, places) = try Self.softKShorts(120, seed: 41)
    var before = 0
    var after = 0
    var others = 0
    var distances: [Double] = []
    for (row, place) in places.enumerated() {
      events.run(.vertices, row: row)
      func near(_ vertex: ReconstructedVertex) -> Bool {
        let offset = Vector3(Double(vertex.x), Double(vertex.y), Double(vertex.z)) - place
        return offset.length < 1 && abs(vertex.mass - 0.4976) < 0.03
      }
      before += events.vertices(row: row).contains(where: near) ? 1 : 0
      events.run(.siliconVertices, row: row)
      let found = events.vertices(row: row).filter(near)
      after += found.isEmpty ? 0 : 1
      if let vertex = found.first { distances.append(Double(vertex.rho) - place.transverse) }
      others += max(0, events.tracks(row: row).count - 2)
    }
    // The reference for all K_S of B decays is 58 to 74 % at these radii.
    #expect(after >= 90, "of 120, \(before) of them without tracks that begin in the silicon")
    #expect(after > before + 10)
    #expect(others <= 12)
    #expect(Sample.spread(distances) < 0.1)
  }

  @Test("Vertices do not depend on whether the tracks that begin in the silicon were found before them")
  func order() throws {
    var (first, _) = try Self.softKShorts(40, seed: 42)
    var second = first
    for row in 0..<first.rowCount {
      first.run(.vertices, row: row)
      second.run(.siliconTracks, row: row)
      second.run(.vertices, row: row)
      #expect(Array(first.vertices(row: row)) == Array(second.vertices(row: row)))
      let known = Array(first.vertices(row: row))
      first.run(.siliconVertices, row: row)
      second.run(.siliconVertices, row: row)
      let all = Array(first.vertices(row: row))
      #expect(all == Array(second.vertices(row: row)))
      #expect(Array(all.prefix(known.count)) == known, "vertices known before keep their places")
      let pairs = all.filter { $0.trackCount == 2 }.map { [$0.positive, $0.negative] }
      #expect(Set(pairs).count == pairs.count, "each pair once")
    }
    #expect(first.executions == second.executions)
  }

  @Test("Tracks that begin in the silicon are fitted with other masses: heavier particles lost more energy")
  func hypotheses() throws {
    var (events, places) = try Self.softKShorts(60, seed: 43)
    var tracks = 0
    var fits = 0
    var heavier = 0
    for row in places.indices {
      events.run(.siliconTracks, row: row)
      let known = events.tracksOfChamber(row: row).count
      let all = Array(events.tracks(row: row))
      events.run(.hypotheses, row: row)
      tracks += all.count - known
      for fit in events.hypotheses(row: row) where Int(fit.track) >= known && fit.hypothesis == .kaon {
        fits += 1
        heavier += fit.fit.momentum > all[Int(fit.track)].momentum ? 1 : 0
      }
    }
    #expect(tracks >= 30)
    #expect(fits >= tracks * 6 / 10)
    #expect(heavier >= fits * 9 / 10)
  }
}
