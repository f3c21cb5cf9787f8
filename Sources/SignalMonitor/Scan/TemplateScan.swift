import Statistics

/// A spectrum fitted as a sum of templates, for each mass of the signal; the statistical errors of the simulated samples are in
/// the likelihood (``BinLikelihood``).
struct TemplateScan {
  let search: TemplateSearch
  let counts: TemplateSpectrum
  let confidence: Double
  let hidden: Bool

  /// The answers for all masses of the templates.
  func results() -> [HypothesisResult] { search.signals.map(result) }

  private func result(_ signal: SpectrumTemplate) -> HypothesisResult {
    var result = HypothesisResult(
      mass: signal.mass ?? .nan, resolution: 0, windowLow: search.edges[0],
      windowHigh: search.edges[search.edges.count - 1], candidates: hidden ? 0 : counts.counts.reduce(0, +),
      method: .refused)
    do throws(FitRefusal) {
      let fit = try fitted(signal)
      try result.fill(
        from: try SpectrumSignal(fit, of: "signal"), errors: try fit.interval("signal"), confidence: confidence)
      result.goodness = fit.goodness
      let null = try fit.held("signal", at: 0)
      result.backgroundUnderPeak = null.dropFirst().reduce(0, +)
    } catch {
      result.refusal = error.description
    }
    return result
  }

  /// The fit of counts, or of expectations, with the signal of one mass.
  func fit(_ signal: SpectrumTemplate, _ values: [Double]) throws(FitRefusal) -> SpectrumFit {
    let backgrounds = search.backgrounds.indices.map { "background \($0)" }
    let share = values.reduce(0, +) / Double(max(backgrounds.count, 1))
    let parameters = [FitParameter("signal", start: 0)] + backgrounds.map { FitParameter($0, start: share) }
    let components = zip(["signal"] + backgrounds, [signal] + search.backgrounds).map { name, template in
      SpectrumComponent(
        yield: name, form: SpectrumComponent.simulated(template.counts, variances: template.variances))
    }
    return try SpectrumFit([SpectrumModel(counts: values, components: components)], parameters: parameters)
  }

  /// The fit of one signal.
  func fitted(_ signal: SpectrumTemplate) throws(FitRefusal) -> SpectrumFit {
    let values = counts.counts.map(Double.init)
    guard !hidden else { throw .hidden }
    let total = values.reduce(0, +)
    guard total >= WindowRules.leastCandidates else {
      throw .tooFewCandidates(found: total, needed: WindowRules.leastCandidates, region: "in the spectrum")
    }
    let fit = try self.fit(signal, values)
    guard fit.expectations[0].allSatisfy({ $0 >= 0 }) else {
      throw .negativeExpectation(lowestOrder: search.backgrounds.count - 1)
    }
    if let goodness = fit.goodness, goodness.probability < WindowRules.leastProbability {
      throw .poorDescription(probability: goodness.probability)
    }
    return fit
  }

  /// The local significance of one signal, negative for a deficit; nil where its fit is refused.
  func significance(_ signal: SpectrumTemplate) -> Double? {
    guard let fit = try? fitted(signal), let likelihood = try? SpectrumSignal(fit, of: "signal"),
      let rise = likelihood.rise(signal: 0)
    else { return nil }
    let root = max(rise, 0).squareRoot()
    return likelihood.yield < 0 ? -root : root
  }
}
