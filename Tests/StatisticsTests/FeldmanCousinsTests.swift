import Statistics
import TestSupport
import Testing

@Suite("Unified intervals")
struct FeldmanCousinsTests {
  @Test("Every interval of the 90 % table is reproduced to the table's grid")
  func table() throws {
    let unified = FeldmanCousins(confidence: 0.9)
    let rows = try ReferenceTable("feldman-cousins-90").rows
    #expect(rows.count == 210)
    for row in rows {
      let count = Int(try ReferenceTable.number(row, "n_obs"))
      let background = try ReferenceTable.number(row, "b")
      let interval = unified.interval(count: count, background: background)
      // The table's ends are the first and last of a grid of 0.005 that lie inside.
      let low = try ReferenceTable.number(row, "lower")
      #expect(interval.low <= low + 1e-9 && interval.low > low - 0.0051, "\(row) \(interval)")
      let raw = try ReferenceTable.number(row, "upper_raw")
      #expect(interval.rawHigh >= raw - 1e-9 && interval.rawHigh < raw + 0.0051, "\(row) \(interval)")
      // Its envelope is on backgrounds 0.05 apart, which misses up to half of that.
      let high = try ReferenceTable.number(row, "upper_monotone")
      #expect(interval.high >= high - 1e-9 && interval.high < high + 0.0301, "\(row) \(interval)")
    }
  }

  @Test("Intervals at 95 % without background are those of the paper's table VI")
  func higherConfidence() {
    let golden: [(low: Double, high: Double)] = [
      (0, 3.09), (0.05, 5.14), (0.36, 6.72), (0.82, 8.25), (1.37, 9.76), (1.84, 11.26),
    ]
    let unified = FeldmanCousins(confidence: 0.95)
    for (count, published) in golden.enumerated() {
      let interval = unified.interval(count: count, background: 0)
      #expect(abs(interval.low - published.low) < 0.0101, "\(count): \(interval)")
      #expect(abs(interval.high - published.high) < 0.0101, "\(count): \(interval)")
    }
  }

  @Test(
    "Intervals at 95 % agree with an ordering done by scipy, over several backgrounds",
    .enabled(if: PythonReferee.isInstalled, "needs scipy in .venv"))
  func referee() throws {
    let cases: [(count: Int, background: Double)] = [0, 0.5, 3].flatMap { background in
      [0, 1, 2, 5, 10].map { ($0, background) }
    }
    let theirs = try PythonReferee.numbers(
      """
      import numpy as np
      from scipy.stats import poisson
      n = np.arange(0, 81)
      signals = np.arange(0, 25, 0.005)
      out = []
      for count, background in zip(*input):
          p = poisson.pmf(n[None, :], signals[:, None] + background)
          ratio = p / poisson.pmf(n, np.maximum(n, background))[None, :]
          order = np.argsort(-ratio, axis=1, kind='stable')
          sums = np.cumsum(np.take_along_axis(p, order, axis=1), axis=1)
          taken = np.concatenate([np.zeros((len(signals), 1)), sums[:, :-1]], axis=1) < 0.95
          inside = np.zeros_like(taken)
          np.put_along_axis(inside, order, taken, axis=1)
          accepted = signals[inside[:, int(count)]]
          out += [float(accepted[0]), float(accepted[-1])]
      print(json.dumps(out))
      """, input: [cases.map { Double($0.count) }, cases.map(\.background)])
    let unified = FeldmanCousins(confidence: 0.95)
    for (index, expected) in cases.enumerated() {
      let interval = unified.interval(count: expected.count, background: expected.background)
      // The grid's first and last accepted signals lie inside the interval, less than a step from its ends.
      let (low, high) = (theirs[2 * index], theirs[2 * index + 1])
      #expect(interval.low <= low + 1e-9 && interval.low > low - 0.0051, "\(expected) \(interval) \(low)")
      #expect(interval.rawHigh >= high - 1e-9 && interval.rawHigh < high + 0.0051, "\(expected) \(interval) \(high)")
    }
  }

  @Test("The limit never rises with the background, and the sensitivity is the paper's")
  func envelope() {
    let unified = FeldmanCousins(confidence: 0.9)
    var last = Double.infinity
    for step in 0...16 {
      let high = unified.interval(count: 0, background: 0.25 * Double(step)).high
      #expect(high <= last + 0.01)
      last = high
    }
    #expect(abs(unified.interval(count: 0, background: 3).high - 1.08) < 0.006)
    #expect(abs(unified.sensitivity(background: 3) - 4.42) < 0.01)
  }

  @Test("A signal in the interval accepts the count, and coverage is never below the confidence level")
  func coverage() {
    let unified = FeldmanCousins(confidence: 0.9)
    for background in [0.0, 0.7, 3.2] {
      let intervals = (0...40).map { unified.interval(count: $0, background: background) }
      for signal in stride(from: 0.03, to: 12, by: 0.37) {
        let covered = (0...40).reduce(0.0) { sum, count in
          let inside = intervals[count].low <= signal && signal <= intervals[count].high
          return sum + (inside ? PoissonDistribution.probability(count, mean: signal + background) : 0)
        }
        #expect(covered > 0.9 - 1e-9, "\(signal) over \(background): \(covered)")
      }
    }
  }

  @Test("Senseless input gives an interval of the nearest sensible one")
  func badInput() {
    let unified = FeldmanCousins(confidence: 0.9)
    #expect(unified.interval(count: -3, background: -1) == unified.interval(count: 0, background: 0))
    #expect(unified.interval(count: 1, background: .nan) == unified.interval(count: 1, background: 0))
    #expect(FeldmanCousins(confidence: 2).confidence == 0.9999)
  }
}
