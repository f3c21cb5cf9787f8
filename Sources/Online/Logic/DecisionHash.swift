/// A fingerprint of all decisions of a replay, in stream order: two replays decided alike exactly when it agrees.
///
/// Words are mixed with the finaliser of splitmix64, each into the state left by all before it.
public struct DecisionHash: Hashable, Sendable, Codable, CustomStringConvertible {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The fingerprint of no decisions.
  public init() {}

  /// Adds a word.
  package mutating func add(_ word: UInt64) {
    var mixed = (state ^ word) &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    state = mixed ^ (mixed >> 31)
  }

  /// 16 hexadecimal digits.
  public var description: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
