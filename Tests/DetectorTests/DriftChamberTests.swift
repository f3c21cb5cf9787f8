import Detector
import Foundation
import Kinematics
import Testing

/// A small generator for test inputs (SplitMix64): the same numbers on every machine.
struct TestRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  mutating func uniform(_ low: Double, _ high: Double) -> Double { Double.random(in: low...high, using: &self) }
}

/// Rows of a committed table, read independently of the model.
func rows(_ file: String) throws -> [[String: String]] {
  let folder = try DetectorModel.committedTables()
  let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
  let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
    $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
  }
  return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
}

@Suite("Drift chamber")
struct DriftChamberTests {
  let detector: DetectorModel
  var chamber: DriftChamber { detector.driftChamber }

  init() throws { detector = try DetectorModel.belle2() }

  @Test("56 layers, 14336 wires, 9 super-layers, 2336 track segments")
  func counts() {
    #expect(chamber.layers.count == 56)
    #expect(chamber.wireCount == 14336)
    #expect(chamber.superLayers.count == 9)
    #expect(chamber.trackSegments.count == 2336)
    #expect(chamber.superLayers.map(\.cellCount) == [160, 160, 192, 224, 256, 288, 320, 352, 384])
  }

  @Test("wire numbers lead to layer and cell and back, cells wrap around")
  func numbering() {
    for wire in 0..<chamber.wireCount {
      #expect(chamber.wire(layer: chamber.layer(ofWire: wire), cell: chamber.cell(ofWire: wire)) == wire)
    }
    #expect(chamber.wire(layer: 3, cell: -1) == chamber.wire(layer: 3, cell: 159))
    #expect(chamber.wire(layer: 55, cell: 384) == chamber.wire(layer: 55, cell: 0))
  }

  @Test("the radius of stereo layers at z = 0 is the column r_z0_cm of the table")
  func stereoRadius() throws {
    for (layer, row) in zip(chamber.layers, try rows("cdc_layers.tsv")) {
      let expected = try #require(Double(row["r_z0_cm"] ?? ""))
      #expect(abs(layer.radius(atZ: 0) - expected) < 0.02)
      #expect(abs(layer.radius(atZ: layer.zBackward) - layer.endRadius) < 1e-9)
    }
  }

  @Test("the polar range of straight lines is that of the columns theta_min_deg and theta_max_deg")
  func polarRange() throws {
    for layer in chamber.layers {
      #expect(abs(atan2(layer.endRadius, layer.zForward) - layer.thetaMin) < 0.01 * Units.degree + 1e-6)
      #expect(abs(atan2(layer.endRadius, layer.zBackward) - layer.thetaMax) < 0.01 * Units.degree + 1e-6)
    }
  }

  @Test("the stereo angle follows from the twist: tan = 2 R sin(twist/2)/length")
  func stereoAngle() {
    for layer in chamber.layers where layer.twist != 0 {
      let angle = atan(2 * layer.endRadius * sin(layer.twist / 2) / (layer.zForward - layer.zBackward))
      #expect(abs(angle - layer.stereoAngle) < 2e-3)
    }
  }

  @Test("azimuth and radius of a wire at z agree with the straight line between its ends")
  func straightWires() {
    var random = TestRandom(state: 1)
    for _ in 0..<2000 {
      let wire = Int(random.next() % UInt64(chamber.wireCount))
      let layer = chamber.layers[chamber.layer(ofWire: wire)]
      let z = random.uniform(layer.zBackward, layer.zForward)
      let point = chamber.position(ofWire: wire, atZ: z)
      #expect(abs(point.z - z) < 1e-9)
      #expect(abs(wrappedAngle(point.phi - chamber.phi(ofWire: wire, atZ: z))) < 1e-9)
      #expect(abs(point.transverse - layer.radius(atZ: z)) < 1e-9)
      #expect(layer.cell(phi: point.phi, z: z) == chamber.cell(ofWire: wire))
      #expect(layer.cell(phi: point.phi + 0.49 * layer.cellAngle, z: z) == chamber.cell(ofWire: wire))
    }
  }

  @Test("every segment has 15 or 11 wires of its super-layer in five rows, one of first and two of second priority")
  func segments() {
    let map = chamber.trackSegments
    for segment in 0..<map.count {
      let superLayer = chamber.superLayers[Int(map.superLayer[segment])]
      let wires = map.members(of: segment)
      #expect(wires.count == (superLayer.index == 0 ? 15 : 11))
      #expect(Set(wires).count == wires.count)
      let range = Int(map.starts[segment])..<Int(map.starts[segment + 1])
      #expect(Set(map.rows[range]).count == 5)
      let first = map.members(of: segment, priority: 1)
      let second = map.members(of: segment, priority: 2)
      #expect(first.count == 1 && second.count == 2)
      #expect(chamber.layer(ofWire: first[0]) == superLayer.firstPriorityLayer)
      #expect(second.allSatisfy { chamber.layer(ofWire: $0) == superLayer.secondPriorityLayer })
      #expect(chamber.cell(ofWire: first[0]) == segment - superLayer.firstSegment)
      for wire in wires {
        #expect(map.segments(ofWire: Int(wire)).contains(UInt16(segment)))
        // Wires of a segment stand close together: within three cells of its centre.
        let centre = chamber.phi(ofWire: first[0], atZ: 0)
        #expect(abs(wrappedAngle(chamber.phi(ofWire: Int(wire), atZ: 0) - centre)) < 3 * 2 * Double.pi / 160)
      }
    }
    #expect(map.segmentsOfWires.count == map.wires.count)
  }

  @Test("the second-priority wires lie on both sides of the first-priority wire, half a cell away")
  func priorityCells() {
    for superLayer in chamber.superLayers {
      let map = chamber.trackSegments
      let segment = superLayer.firstSegment + 7
      let first = chamber.phi(ofWire: map.members(of: segment, priority: 1)[0], atZ: -30)
      let offsets = map.members(of: segment, priority: 2).map {
        wrappedAngle(chamber.phi(ofWire: $0, atZ: -30) - first) * Double(superLayer.cellCount) / (2 * Double.pi)
      }
      #expect(abs(offsets[0] + 0.5) < 0.1)
      #expect(abs(offsets[1] - 0.5) < 0.1)
    }
  }

  @Test("drift time and distance are inverse, monotonous, and end between 150 and 450 ns")
  func driftRelation() {
    let drift = chamber.drift
    for layer in 0..<56 {
      var previous = -1.0
      for step in 0...100 {
        let distance = drift.largestDistance[layer] * Double(step) / 100
        let time = drift.time(distance: distance, layer: layer)
        #expect(time > previous)
        previous = time
        #expect(abs(drift.distance(time: time, layer: layer) - distance) < 1e-10)
      }
      #expect((layer < 8 ? 150.0...260 : 220.0...450).contains(drift.longestTime[layer]))
      #expect(drift.distance(time: -5, layer: layer) == 0)
      #expect(drift.distance(time: 1e6, layer: layer) == drift.largestDistance[layer])
    }
    #expect(abs(drift.velocity(distance: 0.1, layer: 30) - 0.004) < 1e-12)
    #expect(drift.count(time: 100) == 102)
    #expect(drift.count(time: 1e9) == Int16.max)
    #expect(drift.count(time: -.infinity) == Int16.min)
  }
}
