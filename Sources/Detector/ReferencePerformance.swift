/// What the experiment's own reconstruction achieves (`reference_performance.tsv`): efficiencies and resolutions that validation puts beside
/// its own, with bins and samples as they were published.
public struct ReferencePerformance: Sendable {
  /// A number of the reference.
  public struct Entry: Equatable, Sendable {
    /// What it is, for example `tracking.efficiency`.
    public let quantity: String
    /// The variable of its bins; `all` without bins.
    public let variable: String
    /// The sample it was measured on.
    public let sample: String
    /// Lower border of the bin, -infinity without bins.
    public let low: Double
    /// Upper border of the bin, infinity without bins.
    public let high: Double
    /// The number.
    public let value: Double
  }

  /// All numbers in the order of the table.
  public let entries: [Entry]

  init(_ table: DetectorTable) throws(DetectorTableError) {
    var entries: [Entry] = []
    for row in table.rows.indices {
      let isBinned = try table.text(row, "variable") != "all"
      let low = isBinned ? try table.number(row, "low") : -.infinity
      let high = isBinned ? try table.number(row, "high") : .infinity
      guard low < high else { throw table.error(row, "high", "\(high) is not above \(low)") }
      entries.append(
        Entry(
          quantity: try table.text(row, "quantity"), variable: try table.text(row, "variable"),
          sample: try table.text(row, "sample"), low: low, high: high,
          value: try table.number(row, "value", in: 0...1e9)))
    }
    self.entries = entries
  }

  /// The committed table, read once.
  private static let committed = Result { () throws(DetectorTableError) in
    try ReferencePerformance(DetectorTables.committed().read("reference_performance.tsv"))
  }

  /// The committed table.
  /// - Throws: `DetectorTableError` if it is missing or wrong.
  public static func belle2() throws(DetectorTableError) -> ReferencePerformance { try committed.get() }

  /// The reference of a bin: the number of the bin with the same borders, or of the only one that holds the whole bin.
  /// - Returns: nil if the reference has neither.
  public func value(_ quantity: String, against variable: String, sample: String, low: Double, high: Double) -> Double?
  {
    entries.first {
      $0.quantity == quantity && $0.variable == variable && $0.sample == sample && $0.low <= low + 1e-9
        && $0.high >= high - 1e-9
    }?.value
  }

  /// The reference of a quantity without bins.
  public func value(_ quantity: String, sample: String) -> Double? {
    entries.first { $0.quantity == quantity && $0.variable == "all" && $0.sample == sample }?.value
  }
}
