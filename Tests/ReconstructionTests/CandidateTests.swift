import Detector
import EventModel
import Kinematics
import Reconstruction
import Statistics
import Testing

/// Events of each kind put together with exact kinematics: the observables of the candidates must be those of the decay.
@Suite("Candidates of the search channels") struct CandidateTests {
  let detector: DetectorModel
  let collision: FourVector
  let energy: Double

  init() throws {
    detector = try .belle2()
    collision = detector.beams.total
    energy = detector.beams.energy
  }

  private func event(_ seed: UInt64) -> AssembledEvent { AssembledEvent(detector, seed: seed) }

  /// Candidates of a kind in events that `make` puts together.
  private func candidates(
    _ kind: CandidateKind, events: Int = 30, _ make: (inout AssembledEvent) -> Void
  ) -> [[ReconstructedCandidate]] {
    (0..<events).map { number in
      var event = event(UInt64(100 + number))
      make(&event)
      return event.candidates().filter { $0.kind == kind }
    }
  }

  @Test("A photon alone gives the squared mass it recoils against")
  func singlePhoton() {
    for found in candidates(
      .singlePhoton,
      { event in
        let (photon, _) = event.decay(collision, 0, 1)
        event.add(photon: photon)
      })
    {
      #expect(found.count == 1)
      #expect(found.allSatisfy { abs($0.recoilMassSquared - 1) < 0.01 && $0.extraEnergy == 0 })
    }
  }

  @Test("Three photons give three pairs, one of them with the mass of the axion, also from the third photon's energy")
  func threePhotons() {
    for found in candidates(
      .threePhotons,
      { event in
        let (photon, axion) = event.decay(collision, 0, 3)
        let (first, second) = event.decay(axion, 0, 0)
        for vector in [photon, first, second] { event.add(photon: vector) }
      }) where !found.isEmpty
    {
      #expect(found.count == 3)
      let right = found.filter { abs($0.mass - 3) < 0.001 && abs($0.recoilMassSquared - 9) < 0.01 }
      #expect(right.count == 1)
      #expect(found.allSatisfy { abs(Double($0.systemMass) - energy) < 0.001 })
    }
  }

  @Test("Lepton pairs beside a photon give their mass", arguments: [PairHypothesis.electrons, .muons])
  func visibleDarkPhoton(particles: PairHypothesis) {
    let mass = particles == .muons ? Mass.muon : Mass.electron
    let all = candidates(.visibleDarkPhoton) { event in
      let (photon, dark) = event.decay(collision, 0, 2)
      let (positive, negative) = event.decay(dark, mass, mass)
      event.add(photon: photon)
      event.add(positive, charge: 1, as: particles)
      event.add(negative, charge: -1, as: particles)
    }
    #expect(all.allSatisfy { $0.count == 1 && abs($0[0].mass - 2) < 0.001 && $0[0].hypothesis == particles })
  }

  @Test("Two muons give mass and direction of what recoils, and what photons there are besides")
  func dimuonRecoil() {
    var direction = 0.0
    for found in candidates(
      .dimuonRecoil,
      { event in
        let (pair, dark) = event.decay(collision, 3, 2)
        let (positive, negative) = event.decay(pair, Mass.muon, Mass.muon)
        event.add(positive, charge: 1, as: .muons)
        event.add(negative, charge: -1, as: .muons)
        event.add(photon: FourVector(momentum: Vector3(0.3, 0, 0), energy: 0.3))
        direction = detector.beams.centreOfMass.toCentreOfMass(dark).theta
      })
    {
      #expect(found.count == 1)
      #expect(abs(found[0].recoilMassSquared - 4) < 0.01 && abs(found[0].mass - 3) < 0.001)
      #expect(abs(found[0].extraEnergy - 0.3) < 1e-6)
      #expect(found[0].recoilTheta > 0 && found[0].recoilTheta < Float.pi)
    }
    #expect(direction > 0)
  }

  @Test("Four muons give all four pairs, one of them with the mass of Z'")
  func fourTrackDimuon() {
    for found in candidates(
      .fourTrackDimuon,
      { event in
        let (pair, dark) = event.decay(collision, 4, 2)
        for mother in [pair, dark] {
          let (positive, negative) = event.decay(mother, Mass.muon, Mass.muon)
          event.add(positive, charge: 1, as: .muons)
          event.add(negative, charge: -1, as: .muons)
        }
      })
    {
      #expect(found.count == 4)
      #expect(found.contains { abs($0.mass - 2) < 0.001 && abs($0.reducedMass - 1.98880) < 0.001 })
      #expect(found.allSatisfy { abs(Double($0.systemMass) - energy) < 0.001 })
    }
  }

  @Test("Muons beside one-prong taus give the mass of the tau pair as their recoil")
  func tauPairRecoil() {
    let all = candidates(.tauPairRecoil) { event in
      let (pair, dark) = event.decay(collision, 3, 5)
      let (positive, negative) = event.decay(pair, Mass.muon, Mass.muon)
      event.add(positive, charge: 1, as: .muons)
      event.add(negative, charge: -1, as: .muons)
      let taus = event.decay(dark, Mass.tau, Mass.tau)
      event.add(event.decay(taus.0, Mass.pion, 0).0, charge: 1, as: .pions)
      event.add(event.decay(taus.1, Mass.pion, 0).0, charge: -1, as: .pions)
    }
    // Pions below 0.75 GeV may be muons too: more pairs, among them always the right one.
    #expect(all.count { $0.contains { abs($0.recoilMassSquared - 25) < 0.02 } } >= 28)
  }

  @Test("A displaced lepton pair beside two taus gives its mass at the vertex")
  func leptophilicScalar() {
    let all = candidates(.leptophilicScalar) { event in
      let (taus, scalar) = event.decay(collision, 5, 1)
      let pair = event.decay(taus, Mass.tau, Mass.tau)
      event.add(event.decay(pair.0, Mass.pion, 0).0, charge: 1, as: .pions)
      event.add(event.decay(pair.1, Mass.pion, 0).0, charge: -1, as: .pions)
      let place = (4 / scalar.momentum.length) * scalar.momentum
      let (positive, negative) = event.decay(scalar, Mass.muon, Mass.muon)
      event.add(positive, charge: 1, as: .muons, at: place)
      event.add(negative, charge: -1, as: .muons, at: place)
    }
    #expect(all.count { $0.contains { abs($0.mass - 1) < 0.002 && $0.vertex >= 0 } } >= 26)
  }

  @Test("Six tracks give the three pairs of equal mass")
  func darkHiggsstrahlung() {
    for found in candidates(
      .darkHiggsstrahlung,
      { event in
        let (first, higgs) = event.decay(collision, 0.8, 4)
        let (second, third) = event.decay(higgs, 0.8, 0.8)
        for mother in [first, second, third] {
          let (positive, negative) = event.decay(mother, Mass.pion, Mass.pion)
          event.add(positive, charge: 1, as: .pions)
          event.add(negative, charge: -1, as: .pions)
        }
      })
    {
      #expect(found.count == 1)
      #expect(abs(found[0].mass - 0.8) < 0.001 && found[0].massHigh - found[0].massLow < 0.002)
      #expect(Set([found[0].positive, found[0].negative] + (0..<4).map { found[0].moreTracks[$0] }).count == 6)
    }
  }

  @Test("Two displaced pairs of which one points give a dark Higgs boson with inelastic dark matter")
  func inelasticDarkMatter() {
    let all = candidates(.inelasticDarkMatter) { event in
      let (higgs, dark) = event.decay(collision, 1, 6)
      let (excited, _) = event.decay(dark, 1.4, 1)
      let place = (5 / higgs.momentum.length) * higgs.momentum
      let (positive, negative) = event.decay(higgs, Mass.muon, Mass.muon)
      event.add(positive, charge: 1, as: .muons, at: place)
      event.add(negative, charge: -1, as: .muons, at: place)
      let other = (3 / excited.momentum.length) * excited.momentum
      let (virtual, _) = event.decay(excited, 0.3, 1)
      let (electron, positron) = event.decay(virtual, Mass.electron, Mass.electron)
      event.add(positron, charge: 1, as: .electrons, at: other)
      event.add(electron, charge: -1, as: .electrons, at: other)
    }
    let right = all.count { $0.contains { abs($0.mass - 1) < 0.003 && abs($0.massLow - 0.3) < 0.003 } }
    #expect(right >= 24)
  }

  @Test("One of the two solutions is the mass of the heavy neutral lepton, exactly and in candidates")
  func heavyNeutralLepton() {
    var exact = 0
    let all = candidates(.heavyNeutralLepton) { event in
      let (signal, tag) = event.decay(collision, Mass.tau, Mass.tau)
      let (pion, neutral) = event.decay(signal, Mass.pion, 1)
      let masses = NeutralLeptonSolutions.masses(pion: pion, direction: neutral.momentum, collision: collision)
      if let masses, min(abs(masses.low - 1), abs(masses.high - 1)) < 1e-5 { exact += 1 }
      let place = (20 / neutral.momentum.length) * neutral.momentum
      let (virtual, _) = event.decay(neutral, 0.7, 0)
      let (positive, negative) = event.decay(virtual, Mass.muon, Mass.muon)
      event.add(pion, charge: -1, as: .pions)
      event.add(event.decay(tag, Mass.pion, 0).0, charge: 1, as: .pions)
      event.add(positive, charge: 1, as: .muons, at: place)
      event.add(negative, charge: -1, as: .muons, at: place)
    }
    #expect(exact == 30)
    #expect(all.count { $0.contains { min(abs($0.massLow - 1), abs($0.massHigh - 1)) < 0.03 } } >= 26)
  }

  @Test("A kaon and a displaced pair give the B meson's constraints and the mass of the scalar")
  func kaonScalar() {
    let meson = 5.27934
    let all = candidates(.kaonScalar) { event in
      let (signal, _) = event.decay(collision, meson, meson)
      let (kaon, scalar) = event.decay(signal, Mass.kaon, 1)
      let place = (4 / scalar.momentum.length) * scalar.momentum
      let (positive, negative) = event.decay(scalar, Mass.pion, Mass.pion)
      event.add(kaon, charge: 1, as: .kaons)
      event.add(positive, charge: 1, as: .pions, at: place)
      event.add(negative, charge: -1, as: .pions, at: place)
    }
    let right = all.count {
      $0.contains {
        $0.hypothesis == .pions && abs($0.mass - 1) < 0.003 && abs($0.deltaEnergy) < 0.01
          && abs(Double($0.beamConstrainedMass) - meson) < 0.002
      }
    }
    #expect(right >= 26)
  }

  @Test("A kaon and two photons give the B meson's constraints and the mass of the axion")
  func kaonPhotons() {
    let meson = 5.27934
    let all = candidates(.kaonPhotons) { event in
      let (signal, other) = event.decay(collision, meson, meson)
      let (kaon, axion) = event.decay(signal, Mass.kaon, 1.5)
      let (first, second) = event.decay(axion, 0, 0)
      event.add(kaon, charge: 1, as: .kaons)
      event.add(photon: first)
      event.add(photon: second)
      let pair = event.decay(other, Mass.pion, Mass.pion)
      event.add(pair.0, charge: 1, as: .pions)
      event.add(pair.1, charge: -1, as: .pions)
    }
    let right = all.count {
      $0.contains { abs($0.mass - 1.5) < 0.002 && abs($0.deltaEnergy) < 0.005 && $0.beamConstrainedMass > 5.27 }
    }
    // Soft photons below 0.1 GeV are none.
    #expect(right >= 27)
  }

  @Test("The energy in the pseudo-rest frame peaks where a two-body decay has its line")
  func leptonAgainstTau() {
    let line = (Mass.tau * Mass.tau - 1 + Mass.muon * Mass.muon) / (2 * Mass.tau)
    var energies: [Double] = []
    let all = candidates(.leptonAgainstTau, events: 60) { event in
      let (signal, tag) = event.decay(collision, Mass.tau, Mass.tau)
      event.add(event.decay(signal, Mass.muon, 1).0, charge: -1, as: .muons)
      // Three pions of 1.2 GeV through a rho, and a neutrino.
      let (hadrons, _) = event.decay(tag, 1.2, 0)
      let (rho, odd) = event.decay(hadrons, 0.77, Mass.pion)
      let (positive, negative) = event.decay(rho, Mass.pion, Mass.pion)
      for (vector, charge) in [(positive, 1.0), (negative, -1.0), (odd, 1.0)] {
        event.add(vector, charge: charge, as: .pions)
      }
    }
    for found in all { energies += found.filter { $0.hypothesis == .muons }.map { Double($0.starEnergy) } }
    #expect(energies.count >= 50)
    #expect(abs(Sample.median(energies) - line) < 0.1)
    #expect(Sample.spread(energies.map { $0 - line }) < 0.25)
  }

  @Test("Three muons of a tau have its mass and half the energy of the collision")
  func threeMuons() {
    let all = candidates(.threeMuons) { event in
      let (signal, tag) = event.decay(collision, Mass.tau, Mass.tau)
      let (pair, odd) = event.decay(signal, 1, Mass.muon)
      let (positive, negative) = event.decay(pair, Mass.muon, Mass.muon)
      for (vector, charge) in [(positive, 1.0), (negative, -1.0), (odd, -1.0)] {
        event.add(vector, charge: charge, as: .muons)
      }
      event.add(event.decay(tag, Mass.pion, 0).0, charge: 1, as: .pions)
    }
    let right = all.count { $0.contains { abs(Double($0.mass) - Mass.tau) < 0.002 && abs($0.deltaEnergy) < 0.005 } }
    #expect(right == 30)
  }

  @Test("Tracks and clusters without numbers stop neither vertices nor candidates")
  func broken() {
    for number in 0..<5 {
      var broken = event(UInt64(number))
      let (positive, negative) = broken.decay(collision, Mass.muon, Mass.muon)
      broken.add(positive, charge: 1, as: .muons)
      broken.addBroken()
      broken.add(negative, charge: -1, as: .muons)
      // The muons are still found among the rest.
      #expect(broken.candidates().contains { $0.kind == .dimuon && abs(Double($0.mass) - energy) < 0.01 })
    }
  }

  @Test("An event without objects has no candidate, and each kind has its word once")
  func empty() {
    let nothing = event(1)
    #expect(nothing.candidates().isEmpty)
    #expect(Set(CandidateKind.allCases.map(\.word)).count == CandidateKind.allCases.count)
  }
}
