extension EventKey {
  /// Numbers from here on belong to events of injected signals, which no experiment has recorded.
  public static let firstInjectedNumber: UInt64 = 1_000_000_000_000_000
  /// Most events of one injected signal.
  public static let mostInjected: UInt64 = 1_000_000_000

  /// The number of the first event of an injected signal, counted from 0.
  public static func firstNumber(ofInjection ordinal: Int) -> UInt64 {
    firstInjectedNumber + UInt64(max(ordinal, 0)) * mostInjected
  }

  /// The injected signal, counted from 0, that an event of a number belongs to; nil for all others.
  public static func injection(ofNumber number: UInt64) -> Int? {
    number >= firstInjectedNumber ? Int((number - firstInjectedNumber) / mostInjected) : nil
  }
}
