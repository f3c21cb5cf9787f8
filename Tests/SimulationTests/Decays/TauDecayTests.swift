import Kinematics
import Simulation
import Statistics
import Testing

@Suite("Decays of tau leptons")
struct TauDecayTests {
  private func decays(_ count: Int, pdg: Int32 = 15, isOneProng: Bool = false) -> [[(pdg: Int32, momentum: FourVector)]]
  {
    (0..<count).map { number in
      var random = CounterRandom(seed: 6, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      return TauDecays.draw(pdg: pdg, isOneProng: isOneProng, &random)
    }
  }

  @Test("conserve charge, energy and momentum, for both charges", arguments: [15, -15] as [Int32])
  func conservation(pdg: Int32) {
    for products in decays(3000, pdg: pdg) {
      let sum = products.reduce(FourVector.zero) { $0 + $1.momentum }
      #expect(sum.momentum.length < 1e-9 && abs(sum.energy - Mass.tau) < 1e-9)
      #expect(products.reduce(0) { $0 + (ParticleTable.charge(of: $1.pdg) ?? 0) } == (pdg > 0 ? -1 : 1))
      #expect(products.last?.pdg == (pdg > 0 ? 16 : -16))
    }
  }

  @Test("have the fractions of the Particle Data Group, and one charged particle if only such are wanted")
  func fractions() {
    let all = decays(20_000)
    func share(_ codes: [Int32]) -> Double { Double(all.count { $0.map(\.pdg) == codes }) / Double(all.count) }
    for (codes, fraction) in [
      ([11, -12, 16], 0.1782), ([13, -14, 16], 0.1739), ([-211, 16], 0.1082), ([-211, 111, 16], 0.2549),
      ([-211, -211, 211, 16], 0.0899),
    ] as [([Int32], Double)] {
      // The modes listed are 97.6 % of all.
      let expected = fraction / 0.9755
      #expect(abs(share(codes) - expected) < 5 * (expected / 20_000).squareRoot())
    }
    for products in decays(2000, isOneProng: true) {
      #expect(products.count { ParticleTable.charge(of: $0.pdg) ?? 0 != 0 } == 1)
    }
  }

  @Test("electrons have the Michel spectrum: a mean of 0.7 of the largest energy, and 22/45 of its square")
  func michel() {
    let shares = decays(20_000).filter { $0[0].pdg == 11 }.map { 2 * $0[0].momentum.energy / Mass.tau }
    #expect(meanAgrees(shares, with: 0.7))
    // Integral of 2 x^4 (3 - 2 x).
    #expect(meanAgrees(shares.map { $0 * $0 }, with: 6.0 / 5 - 4.0 / 6))
  }

  @Test("two pions come from a rho with the angles of its polarisations")
  func rho() {
    let pairs = decays(40_000).filter { $0.map(\.pdg) == [-211, 111, 16] }
    var values: [Double] = []
    var inPeak = 0
    for products in pairs {
      let system = products[0].momentum + products[1].momentum
      guard abs(system.mass - 0.7755) < 0.1 else { continue }
      inPeak += 1
      guard let boost = Boost(toRestFrameOf: system) else { continue }
      let pion = boost.apply(products[0].momentum).momentum.unit
      let cosine = pion.dot(system.momentum.unit)
      // Longitudinal m^2/Q^2 cos^2, transverse sin^2: the mean of cos^2 at this mass, removed.
      let ratio = Mass.tau * Mass.tau / system.massSquared
      values.append(cosine * cosine - (ratio / 5 + 2.0 / 15) / (ratio / 3 + 2.0 / 3))
    }
    #expect(Double(inPeak) > 0.6 * Double(pairs.count))
    #expect(meanAgrees(values, with: 0))
  }
}
