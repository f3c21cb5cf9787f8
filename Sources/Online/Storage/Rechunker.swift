import ArrowStream

/// Cuts a stream of batches into pieces of other sizes.
package struct Rechunker {
  private var pending: [RecordBatch] = []
  /// Rows that are waiting.
  package private(set) var count = 0

  /// No rows yet.
  package init() {}

  /// Adds rows at the end.
  package mutating func append(_ batch: RecordBatch) {
    guard batch.count > 0 else { return }
    pending.append(batch)
    count += batch.count
  }

  /// Removes rows from the front.
  /// - Throws: `ColumnError` when rows of different columns meet.
  package mutating func take(_ rows: Int) throws -> RecordBatch? {
    guard rows > 0, count > 0 else { return nil }
    var missing = min(rows, count)
    count -= missing
    var pieces: [RecordBatch] = []
    var used = 0
    while missing > 0 {
      let batch = pending[used]
      if batch.count <= missing {
        pieces.append(batch)
        missing -= batch.count
        used += 1
      } else {
        pieces.append(batch.slice(0..<missing))
        pending[used] = batch.slice(missing..<batch.count)
        missing = 0
      }
    }
    pending.removeFirst(used)
    return try RecordBatch.concatenating(pieces)
  }
}
