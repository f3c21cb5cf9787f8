import Statistics

/// What a signal region gave: numbers, or the reason why there are none.
public struct RegionResult: Codable, Hashable, Sendable {
  /// Name of the region.
  public let name: String
  /// A line for titles.
  public let title: String
  /// Candidates in the signal region; nil while it is hidden.
  public let candidates: Int?
  /// Candidates in the sidebands; nil if there are none.
  public let sidebands: Int?
  /// Background expected in the signal region.
  public private(set) var background: EstimatedNumber?
  /// Why there are no numbers.
  public private(set) var refusal: String?
  /// Signal candidates.
  public private(set) var yield: EstimatedNumber?
  /// Significance of the count. Valid for one look.
  public private(set) var localSignificance: Double?
  /// Probability of the background to give this count or more.
  public private(set) var localProbability: Double?
  /// Upper limit on the yield; `high` equals the value.
  public private(set) var upperLimit: EstimatedNumber?
  /// The limits that counts without signal would give.
  public private(set) var expectedLimit: ExpectedLimit?
  /// The limit by every method that can answer, each with its name: the same count has many limits.
  public private(set) var methods: [EstimatedNumber]?
  /// Limits on what the yield means.
  public var limits: [ConvertedLimit]?

  enum CodingKeys: String, CodingKey {
    case name, title, candidates, sidebands, background, refusal, yield
    case localSignificance = "local_significance"
    case localProbability = "local_probability"
    case upperLimit = "upper_limit"
    case expectedLimit = "expected_limit"
    case methods, limits
  }

  /// Counts a region against its background.
  init(
    _ definition: RegionDefinition, _ counts: RegionCounts, confidence: Double, _ conditions: FitConditions,
    hidden: Bool
  ) {
    name = definition.name
    title = definition.title
    candidates = hidden ? nil : counts.signal
    sidebands = definition.sidebands == nil ? nil : counts.sidebands
    guard !hidden else {
      refusal = FitRefusal.hidden.description
      return
    }
    do throws(FitRefusal) {
      try fill(definition.countingRegion(counts, conditions), counts.signal, confidence)
    } catch {
      refusal = error.description
    }
  }

  private mutating func fill(_ region: CountingRegion, _ count: Int, _ confidence: Double) throws(FitRefusal) {
    let estimate = region.background
    background = EstimatedNumber(
      value: estimate.expectation, low: max(estimate.expectation - estimate.error, 0),
      high: estimate.expectation + estimate.error, method: "expectation with its standard error")
    // For interval and significance the background follows a gamma distribution with a flat prior.
    let experiment: CountingExperiment
    switch estimate {
    case .measured(let auxiliary, let ratio):
      experiment = CountingExperiment(count: count, backgroundShape: auxiliary + 1, backgroundRate: ratio)
    case .known(let expectation):
      experiment = CountingExperiment(
        count: count, backgroundShape: 1e6, backgroundRate: 1e6 / max(expectation, 1e-9))
    }
    guard let interval = experiment.interval() else { throw .intervalNotFound("interval of the count") }
    let excess = region.excess
    yield = EstimatedNumber(
      value: excess, low: min(interval.low, excess), high: max(interval.high, excess),
      method: "count, averaged over the background, 68.27 %")
    localSignificance = experiment.significance.isFinite ? experiment.significance : nil
    localProbability = experiment.pValue
    methods = CountingMethod.allCases.compactMap { try? region.upperLimit(confidence: confidence, method: $0) }
    expectedLimit = try region.expectedLimits(confidence: confidence)
    upperLimit = try region.upperLimit(confidence: confidence)
  }
}

extension RegionDefinition {
  /// The region with its count and what its background is known to be.
  func countingRegion(_ counts: RegionCounts, _ conditions: FitConditions) throws(FitRefusal) -> CountingRegion {
    guard let background else { throw .invalidInput("the background is not measured") }
    let estimate: BackgroundEstimate
    switch background {
    case .transfer(let value, let error):
      // A transfer with an error: the sidebands are worth fewer candidates than they hold.
      let expectation = Double(counts.sidebands) * value
      let variance = Double(counts.sidebands) * (value * value + Double(counts.sidebands) * error * error)
      estimate =
        counts.sidebands == 0
        ? .measured(count: 0, ratio: 1 / value)
        : BackgroundEstimate(expectation: expectation, error: variance.squareRoot())
    case .expected(let value, let error, let luminosity):
      guard let found = conditions.luminosity else {
        throw .invalidInput(
          "the background is known at \(luminosity.formatted(digits: 4))/fb and the luminosity is not known")
      }
      estimate = BackgroundEstimate(expectation: value * found / luminosity, error: error * found / luminosity)
    }
    return try CountingRegion(count: Double(counts.signal), background: estimate)
  }
}
