import ArrowStream
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Level1
import Menu
import Reconstruction
import Statistics
import Testing

/// Hits removed, doubled, out of order, or of other events: the chain from level 1 to the last step of the reconstruction takes them.
@Suite("Scrambled hits") struct ScrambledHitsTests {
  /// Which hits an event gets of `count` it had and `all` of the batch.
  private static func chosen(_ rows: Range<Int>, all: Int, _ random: inout CounterRandom) -> [Int] {
    let own = Array(rows)
    switch random.integer(below: 5) {
    case 0: return own.filter { _ in random.chance(0.6) }
    case 1: return own + own.filter { _ in random.chance(0.5) }
    case 2: return own.reversed()
    case 3:
      guard all > 0 else { return [] }
      return (0..<(2 * own.count)).map { _ in Int(random.integer(below: UInt64(all))) }
    default: return []
    }
  }

  /// The events of a batch with scrambled hits in every detector, without truth.
  private static func scrambled(_ batch: RecordBatch, seed: UInt64) throws -> RecordBatch {
    let chamber = try DriftChamberHits(batch)
    let silicon = try SiliconHits(batch)
    let crystals = try CalorimeterHits(batch)
    let muon = try MuonHits(batch)
    var chamberBuilder = DriftChamberHitsBuilder()
    var siliconBuilder = SiliconHitsBuilder()
    var crystalBuilder = CalorimeterHitsBuilder()
    var muonBuilder = MuonHitsBuilder()
    for row in 0..<batch.count {
      var random = CounterRandom(seed: seed, experiment: 1, run: 1, event: UInt64(row), purpose: .generation)
      for hit in chosen(chamber.rows[row], all: chamber.wire.count, &random) {
        chamberBuilder.append(wire: chamber.wire[hit], tdc: chamber.tdc[hit], adc: chamber.adc[hit])
      }
      chamberBuilder.endEvent()
      for hit in chosen(silicon.rows[row], all: silicon.layer.count, &random) {
        siliconBuilder.append(
          layer: silicon.layer[hit], ladder: silicon.ladder[hit], sensor: silicon.sensor[hit], u: silicon.u[hit],
          v: silicon.v[hit], charge: silicon.charge[hit])
      }
      siliconBuilder.endEvent()
      for hit in chosen(crystals.rows[row], all: crystals.crystal.count, &random) {
        crystalBuilder.append(crystal: crystals.crystal[hit], energy: crystals.energy[hit], time: crystals.time[hit])
      }
      crystalBuilder.endEvent()
      for hit in chosen(muon.rows[row], all: muon.section.count, &random) {
        muonBuilder.append(
          section: muon.section[hit], sector: muon.sector[hit], layer: muon.layer[hit], plane: muon.plane[hit],
          position: muon.position[hit], time: muon.time[hit])
      }
      muonBuilder.endEvent()
    }
    var columns = batch.columns
    for (name, column) in [
      ("cdc", chamberBuilder.finish()), ("svd", siliconBuilder.finish()), ("ecl", crystalBuilder.finish()),
      ("klm", muonBuilder.finish()),
    ] { columns[try #require(batch.schema.index(of: name))] = column }
    return try RecordBatch(schema: batch.schema, columns: columns, count: batch.count).dropping(["truth", "hit_truth"])
  }

  @Test(
    "every event gets a verdict and finite objects, the same in batches of any size",
    arguments: ["BBbar", "tautau", "bhabha"])
  func everyStep(process: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let stream = try StreamFileReader(path: root.appending(path: "Replay/\(process).arrow").path)
    let menu = try TriggerMenu(
      contentsOf: root.appending(path: "Menus/belle2-hlt.yaml").path,
      vocabularies: MenuVocabularies(
        level1: Level1Vocabulary.sets, highLevel: [HighLevelVocabulary.belle2.vocabulary]))
    let detector = try DetectorModel.belle2()
    let level1 = try Level1Trigger(level: menu.level1.compile(), detector: detector, seed: 1)
    for seed: UInt64 in 1...3 {
      let batch = try Self.scrambled(stream.batch(0), seed: seed)
      let triggered = try batch.appending(EventSchema.level1, level1.process(batch))
      func decide(_ size: Int) throws -> (verdicts: [Int8], momenta: [Float], energies: [Float]) {
        var trigger = try HighLevelTrigger(detector: detector, menu: menu, seed: 1)
        var stage = Reconstruction(detector: detector)
        var result: (verdicts: [Int8], momenta: [Float], energies: [Float]) = ([], [], [])
        for start in stride(from: 0, to: triggered.count, by: size) {
          let part = triggered.slice(start..<min(triggered.count, start + size))
          let decided = try part.appending(EventSchema.highLevel, trigger.process(part))
          let column = try HighLevelColumn(decided)
          let found = try ReconstructionColumn(stage.process(decided))
          for row in 0..<part.count {
            result.verdicts.append(column.verdict[row])
            for track in found.tracks.rows[row] { result.momenta.append(found.tracks.omega[track]) }
            for cluster in found.clusters.rows[row] { result.energies.append(found.clusters.energy[cluster]) }
          }
        }
        return result
      }
      let (whole, parts) = (try decide(64), try decide(9))
      #expect(whole.verdicts.count == batch.count)
      #expect(whole == parts)
      #expect(whole.momenta.allSatisfy(\.isFinite) && whole.energies.allSatisfy { $0.isFinite && $0 > 0 })
      #expect(!whole.momenta.isEmpty && !whole.energies.isEmpty)
    }
  }
}
