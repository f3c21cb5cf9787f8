import Detector
import Kinematics
import Simulation
import Statistics
import Testing

@Suite("Generators of signals")
struct SignalGeneratorTests {
  @Test("conserve energy and momentum in the collision and in each decay", arguments: SignalProcess.allCases)
  func conservation(process: SignalProcess) throws {
    let sample = try SignalSample(process, events: 300)
    #expect(sample.aboveBound == 0)
    for event in sample.events {
      #expect(event.imbalance < 1e-7)
      #expect(event.all(11).first == 0 && event.all(-11).first == 1)
      for index in 0..<event.count {
        #expect(event.mother[index] < Int32(index))
        if event.status[index] == GeneratedEvent.Status.final, let mass = ParticleTable.mass(of: event.pdg[index]) {
          #expect(abs(event.four(index).massSquared - mass * mass) < 1e-6)
        }
        // Excited mesons have no entry in the table of particles; their charges show in the sum.
        if event.status[index] == GeneratedEvent.Status.decayed,
          let charge = event.pdg[index] == process.newParticle ? 0 : ParticleTable.charge(of: event.pdg[index]),
          event.daughters(index).allSatisfy({ event.isFinal($0) || ParticleTable.charge(of: event.pdg[$0]) != nil })
        {
          #expect(event.daughters(index).reduce(0) { $0 + (ParticleTable.charge(of: event.pdg[$1]) ?? 0) } == charge)
        }
      }
      let final = (0..<event.count).filter { event.isFinal($0) }
      #expect(final.reduce(0) { $0 + (ParticleTable.charge(of: event.pdg[$1]) ?? 0) } == 0)
    }
  }

  @Test("make the chosen masses, those of a list in turn", arguments: SignalProcess.allCases)
  func masses(process: SignalProcess) throws {
    guard let code = process.newParticle else { return }
    let allowed = SignalModel(process).allowedMasses(beams: try DetectorModel.belle2().beams)
    let span = allowed.upperBound - allowed.lowerBound
    let wanted = [0.02, 0.5, 0.98].map { allowed.lowerBound + $0 * span }
    let sample = try SignalSample(process, events: 60) { $0.mass = .values(wanted) }
    #expect(sample.aboveBound == 0)
    for (number, event) in sample.events.enumerated() {
      let found = event.all(code)
      #expect(found.count == (process == .higgsstrahlungVisible ? 3 : 1))
      for index in found { #expect(abs(event.four(index).mass - wanted[number % 3]) < 1e-5) }
      #expect(event.imbalance < 1e-7)
    }
  }

  @Test("masses of a range fill it evenly")
  func massRange() throws {
    let sample = try SignalSample(.alpPhotons, events: 4000) { $0.mass = .range(2...6) }
    let masses = sample.events.compactMap { event in event.all(36).first.map { event.four($0).mass } }
    #expect(masses.allSatisfy { $0 > 2 - 1e-6 && $0 < 6 + 1e-6 })
    #expect(meanAgrees(masses, with: 4))
    #expect(meanAgrees(masses.map { ($0 - 4) * ($0 - 4) }, with: 4.0 / 3))
  }

  @Test(
    "the radiation of any mass of a range stays below its bound",
    arguments: [SignalProcess.zPrimeInvisible, .scalarMuons, .alpTaus, .leptophilicElectrons])
  func rangeOfRadiation(process: SignalProcess) throws {
    let allowed = SignalModel(process).allowedMasses(beams: try DetectorModel.belle2().beams)
    let sample = try SignalSample(process, events: 1500) { $0.mass = .range(allowed) }
    #expect(sample.aboveBound == 0)
    let masses = sample.events.compactMap { event in process.newParticle.map { event.four(event.all($0)[0]).mass } }
    #expect(meanAgrees(masses, with: 0.5 * (allowed.lowerBound + allowed.upperBound)))
  }

  @Test("new particles live as long as chosen and decay along their momentum", arguments: [0.5, 20])
  func lifetimes(decayLength: Double) throws {
    for process in [SignalProcess.darkPhotonMuons, .leptophilicElectrons, .tauHeavyNeutralLepton, .kaonScalarMuons] {
      let sample = try SignalSample(process, events: 1500) { $0.decayLength = decayLength }
      let lengths = sample.events.compactMap { event -> Double? in
        guard let code = process.newParticle, let index = event.all(code).first,
          let product = event.daughters(index).first
        else { return nil }
        let flight = event.vertex(product) - event.vertex(index)
        let path = Vector3(flight.x, flight.y, flight.z)
        let momentum = event.four(index)
        #expect(path.cross(momentum.momentum).length < 1e-9 * path.length * momentum.momentum.length + 1e-9)
        #expect(
          abs(flight.w * PhysicalConstants.speedOfLight - path.length * momentum.energy / momentum.momentum.length)
            < 1e-6 + 1e-9 * path.length)
        return path.length * momentum.mass / momentum.momentum.length
      }
      #expect(lengths.count == 1500)
      #expect(meanAgrees(lengths, with: decayLength))
      #expect(meanAgrees(lengths.map { $0 * $0 }, with: 2 * decayLength * decayLength))
    }
  }

  @Test("taus of a signal decay after 87 micrometres, either charge is the signal's, and one prong means one")
  func taus() throws {
    let sample = try SignalSample(.tauMuonAlpha, events: 3000) { $0.isOneProng = true }
    var negative = 0
    var lengths: [Double] = []
    for event in sample.events {
      let alpha = try #require(event.all(36).first)
      let signal = Int(event.mother[alpha])
      if event.pdg[signal] > 0 { negative += 1 }
      #expect(event.daughters(signal).map { event.pdg[$0] } == [event.pdg[signal] > 0 ? 13 : -13, 36])
      let partner = try #require((event.all(15) + event.all(-15)).first { $0 != signal })
      #expect(event.daughters(partner).count { ParticleTable.charge(of: event.pdg[$0]) ?? 0 != 0 } == 1)
      for tau in [signal, partner] {
        let flight = event.vertex(try #require(event.daughters(tau).first))
        let path = Vector3(flight.x, flight.y, flight.z).length
        lengths.append(path * Mass.tau / event.four(tau).momentum.length)
      }
    }
    #expect(abs(negative - 1500) < 5 * 28)
    #expect(meanAgrees(lengths, with: 0.008703))
  }

  @Test("two masses of dark Higgsstrahlung are both chosen, and the visible one has three pairs of the same mass")
  func darkHiggs() throws {
    let sample = try SignalSample(.higgsstrahlungVisible, events: 300) {
      $0.mass = .values([0.8])
      $0.darkHiggsMass = 2.5
    }
    for event in sample.events {
      let higgs = try #require(event.all(54).first)
      #expect(abs(event.four(higgs).mass - 2.5) < 1e-6)
      #expect(event.daughters(higgs).map { event.pdg[$0] } == [55, 55])
      let pairs = event.all(55).map { event.daughters($0) }
      #expect(pairs.allSatisfy { $0.count == 2 && event.pdg[$0[0]] == -event.pdg[$0[1]] })
    }
    let invisible = try SignalSample(.higgsstrahlungInvisible, events: 100) { $0.darkHiggsMass = 0.5 }
    #expect(
      invisible.events.allSatisfy { event in
        event.all(54).allSatisfy { event.status[$0] == 1 && abs(event.four($0).mass - 0.5) < 1e-6 }
      })
  }
}
