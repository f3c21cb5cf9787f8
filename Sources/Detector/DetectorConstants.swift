/// Named numbers of the detector model from `constants.tsv`: quantity, value, unit, provenance.
struct DetectorConstants {
  private let values: [String: Double]
  private let file: String

  init(_ table: DetectorTable) throws(DetectorTableError) {
    var values: [String: Double] = [:]
    for row in table.rows.indices {
      let name = try table.text(row, "quantity")
      let value = try table.number(row, "value")
      guard values.updateValue(value, forKey: name) == nil else {
        throw table.error(row, "quantity", "\"\(name)\" stands here a second time")
      }
    }
    self.values = values
    file = table.file
  }

  /// The value of a quantity.
  func callAsFunction(_ name: String) throws(DetectorTableError) -> Double {
    guard let value = values[name] else {
      throw DetectorTableError(file: file, column: "quantity", problem: "no row for \"\(name)\"")
    }
    return value
  }

  /// The value of a quantity that must be above zero.
  func positive(_ name: String) throws(DetectorTableError) -> Double {
    let value = try self(name)
    guard value > 0 else {
      throw DetectorTableError(file: file, column: "value", problem: "\"\(name)\" is \(value), must be above zero")
    }
    return value
  }

  /// The value of a quantity that must be a whole number in a range, or a whole number of tenths, which is then given.
  func whole(_ name: String, tenths: Bool = false, in range: ClosedRange<Int64>) throws(DetectorTableError) -> Int64 {
    let value = try self(name) * (tenths ? 10 : 1)
    guard value.rounded() >= Double(range.lowerBound), value.rounded() <= Double(range.upperBound),
      abs(value - value.rounded()) < 1e-6
    else {
      let kind = tenths ? "number with one decimal" : "whole number"
      let scale: Double = tenths ? 10 : 1
      throw error(
        name,
        "expected a \(kind) from \(Double(range.lowerBound) / scale) to \(Double(range.upperBound) / scale)")
    }
    return Int64(value.rounded())
  }

  /// An error about the value of a quantity.
  func error(_ name: String, _ problem: String) -> DetectorTableError {
    DetectorTableError(
      file: file, column: "value", problem: "\"\(name)\" is \(values[name].map { "\($0)" } ?? "missing"): \(problem)")
  }
}
