/// What the detector model needs to know of a kind of particle. Masses and lifetimes: Particle Data Group 2024.
public struct ParticleProperties: Equatable, Sendable {
  /// Monte Carlo number of the particle (not of its antiparticle).
  public let pdg: Int32
  /// Name as physicists write it in plain text.
  public let name: String
  /// Name of the antiparticle; the same as `name` if the particle is its own.
  public let antiparticleName: String
  /// Mass, GeV.
  public let mass: Double
  /// Charge in units of e.
  public let charge: Int
  /// Mean proper decay length c tau, cm; infinity for stable particles, 0 for those that decay where they are made.
  public let properDecayLength: Double

  /// True if the antiparticle is another particle.
  public var hasAntiparticle: Bool { name != antiparticleName }

  init(
    _ pdg: Int32, _ name: String, _ antiparticleName: String, mass: Double, charge: Int, properDecayLength: Double
  ) {
    self.pdg = pdg
    self.name = name
    self.antiparticleName = antiparticleName
    self.mass = mass
    self.charge = charge
    self.properDecayLength = properDecayLength
  }
}

/// The kinds of particles the project knows: those that live long enough to reach a detector and the parents
/// that physicists name.
public enum ParticleTable {
  /// All kinds, particles only (antiparticles follow by sign), in order of their number.
  public static let all: [ParticleProperties] = [
    ParticleProperties(11, "e-", "e+", mass: 0.00051099895, charge: -1, properDecayLength: .infinity),
    ParticleProperties(12, "nu_e", "anti-nu_e", mass: 0, charge: 0, properDecayLength: .infinity),
    ParticleProperties(13, "mu-", "mu+", mass: 0.1056583755, charge: -1, properDecayLength: 65863.8),
    ParticleProperties(14, "nu_mu", "anti-nu_mu", mass: 0, charge: 0, properDecayLength: .infinity),
    ParticleProperties(15, "tau-", "tau+", mass: 1.77693, charge: -1, properDecayLength: 0.008703),
    ParticleProperties(16, "nu_tau", "anti-nu_tau", mass: 0, charge: 0, properDecayLength: .infinity),
    ParticleProperties(22, "gamma", "gamma", mass: 0, charge: 0, properDecayLength: .infinity),
    ParticleProperties(111, "pi0", "pi0", mass: 0.1349768, charge: 0, properDecayLength: 2.53e-6),
    ParticleProperties(130, "K_L0", "K_L0", mass: 0.497611, charge: 0, properDecayLength: 1533.7),
    ParticleProperties(211, "pi+", "pi-", mass: 0.13957039, charge: 1, properDecayLength: 780.45),
    ParticleProperties(221, "eta", "eta", mass: 0.547862, charge: 0, properDecayLength: 0),
    ParticleProperties(310, "K_S0", "K_S0", mass: 0.497611, charge: 0, properDecayLength: 2.6844),
    ParticleProperties(311, "K0", "anti-K0", mass: 0.497611, charge: 0, properDecayLength: 0),
    ParticleProperties(321, "K+", "K-", mass: 0.493677, charge: 1, properDecayLength: 371.1),
    ParticleProperties(411, "D+", "D-", mass: 1.86966, charge: 1, properDecayLength: 0.0310),
    ParticleProperties(421, "D0", "anti-D0", mass: 1.86484, charge: 0, properDecayLength: 0.0123),
    ParticleProperties(431, "D_s+", "D_s-", mass: 1.96835, charge: 1, properDecayLength: 0.0151),
    ParticleProperties(443, "J/psi", "J/psi", mass: 3.096900, charge: 0, properDecayLength: 0),
    ParticleProperties(511, "B0", "anti-B0", mass: 5.27972, charge: 0, properDecayLength: 0.0455),
    ParticleProperties(521, "B+", "B-", mass: 5.27941, charge: 1, properDecayLength: 0.0491),
    ParticleProperties(2112, "n0", "anti-n0", mass: 0.9395654205, charge: 0, properDecayLength: 2.6328e13),
    ParticleProperties(2212, "p+", "anti-p-", mass: 0.93827208816, charge: 1, properDecayLength: .infinity),
    ParticleProperties(3112, "Sigma-", "anti-Sigma+", mass: 1.197449, charge: -1, properDecayLength: 4.434),
    ParticleProperties(3122, "Lambda0", "anti-Lambda0", mass: 1.115683, charge: 0, properDecayLength: 7.89),
    ParticleProperties(3222, "Sigma+", "anti-Sigma-", mass: 1.18937, charge: 1, properDecayLength: 2.404),
    ParticleProperties(3312, "Xi-", "anti-Xi+", mass: 1.32171, charge: -1, properDecayLength: 4.91),
    ParticleProperties(3322, "Xi0", "anti-Xi0", mass: 1.31486, charge: 0, properDecayLength: 8.71),
    ParticleProperties(3334, "Omega-", "anti-Omega+", mass: 1.67245, charge: -1, properDecayLength: 2.461),
    ParticleProperties(300553, "Upsilon(4S)", "Upsilon(4S)", mass: 10.5794, charge: 0, properDecayLength: 0),
    ParticleProperties(
      1_000_010_020, "deuteron", "anti-deuteron", mass: 1.87561294, charge: 1, properDecayLength: .infinity),
  ]

  private static let byNumber: [Int32: ParticleProperties] = Dictionary(
    uniqueKeysWithValues: all.map { ($0.pdg, $0) })

  /// The kind of a particle or antiparticle.
  /// - Parameter pdg: Monte Carlo number of either sign.
  /// - Returns: nil for a number the table does not hold.
  public static func properties(of pdg: Int32) -> ParticleProperties? {
    byNumber[pdg < 0 ? 0 &- pdg : pdg]
  }

  /// Charge of a particle or antiparticle in units of e; nil if the kind is unknown.
  public static func charge(of pdg: Int32) -> Int? {
    guard let kind = properties(of: pdg) else { return nil }
    return pdg < 0 ? -kind.charge : kind.charge
  }

  /// Mass of a particle or antiparticle, GeV; nil if the kind is unknown.
  public static func mass(of pdg: Int32) -> Double? { properties(of: pdg)?.mass }

  /// Mean proper decay length c tau, cm; nil if the kind is unknown.
  public static func properDecayLength(of pdg: Int32) -> Double? { properties(of: pdg)?.properDecayLength }

  /// The number of the particle with this name (`mu-`, `gamma`, `anti-p-`), for command lines and configuration files.
  public static func pdg(named name: String) -> Int32? {
    for kind in all {
      if kind.name == name { return kind.pdg }
      if kind.antiparticleName == name { return -kind.pdg }
    }
    return nil
  }

  /// Names of all particles and antiparticles, to offer where an unknown one was written.
  public static var names: [String] {
    all.flatMap { $0.hasAntiparticle ? [$0.name, $0.antiparticleName] : [$0.name] }
  }
}

/// Masses of the particles that algorithms name in their code, GeV (Particle Data Group 2024).
public enum Mass {
  /// Electron.
  public static let electron: Double = 0.00051099895
  /// Muon.
  public static let muon: Double = 0.1056583755
  /// Tau lepton.
  public static let tau: Double = 1.77693
  /// Charged pion.
  public static let pion: Double = 0.13957039
  /// Neutral pion.
  public static let neutralPion: Double = 0.1349768
  /// Eta meson.
  public static let eta: Double = 0.547862
  /// Charged kaon.
  public static let kaon: Double = 0.493677
  /// Proton.
  public static let proton: Double = 0.93827208816
  /// Neutral kaon.
  public static let neutralKaon: Double = 0.497611
  /// Charged D meson.
  public static let chargedD: Double = 1.86966
  /// Neutral D meson.
  public static let neutralD: Double = 1.86484
  /// D*(2010)+.
  public static let chargedExcitedD: Double = 2.01026
  /// D*(2007)0.
  public static let neutralExcitedD: Double = 2.00685
  /// Charged B meson.
  public static let chargedB: Double = 5.27941
  /// Neutral B meson.
  public static let neutralB: Double = 5.27972
}
