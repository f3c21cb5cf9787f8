extension ProcessTable {
  /// Names people give to generator samples that are rows of the table under another name, or sums of rows.
  private static let synonyms: [String: [String]] = [
    "bhabha": ["bhabha_10_170"], "bbbar": ["BBbar"], "qqbar": ["uubar", "ddbar", "ssbar", "ccbar"],
  ]

  /// Cross-section of a process label, nb: a row of the table, or a sum of rows for common labels like `qqbar`.
  /// - Returns: nil if the table does not know the label.
  public func crossSection(ofLabel label: String) -> Double? {
    let rows = Self.synonyms[label] ?? [label]
    var sum = 0.0
    for row in rows {
      guard let process = all.first(where: { $0.name == row }) else { return nil }
      sum += process.crossSection
    }
    return sum
  }
}
