import ArrowStream
import Detector
import EventModel
import Level1
import Menu
import Statistics
import Testing

@Suite("Level 1 in time")
struct EventTimelineTests {
  /// An event without hits, or with a Bhabha pair in the calorimeter.
  struct Moment {
    var time: Int64
    var isBhabha = false
    var weight: Float = 1
    var run: UInt32 = 1
  }

  static func batch(_ moments: [Moment], first: Int = 0) throws -> RecordBatch {
    let detector = try DetectorModel.belle2()
    // Rings 7 and 11, opposite in azimuth, opposite in the centre of mass.
    let cells = [81 + 12 * 4 + 3, 81 + 12 * 22 + 7]
    let crystals = cells.map { cell in
      (1...detector.calorimeter.crystalCount).first { detector.calorimeter.triggerCell(ofCrystal: $0) == cell } ?? 1
    }
    var keys = EventKeyBuilder(processes: [])
    var chamber = DriftChamberHitsBuilder()
    var calorimeter = CalorimeterHitsBuilder()
    var muons = MuonHitsBuilder()
    for (index, moment) in moments.enumerated() {
      keys.append(
        EventKey(experiment: 1, run: moment.run, number: UInt64(first + index)), time: moment.time,
        weight: moment.weight, process: nil)
      if moment.isBhabha {
        for (crystal, energy) in zip(crystals, [Float(6), 5.2]) {
          calorimeter.append(crystal: UInt16(crystal), energy: energy, time: 0)
        }
      }
      chamber.endEvent()
      calorimeter.endEvent()
      muons.endEvent()
    }
    return try RecordBatch(
      schema: Schema(
        fields: [EventSchema.event, EventSchema.driftChamber, EventSchema.calorimeter, EventSchema.muonDetector]),
      columns: [keys.finish(), chamber.finish(), calorimeter.finish(), muons.finish()], count: moments.count)
  }

  static let menu = """
    menu: test
    version: 1
    level1:
      inputs: belle2
      lines:
        - name: bhabha
          bits: ecl_bhapur and !veto
        - name: bhabhav
          bits: ecl_bhapur
          prescale: 3
        - name: bg
          bits: bha_delay and !veto
        - name: random
          bits: pseud_rand and !veto
        - name: poissonv
          bits: poissonin
        - name: vetout
          bits: veto or passive_veto
          prescale: 0
        - name: revolution
          bits: revo
          prescale: 0
    """

  static func trigger(
    timeline: EventTimeline? = nil, lineCounts: [UInt64] = [], _ change: (inout Level1Timing) -> Void = { _ in }
  ) throws -> Level1Trigger {
    let detector = try DetectorModel.belle2()
    let menu = try TriggerMenu(
      text: menu,
      vocabularies: MenuVocabularies(level1: [Level1Vocabulary.belle2], highLevel: [Vocabulary(name: "none")]))
    var timing = Level1Timing()
    change(&timing)
    return try Level1Trigger(
      level: menu.level1.compile(), detector: detector, seed: 3, lineCounts: lineCounts,
      timeline: timeline ?? EventTimeline(timing, detector: detector, seed: 3))
  }

  static func isSet(_ column: Level1Column, _ row: Int, _ bit: String) -> Bool {
    guard let position = InputBit.position(bit) else { return false }
    return column.input[row * 10 + position / 32] >> UInt32(position % 32) & 1 == 1
  }

  static func bhabhas(_ count: Int, distance: Double, seed: UInt64) -> [Moment] {
    var random = CounterRandom(seed: seed, purpose: DeadtimeSimulationTests.purpose)
    var time = 0.0
    return (0..<count).map { _ in
      time += distance * random.exponential()
      return Moment(time: Int64(time), isBhabha: random.uniform() < 0.9)
    }
  }

  @Test("without anything asked for, time changes nothing: any times, any weights, no signal")
  func off() throws {
    let moments = [5000, 10, -1, .max, .min].map { Moment(time: $0, isBhabha: true, weight: 0.3) }
    let trigger = try Self.trigger()
    let column = try Level1Column(try trigger.process(Self.batch(moments)))
    for row in moments.indices {
      #expect(column.accepted[row] && column.deadTime[row] == 0)
      for signal in ClockSignal.allCases { #expect(!Self.isSet(column, row, signal.rawValue)) }
    }
    #expect(trigger.timeline.deadtime == nil)
  }

  @Test("dead time takes events after prescale: the words stay, the event is not accepted, the cause is stored")
  func deadtime() throws {
    let moments = Self.bhabhas(3000, distance: 18_000, seed: 1)
    let batch = try Self.batch(moments)
    let trigger = try Self.trigger { $0.samples = .six }
    let column = try Level1Column(try trigger.process(batch))
    let plain = try Level1Column(try Self.trigger().process(batch))
    // The same triggers through the read-out alone.
    let detector = try DetectorModel.belle2()
    var simulation = DeadtimeSimulation(DeadtimeSimulation.Settings(limits: detector.readout))
    var lost = 0
    for row in moments.indices {
      let bucket = detector.clock.bucket(at: moments[row].time)
      var expected: DeadtimeCause?
      if plain.accepted[row] {
        expected = try simulation.trigger(at: bucket, samples: .six)
      } else {
        try simulation.pass(to: bucket)
      }
      #expect(column.deadTime[row] == expected?.rawValue ?? 0)
      #expect(column.accepted[row] == (plain.accepted[row] && expected == nil))
      if expected != nil { lost += 1 }
      for word in row * 10..<row * 10 + 10 {
        #expect(column.beforePrescale[word] == plain.beforePrescale[word])
        #expect(column.afterPrescale[word] == plain.afterPrescale[word])
      }
    }
    #expect(lost > 300)
    #expect(trigger.timeline.deadtime == simulation.tally)
  }

  @Test("mixed samples follow the timing quality: fine for cells above 1 GeV")
  func mixed() throws {
    let batch = try Self.batch(Self.bhabhas(500, distance: 18_000, seed: 2))
    let mixed = try Self.trigger { $0.samples = .mixed }
    let three = try Self.trigger { $0.samples = .three }
    let column = try Level1Column(try mixed.process(batch))
    _ = try three.process(batch)
    #expect((0..<batch.count).filter { column.accepted[$0] }.allSatisfy { column.timingQuality[$0] == 2 })
    #expect(mixed.timeline.deadtime?.accepted == three.timeline.deadtime?.accepted)
  }

  @Test("the same in one batch, in many, and in parts with counts and timeline handed over", arguments: [1, 37, 400])
  func parts(length: Int) throws {
    let moments = Self.bhabhas(1200, distance: 14_000, seed: 4).enumerated().map { index, moment in
      // Two runs, each with times of its own.
      var moment = moment
      if index >= 700 { moment.run = 2 }
      return moment
    }
    func change(_ timing: inout Level1Timing) {
      timing.samples = .six
      timing.bhabhaDelay = 2
      timing.randomRate = 200_000
      timing.injection = (try? DetectorModel.belle2())?.injection
    }
    let whole = try Self.trigger(change)
    let expected = try Level1Column(try whole.process(Self.batch(moments)))
    var part = try Self.trigger(change)
    for (index, begin) in stride(from: 0, to: moments.count, by: length).enumerated() {
      if index % 2 == 1 { part = try Self.trigger(timeline: part.timeline, lineCounts: part.lineCounts) }
      let rows = begin..<min(begin + length, moments.count)
      let column = try Level1Column(try part.process(Self.batch(Array(moments[rows]), first: begin)))
      for row in rows {
        let isSame =
          column.accepted[row - begin] == expected.accepted[row]
          && column.deadTime[row - begin] == expected.deadTime[row]
          && (0..<10).allSatisfy { word in
            column.input[(row - begin) * 10 + word] == expected.input[row * 10 + word]
              && column.afterPrescale[(row - begin) * 10 + word] == expected.afterPrescale[row * 10 + word]
          }
        if !isSame { Issue.record("event \(row) differs") }
      }
    }
    #expect(part.timeline.deadtime == whole.timeline.deadtime)
    for signal in ClockSignal.allCases { #expect(part.timeline.count(signal) == whole.timeline.count(signal)) }
  }

  @Test("injection vetoes its share of the events before prescale, sets its bits, and spares lines without veto")
  func injection() throws {
    let detector = try DetectorModel.belle2()
    var random = CounterRandom(seed: 6, purpose: DeadtimeSimulationTests.purpose)
    let moments = (0..<20_000).map { _ in Moment(time: Int64(random.uniform() * 2e9), isBhabha: true) }
    let trigger = try Self.trigger { $0.injection = detector.injection }
    let column = try Level1Column(try trigger.process(Self.batch(moments)))
    let schedule = InjectionSchedule(detector.injection, clock: detector.clock)
    for (row, moment) in moments.enumerated() {
      let isVetoed = schedule.isVetoed(detector.clock.bucket(at: moment.time))
      let isRight =
        Self.isSet(column, row, "veto") == isVetoed && Self.isSet(column, row, "passive_veto") == isVetoed
        && (!isVetoed || Self.isSet(column, row, "injv")) && (column.beforePrescale[row * 10] & 1 == 1) == !isVetoed
        && column.beforePrescale[row * 10] & 2 == 2
      if !isRight { Issue.record("event \(row) at \(moment.time) ns") }
    }
    let share = Double(trigger.timeline.count(.veto)) / 20_000
    #expect(abs(share - schedule.deadFraction) < 4 * (0.059 * 0.94 / 20_000).squareRoot())
    let window = Double(trigger.timeline.count(.injectionWindow)) / 20_000
    #expect(abs(window - 0.5) < 4 * (0.25 / 20_000).squareRoot(), "10 of 20 ms")
    let revolutions = Double(trigger.timeline.count(.revolution)) / 20_000
    #expect(abs(revolutions - 1.0 / 320) < 0.002)
    #expect(trigger.timeline.count(.electronKick) < 30 && trigger.timeline.count(.positronKick) < 30)
    // 16 667 events fire the line of prescale 3 whatever the veto says.
    #expect(trigger.lineCounts[1] == 20_000)
  }

  @Test(
    "random triggers fire at their rate in windows of 0.5 us, the same for the same run and clock, whatever the order")
  func random() throws {
    let moments = (0..<20_000).map { Moment(time: Int64($0) * 977) }
    let trigger = try Self.trigger {
      $0.randomRate = 100_000
      $0.poissonRate = 40_000
    }
    let column = try Level1Column(try trigger.process(Self.batch(moments)))
    // The windows of 503 ns do not overlap.
    for (signal, rate) in [(ClockSignal.random, 1e5), (.poisson, 4e4)] {
      let expected: Double = 20_000 * rate * 503e-9
      #expect(abs(Double(trigger.timeline.count(signal)) - expected) < 4 * expected.squareRoot())
    }
    let backwards = try Self.trigger {
      $0.randomRate = 100_000
      $0.poissonRate = 40_000
    }
    let reversed = try Level1Column(try backwards.process(Self.batch(moments.reversed())))
    for row in moments.indices {
      if Self.isSet(column, row, "pseud_rand") != Self.isSet(reversed, moments.count - 1 - row, "pseud_rand") {
        Issue.record("row \(row)")
      }
    }
    // Only a random trigger has a time source of its own where no detector gave a time.
    for row in moments.indices {
      let (isRandom, isPoisson) = (Self.isSet(column, row, "pseud_rand"), Self.isSet(column, row, "poissonin"))
      let source = isPoisson ? TimingSource.poisson : isRandom ? .random : .none
      if column.timingSource[row] != source.rawValue { Issue.record("row \(row): source \(column.timingSource[row])") }
    }
  }

  @Test("an event N revolutions after a Bhabha event is triggered once more, others are not")
  func delayedBhabha() throws {
    let clock = try DetectorModel.belle2().clock
    let turn = clock.revolutionTime
    func time(_ revolutions: Double, _ offset: Double = 0) -> Int64 { Int64(1e6 + revolutions * turn + offset) }
    let moments = [
      Moment(time: time(0), isBhabha: true), Moment(time: time(1)), Moment(time: time(2, -300), isBhabha: true),
      Moment(time: time(3)), Moment(time: time(3, 510)), Moment(time: time(4, 600)), Moment(time: time(4.9)),
      Moment(time: time(5, -700)), Moment(time: time(5, -200)),
    ]
    let trigger = try Self.trigger { $0.bhabhaDelay = 3 }
    let column = try Level1Column(try trigger.process(Self.batch(moments)))
    let set = moments.indices.filter { Self.isSet(column, $0, "bha_delay") }
    #expect(set == [3, 7], "the window of an event reaches 0.5 us from its time")
    #expect(column.timingSource[3] == TimingSource.delayedPhysics.rawValue)
    #expect(column.accepted[3])
  }

  @Test("times that go back, that no run can have, and weights are refused with the event, and leave no trace")
  func hostile() throws {
    func problem(_ moments: [Moment], _ change: (inout Level1Timing) -> Void) throws -> String {
      let trigger = try Self.trigger(change)
      _ = try trigger.process(Self.batch([Moment(time: 500, isBhabha: true)]))
      let before = trigger.timeline.deadtime
      let error = #expect(throws: Level1TimeError.self) { try trigger.process(Self.batch(moments, first: 7)) }
      #expect(trigger.timeline.deadtime == before && trigger.lineCounts[1] == 1)
      return error.map { "\($0)" } ?? ""
    }
    func six(_ timing: inout Level1Timing) { timing.samples = .six }
    func delay(_ timing: inout Level1Timing) { timing.bhabhaDelay = 1 }
    func random(_ timing: inout Level1Timing) { timing.randomRate = 1 }
    #expect(
      try problem([Moment(time: 600), Moment(time: 599)], six).contains("event 1/1/8: its time is 599 ns, after 600"))
    #expect(try problem([Moment(time: 499)], delay).contains("after 500 ns of run 1/1"))
    #expect(try problem([Moment(time: 600, run: 0)], six).contains("order of run and time"))
    #expect(try problem([Moment(time: 600, weight: 0.5)], six).contains("weight is 0.5"))
    #expect(try problem([Moment(time: 600, weight: .nan)], six).contains("weight is nan"))
    for time in [Int64.min, .max, 1_000_000_000_000_001] {
      #expect(try problem([Moment(time: time)], random).contains("expected at most"))
    }
    // The same time twice is possible: the second trigger is lost.
    let trigger = try Self.trigger(six)
    let column = try Level1Column(
      try trigger.process(Self.batch([Moment(time: 5, isBhabha: true), Moment(time: 5, isBhabha: true)])))
    #expect(column.deadTime[1] == DeadtimeCause.spacing.rawValue)
  }
}
