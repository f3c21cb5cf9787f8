import Foundation
import Statistics

/// Limits by the CLs method from pseudo-experiments, where asymptotic formulae are not trusted.
///
/// At each signal, `toys` pseudo-experiments are drawn with it and as many without, each time with everything else at its
/// most likely value for the observed data, and fitted like data. The random numbers belong to (seed, number of the toy), not to
/// the signal, so that CLs is smooth in it, and the same call gives the same limit.
public struct ToyLimit<Likelihood: SignalLikelihood>: Sendable {
  /// Toys that may fail before an answer is refused, as a fraction.
  public static var allowedFailures: Double { 0.01 }

  private let observed: Likelihood
  /// Pseudo-experiments per hypothesis.
  public let toys: Int
  /// Seed of the random numbers.
  public let seed: UInt64

  /// Limits for a likelihood.
  public init(_ likelihood: Likelihood, toys: Int, seed: UInt64) {
    observed = likelihood
    self.toys = max(toys, 1)
    self.seed = seed
  }

  /// CLs of a signal with the error of the number of toys.
  ///
  /// - Throws: ``FitRefusal`` if the observed statistic cannot be computed, too many toys fail, or none without signal is
  ///   as extreme as the data.
  public func confidence(ofSignal signal: Double) throws(FitRefusal) -> EstimatedNumber {
    guard let statistic = observed.limitStatistic(signal: signal) else {
      throw .noConvergence("the profile likelihood at \(signal.formatted(digits: 4))")
    }
    let both = try tail(of: statistic, testing: signal, drawnWith: signal, stream: 0)
    let background = try tail(of: statistic, testing: signal, drawnWith: 0, stream: 1)
    guard background > 0 else { throw .intervalNotFound("CLs: no toy without signal is as extreme as the data") }
    let value = both / background
    let size = Double(toys)
    let variance = both > 0 ? (1 - both) / (both * size) + (1 - background) / (background * size) : 0
    // No toy at all: the limit of no event at one standard deviation.
    let error = both > 0 ? value * variance.squareRoot() : 1.15 / (size * background)
    return EstimatedNumber(
      value: value, low: max(value - error, 0), high: value + error, method: "CLs, \(toys) toys per hypothesis")
  }

  /// The signal excluded at a confidence level, with the error of the number of toys.
  ///
  /// CLs is computed around the asymptotic limit until the level is crossed; in between its logarithm is interpolated.
  public func upperLimit(confidence level: Double) throws(FitRefusal) -> EstimatedNumber {
    guard level > 0, level < 1 else { throw .invalidInput("a confidence level of \(level), expected 0 to 1") }
    let target = log(1 - level)
    let guess = try AsymptoticLimit(observed).upperLimit(confidence: level)
    let floor = 0.1 / Double(toys)
    let point = { (signal: Double) throws(FitRefusal) -> (x: Double, y: Double, error: Double) in
      let confidence = try self.confidence(ofSignal: signal)
      let value = max(confidence.value, floor)
      return (signal, log(value), confidence.errorHigh / value)
    }
    var low = try point(0.8 * guess)
    var high = try point(1.25 * guess)
    for _ in 0..<20 where low.y < target {
      high = low
      low = try point(0.75 * low.x)
    }
    for _ in 0..<20 where high.y >= target {
      low = high
      high = try point(1.3 * high.x)
    }
    guard low.y >= target, high.y < target else { throw .intervalNotFound("upper limit") }
    for _ in 0..<4 {
      let middle = try point(0.5 * (low.x + high.x))
      if middle.y >= target { low = middle } else { high = middle }
    }
    let slope = (high.y - low.y) / (high.x - low.x)
    let limit = low.x + (target - low.y) / slope
    // The slope between close points is noisy: take the one from no signal (CLs = 1) to here.
    let error = max(low.error, high.error) * limit / -target
    return EstimatedNumber(
      value: limit, low: limit - error, high: limit + error,
      method: "upper limit, CLs with \(toys) toys per hypothesis, \(percentText(level)); interval: error of the toys")
  }

  /// The limits that pseudo-experiments without signal give, with their bands; asymptotic formulae in each.
  public func expectedLimits(confidence level: Double) throws(FitRefusal) -> ExpectedLimit {
    var limits: [Double] = []
    for index in 0..<toys {
      if let limit = try? AsymptoticLimit(toy(index, signal: 0, stream: 2)).upperLimit(confidence: level) {
        limits.append(limit)
      }
    }
    try check(failures: toys - limits.count)
    limits.sort()
    let quantile = { (deviations: Double) -> Double in
      let position = NormalDistribution.cumulative(deviations) * Double(limits.count - 1)
      let index = min(Int(position), limits.count - 2)
      let fraction = position - Double(index)
      return limits[index] * (1 - fraction) + limits[index + 1] * fraction
    }
    guard limits.count > 1 else { throw .intervalNotFound("expected limit from \(toys) toys") }
    return ExpectedLimit(
      median: quantile(0), minus1: quantile(-1), plus1: quantile(1), minus2: quantile(-2), plus2: quantile(2))
  }

  /// The probability of an excess as large as observed without signal, from toys, with a Clopper-Pearson interval.
  public func discoveryProbability() throws(FitRefusal) -> EstimatedNumber {
    guard let statistic = observed.excessStatistic else { throw .noConvergence("the fit without signal") }
    guard statistic > 0 else { return EstimatedNumber(value: 1, low: 1, high: 1, method: "no excess") }
    var above = 0
    var failures = 0
    for index in 0..<toys {
      guard let value = try? toy(index, signal: 0, stream: 1).excessStatistic else {
        failures += 1
        continue
      }
      if value >= statistic * (1 - 1e-9) { above += 1 }
    }
    try check(failures: failures)
    let interval = EfficiencyInterval.clopperPearson.interval(passed: above, total: toys - failures)
    return EstimatedNumber(
      value: Double(above) / Double(toys - failures), low: interval.low, high: interval.high,
      method: "\(toys) toys without signal, Clopper-Pearson 68.27 %")
  }

  private func tail(
    of statistic: Double, testing signal: Double, drawnWith truth: Double, stream: UInt64
  ) throws(FitRefusal) -> Double {
    if statistic <= 0 { return 1 }
    var above = 0
    var failures = 0
    for index in 0..<toys {
      guard let toy = try? toy(index, signal: truth, stream: stream), let value = toy.limitStatistic(signal: signal)
      else {
        failures += 1
        continue
      }
      if value >= statistic * (1 - 1e-9) { above += 1 }
    }
    try check(failures: failures)
    return Double(above) / Double(toys - failures)
  }

  private func toy(_ index: Int, signal: Double, stream: UInt64) throws(FitRefusal) -> Likelihood {
    var random = CounterRandom(seed: seed, purpose: .pseudoExperiment, stream: stream << 48 | UInt64(index))
    return try observed.toy(signal: signal, random: &random)
  }

  private func check(failures: Int) throws(FitRefusal) {
    guard Double(failures) <= Self.allowedFailures * Double(toys) else {
      throw .noConvergence("\(failures) of \(toys) toys could not be fitted")
    }
  }
}
