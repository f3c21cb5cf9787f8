/// The project's only source of random numbers: Philox4x32-10, keyed by seed, experiment, run, event and purpose.
///
/// A generator is a few words on the stack and costs one Philox block to make, so every part of the chain makes
/// its own for every event. What it draws depends on the five keys and on nothing else: not on the order of
/// events, the number of workers or the machine.
///
/// The 64-bit Philox key is itself a Philox block: `Philox(counter: (experiment, run, purpose, tag), key: seed)`.
/// The counter is (block number, event number), 64 bits each, so sequences of different events never overlap.
///
/// The distributions use ``PortableMath`` and basic IEEE operations, so that they give the same bits everywhere.
@frozen
public struct CounterRandom: RandomNumberGenerator, Sendable {
  @usableFromInline let key: Philox4x32.Key
  @usableFromInline let event: SIMD2<UInt32>
  @usableFromInline var block: UInt64 = 0
  @usableFromInline var pending: UInt64 = 0
  @usableFromInline var hasPending = false

  /// The sequence of one event and purpose.
  @inlinable
  public init(seed: UInt64, experiment: UInt16, run: UInt32, event: UInt64, purpose: RandomPurpose) {
    key = Self.derivedKey(seed: seed, experiment: experiment, run: run, purpose: purpose)
    self.event = Self.halves(event)
  }

  /// A sequence that belongs to no event: experiment, run and event 0.
  @inlinable
  public init(seed: UInt64, purpose: RandomPurpose, stream: UInt64 = 0) {
    self.init(seed: seed, experiment: 0, run: 0, event: stream, purpose: purpose)
  }

  /// The next 64 random bits.
  @inlinable
  public mutating func next() -> UInt64 {
    if hasPending {
      hasPending = false
      return pending
    }
    let number = Self.halves(block)
    block &+= 1
    let words = Philox4x32.block(
      counter: Philox4x32.Counter(number.x, number.y, event.x, event.y), key: key)
    pending = UInt64(words.z) | UInt64(words.w) << 32
    hasPending = true
    return UInt64(words.x) | UInt64(words.y) << 32
  }

  /// Fills a buffer with the numbers that as many calls of ``next()`` would give, eight blocks at a time.
  public mutating func next(into numbers: UnsafeMutableBufferPointer<UInt64>) {
    var index = 0
    if hasPending && !numbers.isEmpty {
      numbers[0] = next()
      index = 1
    }
    while index &+ 16 <= numbers.count {
      let ahead = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7)
      let words = Philox4x32.blocks(SIMD8(repeating: block) &+ ahead, event, key: key)
      let even = words.x | words.y &<< 32
      let odd = words.z | words.w &<< 32
      for lane in 0..<8 {
        numbers[index &+ 2 &* lane] = even[lane]
        numbers[index &+ 2 &* lane &+ 1] = odd[lane]
      }
      block &+= 8
      index &+= 16
    }
    while index < numbers.count {
      numbers[index] = next()
      index &+= 1
    }
  }

  /// 64 random bits for a key, at random access: a keyed hash, used for prescales that must not depend on the
  /// order of events. Equal to the first number of the sequence with the same keys.
  @inlinable
  public static func hash(
    seed: UInt64, experiment: UInt16, run: UInt32, event: UInt64, purpose: RandomPurpose
  ) -> UInt64 {
    var sequence = CounterRandom(seed: seed, experiment: experiment, run: run, event: event, purpose: purpose)
    return sequence.next()
  }

  @inlinable
  static func derivedKey(seed: UInt64, experiment: UInt16, run: UInt32, purpose: RandomPurpose) -> Philox4x32.Key {
    let counter = Philox4x32.Counter(UInt32(experiment), run, purpose.rawValue, 0x536C_7563)
    let words = Philox4x32.block(counter: counter, key: halves(seed))
    return Philox4x32.Key(words.x, words.y)
  }

  @inlinable
  static func halves(_ value: UInt64) -> SIMD2<UInt32> {
    SIMD2(UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32))
  }
}

/// The keyed hash of ``CounterRandom/hash(seed:experiment:run:event:purpose:)`` for many events of one run: the
/// key is derived once.
@frozen
public struct EventHash: Sendable {
  @usableFromInline let key: Philox4x32.Key

  /// The hash of one seed, experiment, run and purpose (for example a trigger line's name).
  @inlinable
  public init(seed: UInt64, experiment: UInt16, run: UInt32, purpose: RandomPurpose) {
    key = CounterRandom.derivedKey(seed: seed, experiment: experiment, run: run, purpose: purpose)
  }

  /// 64 random bits that belong to an event.
  @inlinable
  public func callAsFunction(event: UInt64) -> UInt64 {
    let number = CounterRandom.halves(event)
    let words = Philox4x32.block(counter: Philox4x32.Counter(0, 0, number.x, number.y), key: key)
    return UInt64(words.x) | UInt64(words.y) << 32
  }
}
