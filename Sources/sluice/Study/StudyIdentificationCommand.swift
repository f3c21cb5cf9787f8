import ArgumentParser
import Detector
import Reconstruction
import TriggerStudies

/// `sluice study identification`: what tracks are taken for beside what they are.
struct StudyIdentificationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identification",
    abstract: "e, mu, pi, K, p beside truth: efficiencies and misidentification by momentum, with the reference.",
    discussion: """
      Identifies the tracks of recorded streams and compares them with the particles that made their hits (two thirds of the measured numbers, \
      as in study tracking). Calorimeter, muon detector and charge of the drift chamber are measured from hits, the velocity comes from the \
      parametrised response in the pid column. Numbers of the reference stand in parentheses.
      """)

  @OptionGroup var options: ValidationOptions

  func run() throws {
    var reconstruction = EventReconstruction(detector: try .belle2())
    reconstruction.keepsWires = true
    var sample = IdentificationSample()
    let backgrounds = try options.forEachBatch { batch, count in
      let truth = try TrackTruth(batch)
      let showers = try ShowerTruth(batch)
      try reconstruction.begin(batch)
      for row in 0..<count {
        reconstruction.run(.identification, row: row)
        let tracks = reconstruction.tracks(row: row)
        let found = truth.assign(tracks, wires: reconstruction.wiresOfTracks(row: row), row: row)
        sample.add(
          tracks, identifications: reconstruction.identifications(row: row), particles: found.particles,
          assignments: found.assignments, owners: showers.owners(of: reconstruction.clusters(row: row), row: row))
      }
    }
    let report = IdentificationReport(sample, identification: try .belle2(), reference: try .belle2())
    try options.write(
      events: report.events, backgrounds: backgrounds, text: report.text, csv: report.commaSeparatedValues,
      plot: { report.plot(conditions: $0) }, tables: report.tables)
  }
}
