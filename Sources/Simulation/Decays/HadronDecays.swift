import Foundation
import Kinematics
import Statistics

/// Decays of B and D mesons and of what they decay to, in a generic model: what stands beside a signal in B events.
///
/// Exclusive modes (`HadronDecayTable`) by phase space, semileptonic ones with the V-A matrix element of their quarks, resonances with
/// Breit-Wigner masses and even angles. Particles that reach the detector stay: pions, kaons, K_S, eta, hyperons decay in the detector
/// response.
enum HadronDecays {
  /// What has a name here only: mass and width, GeV.
  private static let resonances: [Int32: (mass: Double, width: Double)] = [
    113: (0.7753, 0.149), 213: (0.7751, 0.149), 223: (0.78266, 0.00868), 313: (0.89555, 0.0473),
    323: (0.89167, 0.0514), 331: (0.95778, 0.0002), 333: (1.01946, 0.00425), 413: (2.01026, 0), 423: (2.00685, 0),
    433: (2.1122, 0), 4122: (2.28646, 0),
  ]

  /// Code of the antiparticle. Bosons without flavour are their own: photons and mesons of two equal quarks, whose last digits but one are alike,
  /// with K_S and K_L.
  static func conjugate(_ pdg: Int32) -> Int32 {
    let code = Int(pdg.magnitude)
    let isMeson = code % 10_000 >= 100 && code % 10_000 < 1000
    let isOwn = isMeson ? (code / 10) % 10 == (code / 100) % 10 : (21...25).contains(code)
    return isOwn || code == 310 || code == 130 ? pdg : 0 &- pdg
  }

  /// Mass of a particle at its pole, GeV.
  static func mass(of pdg: Int32) -> Double {
    resonances[Int32(clamping: Int(pdg.magnitude))]?.mass ?? ParticleTable.mass(of: pdg) ?? 0
  }

  /// Mean proper decay length of a particle that decays here, cm.
  private static func decayLength(of pdg: Int32) -> Double {
    pdg.magnitude == 4122 ? 0.00607 : ParticleTable.properDecayLength(of: pdg) ?? 0
  }

  /// Draws the mass of a particle: its pole, or a Breit-Wigner within three widths.
  static func drawMass(of pdg: Int32, below limit: Double = .infinity, _ random: inout CounterRandom) -> Double {
    guard let resonance = resonances[Int32(clamping: Int(pdg.magnitude))], resonance.width > 0 else {
      return mass(of: pdg)
    }
    for _ in 0..<100 {
      let mass = resonance.mass + 0.5 * resonance.width * tan(1.4056 * random.uniform(-1, 1))
      if mass < limit { return mass }
    }
    return min(resonance.mass, limit)
  }

  /// Lets a particle of the event decay, and its products, down to those that reach the detector. One without modes stays as it is.
  static func decay(_ particle: Int, in event: inout GeneratedEvent, _ random: inout CounterRandom) {
    let pdg = event.pdg[particle]
    if pdg.magnitude == 15 {
      TauPairs.decay(particle, in: &event, isOneProng: false, &random)
      return
    }
    guard let modes = HadronDecayTable.modes[Int32(clamping: Int(pdg.magnitude))] else { return }
    let energy = event.fourVector(particle).mass
    // A mode that does not fit a light resonance is drawn anew.
    for _ in 0..<100 {
      let codes = draw(modes, &random)
      var masses: [Double] = []
      for code in codes { masses.append(drawMass(of: code, &random)) }
      guard masses.reduce(0, +) < energy - 1e-6 else { continue }
      let momenta = momenta(of: masses, codes, energy: energy, &random)
      decay(particle, to: codes.map { pdg < 0 ? conjugate($0) : $0 }, momenta, in: &event, &random)
      return
    }
  }

  /// Lets a particle of the event decay to given products, in its rest frame, and those further.
  private static func decay(
    _ particle: Int, to codes: [Int32], _ momenta: [FourVector], in event: inout GeneratedEvent,
    _ random: inout CounterRandom
  ) {
    event.setStatus(GeneratedEvent.Status.decayed, of: particle)
    let end = event.flightEnd(of: particle, decayLength: decayLength(of: event.pdg[particle]), &random)
    let products = event.appendProducts(Array(zip(codes, momenta)), of: particle, vertex: end)
    for product in products { decay(product, in: &event, &random) }
  }

  private static func draw(_ modes: [HadronDecayTable.Mode], _ random: inout CounterRandom) -> [Int32] {
    var left = random.uniform() * modes.reduce(0) { $0 + $1.share }
    for mode in modes {
      left -= mode.share
      if left < 0 { return mode.products }
    }
    return modes.last?.products ?? []
  }

  /// Phase space; hadron, lepton and neutrino in this order with (mother . neutrino)(hadron . lepton), which quarks would have.
  private static func momenta(of masses: [Double], _ codes: [Int32], energy: Double, _ random: inout CounterRandom)
    -> [FourVector]
  {
    guard codes.count == 3, (11...15).contains(codes[1].magnitude), (12...16).contains(codes[2].magnitude) else {
      return PhaseSpace.momenta(of: masses, energy: energy, &random)
    }
    let free = energy * energy - masses[0] * masses[0] - masses[1] * masses[1]
    let bound = free * free / 16
    var momenta: [FourVector] = []
    for _ in 0..<10_000 {
      momenta = PhaseSpace.momenta(of: masses, energy: energy, &random)
      if random.uniform() * bound < energy * momenta[2].energy * momenta[0].dot(momenta[1]) { break }
    }
    return momenta
  }
}
