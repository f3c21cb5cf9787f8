import Detector
import Foundation
import Kinematics
import Statistics

/// Generator of the signals of the search channels (`SignalProcess`): beams with their energy spread, the new particle and what comes with it,
/// its flight and its decay. All particles stand in the event, the invisible ones as final ones.
///
/// Particles of the collision have the first beam particle for their mother. Direct production has no radiation of further photons;
/// tau pairs have.
public struct SignalGenerator: Sendable {
  /// Masses and lifetime.
  public let model: SignalModel
  /// Tries whose weight exceeded the bound of the rejection: stays 0 if events are truly unweighted.
  public private(set) var aboveBound = 0
  let beams: Beams
  var taus: TauPairs
  /// Masses and what radiates them; the first one at or above a mass of a range serves, too.
  private let radiations: [LeptonPairRadiation]

  /// The generator of a model at the beams of a detector.
  /// - Throws: `GeneratorSettingError` for masses that the process cannot make, and lifetimes that are no lengths.
  public init(_ model: SignalModel, beams: Beams) throws(GeneratorSettingError) {
    try model.check(beams: beams)
    self.model = model
    self.beams = beams
    taus = TauPairs(beams: beams, isOneProng: model.isOneProng)
    guard case .leptons(let code, let coupling) = model.process.production, case .values(let masses) = model.mass else {
      radiations = []
      return
    }
    radiations = masses.map {
      LeptonPairRadiation(
        coupling, leptonMass: ParticleTable.mass(of: code) ?? 0, mass: $0, energy: beams.energy)
    }
  }

  /// Makes one event: beams and all other particles replace what `event` held; number, label, weight and time stay.
  /// - Parameters:
  ///   - event: receives the particles.
  ///   - count: how many events came before: the masses of a list take turns.
  ///   - random: numbers of this event.
  public mutating func generate(into event: inout GeneratedEvent, count: Int, _ random: inout CounterRandom) {
    let mass: Double
    switch model.mass {
    case .values(let values): mass = values[count % values.count]
    case .range(let range): mass = random.uniform(range.lowerBound, range.upperBound)
    }
    if case .tau(let others) = model.process.production {
      tauDecay(to: others, mass: mass, into: &event, &random)
      return
    }
    guard let frame = collision(into: &event, &random) else { return }
    switch model.process.production {
    case .photon(true):
      let (photon, boson) = RadiativeProduction.vector(mass: mass, energy: frame.energy, &random)
      event.append(22, frame.toLaboratory(photon), mother: 0)
      decay(boson, frame, into: &event, &random)
    case .photon(false):
      let (photon, boson) = RadiativeProduction.pseudoscalar(mass: mass, energy: frame.energy, &random)
      event.append(22, frame.toLaboratory(photon), mother: 0)
      decay(.none(boson), frame, into: &event, &random)
    case .leptons(let code, let coupling):
      let radiation =
        radiations.isEmpty
        ? LeptonPairRadiation(
          coupling, leptonMass: ParticleTable.mass(of: code) ?? 0, mass: mass, energy: beams.energy)
        : radiations[count % radiations.count]
      guard let outcome = radiation.draw(energy: frame.energy, &random, aboveBound: &aboveBound) else { return }
      for (pdg, momentum) in [(code, outcome.lepton), (-code, outcome.antilepton)] {
        let lepton = event.append(pdg, frame.toLaboratory(momentum), mother: 0)
        if code == 15 { TauPairs.decay(lepton, in: &event, isOneProng: model.isOneProng, &random) }
      }
      decay(outcome.resonance, frame, into: &event, &random)
    case .darkHiggs:
      let (boson, scalar) = RadiativeProduction.higgsstrahlung(
        mass: mass, scalarMass: model.darkHiggsMass, energy: frame.energy, &random)
      darkHiggs(boson, scalar, mass: mass, frame, into: &event, &random)
    case .tau: break
    }
  }

  /// Puts the beams into an emptied event and gives their frame.
  private func collision(into event: inout GeneratedEvent, _ random: inout CounterRandom) -> CentreOfMassFrame? {
    event.removeAllParticles()
    // The energies of the beams scatter by half a per mille: the first try makes a frame.
    for _ in 0..<100 {
      let (electron, positron) = beams.collision(
        electronEnergy: beams.electron.energy + beams.electronEnergySpread * random.gaussian(),
        positronEnergy: beams.positron.energy + beams.positronEnergySpread * random.gaussian())
      guard let frame = CentreOfMassFrame(first: electron, second: positron) else { continue }
      event.append(pdg: 11, status: GeneratedEvent.Status.beam, momentum: electron.components)
      event.append(pdg: -11, status: GeneratedEvent.Status.beam, momentum: positron.components)
      return frame
    }
    return nil
  }

  /// Adds the new particle of a collision, and its decay.
  private func decay(
    _ particle: Polarisation, _ frame: CentreOfMassFrame, into event: inout GeneratedEvent,
    _ random: inout CounterRandom
  ) {
    decay(
      model.process.newParticle ?? 0, particle, to: model.process.products, frame, mother: 0, vertex: .zero,
      into: &event,
      &random)
  }

  /// Adds a particle with its flight and its decay to two others; taus among them decay.
  private func decay(
    _ code: Int32, _ particle: Polarisation, to products: [Int32], _ frame: CentreOfMassFrame, mother: Int,
    vertex: SIMD4<Double>, into event: inout GeneratedEvent, _ random: inout CounterRandom
  ) {
    let momentum = frame.toLaboratory(particle.momentum)
    guard !products.isEmpty else {
      event.append(code, momentum, mother: mother, vertex: vertex)
      return
    }
    let (index, end) = event.appendDecayed(
      code, momentum, mother: mother, vertex: vertex, decayLength: model.decayLength, &random)
    let masses = products.map { ParticleTable.mass(of: $0) ?? 0 }
    let isFermion = products[0].magnitude < 20
    for (pdg, momentum) in zip(products, particle.decay(to: masses, isFermion: isFermion, &random)) {
      let product = event.append(pdg, frame.toLaboratory(momentum), mother: index, vertex: end)
      if pdg.magnitude == 15 { TauPairs.decay(product, in: &event, isOneProng: model.isOneProng, &random) }
    }
  }

  /// Adds A' and h'; the h' is invisible or decays to two more A' without preferred directions.
  private func darkHiggs(
    _ boson: Polarisation, _ scalar: FourVector, mass: Double, _ frame: CentreOfMassFrame,
    into event: inout GeneratedEvent, _ random: inout CounterRandom
  ) {
    let code = SignalProcess.Code.darkPhoton
    guard model.process == .higgsstrahlungVisible else {
      event.append(SignalProcess.Code.scalar, frame.toLaboratory(scalar), mother: 0)
      decay(code, boson, to: model.process.products, frame, mother: 0, vertex: .zero, into: &event, &random)
      return
    }
    func pair(_ random: inout CounterRandom) -> [Int32] {
      let open = ([11, 13, 211] as [Int32]).filter { 2.002 * (ParticleTable.mass(of: $0) ?? .infinity) < mass }
      guard !open.isEmpty else { return [11, -11] }
      let chosen = open[Int(random.integer(below: UInt64(open.count)))]
      return [chosen, -chosen]
    }
    decay(code, boson, to: pair(&random), frame, mother: 0, vertex: .zero, into: &event, &random)
    let (higgs, _) = event.appendDecayed(
      SignalProcess.Code.scalar, frame.toLaboratory(scalar), mother: 0, decayLength: 0, &random)
    guard let boost = Boost(toRestFrameOf: scalar)?.inverse else { return }
    for inside in PhaseSpace.momenta(of: [mass, mass], energy: model.darkHiggsMass, &random) {
      decay(
        code, .none(boost.apply(inside)), to: pair(&random), frame, mother: higgs, vertex: .zero, into: &event, &random)
    }
  }
}
