import Statistics

extension SensitivityStudy {
  /// The answers for hypotheses of a peak search.
  func peaks(_ search: PeakSearch) -> (limits: [ProjectedLimit], remarks: [String]) {
    guard let grid = try? search.grid() else { return ([], ["the channel has no spectrum"]) }
    let plan = ScanPlan(search, grid: grid)
    let whole = SmoothSpectrum(backgrounds.rates(bins: grid.binCount) { $0.spectrum?.counts })
    let sliceCount = plan.windows.first?.shares.count ?? 0
    let slices = (0..<sliceCount).map { slice in
      SmoothSpectrum(backgrounds.rates(bins: grid.binCount) { $0.slices[slice].counts })
    }
    let estimator = PeakEstimator(
      quantities: [.likelihood, .expectedLimit, .expectedBand], confidence: channel.confidence)
    var limits: [ProjectedLimit] = []
    var remarks: [String] = []
    var refused = 0
    var reason = ""
    for index in hypotheses(of: plan) where plan.veto(at: plan.windows[index].mass) == nil {
      let window = plan.windows[index]
      do throws(FitRefusal) {
        let found = try limit(window, plan, whole, slices, estimator)
        let mass = channel.massRelation.mass(at: window.mass)
        for lifetime in lifetimes {
          limits.append(
            answer(
              LimitConversion.Place(mass: mass ?? 0, lifetime: lifetime), hasMass: mass != nil, method: found.method,
              background: found.background, limit: found.limit, errorOfLimit: found.error))
        }
      } catch {
        refused += 1
        reason = error.description
      }
    }
    if refused > 0 { remarks.append("\(refused) hypotheses refused: \(reason)") }
    return (limits, remarks)
  }

  /// Hypotheses evenly over the scan, and those next to published and measured masses.
  private func hypotheses(of plan: ScanPlan) -> [Int] {
    guard let first = plan.windows.first, let last = plan.windows.last else { return [] }
    var chosen = Set(stride(from: 0, to: plan.windows.count, by: max(1, plan.windows.count / points)))
    let masses =
      (channel.published?.limits.map(\.mass) ?? []) + (channel.normalisation?.efficiency?.points.map(\.mass) ?? [])
    for mass in masses where mass.isFinite {
      guard let value = channel.massRelation.value(ofMass: mass), value >= first.mass, value <= last.mass,
        let index = plan.nearest(to: value)
      else { continue }
      chosen.insert(index)
    }
    return chosen.sorted()
  }

  /// The answer of one window.
  private struct WindowAnswer {
    var method: HypothesisResult.Method
    var background: ExpectedBackground
    var limit: ExpectedLimit
    /// Relative error of the limit from the number of simulated events.
    var error: Double
  }

  private func limit(
    _ window: ScanWindow, _ plan: ScanPlan, _ whole: SmoothSpectrum, _ slices: [SmoothSpectrum],
    _ estimator: PeakEstimator
  ) throws(FitRefusal) -> WindowAnswer {
    guard let core = window.peak(WindowRules.peakHalfWidth * plan.grid.binsPerResolution) else {
      throw .windowOutsideSpectrum
    }
    let first = window.bins.lowerBound
    let peak = whole.sum((core.lowerBound + first)..<(core.upperBound + first))
    let expected = peak.value * luminosity
    let background =
      expected > 0 ? ExpectedBackground(value: expected, error: expected * peak.relativeError) : nothing
    let total = whole.sum(window.bins).value * luminosity
    if !plan.countsOnly, total >= WindowRules.leastCandidates, expected >= WindowRules.leastBackground {
      let limit = try fit(window, plan, slices.isEmpty ? [whole] : slices, estimator)
      // The limit over a large background goes with its root.
      return WindowAnswer(
        method: .likelihood, background: background, limit: limit.scaled(by: 1 / window.contained),
        error: 0.5 * peak.relativeError)
    }
    let sidebands = try Sidebands(window, plan, [Int](repeating: 0, count: plan.grid.binCount))
    let ratio = sidebands.ratio
    let found = try count(background) { .measured(count: $0 * ratio, ratio: ratio) }
    return WindowAnswer(
      method: .counting, background: background, limit: found.limit.scaled(by: 1 / sidebands.contained),
      error: found.error)
  }

  /// The expected limits of the fit of the expected counts, one order above that with the least Akaike information as a search chooses it
  /// (``WindowFits/likelihood(_:)``).
  private func fit(
    _ window: ScanWindow, _ plan: ScanPlan, _ spectra: [SmoothSpectrum], _ estimator: PeakEstimator
  ) throws(FitRefusal) -> ExpectedLimit {
    let counts = spectra.flatMap { spectrum in window.bins.map { spectrum.values[$0] * luminosity } }
    let orders = plan.settings.orders
    let design = WindowDesign(
      edges: plan.grid.edges[window.bins.lowerBound...window.bins.upperBound], window: window, shape: plan.shape,
      highestOrder: orders.upperBound)
    var usable: [(estimate: PeakEstimate, information: Double)] = []
    var failure: FitRefusal?
    for order in orders {
      do throws(FitRefusal) {
        let fit = try design.withModel(order: order) {
          (model) throws(FitRefusal) -> (estimate: PeakEstimate, information: Double) in
          let profile = estimator.observed
          profile.prepare(model)
          var estimate = PeakEstimate()
          estimate.total = try profile.load(counts, 0..<counts.count)
          profile.setFlat()
          try estimator.fitMinima(into: &estimate)
          guard profile.evaluateExpectation(profile.null, columns: profile.signal),
            LinearKernel.smallest(profile.mu, rows: model.rows) > 0
          else { throw .negativeExpectation(lowestOrder: orders.lowerBound) }
          estimator.fitLimits(into: &estimate)
          if let missing = estimate.missing { throw missing }
          return (estimate, 2 * estimate.value + 2 * Double(model.count))
        }
        usable.append(fit)
      } catch {
        failure = error
      }
    }
    guard let best = usable.indices.min(by: { usable[$0].information < usable[$1].information }) else {
      throw failure ?? .negativeExpectation(lowestOrder: orders.lowerBound)
    }
    let chosen = usable[min(best + 1, usable.count - 1)].estimate
    let band = chosen.expectedBand
    return ExpectedLimit(
      median: chosen.expectedLimit, minus1: band.y, plus1: band.z, minus2: band.x, plus2: band.w)
  }
}
