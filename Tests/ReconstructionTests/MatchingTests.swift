import Detector
import Foundation
import Kinematics
import Reconstruction
import Testing

/// Tracks of toy helices and crystals put in by hand where they enter the calorimeter.
@Suite("Matching of tracks and clusters") struct MatchingTests {
  /// A pion of 1 GeV, and the crystal it enters with the one five further in azimuth.
  private static func add(to toys: inout ToyEvents, phi: Double) throws -> (own: Int, other: Int) {
    let momentum = Vector3(length: 1, theta: 80 * Units.degree, phi: phi)
    toys.add(position: .zero, momentum: momentum, charge: 1)
    let calorimeter = toys.detector.calorimeter
    let helix = Helix(position: .zero, momentum: momentum, charge: 1)
    let arc = try #require(calorimeter.arcLengthToFrontFace(helix))
    let direction = helix.tangent(at: arc)
    let point = helix.position(at: arc) + (8 / direction.length) * direction
    let own = try #require(calorimeter.crystal(atTheta: point.theta, phi: point.phi))
    let other = try #require(
      calorimeter.crystal(atTheta: point.theta, phi: point.phi + 5 * 2 * Double.pi / 144))
    return (own, other)
  }

  @Test("A track belongs to the cluster it enters, not to a larger one beside it or to one out of time")
  func nearest() throws {
    var toys = ToyEvents(try .belle2(), seed: 17)
    for step in 0..<20 {
      let (own, other) = try Self.add(to: &toys, phi: 0.3 * Double(step))
      toys.addCrystal(own, energy: 0.22, time: step % 2 == 0 ? 0 : 150)
      toys.addCrystal(other, energy: 0.5, time: 0)
      toys.endEvent()
    }
    let events = try SimulatedEventTests.reconstructed(toys.batch(), .matching)
    var right = 0
    for row in 0..<20 {
      let tracks = events.tracks(row: row)
      let clusters = events.clusters(row: row)
      #expect(clusters.count == 2)
      guard let track = tracks.first else { continue }
      let isInTime = row % 2 == 0
      // Most energetic first: the track's own is the second.
      let expected: Int16 = isInTime ? 1 : -1
      if track.cluster == expected { right += 1 }
      #expect(clusters[clusters.startIndex].track == -1)
      if track.cluster == 1 { #expect(clusters[clusters.startIndex + 1].track == 0) }
    }
    #expect(right >= 18)
  }

  @Test("Of two tracks that point to a cluster it belongs to the one that fits it better")
  func best() throws {
    var toys = ToyEvents(try .belle2(), seed: 18)
    for step in 0..<10 {
      let phi = 0.6 * Double(step)
      let (own, _) = try Self.add(to: &toys, phi: phi)
      _ = try Self.add(to: &toys, phi: phi + 0.07)
      toys.addCrystal(own, energy: 0.22, time: 0)
      toys.endEvent()
    }
    let events = try SimulatedEventTests.reconstructed(toys.batch(), .matching)
    var right = 0
    for row in 0..<10 {
      let tracks = events.tracks(row: row)
      guard tracks.count == 2, let cluster = events.clusters(row: row).first, cluster.track >= 0 else { continue }
      let owner = tracks[tracks.startIndex + Int(cluster.track)]
      if abs(PortableAngles.wrapped(Double(owner.phi0) - 0.6 * Double(row))) < 0.035 { right += 1 }
    }
    #expect(right >= 8)
  }
}
