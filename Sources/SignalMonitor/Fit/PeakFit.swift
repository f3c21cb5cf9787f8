import Statistics

/// The fits of one window at one background order: signal and background, background alone, and the profile in between.
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

  private static let minimizer = NewtonMinimizer(tolerance: 1e-8, maximumIterations: 60)

  /// Fits counts per bin.
  ///
  /// - Throws: ``FitRefusal`` when there is nothing to fit or a minimisation fails.
  public init(design: PeakDesign, counts: [Double], order: Int) throws(FitRefusal) {
    self.design = design
    self.order = order
    self.counts = PeakDesign.packed(counts)
    total = counts.reduce(0, +)
    guard total > 0 else { throw .emptyWindow }
    var flat = [Double](repeating: 0, count: order + 1)
    flat[0] = total
    null = try Self.minimum(design, self.counts, order, signal: 0, start: flat)
    do throws(FitRefusal) {
      best = try Self.minimum(design, self.counts, order, signal: nil, start: [0] + null.point)
    } catch {
      best = try Self.minimum(design, self.counts, order, signal: nil, start: [0] + flat)
    }
  }

  private static func minimum(
    _ design: PeakDesign, _ counts: [SIMD8<Double>], _ order: Int, signal: Double?, start: [Double]
  ) throws(FitRefusal) -> Minimum {
    var likelihood = PeakLikelihood(design: design, counts: counts, order: order, fixedSignal: signal)
    do throws(MinimizationFailure) {
      return try minimizer.minimize(&likelihood, from: start)
    } catch {
      throw .noConvergence(error.description)
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
    // The background moves by about what the signal gives or takes: start from where the best fit points.
    var start = Array(best.point.dropFirst())
    let variance = best.covariance[0, 0]
    for index in start.indices { start[index] += best.covariance[0, index + 1] / variance * (signal - yield) }
    do throws(FitRefusal) {
      return try Self.minimum(design, counts, order, signal: signal, start: start)
    } catch {
      var flat = [Double](repeating: 0, count: order + 1)
      flat[0] = max(total - signal, 0.5 * total)
      return try Self.minimum(design, counts, order, signal: signal, start: flat)
    }
  }

  /// The yields at which the profile likelihood has fallen by `deviations` squared over two: asymmetric errors.
  ///
  /// - Throws: ``FitRefusal/intervalNotFound(_:)`` when the profile does not rise that far on either side.
  public func interval(deviations: Double = 1) throws(FitRefusal) -> (low: Double, high: Double) {
    let error = yieldError
    let rise: (Double) -> Double? = { signal in
      guard let profile = try? self.profile(signal: signal) else { return nil }
      return max(2 * (profile.value - self.best.value), 0).squareRoot() - deviations
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
