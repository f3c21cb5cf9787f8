import Foundation
import SignalMonitor
import TestSupport
import Testing

@Suite("Fits by specification")
struct SpecificationTests {
  private static let folder = FitTable.folder.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Documentation/fits")

  private static func specification(_ name: String) throws -> FitSpecification {
    let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    return try FitSpecification(yaml: text, file: name)
  }

  private static func data(_ name: String, _ specification: FitSpecification) throws -> FitData {
    let bytes = try Data(contentsOf: FitTable.folder.appending(path: name))
    let table =
      name.hasSuffix("npy")
      ? try NumberTable(numpy: bytes, file: name)
      : try NumberTable(text: String(decoding: bytes, as: UTF8.self), file: name)
    return try FitData(table, for: specification, file: name)
  }

  @Test("The histogram example finds the windows, orders and numbers of the reference")
  func histogram() throws {
    let specification = try Self.specification("narrow-peak.yaml")
    let result = try SpecificationFit(specification, try Self.data("narrow-peak-spectrum.csv", specification)).result()
    let fits = try FitTable("narrow-peak-fits.csv")
    #expect(result.hypotheses.count == fits.count && result.inRange == 100_322)
    var largest = Largest()
    for (j, hypothesis) in result.hypotheses.enumerated() {
      #expect(hypothesis.firstBin == Int(fits["first_bin"][j]) && hypothesis.order == Int(fits["order"][j]))
      let error = fits["S_err"][j]
      largest.add((try #require(hypothesis.yield) - fits["S_hat"][j]) / error, j)
      largest.add(1e-1 * (try #require(hypothesis.localSignificance) - fits["Z_signed"][j]), j)
      largest.add(1e-2 * (try #require(hypothesis.limit) - fits["UL95_cls"][j]) / error, j)
      largest.add(1e-2 * (try #require(hypothesis.limitProfile) - fits["UL95_pl"][j]) / error, j)
      largest.add(1e-2 * (try #require(hypothesis.expectedLimit) - fits["UL95_cls_exp"][j]) / error, j)
    }
    #expect(largest.value < 1e-6, "\(largest)")
  }

  @Test("A list of values is filled into the bins of the specification, and every value is accounted for")
  func list() throws {
    let specification = try Self.specification("narrow-peak.yaml")
    let spectrum = try FitTable("narrow-peak-spectrum.csv")
    var values: [Double] = [-1, .nan, 500, 600]
    for bin in 0..<spectrum.count {
      let middle = 0.5 * (spectrum["low_GeV2"][bin] + spectrum["high_GeV2"][bin])
      values += [Double](repeating: middle, count: Int(spectrum["first_5000"][bin]))
    }
    let table = NumberTable(names: [""], columns: [values])
    let data = try FitData(table, for: specification, file: "list")
    let result = try SpecificationFit(specification, data).result()
    #expect(result.inRange == 5000 && result.below == 1 && result.above == 2 && result.undefined == 1)
    let stream = try FitTable("narrow-peak-stream.csv")
    let hypothesis = result.hypotheses[Int(stream["j"][7])]
    #expect(abs(try #require(hypothesis.yield) - stream["S_hat"][7]) < 1e-6 * stream["S_err"][7])
  }

  @Test("The unbinned example agrees with the reference")
  func unbinned() throws {
    let specification = try Self.specification("two-muon.yaml")
    let result = try SpecificationFit(specification, try Self.data("two-muon-events.npy", specification)).result()
    let fits = try FitTable("two-muon-fits.csv")
    #expect(result.hypotheses.count == 2391)
    var largest = Largest()
    for row in 0..<fits.count {
      let hypothesis = result.hypotheses[Int(fits["j"][row])]
      let error = fits["S_err"][row]
      #expect(hypothesis.order == Int(fits["order"][row]))
      #expect(hypothesis.isNegative == (fits["min_density_window"][row] < 0))
      largest.add((try #require(hypothesis.yield) - fits["S_hat"][row]) / error, row)
      guard fits["min_density_window"][row] >= 0 else { continue }
      largest.add(1e-2 * (try #require(hypothesis.limit) - fits["UL90_cls"][row]) / error, row)
    }
    #expect(largest.value < 1e-6, "\(largest)")
  }

  @Test("The counting example gives the reference's limits by every method")
  func counting() throws {
    let specification = try Self.specification("counting.yaml")
    let result = try SpecificationFit(specification, try Self.data("counting.csv", specification)).result()
    let table = try FitTable("counting.csv")
    #expect(result.counts.count == table.count)
    var largest = [String: Largest]()
    for (row, count) in result.counts.enumerated() {
      func compare(_ name: String, _ value: Double?, _ column: String) {
        largest[name, default: Largest()].add(((value ?? .nan) - table[column][row]) / table[column][row], row)
      }
      compare("known", count.limits["known_background"], "UL90_poissonCLs")
      compare("averaged", count.limits["averaged"], "UL90_gammaCLs")
      compare("asymptotic", count.limits["asymptotic"], "UL90_asymCLs")
      compare("expected", count.expectedLimit, "UL90_asymCLs_exp")
      compare("asymptotic CLs", count.confidenceAtSignal["asymptotic"], "CLs_asym_s3")
      compare("exact CLs", count.confidenceAtSignal["exact"], "CLs_exactsum_s3")
    }
    for (name, found) in largest { #expect(found.value < 1e-5, "\(name): \(found)") }
  }

  @Test("What cannot be fitted says why, and nothing is a silent zero")
  func refusals() throws {
    let yaml = """
      fit: few
      method: METHOD
      resolution: 0.1
      signal: { shape: gaussian }
      background: { order: 1 }
      hypotheses: [0.5, 5, 50]
      histogram: { from: 0, to: 10, bins: BINS }
      window: { below: 20, above: 20 }
      confidence: 90 %
      """
    func results(_ values: [Double], method: String = "binned", bins: Int = 100) throws -> [SpecifiedHypothesis] {
      var text = yaml.replacing("METHOD", with: method).replacing("BINS", with: "\(bins)")
      if method == "unbinned" {
        text = text.split(separator: "\n").filter { !$0.hasPrefix("histogram") }.joined(separator: "\n")
      }
      let specification = try FitSpecification(yaml: text, file: "few.yaml")
      let table = NumberTable(names: [""], columns: [values])
      return try SpecificationFit(specification, try FitData(table, for: specification, file: "list")).result()
        .hypotheses
    }
    let empty = try results([])
    #expect(empty[1].refusal == "no fit: no candidate in the window" && empty[1].yield == nil)
    #expect(try #require(empty[2].refusal).contains("outside the data"))
    let two = try results([5.01, 5.4], method: "unbinned")
    #expect(two[1].refusal == "no fit: 2 candidates in the window, at least 3 needed")
    let few = try results([4.1, 5.01, 5.4])
    #expect(few.allSatisfy { ($0.refusal == nil) == ($0.yield != nil) })
    let bin = try results([4.1, 5.01, 5.4, 5.5], bins: 1)
    #expect(try #require(bin[1].refusal).hasPrefix("no fit: 4 candidates in 1 bins"))
    let same = try results([Double](repeating: 5.0, count: 1000), method: "unbinned")
    #expect(same[1].refusal != nil && same[1].yield == nil)
    let oneBin = try results([Double](repeating: 5.05, count: 1000))
    #expect(oneBin[1].refusal != nil)
    let nothingElse = try results((0..<1000).map { 4.95 + 0.0001 * Double($0) })
    #expect(nothingElse.allSatisfy { ($0.refusal == nil) == ($0.yield != nil) })
    let undefined = try results([.nan, .infinity, -.infinity])
    #expect(undefined[1].refusal != nil)
  }

  @Test("Counts that are negative, no numbers or huge are refused or fitted, never crash")
  func badCounts() throws {
    let edges = (0...80).map(Double.init)
    let hypotheses = [BinnedHypothesis(mass: 40, deviation: 3, bins: 0..<80, order: 2)]
    let scan = BinnedPeakScan(edges: edges, hypotheses: hypotheses, shape: .gaussian, quantities: .all)
    let smooth = (0..<80).map { 100 + Double($0) }
    for bad in [-1, .nan, .infinity] {
      var counts = smooth
      counts[17] = bad
      scan.fit(counts)
      #expect(scan.estimates[0].refusal == .badCounts)
    }
    for scale in [1e-9, 1e-3, 1e9, 1e200, 1e300] {
      scan.fit(smooth.map { $0 * scale })
      let estimate = scan.estimates[0]
      #expect((estimate.refusal == nil) == estimate.yield.isFinite)
      if scale < 1e100 { #expect(estimate.refusal == nil && abs(estimate.yield) < 0.1 * estimate.error) }
    }
    scan.fit(smooth)
    #expect(scan.estimates[0].refusal == nil)
  }

  @Test("Hypotheses that cannot be are refused one by one, and the others are fitted")
  func impossibleHypotheses() throws {
    let edges = (0...80).map(Double.init)
    let counts = (0..<80).map { 100 + Double($0) }
    let cases: [(BinnedHypothesis, Bool)] = [
      (BinnedHypothesis(mass: 40, deviation: 3, bins: 0..<80, order: 2), true),
      (BinnedHypothesis(mass: 400, deviation: 3, bins: 0..<80, order: 2), false),
      (BinnedHypothesis(mass: 40, deviation: 3, bins: 0..<90, order: 2), false),
      (BinnedHypothesis(mass: 40, deviation: 0, bins: 0..<80, order: 2), false),
      (BinnedHypothesis(mass: .nan, deviation: 3, bins: 0..<80, order: 2), false),
      (BinnedHypothesis(mass: 40, deviation: 3, bins: 0..<80, order: -1), false),
      (BinnedHypothesis(mass: 0, deviation: 3, bins: 0..<80, order: 1), true),
      (BinnedHypothesis(mass: 40, deviation: 3, bins: 40..<42, order: 2), false),
    ]
    let scan = BinnedPeakScan(edges: edges, hypotheses: cases.map(\.0), shape: .gaussian, quantities: .all)
    for _ in 0..<2 {
      scan.fit(counts)
      for (estimate, expected) in zip(scan.estimates, cases.map(\.1)) {
        #expect((estimate.refusal == nil) == expected && estimate.yield.isFinite == expected)
      }
    }
    scan.fit([1, 2, 3])
    #expect(scan.estimates.allSatisfy { $0.refusal != nil })
    let values = counts.indices.map { Double($0) }
    let list = UnbinnedPeakScan(
      hypotheses: cases.map { hypothesis, _ in
        UnbinnedHypothesis(
          mass: hypothesis.mass, deviation: hypothesis.deviation, low: 0, high: Double(hypothesis.bins.upperBound),
          order: hypothesis.order)
      }, shape: .gaussian)
    list.fit(values)
    for (index, estimate) in list.estimates.enumerated() where ![2, 7].contains(index) {
      #expect((estimate.refusal == nil) == cases[index].1, "hypothesis \(index)")
    }
  }

  @Test("The order of the background is the one with the smallest information among those allowed")
  func automaticOrder() throws {
    let text = """
      fit: orders
      method: binned
      resolution: 0.2
      signal: { shape: gaussian }
      background: { basis: BASIS, order: { lowest: 0, highest: 5 } }
      hypotheses: [5]
      histogram: { from: 0, to: 10, bins: 200 }
      window: { below: 20, above: 20 }
      confidence: 90 %
      """
    for basis in PolynomialBasis.allCases {
      let specification = try FitSpecification(yaml: text.replacing("BASIS", with: basis.rawValue), file: "orders.yaml")
      // Exact expectations of a parabola: nothing beyond order 2 is worth its parameter.
      let low = (0..<200).map { 0.05 * Double($0) }
      let counts = low.map { 1000 + 40 * ($0 + 0.025) * ($0 + 0.025) }
      let table = NumberTable(
        names: ["low", "high", "count"], columns: [low, low.map { $0 + 0.05 }, counts.map { $0.rounded() }])
      let data = try FitData(table, for: specification, file: "histogram")
      let hypothesis = try SpecificationFit(specification, data).result().hypotheses[0]
      #expect(hypothesis.order == 2, "\(basis)")
      #expect(try #require(hypothesis.goodness).probability > 0.99)
    }
  }

  @Test(
    "Mistakes in a specification are errors with line and column and the nearest known name",
    arguments: [
      ("methot: binned", "methot: binned", "unknown key 'methot'"),
      ("method: bined", "bined", "did you mean 'binned'?"),
      ("  basis: legender", "legender", "did you mean 'legendre'?"),
      ("confidence: 95 %\nhypotheses: { from: 1, step: 0, count: 3 }", "0, count", "expected 1e-06"),
    ])
  func mistakes(line: String, place: String, problem: String) throws {
    let key = line.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces)
    var lines = try String(contentsOf: Self.folder.appending(path: "narrow-peak.yaml"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    let index = lines.firstIndex { $0.trimmingCharacters(in: .whitespaces).hasPrefix(key.prefix(5)) } ?? 0
    lines[index] = line
    lines.removeAll { line.hasPrefix("confidence") && $0.hasPrefix("hypotheses: { from: 0.04") }
    do {
      _ = try FitSpecification(yaml: lines.joined(separator: "\n"), file: "bad.yaml")
      Issue.record("no error for \(line)")
    } catch {
      #expect(error.line > 0 && error.column > 0 && error.description.contains(problem), "\(error)")
    }
  }

  @Test("Tables that are broken are errors that say where")
  func brokenTables() throws {
    #expect(throws: ChannelError.self) { _ = try NumberTable(text: "", file: "a.csv") }
    do {
      _ = try NumberTable(text: "low,high,count\n0,1,5\n1,2,five\n", file: "a.csv")
      Issue.record("no error")
    } catch { #expect(error.line == 3 && error.column == 5 && error.problem.contains("five")) }
    #expect(throws: ChannelError.self) { _ = try NumberTable(text: "1,2\n3\n", file: "a.csv") }
    let array = try Data(contentsOf: FitTable.folder.appending(path: "two-muon-events.npy"))
    for length in [0, 5, 9, 11, 60, 128, 1000] {
      #expect(throws: ChannelError.self) { _ = try NumberTable(numpy: array.prefix(length), file: "a.npy") }
    }
    var generator = ByteMutator("numpy", alphabet: "0123456789<>f8,()'{}")
    let head = [UInt8](array.prefix(208))
    for _ in 0..<2000 { _ = try? NumberTable(numpy: Data(generator.mutated(head)), file: "a.npy") }
  }
}
