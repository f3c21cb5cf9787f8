/// A small symmetric matrix, stored as the rows of its lower triangle.
public struct SymmetricMatrix: Hashable, Sendable {
  /// Number of rows.
  public let size: Int
  /// The lower triangle, row by row.
  public var elements: [Double]

  /// A matrix of zeros.
  public init(size: Int) {
    self.size = size
    elements = [Double](repeating: 0, count: size * (size + 1) / 2)
  }

  /// The element of a row and column, in either order.
  public subscript(row: Int, column: Int) -> Double {
    get { row >= column ? elements[row * (row + 1) / 2 + column] : elements[column * (column + 1) / 2 + row] }
    set {
      if row >= column {
        elements[row * (row + 1) / 2 + column] = newValue
      } else {
        elements[column * (column + 1) / 2 + row] = newValue
      }
    }
  }

  /// Sets all elements to zero.
  public mutating func clear() {
    for index in elements.indices { elements[index] = 0 }
  }

  /// The Cholesky factor L with L L^T equal to this matrix, or nil if it is not positive definite (within rounding of
  /// its own diagonal).
  public func cholesky() -> CholeskyFactor? {
    var factor = elements
    for row in 0..<size {
      let start = row * (row + 1) / 2
      for column in 0...row {
        let other = column * (column + 1) / 2
        var sum = elements[start + column]
        for k in 0..<column { sum -= factor[start + k] * factor[other + k] }
        if row == column {
          guard sum > elements[start + row] * 1e-14, sum.isFinite else { return nil }
          factor[start + row] = sum.squareRoot()
        } else {
          factor[start + column] = sum / factor[other + column]
        }
      }
    }
    return CholeskyFactor(size: size, elements: factor)
  }
}

/// The lower triangular factor of a positive definite matrix.
public struct CholeskyFactor: Sendable {
  let size: Int
  let elements: [Double]

  /// The solution x of A x = b for the factored matrix A.
  public func solve(_ b: [Double]) -> [Double] {
    var x = b
    for row in 0..<size {
      let start = row * (row + 1) / 2
      var sum = x[row]
      for k in 0..<row { sum -= elements[start + k] * x[k] }
      x[row] = sum / elements[start + row]
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      var sum = x[row]
      for k in (row + 1)..<max(size, row + 1) { sum -= elements[k * (k + 1) / 2 + row] * x[k] }
      x[row] = sum / elements[row * (row + 1) / 2 + row]
    }
    return x
  }

  /// The inverse of the factored matrix: the covariance, if that was a Hessian.
  public func inverse() -> SymmetricMatrix {
    var result = SymmetricMatrix(size: size)
    for column in 0..<size {
      var unit = [Double](repeating: 0, count: size)
      unit[column] = 1
      let x = solve(unit)
      for row in column..<size { result[row, column] = x[row] }
    }
    return result
  }
}
