import ArgumentParser
import Detector
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

  @OptionGroup var options: ValidationOptions

  @Flag(help: "Only the tracks of the high-level trigger: none that begin in the silicon.")
  var withoutSiliconTracks = false

  func run() throws {
    var reconstruction = EventReconstruction(detector: try .belle2())
    reconstruction.keepsWires = true
    var sample = VertexingSample()
    let backgrounds = try options.forEachBatch { batch, count in
      let truth = try TrackTruth(batch)
      let decays = try DecayTruth(batch)
      try reconstruction.begin(batch)
      for row in 0..<count {
        reconstruction.run(withoutSiliconTracks ? .vertices : [.vertices, .siliconVertices], row: row)
        let tracks = reconstruction.tracks(row: row)
        let found = truth.assign(tracks, wires: reconstruction.wiresOfTracks(row: row), row: row)
        let particles = found.assignments.map { assignment in
          assignment.isClone ? nil : assignment.particle.map { found.particles[$0].place }
        }
        sample.add(reconstruction, row: row, particles: particles, truth: decays)
      }
    }
    let report = VertexingReport(sample, reference: try .belle2())
    try options.write(
      events: report.events, backgrounds: backgrounds, text: report.text, csv: report.commaSeparatedValues,
      plot: { report.plot(conditions: $0) }, tables: report.tables)
  }
}
