import Detector
import Foundation
import Kinematics
import Simulation
import Statistics
import Testing

/// Events of a built-in process, in the centre of mass of the nominal beams.
private struct Sample {
  var crossSection: (value: Double, error: Double)
  var aboveBound: Int
  /// Per event: the outgoing pair (electron or muon first) and the photons beside it.
  var events: [(pair: [FourVector], photons: [FourVector])] = []
  /// Largest violation of energy-momentum conservation, GeV.
  var imbalance = 0.0

  init(_ process: BornProcess, events count: Int, seed: UInt64) throws {
    let beams = try DetectorModel.belle2().beams
    var generator = PairProduction(process, beams: beams)
    var event = GeneratedEvent()
    for number in 0..<count {
      var random = CounterRandom(
        seed: seed, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      generator.generate(into: &event, &random)
      var balance = FourVector.zero
      var pair: [FourVector] = []
      var photons: [FourVector] = []
      for index in 0..<event.count {
        let p = event.momentum(index)
        let vector = FourVector(px: p.x, py: p.y, pz: p.z, energy: p.w)
        if event.status[index] == GeneratedEvent.Status.beam {
          balance += vector
        } else {
          balance = balance - vector
          let inCentreOfMass = beams.centreOfMass.toCentreOfMass(vector)
          if event.pdg[index] == 22 { photons.append(inCentreOfMass) } else { pair.append(inCentreOfMass) }
        }
      }
      if process == .photonPair {
        photons.sort { $0.energy > $1.energy }
        pair = Array(photons.prefix(2))
        photons.removeFirst(2)
      }
      imbalance = max(imbalance, balance.momentum.length, abs(balance.energy))
      events.append((pair, photons))
    }
    crossSection = generator.crossSection
    aboveBound = generator.aboveBound
  }
}

/// Pearson's chi-squared of counts against expected fractions, and its degrees of freedom.
private func chiSquared(_ counts: [Int], _ fractions: [Double]) -> (value: Double, degrees: Int) {
  let total = Double(counts.reduce(0, +))
  var value = 0.0
  for (count, fraction) in zip(counts, fractions) {
    let expected = total * fraction
    value += (Double(count) - expected) * (Double(count) - expected) / expected
  }
  return (value, counts.count - 1)
}

/// Chi-squared below this in all but one of a million samples (Wilson-Hilferty).
private func limit(_ degrees: Int) -> Double {
  let n = Double(degrees)
  let base = 1 - 2 / (9 * n) + 4.75 * (2 / (9 * n)).squareRoot()
  return n * base * base * base
}

@Suite("Generators of quantum electrodynamics")
struct PairProductionTests {
  @Test("energy and momentum are conserved, no weight exceeds the bound", arguments: BornProcess.allCases)
  func conservation(process: BornProcess) throws {
    let sample = try Sample(process, events: 5000, seed: 11)
    #expect(sample.imbalance < 1e-8)
    #expect(sample.aboveBound == 0)
  }

  @Test(
    "cross-sections agree with the table of processes to the few per cent that leading logarithms leave",
    arguments: zip(BornProcess.allCases, [0.02, 0.02, 0.02, 0.04]))
  func crossSections(process: BornProcess, tolerance: Double) throws {
    let expected = try DetectorModel.belle2().processes.named(process.rawValue).crossSection
    let measured = try Sample(process, events: 20_000, seed: 12).crossSection
    #expect(
      abs(measured.value / expected - 1) < tolerance + 4 * measured.error / expected,
      "\(measured.value) +- \(measured.error) nb, table \(expected)")
    #expect(measured.error / measured.value < 0.01)
  }

  @Test("without radiation, muons follow 1 + cos^2 and photons (1 + cos^2)/(1 - cos^2)")
  func lowestOrderAngles() throws {
    for process in [BornProcess.muonPair, .photonPair] {
      let sample = try Sample(process, events: 30_000, seed: 13)
      let bins = 20
      let edge = process.largestCosine
      var counts = Array(repeating: 0, count: bins)
      var used = 0
      for event in sample.events where event.photons.allSatisfy({ $0.energy < 0.001 }) {
        let cosine = cos(event.pair[0].theta)
        let bin = Int((cosine + edge) / (2 * edge) * Double(bins))
        guard counts.indices.contains(bin) else { continue }
        counts[bin] += 1
        used += 1
      }
      #expect(used > 5000)
      // Integrals of the lowest-order distributions over the bins.
      func integral(_ c: Double) -> Double {
        process == .muonPair ? c + c * c * c / 3 : log((1 + c) / (1 - c)) - c
      }
      let fractions = (0..<bins).map { bin in
        let low = edge * (2 * Double(bin) / Double(bins) - 1)
        let high = edge * (2 * Double(bin + 1) / Double(bins) - 1)
        return (integral(high) - integral(low)) / (integral(edge) - integral(-edge))
      }
      // Photons are identical: which comes first carries no meaning, the energies order them.
      let (value, degrees) = chiSquared(counts, fractions)
      #expect(value < limit(degrees), "\(process): chi2 \(value) for \(degrees)")
    }
  }

  @Test("lowest-order totals: 4 pi alpha^2/(3 s) for muons and the logarithm for photons")
  func lowestOrderTotals() {
    let s = 111.92
    let steps = 20_000
    func total(_ process: BornProcess) -> Double {
      let edge = process.largestCosine
      let width = 2 * edge / Double(steps)
      return (0..<steps).reduce(0) {
        $0 + width * process.differentialCrossSection(cosine: -edge + (Double($1) + 0.5) * width, s: s)
      }
    }
    // 86.85 nb/s at fixed coupling; the running coupling adds 7.9 % at 10.58 GeV; the muon mass takes 6 v^4 ~ 1e-7.
    #expect(abs(total(.muonPair) / (86.848 / s) - 1.079) < 0.002)
    let edge = BornProcess.photonPair.largestCosine
    let scale = 2 * Double.pi * 20.735 / s
    #expect(abs(total(.photonPair) / (scale * (log((1 + edge) / (1 - edge)) - edge)) - 1) < 0.001)
    // Bhabha scattering with equal couplings: pi alpha^2/(2 s) ((3 + c^2)/(1 - c))^2, enhanced by at most the coupling at s.
    for cosine in [-0.9, -0.3, 0, 0.5, 0.95] {
      let shape = (3 + cosine * cosine) / (1 - cosine)
      let bare = 0.5 * Double.pi * 20.735 / s * shape * shape
      let ratio = BornProcess.bhabha.differentialCrossSection(cosine: cosine, s: s) / bare
      #expect(ratio > 1.02 && ratio < 1.08, "\(cosine): \(ratio)")
    }
  }

  @Test("Bhabha angles, acollinearity and photons agree with BabaYaga@NLO")
  func bhabhaAgainstBabaYaga() throws {
    // 6000 events of BabaYaga@NLO (exponentiated, 10 to 170 degrees): counts per bin.
    let angleEdges = [10.0, 12, 15, 20, 30, 45, 60, 90, 170]
    let angleCounts = [1751, 1526, 1224, 881, 369, 116, 86, 47]
    let photonEdges = [0, 0.001, 0.01, 0.1, 0.5, 1, 2, 4]
    let photonCounts = [2012, 766, 1083, 928, 407, 406, 307]
    let acollinearityEdges = [0, 0.1, 1, 5, 10, 20, 45]
    let acollinearityCounts = [4024, 1014, 570, 157, 113, 69]
    let sample = try Sample(.bhabha, events: 20_000, seed: 14)
    func compare(
      _ name: String, _ edges: [Double], _ reference: [Int], _ value: (([FourVector], [FourVector])) -> Double
    ) {
      var counts = Array(repeating: 0, count: reference.count)
      for event in sample.events {
        let x = value(event)
        if let bin = edges.indices.dropLast().last(where: { x >= edges[$0] }), x < edges[bin + 1] { counts[bin] += 1 }
      }
      // Two samples of different size; 5 % of each bin are granted to the missing higher orders.
      let mine = Double(counts.reduce(0, +))
      let theirs = Double(reference.reduce(0, +))
      var chi = 0.0
      for (a, b) in zip(counts, reference) {
        let difference = Double(a) / mine - Double(b) / theirs
        let variance = Double(a) / (mine * mine) + Double(b) / (theirs * theirs)
        let granted = 0.05 * Double(b) / theirs
        chi += difference * difference / (variance + granted * granted)
      }
      #expect(chi < limit(reference.count - 1), "\(name): chi2 \(chi), \(counts)")
    }
    compare("angle", angleEdges, angleCounts) { $0.0[0].theta / Units.degree }
    compare("photon", photonEdges, photonCounts) { $0.1.map(\.energy).max() ?? 0 }
    compare("acollinearity", acollinearityEdges, acollinearityCounts) {
      180 - $0.0[0].momentum.angle(to: $0.0[1].momentum) / Units.degree
    }
  }

  @Test("an event depends on its key only, not on the events before it")
  func determinism() throws {
    let beams = try DetectorModel.belle2().beams
    var first = PairProduction(.bhabha, beams: beams)
    var second = PairProduction(.bhabha, beams: beams)
    var a = GeneratedEvent()
    var b = GeneratedEvent()
    for number in [3, 1, 2] as [UInt64] {
      var random = CounterRandom(seed: 5, experiment: 1, run: 2, event: number, purpose: .generation)
      first.generate(into: &a, &random)
    }
    var random = CounterRandom(seed: 5, experiment: 1, run: 2, event: 2, purpose: .generation)
    second.generate(into: &b, &random)
    #expect(a == b)
    #expect(a.count >= 4)
  }
}

@Suite("Particle gun")
struct ParticleGunTests {
  @Test("particles fill the ranges evenly and are the ones asked for")
  func ranges() throws {
    let gun = try ParticleGun(
      particles: ["mu-", "e+"], momentum: 0.5...3, isTransverse: true, thetaDegrees: 35...127, vertexZ: -20...20)
    var event = GeneratedEvent()
    var muons = 0
    var sum = 0.0
    let count = 4000
    for number in 0..<count {
      var random = CounterRandom(seed: 1, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      gun.generate(into: &event, &random)
      #expect(event.count == 1)
      let p = event.momentum(0)
      let vector = FourVector(px: p.x, py: p.y, pz: p.z, energy: p.w)
      #expect((0.5 - 1e-9...3 + 1e-9).contains(vector.pT))
      #expect((35 - 1e-9...127 + 1e-9).contains(vector.theta / Units.degree))
      #expect(abs(event.z[0]) <= 20)
      #expect([13, -11].contains(event.pdg[0]))
      if event.pdg[0] == 13 { muons += 1 }
      sum += vector.pT
    }
    #expect(abs(Double(muons) - 2000) < 5 * 31.6)
    #expect(abs(sum / Double(count) - 1.75) < 5 * 0.722 / 63.2)
  }

  @Test("impossible settings are refused with the setting's name")
  func errors() throws {
    func setting(_ make: () throws -> some Any) -> String? {
      do {
        _ = try make()
        return nil
      } catch let error as GeneratorSettingError {
        return error.setting
      } catch {
        return "another error"
      }
    }
    func gun(_ names: [String], _ p: ClosedRange<Double>, _ theta: ClosedRange<Double>) throws -> ParticleGun {
      try ParticleGun(particles: names, momentum: p, isTransverse: false, thetaDegrees: theta, vertexZ: 0...0)
    }
    #expect(setting { try gun(["muon"], 1...2, 30...90) } == "particle")
    #expect(setting { try gun([], 1...2, 30...90) } == "particle")
    #expect(setting { try gun(["mu-"], 0...2, 30...90) } == "momentum")
    #expect(setting { try gun(["mu-"], 1...2, 0...90) } == "theta")
    #expect(try ParticleGun.range("0.5:3", setting: "momentum") == 0.5...3)
    #expect(try ParticleGun.range("2", setting: "momentum") == 2...2)
    for bad in ["", "a:b", "3:1", "1:2:3", "nan", "1:", "inf:inf"] {
      #expect(setting { try ParticleGun.range(bad, setting: "momentum") } == "momentum", "\(bad)")
    }
  }
}
