/// A parameter of a ``SpectrumFit``.
public struct FitParameter: Hashable, Sendable {
  /// What is known of a parameter from elsewhere: a normal distribution.
  public struct Constraint: Hashable, Sendable {
    /// Its mean.
    public var mean: Double
    /// Its standard deviation.
    public var error: Double

    /// A measurement from elsewhere.
    public init(mean: Double, error: Double) {
      self.mean = mean
      self.error = error
    }
  }

  /// Its name.
  public var name: String
  /// Where the search begins.
  public var start: Double
  /// Its bounds. A fit that ends on one has no error there, and says so; the parameter is not transformed, so that bounds
  /// do not bias fits that end inside.
  public var bounds: ClosedRange<Double>?
  /// What is known of it.
  public var constraint: Constraint?

  /// A parameter.
  public init(
    _ name: String, start: Double, bounds: ClosedRange<Double>? = nil, constraint: Constraint? = nil
  ) {
    self.name = name
    self.start = start
    self.bounds = bounds
    self.constraint = constraint
  }

  /// A nuisance parameter in units of its own standard deviation: 0 with an error of 1.
  public static func nuisance(_ name: String) -> FitParameter {
    FitParameter(name, start: 0, constraint: Constraint(mean: 0, error: 1))
  }
}
