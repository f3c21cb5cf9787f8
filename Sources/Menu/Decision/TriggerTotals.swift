/// What the menus of a software trigger say altogether about an event, and what becomes of it: the final decision of the Belle II
/// experiment (basf2, `FinalTriggerDecisionCalculator`).
public struct TriggerTotals: Sendable, Hashable {
  /// Whether the filter keeps the event; `nil` if it was not asked.
  public var filter: Bool?
  /// Whether the skims keep it; they never change the decision.
  public var skims: Bool?
  /// The grand total; `nil` if nobody formed it.
  public var all: Bool?

  /// Totals, each `nil` if left out.
  public init(filter: Bool? = nil, skims: Bool? = nil, all: Bool? = nil) {
    self.filter = filter
    self.skims = skims
    self.all = all
  }

  /// Whether the event is kept: as the grand total says, else as the filter says, else yes.
  public var isKept: Bool { all ?? filter ?? true }
}

extension DecisionMode {
  /// Whether the lines of a menu keep an event together.
  public func keeps(_ results: some Sequence<LineResult>) -> Bool {
    var anyAccept = false
    var anyReject = false
    for result in results {
      anyAccept = anyAccept || result == .accept
      anyReject = anyReject || result == .reject
    }
    return keeps(anyAccept: anyAccept, anyReject: anyReject)
  }
}
