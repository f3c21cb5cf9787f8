import Foundation
import Statistics
import TestSupport
import Testing

/// Largest relative difference of two lists of numbers.
private func largestDifference(_ ours: [Double], _ theirs: [Double]) -> Double {
  zip(ours, theirs).map { our, their in
    our == their ? 0 : abs(our - their) / max(abs(their), 1e-300)
  }.max() ?? .infinity
}

@Suite("Distributions against scipy", .enabled(if: PythonReferee.isInstalled, "needs scipy in .venv, see make test"))
struct DistributionRefereeTests {
  private func betaPoints() -> [[Double]] {
    var random = CounterRandom(seed: 31, purpose: .pseudoExperiment)
    var points: [[Double]] = []
    for _ in 0..<600 {
      let a = exp(random.uniform(-1, 13))
      let b = exp(random.uniform(-1, 13))
      let width = (a * b / (a + b + 1)).squareRoot() / (a + b)
      let x = min(max(a / (a + b) + random.uniform(-4, 4) * width, 1e-12), 1 - 1e-12)
      points.append([a, b, x])
    }
    return points
  }

  @Test("The incomplete beta function agrees to 1e-12, and within the rounding of its argument for huge parameters")
  func beta() throws {
    let points = betaPoints()
    let theirs = try PythonReferee.numbers(
      "from scipy.special import betainc\nprint(json.dumps([float(betainc(a, b, x)) for a, b, x in input]))",
      input: points)
    let ours = points.map { BetaDistribution.cumulative($0[2], a: $0[0], b: $0[1]) }
    // The last bit of x alone changes the function by up to 1e-16 times the larger parameter.
    for (point, pair) in zip(points, zip(ours, theirs)) {
      #expect(abs(pair.0 - pair.1) <= max(1e-12, 2e-16 * max(point[0], point[1])) * pair.1)
    }
  }

  @Test("The quantile of the beta distribution agrees to 1e-11 and inverts the distribution function")
  func betaQuantile() throws {
    var random = CounterRandom(seed: 32, purpose: .pseudoExperiment)
    let points = betaPoints().map { [$0[0], $0[1], random.uniform(1e-6, 1)] }
    let theirs = try PythonReferee.numbers(
      "from scipy.special import betaincinv\nprint(json.dumps([float(betaincinv(a, b, p)) for a, b, p in input]))",
      input: points)
    let ours = points.map { BetaDistribution.quantile($0[2], a: $0[0], b: $0[1]) }
    #expect(largestDifference(ours, theirs) < 1e-11)
    for (point, x) in zip(points, ours) {
      #expect(abs(BetaDistribution.cumulative(x, a: point[0], b: point[1]) - point[2]) < 2e-10)
    }
  }

  @Test("The incomplete gamma functions and their inverses agree to 1e-12")
  func gamma() throws {
    var random = CounterRandom(seed: 33, purpose: .pseudoExperiment)
    var points: [[Double]] = []
    for _ in 0..<800 {
      let shape = exp(random.uniform(-1, 13))
      let x = max(shape + random.uniform(-4, 6) * shape.squareRoot(), 1e-6)
      points.append([shape, x, random.uniform(1e-6, 1)])
    }
    let theirs = try PythonReferee.numbers(
      """
      from scipy.special import gammainc, gammaincc, gammaincinv, gammainccinv
      print(json.dumps([float(v) for a, x, p in input
        for v in (gammainc(a, x), gammaincc(a, x), gammaincinv(a, p), gammainccinv(a, p))]))
      """, input: points)
    let ours = points.flatMap { point in
      [
        GammaDistribution.cumulative(point[1], shape: point[0]), GammaDistribution.tail(point[1], shape: point[0]),
        GammaDistribution.quantile(point[2], shape: point[0]),
        GammaDistribution.upperQuantile(point[2], shape: point[0]),
      ]
    }
    for offset in 0..<4 {
      let our = stride(from: offset, to: ours.count, by: 4).map { ours[$0] }
      let their = stride(from: offset, to: theirs.count, by: 4).map { theirs[$0] }
      #expect(largestDifference(our, their) < 1e-11, "function \(offset)")
    }
  }

  @Test("The normal distribution and its quantile agree to 1e-14 and better than 1e-12 in the tails")
  func normal() throws {
    var points = (1...400).map { [Double($0) * 0.02 - 4, Double($0) / 401] }
    points += [[-20, 1e-300], [-37, 1e-18], [8.1, 1 - 1e-10]]
    let theirs = try PythonReferee.numbers(
      """
      from scipy.stats import norm
      print(json.dumps([float(v) for x, p in input for v in (norm.cdf(x), norm.sf(x), norm.ppf(p))]))
      """, input: points)
    let ours = points.flatMap {
      [NormalDistribution.cumulative($0[0]), NormalDistribution.tail($0[0]), NormalDistribution.quantile($0[1])]
    }
    #expect(largestDifference(ours, theirs) < 1e-12)
  }

  @Test("Binomial and Poisson probabilities agree to 1e-12 also for large counts")
  func discrete() throws {
    let points: [[Double]] = [
      [3, 10, 0.2], [0, 10, 0.2], [10, 10, 0.2], [10_000, 20_000, 0.5], [1000, 20_000, 0.05], [17, 40, 0.9],
    ]
    let theirs = try PythonReferee.numbers(
      """
      from decimal import Decimal, getcontext
      from math import comb, factorial
      getcontext().prec = 60
      getcontext().Emax, getcontext().Emin = 10**9, -10**9
      def b(k, n, p): return Decimal(comb(n, k)) * p**k * (1 - p)**(n - k)
      def q(k, m): return (-m).exp() * m**k / Decimal(factorial(k))
      print(json.dumps([float(v) for k, n, p in input
        for v in (b(int(k), int(n), Decimal(p)), q(int(k), Decimal(n * p)))]))
      """, input: points)
    let ours = points.flatMap {
      [
        BinomialDistribution.probability(Int($0[0]), trials: Int($0[1]), probability: $0[2]),
        PoissonDistribution.probability(Int($0[0]), mean: $0[1] * $0[2]),
      ]
    }
    #expect(largestDifference(ours, theirs) < 1e-11)
  }
}

@Suite("Distributions at their edges")
struct DistributionEdgeTests {
  @Test("Impossible parameters give NaN, limits give limits")
  func edges() {
    #expect(BetaDistribution.cumulative(0.5, a: -1, b: 2).isNaN)
    #expect(BetaDistribution.quantile(1.5, a: 1, b: 2).isNaN)
    #expect(BetaDistribution.quantile(0, a: 1, b: 2) == 0)
    #expect(BetaDistribution.cumulative(2, a: 1, b: 2) == 1)
    #expect(GammaDistribution.cumulative(0, shape: 2) == 0)
    #expect(GammaDistribution.cumulative(.infinity, shape: 2) == 1)
    #expect(GammaDistribution.quantile(0.5, shape: 0).isNaN)
    #expect(NormalDistribution.quantile(0) == -.infinity)
    #expect(NormalDistribution.quantile(2).isNaN)
    #expect(BinomialDistribution.cumulative(-1, trials: 3, probability: 0.5) == 0)
    #expect(BinomialDistribution.cumulative(3, trials: 3, probability: 0.5) == 1)
    #expect(PoissonDistribution.cumulative(0, mean: 0) == 1)
  }

  @Test("Cumulative probabilities are the sums of their terms")
  func sums() {
    var binomial = 0.0
    var poisson = 0.0
    for count in 0..<20 {
      binomial += BinomialDistribution.probability(count, trials: 25, probability: 0.3)
      poisson += PoissonDistribution.probability(count, mean: 7.5)
      #expect(abs(BinomialDistribution.cumulative(count, trials: 25, probability: 0.3) - binomial) < 1e-13)
      #expect(abs(PoissonDistribution.cumulative(count, mean: 7.5) - poisson) < 1e-13)
      #expect(abs(PoissonDistribution.atLeast(count + 1, mean: 7.5) - (1 - poisson)) < 1e-13)
      #expect(abs(BinomialDistribution.atLeast(count + 1, trials: 25, probability: 0.3) - (1 - binomial)) < 1e-13)
    }
  }

  @Test("Chi-square tails: 3.84 is the 95 % point of one degree of freedom")
  func chiSquare() {
    #expect(abs(ChiSquareDistribution.tail(3.841458820694124, degrees: 1) - 0.05) < 1e-14)
    #expect(ChiSquareDistribution.tail(0, degrees: 5) == 1)
  }

  @Test("Probabilities are printed in percent without false digits")
  func percent() {
    #expect(percentText(0.682689492) == "68.27 %")
    #expect(percentText(0.9) == "90 %")
    #expect(percentText(0.955) == "95.5 %")
    #expect(percentText(0.9905) == "99.05 %")
  }
}
