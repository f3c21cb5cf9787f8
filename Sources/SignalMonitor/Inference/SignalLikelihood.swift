/// A likelihood in which one number is asked for, the signal, and all others are profiled.
///
/// Fits of spectra and counts alike: what asymptotic formulae, toys and scans of limits need of them.
public protocol SignalLikelihood: Sendable {
  /// The most likely signal, negative for a deficit.
  var yield: Double { get }
  /// About the error of the signal: the scale on which the likelihood changes.
  var yieldError: Double { get }
  /// Twice the negative log-likelihood at a signal, all else profiled, above that at the most likely signal that is not
  /// negative; nil if it cannot be computed.
  func rise(signal: Double) -> Double?
  /// The same likelihood of the Asimov data set without signal: every count is what the fit without signal expects.
  func asimovWithoutSignal() throws(FitRefusal) -> Self
}

extension SignalLikelihood {
  /// The test statistic q-tilde of limits: the rise at a signal that lies above the most likely one, else 0.
  ///
  /// G. Cowan, K. Cranmer, E. Gross and O. Vitells, Eur. Phys. J. C 71 (2011) 1554, equation 16.
  public func limitStatistic(signal: Double) -> Double? {
    guard signal > yield else { return 0 }
    return rise(signal: signal).map { max($0, 0) }
  }

  /// The test statistic q0 of discovery: the rise at no signal if the most likely signal is positive, else 0.
  public var discoveryStatistic: Double? {
    guard yield > 0 else { return 0 }
    return rise(signal: 0).map { max($0, 0) }
  }
}

extension PeakFit: SignalLikelihood {
  /// Twice the negative log-likelihood at a yield, the background profiled, above the best fit with a yield that is not negative.
  public func rise(signal: Double) -> Double? {
    guard let profile = try? profile(signal: signal) else { return nil }
    return 2 * (profile.value - (yield >= 0 ? best.value : null.value))
  }

  /// The fit of what the fit without signal expects.
  public func asimovWithoutSignal() throws(FitRefusal) -> PeakFit {
    try PeakFit(design: design, counts: nullExpectation, order: order)
  }
}
