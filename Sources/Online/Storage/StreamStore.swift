import ArrowStream
import Foundation

/// One output of a run: a recorded stream in batches of a fixed number of events, so that its bytes do not depend on
/// how the input was cut or how many workers there were.
package final class StreamStore {
  /// Events in each batch of an output; the last one holds the rest.
  package static let batchSize = 512

  package let path: String
  private let writer: StreamFileWriter
  private var chunks = Rechunker()
  /// Why nothing more can be written, once that has happened.
  package private(set) var failure: String?
  /// Rows handed to the file so far.
  package private(set) var written = 0
  /// Bytes handed to the file so far.
  package var bytesWritten: Int { writer.byteCount }
  private var isFinished = false
  private let fullAfter: Int?

  /// Begins a file under a temporary name.
  /// - Throws: ``ReplayError`` when a file is in the way or the folder cannot be written.
  package init(path: String, schema: Schema, force: Bool, fullAfter: Int? = nil) throws {
    self.path = path
    self.fullAfter = fullAfter
    if !force && FileManager.default.fileExists(atPath: path) { throw ReplayError.outputExists(path: path) }
    do {
      writer = try StreamFileWriter(path: path, schema: schema, options: .init(force: force))
    } catch {
      if error.kind == .exists { throw ReplayError.outputExists(path: error.file ?? path) }
      throw ReplayError.unwritableOutput(path: path, reason: error.reasonWithoutFile)
    }
  }

  /// Adds rows; whole batches are written at once.
  /// - Parameter body: called with each batch before it is written.
  /// - Returns: how many rows were written, and how many could not be.
  package func append(_ batch: RecordBatch, _ body: (RecordBatch) throws -> Void = { _ in }) throws -> (
    written: Int, failed: Int
  ) {
    chunks.append(batch)
    var counts = (written: 0, failed: 0)
    while chunks.count >= Self.batchSize { try write(Self.batchSize, body, &counts) }
    return counts
  }

  /// Writes what is left.
  package func flush(_ body: (RecordBatch) throws -> Void = { _ in }) throws -> (written: Int, failed: Int) {
    var counts = (written: 0, failed: 0)
    if chunks.count > 0 { try write(chunks.count, body, &counts) }
    return counts
  }

  private func write(
    _ rows: Int, _ body: (RecordBatch) throws -> Void, _ counts: inout (written: Int, failed: Int)
  ) throws {
    guard let batch = try chunks.take(rows) else { return }
    try body(batch)
    guard failure == nil else {
      counts.failed += batch.count
      return
    }
    do {
      if let fullAfter, written + batch.count > fullAfter {
        throw StreamError(.inputOutput, "No space left on device (planted)", file: writer.temporaryPath)
      }
      try writer.write(batch)
      counts.written += batch.count
      written += batch.count
    } catch {
      failure = "\(error)"
      counts.failed += batch.count
    }
  }

  /// Closes the file and gives it its name, unless writing it has failed: then what was written keeps its temporary
  /// name and can be rescued.
  package func finish() {
    guard failure == nil, !isFinished else { return }
    do {
      try writer.finish()
      isFinished = true
    } catch { failure = "\(error)" }
  }

  /// Whether the file is complete and has its name.
  package var isComplete: Bool { isFinished }

  /// Where an unfinished file lies.
  package var temporaryPath: String { writer.temporaryPath }

  /// Removes an unfinished file.
  package func discard() { if !isFinished { writer.discard() } }
}
