import ArrowStream
import Detector
import EventModel
import HighLevelTrigger
import Level1
import Menu
import Statistics
import Testing

@Suite("Strip of the background of injections") struct InjectionStripTests {
  /// Injections whose veto reaches 3 us to either side of the bunch.
  private static let plan = """
    ring	rate_hz	first_ms	bucket	full_veto_us	gated_ms	gate_us
    her	25	10	0	200	18	6.0
    ler	25	30	2560	200	18	6.0
    """

  @Test(
    "Events are in it by the time since the last injection and in the revolution, if vetoed by time; without a plan none is"
  )
  func strip() throws {
    let detector = try DetectorModel.belle2()
    let plan = try InjectionPlan(text: Self.plan, file: "plan", clock: detector.clock)
    let schedule = InjectionSchedule(plan, clock: detector.clock)
    let clock = detector.clock
    let menu = try Fixture.menu(
      """
        lines:
          - name: strip
            when: Prefilter_InjectionStrip != 0
      """)
    let count = 400
    var random = CounterRandom(seed: 3, purpose: RandomPurpose(named: "injection strip tests"))
    var key = EventKeyBuilder(processes: ["any"])
    var times: [Int64] = []
    for number in 0..<count {
      // In the third microsecond of a revolution after the injection, in the first 40 ms.
      let rough = Int64(random.uniform() * 40e6) + 10_100_000
      let since = schedule.sinceLastInjection(clock.bucket(at: rough)) ?? 0
      let place = Double(since % clock.bucketsPerRevolution) * clock.bucketLength
      let time = rough - Int64(place) + Int64(1000 + 1500 * random.uniform())
      times.append(time)
      key.append(
        EventKey(experiment: 1, run: 1, number: UInt64(number)), time: time, weight: 1, process: 0)
    }
    let hits = try Fixture.events(20)
    let repeated = try RecordBatch.concatenating(Array(repeating: hits, count: count / 20)).dropping(["event"])
    let batch = try repeated.appending(EventSchema.event, key.finish())
    var timing = Level1Timing()
    timing.injection = plan
    let level1 = try Level1Trigger(
      level: menu.level1.compile(), detector: detector, seed: 1,
      timeline: EventTimeline(timing, detector: detector, seed: 1))
    let decided = try batch.appending(EventSchema.level1, level1.process(batch))
    var trigger = try HighLevelTrigger(detector: detector, menu: menu, seed: 1, injection: plan)
    let results = try Fixture.results(HighLevelColumn(trigger.process(decided)), line: 0)
    var inside = 0
    for (row, time) in times.enumerated() {
      let bucket = clock.bucket(at: time)
      let since = schedule.sinceLastInjection(bucket) ?? -1
      let age = Double(since) * clock.bucketLength / 1000
      let place = Double(since % clock.bucketsPerRevolution) * clock.bucketLength / 1000
      let isExpected =
        schedule.isVetoed(bucket)
        && ((age > 1000 && age < 20_000 && place > 1.25 && place < 1.55)
          || (age > 600 && age < 20_000 && place > 2.2 && place < 2.33))
      #expect((results[row] == 1) == isExpected, "event \(row), \(age) us after the injection, \(place) us")
      if isExpected { inside += 1 }
    }
    #expect(inside > 40 && inside < 200)
    var without = try HighLevelTrigger(detector: detector, menu: menu, seed: 1)
    #expect(try Fixture.results(HighLevelColumn(without.process(decided)), line: 0).allSatisfy { $0 == 0 })
  }
}
