import ArgumentParser
import Detector
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

  @OptionGroup var options: ValidationOptions

  @Flag(help: "Only the tracks of the high-level trigger: none that begin in the silicon.")
  var withoutSiliconTracks = false

  func run() throws {
    var reconstruction = EventReconstruction(detector: try .belle2())
    reconstruction.keepsWires = true
    var sample = TrackingSample()
    let steps: ReconstructionSteps =
      withoutSiliconTracks ? [.tracks, .hypotheses] : [.tracks, .siliconTracks, .hypotheses]
    let backgrounds = try options.forEachBatch { batch, count in
      let truth = try TrackTruth(batch)
      try reconstruction.begin(batch)
      for row in 0..<count {
        reconstruction.run(steps, row: row)
        let tracks = reconstruction.tracks(row: row)
        let found = truth.assign(tracks, wires: reconstruction.wiresOfTracks(row: row), row: row)
        sample.add(
          tracks, particles: found.particles, assignments: found.assignments,
          hypotheses: reconstruction.hypotheses(row: row),
          eventTime: Double(reconstruction.eventTime(row: row)))
      }
    }
    let report = TrackingReport(sample, reference: try .belle2())
    try options.write(
      events: report.events, backgrounds: backgrounds, text: "\(report.tracks) tracks\n\n\(report.text)",
      csv: report.commaSeparatedValues, plot: { report.plot(conditions: $0) }, tables: report.tables)
  }
}
