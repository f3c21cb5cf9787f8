import ArrowStream

/// The level-1 lines that fired on the events of a batch, from the `l1` column of a stream or of verdicts.
public struct Level1LineWords: Sendable {
  /// Lines before prescale: ``EventSchema/level1Words`` words an event, line i is bit i % 32 of word i / 32.
  public let beforePrescale: ColumnView<UInt32>

  /// The `l1` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    let level1 = try batch.column("l1")
    beforePrescale = try fixedSizeView(
      level1.member("before_prescale", of: "l1"), each: EventSchema.level1Words, named: "l1.before_prescale")
    let expected = batch.count * EventSchema.level1Words
    guard beforePrescale.count == expected else {
      throw ColumnError.length(column: "l1.before_prescale", found: beforePrescale.count, expected: expected)
    }
  }
}
