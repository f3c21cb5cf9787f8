/// Memory for the columns of one window, used again for the next.
final class ColumnMemory {
  private(set) var columns: UnsafeMutablePointer<SIMD8<Double>>
  private(set) var totals: UnsafeMutablePointer<Double>
  private var capacity = 0
  private var totalCapacity = 0

  init() {
    columns = .allocate(capacity: 1)
    totals = .allocate(capacity: 1)
  }

  deinit {
    columns.deallocate()
    totals.deallocate()
  }

  func reserve(vectors: Int, count: Int) {
    if vectors * count > capacity {
      capacity = 2 * vectors * count
      columns.deallocate()
      columns = .allocate(capacity: capacity)
    }
    if count > totalCapacity {
      totalCapacity = 2 * count
      totals.deallocate()
      totals = .allocate(capacity: totalCapacity)
    }
  }
}

extension ColumnMemory {
  /// A model for contents that are sums of weights: its sums over bins are of effective counts.
  func scaled(_ model: LinearModel, _ inverseScales: ArraySlice<Double>) -> LinearModel {
    reserve(vectors: model.vectors, count: max(model.count, 1))
    for v in 0..<model.vectors { columns[v] = .zero }
    for (row, scale) in inverseScales.enumerated() { columns[row / 8][row % 8] = scale }
    var scaled = model
    for c in 0..<model.count {
      var sum = SIMD8<Double>.zero
      for v in 0..<model.vectors { sum += model.columns[c * model.vectors + v] * columns[v] }
      totals[c] = LinearKernel.total(sum)
    }
    scaled.totals = UnsafePointer(totals)
    scaled.inverseScales = UnsafePointer(columns)
    return scaled
  }
}

/// The densities of a peak and a polynomial background in one window.
struct PeakColumns {
  let low: Double
  let high: Double
  private let mass: Double
  private let inverseDeviation: Double
  private let order: Int
  private let basis: PolynomialBasis
  private let density: PeakDensity
  /// What makes the peak's density 1 in the window, per unit of the observable.
  private let peakScale: Double

  /// The densities of a hypothesis; refused where the window holds nothing of the peak.
  init(
    _ hypothesis: UnbinnedHypothesis, _ shape: SignalShape, _ density: PeakDensity, _ basis: PolynomialBasis
  ) throws(FitRefusal) {
    low = hypothesis.low
    high = hypothesis.high
    mass = hypothesis.mass
    inverseDeviation = 1 / hypothesis.deviation
    order = hypothesis.order
    self.basis = basis
    self.density = density
    let inside =
      shape.cumulative((high - mass) * inverseDeviation) - shape.cumulative((low - mass) * inverseDeviation)
    guard inside > 1e-9, high > low else { throw .windowOutsideSpectrum }
    peakScale = inverseDeviation / inside
  }

  /// Fills the columns for places given by vector and lane.
  @inline(__always)
  func fill(_ memory: ColumnMemory, count: Int, _ place: (Int, Int) -> Double) -> LinearModel {
    let vectors = (count + 7) / 8
    memory.reserve(vectors: vectors, count: order + 2)
    let columns = memory.columns
    let inverseWidth = 1 / (high - low)
    for v in 0..<vectors {
      let lanes = min(8, count - 8 * v)
      var x = SIMD8<Double>(repeating: mass)
      for lane in 0..<lanes { x[lane] = place(v, lane) }
      let t: SIMD8<Double> = (x - low) * (2 * inverseWidth) - 1
      fillPolynomial(columns + v, vectors, t, inverseWidth)
      columns[(order + 1) * vectors + v] = density((x - mass) * inverseDeviation) * peakScale
      if lanes < 8 {
        for c in 0...(order + 1) { for lane in lanes..<8 { columns[c * vectors + v][lane] = 0 } }
      }
    }
    for (c, total) in basis.integrals(to: 1, order: order).enumerated() { memory.totals[c] = total }
    memory.totals[order + 1] = 1
    return LinearModel(
      columns: UnsafePointer(columns), totals: UnsafePointer(memory.totals), rows: count, count: order + 2,
      startsEven: basis == .bernstein)
  }

  @inline(__always)
  private func fillPolynomial(
    _ column: UnsafeMutablePointer<SIMD8<Double>>, _ stride: Int, _ t: SIMD8<Double>, _ scale: Double
  ) {
    if basis == .bernstein {
      for i in 0...order {
        // Element i of the order d: (d + 1) C(d, i) u^i (1 - u)^(d - i).
        let u: SIMD8<Double> = t * 0.5 + 0.5
        var value = SIMD8<Double>(repeating: Double(order + 1) * scale)
        for k in 0..<i { value = value * u * (Double(order - k) / Double(k + 1)) }
        for _ in i..<order { value = value * (1 - u) }
        column[i * stride] = value
      }
      return
    }
    var before = SIMD8<Double>(repeating: scale)
    column[0] = before
    guard order > 0 else { return }
    var last: SIMD8<Double> = t * scale
    column[stride] = last
    guard order > 1 else { return }
    for n in 1..<order {
      // Both recurrences are p_(n+1) = a t p_n - b p_(n-1).
      let a = basis == .legendre ? Double(2 * n + 1) / Double(n + 1) : 2
      let b = basis == .legendre ? Double(n) / Double(n + 1) : 1
      let next: SIMD8<Double> = t * last * a - before * b
      column[(n + 1) * stride] = next
      before = last
      last = next
    }
  }

  /// The smallest density in the window, on places close together where it comes near to zero.
  func smallestDensity(_ parameters: UnsafePointer<Double>) -> Double {
    let coarse = smallestDensity(parameters, intervals: 200)
    return coarse > 0.3 * parameters[0] / (high - low) ? coarse : smallestDensity(parameters, intervals: 2000)
  }

  private func smallestDensity(_ parameters: UnsafePointer<Double>, intervals: Int) -> Double {
    var least = SIMD8<Double>(repeating: .infinity)
    let inverseWidth = 1 / (high - low)
    withUnsafeTemporaryAllocation(of: SIMD8<Double>.self, capacity: order + 1) { polynomial in
      guard let column = polynomial.baseAddress else { return }
      for v in 0...(intervals / 8) {
        var step = SIMD8<Double>(0, 1, 2, 3, 4, 5, 6, 7) + Double(8 * v)
        step.replace(with: Double(intervals), where: step .> Double(intervals))
        let u: SIMD8<Double> = step / Double(intervals)
        fillPolynomial(column, 1, u * 2 - 1, inverseWidth)
        let x: SIMD8<Double> = u * (high - low) + low
        var sum: SIMD8<Double> = density((x - mass) * inverseDeviation) * (peakScale * parameters[order + 1])
        for c in 0...order { sum += column[c] * parameters[c] }
        least.replace(with: sum, where: sum .< least)
      }
    }
    return least.min()
  }

  /// Places on which the expectation without signal is taken as data.
  static let asimovPoints = 4000

  /// Takes the expectation without signal as data, on places of equal distance all over the window.
  ///
  /// - Returns: whether some of it was negative, and taken as nothing.
  func loadExpectation(
    _ expected: LinearProfile, _ null: UnsafePointer<Double>, _ memory: ColumnMemory
  ) -> Bool {
    let count = Self.asimovPoints
    let width = (high - low) / Double(count)
    let model = fill(memory, count: count) { (v, lane) in low + (Double(8 * v + lane) + 0.5) * width }
    expected.prepare(model)
    var negative = false
    var least = 1.0
    for v in 0..<model.vectors {
      var sum = SIMD8<Double>.zero
      for c in 0..<(model.count - 1) { sum += null[c] * model.columns[c * model.vectors + v] }
      let weights: SIMD8<Double> = sum * width
      negative = negative || any(weights .< 0)
      let positive = weights .> 0
      expected.counts[v] = SIMD8<Double>.zero.replacing(with: weights, where: positive)
      least = min(least, SIMD8<Double>(repeating: 1).replacing(with: weights, where: positive).min())
    }
    expected.setSmallestCount(least)
    return negative
  }
}
