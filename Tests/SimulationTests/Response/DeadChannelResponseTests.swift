import Detector
import EventModel
import Simulation
import Testing

@Suite("Dead and hot channels in the simulation")
struct DeadChannelResponseTests {
  @Test("record nothing, and all other channels record the same as without them")
  func response() throws {
    let detector = try DetectorModel.belle2()
    let events = try (0..<40).map { number in
      try SimulatedEvents.single(
        number % 2 == 0 ? 13 : 11, momentum: 1.5, theta: 1.3, phi: 0.15 * Double(number), number: UInt64(number))
    }
    let dead = try ChannelList(boards: Swift.stride(from: 0, to: 299, by: 3), crystals: 2000...6000, of: detector)
    let all = try SimulatedEvents.respond(to: events, background: 0.2)
    let rest = try SimulatedEvents.respond(to: events, background: 0.2, deadChannels: dead)

    let wires = try (DriftChamberHits(all), DriftChamberHits(rest))
    let crystals = try (CalorimeterHits(all), CalorimeterHits(rest))
    var lost = (wires: 0, crystals: 0)
    for row in 0..<events.count {
      let kept = wires.0.rows[row].filter { !dead.wires.contains(Int(wires.0.wire[$0])) }
      #expect(kept.map { wires.0.wire[$0] } == wires.1.rows[row].map { wires.1.wire[$0] })
      #expect(kept.map { wires.0.tdc[$0] } == wires.1.rows[row].map { wires.1.tdc[$0] })
      #expect(kept.map { wires.0.adc[$0] } == wires.1.rows[row].map { wires.1.adc[$0] })
      lost.wires += wires.0.rows[row].count - kept.count
      let working = crystals.0.rows[row].filter { !dead.crystals.contains(Int(crystals.0.crystal[$0])) }
      #expect(working.map { crystals.0.crystal[$0] } == crystals.1.rows[row].map { crystals.1.crystal[$0] })
      #expect(working.map { crystals.0.energy[$0] } == crystals.1.rows[row].map { crystals.1.energy[$0] })
      lost.crystals += crystals.0.rows[row].count - working.count
    }
    #expect(lost.wires > 500 && lost.crystals > 100, "\(lost)")
    let truth = try (HitTruth(rest, detector: "cdc"), HitTruth(rest, detector: "ecl"))
    for row in 0..<events.count {
      #expect(truth.0.rows[row].count == wires.1.rows[row].count)
      #expect(truth.1.rows[row].count == crystals.1.rows[row].count)
    }
  }

  @Test("hot ones record something in every event and hide later hits, and all others record the same as without them")
  func hot() throws {
    let detector = try DetectorModel.belle2()
    let events = try (0..<60).map { number in
      try SimulatedEvents.single(13, momentum: 1.5, theta: 1.3, phi: 0.1 * Double(number), number: UInt64(number))
    }
    let hot = try ChannelList(boards: [30, 150], wires: [14000], crystals: 4000...4003, of: detector)
    let alone = try SimulatedEvents.respond(to: events)
    let batch = try SimulatedEvents.respond(to: events, hotChannels: hot)
    let wires = try (DriftChamberHits(alone), DriftChamberHits(batch))
    let crystals = try (CalorimeterHits(alone), CalorimeterHits(batch))
    let truth = try HitTruth(batch, detector: "cdc")
    var counts: [Int] = []
    var energy = 0.0
    for row in 0..<events.count {
      let found = wires.1.rows[row].filter { hot.wires.contains(Int(wires.1.wire[$0])) }
      #expect(found.count == hot.wires.count)
      for hit in found where truth.particle[hit] < 0 { counts.append(Int(wires.1.tdc[hit])) }
      let others = (
        wires.0.rows[row].filter { !hot.wires.contains(Int(wires.0.wire[$0])) },
        wires.1.rows[row].filter { !hot.wires.contains(Int(wires.1.wire[$0])) }
      )
      #expect(others.0.map { wires.0.tdc[$0] } == others.1.map { wires.1.tdc[$0] })
      #expect(others.0.map { wires.0.adc[$0] } == others.1.map { wires.1.adc[$0] })
      for hit in crystals.1.rows[row] where hot.crystals.contains(Int(crystals.1.crystal[hit])) {
        energy += Double(crystals.1.energy[hit])
      }
      let quiet = (
        crystals.0.rows[row].filter { !hot.crystals.contains(Int(crystals.0.crystal[$0])) }.count,
        crystals.1.rows[row].filter { !hot.crystals.contains(Int(crystals.1.crystal[$0])) }.count
      )
      #expect(quiet.0 == quiet.1)
    }
    // 97 wires in 60 events, but for the few whose particle came first; times anywhere in the window.
    #expect(counts.count > 5700)
    #expect(Set(counts).count > 300)
    // Four crystals of 31 MeV: 7.4 GeV, known to 6 %; muons add 0.2 GeV now and then.
    #expect((6.0...10).contains(energy), "\(energy)")
  }

  @Test("are named in the stream's metadata, which say nothing if all work")
  func metadata() throws {
    let detector = try DetectorModel.belle2()
    var recorder = StreamRecorder(processes: ["gun"], detector: detector, background: 0, seed: 1, experiment: 1, run: 1)
    let description = RecordingDescription(generator: "gun", command: "")
    #expect(recorder.metadata(description)[StreamMetadata.deadChannels] == nil)
    recorder.deadChannels = try ChannelList(boards: [3, 4, 9], of: detector)
    recorder.hotChannels = try ChannelList(crystals: [17], of: detector)
    #expect(recorder.metadata(description)[StreamMetadata.deadChannels] == "cdc_board 3-4,9")
    #expect(recorder.metadata(description)[StreamMetadata.hotChannels] == "ecl_crystal 17")
  }
}
