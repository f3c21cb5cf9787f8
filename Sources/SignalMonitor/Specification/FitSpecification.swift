/// What is fitted to anybody's numbers: model, hypotheses and limits, without units or candidates.
///
/// The YAML form is described in `Documentation/fits.md`.
public struct FitSpecification: Sendable {
  /// How the data enter the likelihood.
  public enum Method: String, CaseIterable, Sendable {
    /// Counts in the bins of a histogram.
    case binned
    /// Every value by itself.
    case unbinned
    /// One count over a background with an error, per row.
    case counting
    /// Several histograms together, with shared, bounded and constrained parameters.
    case spectra
  }

  /// The bins into which a list of values is filled.
  public enum Histogram: Sendable {
    /// Bins that are a fraction of the local resolution wide, from `below` to `above` resolutions around `origin`.
    case resolutions(origin: Double, below: Double, above: Double, binsPerResolution: Int)
    /// Bins of equal width.
    case uniform(low: Double, high: Double, bins: Int)
  }

  /// The orders of the background polynomial for hypotheses below a value.
  public struct OrderRule: Sendable {
    /// The rule holds for hypotheses below this; nil for all that no earlier rule took.
    public var below: Double?
    /// One order, or those among which the data choose.
    public var orders: ClosedRange<Int>
  }

  /// Where peaks are looked for.
  public enum Hypotheses: Sendable {
    /// So many, beginning at a value, each a number of local resolutions after the one before.
    case resolutionSteps(from: Double, step: Double, count: Int)
    /// So many, with equal distances.
    case equalSteps(from: Double, step: Double, count: Int)
    /// These.
    case values([Double])
  }

  /// What part of the data a hypothesis is fitted to.
  public struct Window: Sendable {
    /// How its ends are found.
    public enum Measure: String, CaseIterable, Sendable {
      /// In units of the resolution at the hypothesis.
      case resolutionAtHypothesis = "resolution_at_hypothesis"
      /// Along the coordinate in which the resolution is 1 everywhere.
      case resolutionCoordinate = "resolution_coordinate"
    }
    /// Its reach below the hypothesis.
    public var below: Double
    /// Its reach above.
    public var above: Double
    /// What these are measured in.
    public var measure: Measure
  }

  /// The columns of a file of counts.
  public struct CountingColumns: Sendable {
    /// The count in the signal region.
    public var count = "count"
    /// The background expected in it.
    public var background = "background"
    /// The error of the background.
    public var error: String?
    /// The error of the background as a part of it.
    public var relativeError: String?
  }

  /// Name of the fit.
  public var name: String
  /// A line for people.
  public var title: String
  /// How the data enter.
  public var method: Method
  /// Name and unit of the observable, for people.
  public var observable = "value"
  /// The unit.
  public var unit = ""
  /// Confidence level of limits.
  public var confidence: Double
  /// The columns of values and weights, or of a histogram: low, high, count, variance, expected.
  public var columns: [String: String] = [:]
  /// The columns of counts.
  public var counting = CountingColumns()
  /// The signal at which CLs is stated, for counts.
  public var testedSignal: Double?
  /// What spectra are made of, for the method that fits several together.
  public var spectra: SpectraSpecification?
  /// The resolution of the peak.
  public var resolution = Resolution.points([])
  /// Windows are cut at its ends.
  public var range: ClosedRange<Double>?
  /// The bins, for lists of values.
  public var histogram: Histogram?
  /// The peak.
  public var shape = SignalShape.gaussian
  /// The background.
  public var basis = PolynomialBasis.legendre
  /// Its order.
  public var orders: [OrderRule] = []
  /// The hypotheses.
  public var hypotheses = Hypotheses.values([])
  /// Their windows.
  public var window = Window(below: 20, above: 20, measure: .resolutionAtHypothesis)
  /// Hash of the text the specification was read from.
  public var definition = ""

  /// The orders of the background at a value.
  func orders(at value: Double) -> ClosedRange<Int> {
    orders.first { rule in rule.below.map { value < $0 } ?? true }?.orders ?? (orders.last?.orders ?? 1...1)
  }

  /// The values of all hypotheses.
  func values() throws(GridProblem) -> [Double] {
    switch hypotheses {
    case .values(let values): return values
    case .equalSteps(let from, let step, let count): return (0..<count).map { from + Double($0) * step }
    case .resolutionSteps(let from, let step, let count):
      let scale = try scale(from: from)
      return (0..<count).map { scale.value(at: Double($0) * step) }
    }
  }

  /// The coordinate of resolutions, 0 at a value.
  func scale(from value: Double) throws(GridProblem) -> ResolutionScale {
    var upper = value + 1
    if case .points(let points) = resolution, let last = points.last { upper = max(upper, last.value + 1) }
    return try ResolutionScale(resolution: resolution, lower: value, upper: upper)
  }
}
