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

  /// What is wrong with the one hit of a stream's second event.
  enum Fault: String, CaseIterable {
    case layer, ladder, sensor, farOff, undefinedPoint, charge
    case muonPosition, muonTime, theta, phi, likelihood

    /// The column, as errors call it.
    var column: String {
      switch self {
      case .layer, .ladder, .sensor, .farOff, .undefinedPoint: "svd"
      case .charge: "svd.charge"
      case .muonPosition: "klm.position"
      case .muonTime: "klm.time"
      case .theta: "pid.theta"
      case .phi: "pid.phi"
      case .likelihood: "pid.log_likelihood"
      }
    }
  }

  private func chain() throws -> TriggerChain {
    let menu = try TriggerMenu(
      contentsOf: "\(Self.root)/Menus/low-multiplicity.yaml",
      vocabularies: MenuVocabularies(
        level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary]))
    return try TriggerChain(detector: .belle2(), menu: menu, channels: [], seed: 1)
  }

  /// Recorded events with detector columns of one hit each, good but for a fault in the second event.
  private func batch(_ fault: Fault?) throws -> RecordBatch {
    let recorded = try StreamFileReader(path: "\(Self.root)/Replay/mumu.arrow").batch(0)
    var silicon = SiliconHitsBuilder()
    var muons = MuonHitsBuilder()
    var regions = IdentificationHitsBuilder()
    for row in 0..<recorded.count {
      let fault = row == 1 ? fault : nil
      silicon.append(
        layer: fault == .layer ? 7 : 3, ladder: fault == .ladder ? 0 : 1, sensor: fault == .sensor ? 99 : 1,
        u: fault == .farOff ? 60 : 0, v: fault == .undefinedPoint ? .nan : 0, charge: fault == .charge ? .infinity : 9)
      silicon.endEvent()
      muons.append(
        section: 0, sector: 0, layer: 1, plane: 0, position: fault == .muonPosition ? .nan : 0,
        time: fault == .muonTime ? -.infinity : 0)
      muons.endEvent()
      let likelihoods: [Float] = [0, -.infinity, -2, fault == .likelihood ? .nan : -3, -4]
      regions.append(
        theta: fault == .theta ? -0.1 : 1, phi: fault == .phi ? .nan : 3, logLikelihood: likelihoods.span)
      regions.endEvent()
    }
    var columns = recorded.columns
    for (name, column) in [("svd", silicon.finish()), ("klm", muons.finish()), ("pid", regions.finish())] {
      columns[try #require(recorded.schema.index(of: name))] = column
    }
    return try RecordBatch(schema: recorded.schema, columns: columns, count: recorded.count)
  }

  @Test("are refused with column, hit, event and what was expected", arguments: Fault.allCases)
  func refused(fault: Fault) throws {
    let check = try #require(try chain().checkInput)
    let batch = try batch(fault)
    let keys = try EventKeyColumn(batch)
    let error = #expect(throws: ReplayError.self) { try check(batch, keys) }
    guard case .impossibleInput(let reason, let event, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(event == keys.key(1))
    #expect(reason.contains("hit 0 of column '\(fault.column)' is "))
    #expect(reason.contains(", expected "))
  }

  @Test("are told from good ones: excluded hypotheses, edges, and every recorded stream pass")
  func accepted() throws {
    let check = try #require(try chain().checkInput)
    let good = try batch(nil)
    try check(good, EventKeyColumn(good))
    let folder = "\(Self.root)/Replay"
    let streams = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".arrow") }
    #expect(streams.count >= 10)
    for stream in streams {
      let reader = try StreamFileReader(path: "\(folder)/\(stream)")
      for index in 0..<reader.batchCount {
        let batch = try reader.batch(index)
        try check(batch, EventKeyColumn(batch))
      }
    }
  }

  @Test("end a replay with the stream's name, before anything is decided")
  func replay() throws {
    let folder = try TemporaryFolder()
    let batch = try batch(.sensor)
    let original = try StreamFileReader(path: "\(Self.root)/Replay/mumu.arrow")
    let writer = try StreamFileWriter(path: folder.file("bad.arrow"), schema: original.schema)
    try writer.write(batch)
    try writer.finish()
    var configuration = ReplayConfiguration(streams: [folder.file("bad.arrow")], chain: try chain())
    configuration.output = folder.file("out")
    let error = #expect(throws: ReplayError.self) { try Replay.run(configuration) }
    let text = error?.description ?? ""
    #expect(text.contains("bad.arrow") && text.contains("layer 3, ladder 1, sensor 99"), "\(text)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")).isEmpty)
  }
}
