import ArrowStream
import EventModel
import Foundation
import Testing

@Suite("sluice fit")
struct FitTests {
  private static let channel = """
    channel: toy
    title: A toy
    candidate: dimuon
    observable: mass
    range: { from: 0.1 GeV, to: 6 GeV }
    signal: { shape: gaussian, resolution: [{ at: 1 GeV, sigma: 30 MeV }] }
    background: { polynomial: { lowest_order: 1, highest_order: 2 } }
    scan: { from: 1 GeV, to: 5 GeV }
    confidence: 90 %
    """

  /// A folder with one channel, one stream of evenly spread candidates with a peak at 3 GeV, and one that was not
  /// reconstructed.
  private static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-fit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try channel.write(to: folder.appending(path: "toy.yaml"), atomically: true, encoding: .utf8)

    var builder = ReconstructionBuilder()
    let events = 20_000
    for event in 0..<events {
      // Every 50th candidate lies in a triangle 60 MeV to either side of 3 GeV, the others anywhere.
      let spread = Float((event * 7919) % events) / Float(events)
      let peak = 0.03 * (Float(event / 50 % 20) + Float(event / 1000 % 20) - 19) / 10
      let mass = event % 50 == 0 ? 3 + peak : 0.1 + 5.9 * spread
      builder.candidates.append(
        kind: 1, mass: mass, reducedMass: mass, recoilMassSquared: 0, vertex: -1, track1: 0, track2: 1)
      builder.endEvent(steps: 0, eventTime: 0)
    }
    let schema = Schema(fields: [EventSchema.reconstruction], metadata: [StreamMetadata.geometry: "test"])
    let writer = try StreamFileWriter(path: folder.appending(path: "good.arrow").path, schema: schema)
    try writer.write(RecordBatch(schema: schema, columns: [builder.finish()], count: events))
    try writer.finish()

    let other = Schema(fields: [Field("x", .int32)])
    let raw = try StreamFileWriter(path: folder.appending(path: "raw.arrow").path, schema: other)
    try raw.write(RecordBatch(schema: other, columns: [ArrayData(copying: [1 as Int32])], count: 1))
    try raw.finish()
    return folder
  }

  private static func run(_ folder: URL, _ arguments: String...) throws -> SluiceProgram.Outcome {
    try SluiceProgram.run(["fit"] + arguments + ["--channels", folder.path])
  }

  @Test("a peak is found, written as JSON with provenance, and drawn")
  func peak() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let stream = folder.appending(path: "good.arrow").path
    let json = folder.appending(path: "fit.json")
    let plot = folder.appending(path: "fit.svg")
    let outcome = try Self.run(folder, "toy", stream, "--json", json.path, "--plot", plot.path)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("toy: A toy (version 1, definition "))

    let document = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [String: Any])
    #expect(document["schema_version"] as? Int == 1)
    #expect((document["provenance"] as? [String: Any])?["geometry"] as? String == "test")
    let fit = try #require((document["fits"] as? [[String: Any]])?.first)
    #expect(fit["events"] as? Int == 20_000)
    let summary = try #require(fit["summary"] as? [String: Any])
    #expect(abs(try #require(summary["largest_mass"] as? Double) - 3) < 0.03)
    #expect(try #require(summary["largest_local_significance"] as? Double) > 8)
    #expect(try String(contentsOf: plot, encoding: .utf8).hasPrefix("<svg"))
  }

  @Test("a stream without reconstruction, an unknown channel, a mass out of reach and an unwritable plot are errors")
  func wrongCalls() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let good = folder.appending(path: "good.arrow").path
    let raw = folder.appending(path: "raw.arrow").path
    func message(_ arguments: String...) throws -> String {
      let outcome = try SluiceProgram.run(["fit"] + arguments + ["--channels", folder.path])
      #expect(outcome.status == 2)
      return outcome.errors
    }
    #expect(try message("toy", raw).contains("has no column 'reco' (found x)"))
    #expect(try message("toy", raw).contains("sluice replay"))
    #expect(try message("tow", good).contains("known channels: toy"))
    #expect(try message("toy", good, "--mass", "7").contains("--mass 7.0: the channel scans "))
    let unwritable = try message("toy", good, "--plot", "/nowhere/fit.svg")
    #expect(unwritable.contains("/nowhere/fit.svg") && unwritable.contains("cannot be written"))
    #expect(try message("toy", folder.appending(path: "absent.arrow").path).contains("absent.arrow"))
    #expect(try message("toy").contains("a stream is missing"))
    #expect(try message().contains("a channel is missing"))
  }

  @Test("the channels of a folder are listed with what they scan and what they can say")
  func list() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = try Self.run(folder, "--list")
    #expect(outcome.status == 0)
    let rows = outcome.output.split(separator: "\n")
    #expect(rows.count == 2 && rows[0].hasPrefix("channel "))
    for word in ["toy", "dimuon", "mass", "peak"] { #expect(rows[1].contains(word)) }
  }
}
