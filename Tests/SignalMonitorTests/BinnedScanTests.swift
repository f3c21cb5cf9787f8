import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Scans of a histogram for a narrow peak")
struct BinnedScanTests {
  @Test("All 500 hypotheses agree with the reference fits: yield, errors, likelihoods, significance and limits")
  func reference() throws {
    let spectrum = try FitTable("narrow-peak-spectrum.csv")
    let fits = try FitTable("narrow-peak-fits.csv")
    let scan = NarrowPeak.scan(spectrum, fits, quantities: .all)
    scan.fit(spectrum["count"])
    var largest = [String: Largest]()
    for (j, estimate) in scan.estimates.enumerated() {
      #expect(estimate.refusal == nil && estimate.missing == nil)
      let error = fits["S_err"][j]
      func compare(_ name: String, _ value: Double, _ column: String, by unit: Double) {
        largest[name, default: Largest()].add((value - fits[column][j]) / unit, j)
      }
      compare("yield", estimate.yield, "S_hat", by: error)
      compare("error", estimate.error, "S_err", by: error)
      compare("lower error", estimate.lowerError, "minos_lo", by: error)
      compare("upper error", estimate.upperError, "minos_hi", by: error)
      compare("value", estimate.value, "nll_sb", by: 1)
      compare("null value", estimate.nullValue, "nll_b", by: 1)
      compare("deviance", estimate.deviance, "bc_chi2_sb", by: 1)
      compare("significance", estimate.significance, "Z_signed", by: 1)
      compare("profile limit", estimate.profileLimit, "UL95_pl", by: error)
      compare("limit", estimate.limit, "UL95_cls", by: error)
      compare("expected limit", estimate.expectedLimit, "UL95_cls_exp", by: error)
      compare("smallest expectation", estimate.smallestExpectation, "min_mu", by: 1)
    }
    let allowed = [
      "yield": 1e-6, "error": 1e-6, "lower error": 1e-5, "upper error": 1e-5, "value": 1e-6, "null value": 1e-6,
      "deviance": 2e-6, "significance": 1e-6, "profile limit": 1e-5, "limit": 1e-5, "expected limit": 1e-5,
      "smallest expectation": 1e-5,
    ]
    for (name, bound) in allowed {
      let found = try #require(largest[name])
      #expect(found.value < bound, "\(name): \(found)")
    }
  }

  @Test("The yield fitted to the expectation of the background alone is that of the reference")
  func spurious() throws {
    let spectrum = try FitTable("narrow-peak-spectrum.csv")
    let fits = try FitTable("narrow-peak-fits.csv")
    let edges = NarrowPeak.edges(spectrum)
    func cumulative(_ x: Double) -> Double { 0.8 * (1 - exp(-x / 14)) + 0.2 * (1 - 1 / ((1 + x / 3) * (1 + x / 3))) }
    let whole = cumulative(edges[edges.count - 1]) - cumulative(edges[0])
    let expectation = zip(edges, edges.dropFirst()).map { 1e5 * (cumulative($1) - cumulative($0)) / whole }
    let scan = NarrowPeak.scan(spectrum, fits)
    scan.fit(expectation)
    var largest = Largest()
    for (j, estimate) in scan.estimates.enumerated() {
      largest.add((estimate.yield - fits["spurious_S"][j]) / estimate.error, j)
    }
    #expect(largest.value < 1e-6, "\(largest)")
  }

  @Test("A scan that follows the growing stream gives what a first fit of the same counts gives, and the reference")
  func warm() throws {
    let spectrum = try FitTable("narrow-peak-spectrum.csv")
    let fits = try FitTable("narrow-peak-fits.csv")
    let stream = try FitTable("narrow-peak-stream.csv")
    let following = NarrowPeak.scan(spectrum, fits, quantities: [.profileLimit, .limit])
    var row = 0
    var yield = Largest()
    for stage in ["first_5000", "first_10000", "first_20000", "first_50000", "count"] {
      following.fit(spectrum[stage])
      let first = NarrowPeak.scan(spectrum, fits, quantities: [.profileLimit, .limit])
      first.fit(spectrum[stage])
      var difference = Largest()
      for (j, (warm, cold)) in zip(following.estimates, first.estimates).enumerated() {
        #expect((warm.refusal == nil) == (cold.refusal == nil))
        guard cold.refusal == nil else { continue }
        difference.add((warm.yield - cold.yield) / cold.error, j)
        difference.add((warm.error - cold.error) / cold.error, j)
        difference.add((warm.significance - cold.significance), j)
        difference.add((warm.limit - cold.limit) / cold.error, j)
        difference.add((warm.profileLimit - cold.profileLimit) / cold.error, j)
      }
      #expect(difference.value < 1e-6, "\(stage): \(difference)")
      while row < stream.count, "first_\(Int(stream["n_events"][row]))" == stage {
        let j = Int(stream["j"][row])
        let estimate = following.estimates[j]
        yield.add((estimate.yield - stream["S_hat"][row]) / stream["S_err"][row], j)
        yield.add((estimate.error - stream["S_err"][row]) / stream["S_err"][row], j)
        yield.add(estimate.significance - stream["Z_signed"][row], j)
        row += 1
      }
    }
    #expect(row == stream.count)
    #expect(yield.value < 1e-6, "\(yield)")
  }
}
