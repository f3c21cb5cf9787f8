import Statistics

/// The likelihood of one data set under a ``LinearModel``: its minimum, and its profile over the signal.
///
/// The negative log-likelihood is convex, and self-concordant where every populated row counts at least one: after a
/// full Newton step from a point with decrement lambda < 1 the new decrement is below (lambda/(1 - lambda))^2 (S. Boyd
/// and L. Vandenberghe, *Convex optimization*, chapter 9.6). Stopping after the step from lambda^2 < 2.5e-7 therefore
/// leaves the minimum at less than 3e-7 standard deviations, from wherever the search began: a warm start
/// cannot be told from a cold one. Between Hessians cheaper steps use the last one again: their errors shrink by at most
/// twice the ratio of the last two decrements, and they stop where that leaves less than 1e-7.
///
/// All memory is taken once and kept for the next data set.
final class LinearProfile {
  @exclusivity(unchecked) private(set) var model: LinearModel
  private var vectorCapacity = 0
  private var columnCapacity = 0
  /// Counts of the rows, zero in the padding.
  @exclusivity(unchecked) private(set) var counts: LinearKernel.Scratch
  /// The expectation at ``best``.
  @exclusivity(unchecked) private(set) var reference: LinearKernel.Scratch
  /// The expectation at the point evaluated last.
  @exclusivity(unchecked) private(set) var mu: LinearKernel.Scratch
  @exclusivity(unchecked) private var residual: LinearKernel.Scratch
  @exclusivity(unchecked) private var weight: LinearKernel.Scratch
  @exclusivity(unchecked) private var weighted: LinearKernel.Scratch

  /// The parameters of the minimum: background, then signal.
  @exclusivity(unchecked) private(set) var best: UnsafeMutablePointer<Double>
  /// The parameters of the minimum without signal; the last is 0.
  @exclusivity(unchecked) private(set) var null: UnsafeMutablePointer<Double>
  /// A point of the profile.
  @exclusivity(unchecked) var point: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) private var trial: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) private(set) var gradient: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) var step: UnsafeMutablePointer<Double>
  /// How the background follows the signal along the profile.
  @exclusivity(unchecked) private(set) var tangent: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) private(set) var hessian: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) private(set) var factor: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) private(set) var bestHessian: UnsafeMutablePointer<Double>
  @exclusivity(unchecked) private(set) var bestFactor: UnsafeMutablePointer<Double>

  @exclusivity(unchecked) private var lastRise = 0.0
  /// Whether ``point`` was evaluated where the next search begins.
  @exclusivity(unchecked) private var isEvaluated = false
  /// The smallest count of a populated row, at most 1: how far from self-concordant the likelihood is.
  @exclusivity(unchecked) private var concordance = 1.0

  init() {
    func none<T>() -> UnsafeMutablePointer<T> { UnsafeMutablePointer<T>.allocate(capacity: 1) }
    (counts, reference, mu, residual, weight, weighted) = (none(), none(), none(), none(), none(), none())
    (best, null, point, trial, gradient, step, tangent) = (none(), none(), none(), none(), none(), none(), none())
    (hessian, factor, bestHessian, bestFactor) = (none(), none(), none(), none())
    model = LinearModel(columns: UnsafePointer(counts), totals: UnsafePointer(best), rows: 0, count: 0)
  }

  deinit {
    for pointer in [counts, reference, mu, residual, weight, weighted] { pointer.deallocate() }
    for pointer in [best, null, point, trial, gradient, step, tangent, hessian, factor, bestHessian, bestFactor] {
      pointer.deallocate()
    }
  }

  /// Takes a model; ``counts`` are to be filled next, for all its vectors.
  func prepare(_ model: LinearModel) {
    self.model = model
    concordance = 1
    isEvaluated = false
    if model.vectors > vectorCapacity {
      vectorCapacity = model.vectors + model.vectors / 2
      for path in [
        \LinearProfile.counts, \LinearProfile.reference, \LinearProfile.mu, \LinearProfile.residual,
        \LinearProfile.weight, \LinearProfile.weighted,
      ] {
        self[keyPath: path].deallocate()
        self[keyPath: path] = .allocate(capacity: vectorCapacity)
      }
    }
    if model.count > columnCapacity {
      columnCapacity = model.count + 4
      for path in [
        \LinearProfile.best, \LinearProfile.null, \LinearProfile.point, \LinearProfile.trial, \LinearProfile.gradient,
        \LinearProfile.step, \LinearProfile.tangent,
      ] {
        self[keyPath: path].deallocate()
        self[keyPath: path] = .allocate(capacity: columnCapacity)
      }
      let triangle = columnCapacity * (columnCapacity + 1) / 2
      for path in [
        \LinearProfile.hessian, \LinearProfile.factor, \LinearProfile.bestHessian, \LinearProfile.bestFactor,
      ] {
        self[keyPath: path].deallocate()
        self[keyPath: path] = .allocate(capacity: triangle)
      }
    }
  }

  /// The signal's index among the parameters.
  var signal: Int { model.count - 1 }

  /// Says that counts are not whole numbers, the smallest populated one being this.
  func setSmallestCount(_ value: Double) { concordance = min(1, max(value, 1e-6)) }

  // MARK: - Minima

  /// Finds the minimum over signal and background from ``point`` and keeps it as ``best``, with its Hessian.
  /// - Returns: the number of steps.
  func minimize() throws(FitRefusal) -> Int {
    let n = model.count
    let steps = try converge(free: n, columns: n, factorIsKnown: false)
    for c in 0..<n { best[c] = point[c] }
    try keepMinimum()
    return steps
  }

  /// Takes ``point``, which is known to be the minimum (of an expectation taken as data), as ``best``.
  func acceptMinimum() throws(FitRefusal) {
    guard evaluate(point, columns: model.count) else {
      throw .noConvergence("the expectation of the background is not positive")
    }
    for c in 0..<model.count { best[c] = point[c] }
    try keepMinimum()
  }

  private func keepMinimum() throws(FitRefusal) {
    let n = model.count
    LinearKernel.hessian(
      model.columns, model.vectors, first: 0, n, weight: weight, weighted: weighted, out: bestHessian)
    guard PackedCholesky.factor(bestHessian, bestFactor, n) else { throw .undetermined }
    swap(&reference, &mu)
    let row = bestHessian + signal * (signal + 1) / 2
    for c in 0..<signal { tangent[c] = -row[c] }
    PackedCholesky.solve(bestFactor, tangent, signal)
  }

  /// The standard error of the signal from the second derivatives at ``best``.
  var error: Double { bestFactor[signal * (signal + 1) / 2 + signal] }

  /// Finds the minimum without signal, starting from where the best fit points, and keeps it as ``null``.
  ///
  /// - Returns: the rise of twice the negative log-likelihood over ``best`` and the number of steps.
  func minimizeNull() throws(FitRefusal) -> (rise: Double, steps: Int) {
    let n = signal
    for c in 0..<n { point[c] = best[c] - tangent[c] * best[n] }
    point[n] = 0
    for c in 0..<(n * (n + 1) / 2) { factor[c] = bestFactor[c] }
    let steps: Int
    if evaluate(point, columns: n) {
      steps = try converge(free: n, columns: n, factorIsKnown: true, measuresRise: true)
    } else {
      setFlat()
      steps = try converge(free: n, columns: n, factorIsKnown: false, measuresRise: true)
    }
    for c in 0...n { null[c] = point[c] }
    return (max(lastRise, 0), steps)
  }

  /// Begins the next search at ``point`` if the expectation is positive there, else at a flat background.
  func startHere() {
    isEvaluated = evaluate(point, columns: model.count)
    if !isEvaluated { setFlat() }
  }

  /// Sets ``point`` to a flat background of all counts.
  func setFlat() {
    isEvaluated = false
    var sum = SIMD8<Double>.zero
    for v in 0..<model.vectors { sum += counts[v] }
    for c in 0..<model.count { point[c] = 0 }
    // Only one column of most bases is positive everywhere; of Bernstein's all are, and none alone.
    let flat = model.startsEven ? 0..<signal : model.flatColumn..<(model.flatColumn + 1)
    for c in flat { point[c] = LinearKernel.total(sum) / (model.totals[c] * Double(flat.count)) }
  }

  /// The negative log-likelihood at ``best``, without the constants of the data.
  var value: Double {
    var sum = -LinearKernel.logarithm(counts: counts, mu: reference, model.vectors)
    for c in 0..<model.count { sum += best[c] * model.totals[c] }
    return sum
  }

  /// Twice the negative log-likelihood at the point evaluated last above ``best``, row by row so that it keeps its digits.
  func rise(of parameters: UnsafePointer<Double>) -> Double {
    var sum = -LinearKernel.logarithm(counts: counts, mu: mu, reference: reference, model.vectors)
    for c in 0..<model.count { sum += (parameters[c] - best[c]) * model.totals[c] }
    return 2 * sum
  }

  /// Expectation and derivatives of the first `columns` columns at a point; false outside the domain.
  @inline(__always)
  func evaluate(_ parameters: UnsafePointer<Double>, columns: Int) -> Bool {
    guard evaluateExpectation(parameters, columns: columns) else { return false }
    LinearKernel.products(residual, model.columns, model.vectors, columns, out: gradient)
    for c in 0..<columns { gradient[c] = model.totals[c] - gradient[c] }
    return true
  }

  /// The expectation alone.
  @inline(__always)
  func evaluateExpectation(_ parameters: UnsafePointer<Double>, columns: Int) -> Bool {
    LinearKernel.expectation(
      model.columns, model.vectors, columns, parameters: parameters, counts: counts, mu: mu, residual: residual,
      weight: weight)
  }

  /// The Hessian of the first `count` columns at the point evaluated last, factored; false if it is not positive definite.
  func refreshFactor(_ count: Int) -> Bool {
    LinearKernel.hessian(
      model.columns, model.vectors, first: 0, count, weight: weight, weighted: weighted, out: hessian)
    return PackedCholesky.factor(hessian, factor, count)
  }

  /// Newton's method over the first `free` parameters of ``point``, from an evaluated point or not.
  ///
  /// - Parameter measuresRise: leaves the rise of the minimum over ``best`` in `lastRise` and the expectation where the last
  ///   step began.
  func converge(
    free n: Int, columns: Int, factorIsKnown: Bool, measuresRise: Bool = false
  ) throws(FitRefusal) -> Int {
    if !factorIsKnown {
      guard isEvaluated || evaluate(point, columns: columns) else {
        throw .noConvergence("the expectation is not positive where the search begins")
      }
    }
    isEvaluated = false
    var known = factorIsKnown
    var last = Double.infinity
    for iteration in 1...Self.mostSteps {
      var fresh = !known
      if fresh { guard refreshFactor(n) else { throw .undetermined } }
      var decrement = newtonStep(n)
      if !fresh && !(decrement < 0.01 * last) {
        guard refreshFactor(n) else { throw .undetermined }
        fresh = true
        decrement = newtonStep(n)
      }
      guard decrement.isFinite else { throw .noConvergence("the likelihood is not a finite number") }
      let isLast = isClose(decrement, after: last, fresh: fresh)
      if isLast && measuresRise {
        // The last step lowers twice the value by its decrement; nothing has to be evaluated after it.
        lastRise = rise(of: point) - decrement
        for c in 0..<n { point[c] += step[c] }
        return iteration
      }
      var length = iteration <= 15 ? 1 : 1 / (1 + (decrement / concordance).squareRoot())
      var halvings = 0
      while true {
        for c in 0..<columns { trial[c] = c < n ? point[c] + length * step[c] : point[c] }
        if isLast {
          if evaluateExpectation(trial, columns: columns) { break }
        } else if evaluate(trial, columns: columns) {
          var slope = 0.0
          for c in 0..<n { slope += gradient[c] * step[c] }
          if decrement < 1e-3 || slope <= 0.9 * decrement { break }
        }
        length *= 0.5
        halvings += 1
        guard halvings < 60 else { throw .noConvergence("no step lowers the likelihood") }
      }
      for c in 0..<columns { point[c] = trial[c] }
      if isLast { return iteration }
      last = decrement
      known = decrement < 0.1
    }
    throw .noConvergence(
      "no minimum after \(Self.mostSteps) steps: where nothing was counted the expectation can fall without end")
  }

  /// Whether the step that is about to be made ends less than 3e-7 standard deviations from the minimum.
  private func isClose(_ decrement: Double, after last: Double, fresh: Bool) -> Bool {
    if fresh { return decrement < 2.5e-7 * concordance }
    guard last.isFinite else { return decrement < 1e-12 * concordance }
    return decrement * decrement < 1e-15 * concordance * last
  }

  /// How far the value at a minimum found here may lie above the true one: half the square of 3e-7.
  static let largestDistance = 4.5e-14

  private static let mostSteps = 80

  private func newtonStep(_ n: Int) -> Double {
    for c in 0..<n { step[c] = -gradient[c] }
    PackedCholesky.solve(factor, step, n)
    var decrement = 0.0
    for c in 0..<n { decrement -= gradient[c] * step[c] }
    return decrement
  }
}
