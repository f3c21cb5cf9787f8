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
  /// Decays of the other B, if they are not those of the generic model.
  let partners: RecordedDecays?
  /// What radiates the masses of a list, or masses of a range at both sides of the chosen one.
  private let radiations: [LeptonPairRadiation]
  /// Masses of a range at which the bound of its radiation is known.
  private static let nodes = 40

  /// The generator of a model at the beams of a detector.
  /// - Throws: `GeneratorSettingError` for masses that the process cannot make, lifetimes that are no lengths, and files without B decays.
  public init(_ model: SignalModel, beams: Beams) throws(GeneratorSettingError) {
    try model.check(beams: beams)
    self.model = model
    self.beams = beams
    taus = TauPairs(beams: beams, isOneProng: model.isOneProng)
    if let code = model.process.mesons, !model.partnerFiles.isEmpty {
      partners = try RecordedDecays(files: model.partnerFiles, code: code)
    } else {
      partners = nil
    }
    guard case .leptons(let code, let coupling) = model.process.production else {
      radiations = []
      return
    }
    let masses: [Double]
    switch model.mass {
    case .values(let values): masses = values
    case .range(let range): masses = (0...Self.nodes).map { Self.node($0, of: range) }
    }
    let leptonMass = ParticleTable.mass(of: code) ?? 0
    radiations = masses.map { LeptonPairRadiation(coupling, leptonMass: leptonMass, mass: $0, energy: beams.energy) }
  }

  /// Masses dense where they are small, where the radiation changes most.
  private static func node(_ index: Int, of range: ClosedRange<Double>) -> Double {
    let low = log(range.lowerBound + offset)
    let high = log(range.upperBound + offset)
    return exp(low + (high - low) * Double(index) / Double(nodes)) - offset
  }

  private static let offset = 0.1

  /// The radiation of a mass.
  private func radiation(mass: Double, count: Int) -> LeptonPairRadiation {
    guard case .range(let range) = model.mass else { return radiations[count % radiations.count] }
    let low = log(range.lowerBound + Self.offset)
    let span = log(range.upperBound + Self.offset) - low
    let place = span > 0 ? (log(mass + Self.offset) - low) / span * Double(Self.nodes) : 0
    let below = min(Self.nodes - 1, max(0, Int(place)))
    // Between two masses of the grid the bound is near the larger of theirs.
    return radiations[below].at(mass: mass, bound: 1.1 * max(radiations[below].bound, radiations[below + 1].bound))
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
    if case .bMeson(let meson, let hadron) = model.process.production {
      bDecay(meson, to: hadron, mass: mass, into: &event, &random)
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
    case .leptons(let code, _):
      guard
        let outcome = radiation(mass: mass, count: count).draw(energy: frame.energy, &random, aboveBound: &aboveBound)
      else { return }
      for (pdg, momentum) in [(code, outcome.lepton), (-code, outcome.antilepton)] {
        let lepton = event.append(pdg, frame.toLaboratory(momentum), mother: 0)
        if code == 15 { TauPairs.decay(lepton, in: &event, isOneProng: model.isOneProng, &random) }
      }
      decay(outcome.resonance, frame, into: &event, &random)
    case .darkHiggs:
      let (boson, scalar) = RadiativeProduction.higgsstrahlung(
        mass: mass, scalarMass: model.darkHiggsMass, energy: frame.energy, &random)
      darkHiggs(boson, scalar, mass: mass, frame, into: &event, &random)
    case .tau, .bMeson: break
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
