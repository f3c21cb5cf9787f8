/// The 320 input bits of an event: bit i stands in word i / 32 at position i % 32.
public struct InputWords: Sendable, Equatable {
  /// 32-bit words in the record of an event.
  public static let wordCount = 10

  private var words = InlineArray<10, UInt32>(repeating: 0)

  /// All bits false.
  public init() {}

  /// A word, 0 to 9.
  public subscript(word index: Int) -> UInt32 { words[index] }

  /// Whether all bits are alike.
  public static func == (left: InputWords, right: InputWords) -> Bool {
    (0..<wordCount).allSatisfy { left.words[$0] == right.words[$0] }
  }

  /// A bit by its position, 0 to 319.
  public subscript(position: Int) -> Bool {
    @inline(__always)
    get { words[position >> 5] >> UInt32(position & 31) & 1 == 1 }
    @inline(__always)
    set {
      let bit: UInt32 = 1 << UInt32(position & 31)
      words[position >> 5] = words[position >> 5] & ~bit | (newValue ? bit : 0)
    }
  }

  /// Sets a number in bits from a position on: one of `count` bits for the numbers 1, 2, … and "`count` or more".
  package mutating func setOneHot(_ number: Int, at position: Int, count: Int) {
    guard number > 0 else { return }
    self[position + min(number, count) - 1] = true
  }

  /// Sets a binary number of `count` bits from a position on, least significant first, at most all bits set.
  package mutating func setPacked(_ number: Int, at position: Int, count: Int) {
    let value = min(number, 1 << count - 1)
    for bit in 0..<count where value >> bit & 1 == 1 { self[position + bit] = true }
  }
}
