import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Errors of templates and histograms of weights")
struct TemplateErrorTests {
  private static let bins = 30
  private static let signal = (0..<bins).map { bin -> Double in
    let x = (Double(bin) + 0.5) / Double(bins)
    return exp(-0.5 * (x - 0.4) * (x - 0.4) / 0.01)
  }
  private static let background = (0..<bins).map { exp(-2 * (Double($0) + 0.5) / Double(bins)) }

  private static func normalized(_ values: [Double]) -> [Double] {
    let sum = values.reduce(0, +)
    return values.map { $0 / sum }
  }

  private static func fit(
    _ counts: [Double], _ signal: [Double], _ background: [Double], errors: Bool
  ) throws -> SpectrumFit {
    let components = [("signal", signal), ("background", background)].map { name, contents in
      SpectrumComponent(
        yield: name, form: SpectrumComponent.simulated(contents, variances: errors ? contents : []))
    }
    return try SpectrumFit(
      [SpectrumModel(counts: counts, components: components)],
      parameters: [FitParameter("signal", start: 300), FitParameter("background", start: 2000)])
  }

  /// Mean and standard deviation of pulls.
  private struct Pulls {
    var count = 0.0
    var sum = 0.0
    var squares = 0.0

    mutating func add(_ pull: Double) {
      count += 1
      sum += pull
      squares += pull * pull
    }

    var mean: Double { sum / count }
    var width: Double { (squares / count - mean * mean).squareRoot() }
  }

  /// Toys of the small tests; SLUICE_TOYS asks for more.
  static let toys = ProcessInfo.processInfo.environment["SLUICE_TOYS"].flatMap { Int($0) } ?? 4000

  @Test(
    "Yields from templates of few simulated events have pulls of mean 0 and width 1; without their errors, far from it")
  func pulls() throws {
    let shapes = (Self.normalized(Self.signal), Self.normalized(Self.background))
    var with = Pulls()
    var without = Pulls()
    for toy in 0..<Self.toys {
      var random = CounterRandom(seed: 201, purpose: .pseudoExperiment, stream: UInt64(toy))
      let counts = (0..<Self.bins).map { Double(random.poisson(400 * shapes.0[$0] + 2000 * shapes.1[$0])) }
      let signal = shapes.0.map { Double(random.poisson(1500 * $0)) }
      let background = shapes.1.map { Double(random.poisson(2500 * $0)) }
      let fit = try Self.fit(counts, signal, background, errors: true)
      with.add((try #require(fit.value("signal")) - 400) / (try #require(fit.error("signal"))))
      let plain = try Self.fit(counts, signal, background, errors: false)
      without.add((try #require(plain.value("signal")) - 400) / (try #require(plain.error("signal"))))
    }
    let error = 1 / (2 * with.count).squareRoot()
    print("template pulls: \(with.mean) \(with.width), without errors \(without.mean) \(without.width)")
    #expect(abs(with.mean) < 0.05 + 2 * error, "\(with.mean)")
    #expect(abs(with.width - 1) < 0.03 + 2 * error, "\(with.width)")
    #expect(without.width > 1.2, "\(without.width)")
  }

  @Test(
    "Yields, errors and deviance are those of iminuit's template cost",
    .enabled(if: PythonReferee.isInstalled, "needs iminuit")
  )
  func minuit() throws {
    var random = CounterRandom(seed: 202, purpose: .pseudoExperiment)
    let shapes = (Self.normalized(Self.signal), Self.normalized(Self.background))
    let counts = (0..<Self.bins).map { Double(random.poisson(150 * shapes.0[$0] + 900 * shapes.1[$0])) }
    // Nowhere empty, so that both sum over the same bins.
    let signal = shapes.0.map { Double(random.poisson(500 * $0)) + 1 }
    let background = shapes.1.map { Double(random.poisson(800 * $0)) + 1 }
    let fit = try Self.fit(counts, signal, background, errors: true)
    let interval = try fit.interval("signal")
    let theirs = try PythonReferee.numbers(
      """
      import numpy as np
      from scipy.optimize import brentq
      from iminuit import Minuit
      from iminuit.cost import Template
      n, s, b = (np.array(x) for x in input)
      c = Template(n, np.arange(len(n) + 1.0), (s, b), method='da')
      m = Minuit(c, 300, 2000); m.strategy = 2; m.tol = 1e-6
      for _ in range(3): m.migrad()
      m.hesse()
      def rise(y):
        f = Minuit(c, y, m.values[1]); f.fixed[0] = True; f.strategy = 2; f.tol = 1e-6
        f.migrad(); f.migrad()
        return f.fval - m.fval
      up = brentq(lambda y: rise(y) - 1, m.values[0] + 0.3*m.errors[0], m.values[0] + 3*m.errors[0], xtol=1e-5)
      print(json.dumps([m.values[0], m.values[1], m.errors[0], m.errors[1], m.fval, up]))
      """, input: [counts, signal, background])
    let error = try #require(fit.error("signal"))
    #expect(abs(try #require(fit.value("signal")) - theirs[0]) < 1e-3 * error)
    #expect(abs(try #require(fit.value("background")) - theirs[1]) < 1e-3 * theirs[3])
    #expect(abs(error / theirs[2] - 1) < 2e-3, "\(error) \(theirs[2])")
    #expect(abs(try #require(fit.error("background")) / theirs[3] - 1) < 2e-3)
    #expect(abs(fit.deviance - theirs[4]) < 1e-4, "\(fit.deviance) \(theirs[4])")
    #expect(abs(interval.high - theirs[5]) < 2e-3 * error)
  }

  @Test("Large simulated samples give the fit without errors, and toys of a template fit draw the templates too")
  func limits() throws {
    var random = CounterRandom(seed: 203, purpose: .pseudoExperiment)
    let shapes = (Self.normalized(Self.signal), Self.normalized(Self.background))
    let counts = (0..<Self.bins).map { Double(random.poisson(400 * shapes.0[$0] + 2000 * shapes.1[$0])) }
    let large = try Self.fit(counts, shapes.0.map { $0 * 1e12 }, shapes.1.map { $0 * 1e12 }, errors: true)
    let plain = try Self.fit(counts, shapes.0, shapes.1, errors: false)
    let error = try #require(plain.error("signal"))
    #expect(abs(try #require(large.value("signal")) - (try #require(plain.value("signal")))) < 1e-5 * error)
    #expect(abs(try #require(large.error("signal")) / error - 1) < 1e-5)
    let small = try Self.fit(counts, shapes.0.map { $0 * 2000 }, shapes.1.map { $0 * 3000 }, errors: true)
    #expect(try #require(small.error("signal")) > 1.15 * error)
    let study = try PullStudy(of: try SpectrumSignal(small, of: "signal"), signal: 400, toys: 1500, seed: 4)
    #expect(abs(study.mean.value) < 0.05 + 2 * study.mean.errorHigh, "\(study)")
    #expect(abs(study.width.value - 1) < 0.03 + 2 * study.width.errorHigh, "\(study)")
    #expect(study.coverage.low < 0.6927 && study.coverage.high > 0.6727, "\(study)")
  }

  // MARK: - Weights

  private static let edges = (0...200).map { 1 + 0.025 * Double($0) }

  private static func scan() -> BinnedPeakScan {
    BinnedPeakScan(
      edges: edges, hypotheses: [BinnedHypothesis(mass: 3.5, deviation: 0.1, bins: 20..<180, order: 2)],
      shape: .gaussian, quantities: .all)
  }

  @Test("Equal weights give the fit of counts times the weight")
  func equalWeights() throws {
    var random = CounterRandom(seed: 204, purpose: .pseudoExperiment)
    let counts = (0..<200).map { _ in Double(random.poisson(40)) }
    let plain = Self.scan()
    plain.fit(counts)
    let weighted = Self.scan()
    weighted.fit(counts.map { 2.5 * $0 }, variances: counts.map { 6.25 * $0 })
    let (one, other) = (plain.estimates[0], weighted.estimates[0])
    #expect(other.refusal == nil && other.missing == nil)
    for (a, b) in [
      (one.yield, other.yield), (one.error, other.error), (one.upperError, other.upperError), (one.limit, other.limit),
      (one.expectedLimit, other.expectedLimit), (one.profileLimit, other.profileLimit), (one.total, other.total),
    ] { #expect(abs(2.5 * a - b) < 1e-6 * 2.5 * one.error, "\(a) \(b)") }
    #expect(abs(one.significance - other.significance) < 1e-6)
    #expect(abs(one.deviance - other.deviance) < 1e-6)
    let (first, second) = (try #require(one.goodness), try #require(other.goodness))
    #expect(abs(first.chiSquare - second.chiSquare) < 1e-6 * first.chiSquare)
  }

  @Test("Yields of weighted histograms have pulls of mean 0 and width 1; taken as counts, far from it")
  func weightedPulls() throws {
    var with = Pulls()
    var without = Pulls()
    let scan = Self.scan()
    let counting = Self.scan()
    for toy in 0..<(Self.toys / 2) {
      var random = CounterRandom(seed: 205, purpose: .pseudoExperiment, stream: UInt64(toy))
      var contents = [Double](repeating: 0, count: 200)
      var variances = contents
      for bin in 0..<200 {
        let x = 0.5 * (Self.edges[bin] + Self.edges[bin + 1])
        let peak =
          NormalDistribution.cumulative((Self.edges[bin + 1] - 3.5) / 0.1)
          - NormalDistribution.cumulative((Self.edges[bin] - 3.5) / 0.1)
        // Weights that differ from candidate to candidate, and on the average along the observable; mean of squares 1/3 more.
        let mean = 0.5 + 0.4 * x
        for _ in 0..<random.poisson((60 * exp(-0.3 * x) + 200 * peak) / mean) {
          let weight = 2 * mean * random.uniform(0, 1)
          contents[bin] += weight
          variances[bin] += weight * weight
        }
      }
      scan.fit(contents, variances: variances)
      let estimate = scan.estimates[0]
      try #require(estimate.refusal == nil, "\(estimate)")
      with.add((estimate.yield - 200) / estimate.error)
      counting.fit(contents, fromLast: false)
      without.add((counting.estimates[0].yield - 200) / counting.estimates[0].error)
    }
    print("weighted pulls: \(with.mean) \(with.width), as counts \(without.mean) \(without.width)")
    let error = 1 / (2 * with.count).squareRoot()
    #expect(abs(with.mean) < 0.05 + 2 * 1.42 * error, "\(with.mean)")
    #expect(abs(with.width - 1) < 0.03 + 2 * error, "\(with.width)")
    #expect(without.width > 1.2, "\(without.width)")
  }

  @Test(
    "Weights that cannot be fitted are refused with the reason: negative sums, no variance, no numbers, one huge weight"
  )
  func badWeights() {
    func refusal(_ contents: [Double], _ variances: [Double]) -> String {
      let scan = Self.scan()
      scan.fit(contents, variances: variances)
      return scan.estimates[0].refusal.map { "\($0)" } ?? ""
    }
    let ones = [Double](repeating: 1, count: 200)
    var contents = ones
    contents[50] = -2
    #expect(refusal(contents, ones).contains("add up to less than nothing"))
    var variances = ones
    variances[50] = 0
    #expect(refusal(ones, variances).contains("without a variance"))
    contents[50] = .nan
    #expect(refusal(contents, ones).contains("bin 50"))
    #expect(refusal(ones, Array(ones.dropLast())).contains("199 variances for 200 bins"))
    #expect(refusal(ones.map { _ in 0 }, ones.map { _ in 0 }).contains("no candidate"))
    contents[50] = 1e9
    variances[50] = 1e18
    #expect(refusal(contents, variances).contains("effective in the window"))
  }
}
