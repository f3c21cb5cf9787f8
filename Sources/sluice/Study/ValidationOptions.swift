import ArgumentParser
import ArrowStream
import EventModel
import Foundation
import Level1
import Reconstruction
import TriggerStudies

/// What the validations of the reconstruction have in common: streams in, tables out.
struct ValidationOptions: ParsableArguments {
  @Argument(help: "Recorded streams with truth.", completion: .file(extensions: ["arrow"]))
  var streams: [String]

  @Option(help: "The menu whose level 1 gives the seeds of tracks.", completion: .file(extensions: ["yaml", "yml"]))
  var menu = MenuCommand.defaultMenu

  @Flag(help: "Reconstruct without level-1 tracks.")
  var withoutLevel1 = false

  @Option(help: "At most this many events of each stream.")
  var events: Int?

  @Option(help: "Seed of the trigger cells' noise.")
  var seed: UInt64 = 1

  @Option(help: "Write the tables as comma-separated values to FILE.", completion: .file(extensions: ["csv"]))
  var csv: String?

  @Option(help: "Draw the tables as SVG to FILE.", completion: .file())
  var plot: String?

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard !streams.isEmpty else { throw ValidationError("No stream is named.") }
    if let events, events < 1 { throw ValidationError("--events \(events): expected at least 1.") }
    if let csv { try OutputError.check(csv, option: "--csv") }
    if let plot { try OutputError.check(plot, option: "--plot") }
  }

  /// Reads the streams batch by batch, with level 1 anew.
  /// - Parameter body: takes a batch and how many of its events count.
  /// - Returns: the background levels of the streams.
  func forEachBatch(_ body: (RecordBatch, Int) throws -> Void) throws -> [String] {
    let compiled = try withoutLevel1 ? nil : MenuCommand.read(menu).level1.compile()
    var backgrounds: Set<String> = []
    for path in streams {
      let reader = try StreamFileReader(path: path)
      backgrounds.insert(reader.schema.metadata[StreamMetadata.background] ?? "not stated")
      let level1 = try compiled.map { try Level1Trigger(level: $0, detector: .belle2(), seed: seed) }
      var left = events ?? .max
      for index in 0..<reader.batchCount where left > 0 {
        var batch = try reader.batch(index).dropping(["l1", "hlt", "reco"])
        if let level1 { batch = try batch.appending(EventSchema.level1, level1.process(batch)) }
        try body(batch, min(batch.count, left))
        left -= min(batch.count, left)
      }
    }
    return backgrounds.sorted()
  }

  /// Prints and writes what was asked for.
  func write(
    events: Int, backgrounds: [String], text: String, csv content: String, plot picture: (String) -> StudyTablePlot,
    tables: [StudyTable]
  ) throws {
    let conditions = "\(events) events, background level \(backgrounds.joined(separator: ", "))"
    if !json.takesStandardOutput { print("\(conditions)\n\n\(text)", terminator: "") }
    if let csv { try OutputError.write(Data(content.utf8), to: csv) }
    if let plot { try OutputError.write(Data(picture(conditions).svg.utf8), to: plot) }
    try json.write(
      ValidationDocument(
        version: Sluice.configuration.version, command: CommandLine.arguments, streams: streams,
        background: backgrounds, menu: withoutLevel1 ? nil : menu, seed: seed, events: events, tables: tables))
  }
}

/// The machine form of a validation.
private struct ValidationDocument: Encodable {
  let schemaVersion = "1.0"
  let version: String
  let command: [String]
  let streams: [String]
  let background: [String]
  let menu: String?
  let seed: UInt64
  let events: Int
  let tables: [StudyTable]

  enum CodingKeys: String, CodingKey {
    case version, command, streams, background, menu, seed, events, tables
    case schemaVersion = "schema_version"
  }
}
