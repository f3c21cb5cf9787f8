import Statistics

/// The fits of one window at one background order: signal and background, background alone, and the profile in between.
///
/// Values are half deviances, the sum over bins of mu - n + n ln(n/mu): the negative logarithm of the likelihood up to a
/// constant of the data, of the size of the number of bins and not of the number of candidates.
public struct PeakFit: Sendable {
  /// The model.
  public let design: PeakDesign
  /// Order of the background polynomial.
  public let order: Int
  /// Candidates per bin; whole numbers for data, expectations for an Asimov data set.
  public let counts: [SIMD8<Double>]
  /// All candidates of the window.
  public let total: Double
  /// Signal yield and background coefficients at the best fit.
  public let best: Minimum
  /// Background coefficients of the best fit without signal.
  public let null: Minimum
  private let model: LinearDesign

  /// Fits counts per bin. Negative ones, which expectations may have, count as nothing.
  ///
  /// - Throws: ``FitRefusal`` when there is nothing to fit or a minimisation fails.
  public init(design: PeakDesign, counts: [Double], order: Int) throws(FitRefusal) {
    guard counts.allSatisfy(\.isFinite) else { throw .badCounts }
    try self.init(
      design: design, model: LinearDesign(design, order: order), counts: PeakDesign.packed(counts.map { max($0, 0) }),
      order: order, start: nil)
  }

  /// The fit of other counts to the same model.
  ///
  /// - Parameter start: background coefficients and yield to begin at; nil for a flat background.
  func refitted(_ counts: [SIMD8<Double>], start: [Double]? = nil) throws(FitRefusal) -> PeakFit {
    try PeakFit(design: design, model: model, counts: counts, order: order, start: start)
  }

  private init(
    design: PeakDesign, model: LinearDesign, counts packed: [SIMD8<Double>], order: Int, start: [Double]?
  ) throws(FitRefusal) {
    self.design = design
    self.order = order
    self.model = model
    counts = packed
    let total = LinearKernel.total(packed.reduce(.zero, +))
    self.total = total
    guard total > 0 else { throw .emptyWindow }
    (best, null) = try model.withProfile { (profile, model) throws(FitRefusal) in
      profile.load(packed)
      if let start {
        for c in 0..<model.count { profile.point[c] = start[c] }
        profile.startHere()
      } else {
        profile.setFlat()
      }
      let steps = try profile.minimize()
      let value = profile.halfDeviance(of: profile.reference)
      let best = profile.minimum(profile.best, profile.bestHessian, count: model.count, value: value, steps: steps)
      let null = try profile.minimizeNull()
      guard profile.evaluateExpectation(profile.null, columns: order + 1), profile.refreshFactor(order + 1) else {
        throw .undetermined
      }
      return (
        best,
        profile.minimum(
          profile.null, profile.hessian, count: order + 1, value: value + 0.5 * null.rise, steps: null.steps)
      )
    }
  }

  /// The fitted signal yield, negative for a deficit.
  public var yield: Double { best.point[0] }

  /// The standard error of the yield from the second derivatives.
  public var yieldError: Double { best.covariance[0, 0].squareRoot() }

  /// Twice the rise of the negative log-likelihood without signal: q0 before its sign.
  public var discoveryStatistic: Double { max(2 * (null.value - best.value), 0) }

  /// The local significance: the square root of q0 with the sign of the yield.
  public var significance: Double {
    let root = discoveryStatistic.squareRoot()
    return yield < 0 ? -root : root
  }

  /// The best fit with the signal held at a yield.
  public func profile(signal: Double) throws(FitRefusal) -> Minimum {
    let variance = best.covariance[0, 0]
    return try model.withProfile { (profile, model) throws(FitRefusal) in
      profile.load(counts)
      // The background moves by about what the signal gives or takes: start from where the best fit points.
      for c in 0...order {
        profile.point[c] = best.point[c + 1] + best.covariance[0, c + 1] / variance * (signal - yield)
      }
      profile.point[order + 1] = signal
      if !profile.evaluate(profile.point, columns: order + 2) {
        for c in 0...order { profile.point[c] = best.point[c + 1] }
        if !profile.evaluate(profile.point, columns: order + 2) {
          profile.setFlat()
          profile.point[order + 1] = signal
          profile.point[0] = max(total - signal, 0.5 * total)
        }
      }
      let steps = try profile.converge(free: order + 1, columns: order + 2, factorIsKnown: false)
      guard profile.refreshFactor(order + 1) else { throw .undetermined }
      return profile.minimum(
        profile.point, profile.hessian, count: order + 1, value: profile.halfDeviance(of: profile.mu), steps: steps)
    }
  }

  /// Twice the rise of the negative log-likelihood at a yield, the background profiled, above the best fit; nil where there is
  /// no fit.
  public func rise(signal: Double) -> Double? {
    if signal == 0 { return 2 * (null.value - best.value) }
    return try? model.withProfile { (profile, model) throws(FitRefusal) in
      profile.load(counts)
      for c in 0...order { profile.point[c] = best.point[c + 1] }
      profile.point[order + 1] = yield
      try profile.acceptMinimum()
      let variance = best.covariance[0, 0]
      // The background follows the signal as the best fit says; where that leads out of the domain it stays.
      guard let rise = profile.profileRise(at: signal, along: variance > 0) else {
        throw .noConvergence("the profile likelihood at \(signal.formatted(digits: 4))")
      }
      return rise
    }
  }

  /// The yields at which the profile likelihood has fallen by `deviations` squared over two: asymmetric errors.
  ///
  /// - Throws: ``FitRefusal/intervalNotFound(_:)`` when the profile does not rise that far on either side.
  public func interval(deviations: Double = 1) throws(FitRefusal) -> (low: Double, high: Double) {
    let error = yieldError
    let rise: (Double) -> Double? = { signal in
      self.rise(signal: signal).map { max($0, 0).squareRoot() - deviations }
    }
    guard
      let high = risingRoot(from: yield, step: deviations * error, tolerance: 1e-6 * error, rise),
      let low = risingRoot(from: yield, step: -deviations * error, tolerance: 1e-6 * error, rise)
    else { throw .intervalNotFound("error of the yield") }
    return (low, high)
  }

  /// The expectation of every bin at the best fit.
  public var expectation: [Double] { design.expectation(signal: yield, background: best.point.dropFirst()) }

  /// The background part of the best fit, bin by bin.
  public var background: [Double] { design.expectation(signal: 0, background: best.point.dropFirst()) }

  /// The expectation of every bin in the best fit without signal.
  public var nullExpectation: [Double] { design.expectation(signal: 0, background: null.point[...]) }
}

extension LinearDesign {
  /// The columns of a design up to an order, the signal last.
  init(_ design: PeakDesign, order: Int) {
    let chosen = design.columns[1...(order + 1)] + design.columns[...0]
    self.init(packed: Array(chosen), rows: design.binCount)
  }
}

extension LinearDesign {
  /// Lends the model to a fit, with memory that the next fit uses again.
  func withProfile<Result>(
    _ body: (LinearProfile, LinearModel) throws(FitRefusal) -> Result
  ) throws(FitRefusal) -> Result {
    let profile = ProfilePool.take()
    defer { ProfilePool.give(profile) }
    return try withModel { (model) throws(FitRefusal) in
      profile.prepare(model)
      return try body(profile, model)
    }
  }
}

extension LinearProfile {
  /// Takes packed counts, none of them negative, as the data of the model prepared.
  func load(_ packed: [SIMD8<Double>]) {
    var least = SIMD8<Double>(repeating: 1)
    for v in 0..<model.vectors {
      let n = packed[v]
      counts[v] = n
      least = least.replacing(with: n, where: (n .> 0) .& (n .< least))
    }
    setSmallestCount(least.min())
  }

  /// The sum over bins of mu - n + n ln(n/mu).
  func halfDeviance(of expectation: UnsafePointer<SIMD8<Double>>) -> Double {
    let one = SIMD8<Double>(repeating: 1)
    var sum = SIMD8<Double>.zero
    for v in 0..<model.vectors {
      let n = counts[v]
      let mu = expectation[v]
      let populated = n .> 0
      let ratio = one.replacing(with: mu, where: populated) / one.replacing(with: n, where: populated)
      sum += (mu - n) - n * PortableMath.log(ratio)
    }
    return LinearKernel.total(sum)
  }

  /// A minimum over the first `count` parameters, the signal (the last of all) put first.
  func minimum(
    _ parameters: UnsafePointer<Double>, _ packed: UnsafePointer<Double>, count: Int, value: Double, steps: Int
  ) -> Minimum {
    let isWhole = count == model.count
    // Where a parameter stands in the result.
    func place(_ c: Int) -> Int { isWhole ? (c + 1) % count : c }
    var point = [Double](repeating: 0, count: count)
    var matrix = SymmetricMatrix(size: count)
    for row in 0..<count {
      point[place(row)] = parameters[row]
      for column in 0...row { matrix[place(row), place(column)] = packed[row * (row + 1) / 2 + column] }
    }
    return Minimum(
      point: point, value: value, hessian: matrix,
      covariance: matrix.cholesky()?.inverse() ?? SymmetricMatrix(size: count),
      atBound: [Bool](repeating: false, count: count), iterations: steps, estimatedDistance: Self.largestDistance)
  }
}
