import Foundation

/// One axis of a plot: a range of values, linear or logarithmic, with a title and ticks at round numbers.
public struct PlotAxis: Sendable {
  /// The smallest value shown.
  public let lower: Double
  /// The largest value shown.
  public let upper: Double
  /// Whether equal distances are equal factors.
  public let isLogarithmic: Bool
  /// The title, with the unit in square brackets.
  public let title: String

  /// An axis; bounds that make no axis are replaced by [0, 1] (or [0.1, 1] if logarithmic).
  public init(_ lower: Double, _ upper: Double, title: String, isLogarithmic: Bool = false) {
    let usable = lower.isFinite && upper.isFinite && lower < upper && (!isLogarithmic || lower > 0)
    self.lower = usable ? lower : (isLogarithmic ? 0.1 : 0)
    self.upper = usable ? upper : 1
    self.title = title
    self.isLogarithmic = isLogarithmic
  }

  /// Where a value lies: 0 at the lower end, 1 at the upper; values outside are moved to the nearest end.
  public func fraction(_ value: Double) -> Double {
    let inside = min(max(value, lower), upper)
    if isLogarithmic { return log(inside / lower) / log(upper / lower) }
    return (inside - lower) / (upper - lower)
  }

  /// A tick: where it stands, and its number if it has one.
  public struct Tick: Sendable {
    /// The value.
    public let value: Double
    /// The number written at it, nil for a minor tick.
    public let label: String?
  }

  /// The ticks.
  public var ticks: [Tick] {
    isLogarithmic ? logarithmicTicks : linearTicks
  }

  private var linearTicks: [Tick] {
    let raw = (upper - lower) / 6
    let power = pow(10, log10(raw).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw } ?? raw
    let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    let minor = step / 5
    // A range far from zero and narrower than its own rounding has no round numbers in it.
    guard abs(lower / minor) < 1e12, abs(upper / minor) < 1e12 else { return [] }
    let first = Int((lower / minor).rounded(.up))
    let last = Int((upper / minor).rounded(.down))
    guard first <= last, last - first < 1000 else { return [] }
    return (first...last).map { index in
      let isMajor = index % 5 == 0
      let value = Double(index) * minor
      return Tick(value: value, label: isMajor ? String(format: "%.\(min(decimals, 12))f", value + 0) : nil)
    }
  }

  private var logarithmicTicks: [Tick] {
    let first = Int(log10(lower).rounded(.down))
    let last = Int(log10(upper).rounded(.up))
    let every = max(1, (last - first) / 8)
    var ticks: [Tick] = []
    for decade in first...last {
      for digit in 1...(last - first > 10 ? 1 : 9) {
        let value = Double(digit) * pow(10, Double(decade))
        guard value >= lower * (1 - 1e-12), value <= upper * (1 + 1e-12) else { continue }
        let isMajor = digit == 1 && (decade - first) % every == 0
        ticks.append(Tick(value: value, label: isMajor ? Self.power(decade) : nil))
      }
    }
    // Less than a decade has no power of ten: label the other digits too.
    if ticks.filter({ $0.label != nil }).count < 2 {
      ticks = ticks.map { Tick(value: $0.value, label: String(format: "%g", $0.value)) }
    }
    return ticks
  }

  private static func power(_ decade: Int) -> String {
    if (-2...3).contains(decade) { return String(format: "%g", pow(10, Double(decade))) }
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
    return "10" + String("\(decade)".map { digits[$0] ?? $0 })
  }
}
