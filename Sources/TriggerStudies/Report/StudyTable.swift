import Statistics

/// Quantities measured in the bins of a variable, each beside the numbers of a reference: the form of every validation result.
public struct StudyTable: Encodable, Sendable {
  /// What is measured.
  public struct Quantity: Encodable, Sendable {
    /// Its name in results and plots.
    public let name: String
    /// Its unit; `%` for shares, empty for pure numbers.
    public let unit: String
    /// What the reference's numbers are, for example `no background`.
    public let references: [String]

    /// A quantity.
    public init(_ name: String, unit: String, references: [String] = []) {
      self.name = name
      self.unit = unit
      self.references = references
    }

    /// Name and unit.
    public var title: String { unit.isEmpty ? name : "\(name) [\(unit)]" }
  }

  /// A bin.
  public struct Row: Encodable, Sendable {
    /// Lower border.
    public let low: Double
    /// Upper border.
    public let high: Double
    /// What was counted in the bin.
    public let entries: Int
    /// Each quantity with its interval; nil where there is too little to state it.
    public let values: [EstimatedNumber?]
    /// For each quantity the numbers of its references.
    public let references: [[Double?]]

    /// A bin; quantities without a reference may be left out at the end.
    public init(low: Double, high: Double, entries: Int, values: [EstimatedNumber?], references: [[Double?]] = []) {
      self.low = low
      self.high = high
      self.entries = entries
      self.values = values
      self.references = references + Array(repeating: [], count: max(0, values.count - references.count))
    }
  }

  /// Key of the table in CSV.
  public let name: String
  /// What the table shows, for people.
  public let title: String
  /// The variable of the bins with its unit, for example `pT [GeV]`.
  public let variable: String
  /// What the entries are, for example `particles`.
  public let entries: String
  /// The columns.
  public let quantities: [Quantity]
  /// The bins.
  public let rows: [Row]

  /// A table.
  public init(
    name: String, title: String, variable: String, entries: String, quantities: [Quantity], rows: [Row]
  ) {
    self.name = name
    self.title = title
    self.variable = variable
    self.entries = entries
    self.quantities = quantities
    self.rows = rows
  }

  /// The table for people; bins without entries are left out.
  public var text: String {
    var columns: [(String, TextTable.Alignment)] = [(variable, .left), (entries, .right)]
    for quantity in quantities {
      columns.append((quantity.title, .right))
      if !quantity.references.isEmpty { columns.append(("reference", .left)) }
    }
    var table = TextTable(columns)
    for row in rows where row.entries > 0 {
      var cells = [Self.range(row), NumberText.count(row.entries)]
      for (index, quantity) in quantities.enumerated() {
        cells.append(NumberText.estimate(row.values[index]))
        if quantity.references.isEmpty { continue }
        cells.append(Self.text(row.references[index]))
      }
      table.add(cells)
    }
    var legend: [String] = []
    for quantity in quantities where !quantity.references.isEmpty {
      let names = quantity.references.joined(separator: " / ")
      if !legend.contains(names) { legend.append(names) }
    }
    let reference = legend.isEmpty ? "" : "; reference: " + legend.joined(separator: "; ")
    return "\(title)\(reference)\n\(table.text)"
  }

  private static func range(_ row: Row) -> String {
    if row.low == -.infinity, row.high == .infinity { return "all" }
    if row.high == .infinity { return "over \(border(row.low))" }
    return "\(border(row.low)) to \(border(row.high))"
  }

  /// Borders are round numbers: no digits beyond those that were given.
  private static func border(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
  }

  private static func text(_ references: [Double?]) -> String {
    guard references.contains(where: { $0 != nil }) else { return "" }
    return "(" + references.map { $0.map { NumberText.significant($0, 3) } ?? "–" }.joined(separator: " / ") + ")"
  }

  /// First line of ``commaSeparatedValues``.
  public static let header =
    "table,variable,low,high,entries,quantity,unit,value,value_low,value_high,reference,reference_value"

  /// One line per bin, quantity and reference, without a header; commas and quotes do not occur in names.
  public var commaSeparatedValues: String {
    var lines: [String] = []
    for row in rows {
      for (index, quantity) in quantities.enumerated() {
        let number = row.values[index]
        let start =
          "\(name),\(variable),\(row.low),\(row.high),\(row.entries),\(quantity.name),\(quantity.unit),"
          + [number?.value, number?.low, number?.high].map { $0.map { "\($0)" } ?? "" }.joined(separator: ",")
        if quantity.references.isEmpty { lines.append(start + ",,") }
        for (reference, value) in zip(quantity.references, row.references[index]) {
          lines.append(start + ",\(reference),\(value.map { "\($0)" } ?? "")")
        }
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension StudyTable.Row {
  enum CodingKeys: String, CodingKey { case low, high, entries, values, references }

  /// Borders at infinity are written as null: JSON has no infinite numbers.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(low.isFinite ? low : nil, forKey: .low)
    try container.encode(high.isFinite ? high : nil, forKey: .high)
    try container.encode(entries, forKey: .entries)
    try container.encode(values, forKey: .values)
    try container.encode(references, forKey: .references)
  }
}
