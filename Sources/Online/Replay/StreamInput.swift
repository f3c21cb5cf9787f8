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
  /// - Throws: ``ReplayError/unreadableStream(path:reason:)``.
  package init(path: String) throws {
    do {
      reader = try StreamFileReader(path: path, options: .init(columns: .supported))
    } catch {
      throw ReplayError.unreadableStream(path: path, reason: error.reasonWithoutFile)
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
    if batch.schema == schema { return batch }
    do { return try batch.retyped(as: schema) } catch {
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

/// All inputs of a replay in order, as one stream of batches with keys that occur once.
package struct EventFeed {
  private let inputs: [any StreamInput]
  private let repeats: Int
  private var input = 0
  private var batch = 0
  private var pass = 0
  private var register = KeyRegister()
  private var highestNumber: UInt64 = 0
  private var firstTime: Int64?
  private var lastTime: Int64 = 0
  private var events = 0

  /// What an earlier replay decided is decided anew.
  package static let derived: Set<String> = ["l1", "hlt", "reco"]

  package init(inputs: [any StreamInput], repeats: Int) {
    self.inputs = inputs
    self.repeats = repeats
  }

  /// The next batch, whatever its size; nil after the last.
  /// - Throws: ``ReplayError`` when an input cannot be read or a key occurs twice.
  package mutating func next() throws -> RecordBatch? {
    while true {
      guard pass < repeats else { return nil }
      guard input < inputs.count else {
        input = 0
        batch = 0
        pass += 1
        if events == 0 { return nil }
        continue
      }
      guard batch < inputs[input].batchCount else {
        input += 1
        batch = 0
        continue
      }
      let read = try inputs[input].batch(batch).dropping(Self.derived)
      let path = inputs[input].path
      batch += 1
      guard read.count > 0 else { continue }
      return pass == 0 ? try first(read, path) : try repeated(read, path)
    }
  }

  /// A batch met for the first time: its keys are new, or the input is refused.
  private mutating func first(_ batch: RecordBatch, _ path: String) throws -> RecordBatch {
    let keys: EventKeyColumn
    do { keys = try EventKeyColumn(batch) } catch {
      throw ReplayError.unreadableStream(path: path, reason: "\(error)")
    }
    if let row = register.insert(keys) {
      throw ReplayError.duplicateKey(path: path, row: row, key: keys.key(row))
    }
    events += batch.count
    for row in 0..<keys.count {
      highestNumber = max(highestNumber, keys.number[row])
      lastTime = max(lastTime, keys.time[row])
      firstTime = min(firstTime ?? keys.time[row], keys.time[row])
    }
    return batch
  }

  /// A batch met again: numbers and times continue where the pass before ended.
  private func repeated(_ batch: RecordBatch, _ path: String) throws -> RecordBatch {
    let keys = try EventKeyColumn(batch)
    let span = highestNumber.addingReportingOverflow(1)
    let shift = span.partialValue.multipliedReportingOverflow(by: UInt64(pass))
    let period = lastTime.subtractingReportingOverflow(firstTime ?? 0)
    // The next pass begins one mean distance after the last event.
    let cycle = period.partialValue.addingReportingOverflow(period.partialValue / Int64(max(1, events)))
    let delay = cycle.partialValue.multipliedReportingOverflow(by: Int64(pass))
    guard !span.overflow, !shift.overflow, !highestNumber.addingReportingOverflow(shift.partialValue).overflow,
      !period.overflow, !cycle.overflow, !delay.overflow,
      !lastTime.addingReportingOverflow(delay.partialValue).overflow
    else {
      throw ReplayError.invalidArgument(
        name: "repeat", found: "\(repeats)",
        expected: "fewer passes: event numbers up to \(highestNumber) of \(path) cannot be renumbered that often")
    }
    let numbers = ArrayData(copying: keys.number.unsafeBuffer.map { $0 + shift.partialValue })
    let times = ArrayData(copying: keys.time.unsafeBuffer.map { $0 + delay.partialValue })
    let event = try batch.column("event")
    guard let index = batch.schema.index(of: "event"), case .structure(let fields) = event.type else { return batch }
    let children = zip(fields, event.children).map { field, child in
      switch field.name {
      case "number": numbers
      case "time": times
      default: child
      }
    }
    var columns = batch.columns
    columns[index] = ArrayData(structureOf: fields, children, count: batch.count)
    return try RecordBatch(schema: batch.schema, columns: columns, count: batch.count)
  }
}
