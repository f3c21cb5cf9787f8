import Statistics

/// What one mass hypothesis gave: numbers, or the reason why there are none.
public struct HypothesisResult: Codable, Hashable, Sendable {
  /// The mass tried, in the observable's unit.
  public let mass: Double
  /// The resolution there.
  public let resolution: Double
  /// Lower end of the fitted window.
  public let windowLow: Double
  /// Upper end of the fitted window.
  public let windowHigh: Double
  /// Candidates in the window.
  public let candidates: Int
  /// How the numbers were made: `likelihood`, `counting`, or `refused`.
  public var method: Method
  /// Why the likelihood fit (or everything) was refused.
  public var refusal: String?
  /// Order of the background polynomial chosen.
  public var backgroundOrder: Int?
  /// Background expected within two resolutions of the mass.
  public var backgroundUnderPeak: Double?
  /// Signal candidates at this mass, with the asymmetric errors of the profile likelihood; negative for a deficit.
  public var yield: EstimatedNumber?
  /// Local significance in standard deviations, with the sign of the yield. Valid for one look at one mass.
  public var localSignificance: Double?
  /// Probability of the background to give this significance or more at this mass.
  public var localProbability: Double?
  /// Upper limit on the yield; `high` equals the value.
  public var upperLimit: EstimatedNumber?
  /// The limits a spectrum without signal would give.
  public var expectedLimit: ExpectedLimit?
  /// How well the fit describes the window.
  public var goodness: GoodnessOfFit?
  /// The second number of the hypothesis, of searches in a plane.
  public var second: Double?
  /// The mass of the particle, GeV, where the observable is another number.
  public var particleMass: Double?
  /// Limits on what the yield means: cross-section or branching fraction, couplings.
  public var limits: [ConvertedLimit]?

  enum CodingKeys: String, CodingKey {
    case mass, resolution
    case windowLow = "window_low"
    case windowHigh = "window_high"
    case candidates, method, refusal
    case backgroundOrder = "background_order"
    case backgroundUnderPeak = "background_under_peak"
    case yield
    case localSignificance = "local_significance"
    case localProbability = "local_probability"
    case upperLimit = "upper_limit"
    case expectedLimit = "expected_limit"
    case goodness, second
    case particleMass = "particle_mass"
    case limits
  }

  /// The ways a hypothesis can be answered.
  public enum Method: String, Codable, Sendable {
    /// Extended likelihood, binned or unbinned, with asymptotic formulae.
    case likelihood
    /// Count in the peak region against sidebands.
    case counting
    /// No number: see `refusal`.
    case refused
  }
}

/// An upper limit on a quantity of physics.
public struct ConvertedLimit: Codable, Hashable, Sendable {
  /// `cross_section`, `branching_fraction`, or the name of a coupling.
  public let quantity: String
  /// The unit; empty for plain numbers.
  public let unit: String
  /// The observed limit.
  public let observed: Double
  /// The limits a spectrum without signal would give; nil where there are none.
  public let expected: ExpectedLimit?
  /// Where the exclusion ends again, for couplings that set the lifetime too: excluded is what lies between; nil where it does not end.
  public var upperEnd: Double?

  enum CodingKeys: String, CodingKey {
    case quantity, unit, observed, expected
    case upperEnd = "upper_end"
  }
}

/// The distribution of upper limits expected without signal.
public struct ExpectedLimit: Codable, Hashable, Sendable {
  /// The median.
  public let median: Double
  /// One standard deviation below.
  public let minus1: Double
  /// One standard deviation above.
  public let plus1: Double
  /// Two standard deviations below.
  public let minus2: Double
  /// Two standard deviations above.
  public let plus2: Double

  /// Limits and bands.
  public init(median: Double, minus1: Double, plus1: Double, minus2: Double, plus2: Double) {
    self.median = median
    self.minus1 = minus1
    self.plus1 = plus1
    self.minus2 = minus2
    self.plus2 = plus2
  }

  /// All of them multiplied by a positive constant, as in a change of unit.
  public func scaled(by factor: Double) -> ExpectedLimit {
    ExpectedLimit(
      median: median * factor, minus1: minus1 * factor, plus1: plus1 * factor, minus2: minus2 * factor,
      plus2: plus2 * factor)
  }
}
