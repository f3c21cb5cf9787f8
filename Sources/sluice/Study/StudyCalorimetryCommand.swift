import ArgumentParser
import Detector
import Reconstruction
import TriggerStudies

/// `sluice study calorimetry`: clusters, photons and neutral pions beside the truth.
struct StudyCalorimetryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calorimetry",
    abstract: "Photons and neutral pions beside truth: efficiency, scale, resolutions, pulls, with the reference.",
    discussion: """
      Reconstructs the clusters of recorded streams and compares them with the photons of the truth. A cluster belongs to the particle that gave its most \
      energetic crystal most of its energy. Photons that convert count as lost where their pair makes another cluster. Numbers of the \
      reference stand in parentheses.
      """)

  @OptionGroup var options: ValidationOptions

  func run() throws {
    var reconstruction = EventReconstruction(detector: try .belle2())
    var sample = CalorimetrySample()
    let backgrounds = try options.forEachBatch { batch, count in
      let truth = try ShowerTruth(batch)
      try reconstruction.begin(batch)
      for row in 0..<count {
        reconstruction.run(.photonPairs, row: row)
        sample.add(
          reconstruction.clusters(row: row), pairs: reconstruction.photonPairs(row: row), truth: truth, row: row)
      }
    }
    let report = CalorimetryReport(sample, reference: try .belle2())
    try options.write(
      events: report.events, backgrounds: backgrounds, text: report.text, csv: report.commaSeparatedValues,
      plot: { report.plot(conditions: $0) }, tables: report.tables)
  }
}
