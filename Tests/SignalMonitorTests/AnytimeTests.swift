import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Significance of a scan that is watched")
struct AnytimeTests {
  @Test(
    "E-values of 500 hypotheses at five looks agree with an independent program, and a passing excess raises no alarm")
  func table() throws {
    let rows = try ReferenceTable("watched-scan").rows
    #expect(rows.count == 2500)
    var looks: [(exposure: Double, z: [Double?])] = []
    for row in rows {
      let exposure = try ReferenceTable.number(row, "events")
      let z = try ReferenceTable.number(row, "z")
      let value = AnytimeSignificance.value(significance: z, ratio: 10 * exposure / 100_322)
      #expect(abs(value / (try ReferenceTable.number(row, "e_value")) - 1) < 1e-8)
      if looks.last?.exposure != exposure { looks.append((exposure, [])) }
      looks[looks.count - 1].z.append(z)
    }
    var watch = try AnytimeSignificance(hypotheses: 500, plannedExposure: 100_322, priorRatios: [10])
    let golden = [0.981721, 1.001543, 0.871631, 1.119354, 353.65889]
    for (look, expected) in zip(looks, golden) {
      try watch.look(exposure: look.exposure, significances: look.z)
      #expect(abs(watch.current / expected - 1) < 1e-4, "\(watch.current)")
      // At 10 000 candidates hypothesis 92 shows 3.46 sigma, which is nothing.
      if look.exposure == 10_000 { #expect(watch.probability > 0.99 && watch.leading == 92) }
    }
    #expect(watch.leading == 327 && watch.looks == 5)
    #expect(abs(watch.probability - 1 / 353.65889) < 1e-6)
    #expect(abs(watch.significance - 2.767) < 0.01)
    #expect(watch.method.contains("any time"))
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
      var watch = try AnytimeSignificance(hypotheses: hypotheses, plannedExposure: 1)
      var scores = [Double](repeating: 0, count: hypotheses)
      var exceeded = false
      for look in 1...looks {
        let exposure = Double(look) / Double(looks)
        let step = (1 / Double(looks)).squareRoot()
        for index in scores.indices { scores[index] += step * random.gaussian() }
        let z: [Double?] = scores.map { $0 / exposure.squareRoot() }
        if look > looks / 50, z.contains(where: { ($0 ?? 0) > 3 }) { exceeded = true }
        try watch.look(exposure: exposure, significances: z)
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
      var watch = try AnytimeSignificance(hypotheses: 3, plannedExposure: 10_000)
      var on = [Int](repeating: 0, count: 3)
      var off = on
      for look in 1...10_000 {
        for index in 0..<3 {
          on[index] += random.poisson(0.03)
          off[index] += random.poisson(0.12)
        }
        let z: [Double?] = (0..<3).map {
          CountSignificance.likelihoodRatio(on: Double(on[$0]), off: Double(off[$0]), ratio: 4)
        }
        try watch.look(exposure: Double(look), significances: z)
      }
      if watch.probability <= 0.05 { alarms += 1 }
    }
    #expect(BinomialDistribution.atLeast(alarms, trials: toys, probability: 0.05) > 1e-3, "\(alarms)")
  }

  @Test("Counting evidence without signal is below its claim after 10 000 looks, whatever the rate")
  func countingEvidence() {
    let toys = 200
    var alarms = (known: 0, sidebands: 0)
    for toy in 0..<toys {
      var random = CounterRandom(seed: 22, purpose: .pseudoExperiment, stream: UInt64(toy))
      var (on, off, expected) = (0, 0, 0.0)
      var largest = (known: 0.0, sidebands: 0.0)
      for look in 0..<10_000 {
        // A rate that changes by a factor of three.
        let rate = look % 2000 < 1000 ? 0.004 : 0.012
        expected += rate
        let (newOn, newOff) = (random.poisson(rate), random.poisson(5 * rate))
        on += newOn
        off += newOff
        // Between candidates the known-background value only falls, the other stays.
        guard newOn + newOff > 0 else { continue }
        largest.known = max(largest.known, CountingEvidence.knownBackground(count: on, background: expected))
        largest.sidebands = max(largest.sidebands, CountingEvidence.sidebands(on: on, off: off, ratio: 5))
      }
      if largest.known >= log(20) { alarms.known += 1 }
      if largest.sidebands >= log(20) { alarms.sidebands += 1 }
    }
    for count in [alarms.known, alarms.sidebands] {
      #expect(BinomialDistribution.atLeast(count, trials: toys, probability: 0.05) > 1e-3, "\(alarms)")
    }
    #expect(CountingEvidence.knownBackground(count: 60, background: 20) > log(1000))
    #expect(CountingEvidence.sidebands(on: 60, off: 100, ratio: 5) > log(1000))
    #expect(CountingEvidence.sidebands(on: -1, off: 0, ratio: 5).isNaN)
  }

  @Test("The mean of the counting e-values without signal is 1")
  func martingale() {
    for background in [0.3, 4.0] {
      let mean = (0...120).reduce(0.0) { sum, n in
        sum + PoissonDistribution.probability(n, mean: background)
          * exp(CountingEvidence.knownBackground(count: n, background: background))
      }
      #expect(abs(mean - 1) < 1e-6, "\(mean)")
    }
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
      var watch = try AnytimeSignificance(hypotheses: 20, plannedExposure: 1)
      var scores = [Double](repeating: 0, count: 20)
      for look in 1...200 {
        let exposure = Double(look) / 200
        for index in scores.indices {
          scores[index] += random.gaussian() * (1.0 / 200).squareRoot() + (index == 7 ? 6.5 / 200 : 0)
        }
        try watch.look(exposure: exposure, significances: scores.map { $0 / exposure.squareRoot() })
      }
      if watch.significance > 3 { found += 1 }
    }
    // 6.5 sigma at the end; with 20 masses nearly all pass 3 sigma global.
    #expect(found > 50, "\(found)")
  }

  @Test("Confidence sequences hold the signal at all times together, ordinary limits do not")
  func confidenceSequence() throws {
    let sequence = try ConfidenceSequence(confidence: 0.95, plannedExposure: 1)
    #expect(abs(sequence.deviations(exposure: 1) - 3.037) < 0.01)
    var missed = (interval: 0, limit: 0, ordinary: 0)
    for toy in 0..<300 {
      var random = CounterRandom(seed: 24, purpose: .pseudoExperiment, stream: UInt64(toy))
      var score = 0.0
      var out = (interval: false, limit: false, ordinary: false)
      for look in 1...1000 {
        let exposure = Double(look) / 1000
        score += random.gaussian() * (1.0 / 1000).squareRoot()
        // The yield's error grows with the root of the exposure; the truth is 0.
        let z = score / exposure.squareRoot()
        let interval = sequence.interval(yield: z, error: 1, exposure: exposure)
        if interval.low > 0 || interval.high < 0 { out.interval = true }
        if let limit = sequence.upperLimit(yield: z, error: 1, exposure: exposure), limit.value < 0 { out.limit = true }
        if look > 20, z + 1.645 < 0 { out.ordinary = true }
      }
      if out.interval { missed.interval += 1 }
      if out.limit { missed.limit += 1 }
      if out.ordinary { missed.ordinary += 1 }
    }
    #expect(BinomialDistribution.atLeast(missed.interval, trials: 300, probability: 0.05) > 1e-3, "\(missed)")
    #expect(BinomialDistribution.atLeast(missed.limit, trials: 300, probability: 0.05) > 1e-3, "\(missed)")
    #expect(missed.ordinary > 60, "\(missed)")
  }

  @Test("Mass and time together are corrected as simulated, within the formula's accuracy")
  func watchedScan() throws {
    // 500 masses, 31.2 up-crossings; exposures that grow fiftyfold in 100 looks; 2000 toys of an independent program.
    let watched = try WatchedScan(upCrossings: 31.2, exposureRatio: 50, looks: 100)
    for (u, formula, simulated) in [(3.0, 0.991, 0.986), (3.5, 0.688, 0.632), (4, 0.196, 0.172), (4.5, 0.030, 0.025)] {
      let probability = watched.probability(ofLocal: u)
      #expect(abs(probability / formula - 1) < 0.03, "\(u): \(probability)")
      #expect(probability > 0.99 * simulated)
    }
    // One mass: 5e5 fits a point.
    let one = try WatchedScan(upCrossings: 0, exposureRatio: exp(3.91), looks: 100)
    for (u, simulated) in [(2.5, 0.0667), (3, 0.0190), (3.5, 0.00409), (4, 6.9e-4)] {
      #expect(abs(one.probability(ofLocal: u) / simulated - 1) < 0.06)
    }
    #expect(throws: FitRefusal.self) { try WatchedScan(upCrossings: 1, exposureRatio: 0.5) }
  }

  @Test("A planned end costs a factor of two at most")
  func plannedWatch() throws {
    var watch = try PlannedWatch(plannedExposure: 1, upCrossings: 31.2)
    let boundary = try #require(watch.boundary(probability: NormalDistribution.tail(3)))
    #expect(abs(boundary - 4.64) < 0.01, "\(boundary)")
    try watch.look(exposure: 0.25, significance: 4)
    #expect(abs(watch.largest - 2) < 1e-12 && watch.probability == 1)
    try watch.look(exposure: 1, significance: 5)
    #expect(watch.probability < NormalDistribution.tail(3))
    #expect(throws: FitRefusal.self) { try watch.look(exposure: 1.01, significance: 1) }
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
    let claim = try PlannedWatch(plannedExposure: 1, upCrossings: 0).probability(ofBoundary: 2)
    #expect(BinomialDistribution.atLeast(above, trials: 1000, probability: claim) > 1e-3)
    #expect(Double(above) > 0.5 * 1000 * claim)
  }

  @Test("Universal inference raises no alarm without signal, finds a large one, and ignores changes of rate")
  func universal() throws {
    let edges = (0...40).map { Double($0) * 0.5 - 10 }
    let design = PeakDesign(edges: edges[...], mass: 0, deviation: 1, shape: .gaussian, highestOrder: 1)
    func run(signal: Double, seed: UInt64) throws -> UniversalInference {
      var inference = UniversalInference(design: design, order: 1)
      var random = CounterRandom(seed: seed, purpose: .pseudoExperiment)
      for part in 0..<30 {
        let rate = part % 3 == 0 ? 3.0 : 1
        let expectation = design.expectation(signal: rate * signal, background: [rate * 100, -20 * rate])
        try inference.add(expectation.map { Double(random.poisson($0)) })
      }
      return inference
    }
    var alarms = 0
    for seed in 0..<100 where try run(signal: 0, seed: UInt64(seed)).probability <= 0.1 { alarms += 1 }
    #expect(BinomialDistribution.atLeast(alarms, trials: 100, probability: 0.1) > 1e-3, "\(alarms)")
    #expect(try run(signal: 12, seed: 1).probability < 1e-3)
    var inference = UniversalInference(design: design, order: 1)
    #expect(throws: FitRefusal.self) { try inference.add([1, 2]) }
    try inference.add([Double](repeating: 0, count: 40))
    #expect(inference.probability == 1)
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

  @Test("A watch cannot be changed or turned back")
  func frozen() throws {
    var watch = try AnytimeSignificance(hypotheses: 2, plannedExposure: 10)
    try watch.look(exposure: 1, significances: [1, nil])
    #expect(throws: FitRefusal.self) { try watch.look(exposure: 0.5, significances: [1, 1]) }
    #expect(throws: FitRefusal.self) { try watch.look(exposure: 2, significances: [1]) }
    #expect(throws: FitRefusal.self) { try AnytimeSignificance(hypotheses: 0, plannedExposure: 1) }
    #expect(throws: FitRefusal.self) {
      try AnytimeSignificance(hypotheses: 2, plannedExposure: 1, weights: [1, -1])
    }
    #expect(throws: FitRefusal.self) { try AnytimeSignificance(hypotheses: 2, plannedExposure: .nan) }
    let before = watch.probability
    try watch.look(exposure: 3, significances: [nil, .nan])
    #expect(watch.probability == before && watch.current == 0)
    let copy = try JSONDecoder().decode(AnytimeSignificance.self, from: try JSONEncoder().encode(watch))
    #expect(copy == watch)
  }
}
