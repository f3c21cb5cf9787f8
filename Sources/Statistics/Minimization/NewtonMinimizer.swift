/// A function to be minimised, with its gradient and Hessian.
public protocol ObjectiveFunction {
  /// Number of parameters.
  var parameterCount: Int { get }

  /// Computes value, gradient and Hessian (lower triangle) at a point.
  ///
  /// - Returns: the value, or nil if the point lies outside the function's domain (a negative expectation, say).
  mutating func evaluate(at point: [Double], gradient: inout [Double], hessian: inout SymmetricMatrix) -> Double?
}

/// Why a minimisation gave no answer.
public enum MinimizationFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The starting point is outside the function's domain, or has another number of coordinates.
  case badStart
  /// The function or a derivative is not a finite number at the point reached.
  case notFinite(iteration: Int)
  /// The Hessian at the minimum is not positive definite: some combination of parameters is not determined.
  case undetermined(iteration: Int)
  /// No convergence within the allowed iterations; the distance to the minimum is the estimate left.
  case notConverged(iterations: Int, estimatedDistance: Double)

  /// The reason, as a sentence.
  public var description: String {
    switch self {
    case .badStart:
      return "the starting point lies outside the function's domain"
    case .notFinite(let iteration):
      return "the function is not a finite number (iteration \(iteration))"
    case .undetermined(let iteration):
      return "the data do not determine all parameters: the Hessian is not positive definite (iteration \(iteration))"
    case .notConverged(let iterations, let distance):
      return "no convergence after \(iterations) iterations, estimated distance to the minimum \(distance)"
    }
  }
}

/// The minimum of a function and what is known about it.
public struct Minimum: Sendable {
  /// Where it is.
  public let point: [Double]
  /// The function's value there.
  public let value: Double
  /// The Hessian there.
  public let hessian: SymmetricMatrix
  /// The inverse of the Hessian of the free parameters; rows of parameters that ended on a bound are zero.
  public let covariance: SymmetricMatrix
  /// Which parameters ended on a bound.
  public let atBound: [Bool]
  /// Newton steps taken.
  public let iterations: Int
  /// Half the squared Newton decrement: an estimate of how far the value is above the true minimum.
  public let estimatedDistance: Double

  /// A minimum that was found elsewhere.
  public init(
    point: [Double], value: Double, hessian: SymmetricMatrix, covariance: SymmetricMatrix, atBound: [Bool],
    iterations: Int, estimatedDistance: Double
  ) {
    self.point = point
    self.value = value
    self.hessian = hessian
    self.covariance = covariance
    self.atBound = atBound
    self.iterations = iterations
    self.estimatedDistance = estimatedDistance
  }
}

/// Newton's method with analytic derivatives, guarded so that it converges from far away, with optional bounds.
///
/// Steps solve (H + lambda D) d = -g over the parameters that are not held by a bound, D the diagonal of H; lambda is 0
/// where H is positive definite, and otherwise grows until the sum is. A step that leaves the function's domain or does
/// not lower it is halved (Nocedal and Wright, *Numerical optimization*, chapters 3 and 4). It converges when the
/// estimated distance to the minimum, half the squared Newton decrement, is below ``tolerance``; and then takes one full
/// step more. Anything else is an error that says why.
public struct NewtonMinimizer: Sendable {
  /// Largest accepted estimate of the distance to the minimum, in units of the function.
  public var tolerance: Double
  /// Largest number of evaluations.
  public var maximumIterations: Int

  /// A minimiser with a tolerance for negative log-likelihoods: 1e-8 is 1e-4 standard deviations, and the final step
  /// squares that.
  public init(tolerance: Double = 1e-8, maximumIterations: Int = 100) {
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
  }

  /// Finds the minimum from a starting point.
  ///
  /// - Parameters:
  ///   - bounds: lower and upper bounds of the parameters; empty for none.
  ///   - largestSteps: how far each parameter may move in one step, a region of trust for functions with several minima; empty
  ///     for any distance.
  public func minimize<Objective: ObjectiveFunction>(
    _ objective: inout Objective, from start: [Double], bounds: [ClosedRange<Double>] = [], largestSteps: [Double] = []
  ) throws(MinimizationFailure) -> Minimum {
    let n = objective.parameterCount
    guard start.count == n, bounds.isEmpty || bounds.count == n, largestSteps.isEmpty || largestSteps.count == n else {
      throw .badStart
    }
    var state = State(point: start, size: n)
    if !bounds.isEmpty {
      for index in 0..<n {
        state.point[index] = min(max(start[index], bounds[index].lowerBound), bounds[index].upperBound)
      }
    }
    guard let first = objective.evaluate(at: state.point, gradient: &state.gradient, hessian: &state.hessian) else {
      throw .badStart
    }
    state.value = first
    var trial = State(point: state.point, size: n)
    var damping = 0.0
    var estimatedDistance = Double.infinity
    for iteration in 1...max(maximumIterations, 1) {
      guard state.isFinite else { throw .notFinite(iteration: iteration) }
      let held = heldByBounds(state, bounds)
      guard let step = newtonStep(state, held: held, damping: damping) else {
        damping = max(damping * 10, 1e-3)
        if damping > 1e12 { throw .undetermined(iteration: iteration) }
        continue
      }
      estimatedDistance = 0.5 * step.decrement
      if estimatedDistance < tolerance && damping > 0 {
        // The damped step has nowhere to go: either this is the minimum, or a valley without an end.
        guard newtonStep(state, held: held, damping: 0) != nil else { throw .undetermined(iteration: iteration) }
        damping = 0
        continue
      }
      var length = 1.0
      for (most, distance) in zip(largestSteps, step.direction) where most > 0 && abs(distance) * length > most {
        length = most / abs(distance)
      }
      let accepted = search(&objective, from: state, along: step, length, bounds, &trial)
      if accepted { swap(&state, &trial) }
      // One step beyond convergence squares the error; where rounding already hides its gain the point stays.
      if estimatedDistance < tolerance { return try result(state, bounds, iteration, estimatedDistance) }
      if accepted {
        damping = damping < 1e-6 ? 0 : damping * 0.1
      } else {
        damping = max(damping * 10, 1e-3)
        if damping > 1e12 { throw .notConverged(iterations: iteration, estimatedDistance: estimatedDistance) }
      }
    }
    throw .notConverged(iterations: maximumIterations, estimatedDistance: estimatedDistance)
  }

  /// Halves a step until it stays in the domain and lowers the function; false if it never does.
  private func search<Objective: ObjectiveFunction>(
    _ objective: inout Objective, from state: State, along step: Step, _ longest: Double,
    _ bounds: [ClosedRange<Double>], _ trial: inout State
  ) -> Bool {
    var length = longest
    for _ in 0..<40 {
      for index in state.point.indices {
        let moved = state.point[index] + length * step.direction[index]
        trial.point[index] =
          bounds.isEmpty ? moved : min(max(moved, bounds[index].lowerBound), bounds[index].upperBound)
      }
      let value = objective.evaluate(at: trial.point, gradient: &trial.gradient, hessian: &trial.hessian)
      trial.value = value ?? .infinity
      if trial.isFinite {
        if trial.value < state.value - 1e-4 * length * step.decrement { return true }
        // Near the minimum rounding hides the decrease of the value; a shrinking slope along the step tells it as well.
        var slope = 0.0
        for index in state.point.indices { slope += trial.gradient[index] * step.direction[index] }
        if trial.value <= state.value + 1e-13 * abs(state.value), abs(slope) <= 0.9 * step.decrement { return true }
      }
      length *= 0.5
    }
    return false
  }

  private struct Step {
    var direction: [Double]
    var decrement: Double
  }

  private struct State {
    var point: [Double]
    var value = 0.0
    var gradient: [Double]
    var hessian: SymmetricMatrix

    init(point: [Double], size: Int) {
      self.point = point
      gradient = [Double](repeating: 0, count: size)
      hessian = SymmetricMatrix(size: size)
    }

    var isFinite: Bool {
      value.isFinite && gradient.allSatisfy(\.isFinite) && hessian.elements.allSatisfy(\.isFinite)
    }
  }

  /// Parameters on a bound that the gradient pushes outwards, and those that bounds hold on one value.
  private func heldByBounds(_ state: State, _ bounds: [ClosedRange<Double>]) -> [Bool] {
    guard !bounds.isEmpty else { return [Bool](repeating: false, count: state.point.count) }
    return state.point.indices.map { index in
      bounds[index].lowerBound == bounds[index].upperBound
        || (state.point[index] <= bounds[index].lowerBound && state.gradient[index] > 0)
        || (state.point[index] >= bounds[index].upperBound && state.gradient[index] < 0)
    }
  }

  private func newtonStep(_ state: State, held: [Bool], damping: Double) -> Step? {
    var matrix = state.hessian
    var right = state.gradient.map { -$0 }
    for index in held.indices where !held[index] {
      matrix[index, index] += damping * max(abs(state.hessian[index, index]), 1e-12)
    }
    hold(held, in: &matrix)
    for index in held.indices where held[index] { right[index] = 0 }
    guard let factor = matrix.cholesky() else { return nil }
    let direction = factor.solve(right)
    return Step(direction: direction, decrement: zip(right, direction).reduce(0) { $0 + $1.0 * $1.1 })
  }

  private func hold(_ held: [Bool], in matrix: inout SymmetricMatrix) {
    for index in held.indices where held[index] {
      for other in held.indices { matrix[index, other] = 0 }
      matrix[index, index] = 1
    }
  }

  private func result(
    _ state: State, _ bounds: [ClosedRange<Double>], _ iterations: Int, _ distance: Double
  ) throws(MinimizationFailure) -> Minimum {
    let held = heldByBounds(state, bounds)
    var matrix = state.hessian
    hold(held, in: &matrix)
    guard let factor = matrix.cholesky() else { throw .undetermined(iteration: iterations) }
    var covariance = factor.inverse()
    for index in held.indices where held[index] { covariance[index, index] = 0 }
    return Minimum(
      point: state.point, value: state.value, hessian: state.hessian, covariance: covariance, atBound: held,
      iterations: iterations, estimatedDistance: distance)
  }
}
