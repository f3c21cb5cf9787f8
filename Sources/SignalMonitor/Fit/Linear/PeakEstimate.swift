import Statistics

/// What the fit of one hypothesis gives, or why it gives nothing.
///
/// Numbers that were not asked for, or that a refused fit cannot have, are NaN.
public struct PeakEstimate: Sendable {
  /// Why there is no fit; nil if there is one.
  public var refusal: FitRefusal?
  /// Why an error or limit is missing although there is a fit.
  public var missing: FitRefusal?
  /// Candidates in the window.
  public var total = 0.0
  /// Fitted signal candidates in the window, negative for a deficit.
  public var yield = Double.nan
  /// Its standard error from the second derivatives.
  public var error = Double.nan
  /// The offset, negative, at which the profile likelihood below the yield has fallen by 1/2.
  public var lowerError = Double.nan
  /// The offset at which it has above the yield.
  public var upperError = Double.nan
  /// The negative log-likelihood of the fit, without the constants of the data: sum of mu - n ln mu.
  public var value = Double.nan
  /// The same of the fit without signal.
  public var nullValue = Double.nan
  /// Twice the difference of the two: q0 before its sign.
  public var discoveryStatistic = Double.nan
  /// Local significance: the root of q0 with the sign of the yield. Valid for one look at one hypothesis.
  public var significance = Double.nan
  /// The probability of this significance or more without signal.
  public var localProbability: Double { NormalDistribution.tail(significance) }
  /// The yield above the fitted one at which the profile likelihood has fallen to the one-sided confidence level.
  public var profileLimit = Double.nan
  /// The same, a deficit being compared with no signal.
  public var boundedProfileLimit = Double.nan
  /// The upper limit by CLs with asymptotic formulae.
  public var limit = Double.nan
  /// The limits expected without signal: median, and fluctuated by -2, -1, 1 and 2 standard deviations.
  public var expectedLimit = Double.nan
  /// The limits expected without signal for fluctuations of -2, -1, +1 and +2 standard deviations.
  public var expectedBand = SIMD4<Double>(repeating: .nan)
  /// The smallest expectation in a bin, or density of the model in the window.
  public var smallestExpectation = Double.nan
  /// Twice the logarithm of the likelihood of a perfect description over that of the fit.
  public var deviance = Double.nan
  /// How well the fit describes the bins; nil if it was not asked for or an expectation is not positive.
  public var goodness: GoodnessOfFit?
  /// Steps of the fit, from its start.
  public var steps = 0
  /// Steps of the fit without signal.
  public var nullSteps = 0

  /// An estimate without numbers.
  public init() {}
}

/// What an estimate should hold beside yield, error and significance.
public struct PeakQuantities: OptionSet, Sendable {
  /// The bits.
  public let rawValue: Int

  /// A set of quantities.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Errors from the profile likelihood.
  public static let profileErrors = PeakQuantities(rawValue: 1)
  /// The limit from the profile likelihood.
  public static let profileLimit = PeakQuantities(rawValue: 2)
  /// The limit by CLs.
  public static let limit = PeakQuantities(rawValue: 4)
  /// The median of the limits expected without signal.
  public static let expectedLimit = PeakQuantities(rawValue: 8)
  /// Their band.
  public static let expectedBand = PeakQuantities(rawValue: 16)
  /// The deviance of the fit and its goodness.
  public static let deviance = PeakQuantities(rawValue: 32)
  /// The values of the negative log-likelihood themselves, not only their difference.
  public static let likelihood = PeakQuantities(rawValue: 64)
  /// Everything.
  public static let all = PeakQuantities(rawValue: 127)
}
