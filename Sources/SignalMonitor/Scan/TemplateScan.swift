import Statistics

/// A spectrum fitted as a sum of templates, for each mass of the signal.
///
/// The likelihood is that of the counts; the statistical errors of the templates are not in it.
struct TemplateScan {
  let search: TemplateSearch
  let counts: TemplateSpectrum
  let confidence: Double
  let hidden: Bool

  /// The answers for all masses of the templates.
  func results() -> [HypothesisResult] { search.signals.map(result) }

  private func result(_ signal: SpectrumTemplate) -> HypothesisResult {
    let values = counts.counts.map(Double.init)
    var result = HypothesisResult(
      mass: signal.mass ?? .nan, resolution: 0, windowLow: search.edges[0],
      windowHigh: search.edges[search.edges.count - 1], candidates: hidden ? 0 : counts.counts.reduce(0, +),
      method: .refused)
    do throws(FitRefusal) {
      guard !hidden else { throw .hidden }
      let total = values.reduce(0, +)
      guard total >= WindowRules.leastCandidates else {
        throw .tooFewCandidates(found: total, needed: WindowRules.leastCandidates, region: "in the spectrum")
      }
      let fit = try PeakFit(design: design(signal), counts: values, order: search.backgrounds.count - 1)
      guard fit.expectation.allSatisfy({ $0 >= 0 }) else {
        throw .negativeExpectation(lowestOrder: search.backgrounds.count - 1)
      }
      let goodness = GoodnessOfFit(
        counts: values, expectation: fit.expectation, parameters: search.backgrounds.count + 1)
      if let goodness, goodness.probability < WindowRules.leastProbability {
        throw .poorDescription(probability: goodness.probability)
      }
      try result.fill(from: fit, errors: fit.interval(), confidence: confidence)
      result.goodness = goodness
      result.backgroundUnderPeak = fit.nullExpectation.reduce(0, +)
    } catch {
      result.refusal = error.description
    }
    return result
  }

  /// The signal, the sum of the backgrounds, and all backgrounds but the first.
  private func design(_ signal: SpectrumTemplate) -> PeakDesign {
    func normalized(_ values: [Double]) -> [Double] {
      let sum = values.reduce(0, +)
      return values.map { $0 / sum }
    }
    let backgrounds = search.backgrounds.map { normalized($0.counts) }
    let sum = backgrounds[0].indices.map { bin in backgrounds.reduce(0) { $0 + $1[bin] } }
    return PeakDesign(
      columns: [normalized(signal.counts), normalized(sum)] + backgrounds.dropFirst(), contained: 1)
  }
}

extension PeakDesign {
  /// A model of given columns: the signal, normalised to 1 in the bins, then the backgrounds, the first of them positive.
  init(columns: [[Double]], contained: Double) {
    self.init(
      binCount: columns[0].count, highestOrder: columns.count - 2, columns: columns.map { Self.packed($0) },
      contained: contained)
  }
}
