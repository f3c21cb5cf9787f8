import EventModel
import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Couplings from cross-sections")
struct CouplingTests {
  static let s = 10.58 * 10.58

  @Test("Cross-sections have the published sizes and limits")
  func sizes() {
    // Integrals and limits by an independent program.
    #expect(abs(CollisionFormulas.axionStrahlung(mass: 0, s: Self.s) * 1e-6 - 118.3933) < 0.001)
    #expect(abs(CollisionFormulas.muonicVector(mass: 1, s: Self.s) * 1e-6 - 0.100166) < 1e-5)
    #expect(abs(CollisionFormulas.muonicScalar(mass: 1, s: Self.s) * 1e-6 - 0.01329145) < 1e-7)
    let cosine = cos(20 * Double.pi / 180)
    #expect(
      abs(CollisionFormulas.darkPhotonRadiation(mass: 1, s: Self.s, cosine: cosine) * 1e-6 - 5.984955) < 1e-5)
    // Batell, Pospelov and Ritz: about 20 fb for alpha' = alpha, epsilon^2 = 1e-4 at 10 GeV.
    let higgs = CollisionFormulas.darkHiggsstrahlung(photonMass: 0, higgsMass: 0, s: 100)
    #expect(abs(higgs * 1e-4 / 137.036 - 21.7136) < 0.001)
    // A massless dark photon of epsilon 1 is a photon: twice the annihilation to two that cannot be told apart.
    let pairs = CollisionFormulas.darkPhotonRadiation(mass: 0, s: Self.s, cosine: 0.9)
    let alpha = CollisionFormulas.fineStructure
    let known: Double = 2 * Double.pi * alpha * alpha / Self.s * (2 * log(1.9 / 0.1) - 1.8)
    #expect(abs(pairs / (known * CollisionFormulas.inverseSquareGeV) - 1) < 1e-12)
  }

  @Test("Beyond the kinematic limit there is no cross-section, and no coupling")
  func limits() {
    for mass in [10.58, 11, .infinity] {
      #expect(CollisionFormulas.axionStrahlung(mass: mass, s: Self.s) == 0)
      #expect(CollisionFormulas.muonicVector(mass: mass, s: Self.s) == 0)
      #expect(CollisionFormulas.darkHiggsstrahlung(photonMass: 5, higgsMass: mass, s: Self.s) == 0)
      #expect(CouplingModel.kineticMixing(cosine: 0.9).unitCrossSection(mass: mass, s: Self.s) == nil)
    }
    #expect(CollisionFormulas.darkPhotonRadiation(mass: 1, s: Self.s, cosine: 1).isNaN)
    #expect(CouplingModel.muonTauVector.unitCrossSection(mass: -1, s: Self.s) == nil)
  }

  @Test("A limit on the cross-section becomes a limit on the coupling and back")
  func conversion() throws {
    let limit = EstimatedNumber(value: 118.3933, low: -3, high: 118.3933, method: "upper limit")
    let coupling = try #require(CouplingModel.axionPhoton.coupling(crossSection: limit, mass: 0.001, s: Self.s))
    // 0.445/fb: couplings of about 1e-3 per GeV.
    #expect(abs(coupling.value - 1e-3) < 1e-7 && coupling.low == 0)
    #expect(coupling.method.contains("g_agg") && CouplingModel.axionPhoton.unit == "1/GeV")
    let product = try #require(
      CouplingModel.darkHiggsstrahlung(photonMass: 3).coupling(crossSection: limit, mass: 1, s: Self.s))
    let unit = try #require(CouplingModel.darkHiggsstrahlung(photonMass: 3).unitCrossSection(mass: 1, s: Self.s))
    #expect(abs(product.value - limit.value / unit) < 1e-12)
    let deficit = EstimatedNumber(value: -1, low: -2, high: 1, method: "yield")
    #expect(CouplingModel.axionPhoton.coupling(crossSection: deficit, mass: 1, s: Self.s) == nil)
  }

  @Test("Tabulated cross-sections are interpolated, and not used beyond the table")
  func squareLaw() throws {
    let law = try CouplingModel.SquareLaw(symbol: "xi", coupling: 2, masses: [1, 2, 4], crossSections: [100, 10, 1])
    let model = CouplingModel.square(law)
    #expect(abs(try #require(model.unitCrossSection(mass: 3, s: Self.s)) - 10 / 10.0.squareRoot() / 4) < 1e-12)
    #expect(abs(try #require(model.unitCrossSection(mass: 1, s: Self.s)) - 25) < 1e-12)
    #expect(model.unitCrossSection(mass: 0.9, s: Self.s) == nil)
    #expect(model.unitCrossSection(mass: 4.1, s: Self.s) == nil)
    #expect(throws: FitRefusal.self) {
      try CouplingModel.SquareLaw(symbol: "xi", coupling: 1, masses: [2, 1], crossSections: [1, 1])
    }
  }

  @Test("The L_mu - L_tau vector decays to muons in one third, and to taus above threshold")
  func branching() {
    let light = MuonTauVector.branching(mass: 1)
    #expect(abs(light.muons - 0.5) < 0.01 && light.taus == 0)
    let heavy = MuonTauVector.branching(mass: 9)
    #expect(abs(heavy.muons - 1.0 / 3) < 0.01 && heavy.taus > 0.3)
    #expect(MuonTauVector.branching(mass: 0.2) == (0, 0))
  }

  @Test("Heavy neutral leptons: production falls to the threshold, the width is the closed form of the literature")
  func heavyNeutralLepton() {
    #expect(abs(HeavyNeutralLepton.productionBranching(mass: 0) - 0.1082) < 1e-12)
    #expect(HeavyNeutralLepton.productionBranching(mass: 1.64) == 0)
    #expect(HeavyNeutralLepton.productionBranching(mass: 1) < 0.1082)
    // Bondarenko et al., JHEP 11 (2018) 032, equation 3.6, by an independent program; Dirac.
    for (mass, width) in [(0.3, 4.10028e-19), (0.6, 1.222401e-16), (1.3, 9.376496e-15)] {
      #expect(abs(HeavyNeutralLepton.muonPairWidth(mass: mass, majorana: false) / width - 1) < 1e-4)
      #expect(
        HeavyNeutralLepton.muonPairWidth(mass: mass) == 2
          * HeavyNeutralLepton.muonPairWidth(mass: mass, majorana: false))
    }
    #expect(HeavyNeutralLepton.muonPairWidth(mass: 0.2) == 0)
  }

  @Test("B to K with an axion or a scalar has the published size, and none beyond threshold")
  func kaons() throws {
    // Batell, Pospelov and Ritz: 4e-7 (theta/1e-3)^2 for a light scalar; by an independent program 0.4740 and 1915.9.
    #expect(abs(KaonDecays.scalar(mass: 0.001) - 0.473981) < 1e-5)
    #expect(abs(KaonDecays.axion(mass: 0.001) - 1915.875) < 0.01 && abs(KaonDecays.axion(mass: 2) - 2046.471) < 0.01)
    #expect(KaonDecays.scalar(mass: 4.79) == 0 && KaonDecays.axion(mass: 5) == 0)
    let limit = EstimatedNumber(value: 1.9e-7, low: 0, high: 1.9e-7, method: "limit")
    let coupling = try #require(
      CouplingModel.coupling(of: limit, atUnit: KaonDecays.axion(mass: 1), power: 2, symbol: "g_aW"))
    #expect(coupling.value > 0.9e-5 && coupling.value < 1.1e-5)
  }

  @Test("A coupling that sets the lifetime is excluded between two ends")
  func lifetime() throws {
    // Candidates 1e10 v exp(-1e4 v): decays within reach.
    let coupling = LifetimeCoupling { 1e6 * $0 * exp(-1e4 * $0) }
    let excluded = try #require(try coupling.excluded(limit: 3, range: 1e-8...1))
    #expect(abs(1e6 * excluded.lowerBound * exp(-1e4 * excluded.lowerBound) - 3) < 1e-6)
    #expect(abs(1e6 * excluded.upperBound * exp(-1e4 * excluded.upperBound) - 3) < 1e-6)
    #expect(try coupling.excluded(limit: 50, range: 1e-8...1) == nil)
    #expect(throws: FitRefusal.self) { try coupling.excluded(limit: 1, range: 0...1) }
  }

  @Test("A scalar that mixes with the Higgs boson is excluded between the mixings that decay in the detector")
  func mixing() throws {
    // 250 MeV: c tau of 0.27 um/sin^2(theta) by muons alone, which are all but a few in 10 000.
    let decays = try #require(HiggsMixing.decays(mass: 0.25))
    #expect(abs(decays.electrons + decays.muons - 1) < 1e-12 && decays.muons > 0.999)
    let beta = (1 - 4 * 0.1056584 * 0.1056584 / 0.0625).squareRoot()
    let width = 1.1663788e-5 * 0.1056584 * 0.1056584 * 0.25 / (4 * 2.0.squareRoot() * Double.pi) * beta * beta * beta
    // The electrons that the width by hand leaves out.
    #expect(abs(decays.length / (1.973269804e-14 / width) / decays.muons - 1) < 1e-6)
    #expect(HiggsMixing.decays(mass: 0.27) == nil && HiggsMixing.decays(mass: 0.2)?.muons == 0)
    // Efficiency 0.1 between 1 and 100 cm.
    let range = try #require(
      HiggsMixing.excluded(limit: 3, mass: 0.25, mesons: 1e9, muons: true) { 1...100 ~= $0 ? 0.1 : nil })
    #expect(abs(decays.length / (range.lowerBound * range.lowerBound) - 100) < 1)
    #expect(abs(decays.length / (range.upperBound * range.upperBound) - 1) < 0.01)
    #expect(HiggsMixing.excluded(limit: 1e30, mass: 0.25, mesons: 1e9, muons: true) { _ in 0.1 } == nil)

    let rows = [(1, 0.2), (10, 0.1), (100, 0.02)].flatMap { length, value in
      [0.2, 0.3].map { "{ mass: \($0) GeV, lifetime: \(length) cm, value: \(value), error: 0.01 }" }
    }
    let text = DimuonStream.peak(
      "normalisation: { base: luminosity, measured_with: a test, efficiency: [\(rows.joined(separator: ", "))] }")
    let curve = try #require(try SearchChannel(yaml: text, file: "test.yaml").normalisation?.efficiency)
    #expect(curve.value(atMass: 0.25, decayLength: 0.5) == nil)
    #expect(abs((curve.value(atMass: 0.25, decayLength: 10.0.squareRoot()) ?? 0) - 0.15) < 1e-9)
    #expect(abs((curve.value(atMass: 0.25, decayLength: 400) ?? 0) - 0.005) < 1e-9)
  }

  @Test("Normalisations turn candidates into cross-sections and branching fractions, and refuse what cannot be")
  func normalization() throws {
    let luminosity = try SignalNormalization(
      exposure: 0.445, exposureError: 0.007, efficiency: 0.3, efficiencyError: 0.05)
    #expect(abs(luminosity.relativeError - (0.007 * 0.007 + 0.05 * 0.05).squareRoot()) < 1e-12)
    let number = EstimatedNumber(value: 13.35, low: 0, high: 13.35, method: "limit")
    #expect(abs(luminosity.converted(number).value - 100) < 1e-9)
    // 915/fb: 836 million tau pairs in the Belle sample, 1 % more than cross-section times luminosity.
    #expect(abs(ParentParticles.taus(luminosity: 915) / 2 / 836e6 - 1) < 0.02)
    #expect(throws: FitRefusal.self) { try SignalNormalization(exposure: 0, efficiency: 0.3) }
    #expect(throws: FitRefusal.self) { try SignalNormalization(exposure: 1, efficiency: 1.3) }
    #expect(throws: FitRefusal.self) { try SignalNormalization(exposure: 1, efficiency: 0.3, efficiencyError: 1) }
    let ratio = EstimatedNumber(value: 0.01, low: 0, high: 0.01, method: "limit")
    let alpha = TauDecays.leptonAlpha(
      ratioOfCandidates: ratio, ratioOfEfficiencies: 0.5, leptonic: TauDecays.electronBranching)
    #expect(abs(alpha.value - 0.003564) < 1e-9)
  }
}

@Suite("Injection")
struct InjectionTests {
  @Test("Injections are read, turned into events by the channel's efficiency, and refuse what cannot be")
  func injection() throws {
    let efficiency = """
      normalisation:
        base: luminosity
        efficiency: [{ mass: 1 GeV, value: 0.2, error: 0.01 }, { mass: 3 GeV, value: 0.6, error: 0.01 }]
        measured_with: a test
      """
    let channel = try SearchChannel(yaml: DimuonStream.peak(efficiency), file: "test.yaml")
    let injection = try SignalInjection("peak:mass=2,yield=40")
    #expect(injection.channel == "peak" && injection.mass == 2 && injection.lifetime == nil)
    #expect(try injection.produced(for: channel) == 100)
    #expect(abs((injection.expected(produced: 100, in: channel) ?? 0) - 40) < 1e-9)
    let events = try SignalInjection("peak:ctau=10, produced=7,mass=2")
    #expect(try events.produced(for: channel) == 7)
    #expect(events.lifetime == 10)
    // No efficiency at this mass, and none at all.
    #expect(throws: FitRefusal.self) { try SignalInjection("peak:mass=5,yield=40").produced(for: channel) }
    let bare = try SearchChannel(yaml: DimuonStream.peak(), file: "test.yaml")
    #expect(throws: FitRefusal.self) { try injection.produced(for: bare) }
    #expect(try events.produced(for: bare) == 7 && events.expected(produced: 7, in: bare) == nil)
    for text in [
      "dimuon", ":mass=1,yield=2", "dimuon:mass=1", "dimuon:mass=x,yield=1", "dimuon:mass=1,produced=1.5",
      "dimuon:mass=1,mass=2,yield=3", "dimuon:masss=1,yield=1", "dimuon:mass=-1,yield=1", "dimuon:mass=1,yield=1e300",
      "dimuon:mass=nan,yield=1", "dimuon:", "", "dimuon:mass=1,yield=0", "dimuon:mass=1,yield=3,produced=4",
    ] {
      #expect(throws: FitRefusal.self, "\(text)") { try SignalInjection(text) }
    }
  }

  @Test("What the fit made of an injection stands beside what was put in")
  func result() throws {
    let efficiency = """
      process: dark_photon_mumu
      normalisation:
        base: luminosity
        efficiency: [{ mass: 1 GeV, value: 0.5, error: 0.01 }, { mass: 3 GeV, value: 0.5, error: 0.01 }]
        measured_with: a test
      """
    let channel = try SearchChannel(yaml: DimuonStream.peak(efficiency), file: "test.yaml")
    #expect(channel.process == "dark_photon_mumu")
    var monitor = try SignalMonitor(channels: [channel])
    monitor.conditions.injected = "peak:mass=2,yield=400"
    var random = CounterRandom(seed: 81, purpose: .pseudoExperiment)
    try monitor.fill(
      try DimuonStream.batch(
        (0..<10_400).map { ($0 < 400 ? 2 + 0.01 * random.gaussian() : random.uniform(1, 3), 0) }))
    let result = monitor.result(of: 0)
    #expect(result.injected == "peak:mass=2,yield=400")
    let found = InjectionResult(
      try SignalInjection("peak:mass=2,yield=400"), process: "dark_photon_mumu", produced: 800, selected: 400,
      in: channel, result: result)
    #expect(abs(found.pull ?? 9) < 4 && abs((found.hypothesis ?? 0) - 2) < 0.02 && found.expected == 400, "\(found)")
    #expect((found.localSignificance ?? 0) > 10)
  }

  @Test("Events of injected signals are told by their numbers")
  func numbers() {
    #expect(EventKey.injection(ofNumber: 999_999_999_999_999) == nil)
    #expect(EventKey.injection(ofNumber: EventKey.firstNumber(ofInjection: 0)) == 0)
    #expect(EventKey.injection(ofNumber: EventKey.firstNumber(ofInjection: 3) + 17) == 3)
    // Numbers stay exact in readers of JSON that know double precision only.
    #expect(EventKey.firstNumber(ofInjection: 100) < 1 << 53)
  }

  @Test(
    "A dark photon decays as a virtual photon: in half to muons just above their threshold, with more and more hadrons above"
  )
  func darkPhoton() {
    let muon = 0.105658
    #expect(abs(DarkPhotonDecays.branching(lepton: 0.000511, mass: 0.15) - 1) < 1e-12)
    #expect(DarkPhotonDecays.branching(lepton: muon, mass: 0.2) == 0)
    // (1 + 2 m^2/M^2) sqrt(1 - 4 m^2/M^2) = 0.72 beside 1 for electrons.
    #expect(abs(DarkPhotonDecays.branching(lepton: muon, mass: 0.25) - 0.42) < 0.01)
    #expect(DarkPhotonDecays.branching(lepton: muon, mass: 0.7753) < 0.2)
    // Three leptons and R = 3.67.
    #expect(abs(DarkPhotonDecays.branching(lepton: muon, mass: 8) - 1 / 6.67) < 0.002)
  }
}
