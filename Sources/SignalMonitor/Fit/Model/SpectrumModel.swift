/// One process in a spectrum: how much of it, and how it is spread over the bins.
public struct SpectrumComponent: Sendable {
  /// The spread over the bins.
  public enum Form: Sendable {
    /// Fixed contents of the bins per unit of the yield: a template of any number of dimensions, bin after bin. Its variances are
    /// those of a finite simulated sample; none for a template without errors.
    case template([Double], variances: [Double] = [])
    /// A polynomial; the coefficients of its elements beyond the first, relative to the first, are parameters.
    case polynomial(PolynomialBasis, coefficients: [String])
    /// exp(-rate x), normalised in the spectrum.
    case exponential(rate: String)
    /// x^(-power), normalised in the spectrum, for bins above 0.
    case powerLaw(power: String)
    /// A peak, normalised in the spectrum, whose mass and resolution are parameters.
    case peak(SignalShape, mass: String, deviation: String)
  }

  /// The parameter that multiplies it.
  public var yield: String
  /// A number that multiplies it: efficiency, cross-section times luminosity.
  public var scale: Double
  /// Nuisance parameters that multiply it by a power: `relativeError` 0.1 makes it 10 % larger at +1.
  public var factors: [Factor]
  /// The spread over the bins.
  public var form: Form

  /// A nuisance parameter's effect on a component: (1 + relativeError) to the power of the parameter.
  public struct Factor: Sendable {
    /// The parameter.
    public var parameter: String
    /// The change at +1, above -1.
    public var relativeError: Double

    /// An effect.
    public init(_ parameter: String, relativeError: Double) {
      self.parameter = parameter
      self.relativeError = relativeError
    }
  }

  /// A template of simulated contents and the sums of their squared weights (the contents themselves for plain counts),
  /// normalised to 1.
  public static func simulated(_ contents: [Double], variances: [Double]) -> Form {
    let whole = contents.reduce(0, +)
    return .template(contents.map { $0 / whole }, variances: variances.map { $0 / (whole * whole) })
  }

  /// A component.
  public init(yield: String, scale: Double = 1, factors: [Factor] = [], form: Form) {
    self.yield = yield
    self.scale = scale
    self.factors = factors
    self.form = form
  }
}

/// One spectrum of a fit, with what it is made of.
public struct SpectrumModel: Sendable {
  /// Counts of the bins, or sums of weights.
  public var counts: [Double]
  /// Sums of the squared weights; empty where `counts` are counts.
  public var variances: [Double]
  /// Edges of the bins, one more than counts; empty where all components are templates.
  public var edges: [Double]
  /// What is expected, added up.
  public var components: [SpectrumComponent]

  /// A spectrum.
  public init(
    counts: [Double], variances: [Double] = [], edges: [Double] = [], components: [SpectrumComponent]
  ) {
    self.counts = counts
    self.variances = variances
    self.edges = edges
    self.components = components
  }

  /// The same model for some of the bins only, as an elliptical window in two dimensions chooses them. Templates keep what
  /// they have in these bins; other forms need contiguous bins and are refused by the fit.
  public func selecting(_ bins: [Int]) -> SpectrumModel {
    var model = self
    model.counts = bins.map { counts[$0] }
    if !variances.isEmpty { model.variances = bins.map { variances[$0] } }
    model.edges = []
    model.components = components.map { component in
      guard case .template(let contents, let variances) = component.form else { return component }
      var part = component
      part.form = .template(
        bins.map { contents[$0] }, variances: variances.isEmpty ? [] : bins.map { variances[$0] })
      return part
    }
    return model
  }
}

/// An ellipse in the plane of two observables: the window of a hypothesis of two masses.
public struct EllipticalWindow: Hashable, Sendable {
  /// Its centre.
  public var centre: (x: Double, y: Double) { (centreX, centreY) }
  private let centreX: Double
  private let centreY: Double
  private let semiAxes: SIMD2<Double>
  private let cosine: Double
  private let sine: Double

  /// An ellipse.
  ///
  /// - Parameters:
  ///   - semiAxes: half its length and half its width.
  ///   - cosine: of the angle by which its length is turned from the x axis.
  ///   - sine: of the same angle.
  public init(x: Double, y: Double, semiAxes: (Double, Double), cosine: Double = 1, sine: Double = 0) {
    centreX = x
    centreY = y
    self.semiAxes = SIMD2(semiAxes.0, semiAxes.1)
    self.cosine = cosine
    self.sine = sine
  }

  /// Whether a point lies inside.
  public func contains(_ x: Double, _ y: Double) -> Bool {
    let (dx, dy) = (x - centreX, y - centreY)
    let along = (cosine * dx + sine * dy) / semiAxes.x
    let across = (cosine * dy - sine * dx) / semiAxes.y
    return along * along + across * across <= 1
  }

  /// The bins, x after x and y after y, whose middle lies inside.
  public func bins(xEdges: [Double], yEdges: [Double]) -> [Int] {
    let columns = max(xEdges.count - 1, 0)
    var bins: [Int] = []
    for row in 0..<max(yEdges.count - 1, 0) {
      for column in 0..<columns {
        let x = 0.5 * (xEdges[column] + xEdges[column + 1])
        if contains(x, 0.5 * (yEdges[row] + yEdges[row + 1])) { bins.append(row * columns + column) }
      }
    }
    return bins
  }
}
