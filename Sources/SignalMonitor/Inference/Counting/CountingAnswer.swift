import Statistics

/// Everything that is said of one count: significance, interval, and limits by every method, each with its name.
public struct CountingAnswer: Codable, Hashable, Sendable {
  /// Candidates.
  public let count: Double
  /// Expected background.
  public let background: Double
  /// Its error.
  public let backgroundError: Double
  /// Significance of the excess by the profile likelihood, negative for a deficit.
  public let significance: Double
  /// Probability of an excess like this or larger without signal.
  public let pValue: Double
  /// Signal candidates with the interval of the profile likelihood.
  public let yield: EstimatedNumber
  /// Confidence level of the limits.
  public let confidence: Double
  /// The limit by the method that suits the counts.
  public let upperLimit: EstimatedNumber
  /// The limits that the expected background would give.
  public let expectedLimit: ExpectedLimit
  /// The same by asymptotic formulae, which take the observed count for the background.
  public let asymptoticExpectedLimit: ExpectedLimit
  /// The limits by every method that can answer, with its name.
  public let limits: [EstimatedNumber]
  /// CLs of the signals asked for.
  public let tested: [TestedSignal]

  /// CLs of one signal.
  public struct TestedSignal: Codable, Hashable, Sendable {
    /// Signal candidates.
    public let signal: Double
    /// From the exact sum; nil for too many candidates.
    public let exact: Double?
    /// By asymptotic formulae; nil where they do not answer.
    public let asymptotic: Double?
  }

  enum CodingKeys: String, CodingKey {
    case count, background
    case backgroundError = "background_error"
    case significance
    case pValue = "p_value"
    case yield, confidence
    case upperLimit = "upper_limit"
    case expectedLimit = "expected_limit"
    case asymptoticExpectedLimit = "asymptotic_expected_limit"
    case limits, tested
  }

  /// Answers for a region.
  ///
  /// - Parameter signals: signal candidates whose CLs is wanted.
  /// - Throws: ``FitRefusal`` if the interval, the preferred or the expected limit cannot be made.
  public init(region: CountingRegion, confidence: Double, signals: [Double] = []) throws(FitRefusal) {
    count = region.count
    background = region.background.expectation
    backgroundError = region.background.error
    significance = region.significance
    pValue = region.pValue
    yield = try region.interval()
    self.confidence = confidence
    upperLimit = try region.upperLimit(confidence: confidence)
    expectedLimit = try region.expectedLimits(confidence: confidence)
    let alone = try CountingRegion(count: region.count, background: region.background)
    let asymptotic = try AsymptoticLimit(CountingLikelihood(regions: [alone]))
    asymptoticExpectedLimit = try asymptotic.expectedLimits(confidence: confidence)
    limits = CountingMethod.allCases.compactMap { try? region.upperLimit(confidence: confidence, method: $0) }
    let exact = ExactCounting(region: region)
    tested = signals.map { signal in
      let sum = exact.confidence(ofSignal: signal)
      return TestedSignal(
        signal: signal, exact: sum.isFinite ? sum : nil, asymptotic: asymptotic.confidence(ofSignal: signal))
    }
  }
}
