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
}
