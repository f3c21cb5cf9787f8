import ArrowStream

extension RecordBatch {
  /// All values, column by column.
  var rows: [[RowValue]] { columns.map { column in (0..<count).map { column.value($0) } } }
}
