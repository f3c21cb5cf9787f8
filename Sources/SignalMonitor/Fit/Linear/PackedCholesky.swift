/// The factor of a small positive definite matrix in place: lower triangles, row by row, in memory of the caller.
///
/// The diagonal of the factor is stored inverted, since solving divides by it again and again.
enum PackedCholesky {
  /// Factors `matrix` into `factor`; false if it is not positive definite within rounding of its own diagonal.
  static func factor(_ matrix: UnsafePointer<Double>, _ factor: UnsafeMutablePointer<Double>, _ size: Int) -> Bool {
    for row in 0..<size {
      let start = row * (row + 1) / 2
      let left = factor + start
      for column in 0..<row {
        let right = factor + column * (column + 1) / 2
        var sum = matrix[start + column]
        for k in 0..<column { sum -= left[k] * right[k] }
        left[column] = sum * right[column]
      }
      let diagonal = matrix[start + row]
      var sum = diagonal
      for k in 0..<row { sum -= left[k] * left[k] }
      guard sum > diagonal * 1e-14, sum < .infinity else { return false }
      left[row] = 1 / sum.squareRoot()
    }
    return true
  }

  /// Replaces the right-hand side by the solution.
  static func solve(_ factor: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, _ size: Int) {
    for row in 0..<size {
      let left = factor + row * (row + 1) / 2
      var sum = x[row]
      for k in 0..<row { sum -= left[k] * x[k] }
      x[row] = sum * left[row]
    }
    var row = size - 1
    while row >= 0 {
      let left = factor + row * (row + 1) / 2
      let value = x[row] * left[row]
      x[row] = value
      for k in 0..<row { x[k] -= left[k] * value }
      row -= 1
    }
  }
}
