import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Fits of a peak on a polynomial")
struct PeakFitTests {
  private static let shape = SignalShape.crystalBall(tail: PowerTail(start: 1.2, power: 5))
  private static let resolution = Resolution.powerLaw(scale: 0.0048, reference: 0.04, exponent: 0.66)

  private static func fit(_ window: ReferenceWindow) throws -> PeakFit {
    let grid = try ResolutionGrid(resolution: resolution, lower: 4.5205101332358405e-07, upper: 70)
    let edges = grid.edges[window.firstBin...(window.firstBin + 200)]
    let design = PeakDesign(
      edges: edges, mass: window.massSquared, deviation: resolution.deviation(at: window.massSquared), shape: shape,
      highestOrder: window.order)
    return try PeakFit(design: design, counts: window.counts, order: window.order)
  }

  @Test("Yield, errors, likelihood and significance agree with reference fits", arguments: ReferenceWindow.all)
  func reference(window: ReferenceWindow) throws {
    let fit = try Self.fit(window)
    #expect(abs(fit.yield - window.yield) < 1e-6 * window.error)
    #expect(abs(fit.yieldError - window.error) < 1e-6 * window.error)
    #expect(abs(fit.significance - window.significance) < 1e-5)
    // The fit's value is the deviance's half: the reference lacks the constant of the data.
    let constant = window.counts.reduce(0.0) { $0 + ($1 > 0 ? $1 - $1 * log($1) : 0) }
    #expect(abs(fit.best.value + constant - window.negativeLogLikelihood) < 1e-6)
    let errors = try fit.interval()
    #expect(abs(errors.low - fit.yield - window.low) < 1e-4 * window.error)
    #expect(abs(errors.high - fit.yield - window.high) < 1e-4 * window.error)
    #expect(fit.best.iterations <= 8)
  }

  @Test("Upper limits, observed and expected, agree with reference limits", arguments: ReferenceWindow.all)
  func limits(window: ReferenceWindow) throws {
    let fit = try Self.fit(window)
    let limits = try AsymptoticLimit(fit)
    #expect(abs(try limits.upperLimit(confidence: 0.95) - window.limit) < 1e-4 * window.error)
    let expected = try limits.expectedLimit(confidence: 0.95, deviations: 0)
    #expect(abs(expected - window.expectedLimit) < 1e-4 * window.error)
  }

  @Test("Expected limits are ordered and the median limit excludes itself at 1.96 sigma")
  func expectedBand() throws {
    let limits = try AsymptoticLimit(Self.fit(ReferenceWindow.all[0]))
    let band = try [-2.0, -1, 0, 1, 2].map { try limits.expectedLimit(confidence: 0.95, deviations: $0) }
    #expect(zip(band, band.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("Nothing to fit is refused, not fitted")
  func empty() {
    let design = PeakDesign(
      edges: (0...80).map { Double($0) }[...], mass: 40, deviation: 4, shape: .gaussian, highestOrder: 1)
    #expect(throws: FitRefusal.emptyWindow) {
      _ = try PeakFit(design: design, counts: [Double](repeating: 0, count: 80), order: 1)
    }
  }

  @Test("iminuit finds the same minimum", .enabled(if: PythonReferee.isInstalled, "needs iminuit in .venv"))
  func minuit() throws {
    // A double-sided Crystal Ball and Chebyshev polynomials, integrated over the bins by quadrature in Python: another
    // basis and another integration of the same model.
    var random = CounterRandom(seed: 71, purpose: .pseudoExperiment)
    let edges = (0...100).map { 1 + 0.01 * Double($0) }
    let shape = SignalShape.doubleSidedCrystalBall(
      low: PowerTail(start: 1.4, power: 4), high: PowerTail(start: 1.8, power: 5))
    let design = PeakDesign(edges: edges[...], mass: 1.45, deviation: 0.03, shape: shape, highestOrder: 2)
    let truth = design.expectation(signal: 120, background: [4000, -900, 200])
    let counts = truth.map { Double(random.poisson($0)) }
    let fit = try PeakFit(design: design, counts: counts, order: 2)
    let errors = try fit.interval()
    let theirs = try PythonReferee.numbers(
      """
      import numpy as np
      from scipy.integrate import quad
      from iminuit import Minuit
      edges, counts = np.array(input[0]), np.array(input[1])
      def shape(x):
        z = (x - 1.45) / 0.03
        if z < -1.4: return (4/1.4)**4 * np.exp(-1.4**2/2) * (4/1.4 - 1.4 - z)**-4.0
        if z > 1.8: return (5/1.8)**5 * np.exp(-1.8**2/2) * (5/1.8 - 1.8 + z)**-5.0
        return np.exp(-z*z/2)
      f = np.array([quad(shape, a, b, epsabs=1e-13, epsrel=1e-12)[0] for a, b in zip(edges, edges[1:])])
      f /= f.sum()
      t = 2*(edges - edges[0])/(edges[-1] - edges[0]) - 1
      g = [np.diff(t)/2, np.diff(t*t)/4, np.diff(2*t**3/3 - t)/2]   # integrals of T0, T1, T2
      def nll(p):
        mu = p[0]*f + p[1]*g[0] + p[2]*g[1] + p[3]*g[2]
        if np.any(mu <= 0): return 1e10
        return float(np.sum(mu - counts*np.log(mu)))
      m = Minuit(nll, [0.0, counts.sum(), 0.0, 0.0])
      m.errordef, m.strategy, m.tol = 0.5, 2, 1e-6
      m.migrad(); m.hesse(); m.minos(0)
      b = Minuit(nll, [0.0, counts.sum(), 0.0, 0.0])
      b.errordef, b.strategy, b.tol = 0.5, 2, 1e-6
      b.fixed[0] = True
      b.migrad()
      e = m.merrors[0]
      print(json.dumps([m.values[0], m.errors[0], e.lower, e.upper, 2*(b.fval - m.fval)]))
      """, input: [edges, counts])
    #expect(abs(fit.yield - theirs[0]) < 1e-3 * fit.yieldError)
    #expect(abs(fit.yieldError / theirs[1] - 1) < 1e-3)
    #expect(abs((errors.low - fit.yield) / theirs[2] - 1) < 3e-3)
    #expect(abs((errors.high - fit.yield) / theirs[3] - 1) < 3e-3)
    #expect(abs(fit.discoveryStatistic - theirs[4]) < 1e-4 * max(1, theirs[4]))
  }
}

@Suite("Shapes and grids")
struct ShapeTests {
  @Test("The Crystal Ball reproduces the golden values of its integrals")
  func crystalBall() {
    let shape = SignalShape.crystalBall(tail: PowerTail(start: 1.2, power: 5))
    #expect(abs(shape.cumulative(-1.2) - 0.186052015018) < 1e-12)
    #expect(abs(shape.cumulative(0) - 0.540106176954) < 1e-12)
    #expect(abs(shape.cumulative(1e9) - 1) < 1e-15)
  }

  @Test("Every shape rises from 0 to 1 without a step")
  func monotone() {
    let tail = PowerTail(start: 1.5, power: 3)
    for shape: SignalShape in [.gaussian, .crystalBall(tail: tail), .doubleSidedCrystalBall(low: tail, high: tail)] {
      var last = 0.0
      for z in stride(from: -30.0, through: 30, by: 0.01) {
        let value = shape.cumulative(z)
        #expect(value >= last && value - last < 0.005)
        last = value
      }
      #expect(shape.cumulative(-1e6) < 1e-9 && shape.cumulative(1e6) > 1 - 1e-9)
    }
    // Equal tails: symmetric.
    let symmetric = SignalShape.doubleSidedCrystalBall(low: tail, high: tail)
    #expect(abs(symmetric.cumulative(0.7) + symmetric.cumulative(-0.7) - 1) < 1e-14)
  }

  @Test("Coordinate and value are inverse, and every value lies in the bin of its edges")
  func grid() throws {
    let points = Resolution.points([
      ResolutionPoint(value: 0.5, deviation: 0.003), ResolutionPoint(value: 1, deviation: 0.003),
      ResolutionPoint(value: 3, deviation: 0.02), ResolutionPoint(value: 9, deviation: 0.01),
    ])
    for (resolution, lower) in [(points, 0.05), (.powerLaw(scale: 0.01, reference: 1, exponent: 0.6), 0.05)] {
      let grid = try ResolutionGrid(resolution: resolution, lower: lower, upper: 10)
      #expect(grid.edges.last! >= 10 - 1e-12)
      var random = CounterRandom(seed: 72, purpose: .pseudoExperiment)
      for _ in 0..<2000 {
        let value = random.uniform(lower, 10)
        #expect(abs(grid.scale.value(at: grid.scale.coordinate(of: value)) - value) < 1e-11)
        let bin = try #require(grid.bin(of: value))
        #expect(grid.edges[bin] <= value && value < grid.edges[bin + 1])
      }
      for bin in 0..<grid.binCount {
        #expect(grid.bin(of: grid.edges[bin]) == bin)
        // A quarter of the resolution, within the change of the resolution over the bin.
        let width = (grid.edges[bin + 1] - grid.edges[bin]) / resolution.deviation(at: grid.edges[bin])
        #expect(abs(width - 0.25) < 0.01)
      }
      #expect(grid.bin(of: .nan) == nil && grid.bin(of: lower - 1) == nil && grid.bin(of: .infinity) == nil)
    }
  }

  @Test("Grids that cannot be are refused with the reason")
  func refusals() {
    let good = Resolution.points([ResolutionPoint(value: 1, deviation: 0.01)])
    #expect(throws: GridProblem.self) { _ = try ResolutionGrid(resolution: good, lower: 2, upper: 1) }
    #expect(throws: GridProblem.self) { _ = try ResolutionGrid(resolution: .points([]), lower: 0, upper: 1) }
    let tiny = Resolution.points([ResolutionPoint(value: 1, deviation: 1e-12)])
    #expect(throws: GridProblem.self) { _ = try ResolutionGrid(resolution: tiny, lower: 0, upper: 1) }
    let zero = Resolution.points([ResolutionPoint(value: 1, deviation: 0)])
    #expect(throws: GridProblem.self) { _ = try ResolutionGrid(resolution: zero, lower: 0, upper: 1) }
    #expect(throws: GridProblem.self) {
      _ = try ResolutionGrid(resolution: .powerLaw(scale: 1, reference: 1, exponent: 0.5), lower: 0, upper: 1)
    }
  }
}
