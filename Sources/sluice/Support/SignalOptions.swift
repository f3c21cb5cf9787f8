import ArgumentParser
import Simulation

/// Masses and lifetime of the signals of `sluice simulate`.
struct SignalOptions: ParsableArguments {
  @Option(
    help: """
      Mass of the new particle in GeV; several separated by commas take turns (0.5,1,2), a range is uniform \
      (0.5:3); else that of the process.
      """)
  var mass: String?

  @Option(help: "c tau of the new particle in mm; else prompt, or that of the process.")
  var ctau: Double?

  @Flag(help: "Taus other than the signal's decay to one charged particle; else in all modes.")
  var oneProng = false

  @Option(
    help: "Generator events whose B decays the other B of a signal takes; else a generic model.",
    completion: .file(extensions: ["hepmc", "zst", "gz"]))
  var partner: [String] = []

  @Option(help: "Cross-section with unit: 2 fb, 0.5pb; sets the weight of the events, else 1 fb.")
  var crossSection: String?

  /// Name of the first option that was given.
  var firstGiven: String? {
    let given: [(String, Bool)] = [
      ("--mass", mass != nil), ("--ctau", ctau != nil), ("--one-prong", oneProng),
      ("--partner", !partner.isEmpty), ("--cross-section", crossSection != nil),
    ]
    return given.first { $0.1 }?.0
  }

  /// The signal of the options.
  /// - Parameters:
  ///   - process: the signal.
  ///   - darkHiggsMass: GeV, if it was given.
  func model(_ process: SignalProcess, darkHiggsMass: Double?) throws -> SignalModel {
    var model = SignalModel(process)
    if let mass { try model.choose(mass: mass) }
    if let ctau { try model.choose(decayLength: ctau / 10) }
    if let darkHiggsMass { try model.choose(darkHiggsMass: darkHiggsMass) }
    if !partner.isEmpty { try model.choose(partnerFiles: partner) }
    if oneProng { try model.choose(isOneProng: true) }
    return model
  }

  /// The cross-section in nb; nil if none was given.
  func crossSectionInNanobarn() throws -> Double? {
    guard let crossSection else { return nil }
    let units = ["nb": 1.0, "pb": 1e-3, "fb": 1e-6, "ab": 1e-9]
    let number = crossSection.prefix { !$0.isLetter || $0 == "e" || $0 == "E" }
    let unit = crossSection.dropFirst(number.count).filter { $0 != " " }
    let trimmed = number.filter { $0 != " " }
    guard let value = Double(trimmed), value.isFinite, value > 0, let scale = units[String(unit)] else {
      throw ValidationError("--cross-section '\(crossSection)': expected a number above 0 with nb, pb, fb or ab: 2fb.")
    }
    return value * scale
  }
}
