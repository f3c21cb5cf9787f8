import Foundation
import Statistics
import Testing

@Suite("Counter-based random numbers")
struct CounterRandomTests {
  @Test("Philox4x32-10 reproduces the known-answer vectors of the Random123 library")
  func knownAnswers() {
    let zero = Philox4x32.block(counter: .init(repeating: 0), key: .init(repeating: 0))
    #expect(zero == .init(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    let ones = Philox4x32.block(counter: .init(repeating: .max), key: .init(repeating: .max))
    #expect(ones == .init(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    let pi = Philox4x32.block(
      counter: .init(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: .init(0xa409_3822, 0x299f_31d0))
    #expect(pi == .init(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test("Numbers drawn many at once are those drawn one by one, wherever one begins and ends")
  func manyAtOnce() {
    for before in 0..<3 {
      for count in [0, 1, 2, 15, 16, 17, 33, 64] {
        var one = CounterRandom(seed: 1 << 33 | 5, experiment: 7, run: 1 << 31, event: 1 << 63 | 9, purpose: .decay)
        var many = one
        for _ in 0..<before { #expect(one.next() == many.next()) }
        var numbers = [UInt64](repeating: 0, count: count)
        numbers.withUnsafeMutableBufferPointer { many.next(into: $0) }
        #expect(numbers == (0..<count).map { _ in one.next() })
        #expect(one.next() == many.next())
      }
    }
  }

  @Test("Each of the five keys changes the sequence, and equal keys give equal sequences")
  func keys() {
    let first = { (seed: UInt64, experiment: UInt16, run: UInt32, event: UInt64, purpose: UInt32) -> [UInt64] in
      var random = CounterRandom(
        seed: seed, experiment: experiment, run: run, event: event, purpose: RandomPurpose(rawValue: purpose))
      return (0..<8).map { _ in random.next() }
    }
    let reference = first(1, 2, 3, 4, 5)
    #expect(reference == first(1, 2, 3, 4, 5))
    let others = [
      first(1 << 40, 2, 3, 4, 5), first(1, 3, 3, 4, 5), first(1, 2, 4, 4, 5), first(1, 2, 3, 4 | 1 << 40, 5),
      first(1, 2, 3, 4, 6),
    ]
    for other in others { #expect(Set(other).isDisjoint(with: reference)) }
  }

  @Test("The hash of an event is the first number of its sequence")
  func hashIsFirstNumber() {
    for event in [0, 1, UInt64.max] {
      var random = CounterRandom(seed: 9, experiment: 7, run: 5, event: event, purpose: .prescale)
      let hash = CounterRandom.hash(seed: 9, experiment: 7, run: 5, event: event, purpose: .prescale)
      #expect(random.next() == hash)
      #expect(EventHash(seed: 9, experiment: 7, run: 5, purpose: .prescale)(event: event) == hash)
    }
  }

  @Test("Uniform numbers fill 100 bins with the fluctuations of a multinomial distribution")
  func uniformity() {
    var random = CounterRandom(seed: 11, purpose: .pseudoExperiment)
    let total = 200_000
    var counts = [Int](repeating: 0, count: 100)
    for _ in 0..<total { counts[Int(random.uniform() * 100)] += 1 }
    let expected = Double(total) / 100
    let chi2 = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // 99 degrees of freedom: 1e-4 on either side.
    #expect(chi2 > 52 && chi2 < 161)
  }

  @Test("Gaussian numbers have the moments and the tails of the normal distribution")
  func gaussianMoments() {
    var random = CounterRandom(seed: 12, purpose: .pseudoExperiment)
    let total = 400_000
    var sums = [Double](repeating: 0, count: 4)
    var beyond2 = 0
    for _ in 0..<total {
      let x = random.gaussian()
      for power in 0..<4 { sums[power] += pow(x, Double(power + 1)) }
      if x > 2 { beyond2 += 1 }
    }
    let n = Double(total)
    // Each moment's own standard error: sqrt of 1, 2, 15 and 96 over n.
    #expect(abs(sums[0] / n) < 4 * (1 / n).squareRoot())
    #expect(abs(sums[1] / n - 1) < 4 * (2 / n).squareRoot())
    #expect(abs(sums[2] / n) < 4 * (15 / n).squareRoot())
    #expect(abs(sums[3] / n - 3) < 4 * (96 / n).squareRoot())
    let p = 0.022750131948179
    #expect(abs(Double(beyond2) - n * p) < 4 * (n * p * (1 - p)).squareRoot())
  }

  @Test(
    "Poisson numbers have the mean, the variance and the probability of zero of their distribution",
    arguments: [0.01, 0.5, 3, 11.9, 12.1, 40, 1234.5, 1e7])
  func poissonMoments(mean: Double) {
    var random = CounterRandom(seed: 13, purpose: .pseudoExperiment, stream: UInt64(mean * 100))
    let total = 50_000
    var sum = 0.0
    var squares = 0.0
    var zeros = 0
    for _ in 0..<total {
      let count = random.poisson(mean)
      let x = Double(count) - mean
      sum += x
      squares += x * x
      if count == 0 { zeros += 1 }
    }
    let n = Double(total)
    #expect(abs(sum / n) < 4 * (mean / n).squareRoot())
    #expect(abs(squares / n - mean) < 4 * ((mean + 2 * mean * mean) / n).squareRoot())
    let p = exp(-mean)
    #expect(abs(Double(zeros) - n * p) <= 4 * (n * p * (1 - p)).squareRoot() + 1)
  }

  @Test("Hostile means do not trap")
  func hostileMeans() {
    var random = CounterRandom(seed: 14, purpose: .pseudoExperiment)
    #expect(random.poisson(.nan) == 0)
    #expect(random.poisson(-1) == 0)
    #expect(random.poisson(.infinity) > 0)
    #expect(random.integer(below: 0) == 0)
    #expect(random.binomial(trials: -1, probability: 0.5) == 0)
  }

  @Test("Integers below a bound are equally likely")
  func integers() {
    var random = CounterRandom(seed: 15, purpose: .pseudoExperiment)
    var counts = [Double](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[Int(random.integer(below: 7))] += 1 }
    let chi2 = counts.reduce(0.0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 }
    #expect(chi2 < 27.9)  // 6 degrees of freedom, probability 1e-4
  }

  @Test("The portable logarithm, exponential and log-factorial agree with the C library")
  func portableMath() {
    var random = CounterRandom(seed: 16, purpose: .pseudoExperiment)
    for _ in 0..<20_000 {
      let x = random.uniform(-700, 700)
      #expect(abs(PortableMath.exp(x) / exp(x) - 1) < 4e-16)
      let y = exp(x)
      #expect(abs(PortableMath.log(y) - log(y)) <= 3e-16 * max(1, abs(log(y))))
    }
    for count in [0.0, 1, 2, 5, 15, 16, 17, 100, 1e4, 1e9] {
      #expect(abs(PortableMath.logFactorial(count) - lgamma(count + 1)) <= 4e-15 * max(1, lgamma(count + 1)))
    }
    #expect(PortableMath.log(0) == -.infinity)
    #expect(PortableMath.log(-1).isNaN)
  }

  @Test("A sequence drawn today is drawn for ever: its first numbers are written down here")
  func goldenSequence() {
    var random = CounterRandom(seed: 1, experiment: 2, run: 3, event: 4, purpose: .generation)
    let words = (0..<3).map { _ in random.next() }
    #expect(words == [7_250_714_212_209_887_829, 16_933_161_286_224_108_851, 9_424_491_059_476_563_548])
  }
}
