import Statistics

/// The answers of a scan's windows, kept from one refresh to the next: a likelihood fit where the data carry it, counting
/// where they do not, a reason where neither works.
///
/// A refresh takes new data and forgets the answers of the windows whose content changed; those are fitted again when they are
/// asked for, beginning at their last parameters. Every fit goes to within 3e-7 standard deviations of its minimum
/// (``LinearProfile``), so that answers do not depend on what was refreshed before, or in which order.
final class WindowFits {
  let plan: ScanPlan
  private var spectrum: Spectrum
  /// The counts that are fitted: of the spectrum, or of its slices one after the other.
  private var counts: [Double] = []
  /// The values in ascending order; nil where bins are fitted.
  private var values: [Double]?
  private var results: [HypothesisResult?]
  private var designs: [WindowDesign?]
  private var designNumbers = 0
  private var answers: PeakAnswers
  /// Candidates in the window when each answer was found; 0 where there is none.
  private var totals: [Double]
  private let density: PeakDensity
  private let estimator: PeakEstimator
  private let windowRows = ColumnMemory()
  private let asimovRows = ColumnMemory()

  /// Numbers that models may hold in memory (32 MB); those of further windows are made anew for each fit.
  private static let mostDesignNumbers = 4_000_000

  /// The windows of a plan, without data.
  init(_ plan: ScanPlan) {
    self.plan = plan
    spectrum = Spectrum(grid: plan.grid)
    let orders = plan.settings.orders
    results = [HypothesisResult?](repeating: nil, count: plan.windows.count)
    designs = [WindowDesign?](repeating: nil, count: plan.windows.count)
    answers = PeakAnswers(
      counts: plan.windows.flatMap { window in orders.map { ($0 + 1) * max(window.shares.count, 1) + 1 } })
    totals = [Double](repeating: 0, count: plan.windows.count * orders.count)
    density = PeakDensity(plan.shape)
    estimator = PeakEstimator(
      quantities: [.likelihood, .profileErrors, .limit, .expectedLimit, .expectedBand],
      confidence: plan.settings.confidence)
  }

  // MARK: - Data

  /// Takes new data.
  ///
  /// - Parameters:
  ///   - slices: the spectrum in parts of a second observable, for plans that share the signal among them.
  ///   - values: the values counted in the spectrum, for unbinned fits; where they are not all there bins are fitted.
  ///   - fromLast: keeps what did not change and begins fits at their last answers; false forgets everything.
  func refresh(_ spectrum: Spectrum, slices: [Spectrum] = [], values: SortedValues? = nil, fromLast: Bool = true) {
    let isSliced = plan.windows.first.map { !$0.shares.isEmpty } ?? false
    let counts = (isSliced ? slices : [spectrum]).flatMap { $0.counts.map(Double.init) }
    let list = plan.isUnbinned && values?.isComplete == true ? values?.ascending : nil
    let isComparable = fromLast && self.counts.count == counts.count && (self.values == nil) == (list == nil)
    if isComparable {
      // How many of the first bins changed.
      var changed = [0]
      let bins = plan.grid.binCount
      for bin in 0..<bins {
        var isSame = spectrum.counts[bin] == self.spectrum.counts[bin]
        for part in stride(from: bin, to: counts.count, by: bins) where counts[part] != self.counts[part] {
          isSame = false
        }
        changed.append(changed[bin] + (isSame ? 0 : 1))
      }
      for (index, window) in plan.windows.enumerated() where results[index] != nil {
        if changed[window.bins.lowerBound] != changed[window.bins.upperBound] || isMoved(window, list) {
          results[index] = nil
        }
      }
    } else {
      for index in results.indices { results[index] = nil }
      for index in totals.indices { totals[index] = 0 }
    }
    self.spectrum = spectrum
    self.counts = counts
    self.values = list
  }

  /// Whether values within a window, in bins that count as many as before, are others than before.
  private func isMoved(_ window: ScanWindow, _ list: [Double]?) -> Bool {
    guard let list, let values else { return false }
    return list[Self.range(window, plan.grid, list)] != values[Self.range(window, plan.grid, values)]
  }

  private static func range(_ window: ScanWindow, _ grid: ResolutionGrid, _ values: [Double]) -> Range<Int> {
    values.positions(from: grid.edges[window.bins.lowerBound], to: grid.edges[window.bins.upperBound])
  }

  /// Candidates in each bin of a window.
  func counts(_ window: ScanWindow) -> ArraySlice<Int> { spectrum.counts[window.bins] }

  // MARK: - Answers

  /// The answer of a hypothesis, from memory where its window did not change.
  func result(_ index: Int) -> HypothesisResult {
    if let known = results[index] { return known }
    let found = answer(index)
    results[index] = found
    return found
  }

  private func answer(_ index: Int) -> HypothesisResult {
    let window = plan.windows[index]
    let edges = plan.grid.edges
    var result = HypothesisResult(
      mass: window.mass, resolution: window.deviation, windowLow: edges[window.bins.lowerBound],
      windowHigh: edges[window.bins.upperBound], candidates: counts(window).reduce(0, +), method: .refused)
    do throws(FitRefusal) {
      if plan.countsOnly {
        try result.count(window, plan, spectrum.counts)
      } else {
        let fit = try likelihood(index)
        result.fill(from: fit.estimate, confidence: plan.settings.confidence, whole: 1 / window.contained)
        result.backgroundOrder = fit.order
        result.backgroundUnderPeak = fit.backgroundUnderPeak
        result.goodness = fit.goodness
      }
    } catch let refusal {
      result.refusal = refusal.description
      guard refusal.allowsCounting, !plan.countsOnly else { return result }
      do throws(FitRefusal) {
        try result.count(window, plan, spectrum.counts)
      } catch {
        result.refusal = "\(refusal); \(error)"
      }
    }
    return result
  }

  /// A likelihood fit with what is said of it.
  struct Answer {
    var estimate: PeakEstimate
    var order: Int
    var backgroundUnderPeak: Double
    var goodness: GoodnessOfFit?
    /// Background from the highest order down, then the signal.
    var parameters: [Double]
  }

  /// The likelihood fit at the chosen order.
  ///
  /// Of the orders allowed, one above that with the smallest Akaike information (twice the negative log-likelihood plus
  /// twice the number of parameters) of the fit of signal and background; the signal is in the fit so that a peak is not mistaken for
  /// structure of the background. The best order itself would be too low as often as its gain is a fluctuation: yields of toys
  /// are then biased by up to 0.15 of their errors, and these are 7 % too small. Orders whose expectation is not positive
  /// everywhere are passed over.
  ///
  /// - Parameter withLimits: whether errors and limits are wanted too, or yield and significance only.
  func likelihood(_ index: Int, withLimits: Bool = true) throws(FitRefusal) -> Answer {
    let window = plan.windows[index]
    guard window.peak((WindowRules.peakHalfWidth + 1) * plan.grid.binsPerResolution) != nil else {
      throw .windowOutsideSpectrum
    }
    let total = Double(counts(window).reduce(0, +))
    guard total > 0 else { throw .emptyWindow }
    guard total >= WindowRules.leastCandidates else {
      throw .tooFewCandidates(found: total, needed: WindowRules.leastCandidates, region: "in the window")
    }
    let design = design(index)
    var usable: [(order: Int, information: Double)] = []
    var failure: FitRefusal?
    for order in plan.settings.orders {
      do throws(FitRefusal) {
        usable.append((order, try information(index, design, order)))
      } catch {
        failure = error
      }
    }
    guard let best = usable.indices.min(by: { usable[$0].information < usable[$1].information }) else {
      throw failure ?? .emptyWindow
    }
    return try answer(
      index, design, usable[min(best + 1, usable.count - 1)].order, withLimits: withLimits)
  }

  private func design(_ index: Int) -> WindowDesign {
    if let known = designs[index] { return known }
    let window = plan.windows[index]
    let made = WindowDesign(
      edges: plan.grid.edges[window.bins.lowerBound...window.bins.upperBound], window: window, shape: plan.shape,
      highestOrder: plan.settings.orders.upperBound)
    if designNumbers + made.size <= Self.mostDesignNumbers {
      designNumbers += made.size
      designs[index] = made
    }
    return made
  }

  /// Akaike's information of a window at an order.
  private func information(_ index: Int, _ design: WindowDesign, _ order: Int) throws(FitRefusal) -> Double {
    let profile = estimator.observed
    return try withData(index, design, order) { (estimate, columns) throws(FitRefusal) in
      let isPositive: Bool
      if let columns {
        isPositive = columns.smallestDensity(profile.best) > 0 && columns.smallestDensity(profile.null) > 0
      } else {
        let rows = profile.model.rows
        isPositive =
          LinearKernel.smallest(profile.reference, rows: rows) > 0
          && profile.evaluateExpectation(profile.null, columns: profile.signal)
          && LinearKernel.smallest(profile.mu, rows: rows) > 0
      }
      guard isPositive else { throw .negativeExpectation(lowestOrder: self.plan.settings.orders.lowerBound) }
      return 2 * estimate.value + 2 * Double(profile.model.count)
    }
  }

  /// The answer of a window at the chosen order, where its background and its fit allow it.
  private func answer(
    _ index: Int, _ design: WindowDesign, _ order: Int, withLimits: Bool
  ) throws(FitRefusal) -> Answer {
    let window = plan.windows[index]
    let profile = estimator.observed
    return try withData(index, design, order) { (estimate, columns) throws(FitRefusal) in
      let signal = profile.signal
      func parameters(_ point: UnsafePointer<Double>) -> [Double] {
        // Lists begin with the lowest order, bins with the highest.
        (0..<signal).map { point[columns == nil ? $0 : signal - 1 - $0] } + [point[signal]]
      }
      let null = design.expectation(parameters(profile.null), order: order)
      let core = window.peak(WindowRules.peakHalfWidth * self.plan.grid.binsPerResolution) ?? 0..<0
      let background = core.reduce(0) { $0 + null[$1] }
      guard background >= WindowRules.leastBackground else {
        throw .tooFewCandidates(
          found: background, needed: WindowRules.leastBackground, region: "expected within two resolutions of the mass")
      }
      let best = parameters(profile.best)
      let goodness =
        columns == nil
        ? profile.goodness()
        : GoodnessOfFit(
          counts: self.counts(window).map(Double.init), expectation: design.expectation(best, order: order),
          parameters: signal + 1)
      if let goodness, goodness.probability < WindowRules.leastProbability {
        throw .poorDescription(probability: goodness.probability)
      }
      guard withLimits else {
        return Answer(
          estimate: estimate, order: order, backgroundUnderPeak: background, goodness: goodness, parameters: best)
      }
      if let columns {
        self.estimator.fitLimits(into: &estimate) { (expected, null) in
          columns.loadExpectation(expected, null, self.asimovRows)
        }
      } else {
        self.estimator.fitLimits(into: &estimate)
      }
      if let missing = estimate.missing { throw missing }
      return Answer(
        estimate: estimate, order: order, backgroundUnderPeak: background, goodness: goodness, parameters: best)
    }
  }

  /// Fits signal and background, then background alone, to the data of a window at an order, and lends what was found.
  ///
  /// - Parameter body: gets the estimate, and the densities in the window where values are fitted one by one.
  private func withData<Found>(
    _ index: Int, _ design: WindowDesign, _ order: Int,
    _ body: (inout PeakEstimate, PeakColumns?) throws(FitRefusal) -> Found
  ) throws(FitRefusal) -> Found {
    let window = plan.windows[index]
    let profile = estimator.observed
    let place = index * plan.settings.orders.count + order - plan.settings.orders.lowerBound
    var estimate = PeakEstimate()
    func minimize() throws(FitRefusal) {
      if totals[place] > 0 {
        answers.start(profile, place, scale: estimate.total / totals[place])
      } else {
        profile.setFlat()
      }
      try estimator.fitMinima(into: &estimate)
      answers.keep(profile, place)
      totals[place] = estimate.total
    }
    if let values {
      let edges = plan.grid.edges
      let columns = try PeakColumns(
        UnbinnedHypothesis(
          mass: window.mass, deviation: window.deviation, low: edges[window.bins.lowerBound],
          high: edges[window.bins.upperBound], order: order), plan.shape, density, .legendre)
      let range = Self.range(window, plan.grid, values)
      estimate.total = Double(range.count)
      guard range.count > order + 1 else {
        throw .tooFewCandidates(found: estimate.total, needed: Double(order + 2), region: "in the window")
      }
      let model = values.withUnsafeBufferPointer { values in
        columns.fill(windowRows, count: range.count) { (v, lane) in values[range.lowerBound + 8 * v + lane] }
      }
      profile.prepare(model)
      profile.loadOnes(range.count)
      try minimize()
      return try body(&estimate, columns)
    }
    return try design.withModel(order: order) { (model) throws(FitRefusal) in
      profile.prepare(model)
      if window.shares.isEmpty {
        estimate.total = try profile.load(counts, window.bins)
      } else {
        let bins = plan.grid.binCount
        let gathered = window.shares.indices.flatMap { slice in window.bins.map { counts[slice * bins + $0] } }
        estimate.total = try profile.load(gathered, 0..<gathered.count)
      }
      try minimize()
      return try body(&estimate, nil)
    }
  }

  /// What the counts of a window say by themselves to a watch; nil where they say nothing.
  ///
  /// The models of a watch must not follow the data: its plan allows one order of the background.
  func reading(_ index: Int) -> EvidenceReading? {
    let window = plan.windows[index]
    if !plan.countsOnly {
      do throws(FitRefusal) {
        let significance = try likelihood(index, withLimits: false).estimate.significance
        let candidates = counts(window).reduce(0, +)
        return EvidenceReading(
          source: .likelihood,
          logValue: SignalPrior.candidates.logValue(significance: significance, exposure: Double(candidates)),
          significance: significance)
      } catch {
        switch error {
        case .emptyWindow, .tooFewCandidates, .tooFewPopulated: break
        default: return nil
        }
      }
    }
    guard let sidebands = try? Sidebands(window, plan, spectrum.counts) else { return nil }
    return EvidenceReading(on: sidebands.peakCount, off: sidebands.count, ratio: sidebands.ratio)
  }

  /// The window of a hypothesis with its curves.
  func curves(_ index: Int) -> FittedCurves {
    let window = plan.windows[index]
    var curves = FittedCurves(
      edges: Array(plan.grid.edges[window.bins.lowerBound...window.bins.upperBound]), counts: Array(counts(window)))
    if !plan.countsOnly, let fit = try? likelihood(index) {
      let design = design(index)
      curves.total = design.expectation(fit.parameters, order: fit.order)
      curves.background = design.expectation(fit.parameters.dropLast() + [0], order: fit.order)
    } else if result(index).method == .counting {
      curves.addSidebands(window, plan, spectrum.counts)
    }
    return curves
  }
}
