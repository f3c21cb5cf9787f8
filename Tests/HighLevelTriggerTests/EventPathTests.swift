import ArrowStream
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Menu
import Reconstruction
import Testing

/// What happens to an event between level 1 and the verdict: the guard against large events, the filter, the skims.
@Suite("Path of an event through the high-level trigger") struct EventPathTests {
  private static func verdicts(_ column: HighLevelColumn) -> [Int8] { Array(column.verdict) }

  @Test("Events larger than the menu allows are set aside before any step, with verdict -2 and no line")
  func tooLarge() throws {
    let lines = """
        lines:
          - name: all
            when: true
          - name: clusters
            when: nElow >= 0
      """
    let batch = try Fixture.triggered(Fixture.events(40), Fixture.menu(lines))
    let hits = try DriftChamberHits(batch)
    let sizes = (0..<40).map { hits.rows[$0].count }
    let limit = sizes.sorted()[20]
    let menu = try Fixture.menu("  largest_event: {cdc_hits: \(limit)}\n\(lines)")
    #expect(menu.highLevel.largestEvent.chamberHits == limit && menu.highLevel.largestEvent.siliconPoints == 70_000)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    let column = try HighLevelColumn(trigger.process(batch))
    for row in 0..<40 {
      let isTooLarge = sizes[row] > limit
      #expect(column.verdict[row] == (isTooLarge ? HighLevelTrigger.Verdict.tooLarge.rawValue : 1))
      #expect(column.steps[row] == (isTooLarge ? 0 : 1))
      #expect(Array(column.results[column.resultRows[row]]) == (isTooLarge ? [0, 0] : [1, 1]))
      #expect(column.beforePrescale[column.wordRows[row].lowerBound] == (isTooLarge ? 0 : 3))
    }
    #expect(trigger.events.executions[0] == sizes.count { $0 <= limit })
    // The experiment's limits are far away.
    var usual = try HighLevelTrigger(detector: .belle2(), menu: Fixture.menu(lines), seed: 1)
    #expect(try Self.verdicts(HighLevelColumn(usual.process(batch))).allSatisfy { $0 == 1 })
  }

  private static func skimMenu(_ skims: String) throws -> TriggerMenu {
    try Fixture.menu(
      """
          lines:
            - name: photon
              when: nEhigh >= 1 and nTrkLoose == 0
            - name: tracks
              when: nTrkLoose == 2
              prescale: 3
      \(skims)
      """)
  }

  @Test("Skims look at kept events alone, never change a decision, and listen to lines before prescale")
  func skims() throws {
    let without = try Self.skimMenu("")
    let with = try Self.skimMenu(
      """
      skims:
        lines:
          - {name: any, when: "true"}
          - {name: quiet, when: "nTracksLE == 0"}
          - {name: of_tracks, after: [tracks], when: "nTracksLE >= 1"}
        reject:
          - {name: never, when: "true"}
      """)
    #expect(with.contentHash != without.contentHash)
    let batch = try Fixture.triggered(Fixture.events(80), without)
    var first = try HighLevelTrigger(detector: .belle2(), menu: without, seed: 3)
    var second = try HighLevelTrigger(detector: .belle2(), menu: with, seed: 3)
    let plain = try HighLevelColumn(first.process(batch))
    let skimmed = try HighLevelColumn(second.process(batch))
    #expect(Self.verdicts(plain) == Self.verdicts(skimmed))
    #expect(second.lineNames == ["photon", "tracks", "any", "quiet", "of_tracks", "never"])
    var kept = 0
    for row in 0..<80 {
      let results = Array(skimmed.results[skimmed.resultRows[row]])
      #expect(Array(results.prefix(2)) == Array(plain.results[plain.resultRows[row]]))
      guard skimmed.verdict[row] == 1 else {
        #expect(results.dropFirst(2).allSatisfy { $0 == 0 })
        continue
      }
      kept += 1
      #expect(results[2] == 1 && results[5] == -1)
      #expect(results[3] + results[4] <= 1)
      let word = skimmed.beforePrescale[skimmed.wordRows[row].lowerBound]
      #expect(word >> 2 & 1 == 1 && word >> 5 & 1 == 1)
      #expect((word >> 3 & 1 == 1) == (results[3] == 1))
      if results[4] == 1 { #expect(word >> 1 & 1 == 1) }
    }
    #expect(kept > 10)
  }

  @Test("No step runs twice over filter, skims and reconstruction, and all lines are decided")
  func once() throws {
    let menu = try Self.skimMenu(
      """
      skims:
        lines:
          - {name: displaced, when: "n_vertices(rho > 1 cm) >= 1"}
          - {name: muons, when: "n_muons(E < 0.5 GeV) >= 1"}
          - {name: electrons, when: "nTracksLE == 2 and Radee != 0"}
          - {name: charm, when: "nTracksLE >= 2 and Dstp1 != 0"}
      """)
    let batch = try Fixture.triggered(Fixture.events(40), menu)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    let decided = try batch.appending(EventSchema.highLevel, trigger.process(batch))
    let column = try HighLevelColumn(decided)
    let table = ReconstructionSteps.table
    for (index, row) in table.enumerated() {
      let ran = column.steps.count { ReconstructionSteps(rawValue: $0).contains(row.step) }
      #expect(trigger.events.executions[index] == ran)
    }
    // Vertices and muons are for the skims: events that are not kept go without.
    for row in 0..<40 where column.verdict[row] != 1 {
      #expect(ReconstructionSteps(rawValue: column.steps[row]).isDisjoint(with: [.vertices, .muons]))
    }
    #expect(trigger.events.executions[4] > 5 && (1..<40).contains(trigger.events.executions[5]))
    var stage = Reconstruction(detector: try .belle2())
    let continued = try ReconstructionColumn(stage.process(decided))
    for index in table.indices { #expect(trigger.events.executions[index] + stage.events.executions[index] == 40) }
    // What the trigger identified is carried on: the same as if the reconstruction had done it all.
    var fresh = Reconstruction(detector: try .belle2())
    let whole = try ReconstructionColumn(fresh.process(batch))
    #expect(Array(continued.identifications.probability) == Array(whole.identifications.probability))
    #expect(continued.identifications.relativeIonisation.contains { $0 > 0.5 })
  }

  @Test("Counting prescales let the first of each N pass")
  func counting() throws {
    let menu = try Fixture.menu(
      """
        lines:
          - name: all
            when: nElow >= 0
            prescale: 4
      """)
    let batch = try Fixture.triggered(Fixture.events(30), menu)
    var trigger = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1, prescaling: .counter)
    var verdicts: [Int8] = []
    for part in [0..<7, 7..<30] {
      verdicts += try Self.verdicts(HighLevelColumn(trigger.process(batch.slice(part))))
    }
    let accepted = try Level1Column(batch).accepted
    var seen = 0
    for row in 0..<30 where accepted[row] {
      #expect(verdicts[row] == (seen % 4 == 0 ? 1 : 0))
      seen += 1
    }
    #expect(seen > 20)
  }

  @Test("A measured trigger decides the same, and its times add up")
  func measured() throws {
    let menu = try Self.skimMenu("skims:\n  lines:\n    - {name: displaced, when: \"n_vertices(rho > 1 cm) >= 1\"}")
    let batch = try Fixture.triggered(Fixture.events(40), menu)
    var plain = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    var measured = try HighLevelTrigger(detector: .belle2(), menu: menu, seed: 1)
    measured.measure { DispatchTime.now().uptimeNanoseconds }
    let first = try HighLevelColumn(plain.process(batch))
    let second = try HighLevelColumn(measured.process(batch))
    #expect(Array(first.results) == Array(second.results) && Self.verdicts(first) == Self.verdicts(second))
    let profile = try #require(measured.profile)
    #expect(profile.events == 40)
    for (index, row) in ReconstructionSteps.table.enumerated() where ReconstructionSteps.carried.contains(row.step) {
      let step = try #require(profile.steps.first { $0.name == row.name })
      #expect(step.runs == measured.events.executions[index])
    }
    // What lines share is what the steps took.
    let shared = profile.lines.reduce(0) { $0 + $1.sharedTime }
    let steps = Double(profile.steps.dropFirst().reduce(0) { $0 + $1.time })
    #expect(abs(shared - steps) < 1e-6 * steps)
    #expect(profile.lines.allSatisfy { Double($0.ownTime) <= $0.sharedTime + 1 })
    let displaced = try #require(profile.lines.first { $0.name == "displaced" })
    #expect(displaced.ownTime > 0 && displaced.runs == measured.events.executions[4])
  }

}
