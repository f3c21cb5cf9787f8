import Statistics

/// What pseudo-experiments with a known signal say about a fit: whether yields are unbiased, errors right, and limits as rare as
/// they claim.
public struct PullStudy: Codable, Hashable, Sendable {
  /// The signal put in.
  public let signal: Double
  /// Pseudo-experiments drawn.
  public let toys: Int
  /// Those that could not be fitted; they are in no other number.
  public let failed: Int
  /// Mean of (yield - signal)/error, with its error.
  public let mean: EstimatedNumber
  /// Standard deviation of it, with its error.
  public let width: EstimatedNumber
  /// Fraction of profile-likelihood intervals of 68.27 % that hold the signal.
  public let coverage: EstimatedNumber
  /// Fraction of upper limits (CLs, asymptotic) that are not below the signal.
  public let limitCoverage: EstimatedNumber
  /// Confidence level of those limits.
  public let confidence: Double

  enum CodingKeys: String, CodingKey {
    case signal, toys, failed, mean, width, coverage
    case limitCoverage = "limit_coverage"
    case confidence
  }

  /// Draws and fits pseudo-experiments around what a likelihood expects at a signal.
  ///
  /// - Throws: ``FitRefusal`` with fewer than 10 toys or if more than 1 % of them cannot be fitted.
  public init<Likelihood: SignalLikelihood>(
    of likelihood: Likelihood, signal: Double, confidence: Double = 0.9, toys: Int, seed: UInt64
  ) throws(FitRefusal) {
    guard toys >= 10 else { throw .invalidInput("\(toys) toys, expected at least 10") }
    var failed = 0
    var sum = 0.0
    var squares = 0.0
    var intervals = 0
    var limits = 0
    for index in 0..<toys {
      var random = CounterRandom(seed: seed, purpose: .pseudoExperiment, stream: 3 << 48 | UInt64(index))
      guard let toy = try? likelihood.toy(signal: signal, random: &random), let rise = toy.rise(signal: signal),
        let confidenceOfSignal = signal > 0 ? try? AsymptoticLimit(toy).confidence(ofSignal: signal) : 1
      else {
        failed += 1
        continue
      }
      let pull = (toy.yield - signal) / toy.yieldError
      sum += pull
      squares += pull * pull
      if rise <= 1 { intervals += 1 }
      if confidenceOfSignal >= 1 - confidence { limits += 1 }
    }
    guard failed * 100 <= toys else { throw .noConvergence("\(failed) of \(toys) toys could not be fitted") }
    let count = Double(toys - failed)
    let average = sum / count
    let deviation = max((squares / count - average * average) * count / (count - 1), 0).squareRoot()
    self.signal = signal
    self.toys = toys
    self.failed = failed
    self.confidence = confidence
    let meanError = deviation / count.squareRoot()
    mean = EstimatedNumber(
      value: average, low: average - meanError, high: average + meanError, method: "mean of pulls")
    let widthError = deviation / (2 * count).squareRoot()
    width = EstimatedNumber(
      value: deviation, low: deviation - widthError, high: deviation + widthError, method: "standard deviation of pulls"
    )
    coverage = Self.fraction(intervals, of: toys - failed)
    limitCoverage = Self.fraction(limits, of: toys - failed)
  }

  private static func fraction(_ passed: Int, of total: Int) -> EstimatedNumber {
    let interval = EfficiencyInterval.clopperPearson.interval(passed: passed, total: total)
    return EstimatedNumber(
      value: Double(passed) / Double(total), low: interval.low, high: interval.high, method: "Clopper-Pearson 68.27 %")
  }
}
