import Statistics

/// One hypothesis of a scan over a list of values: where the peak is, and the window whose values it fits.
public struct UnbinnedHypothesis: Sendable {
  /// Where the peak is.
  public var mass: Double
  /// Its resolution.
  public var deviation: Double
  /// Lower end of the window, inside it.
  public var low: Double
  /// Upper end of the window, outside it.
  public var high: Double
  /// The order of the background polynomial.
  public var order: Int

  /// A hypothesis.
  public init(mass: Double, deviation: Double, low: Double, high: Double, order: Int) {
    self.mass = mass
    self.deviation = deviation
    self.low = low
    self.high = high
    self.order = order
  }
}

/// Unbinned extended fits of many hypotheses to windows of one sorted list of values.
///
/// The density is S f(x) + sum of a_i p_i(x), f normalised to 1 in the window, p_0 too. Unlike bins, places between the
/// values do not keep the density from falling below zero; where it does, ``PeakEstimate/smallestExpectation`` says so.
public final class UnbinnedPeakScan {
  /// The hypotheses.
  public let hypotheses: [UnbinnedHypothesis]
  /// The answers of the last fit, in the same order.
  public private(set) var estimates: [PeakEstimate]
  /// Confidence level of the limits.
  public let confidence: Double
  private let shape: SignalShape
  private let density: PeakDensity
  private let basis: PolynomialBasis
  private let estimator: PeakEstimator
  private let windowRows = ColumnMemory()
  private let asimovRows = ColumnMemory()
  private var answers: PeakAnswers
  private var lastValues: [Double]?

  /// A scan; the parameters are those of ``BinnedPeakScan``.
  public init(
    hypotheses: [UnbinnedHypothesis], shape: SignalShape, basis: PolynomialBasis = .legendre,
    quantities: PeakQuantities = [], confidence: Double = 0.9
  ) {
    self.hypotheses = hypotheses
    self.shape = shape
    self.basis = basis
    self.confidence = confidence
    density = PeakDensity(shape)
    answers = PeakAnswers(counts: hypotheses.map { min(max($0.order, 0), LinearDesign.highestOrder) + 2 })
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

  /// Fits all hypotheses.
  ///
  /// - Parameters:
  ///   - values: in ascending order.
  ///   - fromLast: starts from the last answers, scaled to the new number of values, and keeps those of windows that hold
  ///     the same values as before.
  public func fit(_ values: [Double], fromLast: Bool = true) {
    let before = fromLast ? lastValues : nil
    for index in hypotheses.indices {
      let range = values.positions(from: hypotheses[index].low, to: hypotheses[index].high)
      if let before {
        let known = before.positions(from: hypotheses[index].low, to: hypotheses[index].high)
        if known.count == range.count, before[known] == values[range] { continue }
      }
      fit(index, values, range, isWarm: before != nil)
    }
    lastValues = values
  }

  private func fit(_ index: Int, _ values: [Double], _ range: Range<Int>, isWarm: Bool) {
    let hypothesis = hypotheses[index]
    let first = range.lowerBound
    let count = range.count
    let signal = hypothesis.order + 1
    let before = estimates[index]
    var estimate = PeakEstimate()
    estimate.total = Double(count)
    let profile = estimator.observed
    do throws(FitRefusal) {
      guard (0...LinearDesign.highestOrder).contains(hypothesis.order), hypothesis.deviation > 0 else {
        throw .invalidInput(
          "a background of order \(hypothesis.order) and a resolution of \(hypothesis.deviation), expected 0 to "
            + "\(LinearDesign.highestOrder) and a positive number")
      }
      guard count > 0 else { throw .emptyWindow }
      guard count > signal else {
        throw .tooFewCandidates(found: Double(count), needed: Double(signal + 1), region: "in the window")
      }
      let columns = try PeakColumns(hypothesis, shape, density, basis)
      let model = values.withUnsafeBufferPointer { values in
        columns.fill(windowRows, count: count) { (v, lanes) in values[first + 8 * v + lanes] }
      }
      profile.prepare(model)
      profile.loadOnes(count)
      if isWarm, before.refusal == nil, before.total > 0 {
        answers.start(profile, index, scale: estimate.total / before.total)
      } else {
        profile.setFlat()
      }
      try estimator.fit(into: &estimate) { (expected, null) in
        columns.loadExpectation(expected, null, self.asimovRows)
      }
      estimate.smallestExpectation = columns.smallestDensity(profile.best)
      answers.keep(profile, index)
    } catch {
      estimate.refusal = error
    }
    estimates[index] = estimate
  }
}

extension LinearProfile {
  /// Counts one in each of the first rows.
  func loadOnes(_ rows: Int) {
    for v in 0..<model.vectors { counts[v] = SIMD8<Double>(repeating: 1) }
    for row in rows..<(model.vectors * 8) { counts[row / 8][row % 8] = 0 }
  }
}

extension [Double] {
  /// The positions of the elements from a value, inclusive, to another, exclusive, in an ascending list.
  func positions(from low: Double, to high: Double) -> Range<Int> {
    let first = firstPosition(notBelow: low)
    return first..<Swift.max(first, firstPosition(notBelow: high))
  }

  /// The position of the first element that is not below a value, in an ascending list.
  func firstPosition(notBelow value: Double) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
