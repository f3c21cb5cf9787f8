/// Turns limits on yields into limits on cross-sections or branching fractions; couplings follow from those.
struct LimitConversion {
  private let channel: SearchChannel
  private let luminosity: Double?

  init(_ channel: SearchChannel, _ conditions: FitConditions) {
    self.channel = channel
    luminosity = conditions.luminosity
  }

  /// Adds what the limit of a hypothesis means.
  func apply(to hypothesis: inout HypothesisResult) {
    let mass: Double?
    if case .template = channel.method {
      mass = hypothesis.mass
    } else {
      mass = channel.massRelation.mass(at: hypothesis.mass)
    }
    if channel.massRelation != .mass { hypothesis.particleMass = mass }
    guard let mass, let limit = hypothesis.upperLimit?.value else { return }
    hypothesis.limits = limits(
      at: Place(mass: mass, second: hypothesis.second), observed: limit, expected: hypothesis.expectedLimit)
  }

  /// Where an efficiency is asked for.
  struct Place {
    var mass: Double
    var second: Double?
    var lifetime: Double?
    var region: String?
  }

  /// Adds what the limit of a region means; its efficiency is the one measured at no mass (0).
  func apply(to region: inout RegionResult) {
    guard let limit = region.upperLimit?.value else { return }
    region.limits = limits(
      at: Place(mass: 0, region: region.name), observed: limit, expected: region.expectedLimit)
  }

  /// The efficiency at a place with its statistical error; nil where it was not measured.
  func efficiency(at place: Place) -> (value: Double, error: Double)? {
    channel.normalisation?.efficiency?.value(
      atMass: place.mass, second: place.second, lifetime: place.lifetime, region: place.region)
  }

  /// The leptons that the particle decays to: those of the reduced mass, or of two muons; else electrons.
  private var lepton: Double {
    if case .reduced(let daughter) = channel.massRelation { return daughter }
    return channel.candidate == .dimuonRecoil ? 0.105658 : 0.000511
  }

  /// What limits on a yield mean; nil without luminosity or efficiency.
  func limits(at place: Place, observed: Double, expected: ExpectedLimit?) -> [ConvertedLimit]? {
    guard let normalisation = channel.normalisation, let luminosity, luminosity > 0,
      let efficiency = efficiency(at: place), efficiency.value > 0
    else { return nil }
    // 1 nb is a million fb.
    let pairs = normalisation.crossSection.map { $0 * 1e6 } ?? 1
    let produced = luminosity * pairs * normalisation.base.multiplicity * normalisation.fraction
    let factor = 1 / (produced * efficiency.value)
    let isCrossSection = normalisation.base == .luminosity
    let rate = ConvertedLimit(
      quantity: isCrossSection ? "cross_section" : "branching_fraction", unit: isCrossSection ? "fb" : "",
      observed: observed * factor, expected: expected?.scaled(by: factor))
    return [rate] + mixing(mass: place.mass, limit: observed, particles: produced)
      + channel.couplings.compactMap {
        $0.convert(rate, mass: place.mass, second: place.second, candidate: channel.candidate, lepton: lepton)
      }
  }

  /// The mixing angles with the Higgs boson that B+ to K+ S excludes, where the scalar decays to leptons only and the efficiency was measured at
  /// several lifetimes.
  private func mixing(mass: Double, limit: Double, particles: Double) -> [ConvertedLimit] {
    guard channel.couplings.contains(.higgsMixing), let process = channel.process,
      ["b_k_scalar_ee", "b_k_scalar_mumu"].contains(process), let curve = channel.normalisation?.efficiency,
      let range = HiggsMixing.excluded(
        limit: limit, mass: mass, mesons: particles, muons: process.hasSuffix("mumu"),
        efficiency: { curve.value(atMass: mass, decayLength: $0) })
    else { return [] }
    return [
      ConvertedLimit(
        quantity: Coupling.higgsMixing.rawValue, unit: "", observed: range.lowerBound, expected: nil,
        upperEnd: range.upperBound)
    ]
  }
}
