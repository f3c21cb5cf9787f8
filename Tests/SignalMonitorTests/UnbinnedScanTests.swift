import Foundation
import SignalMonitor
import Statistics
import Testing

/// The unbinned scan of the reference fits.
enum TwoMuon {
  static let shape = SignalShape.sum([
    .init(fraction: 0.7, shape: .crystalBall(tail: PowerTail(start: 1.4, power: 4))),
    .init(fraction: 0.3, width: 1.8, shape: .mirroredCrystalBall(tail: PowerTail(start: 1.6, power: 5))),
  ])

  /// The values of the file, which is 64-bit numbers after a head of 128 bytes.
  static func values() throws -> [Double] {
    let data = try Data(contentsOf: FitTable.folder.appending(path: "two-muon-events.npy"))
    let values = data.dropFirst(128).withUnsafeBytes { bytes in
      (0..<(bytes.count / 8)).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
    }
    return values.sorted()
  }

  static func hypotheses(_ fits: FitTable) -> [UnbinnedHypothesis] {
    (0..<fits.count).map { row in
      UnbinnedHypothesis(
        mass: fits["MR_GeV"][row], deviation: fits["sigma_GeV"][row], low: fits["win_lo"][row],
        high: fits["win_hi"][row], order: Int(fits["order"][row]))
    }
  }
}

@Suite("Unbinned scans of a list of values")
struct UnbinnedScanTests {
  @Test("Hypotheses agree with the reference fits, and those whose density turns negative say so")
  func reference() throws {
    let fits = try FitTable("two-muon-fits.csv")
    let values = try TwoMuon.values()
    let scan = UnbinnedPeakScan(
      hypotheses: TwoMuon.hypotheses(fits), shape: TwoMuon.shape,
      quantities: [.likelihood, .profileErrors, .profileLimit, .limit, .expectedLimit], confidence: 0.9)
    scan.fit(values)
    var largest = [String: Largest]()
    var negative = 0
    for (row, estimate) in scan.estimates.enumerated() {
      let j = Int(fits["j"][row])
      let isNegative = fits["min_density_window"][row] < 0
      if isNegative { negative += 1 }
      #expect((estimate.smallestExpectation < 0) == isNegative, "hypothesis \(j)")
      #expect(estimate.refusal == nil, "hypothesis \(j)")
      #expect(Int(estimate.total) == Int(fits["n_window"][row]))
      let error = fits["S_err"][row]
      func compare(_ name: String, _ value: Double, _ column: String, by unit: Double) {
        largest[name, default: Largest()].add((value - fits[column][row]) / unit, j)
      }
      compare("yield", estimate.yield, "S_hat", by: error)
      compare("error", estimate.error, "S_err", by: error)
      compare("value", estimate.value, "nll_sb", by: 1)
      compare("null value", estimate.nullValue, "nll_b", by: 1)
      compare("significance", estimate.significance, "Z_signed", by: 1)
      compare("upper error", estimate.upperError, "minos_hi", by: error)
      compare("profile limit", estimate.profileLimit, "UL90_pl", by: error)
      let edge = isNegative ? " at an edge" : ""
      compare("bounded limit" + edge, estimate.boundedProfileLimit, "UL90_pl_bounded", by: error)
      compare("limit" + edge, estimate.limit, "UL90_cls", by: error)
      compare("expected limit" + edge, estimate.expectedLimit, "UL90_cls_exp", by: error)
    }
    #expect(negative == 17)
    let allowed = [
      "yield": 1e-6, "error": 1e-6, "value": 1e-6, "null value": 1e-6, "significance": 1e-5, "upper error": 1e-4,
      "profile limit": 1e-4, "bounded limit": 1e-4, "limit": 1e-4, "expected limit": 1e-4,
    ]
    for (name, bound) in allowed {
      let found = try #require(largest[name])
      #expect(found.value < bound, "\(name): \(found)")
    }
  }

  @Test("A scan that follows a growing list gives what a first fit of the same values gives")
  func warm() throws {
    let fits = try FitTable("two-muon-fits.csv")
    let all = try TwoMuon.values()
    let hypotheses = TwoMuon.hypotheses(fits)
    let following = UnbinnedPeakScan(hypotheses: hypotheses, shape: TwoMuon.shape)
    for part in [5, 2, 1] {
      let values = all.enumerated().filter { $0.offset % part == 0 }.map(\.element)
      following.fit(values)
      let first = UnbinnedPeakScan(hypotheses: hypotheses, shape: TwoMuon.shape)
      first.fit(values)
      var difference = Largest()
      for (j, (warm, cold)) in zip(following.estimates, first.estimates).enumerated() {
        #expect((warm.refusal == nil) == (cold.refusal == nil))
        guard cold.refusal == nil else { continue }
        difference.add((warm.yield - cold.yield) / cold.error, j)
        difference.add(warm.significance - cold.significance, j)
      }
      #expect(difference.value < 1e-6, "\(difference)")
    }
  }

  @Test("The vector density of every shape is the derivative of its cumulative, and bases give the same yield")
  func shapesAndBases() throws {
    let values = try TwoMuon.values()
    let tail = PowerTail(start: 1.3, power: 3.2)
    for shape: SignalShape in [
      .gaussian, .crystalBall(tail: tail), .mirroredCrystalBall(tail: tail),
      .doubleSidedCrystalBall(low: tail, high: PowerTail(start: 2, power: 6)), TwoMuon.shape,
    ] {
      var yields: [Double] = []
      for basis in PolynomialBasis.allCases {
        let scan = UnbinnedPeakScan(
          hypotheses: [UnbinnedHypothesis(mass: 3, deviation: 0.05, low: 2, high: 4.5, order: 3)], shape: shape,
          basis: basis)
        scan.fit(values)
        yields.append(scan.estimates[0].yield / scan.estimates[0].error)
      }
      #expect(abs(yields[0] - yields[1]) < 1e-6 && abs(yields[0] - yields[2]) < 1e-6, "\(yields)")
      // Fine bins are nearly no bins: the histogram's columns come from the cumulative distribution.
      let edges = (0...5000).map { 2 + 0.0005 * Double($0) }
      var counts = [Double](repeating: 0, count: 5000)
      for value in values where value >= 2 && value < 4.5 { counts[min(Int((value - 2) / 0.0005), 4999)] += 1 }
      let binned = BinnedPeakScan(
        edges: edges, hypotheses: [BinnedHypothesis(mass: 3, deviation: 0.05, bins: 0..<5000, order: 3)], shape: shape)
      binned.fit(counts)
      #expect(abs(binned.estimates[0].yield / binned.estimates[0].error - yields[0]) < 5e-3)
    }
  }
}
