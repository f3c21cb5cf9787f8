import ArrowStream
import Detector
import EventModel
import Foundation
import Level1
import Menu
import Simulation
import Testing

/// The three-dimensional fit and the drift chamber's event time on simulated tracks (`Documentation/level1.md`,
/// section "Drift chamber").
@Suite("Three-dimensional fit and event time")
struct StereoFitTests {
  /// Deviations of one track per event from the particle of the event.
  struct Deviations {
    var z: [Double] = []
    var cotTheta: [Double] = []

    init(_ sample: ReferenceTests.Sample) {
      for row in 0..<sample.count {
        guard let track = sample.track(row), sample.column.tracks.z0[track].isFinite else { continue }
        let index = sample.truth.rows[row].lowerBound
        let (px, py) = (Double(sample.truth.px[index]), Double(sample.truth.py[index]))
        z.append(Double(sample.column.tracks.z0[track]) - Double(sample.truth.z[index]))
        cotTheta.append(
          Double(sample.column.tracks.cotTheta[track])
            - Double(sample.truth.pz[index]) / (px * px + py * py).squareRoot())
      }
    }

    /// Half width that holds a share of the values.
    static func width(_ values: [Double], holding share: Double) -> Double {
      values.map(abs).sorted()[Int(share * Double(values.count))]
    }
  }

  @Test("measures z at the origin to 7.3 cm, 68 % of the reference's electrons and muons, without bias")
  func resolution() throws {
    let deviations = Deviations(try ReferenceTests.gun.get())
    // About 3800 tracks: the 68 % width is known to 0.15 cm, the median to 0.15 cm.
    #expect(deviations.z.count > 3500)
    let width = Deviations.width(deviations.z, holding: 0.683)
    #expect(abs(width - 7.3) < 0.5, "68 % within \(width) cm")
    #expect(Deviations.width(deviations.z, holding: 0.95) < 16)
    let median = deviations.z.sorted()[deviations.z.count / 2]
    #expect(abs(median) < 0.6, "median \(median) cm")
    #expect(Deviations.width(deviations.cotTheta, holding: 0.683) < 0.16)
  }

  @Test("fits nearly every two-dimensional track from the interaction region, and few from 60 cm away")
  func multiplicity() throws {
    let sample = try ReferenceTests.gun.get()
    let found = (0..<sample.count).count { sample.bit("track", $0) }
    let fitted = (0..<sample.count).count { row in (0..<4).contains { sample.bit("t3_\($0)", row) } }
    // The reference has 0.751 / 0.755 = 0.995.
    #expect(Double(fitted) > 0.985 * Double(found), "\(fitted) of \(found)")
    let away = try ReferenceTests.Sample(
      SimulatedGun(["mu-", "mu+"], momentum: 0.5...3, theta: 60...110, vertexZ: 60...60).batch(events: 400))
    let tracks = (0..<away.count).count { away.bit("track", $0) }
    let accepted = (0..<away.count).count { row in (0..<4).contains { away.bit("t3_\($0)", row) } }
    #expect(tracks > 300)
    #expect(Double(accepted) < 0.03 * Double(tracks), "\(accepted) of \(tracks)")
  }

  @Test("takes the particle's own stereo segments, at the background of the design too")
  func segments() throws {
    let detector = try DetectorModel.belle2()
    let batch = try SimulatedGun(["mu-", "mu+"], momentum: 0.5...3, theta: 40...115, background: 1).batch(events: 500)
    let sample = try ReferenceTests.Sample(batch)
    let hits = try DriftChamberHits(batch)
    let hitTruth = try HitTruth(batch, detector: "cdc")
    var own = 0
    var all = 0
    for row in 0..<sample.count {
      guard let track = sample.track(row) else { continue }
      let particleWires = Set(
        hits.rows[row].indices.filter { hitTruth.particle[$0] == 0 }.map { hits.wire[$0] })
      for superLayer in [1, 3, 5, 7] {
        let segment = Int(sample.column.tracks.segments[track * 9 + superLayer])
        guard segment >= 0 else { continue }
        all += 1
        if detector.driftChamber.trackSegments.members(of: segment).contains(where: particleWires.contains) { own += 1 }
      }
    }
    #expect(all > 1600)
    #expect(Double(own) > 0.96 * Double(all), "\(own) of \(all)")
  }

  @Test("gives tracks without stereo segments no z")
  func axialOnly() throws {
    let batch = try SimulatedGun(["mu-"], momentum: 1...2, theta: 60...100).batch(events: 40)
    let chamber = try DetectorModel.belle2().driftChamber
    let hits = try DriftChamberHits(batch)
    let finder = TrackSegmentFinder(chamber)
    let trackFinder = HoughFinder(chamber)
    let fitter = StereoFitter(chamber)
    var segments = TrackSegments()
    var tracks = DriftChamberTracks()
    var seen = 0
    for row in 0..<batch.count {
      let axial = hits.rows[row].filter {
        chamber.layers[chamber.layer(ofWire: Int(hits.wire[$0]))].orientation == .axial
      }
      let wires = axial.map { hits.wire[$0] }
      let times = axial.map { hits.tdc[$0] }
      finder.find(wire: wires.span, tdc: times.span, into: &segments)
      trackFinder.find(segments, into: &tracks)
      fitter.fit(segments, eventTime: 0, into: &tracks)
      for index in 0..<tracks.count {
        seen += 1
        #expect(tracks.z0[index].isNaN && tracks.cotTheta[index].isNaN)
        #expect(tracks.superLayers[index] & 0b0_1010_1010 == 0)
      }
    }
    #expect(seen >= 36)
  }

  @Test("times events by the drift chamber to 10 ns")
  func eventTime() throws {
    let batch = try SimulatedGun(["mu-", "mu+"], momentum: 0.5...3, theta: 35...120, background: 0.2)
      .batch(events: 1000)
    let level1 = try ReferenceTests.Sample.trigger()
    var times: [Double] = []
    var tracks = 0
    for row in 0..<batch.count {
      let primitives = try level1.primitives(of: row, in: batch)
      if primitives.tracks.count > 0 { tracks += 1 }
      if primitives.chamberTime.isFinite { times.append(Double(primitives.chamberTime)) }
    }
    // The reference has cdc_active for 0.713 / 0.755 = 0.94 of the events with a track.
    #expect(Double(times.count) > 0.92 * Double(tracks), "\(times.count) of \(tracks)")
    #expect(abs(times.sorted()[times.count / 2]) < 3)
    #expect(Deviations.width(times, holding: 0.683) < 12)
  }

  @Test("takes the median of the earliest hits, whatever a few of them say")
  func median() {
    var finder = EventTimeFinder()
    finder.begin()
    for time in [100, 104, 96, 110, 102] as [Int16] { finder.add(earliest: time) }
    finder.find()
    #expect(finder.isActive && abs(finder.time - (102 - EventTimeFinder.delay)) <= 1)
    finder.begin()
    for time in [100, 104, 0, 104, 499] as [Int16] { finder.add(earliest: time) }
    finder.find()
    #expect(!finder.isActive, "three agree, four are asked for")
    finder.begin()
    finder.find()
    #expect(!finder.isActive && finder.time == 0, "no segments")
    finder.begin()
    for time in [Int16.min, .max, -1, 511, 512] { finder.add(earliest: time) }
    finder.find()
    #expect(finder.agreeing <= 5)
  }
}
