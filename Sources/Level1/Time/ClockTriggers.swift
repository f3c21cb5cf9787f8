import Detector
import Statistics

/// A trigger at random times that every part of a run, in any order, finds at the same places: a pure function of run and clock.
///
/// In each stretch of 16 data clocks (0.5 us) it fires once or not at all, with the probability of its rate.
struct RandomTrigger: Sendable {
  private let threshold: UInt64
  private let purpose: RandomPurpose
  private let seed: UInt64

  /// Data clocks in a stretch, and in the window that is read for an event.
  static let windowClocks: Int64 = 16

  /// - Parameter rate: in Hz; 0 never fires.
  init(rate: Double, clock: BunchClock, purpose: RandomPurpose, seed: UInt64) {
    let stretch = clock.seconds(Self.windowClocks * clock.bucketsPerDataClock)
    let probability = min(1, max(0, rate * stretch))
    threshold = probability >= 1 ? .max : UInt64(probability * 0x1p64)
    self.purpose = purpose
    self.seed = seed
  }

  /// Whether it fires in the window of 16 data clocks that begins with one.
  func fires(from clock: Int64, experiment: UInt16, run: UInt32) -> Bool {
    guard threshold > 0 else { return false }
    let first = clock.flooredQuotient(by: Self.windowClocks).quotient
    for stretch in first...first + 1 {
      var random = CounterRandom(
        seed: seed, experiment: experiment, run: run, event: UInt64(bitPattern: stretch), purpose: purpose)
      guard random.next() < threshold else { continue }
      let place = stretch * Self.windowClocks + Int64(random.next() >> 60)
      if place >= clock && place < clock + Self.windowClocks { return true }
    }
    return false
  }
}

/// Bhabha events that trigger once more, whole revolutions later: what is read then are the same bunches without a Bhabha event.
struct DelayedTriggers: Sendable {
  /// Delay in buckets; 0 is off.
  private let delay: Int64
  /// Buckets of the window that is read for an event.
  private let window: Int64
  /// When triggers are due, in order.
  private var due: [Int64] = []
  private var first = 0

  init(revolutions: Int?, clock: BunchClock) {
    delay = Int64(revolutions ?? 0) * clock.bucketsPerRevolution
    window = RandomTrigger.windowClocks * clock.bucketsPerDataClock
  }

  /// Whether a trigger is due in the window of an event; events must come in order.
  mutating func isDue(at bucket: Int64) -> Bool {
    while first < due.count, due[first] < bucket { first += 1 }
    if first > 64, first > due.count / 2 {
      due.removeFirst(first)
      first = 0
    }
    return first < due.count && due[first] < bucket + window
  }

  /// Notes a Bhabha event.
  mutating func addBhabha(at bucket: Int64) {
    guard delay > 0, due.last != bucket + delay else { return }
    due.append(bucket + delay)
  }

  /// Begins another run.
  mutating func beginRun() {
    due.removeAll()
    first = 0
  }
}
