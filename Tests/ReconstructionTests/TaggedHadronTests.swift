import Detector
import EventModel
import Kinematics
import Reconstruction
import Testing

/// B to h X beside a B that decays to charm, with exact kinematics.
@Suite("Hadrons beside a hadronic tag") struct TaggedHadronTests {
  let detector: DetectorModel
  let collision: FourVector

  init() throws {
    detector = try .belle2()
    collision = detector.beams.total
  }

  /// A tag's decay.
  enum Tag: CaseIterable {
    case kaonPion, kaonPionNeutralPion, kaonThreePions, shortKaon, rho, threePions, excitedNeutral

    /// Found of thirty events at least: photons below 0.1 GeV are none.
    var fewest: Int {
      switch self {
      case .kaonPionNeutralPion, .rho: 16
      case .excitedNeutral: 12
      case .shortKaon: 20
      default: 27
      }
    }
  }

  /// Adds a B- (or B+, with `sign` 1) in one of the decays.
  private func add(_ tag: Tag, _ meson: FourVector, sign: Double, to event: inout AssembledEvent) {
    var charm: FourVector
    func pions(_ vectors: [FourVector], _ charges: [Double]) {
      for (vector, charge) in zip(vectors, charges) { event.add(vector, charge: charge * sign, as: .pions) }
    }
    func add(neutralPion: FourVector) {
      let photons = event.decay(neutralPion, 0, 0)
      event.add(photon: photons.0)
      event.add(photon: photons.1)
    }
    switch tag {
    case .rho:
      let (d, rho) = event.decay(meson, Mass.neutralD, 0.77)
      let (pion, neutral) = event.decay(rho, Mass.pion, Mass.neutralPion)
      charm = d
      pions([pion], [1])
      add(neutralPion: neutral)
    case .threePions:
      let (d, triple) = event.decay(meson, Mass.neutralD, 1.2)
      let (pair, odd) = event.decay(triple, 0.77, Mass.pion)
      let (first, second) = event.decay(pair, Mass.pion, Mass.pion)
      charm = d
      pions([first, second, odd], [1, -1, 1])
    case .excitedNeutral:
      let (excited, pion) = event.decay(meson, Mass.neutralExcitedD, Mass.pion)
      let (d, neutral) = event.decay(excited, Mass.neutralD, Mass.neutralPion)
      charm = d
      pions([pion], [1])
      add(neutralPion: neutral)
    default:
      let (d, pion) = event.decay(meson, Mass.neutralD, Mass.pion)
      charm = d
      pions([pion], [1])
    }
    switch tag {
    case .kaonPionNeutralPion:
      let (pair, neutral) = event.decay(charm, 0.9, Mass.neutralPion)
      let (kaon, pion) = event.decay(pair, Mass.kaon, Mass.pion)
      event.add(kaon, charge: sign, as: .kaons)
      pions([pion], [-1])
      add(neutralPion: neutral)
    case .kaonThreePions:
      let (pair, rho) = event.decay(charm, 0.8, 0.6)
      let (kaon, pion) = event.decay(pair, Mass.kaon, Mass.pion)
      let (first, second) = event.decay(rho, Mass.pion, Mass.pion)
      event.add(kaon, charge: sign, as: .kaons)
      pions([pion, first, second], [-1, -1, 1])
    case .shortKaon:
      let (short, rho) = event.decay(charm, Mass.neutralKaon, 0.7)
      let (first, second) = event.decay(rho, Mass.pion, Mass.pion)
      let place = (3 / short.momentum.length) * short.momentum
      let (positive, negative) = event.decay(short, Mass.pion, Mass.pion)
      pions([first, second], [1, -1])
      event.add(positive, charge: 1, as: .pions, at: place)
      event.add(negative, charge: -1, as: .pions, at: place)
    default:
      let (kaon, pion) = event.decay(charm, Mass.kaon, Mass.pion)
      event.add(kaon, charge: sign, as: .kaons)
      pions([pion], [-1])
    }
  }

  private func candidates(_ events: Int = 30, _ make: (inout AssembledEvent) -> Void) -> [[ReconstructedCandidate]] {
    (0..<events).map { number in
      var event = AssembledEvent(detector, seed: UInt64(500 + number))
      make(&event)
      return event.candidates().filter { $0.kind == .taggedHadron }
    }
  }

  /// Momentum of the hadron in B to h X.
  private func line(_ meson: Double, _ hadron: Double, _ mass: Double) -> Double {
    let sum = (hadron + mass) * (hadron + mass)
    let difference = (hadron - mass) * (hadron - mass)
    return ((meson * meson - sum) * (meson * meson - difference)).squareRoot() / (2 * meson)
  }

  @Test(
    "The momentum of the kaon in the rest frame of the signal B is that of the two-body decay", arguments: Tag.allCases)
  func kaons(tag: Tag) throws {
    let expected = line(Mass.chargedB, Mass.kaon, 1)
    let all = candidates { event in
      let (signal, other) = event.decay(collision, Mass.chargedB, Mass.chargedB)
      event.add(event.decay(signal, Mass.kaon, 1).0, charge: 1, as: .kaons)
      add(tag, other, sign: -1, to: &event)
    }
    // One for each kind of hadron the track may be, no more.
    for found in all { #expect(Set(found.map(\.hypothesis)).count == found.count) }
    let right = all.count { $0.contains { isRight($0, momentum: expected, isExcited: tag == .excitedNeutral) } }
    #expect(right >= tag.fewest, "\(right) of 30")
  }

  private func isRight(_ candidate: ReconstructedCandidate, momentum: Double, isExcited: Bool) -> Bool {
    guard candidate.hypothesis == .kaons, candidate.positive == 0, candidate.negative == -1 else { return false }
    let isLine = abs(Double(candidate.starMomentum) - momentum) < 0.01 && abs(candidate.recoilMassSquared - 1) < 0.1
    let isTag =
      abs(candidate.deltaEnergy) < 0.01 && abs(Double(candidate.beamConstrainedMass) - Mass.chargedB) < 0.002
      && abs(Double(candidate.massLow) - Mass.neutralD) < 0.002
    return isLine && isTag && candidate.extraEnergy == 0 && candidate.massHigh.isNaN != isExcited
  }

  @Test("A K_S beside a neutral tag: D+ pi-, and D*+ pi- with its slow pion", arguments: [false, true])
  func neutral(isExcited: Bool) throws {
    let expected = line(Mass.neutralB, Mass.neutralKaon, 2)
    let all = candidates { event in
      let (signal, other) = event.decay(collision, Mass.neutralB, Mass.neutralB)
      let short = event.decay(signal, Mass.neutralKaon, 2).0
      let place = (4 / short.momentum.length) * short.momentum
      let (positive, negative) = event.decay(short, Mass.pion, Mass.pion)
      event.add(positive, charge: 1, as: .pions, at: place)
      event.add(negative, charge: -1, as: .pions, at: place)
      if isExcited {
        let (excited, pion) = event.decay(other, Mass.chargedExcitedD, Mass.pion)
        let (charm, slow) = event.decay(excited, Mass.neutralD, Mass.pion)
        event.add(pion, charge: -1, as: .pions)
        event.add(slow, charge: 1, as: .pions)
        add(charm: charm, to: &event)
      } else {
        let (charm, pion) = event.decay(other, Mass.chargedD, Mass.pion)
        let (pair, second) = event.decay(charm, 1.1, Mass.pion)
        event.add(pion, charge: -1, as: .pions)
        event.add(second, charge: 1, as: .pions)
        add(charm: pair, to: &event)
      }
    }
    let right = all.count {
      $0.count == 1
        && $0.allSatisfy {
          abs(Double($0.starMomentum) - expected) < 0.01 && $0.hypothesis == .none && $0.vertex >= 0
            && $0.massHigh.isNaN == !isExcited
        }
    }
    #expect(right >= 20, "\(right) of 30")
  }

  private func add(charm: FourVector, to event: inout AssembledEvent) {
    let (kaon, pion) = event.decay(charm, Mass.kaon, Mass.pion)
    event.add(kaon, charge: -1, as: .kaons)
    event.add(pion, charge: 1, as: .pions)
  }

  @Test("Nothing else may be there, charges must fit, and the tag must be a B; photons beside it are summed up")
  func nothingElse() throws {
    func events(
      _ charge: Double = 1, charm: Double = Mass.neutralD, _ change: (inout AssembledEvent) -> Void = { _ in }
    ) -> [[ReconstructedCandidate]] {
      candidates { event in
        let (signal, other) = event.decay(collision, Mass.chargedB, Mass.chargedB)
        event.add(event.decay(signal, Mass.kaon, 1).0, charge: charge, as: .kaons)
        let (meson, pion) = event.decay(other, charm, Mass.pion)
        event.add(pion, charge: -1, as: .pions)
        add(charm: meson, to: &event)
        change(&event)
      }
    }
    #expect(events().count { !$0.isEmpty } >= 29)
    #expect(events(-1).allSatisfy { $0.isEmpty })
    #expect(events(charm: 2.1).count { !$0.isEmpty } <= 2)
    let crowded = events {
      $0.add(FourVector(momentum: Vector3(0.4, 0.3, 0.2), mass: Mass.pion), charge: 1, as: .pions)
    }
    #expect(crowded.allSatisfy { $0.isEmpty })
    let photon = FourVector(momentum: Vector3(0, -0.6, 0.1), mass: 0)
    let lit = events { $0.add(photon: photon) }
    #expect(lit.count { !$0.isEmpty && $0.allSatisfy { abs(Double($0.extraEnergy) - photon.energy) < 1e-4 } } >= 28)
    let broken = events { $0.addBroken() }
    #expect(broken.allSatisfy { $0.allSatisfy { $0.starMomentum.isFinite } })
  }
}
