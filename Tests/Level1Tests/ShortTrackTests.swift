import Detector
import Foundation
import Level1
import Statistics
import Testing

/// Short and inner tracks: the rules written out slowly, and the table of patterns.
@Suite("Short and inner tracks")
struct ShortTrackTests {
  @Test("set both bins where a segment lies across a border, and one bin elsewhere")
  func bins() {
    for (cells, across) in [(160, 32), (192, 0), (224, 32), (256, 0)] {
      let masks = SegmentAzimuths.masks(cells: cells)
      #expect(masks.count == cells)
      #expect(masks.count { $0.nonzeroBitCount == 2 } == across)
      #expect(masks.allSatisfy { (1...2).contains($0.nonzeroBitCount) })
      // Segment i begins at bin 64 i / n.
      for (segment, mask) in masks.enumerated() { #expect(mask >> UInt64(64 * segment / cells) & 1 == 1) }
    }
    #expect(SegmentAzimuths.masks(cells: 160)[2] == 0b11)
    #expect(SegmentAzimuths.masks(cells: 224)[3] == 0b11)
  }

  private func words(_ random: inout CounterRandom, density: Double) -> UInt64 {
    (0..<64).reduce(0) { bits, bin in random.chance(density) ? bits | 1 << UInt64(bin) : bits }
  }

  private func isSet(_ bits: UInt64, _ bin: Int) -> Bool { bits >> UInt64((bin + 640) % 64) & 1 == 1 }

  @Test("are what the patterns say bin by bin, on random segments")
  func slowShortTracks() {
    let finder = ShortTrackFinder()
    var random = CounterRandom(seed: 3, purpose: RandomPurpose(named: "short tracks"))
    var found = 0
    for _ in 0..<300 {
      var segments = SegmentAzimuths()
      let density = random.uniform(0, 0.3)
      segments.superLayer0 = words(&random, density: density)
      segments.superLayer1 = words(&random, density: density)
      segments.superLayer2 = words(&random, density: density)
      segments.superLayer3 = words(&random, density: density)
      segments.superLayer4 = words(&random, density: density)
      let short = finder.find(segments, tracks: DriftChamberTracks())
      var bins: UInt64 = 0
      var inner: UInt64 = 0
      var forward: UInt64 = 0
      var backward: UInt64 = 0
      var reached: (forward: UInt64, backward: UInt64) = (0, 0)
      for pattern in ShortTrackPattern.standard {
        let offsets = (0..<4).map { Int(pattern.offsets[$0]) }
        for bin in 0..<64 where isSet(segments.superLayer2, bin) && isSet(segments.superLayer0, bin + offsets[0]) {
          guard isSet(segments.superLayer1, bin + offsets[1]), isSet(segments.superLayer3, bin + offsets[2]),
            isSet(segments.superLayer4, bin + offsets[3])
          else { continue }
          bins |= 1 << UInt64(bin)
          let start = (bin + offsets[0] + 64) % 64
          if inner >> UInt64(start) & 1 == 1 { continue }
          inner |= 1 << UInt64(start)
          if pattern.destination == .barrel { continue }
          for step in pattern.endcapBins {
            let end: UInt64 = 1 << UInt64((start + Int(step) + 64) % 64)
            if pattern.destination == .forward { reached.forward |= end } else { reached.backward |= end }
          }
          if pattern.destination == .forward { forward |= 1 << UInt64(start) } else { backward |= 1 << UInt64(start) }
        }
      }
      #expect(short.bins == bins && short.innerBins == inner)
      #expect(short.forward == forward && short.backward == backward)
      #expect(short.forwardEndcap == reached.forward && short.backwardEndcap == reached.backward)
      // Runs of bins, counted by walking around from an empty bin.
      if let start = (0..<64).first(where: { !isSet(bins, $0) }) {
        #expect(short.count == (0..<64).count { isSet(bins, start + $0) && !isSet(bins, start + $0 - 1) })
      }
      found += short.count
    }
    #expect(found > 300)
  }

  @Test("find inner tracks as the windows say bin by bin")
  func slowInnerTracks() {
    var random = CounterRandom(seed: 4, purpose: RandomPurpose(named: "inner tracks"))
    for _ in 0..<500 {
      var segments = SegmentAzimuths()
      let density = random.uniform(0, 0.3)
      segments.superLayer0 = words(&random, density: density)
      segments.superLayer1 = words(&random, density: density)
      segments.superLayer2 = words(&random, density: density)
      let inner = InnerTracks(segments)
      for bin in 0..<64 {
        let expected =
          isSet(segments.superLayer0, bin) && (-4...0).contains { isSet(segments.superLayer1, bin + $0) }
          && (-2...2).contains { isSet(segments.superLayer2, bin + $0) }
        #expect(isSet(inner.bins, bin) == expected)
      }
    }
  }

  @Test("are seen in all bins of 10 degrees that they overlap, and in the quadrants around these")
  func conversion() {
    for bin in 0..<64 {
      let wide = AzimuthBins(sixtyFourths: 1 << UInt64(bin))
      for ten in 0..<36 {
        let overlaps = max(Double(bin) / 64, Double(ten) / 36) < min(Double(bin + 1) / 64, Double(ten + 1) / 36) - 1e-9
        #expect(wide.bits >> UInt64(ten) & 1 == (overlaps ? 1 : 0))
      }
    }
    for ten in 0..<36 {
      let quadrants = AzimuthBins(bits: 1 << UInt64(ten)).quadrants
      for quadrant in 0..<4 {
        let distance = min(abs(ten - 9 * quadrant - 4), 36 - abs(ten - 9 * quadrant - 4))
        #expect(quadrants >> UInt32(quadrant) & 1 == (distance <= 5 ? 1 : 0))
      }
    }
  }

  @Test("are not looked for where a two-dimensional track passes")
  func veto() throws {
    let detector = try DetectorModel.belle2()
    let masks = SegmentAzimuths.masks(detector.driftChamber)
    var toy = ToyTracks(chamber: detector.driftChamber, efficiency: 1)
    let segmentFinder = TrackSegmentFinder(detector.driftChamber)
    let trackFinder = HoughFinder(detector.driftChamber)
    let finder = ShortTrackFinder()
    var random = CounterRandom(seed: 5, purpose: RandomPurpose(named: "veto"))
    var left = 0
    for event in 0..<300 {
      toy.throwTrack(
        transverseMomentum: random.uniform(0.33, 3), charge: event % 2 == 0 ? 1 : -1, phi0: random.uniform(-3, 3),
        &random)
      let (wires, counts) = (toy.wires, toy.counts)
      var segments = TrackSegments()
      segmentFinder.find(wire: wires.span, tdc: counts.span, into: &segments)
      var tracks = DriftChamberTracks()
      trackFinder.find(segments, into: &tracks)
      let azimuths = SegmentAzimuths(segments, masks: masks)
      #expect(tracks.count > 0)
      #expect(finder.find(azimuths, tracks: DriftChamberTracks()).count == 1, "without veto it is a short track too")
      if finder.find(azimuths, tracks: tracks).count > 0 { left += 1 }
    }
    #expect(left == 0)
    // Up to the whole circle, whatever the curvature.
    #expect(ShortTrackFinder.veto(DriftChamberTracks()) == 0)
  }

  @Test("follow the committed table of patterns, which is what the generator makes")
  func table() throws {
    let patterns = try ShortTrackPatternGenerator(.belle2()).patterns()
    if ProcessInfo.processInfo.environment["SLUICE_WRITE_TABLES"] != nil { try Self.write(patterns) }
    let isCommitted = patterns == ShortTrackPattern.standard
    #expect(isCommitted, "make tables writes the table anew")
    #expect(patterns.count > 100 && patterns.count < 200)
  }

  private static func write(_ patterns: [ShortTrackPattern]) throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../Sources/Level1/ShortTracks/ShortTrackPatternTable.swift")
    var text = """
      extension ShortTrackPattern {
        /// Seven numbers to a pattern, see ``row``. Written by `make tables`; a test holds it to the generator.
        static let standardRows: [Int8] = [

      """
    for pattern in patterns { text += "    " + pattern.row.map { "\($0)," }.joined(separator: " ") + "\n" }
    try (text + "  ]\n}\n").write(to: file, atomically: true, encoding: .utf8)
  }
}
