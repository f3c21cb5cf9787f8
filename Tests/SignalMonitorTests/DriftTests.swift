import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Drift of network inputs")
struct DriftTests {
  private static let edges = (1..<10).map { 0.1 * Double($0) }

  /// Counts of uniform numbers that are multiplied by a factor.
  private static func add(_ events: Int, scale: Double, to counts: inout [Int], _ random: inout CounterRandom) {
    for _ in 0..<events {
      let value = scale * random.uniform()
      counts[min(9, Int(10 * value))] += 1
    }
  }

  @Test("Without drift the evidence reaches 1/a in a share of at most a of runs, looked at again and again")
  func falseAlarms() {
    let runs = 2000
    var reached = [0.1: 0, 0.01: 0, 0.001: 0]
    for run in 0..<runs {
      var random = CounterRandom(seed: 77, purpose: .pseudoExperiment, stream: UInt64(run))
      // The training sample is drawn as well: the fractions are not known.
      var reference = [Int](repeating: 0, count: 10)
      Self.add(2000, scale: 1, to: &reference, &random)
      var live = [Int](repeating: 0, count: 10)
      var largest = -Double.infinity
      for look in 0..<60 {
        Self.add(look < 20 ? 5 : 100, scale: 1, to: &live, &random)
        largest = max(largest, InputDrift.logEvidence(live: live, reference: reference))
      }
      for level in reached.keys where largest >= -log(level) { reached[level, default: 0] += 1 }
    }
    for (level, count) in reached {
      // Four binomial deviations of the claimed rate.
      let expected = level * Double(runs)
      #expect(Double(count) <= expected + 4 * expected.squareRoot(), "\(count) of \(runs) at \(level)")
    }
  }

  @Test("A scale that is 4 % off is noticed within 5000 candidates, one of 30 % within 100")
  func alarms() {
    for (scale, events) in [(0.96, 5000), (0.7, 100)] {
      var noticed = 0
      for run in 0..<50 {
        var random = CounterRandom(seed: 78, purpose: .pseudoExperiment, stream: UInt64(run))
        var reference = [Int](repeating: 0, count: 10)
        Self.add(20_000, scale: 1, to: &reference, &random)
        var live = [Int](repeating: 0, count: 10)
        Self.add(events, scale: scale, to: &live, &random)
        if InputDrift.logEvidence(live: live, reference: reference) >= -log(InputDrift.falseAlarmRate) { noticed += 1 }
      }
      #expect(noticed >= 45, "\(noticed) of 50 at \(scale)")
    }
  }

  @Test("No candidates are no evidence; the evidence is that of direct products of predictive probabilities")
  func definition() {
    #expect(InputDrift.logEvidence(live: [0, 0], reference: [3, 5]) == 0)
    let sequence = [0, 1, 1, 0, 1, 1, 1]
    func probability(_ start: [Double]) -> Double {
      var weights = start
      var product = 1.0
      for outcome in sequence {
        product *= weights[outcome] / (weights[0] + weights[1])
        weights[outcome] += 1
      }
      return product
    }
    let with = [10.0, 100, 1000].map { probability([$0 * 3.5 / 9, $0 * 5.5 / 9]) }.reduce(0, +) / 3
    let expected = log(with / probability([3.5, 5.5]))
    #expect(abs(InputDrift.logEvidence(live: [2, 5], reference: [3, 5]) - expected) < 1e-12)
    #expect(abs(InputDrift.logMean([log(2.0), log(4.0)]) - log(3.0)) < 1e-14)
  }
}
