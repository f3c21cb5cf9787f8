import Statistics

/// The window of one hypothesis and its answer: a likelihood fit where the data carry it, counting where they do not, a
/// reason where neither works.
struct WindowFit {
  /// Candidates a window must hold for the likelihood fit.
  static let leastCandidates = 50.0
  /// Background that must be expected within two resolutions of the mass for asymptotic formulae.
  static let leastBackground = 10.0
  /// Probability below which a best fit is taken not to describe its window: about one false refusal in a hundred scans.
  static let leastProbability = 1e-5
  /// Half-width of the peak region in resolutions.
  static let peakHalfWidth = 2

  let spectrum: Spectrum
  let shape: SignalShape
  let settings: ScanSettings
  let mass: Double
  let deviation: Double
  /// Coordinate of the mass in quarter resolutions: the bin whose lower edge it is.
  let massBin: Int
  /// Bins of the window.
  let bins: Range<Int>
  /// The same spectrum in slices that are fitted together, with the share of the signal in each; empty for one spectrum.
  let slices: [(spectrum: Spectrum, share: Double)]
  /// Whether the window is counted against sidebands, never fitted.
  let countsOnly: Bool

  /// The window of the hypothesis whose mass is the lower edge of bin `massBin`, pushed inwards at the ends of the
  /// spectrum or of the bins it may use.
  init(
    spectrum: Spectrum, shape: SignalShape, settings: ScanSettings, massBin: Int, within allowed: Range<Int>? = nil,
    slices: [(spectrum: Spectrum, share: Double)] = [], countsOnly: Bool = false
  ) {
    self.spectrum = spectrum
    self.shape = shape
    self.settings = settings
    self.massBin = massBin
    let grid = spectrum.grid
    mass = grid.edges[massBin]
    deviation = grid.scale.resolution.deviation(at: mass)
    self.slices = slices
    self.countsOnly = countsOnly
    let allowed = allowed ?? 0..<grid.binCount
    let width = min(2 * settings.window * grid.binsPerResolution, allowed.count)
    let first = min(max(massBin - width / 2, allowed.lowerBound), allowed.upperBound - width)
    bins = first..<(first + width)
  }

  private var edges: ArraySlice<Double> { spectrum.grid.edges[bins.lowerBound...bins.upperBound] }

  private var counts: [Double] { bins.map { Double(spectrum.counts[$0]) } }

  /// The counts that are fitted: those of the slices one after the other, or of the whole spectrum.
  private var fittedCounts: [Double] {
    slices.isEmpty ? counts : slices.flatMap { slice in bins.map { Double(slice.spectrum.counts[$0]) } }
  }

  /// Numbers of all fitted bins as numbers of the window's bins: slices are added.
  func summed(_ values: [Double]) -> [Double] {
    guard !slices.isEmpty else { return values }
    return (0..<bins.count).map { bin in
      slices.indices.reduce(0.0) { $0 + values[$1 * bins.count + bin] }
    }
  }

  private var candidates: Int { bins.reduce(0) { $0 + spectrum.counts[$1] } }

  /// Bins within a number of resolutions of the mass, as positions in the window.
  func peak(_ resolutions: Int) -> Range<Int>? {
    let reach = resolutions * spectrum.grid.binsPerResolution
    guard massBin - reach >= bins.lowerBound, massBin + reach <= bins.upperBound else { return nil }
    return (massBin - reach - bins.lowerBound)..<(massBin + reach - bins.lowerBound)
  }

  /// The answer for this hypothesis.
  func result() -> HypothesisResult {
    var result = HypothesisResult(
      mass: mass, resolution: deviation, windowLow: spectrum.grid.edges[bins.lowerBound],
      windowHigh: spectrum.grid.edges[bins.upperBound], candidates: candidates, method: .refused)
    do throws(FitRefusal) {
      if countsOnly {
        try count(&result)
        return result
      }
      try fill(&result, from: try fitted())
    } catch let refusal {
      result.refusal = refusal.description
      guard refusal.allowsCounting, !countsOnly else { return result }
      do throws(FitRefusal) {
        try count(&result)
      } catch {
        result.refusal = "\(refusal); \(error)"
      }
    }
    return result
  }

  /// The likelihood fit at the chosen order.
  ///
  /// The order is the one of the allowed that makes the Akaike information (twice the negative log-likelihood plus
  /// twice the number of parameters) of the fit of signal and background smallest; the signal is in the fit so that a
  /// peak is not mistaken for structure of the background. Orders whose expectation is not positive everywhere are
  /// passed over.
  func fitted() throws(FitRefusal) -> PeakFit {
    guard let core = peak(Self.peakHalfWidth + 1) else { throw .windowOutsideSpectrum }
    let total = Double(candidates)
    guard total > 0 else { throw .emptyWindow }
    guard total >= Self.leastCandidates else {
      throw .tooFewCandidates(found: total, needed: Self.leastCandidates, region: "in the window")
    }
    let simple = PeakDesign(
      edges: edges, mass: mass, deviation: deviation, shape: shape, highestOrder: settings.orders.upperBound)
    var chosen: PeakFit?
    var information = Double.infinity
    var failure: FitRefusal?
    for order in settings.orders {
      do throws(FitRefusal) {
        let design = slices.isEmpty ? simple : PeakDesign(simple, order: order, shares: slices.map(\.share))
        let fit = try PeakFit(
          design: design, counts: fittedCounts, order: slices.isEmpty ? order : design.highestOrder)
        guard fit.expectation.allSatisfy({ $0 > 0 }), fit.nullExpectation.allSatisfy({ $0 > 0 }) else {
          throw .negativeExpectation(lowestOrder: settings.orders.lowerBound)
        }
        let value = 2 * fit.best.value + 2 * Double(fit.order + 2)
        if value < information {
          information = value
          chosen = fit
        }
      } catch {
        failure = error
      }
    }
    guard let fit = chosen else { throw failure ?? .emptyWindow }
    let inner = core.dropFirst(spectrum.grid.binsPerResolution).dropLast(spectrum.grid.binsPerResolution)
    let nullExpectation = summed(fit.nullExpectation)
    let expected = inner.reduce(0) { $0 + nullExpectation[$1] }
    guard expected >= Self.leastBackground else {
      throw .tooFewCandidates(
        found: expected, needed: Self.leastBackground, region: "expected within two resolutions of the mass")
    }
    if let goodness = goodness(of: fit), goodness.probability < Self.leastProbability {
      throw .poorDescription(probability: goodness.probability)
    }
    return fit
  }

  private func goodness(of fit: PeakFit) -> GoodnessOfFit? {
    GoodnessOfFit(counts: fittedCounts, expectation: fit.expectation, parameters: fit.order + 2)
  }

  private func fill(_ result: inout HypothesisResult, from fit: PeakFit) throws(FitRefusal) {
    // The fit counts what lies in the window; results count the whole peak.
    try result.fill(from: fit, confidence: settings.confidence, whole: 1 / fit.design.contained)
    let background = summed(fit.nullExpectation)
    let core = peak(Self.peakHalfWidth) ?? 0..<0
    result.backgroundOrder = slices.isEmpty ? fit.order : (fit.order + 1) / slices.count - 1
    result.backgroundUnderPeak = core.reduce(0) { $0 + background[$1] }
    result.goodness = goodness(of: fit)
  }

  /// Counts the peak region against sidebands of equal reach on either side, in which the background must follow a
  /// straight line.
  private func count(_ result: inout HypothesisResult) throws(FitRefusal) {
    let sidebands = try Sidebands(window: self)
    let experiment = CountingExperiment(
      count: sidebands.peakCount, sidebandCount: sidebands.count, sidebandRatio: sidebands.ratio)
    guard let interval = experiment.interval(), let limit = experiment.upperLimit(confidence: settings.confidence)
    else { throw .intervalNotFound("interval of the count") }
    let whole = 1 / sidebands.contained
    let background = Double(sidebands.count) / sidebands.ratio
    let excess = Double(sidebands.peakCount) - background
    result.method = .counting
    result.backgroundUnderPeak = background
    result.yield = EstimatedNumber(
      value: excess, low: min(interval.low, excess), high: max(interval.high, excess),
      method: "count against sidebands, averaged over the background, 68.27 %"
    ).scaled(by: whole)
    // No candidate at all is no excess of any size: p = 1 has no number of standard deviations.
    result.localSignificance = experiment.significance.isFinite ? experiment.significance : nil
    result.localProbability = experiment.pValue
    result.upperLimit = EstimatedNumber(
      value: limit, low: 0, high: limit,
      method: "upper limit, CLs counting averaged over the background \(percentText(settings.confidence))"
    ).scaled(by: whole)
  }
}
