import ArrowStream
import EventModel
import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Channels that are fitted again as they fill")
struct RefreshTests {
  private static let channel = """
    channel: test
    candidate: dimuon
    observable: reduced_mass
    range: { from: 0.1 GeV, to: 6 GeV }
    signal:
      shape: double_sided_crystal_ball
      low_tail: { start: 1.4, power: 4 }
      high_tail: { start: 1.8, power: 5 }
      resolution: [{ at: 0.5 GeV, sigma: 20 MeV }, { at: 6 GeV, sigma: 40 MeV }]
      measured_with: nothing
    background: { polynomial: { lowest_order: 1, highest_order: 3 } }
    scan: { from: 1 GeV, to: 5 GeV, step: 2, window: 20 }
    confidence: 90 %
    """

  private static func monitor(unbinned: Bool) throws -> SignalMonitor {
    let text = channel + (unbinned ? "\nlikelihood: unbinned\n" : "\n")
    return try SignalMonitor(channels: [try SearchChannel(yaml: text, file: "test.yaml")])
  }

  /// Events with one candidate each, on a falling background with a peak at 3 GeV.
  private static func batch(_ stream: UInt64, events: Int) throws -> RecordBatch {
    var random = CounterRandom(seed: 102, purpose: .pseudoExperiment, stream: stream)
    var builder = ReconstructionBuilder()
    for _ in 0..<events {
      let mass =
        random.uniform(0, 1) < 0.01 ? 3 + 0.03 * random.gaussian() : -1.5 * log(1 - 0.98 * random.uniform(0, 1))
      builder.candidates.append(
        kind: 1, mass: 3, reducedMass: Float(mass), recoilMassSquared: 0, vertex: -1, track1: 0, track2: 1)
      builder.endEvent(steps: 0, eventTime: 0)
    }
    return try RecordBatch(
      schema: Schema(fields: [EventSchema.reconstruction]), columns: [builder.finish()], count: events)
  }

  /// The largest difference between two results, in errors of the yield.
  private static func difference(_ a: ChannelResult, _ b: ChannelResult) throws -> Double {
    var largest = 0.0
    #expect(a.hypotheses.count == b.hypotheses.count && a.hypotheses.count > 50)
    for (one, other) in zip(a.hypotheses, b.hypotheses) {
      #expect(one.method == other.method && one.backgroundOrder == other.backgroundOrder)
      guard one.method == .likelihood else {
        #expect(one == other)
        continue
      }
      let (left, right) = (try #require(one.yield), try #require(other.yield))
      let error = 0.5 * (right.high - right.low)
      let (limit, otherLimit) = (try #require(one.upperLimit), try #require(other.upperLimit))
      let (expected, otherExpected) = (try #require(one.expectedLimit), try #require(other.expectedLimit))
      for (x, y) in [
        (left.value, right.value), (left.low, right.low), (left.high, right.high), (limit.value, otherLimit.value),
        (expected.median, otherExpected.median), (expected.plus2, otherExpected.plus2),
      ] { largest = max(largest, abs(x - y) / error) }
      largest = max(largest, abs(try #require(one.localSignificance) - (try #require(other.localSignificance))))
    }
    return largest
  }

  @Test(
    "Refreshes along the way, at any time, leave the numbers of a first fit to 1e-6 of their errors",
    arguments: [false, true])
  func warm(unbinned: Bool) throws {
    let sizes = unbinned ? [60, 1500, 40, 900, 700] : [60, 12_000, 40, 7000, 400]
    let batches = try sizes.enumerated().map { try Self.batch(UInt64($0.offset), events: $0.element) }
    var plain = try Self.monitor(unbinned: unbinned)
    for batch in batches { try plain.fill(batch) }
    let first = plain.result(of: 0)
    #expect(first.summary.fitted > 40)
    for stops in [[0, 1, 2, 3, 4], [1], [0, 3]] {
      var watched = try Self.monitor(unbinned: unbinned)
      for (index, batch) in batches.enumerated() {
        try watched.fill(batch)
        if stops.contains(index) { _ = watched.result(of: 0, fromLast: true) }
      }
      #expect(watched.data == plain.data)
      let found = try Self.difference(watched.result(of: 0, fromLast: true), first)
      #expect(found < 1e-6, "\(found) after refreshes at \(stops)")
      // What begins anew forgets all that, to the last digit.
      #expect(watched.result(of: 0).hypotheses == first.hypotheses)
    }
    // Parts that were watched on their own, merged in another order.
    var merged = try Self.monitor(unbinned: unbinned)
    for index in [3, 0, 4, 2, 1] {
      var part = try Self.monitor(unbinned: unbinned)
      try part.fill(batches[index])
      try merged.merge(part)
      _ = merged.result(of: 0, fromLast: true)
    }
    #expect(merged.data == plain.data)
    #expect(try Self.difference(merged.result(of: 0, fromLast: true), first) < 1e-6)
  }

  @Test("Windows that nothing was added to keep their answers, others move", arguments: [false, true])
  func unchanged(unbinned: Bool) throws {
    var monitor = try Self.monitor(unbinned: unbinned)
    try monitor.fill(try Self.batch(1, events: 3000))
    let before = monitor.result(of: 0, fromLast: true)
    var builder = ReconstructionBuilder()
    for _ in 0..<5 {
      builder.candidates.append(
        kind: 1, mass: 3, reducedMass: 1.503, recoilMassSquared: 0, vertex: -1, track1: 0, track2: 1)
      builder.endEvent(steps: 0, eventTime: 0)
    }
    try monitor.fill(
      try RecordBatch(schema: Schema(fields: [EventSchema.reconstruction]), columns: [builder.finish()], count: 5))
    let after = monitor.result(of: 0, fromLast: true)
    for (old, new) in zip(before.hypotheses, after.hypotheses) {
      #expect((old == new) == !(old.windowLow...old.windowHigh).contains(1.503), "\(old.mass)")
    }
    // Copies share what their fits remember, not their data.
    var other = monitor
    try other.fill(try Self.batch(7, events: 10))
    let moved = other.result(of: 0, fromLast: true)
    #expect(try Self.difference(monitor.result(of: 0, fromLast: true), after) < 1e-6)
    #expect(try Self.difference(other.result(of: 0, fromLast: true), moved) < 1e-6)
  }

  @Test("An unbinned channel gives what the unbinned scan gives for the same windows, and nearly what bins give")
  func unbinned() throws {
    var monitor = try Self.monitor(unbinned: true)
    var binned = try Self.monitor(unbinned: false)
    for stream in 0..<2 {
      let batch = try Self.batch(UInt64(stream), events: 4000)
      try monitor.fill(batch)
      try binned.fill(batch)
    }
    let result = monitor.result(of: 0)
    #expect(result.method == "unbinned peak")
    let shape = try #require(monitor.channels[0].peak).shape
    let fitted = result.hypotheses.filter { $0.method == .likelihood }
    #expect(fitted.count > 40)
    let scan = UnbinnedPeakScan(
      hypotheses: try fitted.map { hypothesis in
        UnbinnedHypothesis(
          mass: hypothesis.mass, deviation: hypothesis.resolution, low: hypothesis.windowLow,
          high: hypothesis.windowHigh, order: try #require(hypothesis.backgroundOrder))
      }, shape: shape, quantities: [.limit, .expectedLimit], confidence: 0.9)
    scan.fit(try #require(monitor.data[0].values).ascending)
    for (hypothesis, estimate) in zip(fitted, scan.estimates) {
      let mass = hypothesis.mass
      func below(_ x: Double) -> Double { shape.cumulative((x - mass) / hypothesis.resolution) }
      let whole = 1 / (below(hypothesis.windowHigh) - below(hypothesis.windowLow))
      #expect(abs(try #require(hypothesis.yield).value - whole * estimate.yield) < 1e-6 * estimate.error)
      #expect(abs(try #require(hypothesis.upperLimit).value - whole * estimate.limit) < 1e-5 * estimate.error)
      #expect(hypothesis.candidates == Int(estimate.total))
    }
    let peak = try #require(result.hypotheses.min { abs($0.mass - 3) < abs($1.mass - 3) })
    let same = try #require(binned.result(of: 0).hypotheses.min { abs($0.mass - 3) < abs($1.mass - 3) })
    let (one, other) = (try #require(peak.yield), try #require(same.yield))
    #expect(abs(one.value - other.value) < 0.2 * one.errorHigh)
    #expect(abs(one.value - 80) < 5 * one.errorHigh)
    #expect(try #require(peak.localSignificance) > 3)
  }

  @Test("Values keep their order however they come in, and lists of the same values are equal")
  func sorting() {
    var random = CounterRandom(seed: 103, purpose: .pseudoExperiment)
    let values = (0..<5000).map { _ in Double(random.integer(below: 3000)) }
    var one = SortedValues()
    for value in values { one.insert(value) }
    #expect(one.ascending == values.sorted() && one.count == 5000 && one.isComplete)
    var parts = (0..<3).map { _ in SortedValues() }
    for (index, value) in values.reversed().enumerated() { parts[index % 3].insert(value) }
    var other = SortedValues()
    for part in parts { other.merge(part) }
    #expect(other == one && other.hashValue == one.hashValue)
    other.insert(0.5)
    #expect(other != one)
  }

  @Test("A channel says how it is fitted, and an unbinned one has no slices")
  func language() throws {
    let message = { (change: String) in
      do {
        _ = try SearchChannel(yaml: Self.channel + "\n" + change, file: "test.yaml")
        return ""
      } catch { return "\(error)" }
    }
    #expect(message("likelihood: unbind\n").contains("did you mean 'unbinned'?"))
    #expect(
      message(
        "likelihood: unbinned\nslices: { of: recoil_theta, edges: [0 deg, 90 deg, 180 deg], shares: not measured }\n"
      ).contains("no 'slices'"))
    let names = ["z-prime-mumu"] + ["ee", "mumu", "pipi", "kk"].map { "long-lived-scalar-kplus-\($0)" }
    let channels = try ChannelTests.committed()
    for name in names {
      #expect(try #require(channels.first { $0.name == name }).peak?.isUnbinned == true, "\(name)")
    }
  }
}
