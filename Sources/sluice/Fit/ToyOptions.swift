import ArgumentParser
import SignalMonitor

/// Pseudo-experiments on demand: `sluice fit … --toys N`.
struct ToyOptions: ParsableArguments {
  @Option(
    help: """
      Draw this many pseudo-experiments around the data, at --mass or the largest excess, or in every region: CLs limit and probability \
      where asymptotic formulae are not trusted, pulls and coverage.
      """)
  var toys: Int?

  @Option(help: "Signal candidates to put into the pseudo-experiments of a second study of pulls.")
  var signal: Double?

  @Option(name: .customLong("toy-seed"), help: "Seed of the pseudo-experiments.")
  var seed: UInt64 = 1

  /// Refuses what makes no sense.
  func check() throws {
    if let toys, !(10...1_000_000).contains(toys) {
      throw ValidationError("--toys \(toys): expected 10 to 1000000.")
    }
    if let signal, !(signal > 0 && signal <= 1e9) {
      throw ValidationError("--signal \(signal): expected a number of candidates above 0.")
    }
    if toys == nil, signal != nil { throw ValidationError("--signal has a meaning with --toys only.") }
  }

  /// The studies of a monitor's only channel; nil if nobody asked.
  func studies(of monitor: SignalMonitor, at mass: Double?) throws -> [ToyStudy]? {
    guard let toys else { return nil }
    do { return try monitor.toys(0, at: mass, signal: signal, toys: toys, seed: seed) } catch {
      throw RunFailure("no toys: \(error)")
    }
  }
}
