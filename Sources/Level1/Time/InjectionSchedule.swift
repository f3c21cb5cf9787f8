import Detector

/// When the trigger is vetoed because the rings are topped up: a pure function of the event time.
///
/// A ring is topped up every so many whole revolutions, when the chosen bunch passes. Then everything is vetoed for a while,
/// and after that the passages of the bunch until it has calmed down.
public struct InjectionSchedule: Equatable, Sendable {
  /// What is going on in a bucket, and how long it stays so.
  public struct Phase: Equatable, Sendable {
    /// Whether the trigger is vetoed.
    public var isVetoed: Bool
    /// The first bucket in which that may be different.
    public var until: Int64
  }

  /// A ring's pattern, in buckets after an injection.
  struct Ring: Equatable {
    let first: Int64
    let period: Int64
    let fullVeto: Int64
    let gatedUntil: Int64
    let gate: Int64
    /// Part of the gate before the passage of the bunch.
    let gateBefore: Int64
    let revolution: Int64

    /// Buckets since the ring's last injection; nil before its first.
    func sinceInjection(_ bucket: Int64) -> Int64? {
      bucket < first ? nil : (bucket - first) % period
    }

    func phase(at bucket: Int64) -> Phase {
      guard let since = sinceInjection(bucket) else { return Phase(isVetoed: false, until: first) }
      if since < fullVeto { return Phase(isVetoed: true, until: bucket + fullVeto - since) }
      guard since < gatedUntil else { return Phase(isVetoed: false, until: bucket + period - since) }
      let place = (since + gateBefore) % revolution
      let isVetoed = place < gate
      let left = isVetoed ? gate - place : revolution - place
      return Phase(isVetoed: isVetoed, until: bucket + min(left, gatedUntil - since))
    }
  }

  private let rings: [Ring]
  private let electrons: Ring?
  private let positrons: Ring?
  /// Buckets after which the pattern of both rings repeats, and the first from which it does.
  private let cycle: Int64
  private let cycleBegin: Int64

  /// The schedule of a plan.
  public init(_ plan: InjectionPlan, clock: BunchClock) {
    electrons = plan.electrons.map { Self.ring($0, clock) }
    positrons = plan.positrons.map { Self.ring($0, clock) }
    rings = [electrons, positrons].compactMap { $0 }
    let turns = rings.map { $0.period / clock.bucketsPerRevolution }
    cycle = turns.reduce(1) { Self.leastCommonMultiple($0, $1) } * clock.bucketsPerRevolution
    cycleBegin = rings.map(\.first).max() ?? 0
  }

  private static func ring(_ injection: RingInjection, _ clock: BunchClock) -> Ring {
    let revolution = clock.bucketsPerRevolution
    // Injection is bound to the bunch: it comes at its first passage after the time asked for.
    let asked = clock.buckets(in: injection.first)
    let turns = (asked - injection.bucket + revolution - 1).flooredQuotient(by: revolution).quotient
    let gate = min(clock.buckets(in: injection.gate), revolution)
    return Ring(
      first: turns * revolution + injection.bucket,
      period: max(1, Int64((1e9 / injection.rate / clock.revolutionTime).rounded())) * revolution,
      fullVeto: clock.buckets(in: injection.fullVeto), gatedUntil: clock.buckets(in: injection.gatedUntil),
      gate: gate, gateBefore: gate / 2, revolution: revolution)
  }

  /// What is going on in a bucket.
  public func phase(at bucket: Int64) -> Phase {
    var phase = Phase(isVetoed: false, until: .max)
    for ring in rings {
      let own = ring.phase(at: bucket)
      phase.isVetoed = phase.isVetoed || own.isVetoed
      phase.until = min(phase.until, own.until)
    }
    return phase
  }

  /// Whether the trigger is vetoed in a bucket.
  public func isVetoed(_ bucket: Int64) -> Bool { phase(at: bucket).isVetoed }

  /// Whether a bucket lies between an injection and the end of its gates.
  public func isInWindow(_ bucket: Int64) -> Bool {
    rings.contains { ring in ring.sinceInjection(bucket).map { $0 < max(ring.fullVeto, ring.gatedUntil) } ?? false }
  }

  /// Buckets since the last injection of either ring; nil before the first.
  public func sinceLastInjection(_ bucket: Int64) -> Int64? {
    rings.compactMap { $0.sinceInjection(bucket) }.min()
  }

  /// Whether electrons are being injected: the revolution that begins with the injection.
  public func kicksElectrons(_ bucket: Int64) -> Bool { Self.kicks(electrons, bucket) }

  /// Whether positrons are being injected: the revolution that begins with the injection.
  public func kicksPositrons(_ bucket: Int64) -> Bool { Self.kicks(positrons, bucket) }

  private static func kicks(_ ring: Ring?, _ bucket: Int64) -> Bool {
    guard let ring, let since = ring.sinceInjection(bucket) else { return false }
    return since < ring.revolution
  }

  /// Number of vetoed buckets in a range.
  public func vetoedBuckets(in range: Range<Int64>) -> Int64 {
    guard !rings.isEmpty, !range.isEmpty else { return 0 }
    var sum: Int64 = 0
    var from = range.lowerBound
    if from < cycleBegin {
      let end = min(cycleBegin, range.upperBound)
      sum += walk(from..<end)
      from = end
    }
    let cycles = (range.upperBound - from) / cycle
    if cycles > 1 {
      sum += cycles * walk(from..<from + cycle)
      from += cycles * cycle
    }
    return sum + walk(from..<range.upperBound)
  }

  /// Share of the time that is vetoed, once both rings are topped up.
  public var deadFraction: Double {
    rings.isEmpty ? 0 : Double(walk(cycleBegin..<cycleBegin + min(cycle, 1 << 40))) / Double(min(cycle, 1 << 40))
  }

  private func walk(_ range: Range<Int64>) -> Int64 {
    var sum: Int64 = 0
    var at = range.lowerBound
    while at < range.upperBound {
      let phase = phase(at: at)
      let end = min(phase.until, range.upperBound)
      if phase.isVetoed { sum += end - at }
      at = end
    }
    return sum
  }

  private static func leastCommonMultiple(_ first: Int64, _ second: Int64) -> Int64 {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return first / larger * second
  }
}
