/// The model of one window at every order of its background: a peak on Legendre polynomials, integrated over bins.
///
/// Columns stand from the highest order down to the constant, the peak last, so that the model of a lower order is the end of
/// the memory of a higher one. In slices of a second observable each has polynomials of its own, and all share the peak; the
/// last constant is then the same in all slices, positive everywhere.
struct WindowDesign: Sendable {
  /// Bins, of all slices together.
  let rows: Int
  private let slices: Int
  private let highestOrder: Int
  private let columns: [SIMD8<Double>]
  private let totals: [Double]

  /// The model of a window.
  ///
  /// - Parameter edges: of its bins.
  init(edges: ArraySlice<Double>, window: ScanWindow, shape: SignalShape, highestOrder: Int) {
    let bins = edges.count - 1
    let slices = max(window.shares.count, 1)
    let rows = bins * slices
    let count = (highestOrder + 1) * slices + 1
    let vectors = (rows + 7) / 8
    var columns = [SIMD8<Double>](repeating: .zero, count: count * vectors)
    func put(_ value: Double, _ column: Int, _ row: Int) { columns[column * vectors + row / 8][row % 8] = value }
    let shares = window.shares.isEmpty ? [1] : window.shares
    let low = edges[edges.startIndex]
    let width = edges[edges.endIndex - 1] - low
    var before = [Double](repeating: 0, count: highestOrder + 2)
    var after = before
    func integrate(to edge: Double, _ integrals: inout [Double]) {
      let t: Double = 2 * (edge - low) / width - 1
      Self.integrate(to: t, highestOrder, &integrals)
      integrals[highestOrder + 1] = shape.cumulative((edge - window.mass) / window.deviation) / window.contained
    }
    integrate(to: low, &before)
    for bin in 0..<bins {
      integrate(to: edges[edges.startIndex + bin + 1], &after)
      let peak = after[highestOrder + 1] - before[highestOrder + 1]
      let constant = after[0] - before[0]
      for slice in 0..<slices {
        let row = slice * bins + bin
        put(peak * shares[slice], count - 1, row)
        put(constant / Double(slices), count - 2, row)
        if slice > 0 { put(constant, count - 2 - slice, row) }
        for order in 0..<highestOrder {
          put(after[order + 1] - before[order + 1], (highestOrder - 1 - order) * slices + slice, row)
        }
      }
      swap(&before, &after)
    }
    self.rows = rows
    self.slices = slices
    self.highestOrder = highestOrder
    self.columns = columns
    totals = (0..<count).map { column in
      LinearKernel.total(columns[(column * vectors)..<((column + 1) * vectors)].reduce(.zero, +))
    }
  }

  /// Half the integrals from 0 of the Legendre polynomials: Q_0 = t, Q_i = (P_(i+1) - P_(i-1))/(2i + 1).
  private static func integrate(to t: Double, _ highest: Int, _ integrals: inout [Double]) {
    integrals[0] = 0.5 * t
    var (lower, middle) = (1.0, t)
    for order in 1..<(highest + 1) {
      let upper: Double = (Double(2 * order + 1) * t * middle - Double(order) * lower) / Double(order + 1)
      integrals[order] = 0.5 * (upper - lower) / Double(2 * order + 1)
      (lower, middle) = (middle, upper)
    }
  }

  /// Numbers in memory.
  var size: Int { 8 * columns.count }

  /// The number of parameters at an order, the signal's included.
  func count(order: Int) -> Int { (order + 1) * slices + 1 }

  /// Lends the model of an order to a fit.
  func withModel<Result>(
    order: Int, _ body: (LinearModel) throws(FitRefusal) -> Result
  ) throws(FitRefusal) -> Result {
    let skipped = (highestOrder - order) * slices
    let rows = rows
    let count = count(order: order)
    var outcome: Swift.Result<Result, FitRefusal>?
    columns.withUnsafeBufferPointer { columns in
      totals.withUnsafeBufferPointer { totals in
        guard let columns = columns.baseAddress, let totals = totals.baseAddress else { return }
        let model = LinearModel(
          columns: columns + skipped * ((rows + 7) / 8), totals: totals + skipped, rows: rows, count: count,
          flatColumn: count - 2)
        do throws(FitRefusal) {
          outcome = .success(try body(model))
        } catch {
          outcome = .failure(error)
        }
      }
    }
    guard let outcome else { throw .emptyWindow }
    return try outcome.get()
  }

  /// The expectation of the window's bins, slices added.
  ///
  /// - Parameters:
  ///   - parameters: background from the highest order of the model down, then the signal; without it the signal is 0.
  ///   - order: of the model.
  func expectation(_ parameters: [Double], order: Int) -> [Double] {
    let skipped = (highestOrder - order) * slices
    let vectors = (rows + 7) / 8
    let bins = rows / slices
    var sum = [Double](repeating: 0, count: bins)
    for (index, parameter) in parameters.enumerated() where parameter != 0 {
      let first = (skipped + index) * vectors
      for row in 0..<rows { sum[row % bins] += parameter * columns[first + row / 8][row % 8] }
    }
    return sum
  }
}
