import Kinematics
import Statistics

extension SignalGenerator {
  /// Makes a pair of B mesons, one of which, either one alike, decays to a hadron and the new particle; the other one decays by the
  /// generic model or like a recorded one.
  func bDecay(
    _ meson: Int32, to hadron: Int32, mass: Double, into event: inout GeneratedEvent, _ random: inout CounterRandom
  ) {
    let pair = BPairs(beams: beams).pair(meson, into: &event, &random)
    guard pair.count == 2, let code = model.process.newParticle else { return }
    let signal = random.chance(0.5) ? pair[0] : pair[1]
    let isAnti = event.pdg[signal] < 0
    let energy = HadronDecays.mass(of: meson)
    let hadronMass = HadronDecays.drawMass(of: hadron, below: energy - mass - 0.001, &random)
    let momenta = PhaseSpace.momenta(of: [hadronMass, mass], energy: energy, &random)
    event.setStatus(GeneratedEvent.Status.decayed, of: signal)
    let end = event.flightEnd(of: signal, decayLength: ParticleTable.properDecayLength(of: meson) ?? 0, &random)
    let codes = [isAnti ? HadronDecays.conjugate(hadron) : hadron, code]
    let products = event.appendProducts(Array(zip(codes, momenta)), of: signal, vertex: end)
    guard products.count == 2 else { return }
    if let kaonAndPion = Self.excitedKaon(hadron, &random) {
      // Spin 0 to spin 1 and spin 0: the kaon's resonance has helicity 0.
      let state = FourVector(momentum: momenta[0].momentum.unit, energy: 0)
      let masses = kaonAndPion.map { HadronDecays.mass(of: $0) }
      let inside = Polarisation([state], momenta[0]).decay(to: masses, isFermion: false, &random)
      let boost = Boost(toRestFrameOf: momenta[0])
      event.setStatus(GeneratedEvent.Status.decayed, of: products[0])
      event.appendProducts(
        zip(kaonAndPion, inside).map { pdg, momentum in
          (isAnti ? HadronDecays.conjugate(pdg) : pdg, boost?.apply(momentum) ?? momentum)
        }, of: products[0], vertex: end)
    } else {
      HadronDecays.decay(products[0], in: &event, &random)
    }
    if !model.process.products.isEmpty {
      event.setStatus(GeneratedEvent.Status.decayed, of: products[1])
      let vertex = event.flightEnd(of: products[1], decayLength: model.decayLength, &random)
      let masses = model.process.products.map { ParticleTable.mass(of: $0) ?? 0 }
      let decay = PhaseSpace.momenta(of: masses, energy: mass, &random)
      event.appendProducts(Array(zip(model.process.products, decay)), of: products[1], vertex: vertex)
    }
    let partner = signal == pair[0] ? pair[1] : pair[0]
    if let partners {
      partners.decay(partner, in: &event, &random)
    } else {
      HadronDecays.decay(partner, in: &event, &random)
    }
  }

  /// Products of a K*(892): K+ pi- of the neutral one, which its search reconstructs; all modes of the charged one.
  private static func excitedKaon(_ pdg: Int32, _ random: inout CounterRandom) -> [Int32]? {
    switch pdg {
    case 313: [321, -211]
    case 323: random.uniform() < 2.0 / 3 ? [311, 211] : [321, 111]
    default: nil
    }
  }
}
