import ArrowStream
import EventModel

/// One input of a replay, read batch by batch.
package protocol StreamInput {
  /// What errors call it.
  var path: String { get }
  /// Columns and metadata.
  var schema: Schema { get }
  var batchCount: Int { get }
  /// Reads a batch.
  func batch(_ index: Int) throws -> RecordBatch
}

/// A recorded stream on disk.
package struct FileInput: StreamInput {
  private let reader: StreamFileReader
  /// The columns that are read, as the event schema has them where they are known.
  package let schema: Schema

  /// Opens a stream.
  /// - Parameter columns: the columns that are read; all that are supported if left out.
  /// - Throws: ``ReplayError/unreadableStream(path:reason:)``.
  package init(path: String, columns: [String]? = nil) throws {
    do {
      reader = try StreamFileReader(
        path: path, options: .init(columns: columns.map(ColumnSelection.named) ?? .supported))
    } catch {
      throw ReplayError.unreadableStream(path: path, reason: error.reasonWithoutFile)
    }
    // A stream that lost its end may have lost events; playing what is left would look like the whole.
    if let ending = reader.ending {
      throw ReplayError.unreadableStream(
        path: path,
        reason: "no footer (\(ending)); `sluice inspect \(path) --repair OUT` rescues its \(reader.batchCount) whole "
          + "batches")
    }
    schema = reader.schema.canonical
  }

  package var path: String { reader.path }
  package var batchCount: Int { reader.batchCount }

  /// Events in all batches, as their headers say; nil when one cannot be read.
  package var rows: Int? {
    var rows = 0
    for index in 0..<reader.batchCount {
      guard let batch = try? reader.describe(batch: index) else { return nil }
      rows += batch.rows
    }
    return rows
  }

  package func batch(_ index: Int) throws -> RecordBatch {
    let batch: RecordBatch
    do { batch = try reader.batch(index) } catch {
      throw ReplayError.unreadableStream(path: path, reason: error.reasonWithoutFile)
    }
    do {
      for field in schema.fields where !field.nullable {
        let nulls = try batch.column(field.name).nullCount
        guard nulls == 0 else {
          throw ReplayError.unreadableStream(
            path: path,
            reason:
              "batch \(index): column '\(field.name)': \(nulls) of \(batch.count) events have none; each needs one")
        }
      }
      return batch.schema == schema ? batch : try batch.retyped(as: schema)
    } catch let error as ReplayError { throw error } catch {
      throw ReplayError.unreadableStream(path: path, reason: "batch \(index): \(error)")
    }
  }
}

extension StreamError {
  /// The description without the file, for errors that name it themselves.
  package var reasonWithoutFile: String {
    var bare = self
    bare.file = nil
    return bare.description
  }
}
