/// The limit that a search would set at some luminosity, for one hypothesis, if there were background alone.
public struct ProjectedLimit: Codable, Hashable, Sendable {
  /// The mass of the particle, GeV; nil for searches without one.
  public let mass: Double?
  /// A second mass, GeV: that of an invisible dark Higgs boson.
  public let secondMass: Double?
  /// c tau, cm, of decays that are not prompt.
  public let lifetime: Double?
  /// The signal region, of counting searches.
  public let region: String?
  /// `likelihood` or `counting`.
  public let method: HypothesisResult.Method
  /// Background expected within two resolutions of the hypothesis or in the signal region, with its statistical error.
  public let background: Double
  /// The error of that from the number of simulated events; equals the upper limit at 90 % where none was left.
  public let backgroundError: Double
  /// Whether no simulated event was left: the background is then taken as zero, and its error is an upper limit.
  public let isWithoutSimulation: Bool
  /// Signal efficiency.
  public let efficiency: Double?
  /// Expected limits on the number of signal candidates.
  public let yieldLimit: ExpectedLimit
  /// Relative statistical error of the median: of the simulated background and of the efficiency.
  public let relativeError: Double
  /// Expected limits on cross-section, branching fraction and couplings; the median stands for the observed one.
  public let limits: [ConvertedLimit]
  /// What was published at this mass, if it is one of those.
  public internal(set) var published: Double?

  /// Expected over published limit.
  public internal(set) var ratio: Double?

  enum CodingKeys: String, CodingKey {
    case mass, lifetime, region, method, background, efficiency, limits, published, ratio
    case secondMass = "second_mass"
    case backgroundError = "background_error"
    case isWithoutSimulation = "without_simulation"
    case yieldLimit = "yield_limit"
    case relativeError = "relative_error"
  }

  /// The limit on a quantity: the median expected one.
  public func median(of quantity: String, unit: String) -> Double? {
    limits.first { $0.quantity == quantity && $0.unit == unit }?.expected?.median
  }
}

/// What a search would reach at a luminosity, beside what was published.
public struct SensitivityProjection: Codable, Sendable {
  /// Name of the channel.
  public let channel: String
  /// A line for titles.
  public let title: String
  /// Hash of the channel's definition.
  public let definition: String
  /// Integrated luminosity, 1/fb.
  public let luminosity: Double
  /// Confidence level of the limits.
  public let confidence: Double
  /// What the limits that are compared are on; nil where only yields are limited.
  public let quantity: String?
  /// The unit of that.
  public let unit: String
  /// The processes the background was simulated of.
  public let backgrounds: [Share]
  /// The hypotheses.
  public let limits: [ProjectedLimit]
  /// Why there are none, or fewer than the scan has.
  public let remarks: [String]
  /// Published ranges of limits beside the range expected here.
  public let ranges: [RangeComparison]
  /// The median of expected over published limits: of all published points, or of both ends of the published range.
  public let ratio: Double?

  enum CodingKeys: String, CodingKey {
    case channel, title, definition, luminosity, confidence, quantity, unit, backgrounds, limits, remarks, ranges, ratio
  }

  /// What a process contributes.
  public struct Share: Codable, Hashable, Sendable {
    /// The process.
    public let process: String
    /// Events simulated.
    public let events: Int
    /// What they stand for, 1/fb.
    public let simulatedLuminosity: Double
    /// Its candidates that passed the selection.
    public let selected: Int
    /// How many of those are expected at the luminosity of the projection.
    public let expected: Double

    enum CodingKeys: String, CodingKey {
      case process, events, selected, expected
      case simulatedLuminosity = "simulated_luminosity"
    }
  }

  /// The range of published limits, and of those expected at the same masses.
  public struct RangeComparison: Codable, Hashable, Sendable {
    /// What is limited.
    public let quantity: String
    /// Its unit.
    public let unit: String
    /// The smallest and the largest published limit.
    public let published: [Double]
    /// The smallest and the largest limit expected here.
    public let expected: [Double]
    /// Expected over published, of both.
    public let ratios: [Double]
  }
}
