/// The polynomials of a background, on a window mapped to [-1, 1].
///
/// Yields, errors, likelihoods and limits do not depend on the basis, only the coefficients do.
public enum PolynomialBasis: String, CaseIterable, Sendable {
  /// P_0, P_1, …: orthogonal on the window; the first coefficient counts the background candidates.
  case legendre
  /// T_0, T_1, …
  case chebyshev
  /// The Bernstein polynomials of the order, each normalised to 1: coefficients that are not negative make a density that is not.
  case bernstein

  /// The integrals from -1 to t of the elements of an order, in the measure in which the window has length 1.
  func integrals(to t: Double, order: Int) -> [Double] {
    switch self {
    case .legendre:
      let p = Self.legendre(t, upTo: order + 1)
      return (0...order).map { i -> Double in
        guard i > 0 else { return 0.5 * (t + 1) }
        let difference: Double = p[i + 1] - p[i - 1]
        return 0.5 * difference / Double(2 * i + 1)
      }
    case .chebyshev:
      let c = Self.chebyshev(t, upTo: order + 1)
      return (0...order).map { i -> Double in
        if i == 0 { return 0.5 * (t + 1) }
        if i == 1 { return 0.25 * (t * t - 1) }
        let sign: Double = i % 2 == 0 ? -1 : 1
        let upper: Double = (c[i + 1] - sign) / Double(i + 1)
        let lower: Double = (c[i - 1] - sign) / Double(i - 1)
        return 0.25 * (upper - lower)
      }
    case .bernstein:
      // The integral of element i of order d is the sum of the elements of order d + 1 beyond i, over d + 1.
      let x = 0.5 * (t + 1)
      let higher = Self.bernstein(x, order: order + 1)
      return (0...order).map { i -> Double in higher[(i + 1)...].reduce(0, +) }
    }
  }

  /// The densities of the elements of an order at t, for a window of length 1.
  func densities(at t: Double, order: Int) -> [Double] {
    switch self {
    case .legendre: return Self.legendre(t, upTo: order)
    case .chebyshev: return Self.chebyshev(t, upTo: order)
    case .bernstein: return Self.bernstein(0.5 * (t + 1), order: order).map { Double(order + 1) * $0 }
    }
  }

  private static func legendre(_ t: Double, upTo highest: Int) -> [Double] {
    var p = [1.0, t]
    for n in 1..<max(highest, 1) {
      let upper: Double = Double(2 * n + 1) * t * p[n]
      p.append((upper - Double(n) * p[n - 1]) / Double(n + 1))
    }
    return Array(p[0...highest])
  }

  private static func chebyshev(_ t: Double, upTo highest: Int) -> [Double] {
    var c = [1.0, t]
    for n in 1..<max(highest, 1) { c.append(2 * t * c[n] - c[n - 1]) }
    return Array(c[0...highest])
  }

  private static func bernstein(_ x: Double, order: Int) -> [Double] {
    var b = [1.0]
    for n in 1..<max(order + 1, 1) {
      var next = [Double](repeating: 0, count: n + 1)
      for i in 0..<n {
        next[i] += (1 - x) * b[i]
        next[i + 1] += x * b[i]
      }
      b = next
    }
    return b
  }
}

extension LinearDesign {
  /// A peak on a polynomial, integrated over bins: coefficients count candidates in the window, the signal's too.
  ///
  /// - Throws: ``FitRefusal`` where the window holds nothing of the peak, or the numbers make none.
  init(
    edges: [Double], hypothesis: BinnedHypothesis, shape: SignalShape, basis: PolynomialBasis
  ) throws(FitRefusal) {
    let bins = hypothesis.bins
    let order = hypothesis.order
    guard (0...Self.highestOrder).contains(order), hypothesis.deviation > 0 else {
      throw .invalidInput(
        "a background of order \(order) and a resolution of \(hypothesis.deviation), expected 0 to \(Self.highestOrder) and a "
          + "positive number")
    }
    guard bins.lowerBound >= 0, bins.upperBound < edges.count, !bins.isEmpty else { throw .windowOutsideSpectrum }
    let low = edges[bins.lowerBound]
    let width = edges[bins.upperBound] - low
    let window = edges[bins.lowerBound...bins.upperBound]
    let integrals = window.map { basis.integrals(to: 2 * ($0 - low) / width - 1, order: order) }
    let count = bins.count
    var columns = (0...order).map { i in (0..<count).map { integrals[$0 + 1][i] - integrals[$0][i] } }
    let cumulative = window.map { shape.cumulative(($0 - hypothesis.mass) / hypothesis.deviation) }
    let inside = cumulative[count] - cumulative[0]
    guard inside > 1e-9 else { throw .windowOutsideSpectrum }
    columns.append((0..<count).map { (cumulative[$0 + 1] - cumulative[$0]) / inside })
    self.init(columns: columns, startsEven: basis == .bernstein)
  }

  /// The highest order of a background polynomial.
  static let highestOrder = 30
}
