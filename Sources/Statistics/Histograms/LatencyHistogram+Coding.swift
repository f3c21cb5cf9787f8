/// A sketch as counts per value, so that it travels between processes without loss.
extension LatencyHistogram: Codable {
  private enum CodingKeys: String, CodingKey {
    case values, counts, smallest, largest, total
    case beyondRange = "beyond_range"
  }

  /// Writes the values that occurred, in ns, with their counts.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let recorded = recordedCounts
    try container.encode(recorded.map(\.value), forKey: .values)
    try container.encode(recorded.map(\.count), forKey: .counts)
    try container.encode(minimum, forKey: .smallest)
    try container.encode(maximum, forKey: .largest)
    try container.encode(beyondRange, forKey: .beyondRange)
    try container.encode(mean.map { $0 * Double(count) } ?? 0, forKey: .total)
  }

  /// Reads what ``encode(to:)`` wrote.
  /// - Throws: `DecodingError` when values and counts do not belong together.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let values = try container.decode([UInt64].self, forKey: .values)
    let counts = try container.decode([UInt64].self, forKey: .counts)
    let sum = counts.reduce((total: UInt64(0), overflow: false)) { sum, count in
      let next = sum.total.addingReportingOverflow(count)
      return (next.partialValue, sum.overflow || next.overflow)
    }
    let smallest = try container.decodeIfPresent(UInt64.self, forKey: .smallest)
    let largest = try container.decodeIfPresent(UInt64.self, forKey: .largest)
    let beyondRange = try container.decode(Int.self, forKey: .beyondRange)
    let total = try container.decode(Double.self, forKey: .total)
    guard values.count == counts.count, !sum.overflow, sum.total <= UInt64(Int.max / 2),
      values.isEmpty == (smallest == nil), values.isEmpty == (largest == nil)
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .counts, in: container, debugDescription: "values and counts of a latency sketch do not belong together"
      )
    }
    self.init()
    restore(Array(zip(values, counts)), smallest, largest, total: total, beyondRange: beyondRange)
  }
}
