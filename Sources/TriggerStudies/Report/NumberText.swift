import Foundation
import Statistics

/// Numbers as people write them: as many digits as the error supports.
public enum NumberText {
  /// A value with its interval, `12.3 ± 0.4` or `12.3 +0.5 -0.3`; `< 5.1` for an upper limit; `–` for no number.
  /// - Parameter scale: what the number is divided by, 1000 to print kHz from Hz.
  public static func estimate(_ number: EstimatedNumber?, scale: Double = 1) -> String {
    guard let number, number.value.isFinite, number.low.isFinite, number.high.isFinite else { return "–" }
    let value = number.value / scale
    let up = (number.high - number.value) / scale
    let down = (number.value - number.low) / scale
    if value == 0 && down == 0 && number.method.hasPrefix("no events") { return "< \(significant(up, 2))" }
    let error = [up, down].filter { $0 > 0 }.min() ?? 0
    if value != 0, error > 0, error < 1e-4 {
      // Too small for a fixed point: one power of ten for the number and its error.
      let exponent = Int(log10(abs(value)).rounded(.down))
      let power = pow(10, Double(exponent))
      let mantissa = EstimatedNumber(
        value: value / power, low: (value - down) / power, high: (value + up) / power, method: number.method)
      return "(\(estimate(mantissa)))e\(exponent)"
    }
    // Without an error, as where all values are tied: no more digits than a reader can use.
    let decimals = error > 0 ? decimals(for: error) : max(0, 3 - Int(log10(max(abs(value), 1))))
    let shown = fixed(value, decimals)
    let upText = fixed(up, decimals)
    let downText = fixed(down, decimals)
    return upText == downText ? "\(shown) ± \(upText)" : "\(shown) +\(upText) -\(downText)"
  }

  /// A fraction in percent with its interval, `97.12 +0.17 -0.18`.
  public static func percent(_ number: EstimatedNumber?) -> String {
    estimate(number.map { $0.scaled(by: 100) })
  }

  /// A duration in nanoseconds with a unit that fits it: `850 ns`, `12.4 us`, `3.1 ms`, `2.0 s`.
  public static func duration(nanoseconds: UInt64) -> String {
    let value = Double(nanoseconds)
    switch value {
    case ..<1e3: return "\(nanoseconds) ns"
    case ..<1e6: return "\(significant(value / 1e3, 3)) us"
    case ..<1e9: return "\(significant(value / 1e6, 3)) ms"
    default: return "\(significant(value / 1e9, 3)) s"
    }
  }

  /// A whole number in groups of three digits.
  public static func count(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    groups.insert(digits, at: 0)
    return (number < 0 ? "-" : "") + groups.joined(separator: " ")
  }

  /// A number with a number of significant digits, not in exponential form between 1e-4 and 1e7.
  public static func significant(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "–" }
    guard value != 0 else { return "0" }
    let exponent = Int(log10(abs(value)).rounded(.down))
    if exponent < -4 || exponent > 6 { return String(format: "%.\(digits - 1)e", value) }
    return fixed(value, max(0, digits - 1 - exponent))
  }

  /// A prescale: whole numbers without a decimal point.
  public static func prescale(_ value: Double) -> String {
    if value == 0 { return "off" }
    return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  /// Decimals so that the error shows two significant digits.
  private static func decimals(for error: Double) -> Int {
    guard error > 0, error.isFinite else { return 3 }
    return min(max(1 - Int(log10(error).rounded(.down)), 0), 9)
  }
}
