import ArgumentParser
import ArrowStream
import Detector
import EventModel
import Foundation
import Level1
import Reconstruction
import TriggerStudies

/// `sluice study vertexing`: the vertices of the reconstruction beside the truth.
struct StudyVertexingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vertexing",
    abstract: "Vertices beside truth: K_S and displaced pairs, resolutions, pulls, purities, with the reference.",
    discussion: """
      Reconstructs the vertices of recorded streams and compares them with the decays in the truth. A decay is found if the tracks of both charged \
      products are found and have a common vertex. Level 1 of the menu gives seeds as in a replay; no trigger decides here: every event \
      counts. Numbers of the reference stand in parentheses.
      """)

  @Argument(help: "Recorded streams with truth.", completion: .file(extensions: ["arrow"]))
  var streams: [String]

  @Option(help: "The menu whose level 1 gives the seeds.", completion: .file(extensions: ["yaml", "yml"]))
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

  func run() throws {
    let detector = try DetectorModel.belle2()
    let compiled = try withoutLevel1 ? nil : MenuCommand.read(menu).level1.compile()
    var reconstruction = EventReconstruction(detector: detector)
    reconstruction.keepsWires = true
    var sample = VertexingSample()
    var backgrounds: Set<String> = []
    for path in streams {
      let reader = try StreamFileReader(path: path)
      backgrounds.insert(reader.schema.metadata[StreamMetadata.background] ?? "not stated")
      let level1 = try compiled.map { try Level1Trigger(level: $0, detector: detector, seed: seed) }
      var left = events ?? .max
      for index in 0..<reader.batchCount where left > 0 {
        var batch = try reader.batch(index).dropping(["l1", "hlt", "reco"])
        if let level1 { batch = try batch.appending(EventSchema.level1, level1.process(batch)) }
        let truth = try TrackTruth(batch)
        let decays = try DecayTruth(batch)
        try reconstruction.begin(batch)
        for row in 0..<min(batch.count, left) {
          reconstruction.run(.vertices, row: row)
          let tracks = reconstruction.tracks(row: row)
          let found = truth.assign(tracks, wires: reconstruction.wiresOfTracks(row: row), row: row)
          let particles = found.assignments.map { assignment in
            assignment.isClone ? nil : assignment.particle.map { found.particles[$0].place }
          }
          sample.add(reconstruction, row: row, particles: particles, truth: decays)
        }
        left -= min(batch.count, left)
      }
    }
    let report = VertexingReport(sample, reference: try .belle2())
    let conditions = "\(report.events) events, background level \(backgrounds.sorted().joined(separator: ", "))"
    if !json.takesStandardOutput { print("\(conditions)\n\n\(report.text)", terminator: "") }
    if let csv { try OutputError.write(Data(report.commaSeparatedValues.utf8), to: csv) }
    if let plot { try OutputError.write(Data(report.plot(conditions: conditions).svg.utf8), to: plot) }
    try json.write(
      VertexingDocument(
        version: Sluice.configuration.version, command: CommandLine.arguments, streams: streams,
        background: backgrounds.sorted(), menu: withoutLevel1 ? nil : menu, seed: seed, vertexing: report))
  }
}

/// The machine form of a tracking study.
private struct VertexingDocument: Encodable {
  let schemaVersion = "1.0"
  let version: String
  let command: [String]
  let streams: [String]
  let background: [String]
  let menu: String?
  let seed: UInt64
  let vertexing: VertexingReport

  enum CodingKeys: String, CodingKey {
    case version, command, streams, background, menu, seed, vertexing
    case schemaVersion = "schema_version"
  }
}
