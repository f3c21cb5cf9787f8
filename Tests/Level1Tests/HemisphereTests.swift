import ArrowStream
import Detector
import EventModel
import Foundation
import Level1
import Simulation
import Statistics
import Testing

/// `samhem` and `opohem`: one fitted track, and a cluster that a test puts somewhere.
@Suite("Hemispheres of one track")
struct HemisphereTests {
  @Test("has a tangent as good as the library's")
  func tangents() {
    for step in -1450...1450 {
      let angle = Double(step) / 1000
      #expect(abs(tangent(angle) - tan(angle)) <= 8 * max(tan(angle).magnitude.ulp, 1e-300))
    }
  }

  /// The primitives' tracks of a muon of 2 GeV at 90 degrees, or of two.
  private func tracks(_ angles: [Double]) throws -> DriftChamberTracks {
    let detector = try DetectorModel.belle2()
    var toy = ToyTracks(chamber: detector.driftChamber, efficiency: 1)
    var random = CounterRandom(seed: 5, purpose: RandomPurpose(named: "hemispheres"))
    var wires: [UInt16] = []
    var counts: [Int16] = []
    for angle in angles {
      toy.throwTrack(transverseMomentum: 2, charge: 1, phi0: angle, &random)
      wires += toy.wires
      counts += toy.counts.map { _ in 60 }
    }
    var segments = TrackSegments()
    TrackSegmentFinder(detector.driftChamber).find(wire: wires.span, tdc: counts.span, into: &segments)
    var tracks = DriftChamberTracks()
    HoughFinder(detector.driftChamber).find(segments, into: &tracks)
    StereoFitter(detector.driftChamber).fit(segments, eventTime: 0, into: &tracks)
    return tracks
  }

  private func logic(_ tracks: DriftChamberTracks, ring: Int, azimuth: Double, time: Float = 0) throws
    -> (same: Bool, opposite: Bool)
  {
    let calorimeter = try DetectorModel.belle2().calorimeter
    let map = TriggerCellMap(calorimeter.trigger)
    let energies = TriggerCellEnergies(
      cellOfCrystal: [0] + (1...calorimeter.crystalCount).map { UInt16(calorimeter.triggerCell(ofCrystal: $0)) })
    var random = CounterRandom(seed: 1, purpose: RandomPurpose(named: "noise"))
    let cells = calorimeter.trigger.rings[ring - 1].cellCount
    let turns = azimuth / 360 - (azimuth / 360).rounded(.down)
    let cell = calorimeter.trigger.cell(ring: ring, position: 1 + Int(turns * Double(cells)))
    let crystals = [calorimeter.trigger.crystals(ofCell: cell).first!]
    let (energy, times) = ([Float(1)], [Float(0)])
    energies.fill(crystal: crystals.span, energy: energy.span, time: times.span, random: &random)
    var clusters = CalorimeterClusters()
    _ = ClusterFinder(map: map).find(energies, into: &clusters)
    let logic = HemisphereLogic(tracks: tracks, clusters: clusters, calorimeterTime: time, map: map)
    return (logic.isSame, logic.isOpposite)
  }

  @Test("puts clusters more than 80 degrees away into the other hemisphere, others by their polar angle")
  func hemispheres() throws {
    let one = try tracks([2])
    #expect(one.count == 1 && one.z0[0].isFinite && abs(one.cotTheta[0]) < 0.3)
    let azimuth = 2 * 180 / Double.pi
    // Ring 10 is at 83 degrees: cotangent 0.12.
    #expect(try logic(one, ring: 10, azimuth: azimuth) == (false, false), "its own cluster")
    #expect(try logic(one, ring: 10, azimuth: azimuth + 180) == (false, true))
    #expect(try logic(one, ring: 10, azimuth: azimuth + 95) == (false, true))
    #expect(try logic(one, ring: 10, azimuth: azimuth - 95) == (false, true))
    #expect(try logic(one, ring: 10, azimuth: azimuth + 70) == (false, false))
    // Ring 4 at 35 degrees: cotangent 1.43, ring 16 at 135 degrees: -1.
    #expect(try logic(one, ring: 4, azimuth: azimuth + 20) == (true, false))
    #expect(try logic(one, ring: 16, azimuth: azimuth - 20) == (true, false))
    #expect(try logic(one, ring: 10, azimuth: azimuth + 180, time: 150) == (false, false), "of another time")
  }

  @Test("says nothing about no track and about two")
  func otherNumbers() throws {
    #expect(try logic(DriftChamberTracks(), ring: 10, azimuth: 10) == (false, false))
    let two = try tracks([2, -1])
    #expect(two.count == 2)
    #expect(try logic(two, ring: 10, azimuth: 20) == (false, false))
  }
}
