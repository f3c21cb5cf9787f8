import Foundation
import Statistics

/// The likelihood of one signal strength from counts in one or several regions.
///
/// Every region has its background and its sideband; all backgrounds are profiled in closed form. The error of luminosity and
/// efficiency comes on top with ``NormalizedLikelihood``.
public struct CountingLikelihood: SignalLikelihood {
  /// The regions.
  public let regions: [CountingRegion]
  /// The most likely signal strength, negative for a deficit.
  public let yield: Double
  /// About its error.
  public let yieldError: Double
  private let least: Double

  /// The likelihood of a signal strength.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` without regions.
  public init(regions: [CountingRegion]) throws(FitRefusal) {
    guard !regions.isEmpty else { throw .invalidInput("no region to count in") }
    self.init(checked: regions)
  }

  init(checked regions: [CountingRegion]) {
    self.regions = regions
    let information = regions.reduce(0.0) { sum, region in
      let variance = max(region.count, 1) + region.background.error * region.background.error
      return sum + region.signal * region.signal / variance
    }
    yieldError = 1 / information.squareRoot()
    yield = Self.mostLikely(regions, error: yieldError)
    least = Self.halfDeviance(regions, strength: yield)
  }

  /// Half the deviance at a signal strength, the backgrounds profiled.
  public func halfDeviance(strength: Double) -> Double { Self.halfDeviance(regions, strength: strength) }

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
    let expected = regions.map { region -> CountingRegion in
      let background = region.background(givenSignal: strength * region.signal)
      guard case .measured(_, let ratio) = region.background else {
        return region.with(count: strength * region.signal + background, auxiliaryCount: 0)
      }
      return region.with(count: strength * region.signal + background, auxiliaryCount: ratio * background)
    }
    return CountingLikelihood(checked: expected)
  }

  /// The likelihood of counts drawn around what is expected at a strength, in regions and sidebands.
  public func toy(signal: Double, random: inout CounterRandom) throws(FitRefusal) -> CountingLikelihood {
    let expected = expected(strength: signal)
    let drawn = expected.regions.map { region -> CountingRegion in
      let count = Double(random.poisson(region.count))
      guard case .measured(let auxiliary, _) = region.background else {
        return region.with(count: count, auxiliaryCount: 0)
      }
      return region.with(count: count, auxiliaryCount: Double(random.poisson(auxiliary)))
    }
    return CountingLikelihood(checked: drawn)
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
    if atZero < 0 { return risingRoot(from: 0, step: error, tolerance: 1e-12 * error, slope) ?? .nan }
    // A deficit: down to where a region would expect less than nothing.
    let lowest = -(1 - 1e-9) * (regions.map { $0.background.expectation / $0.signal }.min() ?? 0)
    guard lowest < 0, slope(lowest) < 0 else { return lowest }
    let depth = risingRoot(from: 0, step: min(error, -lowest), tolerance: 1e-12 * error) { -slope(max(-$0, lowest)) }
    return -(depth ?? -lowest)
  }
}
