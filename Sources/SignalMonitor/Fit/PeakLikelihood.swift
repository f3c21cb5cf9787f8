import Statistics

/// The extended binned likelihood of a window, with analytic gradient and Hessian.
///
/// The value is half the deviance, sum over bins of mu - n + n log(n/mu): the negative logarithm of the likelihood up to
/// a constant of the data, of the size of the number of bins and not of the number of candidates, so that differences
/// keep their digits. Parameters are S, a_0, …, a_d, or a_0, …, a_d alone when the signal is held at a yield. Outside
/// the domain (nil) where the expectation of a populated bin is not positive.
public struct PeakLikelihood: ObjectiveFunction {
  private let design: PeakDesign
  private let order: Int
  private let fixedSignal: Double?
  private let counts: [SIMD8<Double>]
  private let offset: [SIMD8<Double>]
  private let columnSums: [Double]
  private let padding: Double
  private var residual: [SIMD8<Double>]
  private var weight: [SIMD8<Double>]

  /// The likelihood of counts (8 bins a vector, zeros as padding) under a background polynomial of `order`.
  ///
  /// - Parameter fixedSignal: the signal yield, or nil to fit it.
  public init(design: PeakDesign, counts: [SIMD8<Double>], order: Int, fixedSignal: Double?) {
    self.design = design
    self.order = order
    self.fixedSignal = fixedSignal
    self.counts = counts
    let vectors = design.vectorCount
    padding = Double(vectors * 8 - design.binCount)
    var offset = [SIMD8<Double>](repeating: .zero, count: vectors)
    if let fixedSignal {
      for index in 0..<vectors { offset[index] = fixedSignal * design.columns[0][index] }
    }
    // Padded bins expect and contribute exactly 1, taken off again at the end.
    for index in design.binCount..<(vectors * 8) { offset[index / 8][index % 8] = 1 }
    self.offset = offset
    columnSums = design.columns.map { column in column.reduce(0.0) { $0 + $1.sum() } }
    residual = [SIMD8<Double>](repeating: .zero, count: vectors)
    weight = residual
  }

  private var firstColumn: Int { fixedSignal == nil ? 0 : 1 }

  /// Fitted parameters: the background's, and the signal unless it is held.
  public var parameterCount: Int { order + 2 - firstColumn }

  /// Value, gradient and Hessian at a point; nil outside the domain.
  public mutating func evaluate(at point: [Double], gradient: inout [Double], hessian: inout SymmetricMatrix) -> Double?
  {
    guard let value = expectation(at: point) else { return nil }
    let vectors = residual.count
    let n = parameterCount
    let first = firstColumn
    for row in 0..<n {
      let left = design.columns[first + row]
      var slope = SIMD8<Double>.zero
      for index in 0..<vectors { slope += residual[index] * left[index] }
      gradient[row] = columnSums[first + row] - slope.sum()
      for column in 0...row {
        let right = design.columns[first + column]
        var curvature = SIMD8<Double>.zero
        for index in 0..<vectors {
          let product = left[index] * right[index]
          curvature += weight[index] * product
        }
        hessian[row, column] = curvature.sum()
      }
    }
    return value
  }

  /// Fills n/mu and n/mu^2 of every bin and returns the value.
  private mutating func expectation(at point: [Double]) -> Double? {
    let first = firstColumn
    var sum = SIMD8<Double>.zero
    var outside = SIMDMask<SIMD8<Int64>>(repeating: false)
    for index in residual.indices {
      var mu = offset[index]
      for parameter in point.indices { mu += point[parameter] * design.columns[first + parameter][index] }
      let n = counts[index]
      let populated = n .> 0
      outside = outside .| (populated .& (mu .<= 0)) .| (mu .!= mu)
      // An empty bin adds its expectation and nothing else: ratios of 1 there.
      let safeMu = SIMD8<Double>(repeating: 1).replacing(with: mu, where: populated)
      let safeN = SIMD8<Double>(repeating: 1).replacing(with: n, where: populated)
      let ratio = n / safeMu
      residual[index] = ratio
      weight[index] = ratio / safeMu
      sum += (mu - n) - n * PortableMath.log(safeMu / safeN)
    }
    return any(outside) ? nil : sum.sum() - padding
  }
}
