import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Scans of mass hypotheses")
struct ScanTests {
  @Test("An injected yield is recovered within two sigma, at masses anywhere in the scan")
  func injection() throws {
    var random = CounterRandom(seed: 80, purpose: .injection)
    let experiments = 60
    var within = 0
    for experiment in 0..<experiments {
      let mass = random.uniform(1.2, 4.8)
      let spectrum = try PseudoSpectrum.make(
        seed: 81, experiment: UInt64(experiment), background: 200_000, yield: 900, mass: mass)
      let result = try #require(PseudoSpectrum.scan(spectrum).result(nearest: mass))
      let yield = try #require(result.yield)
      #expect(result.method == .likelihood)
      #expect(abs(result.mass - mass) <= 0.26 * result.resolution)
      let error = yield.value > 900 ? yield.errorLow : yield.errorHigh
      if abs(yield.value - 900) < 2 * error { within += 1 }
      #expect(try #require(result.localSignificance) > 3)
      #expect(try #require(result.upperLimit).value > yield.value)
    }
    let interval = EfficiencyInterval.clopperPearson.interval(passed: within, total: experiments, confidence: 0.9999)
    #expect(interval.low < 0.9545 && 0.9545 < interval.high, "\(within) of \(experiments)")
  }

  @Test("No injected yield gives none, over the whole scan")
  func noSignal() throws {
    let results = PseudoSpectrum.scan(try PseudoSpectrum.make(seed: 82, background: 200_000)).results()
    #expect(results.count > 200)
    #expect(results.allSatisfy { $0.method == .likelihood })
    let summary = ScanSummary(results)
    #expect(try #require(summary.largestLocalSignificance) < 4)
    #expect(try #require(summary.globalProbability) > 0.01)
    #expect(results.allSatisfy { ($0.goodness?.probability ?? 0) > 1e-5 })
  }

  @Test("Yields of pseudo-experiments are unbiased and their errors cover")
  func pulls() throws {
    let experiments = 300
    var pulls: [Double] = []
    var covered = 0
    for experiment in 0..<experiments {
      let spectrum = try PseudoSpectrum.make(
        seed: 83, experiment: UInt64(experiment), background: 20_000, yield: 150, mass: 3)
      let result = try #require(PseudoSpectrum.scan(spectrum).result(nearest: 3))
      let yield = try #require(result.yield)
      if yield.low <= 150 && 150 <= yield.high { covered += 1 }
      pulls.append((yield.value - 150) / (0.5 * (yield.high - yield.low)))
    }
    let mean = pulls.reduce(0, +) / Double(experiments)
    let variance = pulls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(experiments)
    // The nearest hypothesis is up to a quarter resolution off: 0.1 is granted beside the statistical error of the mean.
    #expect(abs(mean) < 0.1 + 4 / Double(experiments).squareRoot())
    #expect(abs(variance - 1) < 4 * (2 / Double(experiments)).squareRoot())
    let interval = EfficiencyInterval.clopperPearson.interval(passed: covered, total: experiments, confidence: 0.9999)
    #expect(interval.low < NormalDistribution.oneSigma && NormalDistribution.oneSigma < interval.high)
  }

  @Test("On background alone the local significance is as rare as it claims, and limits lie where they are expected")
  func significanceOnBackground() throws {
    var beyond: [Double: Int] = [1: 0, 2: 0]
    var belowMedian = 0
    var total = 0
    for experiment in 0..<150 {
      let spectrum = try PseudoSpectrum.make(seed: 84, experiment: UInt64(experiment), background: 20_000)
      let scan = PseudoSpectrum.scan(spectrum)
      // Four masses whose windows do not overlap within the peaks.
      for mass in [1.3, 2.1, 2.9, 3.9] {
        let result = try #require(scan.result(nearest: mass))
        let z = try #require(result.localSignificance)
        total += 1
        for threshold in beyond.keys where z > threshold { beyond[threshold, default: 0] += 1 }
        let expected = try #require(result.expectedLimit)
        if try #require(result.upperLimit).value < expected.median { belowMedian += 1 }
      }
    }
    for (threshold, count) in beyond {
      let interval = EfficiencyInterval.clopperPearson.interval(passed: count, total: total, confidence: 0.9999)
      let expected = NormalDistribution.tail(threshold)
      #expect(interval.low < expected && expected < interval.high, "\(count) of \(total) beyond \(threshold)")
    }
    let median = EfficiencyInterval.clopperPearson.interval(passed: belowMedian, total: total, confidence: 0.9999)
    #expect(median.low < 0.5 && 0.5 < median.high, "\(belowMedian) of \(total) limits below the expected median")
  }

  @Test("Upper limits at 90 % lie above the true yield in at least 90 % of experiments")
  func limitCoverage() throws {
    let truth = 60.0
    let experiments = 250
    var covered = 0
    for experiment in 0..<experiments {
      let spectrum = try PseudoSpectrum.make(
        seed: 85, experiment: UInt64(experiment), background: 20_000, yield: truth, mass: 3)
      let result = try #require(PseudoSpectrum.scan(spectrum).result(nearest: 3))
      if try #require(result.upperLimit).value >= truth { covered += 1 }
    }
    let interval = EfficiencyInterval.clopperPearson.interval(passed: covered, total: experiments, confidence: 0.9999)
    #expect(interval.high > 0.9, "\(covered) of \(experiments)")
  }

  @Test("With few candidates the answer comes from counting, with none it is the limit of no event")
  func fewCandidates() throws {
    let few = try PseudoSpectrum.make(seed: 86, background: 200)
    let counted = try #require(PseudoSpectrum.scan(few).result(nearest: 3))
    #expect(counted.method == .counting)
    #expect(try #require(counted.refusal).contains("at least"))
    let limit = try #require(counted.upperLimit)
    #expect(limit.value > 2 && limit.value < 30)
    #expect(limit.method.contains("counting"))

    let none = Spectrum(grid: try PseudoSpectrum.grid())
    let empty = try #require(PseudoSpectrum.scan(none).result(nearest: 3))
    #expect(empty.method == .counting)
    // 2.30 events over the part of the peak within two resolutions.
    let contained = PseudoSpectrum.shape.cumulative(2) - PseudoSpectrum.shape.cumulative(-2)
    #expect(abs(try #require(empty.upperLimit).value - 2.302585 / contained) < 0.05)
    #expect(empty.localSignificance == nil && empty.localProbability == 1)
  }

  @Test(
    "A clear peak over almost no background is answered, however few candidates lie beside it", arguments: [0.0, 3, 12])
  func peakAlone(background: Double) throws {
    let spectrum = try PseudoSpectrum.make(seed: 96, background: background, yield: 260, mass: 3)
    let result = try #require(PseudoSpectrum.scan(spectrum).result(nearest: 3))
    let yield = try #require(result.yield, "\(result.refusal ?? "")")
    #expect(abs(yield.value - 260) < 3.5 * max(yield.errorLow, yield.errorHigh))
    #expect(try #require(result.localSignificance) > 8)
    #expect(try #require(result.upperLimit).value > yield.value)
  }

  @Test("A window is drawn with what was made of it: a fit, a count, or neither")
  func pictures() throws {
    let many = PseudoSpectrum.scan(try PseudoSpectrum.make(seed: 93, background: 20_000))
    let fitted = try #require(many.curves(nearest: 3))
    #expect(fitted.total?.count == fitted.counts.count && fitted.peakRegion == nil)
    let few = PseudoSpectrum.scan(try PseudoSpectrum.make(seed: 93, background: 200))
    let counted = try #require(few.curves(nearest: 3))
    #expect(counted.total == nil && counted.background?.count == counted.counts.count)
    #expect(try #require(counted.peakRegion).contains(3))
    let none = PseudoSpectrum.scan(Spectrum(grid: try PseudoSpectrum.grid()))
    #expect(try #require(none.curves(nearest: 3)).background?.allSatisfy { $0 == 0 } ?? false)
  }

  @Test("Limits from counting lie above the true yield in at least 90 % of experiments")
  func countingCoverage() throws {
    let truth = 6.0
    let experiments = 400
    var covered = 0
    var answered = 0
    for experiment in 0..<experiments {
      let spectrum = try PseudoSpectrum.make(
        seed: 90, experiment: UInt64(experiment), background: 300, yield: truth, mass: 3)
      let result = try #require(PseudoSpectrum.scan(spectrum).result(nearest: 3))
      guard result.method == .counting else { continue }
      answered += 1
      if try #require(result.upperLimit).value >= truth { covered += 1 }
    }
    #expect(answered > 380)
    let interval = EfficiencyInterval.clopperPearson.interval(passed: covered, total: answered, confidence: 0.9999)
    #expect(interval.high > 0.9, "\(covered) of \(answered)")
  }

  @Test("A mass too near the end of the spectrum is refused with the reason")
  func edge() throws {
    let spectrum = try PseudoSpectrum.make(seed: 87, background: 10_000)
    let settings = ScanSettings(range: 0...6, step: 0.5, window: 20, orders: 1...2, confidence: 0.9)
    let results = MassScan(spectrum: spectrum, shape: PseudoSpectrum.shape, settings: settings).results()
    let first = try #require(results.first)
    #expect(first.method == .refused)
    #expect(first.yield == nil && first.upperLimit == nil && first.localSignificance == nil)
    #expect(try #require(first.refusal).contains("beyond the spectrum"))
    let summary = ScanSummary(results)
    #expect(summary.fitted + summary.counted + summary.refused == summary.hypotheses)
    #expect(summary.refused > 0)
  }

  @Test("A window no allowed polynomial describes is refused, and not counted either")
  func poorDescription() throws {
    // A second, wider structure beside the mass.
    var spectrum = try PseudoSpectrum.make(seed: 89, background: 20_000)
    for index in 0..<4000 { spectrum.fill(3.3 + 0.00005 * Double(index)) }
    let result = try #require(PseudoSpectrum.scan(spectrum).result(nearest: 3))
    #expect(result.method == .refused)
    #expect(try #require(result.refusal).contains("does not describe the window"))
    #expect(result.upperLimit == nil)
  }

  @Test("Few candidates beside a steep structure are not counted against curved sidebands")
  func curvedSidebands() throws {
    var spectrum = Spectrum(grid: try PseudoSpectrum.grid())
    for index in 0..<30 { spectrum.fill(3.45 + 0.002 * Double(index)) }
    let result = try #require(PseudoSpectrum.scan(spectrum).result(nearest: 3))
    #expect(result.method == .refused)
    #expect(try #require(result.refusal).contains("straight line"))
  }

  @Test(
    "The fit's limit agrees with scipy on a window with a known background shape",
    .enabled(if: PythonReferee.isInstalled, "needs scipy in .venv"))
  func independentLimit() throws {
    // Order-0 background: two parameters, profiled in Python by a bounded scalar minimisation, CLs solved by brentq.
    var random = CounterRandom(seed: 88, purpose: .pseudoExperiment)
    let edges = (0...80).map { Double($0) * 0.25 - 10 }
    let design = PeakDesign(edges: edges[...], mass: 0, deviation: 1, shape: .gaussian, highestOrder: 0)
    for yield in [0.0, 25] {
      let counts = design.expectation(signal: yield, background: [400]).map { Double(random.poisson($0)) }
      let fit = try PeakFit(design: design, counts: counts, order: 0)
      let limits = try AsymptoticLimit(fit)
      let ours = [
        fit.yield, fit.significance, try limits.upperLimit(confidence: 0.9),
        try limits.expectedLimit(confidence: 0.9, deviations: 0),
      ]
      let theirs = try PythonReferee.numbers(
        """
        import numpy as np
        from scipy.stats import norm
        from scipy.optimize import minimize_scalar, brentq
        e, n = np.array(input[0]), np.array(input[1])
        f = np.diff(norm.cdf(e)); f /= f.sum()
        g = np.diff(e)/(e[-1] - e[0])
        def nll(s, b, n):
          mu = s*f + b*g
          return float(np.sum(mu - n*np.log(mu))) if np.all(mu > 0) else np.inf
        def prof(s, n):
          low = max(1e-3, float(np.max(-s*f/g)) + 1e-6)
          return minimize_scalar(lambda b: nll(s, b, n), bounds=(low, 3*n.sum()), method='bounded',
            options={'xatol': 1e-10, 'maxiter': 1000}).fun
        best = minimize_scalar(lambda s: prof(s, n), bounds=(-30, 200), method='bounded', options={'xatol': 1e-9})
        shat, nmin, null = best.x, best.fun, prof(0.0, n)
        z = np.sign(shat)*np.sqrt(max(0, 2*(null - nmin)))
        asimov = n.sum()*g
        ref = nmin if shat >= 0 else null
        a0 = prof(0.0, asimov)
        def cls(s):
          q = max(0, 2*(prof(s, n) - ref)) if s > shat else 0.0
          qa = max(1e-12, 2*(prof(s, asimov) - a0))
          t = np.sqrt(q) - np.sqrt(qa) if q <= qa else (q - qa)/(2*np.sqrt(qa))
          return norm.sf(t + np.sqrt(qa))/norm.sf(t)
        ul = brentq(lambda s: cls(s) - 0.1, max(shat, 0) + 0.5, 300, xtol=1e-8)
        med = brentq(lambda s: np.sqrt(max(0, 2*(prof(s, asimov) - a0))) - norm.isf(0.05), 0.5, 300, xtol=1e-8)
        print(json.dumps([float(v) for v in (shat, z, ul, med)]))
        """, input: [edges, counts])
      for (our, their) in zip(ours, theirs) { #expect(abs(our - their) < 1e-3 * fit.yieldError) }
    }
  }
}

@Suite("Counting against sidebands")
struct CountingTests {
  @Test("CLs limits agree with reference values of the gamma-averaged count")
  func limits() throws {
    // Background 0.1 +- 10 %, known through a gamma distribution of shape 100 (and 0.5 +- 50 %: shape 4).
    let golden: [(Int, Double, Double, Double, Double)] = [
      (0, 100, 1000, 2.30258509299, 2.99573227355), (2, 100, 1000, 5.22258148982, 6.19604523575),
    ]
    for (count, shape, rate, at90, at95) in golden {
      let experiment = CountingExperiment(count: count, backgroundShape: shape, backgroundRate: rate)
      #expect(abs(try #require(experiment.upperLimit(confidence: 0.9)) - at90) < 1e-8)
      #expect(abs(try #require(experiment.upperLimit(confidence: 0.95)) - at95) < 1e-8)
    }
  }

  @Test("With a well-known background the limit is that of a known background")
  func knownBackground() throws {
    let golden: [(Int, Double, Double, Double)] = [
      (1, 0.5, 3.50820, 4.35809), (3, 3, 4.36239, 5.39545), (10, 10, 6.63019, 8.08253),
    ]
    for (count, background, at90, at95) in golden {
      let experiment = CountingExperiment(count: count, backgroundShape: 1e7 * background, backgroundRate: 1e7)
      #expect(abs(try #require(experiment.upperLimit(confidence: 0.9)) - at90) < 1e-4)
      #expect(abs(try #require(experiment.upperLimit(confidence: 0.95)) - at95) < 1e-4)
    }
  }

  @Test("The significance is that of the exact binomial test, Z_Bi")
  func binomialTest() {
    // Cousins, Linnemann and Tucker, table 1: n_on, n_off, tau, Z_Bi.
    let golden: [(Int, Int, Double, Double)] = [(4, 5, 5, 1.66), (50, 55, 2, 2.93), (17, 40, 0.00001, -5)]
    for (on, off, ratio, z) in golden.prefix(2) {
      let experiment = CountingExperiment(count: on, sidebandCount: off, sidebandRatio: ratio)
      #expect(abs(experiment.significance - z) < 0.005, "\(experiment.significance)")
      let direct = BinomialDistribution.atLeast(on, trials: on + off, probability: 1 / (1 + ratio))
      #expect(abs(experiment.pValue / direct - 1) < 1e-12)
    }
  }

  @Test("The interval holds the background-subtracted count and its ends are what they say")
  func interval() throws {
    let experiment = CountingExperiment(count: 9, sidebandCount: 12, sidebandRatio: 6)
    let interval = try #require(experiment.interval())
    #expect(interval.low < 7 && 7 < interval.high)
    #expect(abs(experiment.probabilityAtMost(signal: interval.high) - 0.158655254) < 1e-8)
    let none = try #require(CountingExperiment(count: 0, sidebandCount: 0, sidebandRatio: 1e9).interval())
    #expect(none.low == 0 && abs(none.high - 1.8410) < 1e-3)
  }
}
