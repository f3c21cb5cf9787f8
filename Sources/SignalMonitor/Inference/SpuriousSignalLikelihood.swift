import Statistics

/// A likelihood whose signal may be imitated by an error of the background model, as a nuisance.
///
/// A number of candidates with a normal constraint of given width around 0 is added to the signal and profiled. The width is the
/// signal fitted to the background's own expectation (the spurious signal). It adds to the error of the yield in quadrature,
/// but unlike that it does not shrink with more data.
public struct SpuriousSignalLikelihood<Base: SignalLikelihood>: SignalLikelihood {
  /// The likelihood without it.
  public let base: Base
  /// Standard deviation of the spurious signal, in candidates.
  public let deviation: Double
  /// Where the constraint has its centre: 0, something else in toys.
  private let centre: Double

  /// A likelihood with a spurious signal.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` for a negative or infinite width.
  public init(_ base: Base, deviation: Double) throws(FitRefusal) {
    guard deviation >= 0, deviation.isFinite else {
      throw .invalidInput("a spurious signal of \(deviation), expected a number that is not negative")
    }
    self.init(base, deviation: deviation, centre: 0)
  }

  private init(_ base: Base, deviation: Double, centre: Double) {
    self.base = base
    self.deviation = deviation
    self.centre = centre
  }

  /// The most likely signal.
  public var yield: Double { base.yield - deviation * centre }

  /// About its error: that of the base and the spurious signal's in quadrature.
  public var yieldError: Double { (base.yieldError * base.yieldError + deviation * deviation).squareRoot() }

  /// Twice the negative log-likelihood at a signal, all else profiled, above its minimum.
  public func rise(signal: Double) -> Double? { profiled(signal)?.value }

  /// The same of what is expected without signal.
  public func asimovWithoutSignal() throws(FitRefusal) -> SpuriousSignalLikelihood {
    SpuriousSignalLikelihood(try base.asimovWithoutSignal(), deviation: deviation, centre: 0)
  }

  /// A toy of the base, with the constraint's centre drawn.
  public func toy(signal: Double, random: inout CounterRandom) throws(FitRefusal) -> SpuriousSignalLikelihood {
    guard let pull = profiled(signal)?.point else { throw .noConvergence("the spurious signal") }
    let toy = try base.toy(signal: signal + deviation * pull, random: &random)
    return SpuriousSignalLikelihood(toy, deviation: deviation, centre: deviation > 0 ? pull + random.gaussian() : 0)
  }

  private func profiled(_ signal: Double) -> (point: Double, value: Double)? {
    let start = signal + deviation * centre
    guard let atCentre = base.rise(signal: start) else { return nil }
    guard deviation > 0, atCentre > 0 else { return (centre, atCentre) }
    let towards: Double = start > base.yield ? -1 : 1
    let least = leastValue(from: 0, to: atCentre.squareRoot(), tolerance: 1e-7) { distance in
      self.base.rise(signal: start + towards * self.deviation * distance).map { $0 + distance * distance }
    }
    return least.map { (centre + towards * $0.point, $0.value) }
  }
}
