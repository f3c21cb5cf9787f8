/// The model of one window: a peak of fixed shape on a polynomial.
///
/// Expected candidates in bin k: S f_k + sum over i of a_i g_ik.
/// - f_k is the fraction of the peak in the bin, normalised to 1 in the window, so S counts signal candidates in it.
/// - g_ik is half the integral of the Legendre polynomial P_i over the bin, with the window mapped to [-1, 1], so a_0
///   counts background candidates in the window and the others only shape them.
///
/// The model is linear in its parameters, hence the likelihood has one minimum.
public struct PeakDesign: Sendable {
  /// Bins in the window.
  public let binCount: Int
  /// Highest order of the polynomial for which columns exist.
  public let highestOrder: Int
  /// The columns f, g_0, g_1, … in vectors of 8 bins, padded with zeros.
  let columns: [[SIMD8<Double>]]
  /// The fraction of the whole peak that lies in the window.
  public let contained: Double

  /// Vectors of 8 bins per column.
  var vectorCount: Int { (binCount + 7) / 8 }

  /// A model of columns that are made already.
  init(binCount: Int, highestOrder: Int, columns: [[SIMD8<Double>]], contained: Double) {
    self.binCount = binCount
    self.highestOrder = highestOrder
    self.columns = columns
    self.contained = contained
  }

  /// A model for the bins between `edges`, with the polynomial up to an order.
  public init(edges: ArraySlice<Double>, mass: Double, deviation: Double, shape: SignalShape, highestOrder: Int) {
    let edges = Array(edges)
    binCount = edges.count - 1
    self.highestOrder = highestOrder
    let cumulative = edges.map { shape.cumulative(($0 - mass) / deviation) }
    let inside = cumulative[binCount] - cumulative[0]
    contained = inside
    let signal = (0..<binCount).map { (cumulative[$0 + 1] - cumulative[$0]) / inside }
    let width = edges[binCount] - edges[0]
    let primitives: [[Double]] = edges.map { edge in
      let t: Double = 2 * (edge - edges[0]) / width - 1
      return Self.legendrePrimitives(at: t, highest: highestOrder)
    }
    var columns = [Self.packed(signal)]
    for order in 0...highestOrder {
      let integrals: [Double] = (0..<binCount).map { bin in
        0.5 * (primitives[bin + 1][order] - primitives[bin][order])
      }
      columns.append(Self.packed(integrals))
    }
    self.columns = columns
  }

  /// Numbers per bin in vectors of 8, padded with zeros.
  public static func packed(_ values: [Double]) -> [SIMD8<Double>] {
    var vectors = [SIMD8<Double>](repeating: .zero, count: (values.count + 7) / 8)
    for (index, value) in values.enumerated() { vectors[index / 8][index % 8] = value }
    return vectors
  }

  /// The expectation of every bin for a signal yield and background coefficients.
  public func expectation(signal: Double, background: ArraySlice<Double>) -> [Double] {
    var result = [Double](repeating: 0, count: binCount)
    for bin in 0..<binCount {
      var sum = signal * columns[0][bin / 8][bin % 8]
      for (order, coefficient) in background.enumerated() {
        sum += coefficient * columns[order + 1][bin / 8][bin % 8]
      }
      result[bin] = sum
    }
    return result
  }

  /// The integrals from 0 of the Legendre polynomials: Q_0 = t, Q_i = (P_(i+1) - P_(i-1))/(2i + 1).
  private static func legendrePrimitives(at t: Double, highest: Int) -> [Double] {
    var polynomials = [1.0, t]
    for n in 1...(highest + 1) {
      let upper: Double = Double(2 * n + 1) * t * polynomials[n]
      let lower: Double = Double(n) * polynomials[n - 1]
      polynomials.append((upper - lower) / Double(n + 1))
    }
    return (0...highest).map { order -> Double in
      guard order > 0 else { return t }
      return (polynomials[order + 1] - polynomials[order - 1]) / Double(2 * order + 1)
    }
  }
}
