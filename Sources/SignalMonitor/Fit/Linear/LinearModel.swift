/// The columns of a model that is linear in its parameters: expected rows are mu = sum of p_c h_c.
///
/// Rows are bins, and a column holds what one unit of its parameter puts into each; or rows are events, and a column
/// holds the density there. Background columns come first, the signal is the last: what remains when the signal is held
/// is then the leading part of everything. The memory belongs to whoever made the model and must outlive its use.
struct LinearModel {
  /// The columns, one after the other, each `vectors` long; rows beyond `rows` are zero.
  var columns: UnsafePointer<SIMD8<Double>>
  /// The sum of each column over all bins, or its integral over the window.
  var totals: UnsafePointer<Double>
  /// Bins or events.
  var rows: Int
  /// Columns, the signal included.
  var count: Int
  /// Whether a flat background is an equal share of all background columns, and not the first one.
  var startsEven = false
  /// The background column that is positive everywhere: a flat background is this one alone.
  var flatColumn = 0
  /// Effective counts for a unit of content in each row, where contents are sums of weights; ``totals`` are then sums with
  /// these weights.
  var inverseScales: UnsafePointer<SIMD8<Double>>?

  /// Vectors of eight rows in a column.
  var vectors: Int { (rows + 7) / 8 }
}

/// A model with memory of its own.
struct LinearDesign: Sendable {
  /// Bins.
  let rows: Int
  /// Columns, the signal included.
  let count: Int
  /// The columns in vectors of eight bins.
  let columns: [SIMD8<Double>]
  /// The sum of each column.
  let totals: [Double]
  private let startsEven: Bool

  /// A design of columns of equal length, the signal last.
  ///
  /// - Parameter startsEven: whether a flat background is an equal share of all columns.
  init(columns: [[Double]], startsEven: Bool = false) {
    self.init(packed: columns.map(PeakDesign.packed), rows: columns.first?.count ?? 0, startsEven: startsEven)
  }

  /// A design of columns in vectors of eight bins.
  init(packed: [[SIMD8<Double>]], rows: Int, startsEven: Bool = false) {
    self.startsEven = startsEven
    self.rows = rows
    count = packed.count
    columns = packed.flatMap { $0 }
    totals = packed.map { column in LinearKernel.total(column.reduce(.zero, +)) }
  }

  /// Lends the model to a fit.
  func withModel<Result>(_ body: (LinearModel) throws(FitRefusal) -> Result) throws(FitRefusal) -> Result {
    var outcome: Swift.Result<Result, FitRefusal>?
    columns.withUnsafeBufferPointer { columns in
      totals.withUnsafeBufferPointer { totals in
        guard let columns = columns.baseAddress, let totals = totals.baseAddress else { return }
        do throws(FitRefusal) {
          outcome = .success(
            try body(LinearModel(columns: columns, totals: totals, rows: rows, count: count, startsEven: startsEven)))
        } catch {
          outcome = .failure(error)
        }
      }
    }
    guard let outcome else { throw .emptyWindow }
    return try outcome.get()
  }
}
