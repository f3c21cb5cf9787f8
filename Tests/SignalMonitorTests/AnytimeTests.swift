import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Significance of a scan that is watched")
struct AnytimeTests {
  @Test(
    "Evidence of any size has a finite significance, as scipy's inverse of the logarithm of the normal tail has it",
    arguments: [
      (-500, 31.48429977562883), (-700, 37.295079632647415), (-1e3, 44.61574773196941), (-1e5, 447.19789367876837),
    ]
      as [(Double, Double)])
  func farTail(logarithm: Double, expected: Double) {
    #expect(abs(AnytimeSignificance.significance(ofLogTail: logarithm) / expected - 1) < 1e-9)
  }

  @Test(
    "E-values of 500 hypotheses at five looks agree with an independent program, and a passing excess raises no alarm")
  func table() throws {
    let rows = try ReferenceTable("watched-scan").rows
    #expect(rows.count == 2500)
    var looks: [(exposure: Double, z: [Double])] = []
    for row in rows {
      let exposure = try ReferenceTable.number(row, "events")
      let z = try ReferenceTable.number(row, "z")
      let value = SignalPrior.logValue(significance: z, ratio: 10 * exposure / 100_322)
      #expect(abs(exp(value) / (try ReferenceTable.number(row, "e_value")) - 1) < 1e-8)
      if looks.last?.exposure != exposure { looks.append((exposure, [])) }
      looks[looks.count - 1].z.append(z)
    }
    var watch = try AnytimeSignificance(hypotheses: 500)
    let prior = try SignalPrior(scales: [10_032.2])
    let golden = [0.981721, 1.001543, 0.871631, 1.119354, 353.65889]
    for (look, expected) in zip(looks, golden) {
      try watch.look(prior, look.z, exposure: look.exposure)
      #expect(abs(exp(watch.logValue) / expected - 1) < 1e-4, "\(watch.logValue)")
      // At 10 000 candidates hypothesis 92 shows 3.46 sigma, which is nothing.
      if look.exposure == 10_000 { #expect(watch.probability > 0.99 && watch.leading == 92) }
    }
    #expect(watch.leading == 327 && watch.looks == 5)
    #expect(abs(watch.probability - 1 / 353.65889) < 1e-6)
    #expect(abs((watch.significance ?? 0) - 2.767) < 0.01)
  }

  @Test("Without signal the alarm is rarer than it claims after 10 000 looks, where the plain significance is not")
  func falseAlarms() throws {
    let toys = 300
    let looks = 10_000
    let hypotheses = 6
    var alarms = [0.1: 0, 0.05: 0, 0.01: 0]
    var plain = 0
    for toy in 0..<toys {
      var random = CounterRandom(seed: 21, purpose: .pseudoExperiment, stream: UInt64(toy))
      var watch = try AnytimeSignificance(hypotheses: hypotheses)
      var scores = [Double](repeating: 0, count: hypotheses)
      var exceeded = false
      for look in 1...looks {
        let exposure = Double(look) / Double(looks)
        let step = (1 / Double(looks)).squareRoot()
        for index in scores.indices { scores[index] += step * random.gaussian() }
        let z = scores.map { $0 / exposure.squareRoot() }
        if look > looks / 50, z.contains(where: { $0 > 3 }) { exceeded = true }
        try watch.look(Self.prior, z, exposure: exposure)
      }
      for level in alarms.keys where watch.probability <= level { alarms[level, default: 0] += 1 }
      if exceeded { plain += 1 }
    }
    for (level, count) in alarms {
      // Not more than claimed, beyond what chance allows.
      let chance = BinomialDistribution.atLeast(count, trials: toys, probability: level)
      #expect(chance > 1e-3, "\(count) of \(toys) at \(level)")
    }
    // 3 sigma local (0.13 %) at some mass, some time: many times its nominal rate.
    #expect(plain > 8, "\(plain)")
  }

  @Test("The same from counts with sidebands and the profile likelihood, from the first candidate on")
  func falseAlarmsOfCounts() throws {
    let toys = 150
    var alarms = 0
    for toy in 0..<toys {
      var random = CounterRandom(seed: 27, purpose: .pseudoExperiment, stream: UInt64(toy))
      var watch = try AnytimeSignificance(hypotheses: 3)
      var on = [Int](repeating: 0, count: 3)
      var off = on
      for look in 1...10_000 {
        for index in 0..<3 {
          on[index] += random.poisson(0.03)
          off[index] += random.poisson(0.12)
        }
        let z = (0..<3).map {
          CountSignificance.likelihoodRatio(on: Double(on[$0]), off: Double(off[$0]), ratio: 4)
        }
        try watch.look(Self.prior, z, exposure: Double(look) / 10_000)
      }
      if watch.probability <= 0.05 { alarms += 1 }
    }
    #expect(BinomialDistribution.atLeast(alarms, trials: toys, probability: 0.05) > 1e-3, "\(alarms)")
  }

  @Test("Counting evidence without signal is below its claim after 10 000 looks, whatever the rate")
  func countingEvidence() {
    let toys = 200
    var alarms = 0
    for toy in 0..<toys {
      var random = CounterRandom(seed: 22, purpose: .pseudoExperiment, stream: UInt64(toy))
      var (on, off) = (0, 0)
      var largest = 0.0
      for look in 0..<10_000 {
        // A rate that changes by a factor of three.
        let rate = look % 2000 < 1000 ? 0.004 : 0.012
        let (newOn, newOff) = (random.poisson(rate), random.poisson(5 * rate))
        on += newOn
        off += newOff
        guard newOn + newOff > 0 else { continue }
        largest = max(largest, CountingEvidence.sidebands(on: on, off: off, ratio: 5))
      }
      if largest >= log(20) { alarms += 1 }
    }
    #expect(BinomialDistribution.atLeast(alarms, trials: toys, probability: 0.05) > 1e-3, "\(alarms)")
    #expect(CountingEvidence.sidebands(on: 60, off: 100, ratio: 5) > log(1000))
    #expect(CountingEvidence.sidebands(on: -1, off: 0, ratio: 5).isNaN)
  }

  @Test("The mean of the counting e-values without signal is 1")
  func martingale() {
    // Of 12 candidates, each in the signal region with probability 1/6.
    let mean = (0...12).reduce(0.0) { sum, on in
      sum + BinomialDistribution.probability(on, trials: 12, probability: 1.0 / 6)
        * exp(CountingEvidence.sidebands(on: on, off: 12 - on, ratio: 5))
    }
    #expect(abs(mean - 1) < 1e-9, "\(mean)")
  }

  @Test("A signal is found without anyone having fixed when to look")
  func signal() throws {
    var found = 0
    for toy in 0..<60 {
      var random = CounterRandom(seed: 23, purpose: .pseudoExperiment, stream: UInt64(toy))
      var watch = try AnytimeSignificance(hypotheses: 20)
      var scores = [Double](repeating: 0, count: 20)
      for look in 1...200 {
        let exposure = Double(look) / 200
        for index in scores.indices {
          scores[index] += random.gaussian() * (1.0 / 200).squareRoot() + (index == 7 ? 6.5 / 200 : 0)
        }
        try watch.look(Self.prior, scores.map { $0 / exposure.squareRoot() }, exposure: exposure)
      }
      if watch.significance ?? 0 > 3 { found += 1 }
    }
    // 6.5 sigma at the end; with 20 masses nearly all pass 3 sigma global.
    #expect(found > 50, "\(found)")
  }

  @Test("Limits that are always valid lie below the signal in no more runs than claimed, ordinary ones in many")
  func limitsAtAnyTime() throws {
    var missed = (anytime: 0, ordinary: 0)
    let widths = try (1...1000).map {
      try #require(Self.prior.deviations(confidence: 0.95, exposure: Double($0) / 1000))
    }
    for toy in 0..<300 {
      var random = CounterRandom(seed: 24, purpose: .pseudoExperiment, stream: UInt64(toy))
      var score = 0.0
      var out = (anytime: false, ordinary: false)
      for look in 1...1000 {
        score += random.gaussian() * (1.0 / 1000).squareRoot()
        // The truth is 0, the error 1.
        let z = score / (Double(look) / 1000).squareRoot()
        if z + widths[look - 1] < 0 { out.anytime = true }
        if look > 20, z + 1.645 < 0 { out.ordinary = true }
      }
      if out.anytime { missed.anytime += 1 }
      if out.ordinary { missed.ordinary += 1 }
    }
    #expect(BinomialDistribution.atLeast(missed.anytime, trials: 300, probability: 0.05) > 1e-3, "\(missed)")
    #expect(missed.ordinary > 60, "\(missed)")
    #expect(Self.prior.deviations(confidence: 1, exposure: 1) == nil)
  }

  @Test("A planned end costs a factor of two at most")
  func plannedWatch() throws {
    var watch = try PlannedWatch(plannedExposure: 1, hypotheses: 500)
    let boundary = try #require(watch.boundary(probability: NormalDistribution.tail(3)))
    // Counting 31.2 up-crossings instead of 500 hypotheses gives 4.64.
    #expect(abs(boundary - 4.69) < 0.01, "\(boundary)")
    #expect(abs(watch.probability(ofBoundary: boundary) / NormalDistribution.tail(3) - 1) < 1e-9)
    watch.look(exposure: 0.25, significance: 4)
    #expect(abs(watch.largest - 2) < 1e-12 && watch.probability == 1)
    watch.look(exposure: 1, significance: 5)
    #expect(watch.probability < NormalDistribution.tail(3) && !watch.isVoid)
    watch.look(exposure: 1.01, significance: 9)
    #expect(watch.isVoid && watch.largest == 5)
    #expect(throws: FitRefusal.self) { try PlannedWatch(plannedExposure: 0, hypotheses: 1) }
    // One mass: Brownian motion above 2 at any time.
    var above = 0
    for toy in 0..<1000 {
      var random = CounterRandom(seed: 25, purpose: .pseudoExperiment, stream: UInt64(toy))
      var motion = 0.0
      var highest = 0.0
      for _ in 0..<500 {
        motion += random.gaussian() * (1.0 / 500).squareRoot()
        highest = max(highest, motion)
      }
      if highest > 2 { above += 1 }
    }
    let claim = try PlannedWatch(plannedExposure: 1, hypotheses: 1).probability(ofBoundary: 2)
    #expect(BinomialDistribution.atLeast(above, trials: 1000, probability: claim) > 1e-3)
    #expect(Double(above) > 0.5 * 1000 * claim)
  }

  @Test("Up-crossings are counted within answered stretches and tell the global probability")
  func upCrossings() throws {
    #expect(UpCrossings.count([-1, 1, -1, nil, 1, 2, -1, 0.5], level: 0) == 2)
    let crossings = UpCrossings(expected: 31.2)
    // 2.8 sigma local somewhere in 500 hypotheses is nothing.
    #expect(crossings.globalProbability(ofLocal: 2.8).value > 0.45)
    #expect(abs(crossings.globalProbability(ofLocal: 4).value - 0.0105) < 2e-4)
    // Correlated noise: counted at 0.5, the number at 0 follows.
    var scans: [[Double?]] = []
    var random = CounterRandom(seed: 26, purpose: .pseudoExperiment)
    for _ in 0..<200 {
      let noise = (0..<520).map { _ in random.gaussian() }
      // A moving average with Gaussian weights is smooth on the scale of the steps.
      let weights = (-10...10).map { exp(-0.5 * Double($0 * $0) / 9) }
      let norm = weights.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
      scans.append(
        (10..<510).map { centre in
          (0..<21).reduce(0.0) { $0 + weights[$1] * noise[centre + $1 - 10] } / norm
        })
    }
    let low = UpCrossings(scans: scans, level: 0.5)
    let zero = UpCrossings(scans: scans)
    #expect(abs(low.expected(at: 0) - zero.expected) < 5 * (low.error + zero.error), "\(low) \(zero)")
    let maxima = scans.map { $0.compactMap { $0 }.max() ?? 0 }
    for level in [3.0, 3.5] {
      let observed = Double(maxima.filter { $0 > level }.count) / 200
      #expect(abs(observed - low.globalProbability(ofLocal: level).value) < 0.12, "\(level) \(observed)")
    }
  }

  @Test("Hypotheses without evidence count as 1, and impossible evidence is refused")
  func evidence() throws {
    var watch = try AnytimeSignificance(hypotheses: 4)
    try watch.look([])
    #expect(watch.logValue == 0 && watch.probability == 1 && watch.significance == nil)
    try watch.look([(2, log(9))])
    #expect(abs(exp(watch.logValue) - 3) < 1e-12 && watch.leading == 2)
    try watch.look([(1, -.infinity)])
    #expect(abs(exp(watch.logValue) - 0.75) < 1e-12 && abs(watch.probability - 1 / 3) < 1e-12)
    // Far beyond what a number can hold.
    try watch.look([(3, 5000)])
    #expect(abs(watch.logValue - 5000 + log(4)) < 1e-9)
    #expect(throws: FitRefusal.self) { try watch.look([(4, 0)]) }
    #expect(throws: FitRefusal.self) { try watch.look([(0, .nan)]) }
    #expect(throws: FitRefusal.self) { try AnytimeSignificance(hypotheses: 0) }
    #expect(throws: FitRefusal.self) { try SignalPrior(scales: [1, 0]) }
    let copy = try JSONDecoder().decode(AnytimeSignificance.self, from: try JSONEncoder().encode(watch))
    #expect(copy == watch)
  }

  /// Ratios of 10 and 50 at an exposure of 1.
  private static let prior = SignalPrior.twoScales
}

extension SignalPrior {
  /// Ratios of 10 and 50 at an exposure of 1.
  static var twoScales: SignalPrior {
    guard let prior = try? SignalPrior(scales: [0.1, 0.02]) else { fatalError("scales that are positive") }
    return prior
  }
}

extension AnytimeSignificance {
  /// Looks at significances of all hypotheses, each with the same exposure.
  mutating func look(_ prior: SignalPrior, _ significances: [Double], exposure: Double) throws {
    try look(
      significances.enumerated().map { ($0.offset, prior.logValue(significance: $0.element, exposure: exposure)) })
  }
}
