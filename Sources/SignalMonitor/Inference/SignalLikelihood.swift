import Statistics

/// A likelihood in which one number is asked for, the signal, and all others are profiled.
///
/// Fits of spectra and counts alike: what asymptotic formulae, toys and scans of limits need of them.
public protocol SignalLikelihood: Sendable {
  /// The most likely signal, negative for a deficit.
  var yield: Double { get }
  /// About the error of the signal: the scale on which the likelihood changes.
  var yieldError: Double { get }
  /// Twice the negative log-likelihood at a signal, all else profiled, above that at the most likely signal; nil if it
  /// cannot be computed.
  func rise(signal: Double) -> Double?
  /// The same likelihood of the Asimov data set without signal: every count is what the fit without signal expects.
  func asimovWithoutSignal() throws(FitRefusal) -> Self
  /// The same likelihood of a pseudo-experiment: counts drawn around what is expected at a signal, all else most likely there.
  func toy(signal: Double, random: inout CounterRandom) throws(FitRefusal) -> Self
}

extension SignalLikelihood {
  /// The test statistic q-tilde of limits: the rise from the most likely signal that is not negative, for a signal above the most
  /// likely one, else 0.
  ///
  /// G. Cowan, K. Cranmer, E. Gross and O. Vitells, Eur. Phys. J. C 71 (2011) 1554, equation 16.
  public func limitStatistic(signal: Double) -> Double? {
    guard signal > yield else { return 0 }
    guard let above = rise(signal: signal) else { return nil }
    if yield >= 0 { return max(above, 0) }
    return rise(signal: 0).map { max(above - $0, 0) }
  }

  /// The test statistic q0 of discovery: the rise at no signal if the most likely signal is positive, else 0.
  public var excessStatistic: Double? {
    guard yield > 0 else { return 0 }
    return rise(signal: 0).map { max($0, 0) }
  }
}

extension PeakFit: SignalLikelihood {
  /// The fit of what the fit without signal expects.
  public func asimovWithoutSignal() throws(FitRefusal) -> PeakFit {
    try refitted(PeakDesign.packed(nullExpectation.map { max($0, 0) }), start: null.point + [0])
  }

  /// The fit of counts drawn around the best fit with a yield held; a bin that expects less than nothing stays empty.
  public func toy(signal: Double, random: inout CounterRandom) throws(FitRefusal) -> PeakFit {
    let background = signal == 0 ? null.point[...] : try profile(signal: signal).point[...]
    return try toy(expectation: design.expectation(signal: signal, background: background), random: &random)
  }

  /// The fit of counts drawn around an expectation.
  func toy(expectation: [Double], random: inout CounterRandom) throws(FitRefusal) -> PeakFit {
    try refitted(PeakDesign.packed(expectation.map { Double(random.poisson($0)) }))
  }
}
