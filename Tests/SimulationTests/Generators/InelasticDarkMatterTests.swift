import Detector
import Foundation
import Kinematics
import Simulation
import Statistics
import Testing

/// The generator of a dark Higgs boson with inelastic dark matter.
@Suite("Dark Higgs boson with inelastic dark matter")
struct InelasticDarkMatterTests {
  let detector: DetectorModel

  init() throws { detector = try DetectorModel.belle2() }

  private func event(_ number: UInt64, _ generator: InelasticDarkMatter) -> GeneratedEvent {
    var event = GeneratedEvent(number: number, process: "signal")
    var random = CounterRandom(seed: 9, experiment: 1, run: 1, event: number, purpose: .generation)
    generator.generate(into: &event, &random)
    return event
  }

  /// Four-momentum of all final particles less that of the beams, and of each decay's products less that of its mother.
  private func imbalance(_ event: GeneratedEvent) -> Double {
    var sum = SIMD4<Double>.zero
    var largest = 0.0
    for index in 0..<event.count {
      switch event.status[index] {
      case GeneratedEvent.Status.beam: sum -= event.momentum(index)
      case GeneratedEvent.Status.final: sum += event.momentum(index)
      default:
        var decay = -event.momentum(index)
        for product in 0..<event.count where event.mother[product] == Int32(index) { decay += event.momentum(product) }
        largest = max(largest, abs(decay).max())
      }
    }
    return max(largest, abs(sum).max())
  }

  private func abs(_ vector: SIMD4<Double>) -> SIMD4<Double> { vector.replacing(with: -vector, where: vector .< 0) }

  @Test("conserves energy and momentum in the collision and in each decay, and makes two vertices of opposite charges")
  func conservation() throws {
    let generator = try InelasticDarkMatter(.init(), beams: detector.beams)
    for number in 0..<2000 {
      let event = event(UInt64(number), generator)
      #expect(imbalance(event) < 1e-9)
      let mothers = (0..<event.count).filter { event.status[$0] == GeneratedEvent.Status.decayed }
      #expect(mothers.map { event.pdg[$0] } == [InelasticDarkMatter.Code.darkHiggs, InelasticDarkMatter.Code.excited])
      for mother in mothers {
        let products = (0..<event.count).filter { event.mother[$0] == Int32(mother) }
        let charged = products.filter { event.pdg[$0] != InelasticDarkMatter.Code.darkMatter }
        #expect(charged.count == 2 && event.pdg[charged[0]] == -event.pdg[charged[1]])
        #expect(products.allSatisfy { event.vertex($0) == event.vertex(products[0]) })
      }
    }
  }

  @Test("gives the particles their masses, their lifetimes and all open decays alike")
  func massesAndLifetimes() throws {
    var model = InelasticDarkMatter.Model()
    model.darkHiggsMass = 0.5
    model.darkHiggsDecayLength = 3
    model.excitedDecayLength = 20
    let generator = try InelasticDarkMatter(model, beams: detector.beams)
    let count = 6000
    var lengths: [Int32: Double] = [:]
    var modes: [Int32: [Int32: Int]] = [:]
    for number in 0..<count {
      let event = event(UInt64(number), generator)
      for mother in 0..<event.count where event.status[mother] == GeneratedEvent.Status.decayed {
        let p = event.momentum(mother)
        let mass2: Double = p.w * p.w - p.x * p.x - p.y * p.y - p.z * p.z
        let expected = event.pdg[mother] == InelasticDarkMatter.Code.darkHiggs ? 0.5 : 1.4
        #expect(Swift.abs(mass2.squareRoot() - expected) < 1e-6)
        let products = (0..<event.count).filter { event.mother[$0] == Int32(mother) }
        let v = event.vertex(products[0])
        let size: Double = (p.x * p.x + p.y * p.y + p.z * p.z).squareRoot()
        let flight: Double = (v.x * v.x + v.y * v.y + v.z * v.z).squareRoot()
        lengths[event.pdg[mother], default: 0] += flight * expected / size / Double(count)
        let charged = products.filter { event.pdg[$0] != InelasticDarkMatter.Code.darkMatter }
        modes[event.pdg[mother], default: [:]][event.pdg[charged[0]], default: 0] += 1
      }
    }
    // The mean of n exponentials has a relative error of one over the root of n; five of these.
    let allowed = 5 / Double(count).squareRoot()
    #expect(Swift.abs((lengths[InelasticDarkMatter.Code.darkHiggs] ?? 0) / 3 - 1) < allowed, "\(lengths)")
    #expect(Swift.abs((lengths[InelasticDarkMatter.Code.excited] ?? 0) / 20 - 1) < allowed, "\(lengths)")
    let higgs = try #require(modes[InelasticDarkMatter.Code.darkHiggs])
    let excited = try #require(modes[InelasticDarkMatter.Code.excited])
    #expect(Set(higgs.keys) == [13, 211] && Set(excited.keys) == [11, 13, 211])
    for (_, found) in higgs { #expect(Swift.abs(Double(found) / Double(count) - 1 / 2) < 0.033) }
    for (_, found) in excited { #expect(Swift.abs(Double(found) / Double(count) - 1 / 3) < 0.031) }
  }

  @Test("has at rest in the centre of mass the even distribution of phase space: no particle prefers a direction")
  func isotropy() throws {
    let generator = try InelasticDarkMatter(.init(), beams: detector.beams)
    var forward = 0
    for number in 0..<4000 {
      let event = event(UInt64(number), generator)
      guard let index = (0..<event.count).first(where: { event.pdg[$0] == InelasticDarkMatter.Code.darkHiggs })
      else { continue }
      let p = event.momentum(index)
      let vector = detector.beams.centreOfMass.toCentreOfMass(FourVector(px: p.x, py: p.y, pz: p.z, energy: p.w))
      if vector.pz > 0 { forward += 1 }
    }
    #expect(Swift.abs(forward - 2000) < 5 * 32, "\(forward)")
  }

  @Test("refuses masses that the collision cannot make, closed decays and impossible lifetimes")
  func refusals() {
    func problem(_ change: (inout InelasticDarkMatter.Model) -> Void) -> String? {
      var model = InelasticDarkMatter.Model()
      change(&model)
      do {
        _ = try InelasticDarkMatter(model, beams: detector.beams)
        return nil
      } catch { return "\(error)" }
    }
    #expect(problem { _ in } == nil)
    #expect(problem { $0.darkMatterMass = 5 }?.contains("more than the collision gives") == true)
    #expect(problem { $0.darkHiggsMass = 0.2 }?.contains("too light") == true)
    #expect(problem { $0.massSplitting = 0.0005 }?.contains("too little") == true)
    #expect(problem { $0.massSplitting = -.infinity }?.hasPrefix("mass-splitting") == true)
    #expect(problem { $0.darkHiggsDecayLength = .nan }?.hasPrefix("dark-higgs-ctau") == true)
    #expect(problem { $0.excitedDecayLength = -1 }?.hasPrefix("excited-ctau") == true)
  }

  @Test("stands in a mixture with its model, and errors name line and key")
  func mixture() throws {
    func read(_ model: String) throws -> Mixture {
      try Mixture.parse(
        "mixture: test\nluminosity: 5e34\nseconds: 10\nprocesses:\n  - process: inelastic_dark_matter\n    events: 10\n\(model)",
        file: "test.yaml", detector: detector)
    }
    let standard = try read("")
    #expect(standard.entries[0].crossSection == 1e-6)
    #expect(standard.entries[0].supply == .inelasticDarkMatter(.init()))
    let chosen = try read("    cross-section: 2 fb\n    model: {dark-higgs-mass: 600 MeV, excited-ctau: 1 m}\n")
    guard case .inelasticDarkMatter(let model) = chosen.entries[0].supply else { return #expect(Bool(false)) }
    #expect(model.darkHiggsMass == 0.6 && model.excitedDecayLength == 100)
    let error = #expect(throws: MixtureError.self) { try read("    model: {dark-higgs-mass: 60 MeV}\n") }
    #expect(
      error.map { "\($0)".contains("test.yaml:7:") && "\($0)".contains("too light") } ?? false,
      "\(String(describing: error))")
    #expect(throws: MixtureError.self) { try read("    model: {dark-higs-mass: 1 GeV}\n") }
  }
}
