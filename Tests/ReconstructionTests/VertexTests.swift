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
    let places = toys.addKShorts(150)
    var events = EventReconstruction(detector: detector)
    try events.begin(toys.batch())
    var masses: [Double] = []
    var distances: [Double] = []
    var pointing: [Double] = []
    var probabilities: [Double] = []
    var massPulls: [Double] = []
    var radiusPulls: [Double] = []
    var inWindow = 0
    for (row, place) in places.enumerated() {
      events.run(.vertices, row: row)
      guard let vertex = events.vertices(row: row).first else { continue }
      masses.append(Double(vertex.mass) - 0.497611)
      distances.append(Double(vertex.rho) - place.transverse)
      pointing.append(Double(vertex.pointing))
      probabilities.append(Double(vertex.probability))
      if vertex.isKShort { inWindow += 1 }
      massPulls.append((Double(vertex.mass) - 0.497611) / Double(vertex.massError))
      // The position along z has one coordinate of its own; its error is that of the covariance's last lane.
      radiusPulls.append((Double(vertex.z) - place.z) / Double(vertex.covariance[5]).squareRoot())
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
    // Widths of pulls of 120 decays are known to 8 %.
    #expect((0.75...1.3).contains(Sample.spread(massPulls)))
    #expect((0.75...1.3).contains(Sample.spread(radiusPulls)))
  }

  @Test("The collision point comes out within its errors, with and without a displaced pair in the event")
  func promptVertex() throws {
    let detector = try DetectorModel.belle2()
    var toys = ToyEvents(detector, seed: 23)
    var points: [Vector3] = []
    for number in 0..<200 {
      let size = detector.beams.luminousRegion
      let point = Vector3(
        size.x * toys.random.gaussian(), size.y * toys.random.gaussian(), size.z * toys.random.gaussian())
      for track in 0..<4 { toys.addPion(at: point, charge: track % 2 == 0 ? 1 : -1) }
      if number % 2 == 0 {
        let away = point + Vector3(3, 0, 0.5)
        toys.add(position: away, momentum: Vector3(0.6, 0.3, 0.2), charge: 1)
        toys.add(position: away, momentum: Vector3(0.7, -0.2, 0), charge: -1)
      }
      toys.endEvent()
      points.append(point)
    }
    var events = EventReconstruction(detector: detector)
    try events.begin(toys.batch())
    var alongX: [Double] = []
    var alongZ: [Double] = []
    var distances: [Double] = []
    var flights: [Double] = []
    var tracks = 0
    for (row, point) in points.enumerated() {
      events.run(.vertices, row: row)
      let vertex = try #require(events.promptVertex(row: row))
      tracks += Int(vertex.tracks)
      distances.append(vertex.position.z - point.z)
      alongX.append((vertex.position.x - point.x) / Double(vertex.covariance[0]).squareRoot())
      alongZ.append((vertex.position.z - point.z) / Double(vertex.covariance[5]).squareRoot())
      for pair in events.vertices(row: row) where pair.rho < 0.5 { flights.append(Double(pair.flightSignificance)) }
    }
    #expect((0.85...1.2).contains(Sample.spread(alongX)))
    #expect((0.85...1.2).contains(Sample.spread(alongZ)))
    // Of 300 um the tracks make a tenth.
    #expect(Sample.spread(distances) < 0.004)
    #expect((740...800).contains(tracks))
    // Prompt pairs fly by no more than their error.
    #expect(flights.count > 600)
    #expect((0.85...1.15).contains(Sample.spread(flights)))
    #expect(abs(Sample.median(flights)) < 0.1)
  }

  @Test(
    "The error of the collision point along the beams has the flight of B mesons where tracks go all ways, not where they make jets"
  )
  func flightOfMesons() throws {
    let detector = try DetectorModel.belle2()
    var toys = ToyEvents(detector, seed: 27)
    // Directions in the centre of mass, boosted with the beams.
    let forward = detector.beams.boost.inverse
    let shapes: [[(theta: Double, phi: Double)]] = [
      [(90, 10), (90, 100), (90, 190), (90, 280), (50, 55), (130, 235), (50, 145), (130, 325)],
      [(80, 10), (85, 20), (75, 5), (82, 350), (100, 190), (95, 200), (105, 185), (98, 170)],
      [(90, 10), (90, 100), (90, 190), (60, 280)],
    ]
    for shape in shapes {
      for _ in 0..<60 {
        let turn = toys.random.uniform(0, 360)
        for (number, way) in shape.enumerated() {
          let momentum = Vector3(length: 0.8, theta: way.theta * Units.degree, phi: (way.phi + turn) * Units.degree)
          toys.add(
            position: .zero, momentum: forward.apply(FourVector(momentum: momentum, mass: Mass.pion)).momentum,
            charge: number % 2 == 0 ? 1 : -1)
        }
        toys.endEvent()
      }
    }
    var events = EventReconstruction(detector: detector)
    try events.begin(toys.batch())
    var errors: [[Double]] = [[], [], []]
    for row in 0..<180 {
      events.run(.vertices, row: row)
      guard events.tracks(row: row).count == shapes[row / 60].count else { continue }
      let vertex = try #require(events.promptVertex(row: row))
      errors[row / 60].append(Double(vertex.covariance[5]).squareRoot())
    }
    #expect(errors.allSatisfy { $0.count > 35 })
    // Two mesons fly 134 um on average, the middle of their decays has an rms of 162 um.
    #expect((0.010...0.0163).contains(Sample.median(errors[0])), "\(Sample.median(errors[0]))")
    #expect(Sample.median(errors[1]) < 0.004, "\(Sample.median(errors[1]))")
    #expect(Sample.median(errors[2]) < 0.004, "\(Sample.median(errors[2]))")
  }

  @Test("Three tracks of one displaced point make one vertex of three tracks")
  func threeTracks() throws {
    let detector = try DetectorModel.belle2()
    var toys = ToyEvents(detector, seed: 24)
    let place = Vector3(6, 2, 1)
    for _ in 0..<60 {
      toys.add(position: place, momentum: Vector3(0.6, 0.5, 0.3), charge: 1)
      toys.add(position: place, momentum: Vector3(0.9, 0.1, -0.1), charge: -1)
      toys.add(position: place, momentum: Vector3(0.4, -0.3, 0.1), charge: 1)
      toys.addPion(at: .zero, charge: -1)
      toys.endEvent()
    }
    var events = EventReconstruction(detector: detector)
    try events.begin(toys.batch())
    var found = 0
    var complete = 0
    for row in 0..<60 {
      events.run(.vertices, row: row)
      guard events.tracks(row: row).count == 4 else { continue }
      complete += 1
      let many = events.vertices(row: row).filter { $0.kind == ReconstructedVertex.Kind.manyTracks.rawValue }
      #expect(many.count <= 1)
      if let vertex = many.first, vertex.trackCount == 3, vertex.degreesOfFreedom == 3, abs(vertex.x - 6) < 0.2 {
        found += 1
      }
    }
    #expect(complete >= 40)
    #expect(found >= complete * 85 / 100)
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
