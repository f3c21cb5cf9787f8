import Foundation
import Statistics
import Testing

/// Rosenbrock's valley, the classic curved minimum at (1, 1).
private struct Rosenbrock: ObjectiveFunction {
  let parameterCount = 2

  mutating func evaluate(at p: [Double], gradient: inout [Double], hessian: inout SymmetricMatrix) -> Double? {
    let (x, y) = (p[0], p[1])
    gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x)
    gradient[1] = 200 * (y - x * x)
    hessian[0, 0] = 1200 * x * x - 400 * y + 2
    hessian[1, 0] = -400 * x
    hessian[1, 1] = 200
    return 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x)
  }
}

/// A Poisson likelihood of one mean with `count` observed: outside its domain where the mean is not positive.
private struct OneCount: ObjectiveFunction {
  let parameterCount = 1
  let count: Double

  mutating func evaluate(at p: [Double], gradient: inout [Double], hessian: inout SymmetricMatrix) -> Double? {
    guard p[0] > 0 else { return nil }
    gradient[0] = 1 - count / p[0]
    hessian[0, 0] = count / (p[0] * p[0])
    return p[0] - count * log(p[0])
  }
}

/// A function of the sum of its two parameters only.
private struct Degenerate: ObjectiveFunction {
  let parameterCount = 2

  mutating func evaluate(at p: [Double], gradient: inout [Double], hessian: inout SymmetricMatrix) -> Double? {
    let s = p[0] + p[1] - 3
    gradient = [2 * s, 2 * s]
    hessian[0, 0] = 2
    hessian[1, 0] = 2
    hessian[1, 1] = 2
    return s * s
  }
}

@Suite("Newton's method with trust region and bounds")
struct MinimizationTests {
  @Test("Rosenbrock's valley is followed to its end")
  func rosenbrock() throws {
    var function = Rosenbrock()
    let minimum = try NewtonMinimizer().minimize(&function, from: [-1.2, 1])
    #expect(abs(minimum.point[0] - 1) < 1e-8 && abs(minimum.point[1] - 1) < 1e-8)
    #expect(minimum.iterations < 40)
    #expect(minimum.atBound == [false, false])
  }

  @Test("Steps that may only be short follow the valley to the same minimum")
  func shortSteps() throws {
    var function = Rosenbrock()
    let minimum = try NewtonMinimizer().minimize(&function, from: [-1.2, 1], largestSteps: [0.1, 0.1])
    #expect(abs(minimum.point[0] - 1) < 1e-8 && abs(minimum.point[1] - 1) < 1e-8)
    #expect(throws: MinimizationFailure.badStart) {
      _ = try NewtonMinimizer().minimize(&function, from: [-1.2, 1], largestSteps: [0.1])
    }
  }

  @Test("A minimum outside the bounds is found on the bound, with the free parameter's own variance")
  func bounds() throws {
    var function = Rosenbrock()
    let minimum = try NewtonMinimizer().minimize(&function, from: [0, 0], bounds: [-2...0.5, -10...10])
    #expect(minimum.point[0] == 0.5)
    #expect(abs(minimum.point[1] - 0.25) < 1e-9)
    #expect(minimum.atBound == [true, false])
    #expect(minimum.covariance[0, 0] == 0)
    #expect(abs(minimum.covariance[1, 1] - 1.0 / 200) < 1e-12)
  }

  @Test("Steps out of the domain are shortened; the mean of a Poisson count is the count", arguments: [1.0, 37, 1e6])
  func domain(count: Double) throws {
    var function = OneCount(count: count)
    let minimum = try NewtonMinimizer().minimize(&function, from: [count * 3])
    #expect(abs(minimum.point[0] / count - 1) < 1e-9)
    #expect(abs(minimum.covariance[0, 0] / count - 1) < 1e-6)
  }

  @Test("Parameters the data do not determine are an error that says so, not a number")
  func degenerate() {
    var function = Degenerate()
    #expect {
      _ = try NewtonMinimizer().minimize(&function, from: [0, 0])
    } throws: { error in
      if case .undetermined = error as? MinimizationFailure { return true }
      return false
    }
  }

  @Test("No convergence within the allowed iterations says how far away it is")
  func notConverged() {
    var function = Rosenbrock()
    #expect {
      _ = try NewtonMinimizer(maximumIterations: 3).minimize(&function, from: [-1.2, 1])
    } throws: { error in
      guard case .notConverged(3, let distance) = error as? MinimizationFailure else { return false }
      return distance > 0
    }
  }

  @Test("A start outside the domain or of the wrong size is refused")
  func badStart() {
    var function = OneCount(count: 3)
    #expect(throws: MinimizationFailure.badStart) { _ = try NewtonMinimizer().minimize(&function, from: [-1]) }
    #expect(throws: MinimizationFailure.badStart) { _ = try NewtonMinimizer().minimize(&function, from: [1, 2]) }
  }

  @Test("The inverse of a Cholesky-factored matrix is its inverse; an indefinite matrix has no factor")
  func cholesky() throws {
    var random = CounterRandom(seed: 51, purpose: .pseudoExperiment)
    for size in 1...8 {
      var matrix = SymmetricMatrix(size: size)
      let rows = (0..<size + 2).map { _ in (0..<size).map { _ in random.gaussian() } }
      for i in 0..<size {
        for j in 0...i { matrix[i, j] = rows.reduce(0) { $0 + $1[i] * $1[j] } }
      }
      let inverse = try #require(matrix.cholesky()).inverse()
      for i in 0..<size {
        for j in 0..<size {
          let product = (0..<size).reduce(0.0) { $0 + matrix[i, $1] * inverse[$1, j] }
          #expect(abs(product - (i == j ? 1 : 0)) < 1e-9)
        }
      }
      matrix[0, 0] = -1
      #expect(matrix.cholesky() == nil)
    }
  }
}
