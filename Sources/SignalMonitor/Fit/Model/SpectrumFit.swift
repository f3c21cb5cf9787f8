import Foundation
import Statistics

/// A fit of one or several spectra with shared parameters: extended binned likelihood, analytic gradient and Hessian.
///
/// For models that are not linear or have several signals; the scans of one peak of fixed form are ``BinnedPeakScan`` and
/// ``UnbinnedPeakScan``. A model with a free mass or resolution can have several minima: the one in whose valley the search
/// begins is found. Errors of templates and histograms of weights are in the likelihood (``BinLikelihood``, ``ScaledCounts``). The value minimised is half the deviance plus half the squares of the constraints' pulls.
public struct SpectrumFit: Sendable {
  /// The parameters.
  public let parameters: [FitParameter]
  /// The minimum.
  public let minimum: Minimum
  /// Twice the value of the likelihood at the minimum over that of a perfect description, without constraints.
  public let deviance: Double
  /// Pearson's chi-square of all bins; nil where an expectation is not positive.
  public let goodness: GoodnessOfFit?
  /// The spectra.
  public let spectra: [SpectrumModel]
  private let likelihood: SpectrumLikelihood

  /// The same fit with those parameters held at their best values that move nothing where `name` is 0: the mass and the
  /// resolution of a signal that is not there. Itself if there are none.
  func holdingWhatVanishes(with name: String) throws(FitRefusal) -> SpectrumFit {
    guard let position = position(name) else { throw .invalidInput("no parameter '\(name)'") }
    var point = minimum.point
    point[position] = 0
    var gradient = [Double](repeating: 0, count: point.count)
    var hessian = SymmetricMatrix(size: point.count)
    var likelihood = likelihood
    guard likelihood.evaluate(at: point, gradient: &gradient, hessian: &hessian) != nil else { return self }
    let vanishing = point.indices.filter { $0 != position && hessian[$0, $0] == 0 && gradient[$0] == 0 }
    guard !vanishing.isEmpty else { return self }
    var held = parameters
    for index in held.indices { held[index].start = minimum.point[index] }
    for index in vanishing { held[index].bounds = minimum.point[index]...minimum.point[index] }
    return try SpectrumFit(spectra, parameters: held)
  }

  /// Fits spectra.
  ///
  /// - Throws: ``FitRefusal`` for a model that names unknown parameters or does not suit its bins, for counts that are
  ///   negative or no numbers, and where the minimisation does not converge, with the reason.
  public init(_ spectra: [SpectrumModel], parameters: [FitParameter]) throws(FitRefusal) {
    var likelihood = try SpectrumLikelihood(spectra, parameters)
    let minimum = try Self.minimize(&likelihood, from: parameters.map(\.start), Self.bounds(parameters))
    self.spectra = spectra
    self.parameters = parameters
    self.minimum = minimum
    var (half, sum, extra) = (0.0, 0.0, 0.0)
    var isPositive = true
    for expectation in likelihood.expectations(at: minimum.point) ?? [] {
      if !expectation.add(&half, &sum, &extra) { isPositive = false }
    }
    deviance = 2 * half
    let free = zip(parameters, minimum.atBound).count { $0.constraint == nil && !$1 }
    let degrees = spectra.reduce(0) { $0 + $1.counts.count } - free
    goodness = isPositive && degrees > 0 ? GoodnessOfFit(chiSquare: sum, extraVariance: extra, degrees: degrees) : nil
    self.likelihood = likelihood
  }

  /// The fitted value of a parameter.
  public func value(_ name: String) -> Double? { position(name).map { minimum.point[$0] } }

  /// Its standard error from the second derivatives; nil if the parameter ended on a bound.
  public func error(_ name: String) -> Double? {
    guard let position = position(name), !minimum.atBound[position] else { return nil }
    return minimum.covariance[position, position].squareRoot()
  }

  /// The expected content of every bin of every spectrum, templates as they are.
  public var expectations: [[Double]] { (likelihood.expectations(at: minimum.point) ?? []).map(\.contents) }

  /// What each component of each spectrum is expected to hold.
  public var componentContents: [[Double]] {
    spectra.indices.map { spectrum in likelihood.componentContents(of: spectrum, at: minimum.point) }
  }

  /// The parameters that fit best with one of them held.
  func held(_ name: String, at value: Double) throws(FitRefusal) -> [Double] {
    guard let position = position(name) else { throw .invalidInput("no parameter '\(name)'") }
    return try profile(position, at: value).point
  }

  /// The expectation at parameters.
  func expectations(at point: [Double]) throws(FitRefusal) -> [SpectrumLikelihood.Expectation] {
    guard let found = likelihood.expectations(at: point) else {
      throw .noConvergence("the model has no value at these parameters")
    }
    return found
  }

  /// Twice the rise of the minimised value with a parameter held and all others fitted; nil where there is no minimum.
  public func rise(_ name: String, at value: Double) -> Double? {
    guard let position = position(name), let held = try? profile(position, at: value) else { return nil }
    return 2 * (held.value - minimum.value)
  }

  /// The values at which the profile likelihood has fallen by `deviations` squared over two, within the bounds: an end
  /// that the bounds cut off is the bound.
  public func interval(_ name: String, deviations: Double = 1) throws(FitRefusal) -> (low: Double, high: Double) {
    guard let position = position(name) else { throw .invalidInput("no parameter '\(name)'") }
    let best = minimum.point[position]
    let variance = minimum.covariance[position, position]
    let error = variance > 0 ? variance.squareRoot() : 0.1 * max(abs(best), 1)
    func end(_ side: Double) throws(FitRefusal) -> Double {
      let rise = { (value: Double) -> Double? in
        self.rise(name, at: value).map { max($0, 0).squareRoot() - deviations }
      }
      if let bounds = parameters[position].bounds {
        let bound = side < 0 ? bounds.lowerBound : bounds.upperBound
        if bound.isFinite, abs(bound - best) < 20 * deviations * error, let there = rise(bound), there <= 0 {
          return bound
        }
      }
      let found = risingRoot(from: best, step: side * deviations * error, tolerance: 1e-6 * error) { value in
        // Beyond the domain the likelihood has no value: further than any crossing.
        rise(value) ?? 10 * deviations
      }
      guard let found else { throw .intervalNotFound("error of \(name)") }
      return found
    }
    return (try end(-1), try end(1))
  }

  private func position(_ name: String) -> Int? { parameters.firstIndex { $0.name == name } }

  private func profile(_ position: Int, at value: Double) throws(FitRefusal) -> Minimum {
    var likelihood = likelihood
    var bounds = parameters.map { $0.bounds ?? -Double.infinity...Double.infinity }
    bounds[position] = value...value
    var start = minimum.point
    let variance = minimum.covariance[position, position]
    if variance > 0 {
      for index in start.indices where index != position {
        let moved = start[index] + minimum.covariance[position, index] / variance * (value - minimum.point[position])
        start[index] = min(max(moved, bounds[index].lowerBound), bounds[index].upperBound)
      }
    }
    start[position] = value
    do throws(FitRefusal) {
      return try Self.minimize(&likelihood, from: start, bounds)
    } catch {
      var plain = minimum.point
      plain[position] = value
      return try Self.minimize(&likelihood, from: plain, bounds)
    }
  }

  private static func bounds(_ parameters: [FitParameter]) -> [ClosedRange<Double>] {
    guard parameters.contains(where: { $0.bounds != nil }) else { return [] }
    return parameters.map { $0.bounds ?? -Double.infinity...Double.infinity }
  }

  private static func minimize(
    _ likelihood: inout SpectrumLikelihood, from start: [Double], _ bounds: [ClosedRange<Double>]
  ) throws(FitRefusal) -> Minimum {
    do throws(MinimizationFailure) {
      // A bounded mass or resolution does not jump across its range while the signal is still small.
      let steps = bounds.map { $0.upperBound - $0.lowerBound < .infinity ? 0.1 * ($0.upperBound - $0.lowerBound) : 0 }
      return try NewtonMinimizer(tolerance: 1e-9, maximumIterations: 200).minimize(
        &likelihood, from: start, bounds: bounds, largestSteps: steps)
    } catch {
      throw .noConvergence(error.description)
    }
  }
}
