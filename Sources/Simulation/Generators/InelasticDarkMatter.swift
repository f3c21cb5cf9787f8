import Detector
import Foundation
import Kinematics
import Statistics

/// Generator of e+e- to h' chi1 chi2: a dark Higgs boson radiated off inelastic dark matter, with two displaced vertices.
///
/// chi2 is the heavier, unstable one of two dark-matter states and decays to chi1 and a pair e+e-, mu+mu- or pi+pi- through a virtual dark
/// photon; the dark Higgs decays to mu+mu- or pi+pi- by mixing with the Higgs boson; chi1 leaves nothing in the detector. The
/// process and its signature: M. Duerr et al., arXiv:2012.08595; first search: Belle II, arXiv:2505.09705.
///
/// A simplified model: all momenta are uniform in phase space (no matrix elements, no initial-state radiation), lifetimes are
/// exponential, the decay modes that are open are equally likely. What a trigger study needs from it is where the vertices lie, how hard the
/// tracks are and that nothing else is in the event. Masses and lifetimes are free.
public struct InelasticDarkMatter: Sendable {
  /// Masses and lifetimes.
  public struct Model: Sendable, Equatable {
    /// Mass of the dark Higgs boson, GeV.
    public var darkHiggsMass = 1.0
    /// Mass of chi1, GeV.
    public var darkMatterMass = 1.0
    /// Mass of chi2 less that of chi1, GeV.
    public var massSplitting = 0.4
    /// Mean proper decay length c tau of the dark Higgs boson, cm.
    public var darkHiggsDecayLength = 10.0
    /// Mean proper decay length c tau of chi2, cm.
    public var excitedDecayLength = 10.0

    /// The model of the study: masses of 1 GeV, a splitting of 0.4 GeV, both lifetimes 100 mm.
    public init() {}
  }

  /// Numbers of the particles in the truth, those that the Particle Data Group reserves for dark matter where there is one.
  public enum Code {
    /// The dark Higgs boson: "scalar mediator".
    public static let darkHiggs: Int32 = 54
    /// chi1: "fermionic dark matter".
    public static let darkMatter: Int32 = 52
    /// chi2: a number of our own.
    public static let excited: Int32 = 9_000_052
  }

  /// Process label.
  public static let label = "inelastic_dark_matter"
  /// Cross-section unless one is given, nb: 1 fb. It sets the weight only; published limits on it times the branching fractions are
  /// about 0.1 fb (arXiv:2505.09705).
  public static let standardCrossSection = 1e-6

  /// Masses and lifetimes.
  public let model: Model
  private let beams: Beams
  private let darkHiggsModes: [Int32]
  private let excitedModes: [Int32]

  /// The generator of a model at the beams of a detector.
  /// - Throws: `GeneratorSettingError` for masses that the collision cannot make or that leave no decay open, and lifetimes that are no
  ///   lengths.
  public init(_ model: Model, beams: Beams) throws(GeneratorSettingError) {
    self.model = model
    self.beams = beams
    for (setting, value) in [
      ("dark-higgs-mass", model.darkHiggsMass), ("dark-matter-mass", model.darkMatterMass),
      ("mass-splitting", model.massSplitting),
    ] {
      guard value.isFinite, value > 0 else {
        throw GeneratorSettingError(setting: setting, problem: "found \(value) GeV, expected a mass above 0")
      }
    }
    for (setting, value) in [
      ("dark-higgs-ctau", model.darkHiggsDecayLength), ("excited-ctau", model.excitedDecayLength),
    ] {
      guard value.isFinite, value >= 0, value <= 1e6 else {
        throw GeneratorSettingError(setting: setting, problem: "found \(value) cm, expected 0 to 1e6 cm")
      }
    }
    let sum = model.darkHiggsMass + 2 * model.darkMatterMass + model.massSplitting
    // Room for the spread of the beam energies.
    guard sum < beams.energy - 0.1 else {
      throw GeneratorSettingError(
        setting: "dark-matter-mass",
        problem: "h', chi1 and chi2 weigh \(sum) GeV together, more than the collision gives")
    }
    darkHiggsModes = Self.open([13, 211], below: model.darkHiggsMass)
    excitedModes = Self.open([11, 13, 211], below: model.massSplitting)
    guard !darkHiggsModes.isEmpty else {
      throw GeneratorSettingError(
        setting: "dark-higgs-mass", problem: "\(model.darkHiggsMass) GeV is too light for mu+mu-")
    }
    guard !excitedModes.isEmpty else {
      throw GeneratorSettingError(
        setting: "mass-splitting", problem: "\(model.massSplitting) GeV is too little for e+e-")
    }
  }

  /// The model in a line, for the stream's metadata.
  public var name: String {
    "phase space, h' \(model.darkHiggsMass) GeV c tau \(model.darkHiggsDecayLength) cm, chi1 \(model.darkMatterMass) GeV, "
      + "chi2 - chi1 \(model.massSplitting) GeV c tau \(model.excitedDecayLength) cm"
  }

  private static func open(_ modes: [Int32], below energy: Double) -> [Int32] {
    modes.filter { 2.001 * (ParticleTable.mass(of: $0) ?? .infinity) < energy }
  }

  /// Makes one event: beams, h', chi1, chi2 and what they decay to replace what `event` held; number, label, weight and time stay.
  /// - Parameters:
  ///   - event: receives the particles.
  ///   - random: numbers of this event.
  public func generate(into event: inout GeneratedEvent, _ random: inout CounterRandom) {
    event.removeAllParticles()
    var frame: CentreOfMassFrame?
    var incoming: [FourVector] = []
    // The energies of the beams scatter by half a per mille: the first try makes a frame.
    for _ in 0..<100 where frame == nil {
      let (electron, positron) = beams.collision(
        electronEnergy: beams.electron.energy + beams.electronEnergySpread * random.gaussian(),
        positronEnergy: beams.positron.energy + beams.positronEnergySpread * random.gaussian())
      frame = CentreOfMassFrame(first: electron, second: positron)
      incoming = [electron, positron]
    }
    guard let frame else { return }
    for (code, momentum) in zip([11, -11] as [Int32], incoming) {
      event.append(pdg: code, status: GeneratedEvent.Status.beam, momentum: Self.components(momentum))
    }
    let excitedMass = model.darkMatterMass + model.massSplitting
    let momenta = PhaseSpace.momenta(
      of: [model.darkHiggsMass, model.darkMatterMass, excitedMass], energy: frame.energy, &random
    ).map { frame.toLaboratory($0) }
    event.append(pdg: Code.darkMatter, mother: 0, momentum: Self.components(momenta[1]))
    decay(
      Code.darkHiggs, momenta[0], mass: model.darkHiggsMass, length: model.darkHiggsDecayLength, modes: darkHiggsModes,
      besides: nil, into: &event, &random)
    decay(
      Code.excited, momenta[2], mass: excitedMass, length: model.excitedDecayLength, modes: excitedModes,
      besides: Code.darkMatter, into: &event, &random)
  }

  /// Adds an unstable particle and its decay to a pair of opposite charges, and to a third particle if one is given.
  private func decay(
    _ code: Int32, _ momentum: FourVector, mass: Double, length: Double, modes: [Int32], besides third: Int32?,
    into event: inout GeneratedEvent, _ random: inout CounterRandom
  ) {
    let mother = event.append(
      pdg: code, mother: 0, status: GeneratedEvent.Status.decayed, momentum: Self.components(momentum))
    let proper = length * random.exponential() / mass
    let flight = SIMD4(momentum.px, momentum.py, momentum.pz, momentum.energy / PhysicalConstants.speedOfLight) * proper
    let charged = modes[Int(random.integer(below: UInt64(modes.count)))]
    // Muons and electrons of positive number are negative, pions positive: either way the pair has both charges.
    let products = (third.map { [$0] } ?? []) + [charged, -charged]
    let masses = products.map { $0 == Code.darkMatter ? model.darkMatterMass : ParticleTable.mass(of: $0) ?? 0 }
    guard let boost = Boost(toRestFrameOf: momentum)?.inverse else { return }
    for (product, inside) in zip(products, PhaseSpace.momenta(of: masses, energy: mass, &random)) {
      event.append(
        pdg: product, mother: Int32(mother), momentum: Self.components(boost.apply(inside)), vertex: flight)
    }
  }

  private static func components(_ vector: FourVector) -> SIMD4<Double> {
    SIMD4(vector.px, vector.py, vector.pz, vector.energy)
  }
}
