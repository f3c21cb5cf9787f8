import Statistics

/// What pseudo-experiments say of one hypothesis or region: limits and probabilities where asymptotic formulae are not trusted, and whether the
/// fit is unbiased and its errors right.
public struct ToyStudy: Codable, Sendable {
  /// The hypothesis (a value of the observable with its unit) or the region.
  public let name: String
  /// Pseudo-experiments drawn for each number.
  public let toys: Int
  /// Seed of the random numbers.
  public let seed: UInt64
  /// The upper limit on the yield by CLs, with the error of the number of toys.
  public let upperLimit: EstimatedNumber
  /// The limits that toys without signal give.
  public let expectedLimit: ExpectedLimit
  /// The probability of an excess like the observed one, or larger, without signal.
  public let probability: EstimatedNumber
  /// Pulls and coverage without signal and, if it was asked for, with it.
  public let pulls: [PullStudy]

  enum CodingKeys: String, CodingKey {
    case name, toys, seed
    case upperLimit = "upper_limit"
    case expectedLimit = "expected_limit"
    case probability, pulls
  }

  /// Draws and fits pseudo-experiments around what a likelihood expects.
  ///
  /// - Parameters:
  ///   - signal: signal candidates to put in for the second study of pulls; nil for none.
  ///   - contained: the part of the signal that the likelihood counts; the study counts the whole.
  /// - Throws: ``FitRefusal`` with fewer than 10 toys, or if more than 1 % of them cannot be fitted.
  init<Likelihood: SignalLikelihood>(
    of likelihood: Likelihood, name: String, signal: Double?, contained: Double = 1, confidence: Double, toys: Int,
    seed: UInt64
  ) throws(FitRefusal) {
    guard toys >= 10 else { throw .invalidInput("\(toys) toys, expected at least 10") }
    self.name = name
    self.toys = toys
    self.seed = seed
    let limits = ToyLimit(likelihood, toys: toys, seed: seed)
    upperLimit = try limits.upperLimit(confidence: confidence).scaled(by: 1 / contained)
    expectedLimit = try limits.expectedLimits(confidence: confidence).scaled(by: 1 / contained)
    probability = try limits.discoveryProbability()
    var pulls = [try PullStudy(of: likelihood, signal: 0, confidence: confidence, toys: toys, seed: seed)]
    if let signal, signal > 0 {
      pulls.append(
        try PullStudy(of: likelihood, signal: signal * contained, confidence: confidence, toys: toys, seed: seed))
    }
    self.pulls = pulls
  }
}

extension SignalMonitor {
  /// Studies a channel with pseudo-experiments drawn around its data: the hypothesis nearest to a value of the observable, or every region.
  ///
  /// - Parameters:
  ///   - value: of the observable; nil takes the largest excess.
  ///   - signal: signal candidates to put in for pulls; nil for none.
  /// - Throws: ``FitRefusal`` for channels without a likelihood of one peak or count, hidden or refused hypotheses, and fits that fail.
  public func toys(
    _ index: Int, at value: Double?, signal: Double?, toys: Int, seed: UInt64
  ) throws(FitRefusal) -> [ToyStudy] {
    let channel = channels[index]
    let result = result(of: index)
    switch channel.method {
    case .counting(let definitions):
      guard !result.blinded else { throw .hidden }
      var studies: [ToyStudy] = []
      for (definition, counts) in zip(definitions, data[index].regions) {
        let region = try definition.countingRegion(counts, conditions)
        studies.append(
          try ToyStudy(
            of: try CountingLikelihood(regions: [region]), name: definition.name, signal: signal,
            confidence: channel.confidence, toys: toys, seed: seed))
      }
      return studies
    case .peak(let search):
      guard let spectrum = data[index].spectrum, search.slices == nil else {
        throw .invalidInput("toys are drawn for spectra, not for slices")
      }
      let wanted = value ?? result.summary.largestMass ?? search.scan.range.lowerBound
      guard let hypothesis = result.hypotheses.min(by: { abs($0.mass - wanted) < abs($1.mass - wanted) }) else {
        throw .invalidInput("the channel has no hypothesis")
      }
      let name = "\(hypothesis.mass.formatted(digits: 5)) \(channel.observable.unit)"
      let plan = ScanPlan(search, grid: spectrum.grid)
      guard let place = plan.nearest(to: hypothesis.mass) else { throw .windowOutsideSpectrum }
      let window = plan.windows[place]
      switch hypothesis.method {
      case .refused: throw .invalidInput("no toys at \(name): \(hypothesis.refusal ?? "refused")")
      case .counting:
        let sidebands = try Sidebands(window, plan, spectrum.counts)
        let region = try CountingRegion(
          count: Double(sidebands.peakCount),
          background: .measured(count: Double(sidebands.count), ratio: sidebands.ratio), signal: sidebands.contained)
        return [
          try ToyStudy(
            of: try CountingLikelihood(regions: [region]), name: name, signal: signal, confidence: channel.confidence,
            toys: toys, seed: seed)
        ]
      case .likelihood:
        let order = hypothesis.backgroundOrder ?? search.scan.orders.upperBound
        let design = PeakDesign(
          edges: spectrum.grid.edges[window.bins.lowerBound...window.bins.upperBound], mass: window.mass,
          deviation: window.deviation, shape: search.shape, highestOrder: order)
        let fit = try PeakFit(design: design, counts: window.bins.map { Double(spectrum.counts[$0]) }, order: order)
        return [
          try ToyStudy(
            of: fit, name: name, signal: signal, contained: design.contained, confidence: channel.confidence,
            toys: toys, seed: seed)
        ]
      }
    case .template(let search):
      guard !result.blinded else { throw .hidden }
      let wanted = value ?? result.summary.largestMass ?? 0
      guard let histogram = data[index].histogram,
        let template = search.signals.min(by: { abs(($0.mass ?? 0) - wanted) < abs(($1.mass ?? 0) - wanted) })
      else { throw .invalidInput("the channel has no template of a signal") }
      let scan = TemplateScan(search: search, counts: histogram, confidence: channel.confidence, hidden: false)
      return [
        try ToyStudy(
          of: try SpectrumSignal(try scan.fitted(template), of: "signal"), name: template.name, signal: signal,
          confidence: channel.confidence, toys: toys, seed: seed)
      ]
    case .plane, .none:
      throw .invalidInput("toys are drawn for peaks, counts and templates, not for the method '\(channel.method.name)'")
    }
  }
}
