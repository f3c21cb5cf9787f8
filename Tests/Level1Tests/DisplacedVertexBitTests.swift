import ArrowStream
import Detector
import EventModel
import Level1
import Menu
import Simulation
import Statistics
import Testing

/// The displaced-vertex trigger as part of level 1.
@Suite("Displaced-vertex bits")
struct DisplacedVertexBitTests {
  /// Dark Higgs bosons with inelastic dark matter, simulated once with background.
  static let batch: Result<RecordBatch, any Error> = Result {
    let detector = try DetectorModel.belle2()
    var response = try DetectorResponse(detector: detector, background: 0.2, seed: 3)
    var model = InelasticDarkMatter.Model()
    model.darkHiggsDecayLength = 30
    let generator = try InelasticDarkMatter(model, beams: detector.beams)
    var builders = SimulatedEventBuilders(processes: ["signal"])
    for number in 0..<300 {
      var event = GeneratedEvent(number: UInt64(number), process: "signal")
      var random = CounterRandom(seed: 6, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      generator.generate(into: &event, &random)
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    return try builders.finish()
  }

  private func trigger(_ lines: [String]) throws -> Level1Trigger {
    var text = "menu: test\nversion: 1\nlevel1:\n  inputs: belle2\n  lines:\n"
    for (index, line) in lines.enumerated() { text += "    - name: line\(index)\n      when: \(line)\n" }
    let menu = try TriggerMenu(
      text: text,
      vocabularies: MenuVocabularies(level1: [Level1Vocabulary.belle2], highLevel: [Vocabulary(name: "none")]))
    return try Level1Trigger(level: menu.level1.compile(), detector: .belle2(), seed: 1)
  }

  private static let names = ["td_0", "td_1", "td_2", "td_3", "dv", "dv_tight", "tdecl", "tdklm"]

  private func bits(_ column: Level1Column, _ row: Int) -> [Bool] {
    Self.names.map { name in
      guard let position = InputBit.position(name) else { return false }
      return column.input[row * 10 + position / 32] >> UInt32(position % 32) & 1 == 1
    }
  }

  @Test("are computed if a line asks for them or for their collections, and only then")
  func onDemand() throws {
    let batch = try Self.batch.get()
    let expected = try Level1Column(trigger(["dv"]).process(batch))
    let fired = (0..<batch.count).filter { bits(expected, $0)[4] }.count
    #expect(fired > batch.count / 20, "\(fired)")
    let others = [
      "td > 0", "dv_tight", "tdecl or tdklm", "n_displaced_tracks(abs(d0) > 5 cm) >= 1",
      "max(rho of displaced_pairs) > 3 cm",
    ]
    for line in others {
      let column = try Level1Column(trigger([line]).process(batch))
      #expect((0..<batch.count).allSatisfy { bits(column, $0) == bits(expected, $0) }, "\(line)")
    }
    let without = try Level1Column(trigger(["t2 > 0"]).process(batch))
    #expect((0..<batch.count).allSatisfy { !bits(without, $0).contains(true) })
  }

  @Test("say the same as the expressions on the collections they are made of")
  func expressions() throws {
    let batch = try Self.batch.get()
    let lines = [
      "td > 0", "n_displaced_tracks() >= 1", "td > 1", "n_displaced_tracks() >= 2", "dv",
      "n_displaced_pairs(neutral and rho > 7 cm and 0.1 rad < opening_angle < 2.6 rad and pointing_angle < 0.5 rad "
        + "and chi2 < 8 and ((smaller_d0 >= 0.5 cm and smaller_d0 + larger_d0 >= 4 cm) or (late and rho > 16 cm))) >= 1",
    ]
    let column = try Level1Column(trigger(lines).process(batch))
    for row in 0..<batch.count {
      let word = column.beforePrescale[row * 10]
      #expect(word & 1 == word >> 1 & 1)
      #expect(word >> 2 & 1 == word >> 3 & 1)
      #expect(word >> 4 & 1 == word >> 5 & 1)
      let set = bits(column, row)
      #expect(set[4] || !set[5], "a tight vertex is a vertex")
    }
  }

  @Test("are the same for an event in any batch and after any other event")
  func anyOrder() throws {
    let batch = try Self.batch.get()
    let whole = try Level1Column(trigger(["dv or tdecl"]).process(batch))
    let level1 = try trigger(["dv or tdecl"])
    for row in stride(from: batch.count - 1, through: 0, by: -7) {
      let single = try Level1Column(level1.process(batch.slice(row..<(row + 1))))
      #expect(bits(single, 0) == bits(whole, row))
    }
  }

  @Test("survive chambers full of noise, with finite numbers and no more objects than there is room for")
  func noise() throws {
    let chamber = try DetectorModel.belle2().driftChamber
    let segmentFinder = TrackSegmentFinder(chamber)
    let twoDimensional = HoughFinder(chamber)
    let finder = DisplacedTrackFinder(chamber)
    let pairFinder = DisplacedPairFinder(chamber)
    var segments = TrackSegments()
    var tracks = DriftChamberTracks()
    var displaced = DisplacedTracks()
    var pairs = DisplacedPairs()
    for event in 0..<300 {
      var random = CounterRandom(
        seed: 41, experiment: 0, run: 0, event: UInt64(event), purpose: RandomPurpose(named: "noise"))
      let occupancy = event % 3 == 0 ? 1 : random.uniform(0, 0.6)
      var wires: [UInt16] = []
      for wire in 0..<chamber.wireCount where random.chance(occupancy) { wires.append(UInt16(wire)) }
      let counts = [Int16](repeating: 5, count: wires.count)
      segmentFinder.find(wire: wires.span, tdc: counts.span, into: &segments)
      twoDimensional.find(segments, into: &tracks)
      finder.find(segments, besides: tracks, into: &displaced)
      pairFinder.find(displaced, into: &pairs)
      #expect(displaced.count <= DisplacedTracks.capacity && pairs.count <= DisplacedPairs.capacity)
      for index in 0..<displaced.count {
        #expect(displaced.d0[index].isFinite && displaced.omega[index].isFinite && displaced.phi0[index] >= 0)
      }
      for index in 0..<pairs.count {
        #expect(pairs.rho[index].isFinite && pairs.pointingAngle[index] >= 0 && pairs.openingAngle[index].isFinite)
      }
    }
  }
}
