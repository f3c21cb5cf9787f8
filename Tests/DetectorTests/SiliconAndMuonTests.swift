import Detector
import Foundation
import Kinematics
import Testing

@Suite("Silicon tracker and muon detector")
struct SiliconAndMuonTests {
  let detector: DetectorModel
  var silicon: SiliconTracker { detector.silicon }

  init() throws { detector = try DetectorModel.belle2() }

  @Test("8, 12, 7, 10, 12, 16 ladders with 2, 2, 2, 3, 4, 5 sensors; their ends are those of the layers")
  func counts() {
    #expect(silicon.layers.map(\.ladderCount) == [8, 12, 7, 10, 12, 16])
    #expect(silicon.layers.map(\.sensorCount) == [2, 2, 2, 3, 4, 5])
    #expect(silicon.sensors.count == 16 + 24 + 14 + 30 + 48 + 80)
    // Active ranges of z of the layers, cm.
    let ranges = [(-3.12, 5.92), (-4.29, 8.09), (-9.41, 15.38), (-16.2, 20.9), (-20.1, 29.3), (-25.4, 36.1)]
    for (layer, range) in zip(silicon.layers, ranges) {
      let sensors = silicon.sensors.filter { $0.layer == layer.layer }
      let ends = sensors.flatMap { [$0.position(u: 0, v: -$0.halfLength).z, $0.position(u: 0, v: $0.halfLength).z] }
      #expect(abs((ends.min() ?? 0) - range.0) < 0.1)
      #expect(abs((ends.max() ?? 0) - range.1) < 0.1)
    }
  }

  @Test("sensors have right-handed orthonormal axes with the normal outwards, and an index each")
  func axes() {
    for (index, sensor) in silicon.sensors.enumerated() {
      #expect(abs(sensor.directionU.dot(sensor.directionV)) < 1e-12)
      #expect((sensor.directionU.cross(sensor.directionV) - sensor.normal).length < 1e-12)
      #expect(sensor.normal.dot(Vector3(sensor.centre.x, sensor.centre.y, 0)) > 0)
      #expect(silicon.index(layer: sensor.layer, ladder: sensor.ladder, sensor: sensor.sensor) == index)
    }
    #expect(silicon.index(layer: 7, ladder: 1, sensor: 1) == nil)
    #expect(silicon.index(layer: 1, ladder: 0, sensor: 1) == nil)
  }

  @Test("a track from the origin goes through every layer, at the sensor's plane, on its active area, in order")
  func crossings() {
    var random = TestRandom(state: 9)
    var crossings: [SiliconCrossing] = []
    var layersHit = 0
    let tracks = 2000
    for _ in 0..<tracks {
      let momentum = Vector3(
        length: random.uniform(0.3, 3), theta: random.uniform(0.5, 2.2), phi: random.uniform(-3.14, 3.14))
      let helix = Helix(position: .zero, momentum: momentum, charge: random.next() % 2 == 0 ? 1 : -1)
      crossings.removeAll(keepingCapacity: true)
      silicon.appendCrossings(of: helix, from: 0, to: 60, into: &crossings)
      for crossing in crossings {
        let sensor = silicon.sensors[crossing.sensor]
        #expect((sensor.position(u: crossing.u, v: crossing.v) - crossing.position).length < 1e-8)
        #expect((helix.position(at: crossing.arcLength) - crossing.position).length < 1e-8)
      }
      #expect(zip(crossings, crossings.dropFirst()).allSatisfy { $0.arcLength <= $1.arcLength })
      layersHit += Set(crossings.map { silicon.sensors[$0.sensor].layer }).count
    }
    // Ladders overlap or leave slits of a few per cent.
    let fraction = Double(layersHit) / Double(6 * tracks)
    #expect(fraction > 0.93, "\(fraction)")
  }

  @Test("crossings agree with a brute-force walk along the path, slanted sensors and inward paths included")
  func bruteForce() {
    var random = TestRandom(state: 10)
    var crossings: [SiliconCrossing] = []
    var found = 0
    for _ in 0..<150 {
      let momentum = Vector3(
        length: random.uniform(0.15, 2), theta: random.uniform(0.32, 2.6), phi: random.uniform(-3.14, 3.14))
      let origin = Vector3(random.uniform(-6, 6), random.uniform(-6, 6), random.uniform(-5, 5))
      let (helix, start) = Helix.make(position: origin, momentum: momentum, charge: random.next() % 2 == 0 ? 1 : -1)
      let end = start + 30
      crossings.removeAll()
      silicon.appendCrossings(of: helix, from: start, to: end, into: &crossings)
      var expected: [(Int, Double)] = []
      let step = 0.02
      for (index, sensor) in silicon.sensors.enumerated() {
        var arc = start
        var before = sensor.normal.dot(helix.position(at: arc) - sensor.centre)
        while arc < end {
          let next = min(arc + step, end)
          let after = sensor.normal.dot(helix.position(at: next) - sensor.centre)
          if (before < 0) != (after < 0) {
            let crossing = arc + (next - arc) * before / (before - after)
            let (u, v) = sensor.local(helix.position(at: crossing))
            // Crossings within 10 um of an edge may go either way.
            if sensor.contains(u: u, v: v) { expected.append((index, crossing)) }
          }
          before = after
          arc = next
        }
      }
      for (index, arc) in expected {
        #expect(
          crossings.contains { $0.sensor == index && abs($0.arcLength - arc) < 1e-3 }, "sensor \(index), arc \(arc)")
      }
      #expect(crossings.count == expected.count)
      found += expected.count
    }
    #expect(found > 500)
  }

  @Test("muon layers: radii and acceptance of the barrel, coordinates that lead back to the point")
  func muon() throws {
    let muon = detector.muonDetector
    #expect(muon.barrelDistances.count == 15 && muon.forwardZ.count == 14 && muon.backwardZ.count == 12)
    var random = TestRandom(state: 12)
    var crossings: [MuonCrossing] = []
    for _ in 0..<1000 {
      let direction = Vector3(length: 1, theta: random.uniform(0.3, 2.7), phi: random.uniform(-3.14, 3.14))
      crossings.removeAll()
      muon.appendCrossings(of: StraightLine(origin: .zero, direction: direction), into: &crossings)
      for crossing in crossings {
        let point = muon.position(
          section: crossing.section, sector: crossing.sector, layer: crossing.layer, across: crossing.across,
          along: crossing.along)
        #expect((point - crossing.position).length < 1e-9)
      }
      let degrees = direction.theta / Units.degree
      if degrees > 55 && degrees < 113 {
        #expect(crossings.filter { $0.section.isBarrel }.count >= 13, "\(degrees)")
      }
      if degrees > 27 && degrees < 37 { #expect(crossings.contains { $0.section == .endcapForward }) }
      if degrees > 146 && degrees < 155 { #expect(crossings.contains { $0.section == .endcapBackward }) }
      #expect(Set(crossings.map { [Int($0.section.rawValue / 2 * 2), $0.sector, $0.layer] }).count == crossings.count)
    }
  }

  @Test("a stiff muon leaves the field on the tangent of its helix; a soft one curls up")
  func exit() throws {
    let stiff = Helix(position: .zero, momentum: Vector3(1.5, 0.2, 0.3), charge: -1)
    let (line, arc) = try #require(detector.muonDetector.exitLine(of: stiff))
    #expect(abs(line.origin.transverse - 176) < 1e-6)
    #expect((line.direction - stiff.tangent(at: arc).unit).length < 1e-12)
    let soft = Helix(position: .zero, momentum: Vector3(0.2, 0, 0), charge: 1)
    #expect(detector.muonDetector.exitLine(of: soft) == nil)
  }
}
