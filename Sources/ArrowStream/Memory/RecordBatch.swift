/// A batch of events: columns of equal length under one schema. Columns are shared, never copied, by copies of a batch
/// and by batches made from it with more columns.
public struct RecordBatch: Sendable {
  /// What the columns are.
  public let schema: Schema
  /// The columns, in the schema's order.
  public let columns: [ArrayData]
  /// The number of rows (events).
  public let count: Int

  /// A batch of columns of equal length.
  /// - Throws: ``ColumnError`` when a column's type or length is not the schema's.
  public init(schema: Schema, columns: [ArrayData], count: Int) throws {
    guard schema.fields.count == columns.count else {
      throw ColumnError.length(column: "(all columns)", found: columns.count, expected: schema.fields.count)
    }
    for (field, column) in zip(schema.fields, columns) {
      guard column.type == field.type else {
        throw ColumnError.type(column: field.name, found: column.type, expected: "\(field.type)")
      }
      guard column.count == count else {
        throw ColumnError.length(column: field.name, found: column.count, expected: count)
      }
    }
    self.schema = schema
    self.columns = columns
    self.count = count
  }

  /// A batch whose columns were checked against the schema when they were decoded.
  init(validated schema: Schema, columns: [ArrayData], count: Int) {
    self.init(trusted: schema, columns, count)
  }

  private init(trusted schema: Schema, _ columns: [ArrayData], _ count: Int) {
    self.schema = schema
    self.columns = columns
    self.count = count
  }

  /// A column by name.
  /// - Throws: ``ColumnError/missing(column:existing:)``.
  public func column(_ name: String) throws -> ArrayData {
    guard let index = schema.index(of: name) else {
      throw ColumnError.missing(column: name, existing: schema.fields.map(\.name))
    }
    return columns[index]
  }

  /// Whether there is a column of this name.
  public func has(_ name: String) -> Bool { schema.index(of: name) != nil }

  /// This batch with one more column at the end. A stage only adds columns: a name that exists is refused.
  /// - Throws: ``ColumnError`` when the name exists or type or length do not fit.
  public func appending(_ field: Field, _ column: ArrayData) throws -> RecordBatch {
    guard schema.index(of: field.name) == nil else {
      throw ColumnError.type(column: field.name, found: column.type, expected: "no column of that name yet")
    }
    var schema = schema
    schema.fields.append(field)
    return try RecordBatch(schema: schema, columns: columns + [column], count: count)
  }

  /// This batch with only the named columns, in the order given; names it does not have are left out.
  public func selecting(_ names: [String]) -> RecordBatch {
    let indices = names.compactMap { schema.index(of: $0) }
    return RecordBatch(
      trusted: Schema(fields: indices.map { schema.fields[$0] }, metadata: schema.metadata),
      indices.map { columns[$0] }, count)
  }

  /// This batch without the named columns.
  public func dropping(_ names: Set<String>) -> RecordBatch {
    selecting(schema.fields.map(\.name).filter { !names.contains($0) })
  }

  /// This batch with other stream metadata.
  public func with(metadata: Metadata) -> RecordBatch {
    var schema = schema
    schema.metadata = metadata
    return RecordBatch(trusted: schema, columns, count)
  }

  /// The rows of a range, without copying values (bitmaps apart).
  public func slice(_ rows: Range<Int>) -> RecordBatch {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= count)
    if rows == 0..<count { return self }
    return RecordBatch(trusted: schema, columns.map { $0.slice(rows) }, rows.count)
  }

  /// The given rows, copied, in the order given.
  public func taking(rows: [Int]) -> RecordBatch {
    let ranges = ArrayData.ranges(of: rows, below: count)
    return RecordBatch(trusted: schema, columns.map { $0.taking(ranges: ranges, count: rows.count) }, rows.count)
  }

  /// The rows of all batches, one after the other. Schemas must agree but for metadata; the first one's counts.
  /// - Throws: ``ColumnError`` when a batch has other columns.
  public static func concatenating(_ batches: [RecordBatch]) throws -> RecordBatch {
    guard let first = batches.first else {
      throw ColumnError.length(column: "(batches)", found: 0, expected: 1)
    }
    if batches.count == 1 { return first }
    for batch in batches { try batch.checkSameColumns(as: first) }
    let count = batches.reduce(0) { $0 + $1.count }
    let columns = first.schema.fields.indices.map { index in
      ArrayData.concatenating(batches.map { $0.columns[index] })
    }
    return RecordBatch(trusted: first.schema, columns, count)
  }

  /// Rows of several batches, copied, in the order given. Columns must agree but for metadata; the first batch's counts.
  /// - Throws: ``ColumnError`` when a batch has other columns, or there is no piece.
  public static func joining(_ pieces: [(batch: RecordBatch, rows: Range<Int>)]) throws -> RecordBatch {
    guard let first = pieces.first?.batch else {
      throw ColumnError.length(column: "(batches)", found: 0, expected: 1)
    }
    // Most pieces come from few batches: each batch is one source.
    var sources: [RecordBatch] = []
    var rows: [RowPiece] = []
    rows.reserveCapacity(pieces.count)
    for piece in pieces {
      let source: Int
      if let known = sources.lastIndex(where: { $0.isSame(as: piece.batch) }) {
        source = known
      } else {
        try piece.batch.checkSameColumns(as: first)
        source = sources.count
        sources.append(piece.batch)
      }
      rows.append(RowPiece(source: source, rows: piece.rows))
    }
    let columns = first.schema.fields.indices.map { index in
      ArrayData.joining(sources.map { $0.columns[index] }, rows, type: first.schema.fields[index].type)
    }
    return RecordBatch(trusted: first.schema, columns, pieces.reduce(0) { $0 + $1.rows.count })
  }

  /// Whether two batches share their columns' memory, which is quick to see and all that a join needs to know.
  private func isSame(as other: RecordBatch) -> Bool {
    count == other.count
      && columns.withUnsafeBufferPointer { mine in
        other.columns.withUnsafeBufferPointer { $0.baseAddress == mine.baseAddress }
      }
  }

  private func checkSameColumns(as first: RecordBatch) throws {
    if schema.fields == first.schema.fields { return }
    for (index, field) in first.schema.fields.enumerated() {
      guard index < schema.fields.count, schema.fields[index].name == field.name else {
        throw ColumnError.missing(column: field.name, existing: schema.fields.map(\.name))
      }
      guard schema.fields[index].type == field.type else {
        throw ColumnError.type(column: field.name, found: schema.fields[index].type, expected: "\(field.type)")
      }
    }
  }
}
