import Statistics

/// What a fit of several spectra gives. Numbers that do not exist are absent.
public struct SpectraResult: Encodable, Sendable {
  /// One parameter.
  public struct Parameter: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// The best value.
    public let value: Double
    /// Standard error from the second derivatives; absent on a bound and for parameters that are held.
    public let error: Double?
    /// Offset, negative, of the lower end of the profile likelihood's interval.
    public let errorLow: Double?
    /// Offset of its upper end.
    public let errorHigh: Double?
    /// Whether it ended on a bound.
    public let isAtBound: Bool
    /// Whether it was held.
    public let isFixed: Bool

    enum CodingKeys: String, CodingKey {
      case name, value, error
      case errorLow = "error_low"
      case errorHigh = "error_high"
      case isAtBound = "at_bound"
      case isFixed = "fixed"
    }
  }

  /// One spectrum.
  public struct Spectrum: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// What its bins hold.
    public let candidates: Double
    /// Expected contents of each component.
    public fileprivate(set) var components: [Component] = []
    /// Expected contents of each bin.
    public fileprivate(set) var expectation: [Double] = []
  }

  /// One component of a spectrum.
  public struct Component: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// What it puts into the bins.
    public let expected: Double
  }

  /// Significance and limits of one parameter.
  public struct Interest: Encodable, Sendable {
    /// The parameter.
    public let parameter: String
    /// Twice the rise of the negative log-likelihood without it.
    public let discoveryStatistic: Double
    /// The root of that with the sign of the parameter; for one look.
    public let localSignificance: Double
    /// Probability of this significance or more without it.
    public let localProbability: Double
    /// Upper limit by CLs with asymptotic formulae.
    public let limit: Double
    /// The limits expected without it.
    public let expectedLimit: ExpectedLimit

    enum CodingKeys: String, CodingKey {
      case parameter
      case discoveryStatistic = "q0"
      case localSignificance = "local_significance"
      case localProbability = "local_probability"
      case limit
      case expectedLimit = "expected_limit"
    }

    init(_ signal: SpectrumSignal, confidence: Double) throws(FitRefusal) {
      guard let rise = signal.rise(signal: 0) else { throw .noConvergence("the fit without '\(signal.name)'") }
      let limits = try AsymptoticLimit(signal)
      parameter = signal.name
      discoveryStatistic = max(rise, 0)
      let root = discoveryStatistic.squareRoot()
      localSignificance = signal.yield < 0 ? -root : root
      localProbability = NormalDistribution.tail(localSignificance)
      limit = try limits.upperLimit(confidence: confidence)
      expectedLimit = try limits.expectedLimits(confidence: confidence)
    }
  }

  /// Why there is no fit.
  public internal(set) var refusal: String?
  /// Why there is no limit although there is a fit.
  public internal(set) var missing: String?
  /// The parameters, in the order of the specification.
  public private(set) var parameters: [Parameter] = []
  /// Their correlations, row by row; 0 for those that did not move.
  public private(set) var correlations: [[Double]] = []
  /// Twice the logarithm of the likelihood of a perfect description over that of the fit.
  public private(set) var deviance: Double?
  /// Pearson's sum with its probability.
  public private(set) var goodness: GoodnessOfFit?
  /// The spectra.
  public private(set) var spectra: [Spectrum]
  /// Significance and limits of the parameter asked for.
  public internal(set) var ofInterest: Interest?
  private let componentNames: [[String]]
  private let fixed: Set<String>

  enum CodingKeys: String, CodingKey {
    case refusal, missing, parameters, correlations, deviance, goodness, spectra
    case ofInterest = "of_interest"
  }

  init(_ specification: SpectraSpecification, _ models: [SpectrumModel]) {
    spectra = zip(specification.spectra, models).map {
      Spectrum(name: $0.name, candidates: $1.counts.reduce(0, +))
    }
    componentNames = specification.spectra.map { $0.components.map(\.name) }
    fixed = specification.fixed
  }

  mutating func fill(from fit: SpectrumFit) {
    let covariance = fit.minimum.covariance
    for (index, parameter) in fit.parameters.enumerated() {
      let isFixed = fixed.contains(parameter.name)
      let value = fit.minimum.point[index]
      let interval = isFixed ? nil : try? fit.interval(parameter.name)
      parameters.append(
        Parameter(
          name: parameter.name, value: value, error: isFixed ? nil : fit.error(parameter.name),
          errorLow: interval.map { $0.low - value }, errorHigh: interval.map { $0.high - value },
          isAtBound: !isFixed && fit.minimum.atBound[index], isFixed: isFixed))
    }
    let indices = fit.parameters.indices
    correlations = indices.map { row in
      indices.map { column in
        let variances = covariance[row, row] * covariance[column, column]
        return variances > 0 ? covariance[row, column] / variances.squareRoot() : 0
      }
    }
    deviance = fit.deviance
    goodness = fit.goodness
    let contents = fit.componentContents
    let expectations = fit.expectations
    for index in spectra.indices {
      spectra[index].components = zip(componentNames[index], contents[index]).map {
        Component(name: $0, expected: $1)
      }
      spectra[index].expectation = expectations[index]
    }
  }
}
