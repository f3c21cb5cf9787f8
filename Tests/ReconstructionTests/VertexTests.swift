import Detector
import Foundation
import Kinematics
import Reconstruction
import Statistics
import Testing

@Suite("Vertices of two tracks") struct VertexTests {
  @Test("K_S decays give their vertex, mass and direction back")
  func kShort() throws {
    let detector = try DetectorModel.belle2()
    var toys = ToyEvents(detector, seed: 21)
    var places: [Vector3] = []
    for _ in 0..<150 {
      let flight = Vector3(
        length: 1, theta: toys.random.uniform(50, 110) * Units.degree, phi: toys.random.uniform(-Double.pi, Double.pi))
      let place = toys.random.uniform(2, 20) / flight.transverse * flight
      let mother = FourVector(momentum: toys.random.uniform(0.8, 2) * flight, mass: 0.497611)
      // Two-body decay in the rest frame, then to the laboratory.
      let axis = Vector3(
        length: 0.20597, theta: toys.random.uniform(0.7, 2.4), phi: toys.random.uniform(-Double.pi, Double.pi))
      let boost = try #require(Boost(toRestFrameOf: mother)).inverse
      let positive = boost.apply(FourVector(momentum: axis, mass: Mass.pion)).momentum
      let negative = boost.apply(FourVector(momentum: -axis, mass: Mass.pion)).momentum
      toys.add(position: place, momentum: positive, charge: 1)
      toys.add(position: place, momentum: negative, charge: -1)
      toys.endEvent()
      places.append(place)
    }
    var events = EventReconstruction(detector: detector)
    try events.begin(toys.batch())
    var masses: [Double] = []
    var distances: [Double] = []
    var pointing: [Double] = []
    var probabilities: [Double] = []
    var inWindow = 0
    for (row, place) in places.enumerated() {
      events.run(.vertices, row: row)
      guard let vertex = events.vertices(row: row).first else { continue }
      masses.append(Double(vertex.mass) - 0.497611)
      distances.append(Double(vertex.rho) - place.transverse)
      pointing.append(Double(vertex.pointing))
      probabilities.append(Double(vertex.probability))
      if vertex.isKShort { inWindow += 1 }
    }
    // Both tracks of a decay must be found: the reference for real events is 50 to 74 % at these radii.
    #expect(masses.count >= 115)
    #expect(inWindow >= masses.count * 85 / 100)
    #expect(abs(Sample.median(masses)) < 0.0015)
    #expect(Sample.spread(masses) < 0.006)
    #expect(Sample.spread(distances) < 0.1)
    #expect(Sample.median(pointing) < 0.02)
    // Probabilities of good vertices are flat between 0 and 1.
    #expect((0.3...0.65).contains(Sample.median(probabilities)))
  }

  @Test("Tracks that pass each other at a distance make no vertex")
  func apart() throws {
    let detector = try DetectorModel.belle2()
    var toys = ToyEvents(detector, seed: 22)
    for _ in 0..<40 {
      let phi = toys.random.uniform(-Double.pi, Double.pi)
      toys.add(position: .zero, momentum: Vector3(cos(phi), sin(phi), 0.1), charge: 1)
      toys.add(position: Vector3(0, 0, 4), momentum: Vector3(-cos(phi), sin(phi), 0.1), charge: -1)
      toys.endEvent()
    }
    var events = EventReconstruction(detector: detector)
    try events.begin(toys.batch())
    var vertices = 0
    for row in 0..<40 {
      events.run(.vertices, row: row)
      #expect(events.tracks(row: row).count == 2)
      vertices += events.vertices(row: row).count { $0.rho < 5 }
    }
    #expect(vertices <= 1)
  }
}
