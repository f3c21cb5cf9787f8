/// Rates as a person writes them: `15kHz`, `500 Hz, 2kHz`, `5kHz:60kHz:5kHz`.
public enum TriggerRates {
  /// The lowest and the highest rate that is understood, in Hz.
  public static let range = 1e-3...1e9
  /// How many rates a list may have.
  public static let most = 1000

  /// What is wrong with a list of rates.
  public struct Failure: Error, Equatable, CustomStringConvertible {
    /// The part of the list that is wrong.
    public let found: String
    /// What should stand there.
    public let expected: String

    /// The error as a sentence.
    public var description: String { "'\(found)': expected \(expected)" }
  }

  /// Reads a list of rates separated by commas; `low:high:step` stands for all rates from low to high in steps.
  /// - Returns: the rates in Hz as they stand in the list, at least one.
  /// - Throws: ``Failure``.
  public static func parse(_ text: String) throws(Failure) -> [Double] {
    var rates: [Double] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: ":", omittingEmptySubsequences: false)
      switch ends.count {
      case 1: rates.append(try rate(part))
      case 3:
        let (low, high, step) = (try rate(ends[0]), try rate(ends[1]), try rate(ends[2]))
        let count = ((high - low) / step * (1 + 1e-12)).rounded(.down)
        guard high >= low, count < Double(most) else {
          throw Failure(found: shown(part), expected: "low:high:step with low <= high and at most \(most) rates")
        }
        for index in 0...Int(count) { rates.append(low + Double(index) * step) }
      default: throw Failure(found: shown(part), expected: "a rate such as 15kHz, or low:high:step")
      }
      guard rates.count <= most else { throw Failure(found: shown(part), expected: "at most \(most) rates") }
    }
    return rates
  }

  /// Reads one rate.
  /// - Returns: in Hz.
  /// - Throws: ``Failure``.
  public static func rate(_ text: some StringProtocol) throws(Failure) -> Double {
    var number = String(text.filter { $0 != " " })[...]
    var unit = 1.0
    for (suffix, factor) in [("MHz", 1e6), ("kHz", 1e3), ("Hz", 1.0)] where number.hasSuffix(suffix) {
      number = number.dropLast(suffix.count)
      unit = factor
      break
    }
    // Double reads hexadecimal numbers too, which nobody means here.
    guard number.allSatisfy({ "0123456789.eE+-".contains($0) }), let value = Double(number) else {
      throw Failure(found: shown(text), expected: "a number with Hz, kHz or MHz, for example 15kHz")
    }
    let rate = value * unit
    guard range.contains(rate) else {
      throw Failure(found: shown(text), expected: "a rate from \(range.lowerBound) Hz to \(range.upperBound / 1e6) MHz")
    }
    return rate
  }

  /// Enough of a text to recognise it.
  private static func shown(_ text: some StringProtocol) -> String {
    text.count > 40 ? text.prefix(40) + "…" : String(text)
  }
}
