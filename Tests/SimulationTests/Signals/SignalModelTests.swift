import Detector
import Simulation
import Testing

@Suite("Masses, lifetimes and cross-sections of signals")
struct SignalModelTests {
  let detector: DetectorModel

  init() throws { detector = try DetectorModel.belle2() }

  @Test("masses are read alone, in lists and as ranges, with units")
  func masses() throws {
    #expect(try MassChoice("1") == .values([1]))
    #expect(try MassChoice("500 MeV") == .values([0.5]))
    #expect(try MassChoice("0.5,1 GeV,2") == .values([0.5, 1, 2]))
    #expect(try MassChoice("0.5:3") == .range(0.5...3))
    #expect(try MassChoice("0.5:3 GeV") == .range(0.5...3))
    #expect(try MassChoice("500:700 MeV") == .range(0.5...0.7))
  }

  @Test(
    "texts that are no masses are refused",
    arguments: ["", "one", "1,", ",", "1:2:3", "3:1", "nan", "inf", "1 TeV", "1 GeV GeV", ":", "1:"])
  func badMasses(text: String) {
    let error = #expect(throws: GeneratorSettingError.self) { try MassChoice(text) }
    #expect(error?.problem.contains("expected a mass") == true)
  }

  private func problem(_ process: SignalProcess, _ change: (inout SignalModel) throws -> Void) -> String? {
    do {
      var model = SignalModel(process)
      try change(&model)
      _ = try SignalGenerator(model, beams: detector.beams)
      return nil
    } catch { return "\(error)" }
  }

  @Test("masses out of reach are refused with the range that is allowed", arguments: SignalProcess.allCases)
  func reach(process: SignalProcess) {
    #expect(problem(process) { _ in } == nil)
    guard process.newParticle != nil else {
      #expect(problem(process) { try $0.choose(mass: "1") } == "mass: has no meaning for tau_3mu")
      return
    }
    let allowed = SignalModel(process).allowedMasses(beams: detector.beams)
    for mass in [allowed.lowerBound * 0.999, allowed.upperBound * 1.001, .nan, -1, .infinity, 0] {
      let text = problem(process) { $0.mass = .values([0.5 * (allowed.lowerBound + allowed.upperBound), mass]) }
      #expect(text?.contains("allows") == true, "\(mass): \(String(describing: text))")
    }
    #expect(problem(process) { $0.mass = .values([]) } == "mass: no mass is given")
    #expect(problem(process) { $0.mass = .range(0.0001...1) }?.contains("allows") == true)
    for mass in [allowed.lowerBound, allowed.upperBound] {
      #expect(problem(process) { $0.mass = .values([mass]) } == nil)
    }
  }

  @Test("settings without a meaning and impossible ones are refused")
  func refusals() {
    #expect(problem(.zPrimeInvisible) { try $0.choose(decayLength: 1) } == "ctau: has no meaning for zprime_invisible")
    #expect(problem(.zPrimeMuons) { try $0.choose(darkHiggsMass: 1) }?.hasPrefix("dark-higgs-mass: has no") == true)
    #expect(problem(.zPrimeMuons) { try $0.choose(isOneProng: true) }?.hasPrefix("one-prong: has no") == true)
    #expect(problem(.zPrimeTaus) { try $0.choose(isOneProng: true) } == nil)
    for length in [-1, .nan, .infinity, 2e6] {
      #expect(problem(.zPrimeMuons) { $0.decayLength = length }?.hasPrefix("ctau: found") == true)
    }
    #expect(problem(.higgsstrahlungInvisible) { $0.darkHiggsMass = 10.4 }?.hasPrefix("dark-higgs-mass: found") == true)
    #expect(problem(.higgsstrahlungVisible) { $0.darkHiggsMass = 1.5 }?.hasPrefix("mass: found 1.0 GeV") == true)
    #expect(problem(.higgsstrahlungVisible) { $0.darkHiggsMass = .nan }?.hasPrefix("dark-higgs-mass: found") == true)
  }

  private func read(_ lines: String...) throws -> Mixture {
    let head = ["mixture: test", "luminosity: 5e34", "seconds: 10", "processes:"]
    return try Mixture.parse((head + lines).joined(separator: "\n"), file: "test.yaml", detector: detector)
  }

  @Test("a signal stands in a mixture with cross-section and model")
  func mixture() throws {
    let plain = try read("  - process: zprime_mumu", "    events: 10")
    #expect(plain.entries[0].supply == .signal(SignalModel(.zPrimeMuons)))
    #expect(plain.entries[0].crossSection == 1e-6)
    let chosen = try read(
      "  - process: tau_pi_hnl", "    events: 10", "    cross-section: 3 pb",
      "    model: {mass: [400 MeV, 1 GeV], ctau: 20 cm, one-prong: true}")
    #expect(chosen.entries[0].crossSection == 3e-3)
    guard case .signal(let model) = chosen.entries[0].supply else { return #expect(Bool(false)) }
    #expect(model.mass == .values([0.4, 1]) && model.decayLength == 20 && model.isOneProng)
    // 3 pb, 5e34 and 10 s make 1500 events of weight 150 each.
    let source = try EventSource(chosen, seed: 1, experiment: 1, run: 1, detector: detector)
    var event = GeneratedEvent()
    #expect(try source.next(into: &event) && event.process == "tau_pi_hnl")
    #expect(abs(event.weight - 3e-3 * 50 * 10 / 10) < 1e-12)
  }

  @Test("errors of a mixture name line, key and what is allowed")
  func mixtureErrors() {
    func message(_ model: String) -> String {
      do {
        _ = try read("  - process: zprime_mumu", "    events: 10", "    model: \(model)")
        return ""
      } catch { return "\(error)" }
    }
    #expect(message("{mass: 0.1 GeV}").contains("test.yaml:7:19: mass: found 0.1 GeV, zprime_mumu allows"))
    #expect(message("{mass: heavy}").contains("expected a mass"))
    #expect(message("{mas: 1}").contains("nearest is mass"))
    #expect(message("{ctau: 1 parsec}").contains("test.yaml:7:"))
    #expect(message("{one-prong: true}").contains("has no meaning for zprime_mumu"))
    #expect(message("{one-prong: perhaps}").contains("true or false"))
    #expect(message("3").contains("keys and values"))
  }

  @Test("a tau pair is built in and its events have the table's cross-section")
  func tauPairs() throws {
    let mixture = try Mixture.single(
      process: "tautau", luminosity: 5, background: 0, events: 200, seconds: nil, gun: nil, detector: detector)
    #expect(mixture.entries[0].crossSection == 0.919)
    let source = try EventSource(mixture, seed: 1, experiment: 1, run: 1, detector: detector)
    var event = GeneratedEvent()
    var count = 0
    while try source.next(into: &event) {
      count += 1
      #expect(event.imbalance < 1e-7)
      #expect(event.all(15).count == 1 && event.all(-15).count == 1)
    }
    #expect(count == 200)
  }
}
