/// The counter-based random number function Philox4x32 with 10 rounds.
///
/// J. K. Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, SC11 (2011),
/// doi:10.1145/2063384.2063405. A bijection of 128-bit counters for every 64-bit key: no state, no
/// warm-up, any position of the sequence at once.
@frozen
public enum Philox4x32 {
  /// The key: two 32-bit words.
  public typealias Key = SIMD2<UInt32>
  /// The counter, and the result: four 32-bit words.
  public typealias Counter = SIMD4<UInt32>

  /// The four random words that belong to `counter` under `key`.
  @inlinable
  public static func block(counter: Counter, key: Key) -> Counter {
    var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<10 {
      let product0: UInt64 = UInt64(x0) &* 0xD251_1F53
      let product1: UInt64 = UInt64(x2) &* 0xCD9E_8D57
      x0 = UInt32(truncatingIfNeeded: product1 >> 32) ^ x1 ^ k0
      x1 = UInt32(truncatingIfNeeded: product1)
      x2 = UInt32(truncatingIfNeeded: product0 >> 32) ^ x3 ^ k1
      x3 = UInt32(truncatingIfNeeded: product0)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return Counter(x0, x1, x2, x3)
  }
}

extension Philox4x32 {
  /// The random words of eight counters, one word of all eight in each vector.
  @usableFromInline
  typealias EightBlocks = (x: SIMD8<UInt64>, y: SIMD8<UInt64>, z: SIMD8<UInt64>, w: SIMD8<UInt64>)

  /// The words that ``block(counter:key:)`` gives for eight counters that differ in the first half: eight lanes at once, since
  /// one block is a long chain of multiplications, each waiting for the one before.
  ///
  /// - Parameter first: first half of each counter as one number, the lower word lowest.
  static func blocks(_ first: SIMD8<UInt64>, _ second: SIMD2<UInt32>, key: Key) -> EightBlocks {
    // The words stand in the lower halves of the lanes; what is in the upper ones no product looks at.
    let lower = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
    let factor0 = SIMD8<UInt64>(repeating: 0xD251_1F53)
    let factor1 = SIMD8<UInt64>(repeating: 0xCD9E_8D57)
    var (x0, x1) = (first, first &>> 32)
    var (x2, x3) = (SIMD8(repeating: UInt64(second.x)), SIMD8(repeating: UInt64(second.y)))
    var (k0, k1) = (key.x, key.y)
    for _ in 0..<10 {
      let product0: SIMD8<UInt64> = (x0 & lower) &* factor0
      let product1: SIMD8<UInt64> = (x2 & lower) &* factor1
      x0 = (product1 &>> 32) ^ x1 ^ SIMD8(repeating: UInt64(k0))
      x1 = product1
      x2 = (product0 &>> 32) ^ x3 ^ SIMD8(repeating: UInt64(k1))
      x3 = product0
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (x0 & lower, x1 & lower, x2 & lower, x3 & lower)
  }
}
