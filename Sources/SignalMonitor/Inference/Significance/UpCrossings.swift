import Foundation
import Statistics

/// How often the local significance of a scan rises through a level: the number that tells what a scan's largest excess is
/// worth.
///
/// E. Gross and O. Vitells, Eur. Phys. J. C 70 (2010) 525. The expected number falls with the level as exp(-level^2/2), so that a
/// few scans, or one, counted at a low level tell it at a high one.
public struct UpCrossings: Codable, Hashable, Sendable {
  /// The level, in standard deviations.
  public let level: Double
  /// Expected number of up-crossings of the level in a scan without signal.
  public let expected: Double
  /// Its standard error.
  public let error: Double
  /// Scans it was counted in.
  public let scans: Int

  /// A known expected number.
  public init(expected: Double, error: Double = 0, level: Double = 0, scans: Int = 0) {
    self.expected = expected
    self.error = error
    self.level = level
    self.scans = scans
  }

  /// Counts in scans: toys without signal, or the data's own scan. Hypotheses without an answer (nil) interrupt a scan:
  /// nothing is counted across them.
  ///
  /// The error is that of a Poisson number; for none counted the expected number is 0 with the error 1.15, half the upper
  /// limit at 90 %, over the scans.
  public init(scans: [[Double?]], level: Double = 0) {
    let counted = scans.reduce(0) { $0 + Self.count($1, level: level) }
    let number = Double(max(scans.count, 1))
    self.init(
      expected: Double(counted) / number, error: (counted > 0 ? Double(counted).squareRoot() : 1.15) / number,
      level: level, scans: scans.count)
  }

  /// Up-crossings of a level in one scan.
  public static func count(_ significances: [Double?], level: Double) -> Int {
    var crossings = 0
    var last: Double?
    for value in significances {
      if let last, let value, last <= level, value > level { crossings += 1 }
      last = value
    }
    return crossings
  }

  /// The expected number at another level.
  public func expected(at level: Double) -> Double {
    expected * exp(0.5 * (self.level * self.level - level * level))
  }

  /// The probability that the background gives a local significance of at least `significance` anywhere in the scan: the
  /// local p-value plus the expected up-crossings, at most 1. An upper bound, tight where it is small.
  ///
  /// For a level below that of the count the number is meaningless; such an excess needs no correction to be none.
  public func globalProbability(ofLocal significance: Double) -> EstimatedNumber {
    let local = NormalDistribution.tail(significance)
    let crossings = expected(at: significance)
    let fall = exp(0.5 * (level * level - significance * significance))
    let spread = error * fall
    return EstimatedNumber(
      value: min(local + crossings, 1), low: min(max(local + crossings - spread, local), 1),
      high: min(local + crossings + spread, 1),
      method:
        "Gross-Vitells, \(expected.formatted(digits: 3)) up-crossings of \(level.formatted(digits: 2)) sigma; for one look, "
        + "not for watching")
  }

  /// The expected number of up-crossings of 0 that a publication's local and global significance imply.
  public static func implied(local: Double, global: Double) -> Double {
    (NormalDistribution.tail(global) - NormalDistribution.tail(local)) * exp(0.5 * local * local)
  }
}
