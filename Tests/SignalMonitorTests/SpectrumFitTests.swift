import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Fits of spectra with shared and constrained parameters")
struct SpectrumFitTests {
  private static let edges = (0...60).map { 1 + 0.05 * Double($0) }

  /// A peak of free mass and width on an exponential.
  private static func model(_ counts: [Double]) -> SpectrumModel {
    SpectrumModel(
      counts: counts, edges: edges,
      components: [
        SpectrumComponent(yield: "background", form: .exponential(rate: "rate")),
        SpectrumComponent(yield: "signal", form: .peak(.gaussian, mass: "mass", deviation: "width")),
      ])
  }

  private static let parameters = [
    FitParameter("background", start: 5000, bounds: 0...1e9), FitParameter("rate", start: 0.5),
    FitParameter("signal", start: 100), FitParameter("mass", start: 2.3, bounds: 1.5...3.5),
    FitParameter("width", start: 0.12, bounds: 0.03...0.5),
  ]

  private static func counts(seed: UInt64) -> [Double] {
    var random = CounterRandom(seed: seed, purpose: .pseudoExperiment)
    return zip(edges, edges.dropFirst()).map { low, high in
      let smooth = 6000 * (exp(-0.8 * (low - 1)) - exp(-0.8 * (high - 1))) / (1 - exp(-2.4))
      let peak =
        400 * (NormalDistribution.cumulative((high - 2.4) / 0.1) - NormalDistribution.cumulative((low - 2.4) / 0.1))
      return Double(random.poisson(smooth + peak))
    }
  }

  @Test(
    "iminuit finds the same minimum, errors and intervals", .enabled(if: PythonReferee.isInstalled, "needs iminuit"))
  func minuit() throws {
    let counts = Self.counts(seed: 5)
    let fit = try SpectrumFit([Self.model(counts)], parameters: Self.parameters)
    let interval = try fit.interval("signal")
    let theirs = try PythonReferee.numbers(
      """
      import numpy as np
      from scipy.optimize import brentq
      from scipy.special import erf
      from iminuit import Minuit
      edges, n = np.array(input[0]), np.array(input[1])
      def mu(b, k, s, m, w):
        e = np.exp(-k*edges)
        c = 0.5*erf((edges - m)/w/np.sqrt(2))
        return b*np.diff(e)/(e[-1] - e[0]) + s*np.diff(c)/(c[-1] - c[0])
      def nll(b, k, s, m, w):
        x = mu(b, k, s, m, w)
        return 1e10 if np.any(x <= 0) else float(np.sum(x - n*np.log(x)))
      f = Minuit(nll, 5000, 0.5, 100, 2.3, 0.12)
      f.errordef, f.strategy, f.tol = 0.5, 2, 1e-5
      f.migrad(); f.hesse()
      # MINOS gives the parabola back here; the profile itself is the referee.
      def rise(s):
        g = Minuit(nll, *f.values)
        g.errordef, g.strategy, g.tol = 0.5, 2, 1e-6
        g.values['s'], g.fixed['s'] = s, True
        g.migrad()
        return 2*(g.fval - f.fval) - 1
      s, e = f.values['s'], f.errors['s']
      ends = [brentq(rise, s - 2*e, s - 0.2*e) - s, brentq(rise, s + 0.2*e, s + 2*e) - s]
      print(json.dumps(list(f.values) + list(f.errors) + ends))
      """, input: [Self.edges, counts])
    for (index, name) in ["background", "rate", "signal", "mass", "width"].enumerated() {
      let error = try #require(fit.error(name))
      #expect(abs(try #require(fit.value(name)) - theirs[index]) < 2e-3 * error, "\(name)")
      #expect(abs(error / theirs[5 + index] - 1) < 5e-3, "\(name)")
    }
    let signal = try #require(fit.value("signal"))
    #expect(abs((interval.low - signal) / theirs[10] - 1) < 5e-3)
    #expect(abs((interval.high - signal) / theirs[11] - 1) < 5e-3)
    #expect(try #require(fit.goodness).probability > 1e-3)
  }

  @Test("A peak of fixed form fitted here is the peak fitted by the scan")
  func scan() throws {
    let counts = Self.counts(seed: 6)
    let scan = BinnedPeakScan(
      edges: Self.edges, hypotheses: [BinnedHypothesis(mass: 2.4, deviation: 0.1, bins: 0..<60, order: 3)],
      shape: .gaussian, quantities: .all)
    scan.fit(counts)
    let peak = zip(Self.edges, Self.edges.dropFirst()).map { low, high in
      NormalDistribution.cumulative((high - 2.4) / 0.1) - NormalDistribution.cumulative((low - 2.4) / 0.1)
    }
    let inside = peak.reduce(0, +)
    let model = SpectrumModel(
      counts: counts, edges: Self.edges,
      components: [
        SpectrumComponent(yield: "background", form: .polynomial(.chebyshev, coefficients: ["c1", "c2", "c3"])),
        SpectrumComponent(yield: "signal", form: .template(peak.map { $0 / inside })),
      ])
    let fit = try SpectrumFit(
      [model],
      parameters: [
        FitParameter("background", start: 6000), FitParameter("c1", start: 0), FitParameter("c2", start: 0),
        FitParameter("c3", start: 0), FitParameter("signal", start: 0),
      ])
    let estimate = scan.estimates[0]
    let error = try #require(fit.error("signal"))
    #expect(abs(try #require(fit.value("signal")) - estimate.yield) < 1e-5 * error)
    #expect(abs(error / estimate.error - 1) < 1e-5)
    #expect(abs(fit.deviance - estimate.deviance) < 1e-6)
    let interval = try fit.interval("signal")
    #expect(abs(interval.high - estimate.yield - estimate.upperError) < 1e-4 * error)
    #expect(abs(try #require(fit.rise("signal", at: 0)) - estimate.discoveryStatistic) < 1e-6)
  }

  @Test("Two spectra share a signal, and a common error of the efficiency is propagated")
  func nuisance() throws {
    // Without background the sum of counts measures the signal; its error adds up in quadrature.
    let spectra = [900.0, 1100].map { count in
      SpectrumModel(
        counts: [count],
        components: [
          SpectrumComponent(
            yield: "signal", factors: [.init("efficiency", relativeError: 0.05)], form: .template([1]))
        ])
    }
    let fit = try SpectrumFit(
      spectra, parameters: [FitParameter("signal", start: 500), .nuisance("efficiency")])
    #expect(abs(try #require(fit.value("signal")) - 1000) < 1e-3)
    let statistical = 1000 / 2000.0.squareRoot()
    let systematic = 1000 * log(1.05)
    let expected = (statistical * statistical + systematic * systematic).squareRoot()
    #expect(abs(try #require(fit.error("signal")) / expected - 1) < 1e-3)
    // The pull of a parameter that the data say nothing about stays what was put in.
    #expect(abs(try #require(fit.value("efficiency"))) < 1e-6)
    #expect(abs(try #require(fit.error("efficiency")) - 1) < 1e-6)
  }

  @Test("A template fit in an elliptical window of two dimensions recovers what was put in")
  func ellipse() throws {
    let x = (0...40).map { 0.25 * Double($0) }
    let y = (0...30).map { 0.2 * Double($0) }
    var signal: [Double] = []
    var background: [Double] = []
    for row in 0..<30 {
      for column in 0..<40 {
        let dx = (x[column] + 0.125 - 5) / 0.6
        let dy = (y[row] + 0.1 - 3) / 0.4
        signal.append(exp(-0.5 * (dx * dx + dy * dy)) / (2 * .pi * 0.6 * 0.4) * 0.25 * 0.2)
        background.append(1.0 / 1200)
      }
    }
    var random = CounterRandom(seed: 9, purpose: .pseudoExperiment)
    let counts = zip(signal, background).map { Double(random.poisson(300 * $0 + 6000 * $1)) }
    let whole = SpectrumModel(
      counts: counts,
      components: [
        SpectrumComponent(yield: "signal", form: .template(signal)),
        SpectrumComponent(yield: "background", form: .template(background)),
      ])
    let window = EllipticalWindow(x: 5, y: 3, semiAxes: (2.4, 1.6))
    let bins = window.bins(xEdges: x, yEdges: y)
    let area: Double = Double.pi * 2.4 * 1.6
    let cells: Double = area / 0.05
    #expect(abs(Double(bins.count) - cells) < 20)
    #expect(!window.contains(5, 4.7) && window.contains(7.3, 3))
    let parameters = [FitParameter("signal", start: 0), FitParameter("background", start: 5000)]
    for model in [whole, whole.selecting(bins)] {
      let fit = try SpectrumFit([model], parameters: parameters)
      let pull = (try #require(fit.value("signal")) - 300) / (try #require(fit.error("signal")))
      #expect(abs(pull) < 4, "\(pull)")
    }
  }

  @Test("Bounds do not bias fits that end inside; one that ends on a bound says so")
  func bounds() throws {
    let counts = Self.counts(seed: 7)
    let free = try SpectrumFit([Self.model(counts)], parameters: Self.parameters)
    var tight = Self.parameters
    let mass = try #require(free.value("mass"))
    tight[3].bounds = (mass - 0.001)...(mass + 0.3)
    let near = try SpectrumFit([Self.model(counts)], parameters: tight)
    #expect(abs(try #require(near.value("signal")) - (try #require(free.value("signal")))) < 1e-3)
    tight[3].bounds = (mass + 0.05)...(mass + 0.3)
    let cut = try SpectrumFit([Self.model(counts)], parameters: tight)
    #expect(abs(try #require(cut.value("mass")) - mass - 0.05) < 1e-9)
    #expect(cut.error("mass") == nil && cut.minimum.value > free.minimum.value)
  }

  @Test("Yields of pseudo-experiments are unbiased and their errors cover")
  func pulls() throws {
    var sum = 0.0
    var squares = 0.0
    let experiments = 200
    // The search begins a standard deviation off, with a quarter of the signal: there are other minima far away.
    for seed in 0..<experiments {
      let fit = try SpectrumFit([Self.model(Self.counts(seed: UInt64(1000 + seed)))], parameters: Self.parameters)
      let pull = (try #require(fit.value("signal")) - 400) / (try #require(fit.error("signal")))
      sum += pull
      squares += pull * pull
    }
    let mean = sum / Double(experiments)
    let width = (squares / Double(experiments) - mean * mean).squareRoot()
    // Three and a half standard errors of 200 experiments.
    #expect(abs(mean) < 3.5 / Double(experiments).squareRoot(), "\(mean)")
    #expect(abs(width - 1) < 3.5 / (2 * Double(experiments)).squareRoot(), "\(width)")
  }

  @Test("Models that cannot be are refused with the reason")
  func refusals() {
    func refusal(_ model: SpectrumModel, _ parameters: [FitParameter]) -> String {
      do throws(FitRefusal) {
        _ = try SpectrumFit([model], parameters: parameters)
        return "none"
      } catch {
        return error.description
      }
    }
    let counts = Self.counts(seed: 8)
    #expect(refusal(Self.model(counts), Array(Self.parameters.dropLast())).contains("no parameter 'width'"))
    #expect(refusal(Self.model(counts.map { $0 - 500 }), Self.parameters) == FitRefusal.badCounts.description)
    #expect(refusal(Self.model(counts.map { $0 * 0 }), Self.parameters) == FitRefusal.emptyWindow.description)
    #expect(refusal(Self.model(Array(counts.dropLast())), Self.parameters).contains("59 bins"))
    let twice = SpectrumModel(
      counts: [5, 6],
      components: ["a", "b"].map { SpectrumComponent(yield: $0, form: .template([0.5, 0.5])) })
    let pair = [FitParameter("a", start: 3), FitParameter("b", start: 3)]
    #expect(refusal(twice, pair).contains("do not determine"))
    #expect(
      refusal(SpectrumModel(counts: [5], components: [SpectrumComponent(yield: "a", form: .template([.nan]))]), pair)
        .contains("template"))
  }
}
