import Foundation
import Statistics

/// Evidence for a peak that needs no asymptotic formula: every new part of the data is judged by the fit of what came before.
///
/// L. Wasserman, A. Ramdas and S. Balakrishnan, PNAS 117 (2020) 16880, the sequential form: the product over parts of the
/// likelihood under the signal fit of all earlier parts, over the largest likelihood of all of them without signal. Its mean
/// without signal is at most 1 at any time. Only the distribution over the bins counts, not the number of candidates, so
/// that changes of rate do no harm; the background's order must be fixed in advance. The first part trains the first fit
/// and is not judged. Weak: the line below which no assumption can be blamed.
public struct UniversalInference: Sendable {
  /// Share of a flat distribution in the prediction, so that no bin is impossible.
  private static let flatShare = 1e-3

  private let design: PeakDesign
  private let order: Int
  private var seen: [Double]
  private var judged: [Double]
  private var logNumerator = 0.0
  private var prediction: [Double]?
  /// The logarithm of the e-value now.
  public private(set) var logValue = 0.0
  /// Its maximum so far, at least 0.
  public private(set) var largestLogValue = 0.0

  /// Evidence for a peak in a window, over a polynomial of fixed order.
  public init(design: PeakDesign, order: Int) {
    self.design = design
    self.order = order
    seen = [Double](repeating: 0, count: design.binCount)
    judged = seen
  }

  /// Adds the counts of a new part of the data.
  ///
  /// - Throws: ``FitRefusal`` if the counts do not belong to the window, or a fit fails; the part is then kept for training
  ///   only if no fit had to judge it.
  public mutating func add(_ counts: [Double]) throws(FitRefusal) {
    guard counts.count == design.binCount, counts.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw .invalidInput("\(counts.count) counts for a window of \(design.binCount) bins, or negative ones")
    }
    guard counts.contains(where: { $0 > 0 }) else { return }
    let all = zip(seen, counts).map { $0 + $1 }
    let next = try Self.distribution(PeakFit(design: design, counts: all, order: order))
    guard let prediction else {
      seen = all
      self.prediction = next
      return
    }
    let parts = zip(judged, counts).map { $0 + $1 }
    var numerator = logNumerator
    for (count, probability) in zip(counts, prediction) where count > 0 { numerator += count * log(probability) }
    // The largest likelihood without signal of what was judged.
    let null = try PeakFit(design: design, counts: parts, order: order).nullExpectation
    let norm = null.reduce(0, +)
    var denominator = 0.0
    for (count, expected) in zip(parts, null) where count > 0 { denominator += count * log(expected / norm) }
    seen = all
    judged = parts
    logNumerator = numerator
    self.prediction = next
    logValue = numerator - denominator
    largestLogValue = max(largestLogValue, logValue)
  }

  /// The probability that the background ever gives this much, at most.
  public var probability: Double { exp(-largestLogValue) }

  /// The distribution over bins of a fit, with a signal that is not negative.
  private static func distribution(_ fit: PeakFit) -> [Double] {
    let expected = (fit.yield > 0 ? fit.expectation : fit.nullExpectation).map { max($0, 0) }
    let norm = expected.reduce(0, +)
    let flat = flatShare / Double(expected.count)
    return expected.map { flat + (1 - flatShare) * $0 / norm }
  }
}
