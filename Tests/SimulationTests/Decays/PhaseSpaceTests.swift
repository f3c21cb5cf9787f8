import Kinematics
import Simulation
import Statistics
import Testing

@Suite("Phase space of any number of particles")
struct PhaseSpaceTests {
  private func samples(_ masses: [Double], energy: Double, _ count: Int) -> [[FourVector]] {
    (0..<count).map { number in
      var random = CounterRandom(seed: 5, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      return PhaseSpace.momenta(of: masses, energy: energy, &random)
    }
  }

  @Test("energy and momentum are conserved and masses are kept, for one to six particles", arguments: 1...6)
  func conservation(count: Int) {
    let masses = (0..<count).map { 0.1 + 0.05 * Double($0) }
    let energy = count == 1 ? 0.1 : 5.28
    for momenta in samples(masses, energy: energy, 300) {
      let sum = momenta.reduce(FourVector.zero, +)
      #expect(sum.momentum.length < 1e-9 && abs(sum.energy - energy) < 1e-9)
      for (momentum, mass) in zip(momenta, masses) { #expect(abs(momentum.mass - mass) < 1e-6) }
    }
  }

  @Test("particles without mass have the energy moments of B(2, N - 2)", arguments: [3, 4, 5])
  func masslessMoments(count: Int) {
    let energy = 10.0
    let n = Double(count)
    let events = samples(Array(repeating: 0, count: count), energy: energy, 4000)
    for index in 0..<count {
      let shares = events.map { 2 * $0[index].energy / energy }
      #expect(meanAgrees(shares, with: 2 / n))
      #expect(meanAgrees(shares.map { $0 * $0 }, with: 6 / (n * (n + 1))))
      #expect(meanAgrees(events.map { $0[index].pz }, with: 0))
    }
  }

  @Test("the Dalitz plane of three particles is flat")
  func dalitz() {
    let masses = [0.49, 0.14, 0.3]
    let energy = 1.87
    var places: [Double] = []
    for momenta in samples(masses, energy: energy, 20_000) {
      // Where the mass of (1, 2) lies between its least and largest at the mass of (0, 1): uniform if the plane is flat.
      let first = momenta[0] + momenta[1]
      let second = (momenta[1] + momenta[2]).massSquared
      let mass = first.mass
      let inner = PhaseSpace.breakUpMomentum(mass, masses[0], masses[1])
      let outer = PhaseSpace.breakUpMomentum(energy, mass, masses[2]) * energy / mass
      let energies =
        (inner * inner + masses[1] * masses[1]).squareRoot() * (outer * outer + masses[2] * masses[2]).squareRoot()
      let middle = masses[1] * masses[1] + masses[2] * masses[2] + 2 * energies
      places.append((second - middle) / (2 * inner * outer))
    }
    var counts = Array(repeating: 0, count: 20)
    for place in places { counts[min(19, max(0, Int(10 * (place + 1))))] += 1 }
    // 55 in one of a million samples.
    #expect(pearson(counts, Array(repeating: 1, count: 20)) < 68)
  }

  @Test("four particles in pairs have the masses that two-body momenta give")
  func pairMass() {
    let energy = 3.0
    let mass = 0.2
    let events = samples([mass, mass, mass, mass], energy: energy, 20_000)
    // Density of the masses a of (0, 1) and b of (2, 3): p(energy; a, b) p(a) p(b), on a grid.
    var expected = 0.0
    var norm = 0.0
    let steps = 400
    for i in 0..<steps {
      let a = 2 * mass + (energy - 4 * mass) * (Double(i) + 0.5) / Double(steps)
      for j in 0..<steps {
        let b = 2 * mass + (energy - 4 * mass) * (Double(j) + 0.5) / Double(steps)
        guard a + b < energy else { continue }
        let density =
          PhaseSpace.breakUpMomentum(energy, a, b) * PhaseSpace.breakUpMomentum(a, mass, mass)
          * PhaseSpace.breakUpMomentum(b, mass, mass)
        expected += a * density
        norm += density
      }
    }
    expected /= norm
    for (first, second) in [(0, 1), (1, 3), (2, 3)] {
      #expect(meanAgrees(events.map { ($0[first] + $0[second]).mass }, with: expected))
    }
  }
}
