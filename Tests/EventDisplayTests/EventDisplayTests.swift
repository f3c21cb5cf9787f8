import ArrowStream
import Detector
import EventDisplay
import EventModel
import Foundation
import FoundationXML
import Testing

@Suite("Event display")
struct EventDisplayTests {
  private let detector: DetectorModel

  init() throws { detector = try .belle2() }

  private static func stream(_ name: String) throws -> StreamFileReader {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try StreamFileReader(path: root.appending(path: "Replay/\(name).arrow").path)
  }

  /// A batch with a new column in the place of an old one.
  private static func replacing(_ name: String, in batch: RecordBatch, with column: ArrayData) throws -> RecordBatch {
    var columns = batch.columns
    columns[try #require(batch.schema.index(of: name))] = column
    return try RecordBatch(schema: batch.schema, columns: columns, count: batch.count)
  }

  @Test("two muons keep nine of ten of their hits, and few hits of the background join them")
  func hitsOfMuons() throws {
    let batch = try Self.stream("mumu").batch(0)
    let truth = try HitTruth(batch, detector: "cdc")
    let particles = try TruthParticles(batch)
    var (ofMuons, found, ofBackground, joined) = (0, 0, 0, 0)
    for row in 0..<40 {
      let event = try DisplayedEvent(batch, row: row, detector: detector, withTruth: false)
      guard event.tracks.count == 2, event.tracks.allSatisfy({ $0.chamberHits > 40 }) else { continue }
      for (hit, index) in zip(event.wireHits, truth.rows[row]) {
        let particle = Int(truth.particle[index])
        if particle < 0 {
          ofBackground += 1
          if hit.track != nil { joined += 1 }
        } else if abs(particles.pdg[particles.rows[row].lowerBound + particle]) == 13 {
          ofMuons += 1
          if hit.track != nil { found += 1 }
        }
      }
    }
    #expect(ofMuons > 1000 && ofBackground > 1000)
    #expect(Double(found) > 0.9 * Double(ofMuons), "\(found) of \(ofMuons)")
    #expect(Double(joined) < 0.05 * Double(ofBackground), "\(joined) of \(ofBackground)")
  }

  @Test("the picture is a well-formed document whose lines and markers all lie in it")
  func wellFormed() throws {
    let batch = try Self.stream("BBbar").batch(0)
    let event = try DisplayedEvent(batch, row: 3, detector: detector, withTruth: true)
    let picture = EventDisplay(detector: detector).svg(event)
    let reader = CoordinateReader()
    let parser = XMLParser(data: Data(picture.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
    #expect(reader.points.count > 2000)
    #expect(reader.points.allSatisfy { (0...1500).contains($0.x) && (0...1190).contains($0.y) })
    #expect(EventDisplay(detector: detector).svg(event) == picture, "the same event gives the same bytes")
  }

  @Test("truth is drawn on demand only, and a stream without truth is drawn all the same")
  func truthOnDemand() throws {
    let batch = try Self.stream("B_K_S").batch(0)
    let display = EventDisplay(detector: detector)
    let without = try display.svg(DisplayedEvent(batch, row: 0, detector: detector, withTruth: false))
    let with = try display.svg(DisplayedEvent(batch, row: 0, detector: detector, withTruth: true))
    #expect(!without.contains("generator particle") && with.contains("generator particle"))
    #expect(with.contains(">pi+<") || with.contains(">pi-<") || with.contains(">gamma<"))
    let kept = batch.schema.fields.indices.filter { !["truth", "hit_truth"].contains(batch.schema.fields[$0].name) }
    let bare = try RecordBatch(
      schema: Schema(fields: kept.map { batch.schema.fields[$0] }), columns: kept.map { batch.columns[$0] },
      count: batch.count)
    #expect(try display.svg(DisplayedEvent(bare, row: 0, detector: detector, withTruth: false)) == without)
    #expect(throws: ColumnError.self) {
      try DisplayedEvent(bare, row: 0, detector: detector, withTruth: true)
    }
  }

  @Test("hits that no detector can have are left out and nothing fails")
  func hostileHits() throws {
    let batch = try Self.stream("mumu").batch(0)
    var silicon = SiliconHitsBuilder()
    var muon = MuonHitsBuilder()
    for _ in 0..<batch.count {
      silicon.append(layer: 9, ladder: 200, sensor: 0, u: 0, v: 0, charge: 1)
      silicon.append(layer: 3, ladder: 1, sensor: 1, u: .nan, v: .infinity, charge: 1)
      silicon.endEvent()
      muon.append(section: 7, sector: 99, layer: 0, plane: 3, position: 0, time: 0)
      muon.append(section: 0, sector: 0, layer: 1, plane: 0, position: .nan, time: 0)
      muon.endEvent()
    }
    let changed = try Self.replacing(
      "klm", in: Self.replacing("svd", in: batch, with: silicon.finish()), with: muon.finish())
    let event = try DisplayedEvent(changed, row: 0, detector: detector, withTruth: false)
    #expect(event.siliconHits.isEmpty && event.muonHits.isEmpty)
    #expect(EventDisplay(detector: detector).svg(event).hasSuffix("</svg>\n"))
  }
}

/// Collects the points of lines and markers of an SVG document.
private final class CoordinateReader: NSObject, XMLParserDelegate {
  var points: [(x: Double, y: Double)] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    if let x = attributes["cx"].flatMap(Double.init), let y = attributes["cy"].flatMap(Double.init) {
      points.append((x, y))
    }
    for pair in (attributes["points"] ?? "").split(separator: " ") {
      let numbers = pair.split(separator: ",").compactMap { Double($0) }
      points.append(numbers.count == 2 ? (numbers[0], numbers[1]) : (.nan, .nan))
    }
  }
}
