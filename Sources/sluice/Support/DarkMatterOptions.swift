import ArgumentParser
import Simulation

/// Options of the generator of a dark Higgs boson with inelastic dark matter.
struct DarkMatterOptions: ParsableArguments {
  @Option(help: "Mass of the dark Higgs boson in GeV, also of dark_higgsstrahlung; else 1 (visible: 3).")
  var darkHiggsMass: Double?

  @Option(help: "Mass of the lighter dark-matter particle chi1 in GeV; else 1.")
  var darkMatterMass: Double?

  @Option(help: "Mass of the heavier one, chi2, less that of chi1 in GeV; else 0.4.")
  var massSplitting: Double?

  @Option(name: .customLong("dark-higgs-ctau"), help: "c tau of the dark Higgs boson in mm; else 100.")
  var darkHiggsDecayLength: Double?

  @Option(name: .customLong("excited-ctau"), help: "c tau of chi2 in mm; else 100.")
  var excitedDecayLength: Double?

  /// Name of the first option that was given.
  /// - Parameter isHiggsMassAllowed: true to pass over the mass of the dark Higgs boson.
  func firstGiven(isHiggsMassAllowed: Bool) -> String? {
    let given: [(String, Double?)] = [
      ("--dark-higgs-mass", isHiggsMassAllowed ? nil : darkHiggsMass), ("--dark-matter-mass", darkMatterMass),
      ("--mass-splitting", massSplitting), ("--dark-higgs-ctau", darkHiggsDecayLength),
      ("--excited-ctau", excitedDecayLength),
    ]
    return given.first { $0.1 != nil }?.0
  }

  /// The model of the options.
  var model: InelasticDarkMatter.Model {
    var model = InelasticDarkMatter.Model()
    if let darkHiggsMass { model.darkHiggsMass = darkHiggsMass }
    if let darkMatterMass { model.darkMatterMass = darkMatterMass }
    if let massSplitting { model.massSplitting = massSplitting }
    if let darkHiggsDecayLength { model.darkHiggsDecayLength = darkHiggsDecayLength / 10 }
    if let excitedDecayLength { model.excitedDecayLength = excitedDecayLength / 10 }
    return model
  }
}
