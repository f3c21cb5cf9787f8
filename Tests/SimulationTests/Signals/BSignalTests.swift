import Foundation
import Kinematics
import Simulation
import Testing

@Suite("Signals in B decays")
struct BSignalTests {
  /// Cosine of a product to the flight of its mother, in the mother's rest frame.
  private func helicity(_ event: GeneratedEvent, _ product: Int) -> Double? {
    let mother = Int(event.mother[product])
    guard mother >= 0, event.mother[mother] >= 0,
      let outer = Boost(toRestFrameOf: event.four(Int(event.mother[mother])))
    else { return nil }
    let flight = outer.apply(event.four(mother))
    guard let inner = Boost(toRestFrameOf: flight) else { return nil }
    return inner.apply(outer.apply(event.four(product))).momentum.unit.dot(flight.momentum.unit)
  }

  @Test("B mesons leave the resonance with sin^2 of their angle to the beams, and decay after their lifetime")
  func resonance() throws {
    let sample = try SignalSample(.kaonInvisible, events: 4000)
    var cosines: [Double] = []
    var lengths: [Double] = []
    for event in sample.events {
      let frame = try #require(event.beamFrame)
      for index in event.all(521) + event.all(-521) where event.pdg[Int(event.mother[index])] == 300_553 {
        if event.pdg[index] > 0 { cosines.append(cos(frame.toCentreOfMass(event.four(index)).theta)) }
        let end = event.vertex(try #require(event.daughters(index).first))
        let momentum = event.four(index)
        lengths.append(Vector3(end.x, end.y, end.z).length * momentum.mass / momentum.momentum.length)
      }
    }
    #expect(cosines.count == 4000 && lengths.count == 8000)
    #expect(meanAgrees(cosines, with: 0))
    #expect(meanAgrees(cosines.map { $0 * $0 }, with: 0.2))
    #expect(meanAgrees(lengths, with: 0.0491))
  }

  @Test("the signal is one decay of either B, with the momentum of its two bodies")
  func signalDecay() throws {
    for (process, hadron, meson) in [
      (SignalProcess.kaonInvisible, 321, 521), (.pionInvisible, 211, 521), (.protonInvisible, 2212, 521),
      (.dsInvisible, 431, 521), (.dInvisible, -421, 511), (.kShortALP, 310, 511), (.kaonScalarKaons, 321, 521),
    ] as [(SignalProcess, Int32, Int32)] {
      let sample = try SignalSample(process, events: 300) { $0.mass = .values([1.2]) }
      let code = try #require(process.newParticle)
      var negative = 0
      for event in sample.events {
        let found = event.all(code)
        #expect(found.count == 1)
        let mother = Int(event.mother[found[0]])
        let sign: Int32 = event.pdg[mother] > 0 ? 1 : -1
        if sign < 0 { negative += 1 }
        #expect(event.pdg[mother] == sign * meson)
        #expect(event.daughters(mother).map { event.pdg[$0] } == [hadron == 310 ? 310 : sign * hadron, code])
        let boost = try #require(Boost(toRestFrameOf: event.four(mother)))
        let momentum = boost.apply(event.four(found[0])).momentum.length
        let mass = ParticleTable.mass(of: hadron) ?? 0
        let expected = PhaseSpace.breakUpMomentum(ParticleTable.mass(of: meson) ?? 0, mass, 1.2)
        #expect(abs(momentum - expected) < 1e-6)
      }
      #expect(abs(negative - 150) < 45)
    }
  }

  @Test(
    "an excited kaon beside a spin-0 particle has helicity 0: its kaon follows cos^2, and its mass is that of the K*(892)"
  )
  func excitedKaon() throws {
    let sample = try SignalSample(.kStarScalarMuons, events: 5000)
    var squares: [Double] = []
    var masses: [Double] = []
    for event in sample.events {
      let scalar = try #require(event.all(54).first)
      let kStar = try #require(event.daughters(Int(event.mother[scalar])).first)
      #expect(event.pdg[kStar].magnitude == 313)
      let products = event.daughters(kStar)
      #expect(products.map { event.pdg[$0] } == (event.pdg[kStar] > 0 ? [321, -211] : [-321, 211]))
      let cosine = try #require(helicity(event, products[0]))
      squares.append(cosine * cosine)
      masses.append(event.four(kStar).mass)
    }
    #expect(meanAgrees(squares, with: 0.6))
    #expect(Double(masses.count { abs($0 - 0.8955) < 0.02365 }) / 5000 > 0.5)
    #expect(masses.allSatisfy { abs($0 - 0.8955) < 0.145 })
  }

  @Test("the other B decays to what reaches the detector, with the charged and strange particles of generic B mesons")
  func partner() throws {
    var charged: [Double] = []
    var kaons: [Double] = []
    var leptons: [Double] = []
    for process in [SignalProcess.kaonInvisible, .kShortALP] {
      for event in try SignalSample(process, events: 1500).events {
        let signal = event.mother[try #require(event.all(process == .kaonInvisible ? 54 : 36).first)]
        let partner = try #require(
          (event.all(521) + event.all(-521) + event.all(511) + event.all(-511)).first { Int32($0) != signal })
        var count = 0.0
        var strange = 0.0
        var direct = 0.0
        for index in (partner + 1)..<event.count {
          var ancestor = index
          while ancestor > 1, ancestor != partner { ancestor = Int(event.mother[ancestor]) }
          guard ancestor == partner, event.isFinal(index) else { continue }
          #expect(ParticleTable.properties(of: event.pdg[index]) != nil)
          if ParticleTable.charge(of: event.pdg[index]) != 0 { count += 1 }
          // Two charged pions of 69 % of the K_S, which are half of all K0; what eta mesons and hyperons add is left out.
          if event.pdg[index].magnitude == 311 { count += 0.692 }
          if event.pdg[index] == 310 { count += 1.384 }
          if event.pdg[index].magnitude == 321 { strange += 1 }
          if [11, 13].contains(event.pdg[index].magnitude), event.mother[index] == Int32(partner) { direct += 1 }
        }
        charged.append(count)
        kaons.append(strange)
        leptons.append(direct)
      }
    }
    // Measured: 5.36 +- 0.03 charged, 0.789 +- 0.025 charged kaons, 10.9 % semileptonic to each lepton.
    #expect(abs(meanAndError(charged).mean - 5.36) < 0.45, "\(meanAndError(charged))")
    #expect(abs(meanAndError(kaons).mean - 0.79) < 0.12, "\(meanAndError(kaons))")
    #expect(abs(meanAndError(leptons).mean - 0.218) < 0.04, "\(meanAndError(leptons))")
  }

  /// An event as a HepMC3 listing: GeV and mm.
  private func listing(_ events: [GeneratedEvent]) -> String {
    var text = "HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\n"
    for (number, event) in events.enumerated() {
      let mothers = Set(event.mother.filter { $0 >= 0 }).count
      text += "E \(number) \(mothers) \(event.count)\nU GEV MM\n"
      var vertices: [Int: Int] = [:]
      for index in 0..<event.count {
        let mother = Int(event.mother[index])
        if mother >= 0, vertices[mother] == nil {
          vertices[mother] = -1 - vertices.count
          let v = event.vertex(index)
          text += "V \(vertices[mother] ?? 0) 0 [\(mother + 1)] @ \(10 * v.x) \(10 * v.y) \(10 * v.z) "
          text += "\(10 * v.w * PhysicalConstants.speedOfLight)\n"
        }
        let p = event.momentum(index)
        let origin = mother >= 0 ? vertices[mother] ?? 0 : 0
        text += "P \(index + 1) \(origin) \(event.pdg[index]) \(p.x) \(p.y) \(p.z) \(p.w) "
        text += "\(event.four(index).mass) \(event.status[index])\n"
      }
    }
    return text + "HepMC::Asciiv3-END_EVENT_LISTING\n"
  }

  /// Codes and energies of a decay's particles in the rest frame of the B, and the proper times to its vertices, in order.
  private func fingerprint(_ event: GeneratedEvent, of meson: Int) -> [(pdg: Int32, energy: Double, time: Double)] {
    guard let boost = Boost(toRestFrameOf: event.four(meson)) else { return [] }
    return ((meson + 1)..<event.count).compactMap { index in
      var ancestor = index
      while ancestor > 1, ancestor != meson { ancestor = Int(event.mother[ancestor]) }
      guard ancestor == meson else { return nil }
      let way = event.vertex(index) - event.vertex(meson)
      let time = boost.apply(
        FourVector(px: way.x, py: way.y, pz: way.z, energy: way.w * PhysicalConstants.speedOfLight)
      ).energy
      return (event.pdg[index], boost.apply(event.four(index)).energy, time)
    }
  }

  @Test(
    "a partner from a file keeps its decay: energies and times in the rest frame of the B, conjugated for the other charge"
  )
  func recordedPartner() throws {
    // One event whose partner B is the only one that the file gives: the signal's leaves no whole decay, as X is cut out.
    var recorded = try SignalSample(.kaonInvisible, events: 1, seed: 3).events[0]
    let invisible = try #require(recorded.all(54).first)
    let signal = Int(recorded.mother[invisible])
    recorded.setStatus(3, of: invisible)
    let original = try #require((recorded.all(521) + recorded.all(-521)).first { $0 != signal })
    let expected = fingerprint(recorded, of: original)
    #expect(expected.count > 3)
    let folder = try GeneratorListings.Folder()
    let path = try folder.write(listing([recorded]))
    let sample = try SignalSample(.pionInvisible, events: 60) { $0.partnerFiles = [path] }
    var conjugated = 0
    for event in sample.events {
      #expect(event.imbalance < 1e-3)
      let mother = event.mother[try #require(event.all(54).first)]
      let partner = try #require((event.all(521) + event.all(-521)).first { Int32($0) != mother })
      let found = fingerprint(event, of: partner)
      let isConjugate = event.pdg[partner] != recorded.pdg[original]
      if isConjugate { conjugated += 1 }
      #expect(found.count == expected.count)
      for (one, other) in zip(found, expected) {
        #expect(abs(one.energy - other.energy) < 1e-6 && abs(one.time - other.time) < 1e-6 * (1 + other.time))
        let isOwn = [22, 111, 113, 221, 223, 310, 331, 333].contains(one.pdg)
        #expect(one.pdg == (isConjugate && !isOwn ? -other.pdg : other.pdg))
      }
    }
    #expect(conjugated > 10 && conjugated < 50)
  }

  @Test("files without whole B decays, missing files and processes without B mesons are refused")
  func badPartners() throws {
    let folder = try GeneratorListings.Folder()
    let taus = try folder.write(GeneratorListings.hepmc3)
    func problem(_ process: SignalProcess, _ files: [String]) -> String {
      do {
        _ = try SignalSample(process, events: 1) { $0.partnerFiles = files }
        return ""
      } catch { return "\(error)" }
    }
    #expect(problem(.kaonInvisible, [taus]).hasPrefix("partner: no whole decay of B+ in"))
    #expect(problem(.kaonInvisible, [taus + ".missing"]).hasPrefix("partner: "))
    var model = SignalModel(.zPrimeMuons)
    #expect(throws: GeneratorSettingError.self) { try model.choose(partnerFiles: [taus]) }
  }
}
