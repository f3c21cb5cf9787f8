import ArgumentParser
import ArrowStream
import Detector
import EventModel
import Foundation
import Level1
import Reconstruction
import TriggerStudies

/// `sluice study tracking`: the tracks of the reconstruction beside the truth.
struct StudyTrackingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tracking",
    abstract: "Tracks beside truth: efficiency, fakes, clones, charge, resolutions, pulls, with the reference.",
    discussion: """
      Reconstructs the tracks of recorded streams and compares them with the particles that made their hits. A track belongs to the particle that \
      made two thirds of its measured numbers (one for a wire, two for a space point). Level 1 of the menu gives seeds as in a \
      replay; no trigger decides here: every event counts. Numbers of the reference stand in parentheses.
      """)

  @Argument(help: "Recorded streams with truth.", completion: .file(extensions: ["arrow"]))
  var streams: [String]

  @Option(help: "The menu whose level 1 gives the seeds.", completion: .file(extensions: ["yaml", "yml"]))
  var menu = MenuCommand.defaultMenu

  @Flag(help: "Reconstruct without level-1 tracks.")
  var withoutLevel1 = false

  @Flag(help: "Only the tracks of the high-level trigger: none that begin in the silicon.")
  var withoutSiliconTracks = false

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
    var sample = TrackingSample()
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
        try reconstruction.begin(batch)
        for row in 0..<min(batch.count, left) {
          reconstruction.run(withoutSiliconTracks ? .tracks : [.tracks, .siliconTracks], row: row)
          let tracks = reconstruction.tracks(row: row)
          let found = truth.assign(tracks, wires: reconstruction.wiresOfTracks(row: row), row: row)
          sample.add(
            tracks, particles: found.particles, assignments: found.assignments,
            eventTime: Double(reconstruction.eventTime(row: row)))
        }
        left -= min(batch.count, left)
      }
    }
    let report = TrackingReport(sample, reference: try .belle2())
    let conditions = "\(report.events) events, background level \(backgrounds.sorted().joined(separator: ", "))"
    if !json.takesStandardOutput { print("\(conditions), \(report.tracks) tracks\n\n\(report.text)", terminator: "") }
    if let csv { try OutputError.write(Data(report.commaSeparatedValues.utf8), to: csv) }
    if let plot { try OutputError.write(Data(report.plot(conditions: conditions).svg.utf8), to: plot) }
    try json.write(
      TrackingDocument(
        version: Sluice.configuration.version, command: CommandLine.arguments, streams: streams,
        background: backgrounds.sorted(), menu: withoutLevel1 ? nil : menu, seed: seed, tracking: report))
  }
}

/// The machine form of a tracking study.
private struct TrackingDocument: Encodable {
  let schemaVersion = "1.0"
  let version: String
  let command: [String]
  let streams: [String]
  let background: [String]
  let menu: String?
  let seed: UInt64
  let tracking: TrackingReport

  enum CodingKeys: String, CodingKey {
    case version, command, streams, background, menu, seed, tracking
    case schemaVersion = "schema_version"
  }
}
