/// How the lines of a level make its decision, as the Belle II software trigger defines it (basf2,
/// `FinalTriggerDecisionCalculator`).
public enum DecisionMode: String, Sendable, CaseIterable {
  /// Keep the event if any line accepts it **or** no line rejects it. A menu without lines keeps everything.
  case accept
  /// Keep the event if some line accepts it **and** no line rejects it: the mode of a filter. A menu without lines
  /// keeps nothing.
  case reject

  /// The decision from what the lines said.
  public func keeps(anyAccept: Bool, anyReject: Bool) -> Bool {
    switch self {
    case .accept: anyAccept || !anyReject
    case .reject: anyAccept && !anyReject
    }
  }

  /// The same for 64 events at once, one bit per event.
  @inlinable
  public func keeps(anyAccept: UInt64, anyReject: UInt64) -> UInt64 {
    switch self {
    case .accept: anyAccept | ~anyReject
    case .reject: anyAccept & ~anyReject
    }
  }
}

/// What one line of the high-level trigger says about an event.
public enum LineResult: Int8, Sendable {
  /// The line rejects the event.
  case reject = -1
  /// The line has nothing to say.
  case none = 0
  /// The line accepts the event.
  case accept = 1

  /// The result of a line: a reject line ignores its prescale, an accept line counts only if its prescale lets it.
  public static func of(_ kind: MenuLine.Kind, isTrue: Bool, passesPrescale: Bool) -> LineResult {
    guard isTrue else { return .none }
    switch kind {
    case .reject: return .reject
    case .accept: return passesPrescale ? .accept : .none
    }
  }
}
