import ArrowStream
import Detector
import EventModel
import Level1
import Menu
import Simulation
import Statistics
import Testing

/// Where short and inner tracks are found: simulated muons from the interaction point, without background.
@Suite("Acceptance of short and inner tracks")
struct ShortTrackAcceptanceTests {
  /// How many of the events have what.
  struct Counts {
    var events = 0
    var short = 0
    var unvetoedShort = 0
    var inner = 0
    var forward = 0
    var backward = 0
    var full = 0

    func fraction(_ number: Int) -> Double { Double(number) / Double(events) }
  }

  private func counts(
    _ momentum: ClosedRange<Double>, _ theta: ClosedRange<Double>, vertexZ: ClosedRange<Double> = -1...1,
    events: Int = 400
  ) throws -> Counts {
    let batch = try SimulatedGun(["mu-", "mu+"], momentum: momentum, theta: theta, vertexZ: vertexZ)
      .batch(events: events)
    let text =
      "menu: test\nversion: 1\nlevel1:\n  inputs: belle2\n  lines:\n    - name: any\n      bits: track\n"
    let menu = try TriggerMenu(
      text: text,
      vocabularies: MenuVocabularies(level1: [Level1Vocabulary.belle2], highLevel: [Vocabulary(name: "none")]))
    let detector = try DetectorModel.belle2()
    let level1 = try Level1Trigger(level: menu.level1.compile(), detector: detector, seed: 1)
    let masks = SegmentAzimuths.masks(detector.driftChamber)
    let finder = ShortTrackFinder()
    var counts = Counts(events: events)
    for row in 0..<events {
      let primitives = try level1.primitives(of: row, in: batch)
      let azimuths = SegmentAzimuths(primitives.segments, masks: masks)
      if finder.find(azimuths, tracks: DriftChamberTracks()).count > 0 { counts.unvetoedShort += 1 }
      if primitives.shortTracks.count > 0 { counts.short += 1 }
      if primitives.shortTracks.forward != 0 { counts.forward += 1 }
      if primitives.shortTracks.backward != 0 { counts.backward += 1 }
      if primitives.innerTracks.count > 0 { counts.inner += 1 }
      if primitives.tracks.count > 0 { counts.full += 1 }
    }
    return counts
  }

  @Test("finds short tracks from 23.5 to 134 degrees, none outside 22 to 136, and says to which endcap they go")
  func polarAcceptance() throws {
    let forward = try counts(0.6...2, 24...28.5)
    #expect(forward.fraction(forward.short) > 0.97, "\(forward)")
    #expect(forward.fraction(forward.forward) > 0.97 && forward.backward == 0 && forward.full == 0, "\(forward)")
    let backward = try counts(0.6...2, 130...133.5)
    #expect(backward.fraction(backward.short) > 0.95, "\(backward)")
    #expect(backward.fraction(backward.backward) > 0.95 && backward.forward == 0, "\(backward)")
    for theta in [17.5...21.5, 136.0...143.5] {
      let outside = try counts(0.6...2, theta)
      #expect(outside.unvetoedShort == 0, "\(outside) at \(theta)")
      #expect(outside.fraction(outside.inner) > 0.97, "\(outside) at \(theta)")
    }
    for theta in [15...16.4, 146.0...148.0] {
      let outside = try counts(0.6...2, theta)
      #expect(outside.inner == 0 && outside.short == 0, "\(outside) at \(theta)")
    }
  }

  @Test("does not call a two-dimensional track short, though it would be one")
  func fullTracks() throws {
    let barrel = try counts(0.4...3, 40...115, events: 1000)
    #expect(barrel.fraction(barrel.unvetoedShort) > 0.95, "\(barrel)")
    #expect(barrel.fraction(barrel.inner) > 0.97, "\(barrel)")
    #expect(barrel.fraction(barrel.full) > 0.98, "\(barrel)")
    #expect(barrel.fraction(barrel.short) < 0.02, "\(barrel)")
  }

  @Test("finds half of the short tracks at 0.21 GeV, half of the inner tracks at 0.18 GeV of transverse momentum")
  func momentumThresholds() throws {
    let below = try counts(0.15...0.185, 40...110)
    #expect(below.short == 0, "\(below)")
    let threshold = try counts(0.20...0.22, 40...110)
    #expect((0.25...0.75).contains(threshold.fraction(threshold.short)), "\(threshold)")
    let above = try counts(0.24...0.28, 40...110)
    #expect(above.fraction(above.short) > 0.95, "\(above)")
    let innerBelow = try counts(0.10...0.145, 40...110)
    #expect(innerBelow.inner == 0, "\(innerBelow)")
    let innerThreshold = try counts(0.17...0.19, 40...110)
    #expect((0.25...0.75).contains(innerThreshold.fraction(innerThreshold.inner)), "\(innerThreshold)")
    #expect(above.fraction(above.inner) > 0.97, "\(above)")
  }
}
