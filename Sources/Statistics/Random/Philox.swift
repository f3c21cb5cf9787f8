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
