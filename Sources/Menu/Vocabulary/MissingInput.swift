/// A word of a line that the experiment has and this program cannot compute.
public struct MissingInput: Hashable, Sendable {
  /// The word as the line uses it: `ty`, `top_active`.
  public let name: String
  /// Why there is no value.
  public let reason: String

  /// Several of them in words, those with the same reason together: `ts_0, ts_1: short tracks are not built yet`.
  public static func text(_ inputs: some Sequence<MissingInput>) -> String {
    var names: [String: [String]] = [:]
    var reasons: [String] = []
    for input in inputs {
      if names[input.reason] == nil { reasons.append(input.reason) }
      if names[input.reason]?.contains(input.name) != true { names[input.reason, default: []].append(input.name) }
    }
    return reasons.map { "\(names[$0, default: []].joined(separator: ", ")): \($0)" }.joined(separator: "; ")
  }
}
