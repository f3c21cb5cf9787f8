import ArrowStream
import Detector
import EventModel
import Foundation
import HighLevelTrigger
import Level1
import Menu
import Online
import Testing

@Suite("Hits that no detector can have recorded")
struct ImpossibleHitTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// What is wrong with the one hit that an event has in every detector.
  enum Fault: String, CaseIterable {
    case wire, crystal, noCrystal, crystalEnergy, crystalTime
    case layer, ladder, sensor, farOff, undefinedPoint, charge
    case muonSection, muonSector, muonLayer, muonPlane, muonPosition, muonTime
    case theta, phi, likelihood

    /// The column, as reports call it.
    var column: String {
      switch self {
      case .wire: "cdc.wire"
      case .crystal, .noCrystal: "ecl.crystal"
      case .crystalEnergy: "ecl.energy"
      case .crystalTime: "ecl.time"
      case .layer, .ladder, .sensor, .farOff, .undefinedPoint: "svd"
      case .charge: "svd.charge"
      case .muonSection, .muonSector: "klm.sector"
      case .muonLayer: "klm.layer"
      case .muonPlane: "klm.plane"
      case .muonPosition: "klm.position"
      case .muonTime: "klm.time"
      case .theta: "pid.theta"
      case .phi: "pid.phi"
      case .likelihood: "pid.log_likelihood"
      }
    }
  }

  private static func chain() throws -> TriggerChain {
    let menu = try TriggerMenu(
      contentsOf: "\(root)/Menus/low-multiplicity.yaml",
      vocabularies: MenuVocabularies(
        level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary]))
    return try TriggerChain(detector: .belle2(), menu: menu, channels: [], seed: 1)
  }

  private static func recorded() throws -> RecordBatch {
    let reader = try StreamFileReader(path: "\(root)/Replay/mumu.arrow")
    return try RecordBatch.concatenating((0..<reader.batchCount).map { try reader.batch($0) })
  }

  /// A recorded batch whose events have one hit in every detector, good but for the faults of some rows.
  private static func batch(_ faults: [Int: Fault]) throws -> RecordBatch {
    let recorded = try recorded()
    var wires = DriftChamberHitsBuilder()
    var crystals = CalorimeterHitsBuilder()
    var silicon = SiliconHitsBuilder()
    var muons = MuonHitsBuilder()
    var regions = IdentificationHitsBuilder()
    for row in 0..<recorded.count {
      let fault = faults[row]
      wires.append(wire: fault == .wire ? 14_336 : 14_335, tdc: -32_768, adc: 0)
      wires.endEvent()
      crystals.append(
        crystal: fault == .crystal ? 8737 : fault == .noCrystal ? 0 : 8736,
        energy: fault == .crystalEnergy ? .infinity : 0, time: fault == .crystalTime ? .nan : 1e9)
      crystals.endEvent()
      silicon.append(
        layer: fault == .layer ? 7 : 3, ladder: fault == .ladder ? 0 : 1, sensor: fault == .sensor ? 99 : 1,
        u: fault == .farOff ? 60 : 0, v: fault == .undefinedPoint ? .nan : 0, charge: fault == .charge ? .infinity : 9)
      silicon.endEvent()
      muons.append(
        section: fault == .muonSection ? 4 : 2, sector: fault == .muonSector ? 4 : 3,
        layer: fault == .muonLayer ? 0 : 1, plane: fault == .muonPlane ? 2 : 1,
        position: fault == .muonPosition ? .nan : 0, time: fault == .muonTime ? -.infinity : 0)
      muons.endEvent()
      let likelihoods: [Float] = [0, -.infinity, -2, fault == .likelihood ? .nan : -3, -4]
      regions.append(
        theta: fault == .theta ? -0.1 : 1, phi: fault == .phi ? .nan : 3, logLikelihood: likelihoods.span)
      regions.endEvent()
    }
    var columns = recorded.columns
    for (name, column) in [
      ("cdc", wires.finish()), ("ecl", crystals.finish()), ("svd", silicon.finish()), ("klm", muons.finish()),
      ("pid", regions.finish()),
    ] {
      columns[try #require(recorded.schema.index(of: name))] = column
    }
    return try RecordBatch(schema: recorded.schema, columns: columns, count: recorded.count)
  }

  @Test(
    "are found in every detector's fragment, with event, column, hit and what was expected", arguments: Fault.allCases)
  func found(fault: Fault) throws {
    let check = try #require(try Self.chain().checkInput)
    let found = try check(Self.batch([1: fault]))
    #expect(Array(found.keys) == [1])
    let hit = try #require(found[1])
    #expect(hit.column == fault.column && hit.hit == 0)
    #expect(!hit.found.isEmpty && !hit.expected.isEmpty)
  }

  @Test("are told from good ones: excluded hypotheses, edges, and every recorded stream pass")
  func accepted() throws {
    let check = try #require(try Self.chain().checkInput)
    #expect(try check(Self.batch([:])).isEmpty)
    let folder = "\(Self.root)/Replay"
    let streams = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".arrow") }
    #expect(streams.count >= 10)
    for stream in streams {
      let reader = try StreamFileReader(path: "\(folder)/\(stream)")
      for index in 0..<reader.batchCount { #expect(try check(reader.batch(index)).isEmpty) }
    }
  }

  /// Streams with and without hostile events among recorded ones: at the start, alone, in a row, and at the end.
  private struct Streams {
    let folder: TemporaryFolder
    let faults: [Int: Fault]
    let events: Int

    init(events: Int = 120) throws {
      folder = try TemporaryFolder()
      self.events = events
      var faults: [Int: Fault] = [:]
      let places = [0, 1, 7] + Array(20..<20 + Fault.allCases.count - 4) + [events - 1]
      for (place, fault) in zip(places, Fault.allCases) { faults[place] = fault }
      self.faults = faults
      let recorded = try recorded()
      let hostile = try batch(faults)
      for (name, keepsHostile) in [("hostile.arrow", true), ("clean.arrow", false)] {
        let writer = try StreamFileWriter(
          path: folder.file(name), schema: StreamFileReader(path: "\(root)/Replay/mumu.arrow").schema)
        let pieces = (0..<events).filter { keepsHostile || faults[$0] == nil }.map { row in
          (batch: faults[row] == nil ? recorded : hostile, rows: row..<row + 1)
        }
        try writer.write(RecordBatch.joining(pieces))
        try writer.finish()
      }
    }

    func replay(_ name: String, _ change: (inout ReplayConfiguration) throws -> Void = { _ in }) throws -> ReplayResult
    {
      var configuration = ReplayConfiguration(streams: [folder.file(name)], chain: try chain())
      configuration.output = folder.file("out-\(UUID().uuidString)")
      try change(&configuration)
      return try Replay.run(configuration)
    }
  }

  /// Outcome and event number of every verdict.
  private func outcomes(_ result: ReplayResult) throws -> [(number: UInt64, outcome: UInt8)] {
    let file = try StreamFileReader(path: #require(result.verdicts))
    return try (0..<file.batchCount).flatMap { index in
      let batch = try file.batch(index)
      let keys = try EventKeyColumn(batch)
      let outcome = try ColumnView<UInt8>(batch.column("outcome"))
      let accepted = try BoolView(#require(batch.column("l1").child("accepted")), named: "accepted")
      return (0..<batch.count).map { row in
        #expect(outcome[row] != 5 || !accepted[row])
        return (keys.number[row], outcome[row])
      }
    }
  }

  @Test(
    "are set aside, and the run goes on: a verdict that says so, every event conserved, all others decided as without them",
    arguments: [(1, 256), (2, 256), (2, 7), (1, 1)])
  func setAside(workers: Int, batchSize: Int) throws {
    let streams = try Streams()
    let clean = try streams.replay("clean.arrow")
    let result = try streams.replay("hostile.arrow") {
      $0.workers = workers
      $0.batchSize = batchSize
    }
    let count = streams.faults.count
    #expect(count == Fault.allCases.count)
    #expect(result.condition == .good)
    #expect(result.ledger.imbalances(whenFinished: true).isEmpty)
    #expect(result.events == streams.events)
    for stage in ["level1", "builder", "collector"] { #expect(result.ledger[stage]?.setAside == count) }
    #expect(result.ledger["verdicts"]?.passed == streams.events)

    // Named: the first ten in the order of the stream.
    #expect(result.setAside.count == count)
    #expect(result.setAside.byDetector == ["cdc": 1, "ecl": 4, "svd": 6, "klm": 6, "pid": 3])
    #expect(result.setAside.first.count == 10)
    let places = streams.faults.keys.sorted()
    let numbers = try EventKeyColumn(Self.recorded()).number
    for (example, place) in zip(result.setAside.first, places) {
      #expect(example.event.number == numbers[place])
      #expect(example.hit.column == streams.faults[place]?.column)
    }

    let decided = try outcomes(result)
    #expect(decided.map(\.number) == (0..<streams.events).map { numbers[$0] })
    for (row, decision) in decided.enumerated() { #expect((decision.outcome == 5) == (streams.faults[row] != nil)) }
    #expect(try outcomes(clean).map(\.outcome) == decided.map(\.outcome).filter { $0 != 5 })
    let accepted = try Data(contentsOf: URL(fileURLWithPath: #require(result.accepted)))
    #expect(try accepted == Data(contentsOf: URL(fileURLWithPath: #require(clean.accepted))))
  }

  @Test("are set aside in every pass of a repeated stream, and when events come at their own times")
  func passesAndPaces() throws {
    let streams = try Streams(events: 60)
    let repeated = try streams.replay("hostile.arrow") {
      $0.repeats = 3
      $0.batchSize = 41
    }
    #expect(repeated.condition == .good)
    #expect(repeated.setAside.count == 3 * streams.faults.count)
    #expect(try outcomes(repeated).map { $0.outcome == 5 } == (0..<180).map { streams.faults[$0 % 60] != nil })
    let paced = try streams.replay("hostile.arrow") { $0.pace = try Pace(parsing: "20000") }
    #expect(paced.condition == .good && paced.ledger.imbalances(whenFinished: true).isEmpty)
    #expect(try outcomes(paced).map { $0.outcome == 5 } == (0..<60).map { streams.faults[$0] != nil })
  }

  @Test("may be all that a stream has: the run ends well with nothing accepted")
  func nothingElse() throws {
    let folder = try TemporaryFolder()
    let schema = try StreamFileReader(path: "\(Self.root)/Replay/mumu.arrow").schema
    let writer = try StreamFileWriter(path: folder.file("bad.arrow"), schema: schema)
    try writer.write(Self.batch(Dictionary(uniqueKeysWithValues: (0..<50).map { ($0, .sensor) })).slice(0..<50))
    try writer.finish()
    var configuration = ReplayConfiguration(streams: [folder.file("bad.arrow")], chain: try Self.chain())
    configuration.output = folder.file("out")
    let result = try Replay.run(configuration)
    #expect(result.condition == .good && result.events == 50 && result.setAside.count == 50)
    #expect(result.study.all.accepted.events == 0)
    #expect(try outcomes(result).allSatisfy { $0.outcome == 5 })
  }
}
