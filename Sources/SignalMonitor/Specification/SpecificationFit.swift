import Statistics

/// Carries a ``FitSpecification`` out on data.
public struct SpecificationFit: Sendable {
  let specification: FitSpecification
  private let data: FitData

  /// A fit of a specification to data.
  public init(_ specification: FitSpecification, _ data: FitData) {
    self.specification = specification
    self.data = data
  }

  /// All hypotheses, or all counts.
  ///
  /// - Throws: ``ChannelError`` or ``GridProblem`` where the specification cannot be carried out on these data; what a single hypothesis
  ///   cannot have is said there.
  public func result() throws -> SpecificationResult {
    var result = SpecificationResult(specification)
    result.below = data.below
    result.above = data.above
    result.undefined = data.undefined
    switch data.content {
    case .histogram(let edges, let counts, let variances, let expected):
      result.inRange = counts.reduce(0, +)
      result.hypotheses = try binned(edges, counts, variances, expected)
    case .values(let values):
      result.inRange = Double(values.count)
      result.hypotheses = try unbinned(values)
    case .counts(let table): result.counts = try counted(table)
    case .table(let table):
      guard let spectra = specification.spectra else { return result }
      let fitted = try fitted(spectra, table)
      result.inRange = fitted.spectra.reduce(0) { $0 + $1.candidates }
      result.spectra = fitted
    }
    return result
  }

  // MARK: - Windows

  /// The ends of the window of a hypothesis, before they are cut at the ends of the data.
  private func window(_ value: Double) throws(GridProblem) -> (low: Double, high: Double) {
    let window = specification.window
    switch window.measure {
    case .resolutionAtHypothesis:
      let deviation = specification.resolution.deviation(at: value)
      return (value - window.below * deviation, value + window.above * deviation)
    case .resolutionCoordinate:
      let scale = try specification.scale(from: value)
      let low = scale.value(at: -window.below)
      // A power law ends at 0; beyond, the inverse has no value.
      return (low.isNaN ? -.infinity : low, scale.value(at: window.above))
    }
  }

  private func hypotheses() throws(GridProblem) -> [SpecifiedHypothesis] {
    try specification.values().enumerated().map { index, value in
      SpecifiedHypothesis(index: index, value: value, resolution: specification.resolution.deviation(at: value))
    }
  }

  // MARK: - Histograms

  private func binned(
    _ edges: [Double], _ counts: [Double], _ variances: [Double]?, _ expected: [Double]?
  ) throws -> [SpecifiedHypothesis] {
    var results = try hypotheses()
    var fitted: [Int] = []
    var bins: [Range<Int>] = []
    for index in results.indices {
      let value = results[index].value
      let (low, high) = try window(value)
      let first = edges.nearest(to: max(low, specification.range?.lowerBound ?? low))
      let last = edges.nearest(to: min(high, specification.range?.upperBound ?? high))
      guard value >= edges[0], value <= edges[edges.count - 1], first < last else {
        results[index].refusal =
          "no fit: the hypothesis lies outside the data (\(edges[0]) to \(edges[edges.count - 1]))"
        continue
      }
      results[index].windowLow = edges[first]
      results[index].windowHigh = edges[last]
      results[index].firstBin = first
      results[index].lastBin = last - 1
      fitted.append(index)
      bins.append(first..<last)
    }
    let known = results
    try choose(&results, fitted) { positions, order in
      let scan = BinnedPeakScan(
        edges: edges,
        hypotheses: positions.map { position in
          BinnedHypothesis(
            mass: known[fitted[position]].value, deviation: known[fitted[position]].resolution,
            bins: bins[position], order: order[position])
        }, shape: specification.shape, basis: specification.basis, quantities: .all,
        confidence: specification.confidence)
      var spurious: [Double?] = []
      if let expected {
        scan.fit(expected)
        spurious = scan.estimates.map { $0.refusal == nil && $0.yield.isFinite ? $0.yield : nil }
      }
      scan.fit(counts, variances: variances, fromLast: false)
      return positions.indices.map { index in
        Answer(
          estimate: scan.estimates[index], background: scan.background(index),
          nullBackground: scan.nullBackground(index), spurious: spurious.isEmpty ? nil : spurious[index])
      }
    }
    return results
  }

  // MARK: - Lists

  private func unbinned(_ values: [Double]) throws -> [SpecifiedHypothesis] {
    var results = try hypotheses()
    var fitted: [Int] = []
    let whole = specification.range ?? -Double.infinity...Double.infinity
    for index in results.indices {
      let value = results[index].value
      let (low, high) = try window(value)
      guard whole.contains(value), low.isFinite || whole.lowerBound.isFinite else {
        results[index].refusal =
          "no fit: the hypothesis lies outside the range (\(whole.lowerBound) to \(whole.upperBound))"
        continue
      }
      results[index].windowLow = max(low, whole.lowerBound)
      results[index].windowHigh = min(high, whole.upperBound)
      fitted.append(index)
    }
    let known = results
    try choose(&results, fitted) { positions, order in
      let scan = UnbinnedPeakScan(
        hypotheses: positions.map { position in
          let result = known[fitted[position]]
          return UnbinnedHypothesis(
            mass: result.value, deviation: result.resolution, low: result.windowLow ?? 0,
            high: result.windowHigh ?? 0, order: order[position])
        }, shape: specification.shape, basis: specification.basis, quantities: .all,
        confidence: specification.confidence)
      scan.fit(values)
      return positions.indices.map { index in
        Answer(
          estimate: scan.estimates[index], background: scan.background(index),
          nullBackground: scan.nullBackground(index), spurious: nil)
      }
    }
    return results
  }

  // MARK: - Orders

  private struct Answer {
    var estimate: PeakEstimate
    var background: [Double]
    var nullBackground: [Double]
    var spurious: Double?

    /// Akaike's information: twice the negative log-likelihood and twice the number of parameters.
    var information: Double {
      let isUsable = estimate.refusal == nil && estimate.smallestExpectation >= 0
      return isUsable ? 2 * estimate.value + 2 * Double(background.count + 1) : .infinity
    }
  }

  /// Fits every hypothesis with every order allowed and keeps the one with the smallest information; where all turn
  /// negative or are refused, the lowest.
  private func choose(
    _ results: inout [SpecifiedHypothesis], _ fitted: [Int], _ fit: ([Int], [Int]) throws -> [Answer]
  ) throws {
    let allowed = fitted.map { specification.orders(at: results[$0].value) }
    var best = [Answer?](repeating: nil, count: fitted.count)
    let most = allowed.map(\.count).max() ?? 0
    for trial in 0..<most {
      let positions = fitted.indices.filter { allowed[$0].count > trial }
      let orders = allowed.map { $0.lowerBound + trial }
      for (position, answer) in zip(positions, try fit(positions, orders)) {
        guard let before = best[position] else {
          best[position] = answer
          continue
        }
        if answer.information < before.information { best[position] = answer }
      }
    }
    for (position, index) in fitted.enumerated() {
      guard let answer = best[position] else { continue }
      results[index].take(answer.estimate)
      guard answer.estimate.refusal == nil else { continue }
      results[index].order = answer.background.count - 1
      results[index].background = answer.background
      results[index].backgroundWithoutSignal = answer.nullBackground
      results[index].spuriousYield = answer.spurious
    }
  }
}

extension [Double] {
  /// The position of the element nearest to a value, in an ascending list that is not empty.
  func nearest(to value: Double) -> Int {
    let upper = firstPosition(notBelow: value)
    guard upper < count else { return count - 1 }
    guard upper > 0 else { return 0 }
    return value - self[upper - 1] < self[upper] - value ? upper - 1 : upper
  }
}
