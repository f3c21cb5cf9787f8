import Foundation
import Kinematics

/// How one ring is topped up, and what the trigger vetoes for it.
public struct RingInjection: Equatable, Sendable {
  /// Injections per second.
  public let rate: Double
  /// Time of the first injection after the start of the run, ns.
  public let first: Double
  /// Bucket of the bunch that is topped up, 0 to the number of buckets in a revolution - 1.
  public let bucket: Int64
  /// Time after an injection in which everything is vetoed, ns.
  public let fullVeto: Double
  /// Time after an injection until which the passages of the injected bunch are vetoed, ns.
  public let gatedUntil: Double
  /// Time around each passage of the injected bunch that is vetoed, ns.
  public let gate: Double
}

/// How the rings are topped up during a run: the plan of `injection.tsv`, or of a file like it.
public struct InjectionPlan: Equatable, Sendable {
  /// The ring of the electrons; nil if it is not topped up.
  public let electrons: RingInjection?
  /// The ring of the positrons; nil if it is not topped up.
  public let positrons: RingInjection?

  /// Reads a plan from a file in the form of the committed `injection.tsv`.
  /// - Throws: `DetectorTableError` with file, line and column of the first fault.
  public init(path: String, clock: BunchClock) throws(DetectorTableError) {
    let data: Data
    do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw DetectorTableError(file: path, problem: "cannot be read: \(error.localizedDescription)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw DetectorTableError(file: path, problem: "not UTF-8 text")
    }
    try self.init(text: text, file: path, clock: clock)
  }

  /// Reads a plan from the text of a table.
  /// - Throws: `DetectorTableError` with line and column of the first fault.
  public init(text: String, file: String, clock: BunchClock) throws(DetectorTableError) {
    try self.init(DetectorTable(file: file, text: text), clock: clock)
  }

  init(_ table: DetectorTable, clock: BunchClock) throws(DetectorTableError) {
    var electrons: RingInjection?
    var positrons: RingInjection?
    for row in table.rows.indices {
      let ring = try table.text(row, "ring")
      let injection = try Self.ring(table, row, clock)
      switch ring {
      case "her" where electrons == nil: electrons = injection
      case "ler" where positrons == nil: positrons = injection
      case "her", "ler": throw table.error(row, "ring", "\"\(ring)\" stands here a second time")
      default: throw table.error(row, "ring", "\"\(ring)\" where her or ler is expected")
      }
    }
    self.electrons = electrons
    self.positrons = positrons
  }

  private static func ring(
    _ table: DetectorTable, _ row: Int, _ clock: BunchClock
  ) throws(DetectorTableError) -> RingInjection {
    let rate = try table.number(row, "rate_hz", in: 0.01...10_000)
    let period = Units.second / rate
    let injection = RingInjection(
      rate: rate, first: try table.number(row, "first_ms", in: 0...1e6) * 1000 * Units.microsecond,
      bucket: Int64(try table.integer(row, "bucket", in: 0...Int(clock.bucketsPerRevolution) - 1)),
      fullVeto: try table.number(row, "full_veto_us", in: 0...1e6) * Units.microsecond,
      gatedUntil: try table.number(row, "gated_ms", in: 0...1e5) * 1000 * Units.microsecond,
      gate: try table.number(row, "gate_us", in: 0...1e3) * Units.microsecond)
    for (column, time) in [("full_veto_us", injection.fullVeto), ("gated_ms", injection.gatedUntil)] {
      guard time < period - 2 * clock.revolutionTime else {
        throw table.error(row, column, "reaches to the next injection, \(period * 1e-6) ms later")
      }
    }
    guard injection.gate < clock.revolutionTime else {
      throw table.error(row, "gate_us", "is longer than a revolution of \(clock.revolutionTime * 1e-3) us")
    }
    return injection
  }
}
