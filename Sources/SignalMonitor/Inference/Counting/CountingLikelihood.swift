import Foundation
import Statistics

/// The likelihood of one signal strength from counts in one or several regions.
///
/// Every region has its background and its sideband; a common relative error of luminosity times efficiency may scale the
/// signal of all regions, as exp(error theta) with a normal constraint on theta. All of them are profiled: backgrounds in
/// closed form, theta as the root of one equation.
public struct CountingLikelihood: SignalLikelihood {
  /// The regions.
  public let regions: [CountingRegion]
  /// Relative error of the signal that a signal strength of 1 gives.
  public let normalizationError: Double
  /// What the constraint pulls theta to: 0, something else in toys.
  private let constraintCentre: Double
  /// The most likely signal strength, negative for a deficit.
  public let yield: Double
  /// About its error.
  public let yieldError: Double
  private let least: Double

  /// The likelihood of a signal strength.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` without regions, or with a relative error outside 0 to 1.
  public init(regions: [CountingRegion], normalizationError: Double = 0) throws(FitRefusal) {
    guard !regions.isEmpty else { throw .invalidInput("no region to count in") }
    guard normalizationError >= 0, normalizationError < 1 else {
      throw .invalidInput("a relative error of \(normalizationError) of luminosity times efficiency, expected 0 to 1")
    }
    self.init(checked: regions, normalizationError: normalizationError, constraintCentre: 0)
  }

  init(checked regions: [CountingRegion], normalizationError: Double, constraintCentre: Double) {
    self.regions = regions
    self.normalizationError = normalizationError
    self.constraintCentre = constraintCentre
    let information = regions.reduce(0.0) { sum, region in
      let variance = max(region.count, 1) + region.background.error * region.background.error
      return sum + region.signal * region.signal / variance
    }
    yieldError = 1 / information.squareRoot()
    let scale = exp(normalizationError * constraintCentre)
    yield = Self.mostLikely(regions, error: yieldError) / scale
    least = Self.halfDeviance(regions, strength: yield * scale)
  }

  /// Half the deviance at a signal strength, all else profiled.
  public func halfDeviance(strength: Double) -> Double {
    guard normalizationError > 0 else { return Self.halfDeviance(regions, strength: strength) }
    let theta = pull(strength: strength)
    let distance = theta - constraintCentre
    return Self.halfDeviance(regions, strength: strength * exp(normalizationError * theta)) + 0.5 * distance * distance
  }

  /// Twice the negative log-likelihood above that of the most likely strength.
  public func rise(signal: Double) -> Double? {
    let value = 2 * (halfDeviance(strength: signal) - least)
    return value.isFinite ? value : nil
  }

  /// The likelihood of counts as the most likely backgrounds without signal expect them.
  public func asimovWithoutSignal() throws(FitRefusal) -> CountingLikelihood {
    expected(strength: 0)
  }

  /// The likelihood of counts as expected at a strength, the backgrounds being the most likely there.
  public func expected(strength: Double) -> CountingLikelihood {
    let theta = normalizationError > 0 ? pull(strength: strength) : 0
    let scale = strength * exp(normalizationError * theta)
    let expected = regions.map { region -> CountingRegion in
      let background = region.background(givenSignal: scale * region.signal)
      guard case .measured(_, let ratio) = region.background else {
        return region.with(count: scale * region.signal + background, auxiliaryCount: 0)
      }
      return region.with(count: scale * region.signal + background, auxiliaryCount: ratio * background)
    }
    return CountingLikelihood(checked: expected, normalizationError: normalizationError, constraintCentre: theta)
  }

  /// The likelihood of counts drawn around what is expected at a strength; the constraint's centre is drawn as well.
  public func toy(signal: Double, random: inout CounterRandom) throws(FitRefusal) -> CountingLikelihood {
    let expected = expected(strength: signal)
    let drawn = expected.regions.map { region -> CountingRegion in
      let count = Double(random.poisson(region.count))
      guard case .measured(let auxiliary, _) = region.background else {
        return region.with(count: count, auxiliaryCount: 0)
      }
      return region.with(count: count, auxiliaryCount: Double(random.poisson(auxiliary)))
    }
    let centre = normalizationError > 0 ? expected.constraintCentre + random.gaussian() : 0
    return CountingLikelihood(checked: drawn, normalizationError: normalizationError, constraintCentre: centre)
  }

  /// The most likely theta at a strength: where theta - centre + error * strength * d(half deviance)/d(strength) is 0.
  func pull(strength: Double) -> Double {
    guard normalizationError > 0, strength != 0 else { return constraintCentre }
    let slope = { (theta: Double) -> Double in
      let scale = strength * exp(normalizationError * theta)
      let change = regions.reduce(0.0) { $0 + scale * $1.signal * $1.slope(signal: scale * $1.signal) }
      return theta - constraintCentre + normalizationError * change
    }
    let atCentre = slope(constraintCentre)
    guard atCentre != 0 else { return constraintCentre }
    let sign: Double = atCentre > 0 ? -1 : 1
    let distance = risingRoot(from: 0, step: min(abs(atCentre), 5), tolerance: 1e-11) { step in
      sign * slope(constraintCentre + sign * step)
    }
    return constraintCentre + sign * (distance ?? 0)
  }

  private static func halfDeviance(_ regions: [CountingRegion], strength: Double) -> Double {
    regions.reduce(0.0) { $0 + $1.halfDeviance(signal: strength * $1.signal) }
  }

  private static func mostLikely(_ regions: [CountingRegion], error: Double) -> Double {
    if regions.count == 1 { return regions[0].excess / regions[0].signal }
    let slope = { (strength: Double) -> Double in
      regions.reduce(0.0) { $0 + $1.signal * $1.slope(signal: strength * $1.signal) }
    }
    let atZero = slope(0)
    if atZero == 0 { return 0 }
    if atZero < 0 { return risingRoot(from: 0, step: error, tolerance: 1e-12 * error, slope) ?? 0 }
    // A deficit: down to where a region would expect less than nothing.
    let lowest = -(1 - 1e-9) * (regions.map { $0.background.expectation / $0.signal }.min() ?? 0)
    guard lowest < 0, slope(lowest) < 0 else { return lowest }
    let depth = risingRoot(from: 0, step: min(error, -lowest), tolerance: 1e-12 * error) { -slope(max(-$0, lowest)) }
    return -(depth ?? -lowest)
  }
}
