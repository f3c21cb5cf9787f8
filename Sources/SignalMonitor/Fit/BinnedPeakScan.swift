import Statistics

/// One hypothesis of a scan over a histogram: which bins it fits, and the peak and the background in them.
public struct BinnedHypothesis: Sendable {
  /// Where the peak is, in the observable's unit.
  public var mass: Double
  /// Its resolution, in the same unit.
  public var deviation: Double
  /// The bins of its window.
  public var bins: Range<Int>
  /// The order of the background polynomial.
  public var order: Int

  /// A hypothesis.
  public init(mass: Double, deviation: Double, bins: Range<Int>, order: Int) {
    self.mass = mass
    self.deviation = deviation
    self.bins = bins
    self.order = order
  }
}

/// Fits of many hypotheses to windows of one histogram, again and again as it fills.
///
/// The models are made once. A refresh starts every hypothesis from its last answer, scaled to the new count, and skips
/// those whose window did not change; the results are those of a first fit to within 3e-7 of their errors, whatever came
/// before.
public final class BinnedPeakScan {
  /// The hypotheses.
  public let hypotheses: [BinnedHypothesis]
  /// The answers of the last fit, in the same order.
  public private(set) var estimates: [PeakEstimate]
  /// Confidence level of the limits.
  public let confidence: Double
  private let binCount: Int
  private let designs: [Result<LinearDesign, FitRefusal>]
  private let estimator: PeakEstimator
  private let quantities: PeakQuantities
  private var answers: PeakAnswers
  private var lastCounts: [Double] = []
  private let scaleRows = ColumnMemory()

  /// A scan of windows of a histogram.
  ///
  /// - Parameters:
  ///   - edges: the bins' edges, ascending.
  ///   - hypotheses: one whose bins do not lie within the histogram, or hold nothing of the peak, is refused.
  ///   - shape: the peak's form, the same for all in units of the resolution.
  ///   - basis: of the background polynomial; yields, errors and limits do not depend on it.
  ///   - quantities: what the estimates hold beside yield, error and significance.
  public init(
    edges: [Double], hypotheses: [BinnedHypothesis], shape: SignalShape, basis: PolynomialBasis = .legendre,
    quantities: PeakQuantities = [], confidence: Double = 0.95
  ) {
    self.hypotheses = hypotheses
    self.quantities = quantities
    self.confidence = confidence
    binCount = edges.count - 1
    designs = hypotheses.map { hypothesis in
      Result { () throws(FitRefusal) in
        try LinearDesign(edges: edges, hypothesis: hypothesis, shape: shape, basis: basis)
      }
    }
    answers = PeakAnswers(counts: designs.map { (try? $0.get().count) ?? 1 })
    estimates = [PeakEstimate](repeating: PeakEstimate(), count: hypotheses.count)
    estimator = PeakEstimator(quantities: quantities, confidence: confidence)
  }

  /// The fitted background coefficients of a hypothesis in the fit with signal; empty if it was refused.
  public func background(_ index: Int) -> [Double] {
    estimates[index].refusal == nil ? answers.background(index) : []
  }

  /// The fitted background coefficients of a hypothesis in the fit without signal; empty if it was refused.
  public func nullBackground(_ index: Int) -> [Double] {
    estimates[index].refusal == nil ? answers.nullBackground(index) : []
  }

  /// Fits all hypotheses to the histogram's counts.
  ///
  /// - Parameters:
  ///   - counts: of every bin. Negative ones and those that are no number refuse the hypotheses whose windows hold them.
  ///   - variances: sums of squared weights where `counts` are sums of weights (``ScaledCounts``); contents that cannot be refuse
  ///     all hypotheses.
  ///   - fromLast: starts from the last answers; false forgets them.
  public func fit(_ counts: [Double], variances: [Double]? = nil, fromLast: Bool = true) {
    if let variances {
      fit(counts, variances)
      return
    }
    let isWarm = fromLast && lastCounts.count == counts.count
    // Hypotheses whose window holds no bin that changed keep their answer.
    var changed: [Int32] = []
    if isWarm {
      changed.reserveCapacity(counts.count + 1)
      var sum: Int32 = 0
      changed.append(0)
      for bin in counts.indices {
        if counts[bin] != lastCounts[bin] { sum += 1 }
        changed.append(sum)
      }
    }
    for index in hypotheses.indices {
      let bins = hypotheses[index].bins
      if isWarm, bins.lowerBound >= 0, bins.upperBound < changed.count,
        changed[bins.lowerBound] == changed[bins.upperBound]
      {
        continue
      }
      fit(index, counts, isWarm: isWarm)
    }
    lastCounts = counts
  }

  /// Fits sums of weights, always from the beginning: the scales of all bins may have changed.
  private func fit(_ contents: [Double], _ variances: [Double]) {
    lastCounts = []
    do throws(FitRefusal) {
      let scaled = try ScaledCounts(contents: contents, variances: variances)
      for index in hypotheses.indices {
        fit(index, scaled.counts, isWarm: false, scaled)
        guard estimates[index].total.isFinite else { continue }
        estimates[index].total = contents[hypotheses[index].bins.clamped(to: contents.indices)].reduce(0, +)
      }
    } catch {
      for index in hypotheses.indices {
        estimates[index] = PeakEstimate()
        estimates[index].refusal = error
      }
    }
  }

  private func fit(_ index: Int, _ counts: [Double], isWarm: Bool, _ scaled: ScaledCounts? = nil) {
    let bins = hypotheses[index].bins
    let last = estimates[index]
    var estimate = PeakEstimate()
    let profile = estimator.observed
    do throws(FitRefusal) {
      let design = try designs[index].get()
      guard counts.count == binCount else {
        throw .invalidInput("\(counts.count) counts for \(binCount) bins")
      }
      try design.withModel { (model) throws(FitRefusal) in
        profile.prepare(scaled.map { scaleRows.scaled(model, $0.inverseScales[bins]) } ?? model)
        estimate.total = try profile.load(counts, bins)
        guard scaled == nil || estimate.total >= Double(model.count) else {
          throw .tooFewCandidates(
            found: estimate.total, needed: Double(model.count), region: "effective in the window: few weights are large"
          )
        }
        if isWarm, last.refusal == nil, last.total > 0 {
          answers.start(profile, index, scale: estimate.total / last.total)
        } else {
          profile.setFlat()
        }
        try estimator.fit(into: &estimate)
        estimate.smallestExpectation = LinearKernel.smallest(profile.reference, rows: model.rows)
        if quantities.contains(.deviance) {
          estimate.deviance = profile.deviance(value: profile.value)
          estimate.goodness = profile.goodness()
        }
        answers.keep(profile, index)
      }
    } catch {
      estimate.refusal = error
    }
    estimates[index] = estimate
  }
}

extension LinearProfile {
  /// Takes the counts of bins as the data of the model prepared.
  ///
  /// - Returns: their sum.
  /// - Throws: ``FitRefusal`` for counts that are negative or no numbers, and where too few bins hold any.
  func load(_ source: [Double], _ bins: Range<Int>) throws(FitRefusal) -> Double {
    var sum = SIMD8<Double>.zero
    var least = SIMD8<Double>(repeating: 1)
    var bad = SIMDMask<SIMD8<Int64>>(repeating: false)
    var populated = SIMD8<Int64>.zero
    source.withUnsafeBufferPointer { source in
      for v in 0..<model.vectors {
        var n = SIMD8<Double>.zero
        let start = bins.lowerBound + 8 * v
        if start + 8 <= bins.upperBound, let base = source.baseAddress {
          n = UnsafeRawPointer(base + start).loadUnaligned(as: SIMD8<Double>.self)
        } else {
          for lane in 0..<max(bins.upperBound - start, 0) { n[lane] = source[start + lane] }
        }
        bad = bad .| .!(n .>= 0) .| .!(n .< .infinity)
        let holds = n .> 0
        populated.replace(with: populated &+ 1, where: holds)
        least = least.replacing(with: n, where: holds .& (n .< least))
        sum += n
        counts[v] = n
      }
    }
    guard !any(bad) else { throw .badCounts }
    let total = LinearKernel.total(sum)
    guard total > 0 else { throw .emptyWindow }
    let bins = Int(populated.wrappedSum())
    guard bins >= model.count else {
      throw .tooFewPopulated(found: bins, needed: model.count, total: total)
    }
    setSmallestCount(least.min())
    return total
  }

  /// Takes the expectation evaluated last by another profile as data, negative ones as nothing.
  ///
  /// - Returns: whether there were any.
  func loadExpectation(of other: LinearProfile) -> Bool {
    prepare(other.model)
    let zero = SIMD8<Double>.zero
    var negative = SIMDMask<SIMD8<Int64>>(repeating: false)
    var least = SIMD8<Double>(repeating: 1)
    for v in 0..<model.vectors {
      var expectation = other.mu[v]
      if let scales = other.model.inverseScales { expectation *= scales[v] }
      let positive = expectation .> 0
      negative = negative .| (expectation .< 0)
      least = least.replacing(with: expectation, where: positive .& (expectation .< least))
      counts[v] = zero.replacing(with: expectation, where: positive)
    }
    setSmallestCount(least.min())
    return any(negative)
  }

  /// Pearson's sum at the minimum; nil where an expectation is not positive or no degree of freedom is left.
  func goodness() -> GoodnessOfFit? {
    let degrees = model.rows - model.count
    guard degrees > 0 else { return nil }
    var sum = 0.0
    var extraVariance = 0.0
    for row in 0..<model.rows {
      let scale = model.inverseScales.map { $0[row / 8][row % 8] } ?? 1
      let expectation = reference[row / 8][row % 8] * scale
      guard expectation > 0 else { return nil }
      let difference = counts[row / 8][row % 8] - expectation
      sum += difference * difference / expectation
      extraVariance += 1 / expectation
    }
    return GoodnessOfFit(chiSquare: sum, extraVariance: extraVariance, degrees: degrees)
  }

  /// Twice the sum of mu - n + n ln(n/mu) at the minimum.
  func deviance(value: Double) -> Double {
    var sum = 0.0
    let one = SIMD8<Double>(repeating: 1)
    for v in 0..<model.vectors {
      let n = counts[v]
      let populated = n .> 0
      // The value is that of contents: n ln(n/mu) of effective counts has the scale in it.
      let content = model.inverseScales.map { n / one.replacing(with: $0[v], where: populated) } ?? n
      let logarithm = PortableMath.log(one.replacing(with: content, where: populated))
      sum += LinearKernel.total(n * logarithm - n)
    }
    return 2 * (value + sum)
  }
}
