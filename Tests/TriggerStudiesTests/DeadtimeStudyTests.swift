import Detector
import Level1
import Statistics
import TestSupport
import Testing
import TriggerStudies

@Suite("Dead-time study")
struct DeadtimeStudyTests {
  /// The public model's own simulation: samples, kHz, share lost to spacing, to the silicon buffer.
  static let reference: [(samples: SampleMode, rate: Double, spacing: Double, buffer: Double)] = [
    (.six, 5, 0.0010, 0.0000), (.six, 10, 0.0018, 0.0000), (.six, 15, 0.0029, 0.0004), (.six, 20, 0.0040, 0.0027),
    (.six, 25, 0.0049, 0.0110), (.six, 30, 0.0060, 0.0307), (.six, 35, 0.0065, 0.0702), (.six, 40, 0.0071, 0.1236),
    (.six, 50, 0.0075, 0.2517), (.six, 60, 0.0079, 0.3645), (.three, 5, 0.0010, 0.0000), (.three, 10, 0.0019, 0.0000),
    (.three, 15, 0.0030, 0.0000), (.three, 20, 0.0040, 0.0000), (.three, 25, 0.0051, 0.0000),
    (.three, 30, 0.0059, 0.0000), (.three, 35, 0.0068, 0.0000), (.three, 40, 0.0079, 0.0000),
    (.three, 50, 0.0097, 0.0001), (.three, 60, 0.0117, 0.0023),
  ]

  @Test("the reference table comes out within 0.3 percentage points, cause by cause", arguments: 0..<20)
  func table(row: Int) throws {
    let reference = Self.reference[row]
    let study = DeadtimeStudy(DeadtimeStudy.Settings(samples: reference.samples), detector: try .belle2())
    let result = try study.random(rate: 1000 * reference.rate, triggers: 200_000, seed: 2)
    let lost = try #require(result.lost)
    // Three times our own error at most on top of what is asked for.
    let tolerance = 0.003 + 3 * (lost.high - lost.value)
    #expect(abs(lost.value - reference.spacing - reference.buffer) < tolerance)
    #expect(abs((result.causes[0].lost?.value ?? 1) - reference.spacing) < 0.001)
    #expect(abs((result.causes[1].lost?.value ?? 1) - reference.buffer) < tolerance)
    #expect(3 * (lost.high - lost.value) < 0.005)
  }

  @Test("without minimum spacing the silicon buffer is the queue M/D/1/K", arguments: [15.0, 30, 45, 80])
  func closedFormula(rate: Double) throws {
    let detector = try DetectorModel.belle2()
    var limits = detector.readout
    limits.minimumSpacing = 0
    let study = DeadtimeStudy(DeadtimeStudy.Settings(samples: .six), limits: limits, clock: detector.clock)
    let result = try study.random(rate: 1000 * rate, triggers: 400_000, seed: 6)
    let load = 1000 * rate * detector.clock.seconds(6 * limits.sampleTime)
    let expected = try #require(FixedServiceQueue.lossProbability(load: load, places: 5))
    let lost = try #require(result.lost)
    #expect(abs(lost.value - expected) < 4 * (lost.high - lost.value), "\(lost), expected \(expected)")
  }

  @Test(
    "the closed formula is what the chain of departures gives", .enabled(if: PythonReferee.isInstalled, "needs scipy"))
  func embeddedChain() throws {
    // The number in the system behind departures is a Markov chain; its stationary solution gives the loss.
    let code = """
      import numpy as np
      from scipy.stats import poisson
      def loss(load, places):
          n = places
          a = poisson.pmf(np.arange(n + 1), load)
          P = np.zeros((n, n))
          for i in range(n):
              start = max(i - 1, 0)
              for k in range(n - 1 - start):
                  P[i, start + k] += a[k]
              P[i, n - 1] += 1 - P[i].sum()
          A = np.vstack([P.T - np.eye(n), np.ones(n)])
          p = np.linalg.lstsq(A, np.append(np.zeros(n), 1.0), rcond=None)[0]
          return 1 - 1 / (p[0] + load)
      print(json.dumps([loss(l, int(k)) for l, k in input]))
      """
    let loads: [Double] = [0.05, 0.3, 0.79, 1, 1.3, 2.5]
    let cases: [[Double]] = loads.flatMap { load -> [[Double]] in [1, 2, 5, 10].map { [load, $0] } }
    let theirs = try PythonReferee.numbers(code, input: cases)
    for (settings, expected) in zip(cases, theirs) {
      let loss = try #require(FixedServiceQueue.lossProbability(load: settings[0], places: Int(settings[1])))
      #expect(abs(loss - expected) < 1e-9 + 1e-6 * expected, "load \(settings[0]), places \(settings[1])")
    }
  }

  @Test(
    "with minimum spacing the formula is good to 0.2 percentage points at any rate", arguments: [3.3, 17.7, 28.4, 47])
  func formulaWithSpacing(rate: Double) throws {
    for samples in [SampleMode.six, .three] {
      let study = DeadtimeStudy(DeadtimeStudy.Settings(samples: samples), detector: try .belle2())
      let result = try study.random(rate: 1000 * rate, triggers: 200_000, seed: 8)
      let (lost, expected) = (try #require(result.lost), try #require(result.expected))
      #expect(abs(lost.value - expected.lost) < 0.002 + 3 * (lost.high - lost.value))
    }
  }

  @Test("mixed samples lie between three and six; all fine is three, none fine is six")
  func mixed() throws {
    func lost(_ samples: SampleMode, fine: Double) throws -> Double {
      var settings = DeadtimeStudy.Settings(samples: samples)
      settings.fineShare = fine
      let study = DeadtimeStudy(settings, detector: try .belle2())
      return try #require(study.random(rate: 35_000, triggers: 100_000, seed: 3).lost).value
    }
    let (three, six) = (try lost(.three, fine: 0.5), try lost(.six, fine: 0.5))
    #expect(try lost(.mixed, fine: 1) == three)
    #expect(try lost(.mixed, fine: 0) == six)
    let half = try lost(.mixed, fine: 0.5)
    #expect(three < half && half < six)
  }

  @Test("a farm slower than the triggers loses the difference once 4096 events wait")
  func backPressure() throws {
    var settings = DeadtimeStudy.Settings(samples: .three)
    settings.farmRate = 10_000
    let study = DeadtimeStudy(settings, detector: try .belle2())
    let result = try study.random(rate: 20_000, triggers: 200_000, seed: 3)
    let cause = try #require(result.causes.first { $0.cause == "back_pressure" })
    // In 10 s 100 000 events are finished and 4096 wait; what else passed the spacing is lost.
    let expected = result.requested - result.causes[0].events - 4096 - Int(10_000 * result.time)
    #expect(abs(cause.events - expected) < 30)
    #expect(result.causes.map(\.cause) == ["spacing", "silicon_buffer", "back_pressure"])
  }

  @Test("recorded times give what their triggers give, and stretched what that rate gives")
  func recorded() throws {
    let detector = try DetectorModel.belle2()
    let study = DeadtimeStudy(DeadtimeStudy.Settings(samples: .six), detector: detector)
    var random = CounterRandom(seed: 5, purpose: RandomPurpose(named: "test"))
    var time = 0.0
    let times = (0..<100_000).map { _ in
      time += 40_000 * random.exponential()
      return Int64(time)
    }
    let own = try #require(study.recorded(times: times, qualities: nil, rate: nil, seed: 1).lost)
    let faster = try study.recorded(times: times, qualities: nil, rate: 35_000, seed: 1)
    let (atOwn, atFaster) = (
      try #require(study.random(rate: 25_000, triggers: 300_000, seed: 4).lost),
      try #require(study.random(rate: 35_000, triggers: 300_000, seed: 4).lost)
    )
    #expect(abs(own.value - atOwn.value) < 4 * (own.high - own.low))
    #expect(abs((faster.lost?.value ?? 0) - atFaster.value) < 0.006)
    #expect(abs((faster.rate ?? 0) - 35_000) < 100)
    #expect(throws: EventTimeError.self) {
      try study.recorded(times: [5000, 4000], qualities: nil, rate: nil, seed: 1)
    }
    #expect(throws: EventTimeError.self) {
      try study.recorded(times: [.min, .max], qualities: nil, rate: 1000, seed: 1)
    }
  }

  @Test("the same seed gives the same result, another seed another")
  func seeds() throws {
    let study = DeadtimeStudy(DeadtimeStudy.Settings(samples: .six), detector: try .belle2())
    func lost(_ seed: UInt64) throws -> Int { try study.random(rate: 30_000, triggers: 20_000, seed: seed).accepted }
    #expect(try lost(1) == lost(1))
    #expect(try lost(1) != lost(2))
  }

  @Test("tables and pictures have a row and a point for every point")
  func report() throws {
    let study = DeadtimeStudy(DeadtimeStudy.Settings(samples: .six), detector: try .belle2())
    let report = DeadtimeReport(
      points: try [10_000.0, 30_000].map { try study.random(rate: $0, triggers: 20_000, seed: 1) })
    let lines = report.csv.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }).count == 1)
    #expect(report.text.contains("30.00"))
    #expect(DeadtimePlot(report, conditions: "a < b").svg.contains("a &lt; b"))
  }
}

@Suite("Lists of trigger rates")
struct TriggerRatesTests {
  @Test("read numbers with units and ranges")
  func good() throws {
    #expect(try TriggerRates.parse("10kHz, 500,0.5 MHz") == [10_000, 500, 500_000])
    #expect(try TriggerRates.parse("5kHz:20kHz:5kHz") == [5000, 10_000, 15_000, 20_000])
    #expect(try TriggerRates.parse("1kHz:1kHz:1Hz") == [1000])
  }

  @Test(
    "refuse what is no rate",
    arguments: [
      "", "kHz", "10 kg", "0", "-5kHz", "nan", "inf", "1e400", "5kHz:1kHz:1kHz", "1:2", "1Hz:1MHz:1Hz", "0x10",
    ])
  func bad(text: String) {
    #expect(throws: TriggerRates.Failure.self) { try TriggerRates.parse(text) }
  }

  @Test("random texts give rates in range or an error")
  func fuzz() {
    let pieces = ["1", "0", ".", "e", "-", "k", "M", "Hz", ":", ",", " ", "9999", "kHz", "é", "\u{0}", "∞"]
    var random = CounterRandom(seed: 3, purpose: RandomPurpose(named: "test of rates"))
    var good = 0
    for _ in 0..<Fuzz.inputs() {
      var text = ""
      for _ in 0..<random.integer(below: 12) { text += pieces[Int(random.integer(below: UInt64(pieces.count)))] }
      guard let rates = try? TriggerRates.parse(text) else { continue }
      good += 1
      if rates.isEmpty || rates.count > TriggerRates.most || !rates.allSatisfy({ $0 > 0 && $0 <= 2e9 }) {
        Issue.record("'\(text)' gives \(rates.count) rates")
      }
    }
    #expect(good > 100)
  }
}
