import ArrowStream
import EventModel
import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("The watch over channels")
struct WatchTests {
  /// Masses from a falling background, with a peak of some share at 2 GeV.
  private static func masses(_ count: Int, peak: Double, seed: UInt64) -> [(mass: Double, recoil: Double)?] {
    var random = CounterRandom(seed: seed, purpose: .pseudoExperiment)
    return (0..<count).map { _ in
      if random.uniform(0, 1) < peak { return (2 + 0.01 * random.gaussian(), random.uniform(0, 20)) }
      return (1 + 2 * (1 - (1 - random.uniform(0, 0.9)).squareRoot()), random.uniform(0, 20))
    }
  }

  private static func watch(
    _ channels: [SearchChannel], _ candidates: [(mass: Double, recoil: Double)?], plan: WatchPlan, batches: [Int]
  ) throws -> MonitorWatch {
    var monitor = try SignalMonitor(channels: channels, plan: plan)
    var watch = try #require(try monitor.makeWatch())
    let batch = try DimuonStream.batch(candidates)
    var first = 0
    var index = 0
    while first < candidates.count {
      let end = min(first + batches[index % batches.count], candidates.count)
      try monitor.fill(batch.slice(first..<end))
      for counts in monitor.takeDue(isLast: end == candidates.count) { try watch.look(counts) }
      first = end
      index += 1
    }
    return watch
  }

  @Test("Looks fall on numbers of events fixed in advance, which grow with the events")
  func schedule() {
    let schedule = WatchSchedule(step: 1000, growth: 1.25)
    #expect(schedule.next(after: 0) == 1000 && schedule.next(after: 999) == 1000)
    #expect(schedule.next(after: 1000) == 2000 && schedule.next(after: 4000) == 5000)
    #expect(schedule.next(after: 5000) == 6250)
    var looks = 0
    var events = 0
    while events < 1_000_000_000 {
      events = schedule.next(after: events)
      looks += 1
    }
    #expect(looks < 70, "\(looks)")
    #expect(WatchSchedule(step: 0, growth: .nan).next(after: 5) == 6)
    #expect(schedule.next(after: Int.max / 2) >= Int.max / 2)
  }

  @Test("The same stream gives the same evidence in any batches, for every method and all channels together")
  func determinism() throws {
    let channels = try DimuonStream.channels([
      DimuonStream.peak(), DimuonStream.counting(), DimuonStream.plane(), DimuonStream.template(),
    ])
    let candidates = Self.masses(6500, peak: 0.03, seed: 1)
    let plan = WatchPlan(schedule: WatchSchedule(step: 500, growth: 1.3), plannedEvents: 6500)
    let whole = try Self.watch(channels, candidates, plan: plan, batches: [6500])
    let parts = try Self.watch(channels, candidates, plan: plan, batches: [7, 400, 1, 93])
    for index in channels.indices {
      let result = try #require(whole.result(of: index))
      #expect(result == parts.result(of: index))
      #expect(result.events == 6500 && result.looks > 5 && whole.refusal(of: index) == nil)
      #expect(result.planned?.events == 6500)
    }
    #expect(whole.result == parts.result)
    // A peak of 200 over 40 raises every alarm, some time before the end.
    let all = try #require(whole.result)
    #expect(all.hypotheses == 4 && all.probability < 1e-6, "\(all)")
    let alarm = try #require(all.alarmEvents)
    #expect(alarm < 6500 && (all.planned?.probability ?? 1) < all.claim)
    let peak = try #require(whole.result(of: 0))
    #expect(peak.leading?.hasPrefix("2 GeV") == true || peak.leading?.hasPrefix("1.99") == true, "\(peak)")
    #expect(whole.result(of: 1)?.leading == "near")
  }

  @Test("Evidence of counts is carried on by the fit that takes over")
  func handover() throws {
    let channels = try DimuonStream.channels([DimuonStream.peak()])
    // A strong peak over little background: counted at first, fitted later; the evidence never falls back to nothing.
    let plan = WatchPlan(schedule: WatchSchedule(step: 100, growth: 1))
    var monitor = try SignalMonitor(channels: channels, plan: plan)
    var watch = try #require(try monitor.makeWatch())
    try monitor.fill(try DimuonStream.batch(Self.masses(20_000, peak: 0.01, seed: 5)))
    var values: [Double] = []
    for counts in monitor.takeDue(isLast: true) {
      try watch.look(counts)
      values.append(watch.result(of: 0)?.eValue ?? 0)
    }
    #expect(watch.result(of: 0)?.looks == 200)
    let late = values.suffix(150)
    #expect(zip(late, late.dropFirst()).allSatisfy { $1 > 1e-3 * $0 }, "\(late)")
    #expect(watch.result(of: 0)?.alarmEvents != nil)
  }

  @Test("Without signal alarms of channels are not above their claim after 10 000 looks")
  func falseAlarmsOfCounts() throws {
    // Counting regions and windows in a plane: exact at any number of candidates.
    let channels = try DimuonStream.channels([DimuonStream.counting()])
    let plan = WatchPlan(schedule: WatchSchedule(step: 1, growth: 1), claim: 0.1)
    var alarms = 0
    let runs = 20
    for run in 0..<runs {
      var random = CounterRandom(seed: 61, purpose: .pseudoExperiment, stream: UInt64(run))
      var monitor = try SignalMonitor(channels: channels, plan: plan)
      var watch = try #require(try monitor.makeWatch())
      let candidates: [(mass: Double, recoil: Double)?] = (0..<10_000).map { _ in
        // Flat in mass: 0.2 of 1.8 GeV that count; one event in ten has a candidate.
        random.uniform(0, 1) < 0.1 ? (random.uniform(1, 3), 1) : nil
      }
      try monitor.fill(try DimuonStream.batch(candidates))
      for counts in monitor.takeDue(isLast: true) { try watch.look(counts) }
      let result = try #require(watch.result(of: 0))
      #expect(result.looks == 10_000)
      if result.alarmEvents != nil { alarms += 1 }
    }
    #expect(BinomialDistribution.atLeast(alarms, trials: runs, probability: 0.1) > 1e-3, "\(alarms) of \(runs)")
  }

  @Test("The same of peak searches whose evidence passes from counts to fits, and of all channels together")
  func falseAlarmsOfFits() throws {
    let channels = try DimuonStream.channels([DimuonStream.peak(), DimuonStream.plane(), DimuonStream.counting()])
    let plan = WatchPlan(schedule: WatchSchedule(step: 250, growth: 1.08), claim: 0.1, plannedEvents: 12_000)
    var alarms = (peak: 0, all: 0, planned: 0, local: 0)
    let runs = 24
    for run in 0..<runs {
      var random = CounterRandom(seed: 62, purpose: .pseudoExperiment, stream: UInt64(run))
      var monitor = try SignalMonitor(channels: channels, plan: plan)
      var watch = try #require(try monitor.makeWatch())
      let candidates: [(mass: Double, recoil: Double)?] = (0..<12_000).map { _ in
        (random.uniform(1, 3), random.uniform(0, 20))
      }
      try monitor.fill(try DimuonStream.batch(candidates))
      var local = false
      for counts in monitor.takeDue(isLast: true) { try watch.look(counts) }
      if (monitor.result(of: 0).summary.largestLocalSignificance ?? 0) > 1.645 { local = true }
      if watch.result(of: 0)?.alarmEvents != nil { alarms.peak += 1 }
      if watch.result?.alarmEvents != nil { alarms.all += 1 }
      if (watch.result?.planned?.probability ?? 1) <= plan.claim { alarms.planned += 1 }
      if local { alarms.local += 1 }
    }
    for count in [alarms.peak, alarms.all, alarms.planned] {
      #expect(BinomialDistribution.atLeast(count, trials: runs, probability: 0.1) > 1e-3, "\(alarms)")
    }
    // A local excess of 5 % probability is somewhere in most of them already at one look.
    #expect(alarms.local > runs / 2, "\(alarms)")
  }

  @Test("What cannot be watched says why, and impossible plans are refused")
  func refusals() throws {
    let text = DimuonStream.counting().replacing("transfer: { value: 0.125, error: 0 }", with: "transfer: not measured")
    let channels = try DimuonStream.channels([text, DimuonStream.counting("blinding: everything")])
    let watch = try MonitorWatch(channels: channels)
    #expect(watch.refusal(of: 0) == "no hypothesis that counts alone can speak of" && watch.result(of: 0) == nil)
    #expect(watch.refusal(of: 1) == "blinded" && watch.result == nil)
    let open = try MonitorWatch(channels: channels, unblinded: true)
    #expect(open.refusal(of: 1) == nil && open.result?.hypotheses == 1)
    #expect(throws: FitRefusal.self) { try MonitorWatch(channels: channels, plan: WatchPlan(claim: 0)) }
    // A run beyond its plan voids it; the evidence stays valid.
    let beyond = try Self.watch(
      try DimuonStream.channels([DimuonStream.counting()]), Self.masses(300, peak: 0, seed: 3),
      plan: WatchPlan(plannedEvents: 200), batches: [300])
    #expect(beyond.result?.planned?.probability == nil && (beyond.result?.probability ?? 2) <= 1)
  }
}
