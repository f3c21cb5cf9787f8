/// A number estimated from data, with its interval and the method that gave it.
///
/// The form every estimated number takes in JSON results: `{"value": …, "low": …, "high": …, "method": "…"}`.
public struct EstimatedNumber: Codable, Hashable, Sendable {
  /// The central value.
  public var value: Double
  /// The lower end of the interval.
  public var low: Double
  /// The upper end of the interval.
  public var high: Double
  /// How value and interval were made, for example `Clopper-Pearson 68.27 %`.
  public var method: String

  /// A number with its interval and method.
  public init(value: Double, low: Double, high: Double, method: String) {
    self.value = value
    self.low = low
    self.high = high
    self.method = method
  }

  /// The distance from the lower end to the value.
  public var errorLow: Double { value - low }

  /// The distance from the value to the upper end.
  public var errorHigh: Double { high - value }

  /// The number and its interval multiplied by a positive constant, as in a change of unit.
  public func scaled(by factor: Double) -> EstimatedNumber {
    EstimatedNumber(value: value * factor, low: low * factor, high: high * factor, method: method)
  }
}

/// A probability as text in percent with up to two digits, for the names of methods: 0.682689 gives `68.27 %`.
public func percentText(_ probability: Double) -> String {
  let hundredths = (probability * 10_000).rounded()
  guard hundredths.isFinite, abs(hundredths) < 1e15 else { return "\(probability)" }
  let whole = Int(hundredths) / 100
  let rest = Int(hundredths) % 100
  if rest == 0 { return "\(whole) %" }
  if rest % 10 == 0 { return "\(whole).\(rest / 10) %" }
  return "\(whole).\(rest < 10 ? "0" : "")\(rest) %"
}
