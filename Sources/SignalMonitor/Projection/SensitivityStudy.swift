import Statistics

/// The limits that a search would set at a luminosity if there were background alone, from simulated background.
///
/// Median and bands are those of the Asimov data set: spectra made smooth (``SmoothSpectrum``) and scaled to the luminosity are fitted with the
/// model, windows and background orders of the search, counts are expected counts. Systematic errors are not in it.
public struct SensitivityStudy: Sendable {
  let channel: SearchChannel
  let backgrounds: [SimulatedBackground]
  let luminosity: Double
  let points: Int
  let conversion: LimitConversion

  /// A study.
  ///
  /// - Parameters:
  ///   - channel: the search.
  ///   - backgrounds: what simulated processes left in it.
  ///   - luminosity: 1/fb.
  ///   - points: about how many hypotheses of a scan are answered; those with published limits are always among them.
  public init(channel: SearchChannel, backgrounds: [SimulatedBackground], luminosity: Double, points: Int = 60) {
    self.channel = channel
    self.backgrounds = backgrounds
    self.luminosity = luminosity
    self.points = max(points, 2)
    conversion = LimitConversion(channel, FitConditions(luminosity: luminosity, unblinded: true))
  }

  /// The limits, beside what was published.
  public func projection() -> SensitivityProjection {
    var limits: [ProjectedLimit] = []
    var remarks: [String] = []
    if let first = channel.missing.first {
      remarks.append("not built: \(first.object): \(first.reason)")
    } else if backgrounds.isEmpty {
      remarks.append("no background was simulated")
    } else {
      let found = answers()
      limits = found.limits
      remarks = found.remarks
    }
    if !limits.isEmpty, limits.allSatisfy(\.limits.isEmpty) {
      remarks.append("limits on yields only: the efficiency is not measured at these masses")
    }
    if limits.contains(where: \.isWithoutSimulation) {
      remarks.append(
        "no simulated event was left for some hypotheses: their limits are those without background, and are not compared"
      )
    }
    let shares = backgrounds.map { background in
      SensitivityProjection.Share(
        process: background.process, events: background.events, simulatedLuminosity: background.luminosity,
        selected: background.data.selected,
        expected: Double(background.data.selected) * luminosity / background.luminosity)
    }
    var comparison = PublishedComparison(channel)
    comparison.compare(&limits)
    return SensitivityProjection(
      channel: channel.name, title: channel.title, definition: channel.definition, luminosity: luminosity,
      confidence: channel.confidence, quantity: comparison.quantity, unit: comparison.unit, backgrounds: shares,
      limits: limits, remarks: remarks, ranges: comparison.ranges, ratio: comparison.ratio)
  }

  private func answers() -> (limits: [ProjectedLimit], remarks: [String]) {
    switch channel.method {
    case .peak(let search): return peaks(search)
    case .plane(let search): return (plane(search), [])
    case .counting(let definitions): return (definitions.enumerated().flatMap { region($1, $0) }, [])
    case .template(let search): return templates(search)
    case .none: return ([], ["the channel has no method"])
    }
  }

  /// The answer for a place, with what the limit on the yield means.
  func answer(
    _ place: LimitConversion.Place, hasMass: Bool, method: HypothesisResult.Method, background: ExpectedBackground,
    limit: ExpectedLimit, errorOfLimit: Double
  ) -> ProjectedLimit {
    let efficiency = conversion.efficiency(at: place)
    let relative = efficiency.map { $0.value > 0 ? $0.error / $0.value : 0 } ?? 0
    return ProjectedLimit(
      mass: hasMass ? place.mass : nil, secondMass: place.second, lifetime: place.lifetime, region: place.region,
      method: method, background: background.value, backgroundError: background.error,
      isWithoutSimulation: background.isWithoutSimulation, efficiency: efficiency?.value, yieldLimit: limit,
      relativeError: (errorOfLimit * errorOfLimit + relative * relative).squareRoot(),
      limits: conversion.limits(at: place, observed: limit.median, expected: limit) ?? [])
  }

  /// What is expected without a simulated event: nothing, with the upper limit at 90 % as its error.
  var nothing: ExpectedBackground {
    let least = backgrounds.map(\.luminosity).min() ?? 1
    return ExpectedBackground(value: 0, error: 2.303 * luminosity / least, isWithoutSimulation: true)
  }

  /// Lifetimes that limits are made for: those at which the efficiency was measured.
  var lifetimes: [Double?] { channel.normalisation?.efficiency?.lifetimes ?? [nil] }

  /// Expected limits of a count, and how much a background larger by its simulated error would change the median.
  func count(
    _ background: ExpectedBackground, measuredBy estimate: (Double) -> BackgroundEstimate
  ) throws(FitRefusal) -> (limit: ExpectedLimit, error: Double) {
    func limits(_ expected: Double) throws(FitRefusal) -> ExpectedLimit {
      try CountingRegion(count: expected, background: estimate(expected)).expectedLimits(confidence: channel.confidence)
    }
    let limit = try limits(background.value)
    // The median steps with the whole count: the change is that of a difference large enough to see it.
    let more = try limits(background.value + max(background.error, background.value.squareRoot()))
    let part = min(background.error / max(background.error, background.value.squareRoot(), 1e-12), 1)
    // Beyond a factor of two the error says that nothing is known.
    return (limit, min(part * abs(more.median / limit.median - 1), 1))
  }
}

/// Background expected in some region, with the error from the number of simulated events.
struct ExpectedBackground {
  var value: Double
  var error: Double
  var isWithoutSimulation = false
}
