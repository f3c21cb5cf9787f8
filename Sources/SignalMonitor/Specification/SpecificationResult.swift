import Statistics

/// What a specified fit gives. Numbers that do not exist are absent, never zero.
public struct SpecificationResult: Encodable, Sendable {
  /// Name of the fit.
  public let fit: String
  /// A line for people.
  public let title: String
  /// How the data entered.
  public let method: String
  /// Hash of the specification's text.
  public let definition: String
  /// Name of the observable.
  public let observable: String
  /// Its unit.
  public let unit: String
  /// Confidence level of limits.
  public let confidence: Double
  /// Candidates in the histogram or range.
  public var inRange = 0.0
  /// Values below it.
  public var below = 0.0
  /// Values above it.
  public var above = 0.0
  /// Values that are no numbers.
  public var undefined = 0
  /// The hypotheses, in order.
  public var hypotheses: [SpecifiedHypothesis] = []
  /// The rows of counts, in order.
  public var counts: [SpecifiedCount] = []
  /// The fit of several spectra; nil for other methods.
  public var spectra: SpectraResult?

  init(_ specification: FitSpecification) {
    fit = specification.name
    title = specification.title
    method = specification.method.rawValue
    definition = specification.definition
    observable = specification.observable
    unit = specification.unit
    confidence = specification.confidence
  }

  enum CodingKeys: String, CodingKey {
    case fit, title, method, definition, observable, unit, confidence
    case inRange = "in_range"
    case below, above, undefined, hypotheses, counts, spectra
  }
}

/// One hypothesis of a specified fit.
public struct SpecifiedHypothesis: Encodable, Sendable {
  /// Its number, from 0.
  public var index: Int
  /// Where the peak was looked for.
  public var value: Double
  /// The resolution there.
  public var resolution: Double
  /// Why there is no fit.
  public var refusal: String?
  /// Why a limit or error is missing although there is a fit.
  public var missing: String?
  /// Lower end of the window.
  public var windowLow: Double?
  /// Upper end of the window.
  public var windowHigh: Double?
  /// First bin of the window, from 0.
  public var firstBin: Int?
  /// Last bin of the window.
  public var lastBin: Int?
  /// Order of the background.
  public var order: Int?
  /// Candidates in the window.
  public var candidates: Double?
  /// Signal candidates in the window.
  public var yield: Double?
  /// Standard error from the second derivatives.
  public var yieldError: Double?
  /// Offset of the lower end of the interval of the profile likelihood, negative.
  public var errorLow: Double?
  /// Offset of its upper end.
  public var errorHigh: Double?
  /// Coefficients of the background.
  public var background: [Double]?
  /// The same in the fit without signal.
  public var backgroundWithoutSignal: [Double]?
  /// Negative log-likelihood: sum of mu - n ln mu over bins, or of mu - ln mu over values.
  public var negativeLogLikelihood: Double?
  /// The same without signal.
  public var negativeLogLikelihoodWithoutSignal: Double?
  /// Twice their difference.
  public var discoveryStatistic: Double?
  /// Its root with the sign of the yield; for one look at one hypothesis.
  public var localSignificance: Double?
  /// Probability of this significance or more without signal.
  public var localProbability: Double?
  /// Upper limit from the profile likelihood, one-sided, above the fitted yield.
  public var limitProfile: Double?
  /// The same, a deficit being compared with no signal.
  public var limitProfileBounded: Double?
  /// Upper limit by CLs with asymptotic formulae.
  public var limit: Double?
  /// Median of the limits expected without signal.
  public var expectedLimit: Double?
  /// Limits expected for fluctuations of -2, -1, 1 and 2 standard deviations.
  public var expectedBand: [Double]?
  /// Twice the logarithm of the ratio to a perfect description.
  public var deviance: Double?
  /// Pearson's chi-square with its probability.
  public var goodness: GoodnessOfFit?
  /// The smallest expectation of a bin, or density in the window.
  public var smallestExpectation: Double?
  /// Whether that is negative: the model is no density there.
  public var isNegative: Bool?
  /// The yield fitted to the expected background of the data file.
  public var spuriousYield: Double?
  /// Newton steps.
  public var steps: Int?

  enum CodingKeys: String, CodingKey {
    case index, value, resolution, refusal, missing
    case windowLow = "window_low"
    case windowHigh = "window_high"
    case firstBin = "first_bin"
    case lastBin = "last_bin"
    case order, candidates, yield
    case yieldError = "yield_error"
    case errorLow = "error_low"
    case errorHigh = "error_high"
    case background
    case backgroundWithoutSignal = "background_without_signal"
    case negativeLogLikelihood = "nll"
    case negativeLogLikelihoodWithoutSignal = "nll_without_signal"
    case discoveryStatistic = "q0"
    case localSignificance = "local_significance"
    case localProbability = "local_probability"
    case limitProfile = "limit_profile"
    case limitProfileBounded = "limit_profile_bounded"
    case limit
    case expectedLimit = "expected_limit"
    case expectedBand = "expected_band"
    case deviance, goodness
    case smallestExpectation = "smallest_expectation"
    case isNegative = "is_negative"
    case spuriousYield = "spurious_yield"
    case steps
  }

  init(index: Int, value: Double, resolution: Double) {
    self.index = index
    self.value = value
    self.resolution = resolution
  }

  /// Takes over an estimate.
  mutating func take(_ estimate: PeakEstimate) {
    func number(_ value: Double) -> Double? { value.isFinite ? value : nil }
    candidates = estimate.total
    refusal = estimate.refusal.map { "no fit: \($0)" }
    guard estimate.refusal == nil else { return }
    missing = estimate.missing.map { "no limit: \($0)" }
    yield = number(estimate.yield)
    yieldError = number(estimate.error)
    errorLow = number(estimate.lowerError)
    errorHigh = number(estimate.upperError)
    negativeLogLikelihood = number(estimate.value)
    negativeLogLikelihoodWithoutSignal = number(estimate.nullValue)
    discoveryStatistic = number(estimate.discoveryStatistic)
    localSignificance = number(estimate.significance)
    localProbability = number(estimate.localProbability)
    limitProfile = number(estimate.profileLimit)
    limitProfileBounded = number(estimate.boundedProfileLimit)
    limit = number(estimate.limit)
    expectedLimit = number(estimate.expectedLimit)
    let band = (0..<4).map { estimate.expectedBand[$0] }
    expectedBand = band.allSatisfy(\.isFinite) ? band : nil
    deviance = number(estimate.deviance)
    goodness = estimate.goodness
    smallestExpectation = number(estimate.smallestExpectation)
    isNegative = estimate.smallestExpectation < 0
    steps = estimate.steps
  }
}

/// One row of counts of a specified fit.
public struct SpecifiedCount: Encodable, Sendable {
  /// Its number, from 0.
  public var index: Int
  /// The count.
  public var count: Double
  /// The background expected.
  public var background: Double
  /// Its error.
  public var backgroundError: Double
  /// Why a number is missing.
  public var refusal: String?
  /// Upper limits by method.
  public var limits: [String: Double] = [:]
  /// Median expected asymptotic limit.
  public var expectedLimit: Double?
  /// CLs at the tested signal by method.
  public var confidenceAtSignal: [String: Double] = [:]
  /// Significance of the excess, negative for a deficit.
  public var significance: Double?
  /// Probability of the excess without signal.
  public var probability: Double?

  enum CodingKeys: String, CodingKey {
    case index, count, background
    case backgroundError = "background_error"
    case refusal, limits
    case expectedLimit = "expected_limit"
    case confidenceAtSignal = "cls_at_test_signal"
    case significance, probability
  }
}
