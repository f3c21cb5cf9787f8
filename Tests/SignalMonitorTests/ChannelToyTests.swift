import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Toys of whole scans, with the order of the background chosen by the data")
struct ChannelToyTests {
  /// SLUICE_TOYS asks for more.
  private static let toys = ProcessInfo.processInfo.environment["SLUICE_TOYS"].flatMap { Int($0) } ?? 120

  @Test(
    "Pulls have mean 0 and width 1 over the scan range, intervals cover, few candidates or many",
    arguments: [20_000.0, 200_000])
  func pulls(background: Double) throws {
    let grid = try PseudoSpectrum.grid()
    let settings = ScanSettings(range: 1...5, step: 4, window: 20, orders: 1...3, confidence: 0.9)
    let whole = exp(-grid.edges[0] / 1.5) - exp(-grid.edges[grid.binCount] / 1.5)
    let expectation = zip(grid.edges, grid.edges.dropFirst()).map { low, high in
      background * (exp(-low / 1.5) - exp(-high / 1.5)) / whole
    }
    var (count, sum, squares, intervals, answered) = (0.0, 0.0, 0.0, 0, 0)
    for toy in 0..<Self.toys {
      var random = CounterRandom(seed: 401, purpose: .pseudoExperiment, stream: UInt64(toy))
      var spectrum = Spectrum(grid: grid)
      for (bin, mean) in expectation.enumerated() {
        for _ in 0..<random.poisson(mean) { spectrum.fill(grid.edges[bin]) }
      }
      for result in MassScan(spectrum: spectrum, shape: PseudoSpectrum.shape, settings: settings).results() {
        guard result.method == .likelihood, let yield = result.yield else { continue }
        let pull = yield.value / (0.5 * (yield.high - yield.low))
        count += 1
        sum += pull
        squares += pull * pull
        answered += 1
        if yield.low <= 0 && 0 <= yield.high { intervals += 1 }
      }
    }
    let mean = sum / count
    let width = (squares / count - mean * mean).squareRoot()
    let error = 1 / count.squareRoot()
    print(
      "channel toys at \(background): \(mean) \(width), coverage \(Double(intervals) / count), \(Int(count)) windows")
    #expect(count > 30 * Double(Self.toys))
    // Neighbouring windows share half of their candidates.
    #expect(abs(mean) < 0.05 + 3 * error, "\(mean)")
    #expect(abs(width - 1) < 0.03 + 3 * error, "\(width)")
    let coverage = EfficiencyInterval.clopperPearson.interval(passed: intervals, total: answered, confidence: 0.9999)
    #expect(coverage.low < NormalDistribution.oneSigma && coverage.high > NormalDistribution.oneSigma - 0.01)
  }
}
