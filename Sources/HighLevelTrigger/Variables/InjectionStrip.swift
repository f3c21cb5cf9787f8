import Detector
import EventModel
import Level1

/// The part of the revolution in which background of an injected bunch comes, as the prefilter of the Belle II software trigger has it.
///
/// An event is in the strip if it happened so long after the last injection of either ring, and so far into the revolutions counted from
/// it: 1 to 20 ms and 1.25 to 1.55 us for the positrons, 0.6 to 20 ms and 2.2 to 2.33 us for the electrons. Asked only where the
/// veto by time was set and that by occupancy was not. Without a plan of injections no event is.
struct InjectionStrip {
  /// Time since the last injection and time in the revolution, ns.
  private struct Window {
    var sinceInjection: Range<Double>
    var inRevolution: Range<Double>

    func contains(_ since: Double, _ place: Double) -> Bool {
      since > sinceInjection.lowerBound && since < sinceInjection.upperBound && place > inRevolution.lowerBound
        && place < inRevolution.upperBound
    }
  }

  private static let windows = [
    Window(sinceInjection: 1e6..<20e6, inRevolution: 1250..<1550),
    Window(sinceInjection: 0.6e6..<20e6, inRevolution: 2200..<2330),
  ]

  private let schedule: InjectionSchedule
  private let clock: BunchClock
  private let passiveVeto: Int?
  private let occupancyVeto: Int?

  /// The strip of a plan.
  init(_ plan: InjectionPlan, clock: BunchClock) {
    schedule = InjectionSchedule(plan, clock: clock)
    self.clock = clock
    passiveVeto = InputBit.position("passive_veto")
    occupancyVeto = InputBit.position("cdcecl_veto")
  }

  /// Whether an event lies in it.
  /// - Parameter time: of the event, ns since the start of the run.
  func contains(_ level1: Level1Column, row: Int, time: Int64) -> Bool {
    func isSet(_ bit: Int?) -> Bool {
      guard let bit else { return false }
      return level1.input[EventSchema.level1Words * row + bit / 32] >> UInt32(bit % 32) & 1 == 1
    }
    guard isSet(passiveVeto), !isSet(occupancyVeto), time.magnitude <= BunchClock.longestTime.magnitude,
      let buckets = schedule.sinceLastInjection(clock.bucket(at: time))
    else { return false }
    let since = Double(buckets) * clock.bucketLength
    let place = Double(buckets % clock.bucketsPerRevolution) * clock.bucketLength
    return Self.windows.contains { $0.contains(since, place) }
  }
}
