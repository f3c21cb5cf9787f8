import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("A spectrum that is watched while it fills")
struct WatchedSpectrumTests {
  /// The expected background of the narrow-peak spectrum for a number of candidates.
  private static func expectation(_ spectrum: FitTable, candidates: Double) -> [Double] {
    let edges = NarrowPeak.edges(spectrum)
    func cumulative(_ x: Double) -> Double { 0.8 * (1 - exp(-x / 14)) + 0.2 * (1 - 1 / ((1 + x / 3) * (1 + x / 3))) }
    let whole = cumulative(edges[edges.count - 1]) - cumulative(edges[0])
    return zip(edges, edges.dropFirst()).map { candidates * (cumulative($1) - cumulative($0)) / whole }
  }

  private static func significances(_ scan: BinnedPeakScan) -> [Double?] {
    scan.estimates.map { $0.refusal == nil ? $0.significance : nil }
  }

  @Test("Toys of 500 hypotheses cross zero upwards as often as an independent program counted")
  func upCrossings() throws {
    let spectrum = try FitTable("narrow-peak-spectrum.csv")
    let scan = NarrowPeak.scan(spectrum, try FitTable("narrow-peak-fits.csv"))
    let expectation = Self.expectation(spectrum, candidates: 1e5)
    var scans: [[Double?]] = []
    for toy in 0..<60 {
      var random = CounterRandom(seed: 31, purpose: .pseudoExperiment, stream: UInt64(toy))
      scan.fit(expectation.map { Double(random.poisson($0)) }, fromLast: false)
      scans.append(Self.significances(scan))
    }
    let crossings = UpCrossings(scans: scans)
    // 31.2 in 2000 toys; 2.8 sigma at one mass is then seen in half of all experiments.
    #expect(abs(crossings.expected - 31.2) < 4 * crossings.error, "\(crossings)")
    #expect(abs(crossings.globalProbability(ofLocal: 4).value - 0.0105) < 0.002)
  }

  @Test("No alarm beyond its claim in real fits of a growing spectrum without signal")
  func falseAlarms() throws {
    let spectrum = try FitTable("narrow-peak-spectrum.csv")
    let scan = NarrowPeak.scan(spectrum, try FitTable("narrow-peak-fits.csv"))
    let looks = 25
    let step = Self.expectation(spectrum, candidates: 1e5 / Double(looks))
    var alarms = 0
    var local = 0
    let toys = 24
    for toy in 0..<toys {
      var random = CounterRandom(seed: 32, purpose: .pseudoExperiment, stream: UInt64(toy))
      var counts = [Double](repeating: 0, count: step.count)
      var watch = try AnytimeSignificance(hypotheses: 500)
      var seen = false
      for look in 1...looks {
        for bin in counts.indices { counts[bin] += Double(random.poisson(step[bin])) }
        scan.fit(counts, fromLast: look > 1)
        let z = Self.significances(scan).map { $0 ?? 0 }
        try watch.look(SignalPrior.twoScales, z, exposure: Double(look) / Double(looks))
        if z.contains(where: { $0 > 3 }) { seen = true }
      }
      if watch.probability <= 0.1 { alarms += 1 }
      if seen { local += 1 }
    }
    #expect(BinomialDistribution.atLeast(alarms, trials: toys, probability: 0.1) > 1e-3, "\(alarms) of \(toys)")
    // A local 3 sigma somewhere at some time is the rule.
    #expect(local > toys / 2, "\(local)")
  }
}
