import Foundation
import Statistics

/// A likelihood of candidates as one of a cross-section or branching fraction, with the error of the normalisation as a nuisance.
///
/// Candidates are the cross-section times candidates per unit times exp(relative error x theta); theta has a normal constraint and
/// is profiled. Limits of this likelihood are in the unit and hold the error of luminosity and efficiency.
public struct NormalizedLikelihood<Base: SignalLikelihood>: SignalLikelihood {
  /// The likelihood of candidates.
  public let base: Base
  /// Candidates for a signal of one unit.
  public let candidatesPerUnit: Double
  /// Relative error of that.
  public let relativeError: Double
  /// Where the constraint has its centre: 0, something else in toys.
  private let centre: Double

  /// A likelihood in the unit of a normalisation.
  public init(_ base: Base, normalization: SignalNormalization) {
    self.init(
      base, candidatesPerUnit: normalization.candidatesPerUnit, relativeError: normalization.relativeError, centre: 0)
  }

  private init(_ base: Base, candidatesPerUnit: Double, relativeError: Double, centre: Double) {
    self.base = base
    self.candidatesPerUnit = candidatesPerUnit
    self.relativeError = relativeError
    self.centre = centre
  }

  /// The most likely signal, in the unit.
  public var yield: Double { base.yield / candidates(1, centre) }

  /// About its error: that of the candidates and that of the normalisation.
  public var yieldError: Double {
    let part = relativeError * yield
    let candidates = base.yieldError / candidates(1, centre)
    return (candidates * candidates + part * part).squareRoot()
  }

  /// Twice the negative log-likelihood at a signal, theta and all of the base profiled, above its minimum.
  public func rise(signal: Double) -> Double? { profiled(signal)?.value }

  /// The same of what is expected without signal.
  public func asimovWithoutSignal() throws(FitRefusal) -> NormalizedLikelihood {
    NormalizedLikelihood(
      try base.asimovWithoutSignal(), candidatesPerUnit: candidatesPerUnit, relativeError: relativeError,
      centre: centre)
  }

  /// A toy of the base, with the constraint's centre drawn around the theta that is most likely at the signal.
  public func toy(signal: Double, random: inout CounterRandom) throws(FitRefusal) -> NormalizedLikelihood {
    guard let theta = profiled(signal)?.point else { throw .noConvergence("the error of the normalisation") }
    let toy = try base.toy(signal: candidates(signal, theta), random: &random)
    let drawn = relativeError > 0 ? theta + random.gaussian() : 0
    return NormalizedLikelihood(
      toy, candidatesPerUnit: candidatesPerUnit, relativeError: relativeError, centre: drawn)
  }

  private func candidates(_ signal: Double, _ theta: Double) -> Double {
    signal * candidatesPerUnit * exp(relativeError * theta)
  }

  private func profiled(_ signal: Double) -> (point: Double, value: Double)? {
    guard let atCentre = base.rise(signal: candidates(signal, centre)) else { return nil }
    guard relativeError > 0, signal != 0, atCentre > 0 else { return (centre, atCentre) }
    // Towards the most likely number of candidates, and not so far that the constraint alone costs more.
    let towards: Double = (candidates(signal, centre) > base.yield) == (signal > 0) ? -1 : 1
    let least = leastValue(from: 0, to: atCentre.squareRoot(), tolerance: 1e-7) { distance in
      self.base.rise(signal: self.candidates(signal, self.centre + towards * distance)).map { $0 + distance * distance }
    }
    return least.map { (centre + towards * $0.point, $0.value) }
  }
}
