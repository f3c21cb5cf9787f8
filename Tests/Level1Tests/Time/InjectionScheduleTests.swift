import Detector
import Level1
import Statistics
import TestSupport
import Testing

@Suite("Injection schedule")
struct InjectionScheduleTests {
  static func plan(_ rows: String) throws -> InjectionPlan {
    let header = "ring\trate_hz\tfirst_ms\tbucket\tfull_veto_us\tgated_ms\tgate_us\n"
    return try InjectionPlan(
      text: header + rows.replacing(" ", with: "\t"), file: "test.tsv", clock: DetectorModel.belle2().clock)
  }

  @Test("the committed plan vetoes 3 to 8 % of the time, as much as its numbers say")
  func committed() throws {
    let detector = try DetectorModel.belle2()
    let schedule = InjectionSchedule(detector.injection, clock: detector.clock)
    // Two rings, 25 Hz, 200 us of veto, then 1 us of every 10.06 us until 10 ms: they do not overlap.
    let expected: Double = 2 * 25 * (200e-6 + (10e-3 - 200e-6) * 1 / 10.0609)
    #expect((0.03...0.08).contains(schedule.deadFraction))
    #expect(abs(schedule.deadFraction - expected) < 2e-4)
  }

  @Test("phases say what single buckets say, and end where something changes")
  func phases() throws {
    let detector = try DetectorModel.belle2()
    let schedule = InjectionSchedule(
      try Self.plan("her 25 0 100 20 1 1.3\nler 30 0.5 4000 30 2 1.1"), clock: detector.clock)
    var at: Int64 = -1000
    var vetoed: Int64 = 0
    while at < 1_500_000 {
      let phase = schedule.phase(at: at)
      #expect(phase.until > at)
      let end = min(phase.until, 1_500_000)
      for bucket in at..<end where schedule.isVetoed(bucket) != phase.isVetoed {
        Issue.record("bucket \(bucket) is not as its phase from \(at) on")
        return
      }
      if phase.isVetoed { vetoed += end - at }
      at = end
    }
    #expect(vetoed > 0)
    #expect(schedule.vetoedBuckets(in: -1000..<1_500_000) == vetoed)
  }

  @Test("vetoed time over many cycles is that counted phase by phase, and splits anywhere")
  func cycles() throws {
    let detector = try DetectorModel.belle2()
    let schedule = InjectionSchedule(
      try Self.plan("her 25 1 0 100 5 1\nler 12.5 3 2000 200 5 2"), clock: detector.clock)
    var random = CounterRandom(seed: 4, purpose: DeadtimeSimulationTests.purpose)
    let end: Int64 = 400_000_000
    var cuts = (0..<50).map { _ in Int64(random.uniform() * Double(end)) }.sorted()
    cuts = [-3] + cuts + [end]
    let parts = zip(cuts, cuts.dropFirst()).reduce(0) { $0 + schedule.vetoedBuckets(in: $1.0..<$1.1) }
    #expect(parts == schedule.vetoedBuckets(in: -3..<end))
    let fraction = Double(parts) / Double(end)
    #expect(abs(fraction - schedule.deadFraction) < 0.002)
  }

  @Test("the kick lasts one revolution after the injection, which meets its bunch")
  func kicks() throws {
    let detector = try DetectorModel.belle2()
    let clock = detector.clock
    let schedule = InjectionSchedule(try Self.plan("her 25 10 640 200 10 1.0"), clock: clock)
    let begin = clock.bucket(at: 10_000_000)
    let kicked = (begin..<begin + 3 * clock.bucketsPerRevolution).filter { schedule.kicksElectrons($0) }
    #expect(kicked.count == Int(clock.bucketsPerRevolution))
    #expect(clock.revolution(ofBucket: kicked[0]).bucket == 640)
    #expect(!(begin..<begin + 3 * clock.bucketsPerRevolution).contains { schedule.kicksPositrons($0) })
    #expect(schedule.isVetoed(kicked[0]) && !schedule.isVetoed(kicked[0] - 1))
  }

  @Test(
    "a plan that cannot be is refused with its place",
    arguments: [
      ("xer 25 0 0 100 1 1", "her or ler"), ("her 25 0 0 100 1 1\nher 25 0 0 100 1 1", "second time"),
      ("her 25 0 5120 100 1 1", "outside 0 to 5119"), ("her 25 0 0 100 40 1", "next injection"),
      ("her 25 0 0 50000 1 1", "next injection"), ("her 25 0 0 100 1 11", "longer than a revolution"),
      ("her -1 0 0 100 1 1", "outside"), ("her nan 0 0 100 1 1", "number"), ("her 25 0 0 100 1", "columns"),
    ])
  func refused(rows: String, says: String) throws {
    let error = #expect(throws: DetectorTableError.self) { _ = try Self.plan(rows) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains(says) && text.hasPrefix("test.tsv:"), "\(text)")
  }

  @Test("random tables give a plan or an error, never a trap")
  func fuzz() throws {
    let clock = try DetectorModel.belle2().clock
    let pieces = [
      "her", "ler", "\t", "\n", "25", "0", "1e308", "-1", "nan", "inf", "0.001", "5119", "9999999999999999999", "#",
      "x",
      "10000", "ring", "ring\trate_hz\tfirst_ms\tbucket\tfull_veto_us\tgated_ms\tgate_us\n", "her\t25\t0\t0\t1\t1\t1\n",
    ]
    var random = CounterRandom(seed: 12, purpose: DeadtimeSimulationTests.purpose)
    var plans = 0
    for _ in 0..<Fuzz.inputs() {
      var text = random.uniform() < 0.7 ? pieces[17] : ""
      for _ in 0..<random.integer(below: 16) {
        text += pieces[Int(random.integer(below: UInt64(pieces.count)))]
        if random.uniform() < 0.5 { text += "\t" }
      }
      guard let plan = try? InjectionPlan(text: text, file: "fuzz", clock: clock) else { continue }
      plans += 1
      let schedule = InjectionSchedule(plan, clock: clock)
      let bucket = Int64(bitPattern: random.next()) >> 13
      if schedule.phase(at: bucket).until <= bucket { Issue.record("a phase without length at \(bucket)") }
    }
    #expect(plans > 100)
  }
}
