import Foundation
import Statistics
import Testing

@Suite("Histograms")
struct HistogramTests {
  @Test("Every value is counted once: bins, underflow, overflow or undefined")
  func conservation() throws {
    var histogram = try Histogram1D(.regular(count: 7, lower: -1, upper: 2.5))
    var random = CounterRandom(seed: 41, purpose: .pseudoExperiment)
    for _ in 0..<5000 { histogram.fill(random.uniform(-3, 4)) }
    for value in [Double.nan, .infinity, -.infinity, -1, 2.5, 2.5.nextDown] { histogram.fill(value) }
    #expect(histogram.entries == 5006)
    #expect(histogram.undefined == 1)
    #expect(histogram.sum == 5005)
    #expect(histogram.underflow + histogram.overflow + (0..<7).map(histogram.content).reduce(0, +) == 5005)
  }

  @Test("A value on an edge belongs to the bin above, with equal and with free edges")
  func edges() throws {
    let edges = [0.0, 1, 4, 9]
    var free = try Histogram1D(.edges(edges))
    for edge in edges { free.fill(edge) }
    #expect((0..<3).map(free.content) == [1, 1, 1])
    #expect(free.overflow == 1)
    var regular = try Histogram1D(.regular(count: 4, lower: 0, upper: 1))
    for value in [0, 0.25, 0.5, 0.75, 1] { regular.fill(value) }
    #expect((0..<4).map(regular.content) == [1, 1, 1, 1])
  }

  @Test("Merging parts gives the whole, in any order; other bins are refused")
  func merging() throws {
    var random = CounterRandom(seed: 42, purpose: .pseudoExperiment)
    let empty = try Histogram1D(.regular(count: 20, lower: 0, upper: 1))
    var whole = empty
    var parts = [empty, empty, empty]
    for index in 0..<1000 {
      let value = random.uniform(-0.1, 1.1)
      whole.fill(value)
      parts[index % 3].fill(value)
    }
    for order in [[0, 1, 2], [2, 0, 1]] {
      var merged = empty
      for part in order { try merged.merge(parts[part]) }
      #expect(merged == whole)
    }
    let other = try Histogram1D(.regular(count: 21, lower: 0, upper: 1))
    #expect(throws: MergeMismatch.self) { try whole.merge(other) }
  }

  @Test("Bins that make no sense are refused with the reason")
  func refusal() {
    for binning: Binning in [
      .regular(count: 0, lower: 0, upper: 1), .regular(count: 3, lower: 1, upper: 1),
      .regular(count: 3, lower: 0, upper: .infinity), .edges([1]), .edges([0, 2, 1]), .edges([0, .nan]),
      .regular(count: 3, lower: 0, upper: .leastNormalMagnitude / 8), .regular(count: 3, lower: -1e308, upper: 1e308),
    ] {
      #expect(throws: MergeMismatch.self) { _ = try Histogram1D(binning) }
    }
  }

  @Test("Weighted bins carry the sum of squared weights")
  func weights() throws {
    var histogram = try Histogram1D(.regular(count: 1, lower: 0, upper: 1))
    histogram.fill(0.5, weight: 3)
    histogram.fill([0.1, 0.2].span, weight: 2)
    #expect(histogram.content(0) == 7)
    #expect(histogram.variance(0) == 17)
  }
}

@Suite("Latency sketches")
struct LatencyHistogramTests {
  @Test("Quantiles agree with the sorted latencies to three digits")
  func quantiles() throws {
    var random = CounterRandom(seed: 43, purpose: .pseudoExperiment)
    var sketch = LatencyHistogram()
    var values: [UInt64] = []
    for _ in 0..<50_000 {
      let value = UInt64(100_000 * exp(1.5 * random.gaussian()))
      values.append(value)
      sketch.record(nanoseconds: value)
    }
    values.sort()
    for fraction in [0.5, 0.9, 0.99, 0.999] {
      let exact = Double(values[Int((Double(values.count) * fraction).rounded(.up)) - 1])
      let sketched = Double(try #require(sketch.quantile(fraction)))
      #expect(abs(sketched / exact - 1) < 1.1e-3)
    }
    #expect(sketch.maximum == values.last)
    #expect(sketch.minimum == values.first)
    #expect(sketch.count == values.count)
  }

  @Test("Merged sketches have the quantiles of one sketch of everything")
  func merging() {
    var random = CounterRandom(seed: 44, purpose: .pseudoExperiment)
    var whole = LatencyHistogram()
    var parts = [LatencyHistogram(), LatencyHistogram(), LatencyHistogram()]
    for index in 0..<10_000 {
      let value = UInt64(1e6 * random.exponential())
      whole.record(nanoseconds: value)
      parts[index % 2].record(nanoseconds: value)
    }
    parts[2].merge(parts[0])
    parts[2].merge(parts[1])
    for fraction in stride(from: 0.0, through: 1, by: 0.01) {
      #expect(parts[2].quantile(fraction) == whole.quantile(fraction))
    }
    #expect(parts[2].count == whole.count)
  }

  @Test("Nothing recorded has no quantiles; a day is counted as beyond the range with its exact maximum")
  func edges() {
    var sketch = LatencyHistogram()
    #expect(sketch.summary == nil)
    sketch.record(nanoseconds: 86_400_000_000_000)
    sketch.record(nanoseconds: 0)
    #expect(sketch.beyondRange == 1)
    #expect(sketch.maximum == 86_400_000_000_000)
    #expect(sketch.minimum == 0)
    #expect(sketch.summary?.count == 2)
  }
}
