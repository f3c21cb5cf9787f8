/// What a menu's expressions read: the values of a vocabulary's bits, numbers and objects for a batch of events.
///
/// The trigger level that owns the vocabulary fills one of these per batch and keeps it for the next batch; memory is
/// allocated only when a batch is larger than all before it. One thread at a time.
///
/// ```swift
/// let columns = EventColumns(vocabulary: vocabulary)         // once
/// columns.begin(rowCount: batch.rowCount)                    // per batch: all bits zero, no objects
/// columns.setBits(words, wordsPerRow: 10)                    // input words row after row, or setBit(…, row:)
/// columns.setScalar(energySum, row: 3, to: 4.2)              // in the unit the vocabulary states
/// let cluster = columns.appendObject(clusters, row: 3)       // rows in any order
/// columns.setAttribute(clusters, 0, object: cluster, to: 2.1)
/// evaluator.evaluate(columns)                                // every line of the level
///
/// // Costly steps, event by event only those that a line still hangs on:
/// while evaluator.planSteps(within: rows) {
///   for (row, steps) in evaluator.nextSteps.enumerated() {
///     … run each step on the event, set its scalars, append its objects, columns.markAvailable(step: step, row: row) …
///   }
///   evaluator.evaluate(columns)
/// }
/// ```
///
/// A quantity that a step makes is *unknown* in rows where that step has not been marked available, and so are the
/// lines that hang on it. A number that is undefined for an event (an angle between two clusters when there is one)
/// is given as NaN: every comparison with it is false.
public final class EventColumns {
  /// The words these columns hold values for.
  public let vocabulary: Vocabulary
  /// Number of events in the batch.
  public private(set) var rowCount = 0

  /// Words of 64 rows in each bit column.
  private(set) var wordsPerColumn = 0
  private let bitColumns = PaddedColumn<UInt64>()
  private let seedColumns = PaddedColumn<UInt64>()
  private let stepColumns = PaddedColumn<UInt64>()
  private(set) var seedCount = 0
  /// The numbers of the events, one column of `scalarStride` values after the other.
  private let scalarColumns = PaddedColumn<Float>()
  private var scalarStride = 0
  private let scalarCount: Int
  private let objects: [ObjectColumns]

  /// Makes columns for a vocabulary, without any rows.
  public init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    scalarCount = vocabulary.scalars.count
    objects = vocabulary.collections.map { ObjectColumns(attributeCount: $0.attributes.count) }
  }

  /// Starts a batch: every bit zero, every scalar NaN, no objects, no step but `inputs` available.
  public func begin(rowCount: Int) {
    self.rowCount = max(0, rowCount)
    wordsPerColumn = (self.rowCount + 63) / 64
    let bitWords = vocabulary.bits.count * wordsPerColumn
    bitColumns.reserve(bitWords)
    bitColumns.pointer.update(repeating: 0, count: bitWords)
    let stepWords = vocabulary.steps.count * wordsPerColumn
    stepColumns.reserve(stepWords)
    stepColumns.pointer.update(repeating: 0, count: stepWords)
    let everyRow = RowMask.all(rowCount: self.rowCount)
    for (index, word) in everyRow.words.enumerated() { stepColumns.pointer[index] = word }
    seedCount = 0
    scalarStride = wordsPerColumn * 64
    scalarColumns.reserve(scalarCount * scalarStride)
    scalarColumns.pointer.update(repeating: .nan, count: scalarCount * scalarStride)
    for collection in objects { collection.removeAll() }
  }

  // MARK: - Filling

  /// Sets one bit of one row to true.
  public func setBit(_ bit: Int, row: Int) {
    precondition(vocabulary.bits.indices.contains(bit) && row >= 0 && row < rowCount, "no such bit or row")
    bitColumns.pointer[bit * wordsPerColumn + (row >> 6)] |= 1 << UInt64(row & 63)
  }

  /// Whether a bit is set in a row.
  public func bit(_ bit: Int, row: Int) -> Bool {
    precondition(vocabulary.bits.indices.contains(bit) && row >= 0 && row < rowCount, "no such bit or row")
    return bitColumns.pointer[bit * wordsPerColumn + (row >> 6)] >> UInt64(row & 63) & 1 == 1
  }

  /// Sets all bits of all rows from input words, `wordsPerRow` 32-bit words for each row in turn; bit i of the
  /// vocabulary is bit i % 32 of word i / 32. Bits the words have no room for become false.
  public func setBits(_ words: UnsafeBufferPointer<UInt32>, wordsPerRow: Int) {
    precondition(wordsPerRow > 0 && words.count >= rowCount * wordsPerRow, "fewer words than rows need")
    BitTranspose.columns(
      fromRows: words, wordsPerRow: wordsPerRow, rowCount: rowCount, bitCount: vocabulary.bits.count,
      into: bitColumns.pointer, wordsPerColumn: wordsPerColumn)
  }

  /// For the high-level trigger: which level-1 lines accepted each event, as words in the same layout, line i at bit
  /// i. Lines with `after:` listen to these. Without this call every line counts as accepted.
  public func setSeeds(_ words: UnsafeBufferPointer<UInt32>, wordsPerRow: Int, lineCount: Int) {
    precondition(wordsPerRow > 0 && words.count >= rowCount * wordsPerRow, "fewer words than rows need")
    seedCount = max(0, lineCount)
    seedColumns.reserve(seedCount * wordsPerColumn)
    BitTranspose.columns(
      fromRows: words, wordsPerRow: wordsPerRow, rowCount: rowCount, bitCount: seedCount,
      into: seedColumns.pointer, wordsPerColumn: wordsPerColumn)
  }

  /// Sets a scalar of one row, in the vocabulary's unit.
  public func setScalar(_ scalar: Int, row: Int, to value: Float) {
    precondition(scalar >= 0 && scalar < scalarCount && row >= 0 && row < rowCount, "no such scalar or row")
    scalarColumns.pointer[scalar * scalarStride + row] = value
  }

  /// The value of a scalar in a row.
  public func scalar(_ scalar: Int, row: Int) -> Float {
    precondition(scalar >= 0 && scalar < scalarCount && row >= 0 && row < rowCount, "no such scalar or row")
    return scalarColumns.pointer[scalar * scalarStride + row]
  }

  /// Adds an object to a row, all attributes NaN, and returns its index in the batch.
  public func appendObject(_ collection: Int, row: Int) -> Int {
    precondition(row >= 0 && row < rowCount, "no such row")
    return objects[collection].append(row: row)
  }

  /// Sets an attribute of an object that ``appendObject(_:row:)`` made, in the vocabulary's unit.
  public func setAttribute(_ collection: Int, _ attribute: Int, object: Int, to value: Float) {
    objects[collection].set(attribute, object: object, to: value)
  }

  /// Adds an object with all its attributes, in the order of the vocabulary. Fewer values leave the rest NaN.
  @discardableResult
  public func appendObject(_ collection: Int, row: Int, values: [Float]) -> Int {
    appendObject(collection, row: row, values: values.span)
  }

  /// Adds an object with all its attributes, in the order of the vocabulary, from memory that need not be an array: no
  /// allocation. Fewer values leave the rest NaN.
  @discardableResult
  public func appendObject(_ collection: Int, row: Int, values: Span<Float>) -> Int {
    precondition(row >= 0 && row < rowCount, "no such row")
    return objects[collection].append(row: row, values: values)
  }

  /// Number of objects of a collection in the whole batch.
  public func objectCount(_ collection: Int) -> Int { objects[collection].count }

  /// The row an object belongs to.
  public func row(ofObject object: Int, in collection: Int) -> Int { objects[collection].row(of: object) }

  /// The value of an attribute of an object.
  public func attribute(_ collection: Int, _ attribute: Int, object: Int) -> Float {
    objects[collection].value(attribute, object: object)
  }

  /// Says that a step has run on these rows: what it makes is known there from now on.
  public func markAvailable(step: Int, rows: RowMask) {
    precondition(vocabulary.steps.indices.contains(step), "no such step")
    for (index, word) in rows.words.enumerated() where index < wordsPerColumn {
      stepColumns.pointer[step * wordsPerColumn + index] |= word
    }
  }

  /// Says that a step has run on one row.
  public func markAvailable(step: Int, row: Int) {
    precondition(vocabulary.steps.indices.contains(step) && row >= 0 && row < rowCount, "no such step or row")
    stepColumns.pointer[step * wordsPerColumn + (row >> 6)] |= 1 << UInt64(row & 63)
  }

  /// Says that a step has run on every row.
  public func markAvailable(step: Int) { markAvailable(step: step, rows: .all(rowCount: rowCount)) }

  /// Whether a step has run on a row.
  public func isAvailable(step: Int, row: Int) -> Bool {
    precondition(vocabulary.steps.indices.contains(step) && row >= 0 && row < rowCount, "no such step or row")
    return stepColumns.pointer[step * wordsPerColumn + (row >> 6)] >> UInt64(row & 63) & 1 == 1
  }

  /// Whether a level-1 line accepted a row; true for every line when no seeds were set.
  public func seed(_ line: Int, row: Int) -> Bool {
    if seedCount == 0 { return true }
    guard line < seedCount else { return false }
    return seedColumns.pointer[line * wordsPerColumn + (row >> 6)] >> UInt64(row & 63) & 1 == 1
  }

  // MARK: - What the evaluator reads

  func bitPointer(_ bit: Int) -> UnsafePointer<UInt64> {
    UnsafePointer(bitColumns.pointer + bit * wordsPerColumn)
  }

  func seedPointer(_ line: Int) -> UnsafePointer<UInt64>? {
    line < seedCount ? UnsafePointer(seedColumns.pointer + line * wordsPerColumn) : nil
  }

  func stepPointer(_ step: Int) -> UnsafePointer<UInt64> {
    UnsafePointer(stepColumns.pointer + step * wordsPerColumn)
  }

  func scalarPointer(_ scalar: Int) -> UnsafePointer<Float> {
    UnsafePointer(scalarColumns.pointer + scalar * scalarStride)
  }

  func rowPointer(_ collection: Int) -> UnsafePointer<Int32> { objects[collection].rowPointer }

  func attributePointer(_ collection: Int, _ attribute: Int) -> UnsafePointer<Float> {
    objects[collection].pointer(attribute)
  }
}
