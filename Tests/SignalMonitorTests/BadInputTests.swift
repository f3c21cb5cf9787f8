import ArrowStream
import EventModel
import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Data that cannot be fitted")
struct BadInputTests {
  private static let channel = """
    channel: test
    candidate: dimuon
    observable: reduced_mass
    range: { from: 0.1 GeV, to: 6 GeV }
    signal:
      shape: gaussian
      resolution: [{ at: 0.5 GeV, sigma: 20 MeV }, { at: 6 GeV, sigma: 40 MeV }]
      measured_with: nothing
    background: { polynomial: { lowest_order: 0, highest_order: 3 } }
    scan: { from: 0.1 GeV, to: 6 GeV, step: 2, window: 20 }
    confidence: 90 %
    """

  /// What a channel makes of candidates at these values.
  private static func result(_ values: [Float], unbinned: Bool) throws -> ChannelResult {
    let text = channel + "\nlikelihood: \(unbinned ? "unbinned" : "binned")\n"
    var monitor = try SignalMonitor(channels: [try SearchChannel(yaml: text, file: "test.yaml")])
    var builder = ReconstructionBuilder()
    for value in values {
      builder.candidates.append(
        kind: 1, mass: 3, reducedMass: value, recoilMassSquared: 0, vertex: -1, track1: 0, track2: 1)
      builder.endEvent(steps: 0, eventTime: 0)
    }
    try monitor.fill(
      try RecordBatch(
        schema: Schema(fields: [EventSchema.reconstruction]), columns: [builder.finish()], count: values.count))
    return monitor.result(of: 0)
  }

  /// Every hypothesis has numbers that are numbers, or a reason; none is a silent zero.
  private static func check(_ result: ChannelResult) throws {
    #expect(result.selected == result.inRange + result.below + result.above + result.undefined)
    #expect(result.hypotheses.count > 50)
    for hypothesis in result.hypotheses {
      switch hypothesis.method {
      case .refused:
        #expect(hypothesis.yield == nil && hypothesis.upperLimit == nil && hypothesis.localSignificance == nil)
        #expect(!(try #require(hypothesis.refusal)).isEmpty)
      case .likelihood, .counting:
        let (yield, limit) = (try #require(hypothesis.yield), try #require(hypothesis.upperLimit))
        for number in [yield.value, yield.low, yield.high, limit.value] { #expect(number.isFinite) }
        #expect(yield.low <= yield.value && yield.value <= yield.high && yield.low < yield.high)
        #expect(limit.value > 0 && (hypothesis.localSignificance ?? 0).isFinite)
        if hypothesis.method == .counting { #expect(!(try #require(hypothesis.refusal)).isEmpty) }
      }
    }
  }

  private static func nearest(_ mass: Double, _ result: ChannelResult) throws -> HypothesisResult {
    try #require(result.hypotheses.min { abs($0.mass - mass) < abs($1.mass - mass) })
  }

  @Test(
    "Empty and nearly empty spectra give the limit of a count and say why there is no fit", arguments: [false, true])
  func empty(unbinned: Bool) throws {
    let none = try Self.result([], unbinned: unbinned)
    try Self.check(none)
    #expect(try #require(Self.nearest(3, none).refusal).contains("no candidate in the window"))
    let two = try Self.result([2.9, 3.1], unbinned: unbinned)
    try Self.check(two)
    #expect(try Self.nearest(3, two).refusal?.contains("2 candidates in the window, at least 50 needed") == true)
    #expect(try Self.nearest(3, two).method == .counting)
  }

  @Test(
    "All candidates in one window, in one bin, or at one value, leave every other hypothesis with an answer",
    arguments: [false, true])
  func together(unbinned: Bool) throws {
    var random = CounterRandom(seed: 301, purpose: .pseudoExperiment)
    for width in [0.3, 0.005, 0] {
      let values = (0..<400).map { _ in Float(3.0021 + width * random.uniform(0, 1)) }
      let result = try Self.result(values, unbinned: unbinned)
      try Self.check(result)
      #expect(result.inRange == 400)
      #expect(try Self.nearest(1, result).candidates == 0)
    }
  }

  @Test("Observables that are no numbers, or beyond everything, are counted and not fitted", arguments: [false, true])
  func noNumbers(unbinned: Bool) throws {
    let values: [Float] = [.nan, .infinity, -.infinity, 1e38, -1e38, 0, 6.5, .signalingNaN, 3]
    let result = try Self.result(values, unbinned: unbinned)
    try Self.check(result)
    #expect(result.undefined == 2 && result.below == 3 && result.above == 3 && result.inRange == 1)
  }

  @Test("Masses at the ends of the spectrum are refused, those beside them answered", arguments: [false, true])
  func edges(unbinned: Bool) throws {
    var random = CounterRandom(seed: 302, purpose: .pseudoExperiment)
    let values = (0..<6000).map { _ in Float(random.uniform(0.1, 6)) } + (0..<200).map { _ in Float(0.11) }
    let result = try Self.result(values, unbinned: unbinned)
    try Self.check(result)
    for end in [result.hypotheses.first, result.hypotheses.last] {
      #expect(try #require(end?.refusal).contains("beyond the spectrum"))
    }
    #expect(try Self.nearest(3, result).method == .likelihood)
  }

  @Test(
    "A window with nothing on one side of a cliff has an answer or a reason, whatever order", arguments: [false, true])
  func cliff(unbinned: Bool) throws {
    var random = CounterRandom(seed: 303, purpose: .pseudoExperiment)
    let values = (0..<3000).map { _ in Float(random.uniform(3, 6)) }
    try Self.check(try Self.result(values, unbinned: unbinned))
    let steep = (0..<3000).map { _ in Float(3 + 0.05 * random.gaussian()) }
    try Self.check(try Self.result(steep, unbinned: unbinned))
  }

  // MARK: - Specifications

  private static func fit(_ text: String, _ names: [String], _ columns: [[Double]]) throws -> SpecificationResult {
    let specification = try FitSpecification(yaml: text, file: "test.yaml")
    let data = try FitData(NumberTable(names: names, columns: columns), for: specification, file: "test.csv")
    return try SpecificationFit(specification, data).result()
  }

  private static func text(_ method: String, _ hypotheses: String) -> String {
    """
    fit: test
    method: \(method)
    resolution: 0.1
    signal: { shape: gaussian }
    background: { order: 1 }
    range: { from: 0, to: 10 }
    hypotheses: \(hypotheses)
    window: { below: 20, above: 20 }
    confidence: 90 %
    """
  }

  @Test("A histogram of one bin, an empty one, and hypotheses outside are refused, each with its reason")
  func specifications() throws {
    let one = try Self.fit(Self.text("binned", "[5]"), ["low", "high", "count"], [[4], [6], [100]])
    #expect(
      one.hypotheses[0].refusal?.contains("100 candidates in 1 bins") == true, "\(one.hypotheses[0].refusal ?? "")")
    let edges = (0...100).map { 0.1 * Double($0) }
    let empty = try Self.fit(
      Self.text("binned", "[5]"), ["low", "high", "count"],
      [Array(edges.dropLast()), Array(edges.dropFirst()), [Double](repeating: 0, count: 100)])
    #expect(empty.hypotheses[0].refusal == "no fit: no candidate in the window")
    let outside = try Self.fit(
      Self.text("binned", "[-3, 5, 12]"), ["low", "high", "count"],
      [Array(edges.dropLast()), Array(edges.dropFirst()), [Double](repeating: 9, count: 100)])
    #expect(outside.hypotheses.map { $0.refusal?.contains("outside the data") ?? false } == [true, false, true])
    let list = try Self.fit(Self.text("unbinned", "[-3, 5, 12]"), [""], [(0..<500).map { 0.02 * Double($0) }])
    #expect(list.hypotheses.map { $0.refusal?.contains("outside the range") ?? false } == [true, false, true])
    let few = try Self.fit(Self.text("unbinned", "[5]"), [""], [[4.9, 5.1]])
    #expect(few.hypotheses[0].refusal == "no fit: 2 candidates in the window, at least 3 needed")
    #expect(few.hypotheses[0].yield == nil && few.hypotheses[0].limit == nil)
  }

  @Test("Weights come as a column of a histogram or of a list; what is no number is counted as undefined")
  func weights() throws {
    var random = CounterRandom(seed: 304, purpose: .pseudoExperiment)
    let values = (0..<4000).map { _ in random.uniform(0, 10) }
    let weights = (0..<4000).map { _ in random.uniform(0.5, 1.5) }
    let histogram = "\nhistogram: { from: 0, to: 10, bins: 200 }\n"
    let list = try Self.fit(
      Self.text("binned", "[5]") + histogram, ["x", "weight"],
      [values + [.nan, 5, -2], weights + [1, .infinity, 7]])
    #expect(list.undefined == 2 && list.below == 7)
    var (sums, squares) = ([Double](repeating: 0, count: 200), [Double](repeating: 0, count: 200))
    for (value, weight) in zip(values, weights) {
      sums[min(Int(value * 20), 199)] += weight
      squares[min(Int(value * 20), 199)] += weight * weight
    }
    let edges = (0...200).map { 10 * Double($0) / 200 }
    let bins = try Self.fit(
      Self.text("binned", "[5]"), ["low", "high", "count", "variance"],
      [Array(edges.dropLast()), Array(edges.dropFirst()), sums, squares])
    let (a, b) = (list.hypotheses[0], bins.hypotheses[0])
    let error = try #require(a.yieldError)
    #expect(abs(try #require(a.yield) - (try #require(b.yield))) < 1e-6 * error)
    #expect(abs(try #require(a.candidates) - (try #require(b.candidates))) < 1e-6)
    let unbinned = Self.text("unbinned", "[5]") + "\ncolumns: { value: x, weight: weight }\n"
    #expect(throws: ChannelError.self) { try Self.fit(unbinned, ["x", "weight"], [values, weights]) }
  }
}
