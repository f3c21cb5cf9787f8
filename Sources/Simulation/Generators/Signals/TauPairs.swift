import Detector
import Kinematics
import Statistics

/// Generator of e+e- to tau+ tau- with radiation (`PairProduction`) and decays (`TauDecays`).
struct TauPairs: Sendable {
  private var production: PairProduction
  /// True to leave out decays to three charged particles.
  let isOneProng: Bool

  /// The generator at the beams of a detector.
  init(beams: Beams, isOneProng: Bool = false) {
    production = PairProduction(.tauPair, beams: beams)
    self.isOneProng = isOneProng
  }

  /// Makes one event in which both taus decay generically.
  mutating func generate(into event: inout GeneratedEvent, _ random: inout CounterRandom) {
    for tau in pair(into: &event, &random) { Self.decay(tau, in: &event, isOneProng: isOneProng, &random) }
  }

  /// Makes the collision without the decays of the taus.
  /// - Returns: indices of tau- and tau+.
  mutating func pair(into event: inout GeneratedEvent, _ random: inout CounterRandom) -> [Int] {
    production.generate(into: &event, &random)
    return (0..<event.count).filter { event.pdg[$0].magnitude == 15 }
  }

  /// Lets a tau of the event decay generically.
  static func decay(
    _ tau: Int, in event: inout GeneratedEvent, isOneProng: Bool, _ random: inout CounterRandom
  ) {
    let products = TauDecays.draw(pdg: event.pdg[tau], isOneProng: isOneProng, &random)
    decay(tau, to: products, in: &event, &random)
  }

  /// Lets a tau of the event decay to products given in its rest frame.
  /// - Returns: their indices.
  @discardableResult
  static func decay(
    _ tau: Int, to products: [(pdg: Int32, momentum: FourVector)], in event: inout GeneratedEvent,
    _ random: inout CounterRandom
  ) -> [Int] {
    event.setStatus(GeneratedEvent.Status.decayed, of: tau)
    let end = event.flightEnd(of: tau, decayLength: ParticleTable.properDecayLength(of: 15) ?? 0, &random)
    return event.appendProducts(products, of: tau, vertex: end)
  }
}
