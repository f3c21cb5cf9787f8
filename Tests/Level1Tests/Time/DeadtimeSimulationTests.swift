import Detector
import Level1
import Statistics
import TestSupport
import Testing

@Suite("Dead time")
struct DeadtimeSimulationTests {
  static let purpose = RandomPurpose(named: "test of dead time")

  static func settings(_ change: (inout DeadtimeSimulation.Settings) -> Void = { _ in }) throws
    -> DeadtimeSimulation.Settings
  {
    let detector = try DetectorModel.belle2()
    var settings = DeadtimeSimulation.Settings(limits: detector.readout)
    change(&settings)
    return settings
  }

  /// Triggers at random in buckets, three or six samples each, about one in `distance` buckets, some at the same time.
  static func triggers(_ count: Int, distance: Double, seed: UInt64) -> [(bucket: Int64, samples: SampleCount)] {
    var random = CounterRandom(seed: seed, purpose: purpose)
    var time = 0.0
    return (0..<count).map { _ in
      time += distance * random.exponential()
      return (Int64(time), random.uniform() < 0.4 ? .three : .six)
    }
  }

  @Test("a bucket is 1.965 ns, a sample 4.4 us, six samples 26.42 us, the spacing 0.2 us")
  func numbers() throws {
    let detector = try DetectorModel.belle2()
    let (clock, limits) = (detector.clock, detector.readout)
    #expect(abs(clock.seconds(6 * limits.sampleTime) * 1e6 - 26.42) < 0.02)
    #expect(abs(clock.seconds(3 * limits.sampleTime) * 1e6 - 13.21) < 0.01)
    #expect(abs(clock.seconds(limits.minimumSpacing) * 1e6 - 0.2) < 0.002)
    #expect(limits.pointers == 32)
    #expect(abs(clock.seconds(limits.longestLatency) * 1e6 - 5.03) < 0.001)
  }

  @Test("six samples: five triggers pend, the sixth is lost until the first is sent; three samples: ten")
  func fillsUp() throws {
    for (samples, room) in [(SampleCount.six, 5), (.three, 10)] {
      var simulation = DeadtimeSimulation(try Self.settings())
      let limits = simulation.settings.limits
      let service = Int64(samples.rawValue) * limits.sampleTime
      var bucket: Int64 = 0
      for _ in 0..<room {
        #expect(try simulation.trigger(at: bucket, samples: samples) == nil)
        bucket += limits.minimumSpacing
      }
      #expect(try simulation.trigger(at: bucket, samples: samples) == .siliconBuffer)
      #expect(try simulation.trigger(at: service - 1, samples: samples) == .siliconBuffer)
      #expect(try simulation.trigger(at: service, samples: samples) == nil)
      #expect(try simulation.trigger(at: service + 1, samples: samples) == .spacing)
      #expect(try simulation.trigger(at: 2 * service, samples: samples) == nil)
    }
  }

  @Test(
    "a trigger one bucket short of the minimum spacing is lost, one at it is not; a lost trigger does not extend it")
  func spacing() throws {
    var simulation = DeadtimeSimulation(try Self.settings())
    let spacing = simulation.settings.limits.minimumSpacing
    #expect(try simulation.trigger(at: 1000, samples: .six) == nil)
    #expect(try simulation.trigger(at: 1000, samples: .six) == .spacing)
    #expect(try simulation.trigger(at: 1000 + spacing - 1, samples: .six) == .spacing)
    #expect(try simulation.trigger(at: 1000 + spacing, samples: .six) == nil)
  }

  /// The same rules written out bucket by bucket from the list of accepted triggers, without any state.
  static func slowly(
    _ triggers: [(bucket: Int64, samples: SampleCount)], _ settings: DeadtimeSimulation.Settings
  ) -> [DeadtimeCause?] {
    var accepted: [(bucket: Int64, end: Int64, farmEnd: Int64, samples: Int)] = []
    return triggers.map { trigger in
      let limits = settings.limits
      let cause: DeadtimeCause?
      let waiting = accepted.filter { $0.end > trigger.bucket }.reduce(0) { $0 + $1.samples }
      let inFlight = accepted.filter { $0.farmEnd > trigger.bucket }.count
      if settings.injection?.isVetoed(trigger.bucket) ?? false {
        cause = .injection
      } else if accepted.contains(where: { trigger.bucket - $0.bucket < limits.minimumSpacing }) {
        cause = .spacing
      } else if waiting + trigger.samples.rawValue > limits.pointers {
        cause = .siliconBuffer
      } else if settings.farmTime > 0 && inFlight >= limits.eventsInFlight {
        cause = .backPressure
      } else {
        cause = nil
      }
      if cause == nil {
        let begin = max(trigger.bucket, accepted.map(\.end).max() ?? .min)
        let farmBegin = max(trigger.bucket, accepted.map(\.farmEnd).max() ?? .min)
        accepted.append(
          (
            trigger.bucket, begin + Int64(trigger.samples.rawValue) * limits.sampleTime, farmBegin + settings.farmTime,
            trigger.samples.rawValue
          ))
      }
      return cause
    }
  }

  @Test("loses what a simulation without state loses, for the same causes", arguments: 0..<40)
  func bruteForce(seed: Int) throws {
    var random = CounterRandom(seed: 100, purpose: Self.purpose, stream: UInt64(seed))
    let settings = try Self.settings { settings in
      if seed % 4 == 1 { settings.limits.pointers = 6 + Int(random.integer(below: 30)) }
      if seed % 4 == 2 {
        settings.farmTime = 20_000
        settings.limits.eventsInFlight = 1 + Int(random.integer(below: 8))
      }
      if seed % 4 == 3 {
        let detector = try? DetectorModel.belle2()
        settings.injection = detector.map { InjectionSchedule($0.injection, clock: $0.clock) }
      }
    }
    let distance = [200.0, 5000, 9000, 30_000][seed / 4 % 4]
    let shift: Int64 = seed % 4 == 3 ? 5_089_000 : -1_000_000
    let triggers = Self.triggers(400, distance: distance, seed: UInt64(seed)).map { ($0.bucket + shift, $0.samples) }
    var simulation = DeadtimeSimulation(settings)
    let found = try triggers.map { try simulation.trigger(at: $0.0, samples: $0.1) }
    #expect(found == Self.slowly(triggers, settings))
    // Each trigger has one fate, each bucket of time too.
    let tally = simulation.tally
    #expect(tally.requested == triggers.count)
    #expect(tally.accepted == found.count { $0 == nil })
    for cause in DeadtimeCause.allCases { #expect(tally.lost(cause) == found.count { $0 == cause }) }
    #expect(tally.time == (triggers.last?.0 ?? 0) - (triggers.first?.0 ?? 0))
  }

  @Test("counts dead time bucket by bucket, cause by cause")
  func deadTimeByBucket() throws {
    let detector = try DetectorModel.belle2()
    let settings = try Self.settings {
      $0.injection = InjectionSchedule(detector.injection, clock: detector.clock)
      $0.farmTime = 30_000
      $0.limits.eventsInFlight = 6
    }
    let shift: Int64 = 5_089_000 - 60_000
    let triggers = Self.triggers(30, distance: 6000, seed: 3).map { ($0.bucket + shift, $0.samples) }
    var simulation = DeadtimeSimulation(settings)
    var dead: [SampleCount: [DeadtimeCause: Int64]] = [.three: [:], .six: [:]]
    for (index, trigger) in triggers.enumerated() {
      _ = try simulation.trigger(at: trigger.0, samples: trigger.1)
      guard index + 1 < triggers.count else { break }
      // What would become of a trigger in every bucket until the next one comes?
      for bucket in trigger.0..<triggers[index + 1].0 {
        for samples in SampleCount.allCases {
          var probe = simulation
          if let cause = try probe.trigger(at: bucket, samples: samples) { dead[samples]?[cause, default: 0] += 1 }
        }
      }
    }
    for samples in SampleCount.allCases {
      for cause in DeadtimeCause.allCases {
        #expect(simulation.tally.deadTime(cause, samples) == dead[samples]?[cause] ?? 0, "\(cause), \(samples)")
      }
    }
    #expect((dead[.six]?[.backPressure] ?? 0) > 0 && (dead[.six]?[.injection] ?? 0) > 0)
  }

  @Test("triggers at random are lost in the share of time that is dead")
  func countsAndTimes() throws {
    let detector = try DetectorModel.belle2()
    let settings = try Self.settings { $0.injection = InjectionSchedule(detector.injection, clock: detector.clock) }
    var simulation = DeadtimeSimulation(settings)
    let triggers = Self.triggers(400_000, distance: 14_000, seed: 5)
    for trigger in triggers { _ = try simulation.trigger(at: trigger.bucket, samples: trigger.samples) }
    let tally = simulation.tally
    for cause in DeadtimeCause.allCases where cause != .backPressure {
      for samples in SampleCount.allCases {
        let expected = Double(tally.deadTime(cause, samples)) / Double(tally.time)
        let count = Double(tally.lost(cause, samples))
        let mean = expected * Double(tally.requested(samples))
        // Losses of a full buffer come in bursts: four times the Poisson error is a generous two standard deviations.
        #expect(abs(count - mean) < 4 * max(1, mean).squareRoot() + 1, "\(cause) \(samples): \(count), \(mean)")
      }
    }
    #expect(abs(tally.liveTime / Double(tally.time) - Double(tally.accepted) / Double(tally.requested)) < 0.002)
  }

  @Test("a stream cut into parts anywhere, the state handed over, gives the whole", arguments: [1, 7, 100, 999])
  func parts(length: Int) throws {
    let triggers = Self.triggers(3000, distance: 8000, seed: 9)
    var whole = DeadtimeSimulation(try Self.settings())
    let expected = try triggers.map { try whole.trigger(at: $0.bucket, samples: $0.samples) }
    var handedOver = DeadtimeSimulation(try Self.settings())
    var found: [DeadtimeCause?] = []
    for begin in stride(from: 0, to: triggers.count, by: length) {
      var part = handedOver
      for trigger in triggers[begin..<min(begin + length, triggers.count)] {
        found.append(try part.trigger(at: trigger.bucket, samples: trigger.samples))
      }
      handedOver = part
    }
    #expect(found == expected)
    #expect(handedOver.tally == whole.tally)
  }

  @Test("tallies of runs add up, and a new run begins with an empty read-out")
  func runs() throws {
    let triggers = Self.triggers(500, distance: 6000, seed: 11)
    var once = DeadtimeSimulation(try Self.settings())
    for trigger in triggers { _ = try once.trigger(at: trigger.bucket, samples: trigger.samples) }
    var twice = once
    twice.beginRun()
    for trigger in triggers { _ = try twice.trigger(at: trigger.bucket, samples: trigger.samples) }
    var sum = once.tally
    sum.merge(once.tally)
    #expect(twice.tally == sum)
  }

  @Test("times that go back or that no run can have are refused, and leave no trace")
  func hostileTimes() throws {
    var simulation = DeadtimeSimulation(try Self.settings())
    _ = try simulation.trigger(at: -5000, samples: .six)
    let before = simulation.tally
    #expect(throws: EventTimeError.backwards(bucket: -5001, after: -5000)) {
      try simulation.trigger(at: -5001, samples: .six)
    }
    for bucket in [Int64.min, .max, EventTimeError.farthestBucket + 1, -EventTimeError.farthestBucket - 1] {
      #expect(throws: EventTimeError.impossible(bucket: bucket)) {
        try simulation.trigger(at: bucket, samples: .six)
      }
    }
    #expect(simulation.tally == before)
    #expect(try simulation.trigger(at: EventTimeError.farthestBucket, samples: .six) == nil)
    var injected = DeadtimeSimulation(
      try Self.settings {
        guard let detector = try? DetectorModel.belle2() else { return }
        $0.injection = InjectionSchedule(detector.injection, clock: detector.clock)
      })
    try injected.pass(to: -EventTimeError.farthestBucket)
    try injected.pass(to: EventTimeError.farthestBucket)
    #expect(injected.tally.time == 2 * EventTimeError.farthestBucket)
    #expect(abs(injected.tally.deadTime(.injection) / Double(EventTimeError.farthestBucket) - 0.0587) < 0.001)
  }

  @Test("random calls with hostile times never trap and conserve every trigger")
  func fuzz() throws {
    var random = CounterRandom(seed: 77, purpose: Self.purpose)
    var simulation = DeadtimeSimulation(try Self.settings { $0.farmTime = 1 })
    var taken = 0
    for _ in 0..<Fuzz.inputs() {
      let word = random.next()
      let bucket: Int64 =
        switch word % 5 {
        case 0: Int64(bitPattern: word)
        case 1: Int64(bitPattern: word) >> 14
        default: Int64(word >> 24)
        }
      if word % 1000 == 0 { simulation.beginRun() }
      if (try? simulation.trigger(at: bucket, samples: word & 32 == 0 ? .three : .six)) != nil { taken += 1 }
    }
    #expect(simulation.tally.requested == simulation.tally.accepted + simulation.tally.lost)
    #expect(simulation.tally.requested >= taken)
  }
}
