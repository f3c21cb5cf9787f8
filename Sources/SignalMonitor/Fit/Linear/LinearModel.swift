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

  /// A design of columns of equal length, the signal last.
  init(columns: [[Double]]) {
    rows = columns.first?.count ?? 0
    count = columns.count
    var packed: [SIMD8<Double>] = []
    packed.reserveCapacity(count * ((rows + 7) / 8))
    for column in columns { packed += PeakDesign.packed(column) }
    self.columns = packed
    totals = columns.map { $0.reduce(0, +) }
  }

  /// Lends the model to a fit.
  func withModel<Result>(_ body: (LinearModel) throws(FitRefusal) -> Result) throws(FitRefusal) -> Result {
    var outcome: Swift.Result<Result, FitRefusal>?
    columns.withUnsafeBufferPointer { columns in
      totals.withUnsafeBufferPointer { totals in
        guard let columns = columns.baseAddress, let totals = totals.baseAddress else { return }
        do throws(FitRefusal) {
          outcome = .success(try body(LinearModel(columns: columns, totals: totals, rows: rows, count: count)))
        } catch {
          outcome = .failure(error)
        }
      }
    }
    guard let outcome else { throw .emptyWindow }
    return try outcome.get()
  }
}
