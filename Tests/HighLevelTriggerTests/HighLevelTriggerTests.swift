import ArrowStream
import Detector
import EventModel
import HighLevelTrigger
import Kinematics
import Level1
import Menu
import Reconstruction
import Simulation
import Statistics
import Testing

/// Simulated events with level 1 applied, and menus to decide on them.
enum Fixture {
  static func menu(_ lines: String) throws -> TriggerMenu {
    try TriggerMenu(
      text: """
        menu: test
        version: 1
        level1:
          lines:
            - name: everything
              when: ehigh or not ehigh
            - name: energetic
              when: ehigh
        high_level:
        \(lines)
        """,
      vocabularies: MenuVocabularies(
        level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary]))
  }

  static func triggered(_ batch: RecordBatch, _ menu: TriggerMenu) throws -> RecordBatch {
    let level1 = try Level1Trigger(level: menu.level1.compile(), detector: .belle2(), seed: 1)
    return try batch.appending(EventSchema.level1, level1.process(batch))
  }

  /// Muon pairs and single photons, alternating.
  static func events(_ count: Int) throws -> RecordBatch {
    let detector = try DetectorModel.belle2()
    var response = try DetectorResponse(detector: detector, background: 0.2, seed: 9)
    var builders = SimulatedEventBuilders(processes: ["mumu", "photon"])
    var pairs = PairProduction(.muonPair, beams: detector.beams)
    let gun = try ParticleGun(
      particles: ["gamma"], momentum: 2...4, isTransverse: false, thetaDegrees: 50...110, vertexZ: 0...0)
    for number in 0..<count {
      var event = GeneratedEvent(number: UInt64(number), process: number % 2 == 0 ? "mumu" : "photon")
      var random = CounterRandom(seed: 8, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      if number % 2 == 0 { pairs.generate(into: &event, &random) } else { gun.generate(into: &event, &random) }
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    return try builders.finish()
  }

  /// Results of one line over all rows.
  static func results(_ column: HighLevelColumn, line: Int) -> [Int8] {
    (0..<column.verdict.count).map { column.results[column.resultRows[$0].lowerBound + line] }
  }
}

@Suite("High-level trigger") struct HighLevelTriggerTests {
  static let lines = """
      lines:
        - name: single_muon
          when: singleMuon == 1
        - name: single_photon
          when: nEsinglePhotonBarrel == 1 and nVetoClust <= 1
        - name: two_tracks
          when: nTrkLoose == 2 and maximumPCMS > 3 GeV
        - name: dimuon
          when: any(mass(muon, muon) > 6 GeV, delta_phi* > 150 deg)
          prescale: 2
        - name: displaced
          when: displacedVertex == 1 or n_vertices(rho > 3 cm, probability > 0.005) >= 1
    """

  @Test("Muon pairs and photons fire their lines")
  func lines() throws {
    let menu = try Fixture.menu(Self.lines)
    let batch = try Fixture.triggered(Fixture.events(80), menu)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    let column = try HighLevelColumn(trigger.process(batch))
    #expect(column.verdict.count == 80)
    let muon = Fixture.results(column, line: 0)
    let photon = Fixture.results(column, line: 1)
    let tracks = Fixture.results(column, line: 2)
    let pairs = stride(from: 0, to: 80, by: 2)
    let photons = stride(from: 1, to: 80, by: 2)
    // Muons along the beams leave the acceptance; photons convert or share the event with background.
    #expect(pairs.count { muon[$0] == 1 } >= 25)
    #expect(photons.count { photon[$0] == 1 } >= 30)
    #expect(photons.count { muon[$0] == 1 } <= 1)
    #expect(pairs.count { photon[$0] == 1 } <= 4)
    #expect(photons.count { tracks[$0] == 1 } == 0)
    // Nothing here decays away from the beams.
    #expect(Fixture.results(column, line: 4).count { $0 == 1 } <= 2)
    for row in 0..<80 {
      let any = (0..<5).contains { Fixture.results(column, line: $0)[row] == 1 }
      #expect(column.verdict[row] == (any ? 1 : 0))
    }
  }

  @Test("A prescale keeps part of a line and leaves its bit before prescale")
  func prescale() throws {
    let menu = try Fixture.menu(Self.lines)
    let batch = try Fixture.triggered(Fixture.events(120), menu)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    let column = try HighLevelColumn(trigger.process(batch))
    let after = Fixture.results(column, line: 3)
    var before = 0
    for row in 0..<120 where column.beforePrescale[column.wordRows[row].lowerBound] >> 3 & 1 == 1 { before += 1 }
    let kept = after.count { $0 == 1 }
    #expect(before >= 30)
    // Half of them, within four standard deviations.
    #expect(abs(Double(kept) - 0.5 * Double(before)) < 2 * Double(before).squareRoot())
    #expect(kept < before)
  }

  @Test("Decisions do not depend on how the events are cut into batches, nor on the truth")
  func batches() throws {
    let menu = try Fixture.menu(Self.lines)
    let batch = try Fixture.triggered(Fixture.events(60), menu)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    let whole = try HighLevelColumn(trigger.process(batch))
    var verdicts: [Int8] = []
    var results: [Int8] = []
    var omegas: [Float] = []
    var steps: [UInt32] = []
    var other = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    for range in [0..<1, 1..<20, 20..<60] {
      let part = batch.slice(range).dropping(["truth", "hit_truth", "pid"])
      let column = try HighLevelColumn(other.process(part))
      verdicts += column.verdict
      results += column.results
      omegas += column.tracks.omega
      steps += column.steps
    }
    #expect(verdicts == Array(whole.verdict))
    #expect(results == Array(whole.results))
    #expect(omegas == Array(whole.tracks.omega))
    #expect(steps == Array(whole.steps))
  }

  @Test("Costly steps run only for events that hang on them")
  func demand() throws {
    let calorimeterOnly = try Fixture.menu(
      """
        lines:
          - name: three_clusters
            when: nElow >= 3 and nEmedium >= 1
      """)
    let batch = try Fixture.triggered(Fixture.events(30), calorimeterOnly)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: calorimeterOnly, seed: 1)
    _ = try trigger.process(batch)
    #expect(trigger.events.executions == [30] + Array(repeating: 0, count: ReconstructionSteps.table.count - 1))
    let cheapFirst = try Fixture.menu(
      """
        lines:
          - name: two_energetic
            when: nEhigh >= 1 and nTrkLoose == 0
      """)
    var second = try HighLevelTrigger(detector: .belle2(), menu: cheapFirst, seed: 1)
    let column = try HighLevelColumn(second.process(batch))
    // Tracks are looked for only where a cluster has E* > 2 GeV: in about half of the photon events.
    let tracked = column.steps.count { ReconstructionSteps(rawValue: $0).contains(.tracks) }
    #expect(tracked == second.events.executions[1])
    #expect(tracked > 3 && tracked < 25)
    for row in 0..<30 {
      let hasTracks = ReconstructionSteps(rawValue: column.steps[row]).contains(.tracks)
      let fired = column.results[row] == 1
      #expect(!fired || hasTracks)
    }
  }

  @Test("The reconstruction stage runs no step the trigger has run")
  func continues() throws {
    let menu = try Fixture.menu(Self.lines)
    let batch = try Fixture.triggered(Fixture.events(20), menu)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    let decided = try batch.appending(EventSchema.highLevel, trigger.process(batch))
    var stage = Reconstruction(detector: try .belle2())
    let column = try ReconstructionColumn(stage.process(decided))
    let inTrigger = trigger.events.executions
    let inStage = stage.events.executions
    for step in 0..<6 { #expect(inTrigger[step] + inStage[step] == 20) }
    #expect(column.steps.allSatisfy { $0 == ReconstructionSteps.all.rawValue })
  }

  @Test("Reject lines speak against whatever their prescale, and lines listen only to their level-1 lines")
  func rejectAndSeeds() throws {
    let menu = try Fixture.menu(
      """
        lines:
          - name: all
            when: nElow >= 0
          - name: energetic_only
            after: [energetic]
            when: nElow >= 0
        reject:
          - name: muons
            when: singleMuon == 1
            prescale: 1000
      """)
    let batch = try Fixture.triggered(Fixture.events(60), menu)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    let column = try HighLevelColumn(trigger.process(batch))
    let level1 = try Level1Column(batch)
    let listening = Fixture.results(column, line: 1)
    let rejects = Fixture.results(column, line: 2)
    #expect(rejects.contains(-1))
    for row in 0..<60 {
      #expect(listening[row] == (level1.afterPrescale[10 * row] >> 1 & 1 == 1 ? 1 : 0))
      #expect(column.verdict[row] == (rejects[row] == -1 ? -1 : 1))
    }
  }

  @Test("Variables that stand for level-1 lines need those lines in the menu")
  func level1Lines() throws {
    let menu = try Fixture.menu(
      """
        lines:
          - name: bhabha
            when: bhapur == 1
      """)
    #expect(throws: HighLevelTriggerError.self) { try HighLevelTrigger.check(menu) }
    #expect { try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1) } throws: {
      "\($0)".contains("bhapur") && "\($0)".contains("no level-1 line")
    }
  }

  @Test("A batch without level 1 is refused by name")
  func missingLevel1() throws {
    let menu = try Fixture.menu(Self.lines)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    let batch = try Fixture.events(2)
    #expect { try trigger.process(batch) } throws: { "\($0)".contains("l1") }
  }

  @Test("An empty batch gives an empty column")
  func empty() throws {
    let menu = try Fixture.menu(Self.lines)
    let batch = try Fixture.triggered(Fixture.events(2), menu).slice(0..<0)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    #expect(try HighLevelColumn(trigger.process(batch)).verdict.isEmpty)
  }
}
