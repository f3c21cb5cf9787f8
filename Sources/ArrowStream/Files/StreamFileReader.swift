import Synchronization

/// Which columns of a stream are read. The others cost nothing but their share of the file.
public enum ColumnSelection: Sendable {
  /// Every column; a column of an unsupported type is an error.
  case all
  /// Every column of a supported type; the others are named in ``StreamFileReader/unread``.
  case supported
  /// The named columns; one that is missing is an error.
  case named([String])
  /// Every column but the named; the rest must be supported.
  case except([String])
}

/// Reads a recorded stream: any Arrow IPC file of the supported types, whoever wrote it.
///
/// A file without footer, left by a writer that was killed, is read as an Arrow stream up to its last whole batch;
/// ``isComplete`` and ``ending`` tell. Batches are read in any order and from any thread.
public final class StreamFileReader: Sendable {
  /// How a file is read.
  public struct Options: Sendable {
    /// Which columns are read.
    public var columns: ColumnSelection
    /// Compares each batch with the checksum it carries.
    public var verifiesChecksums: Bool
    /// What is believed before memory is taken.
    public var limits: ReadLimits

    /// Options; what is left out is the default.
    public init(columns: ColumnSelection = .all, verifiesChecksums: Bool = true, limits: ReadLimits = ReadLimits()) {
      self.columns = columns
      self.verifiesChecksums = verifiesChecksums
      self.limits = limits
    }
  }

  /// A column that is not read because of its type.
  public struct UnreadColumn: Sendable, Hashable {
    /// The column's name.
    public let name: String
    /// Its type, in words.
    public let type: String
  }

  /// The path the file was opened under.
  public var path: String { file.path }
  /// The columns that are read, and the stream's metadata.
  public let schema: Schema
  /// Columns that are not read because this implementation does not know their type.
  public let unread: [UnreadColumn]
  /// Whether the file has its footer.
  public var isComplete: Bool { contents.ending == nil }
  /// Why a file without footer ends where it does, with the byte offset; nil for a complete one.
  public var ending: StreamError? { contents.ending }
  /// The number of whole batches.
  public var batchCount: Int { contents.batches.count }

  let file: ReadableFile
  let options: Options
  let contents: FileContents
  private let isSelected: [Bool]
  private let cachedLabels = Mutex<(count: Int, labels: [Int64: [String]])>((-1, [:]))

  /// Opens a file and reads what stands in its footer.
  /// - Throws: ``StreamError`` when it cannot be opened, is no Arrow file, or lacks a column that was asked for.
  public convenience init(path: String, options: Options = Options()) throws(StreamError) {
    try self.init(ReadableFile(path: path), options: options)
  }

  /// Reads a file that is in memory already: batches that are not compressed are read in place.
  /// - Parameters:
  ///   - content: the bytes of the file.
  ///   - name: what error messages call it.
  public convenience init(content: Buffer, name: String, options: Options = Options()) throws(StreamError) {
    try self.init(ReadableFile(content: content, name: name), options: options)
  }

  init(_ file: ReadableFile, options: Options) throws(StreamError) {
    self.options = options
    self.file = file
    contents = try FileContents(file, limits: options.limits)
    let columns = contents.layout.columns
    isSelected = try Self.select(options.columns, from: columns, file: file.path)
    schema = Schema(
      fields: zip(columns, isSelected).compactMap { $1 ? $0.field : nil }, metadata: contents.layout.metadata)
    unread = columns.compactMap { column in
      column.unsupported.map { UnreadColumn(name: column.name, type: $0) }
    }
  }

  private static func select(
    _ selection: ColumnSelection, from columns: [ColumnLayout], file: String
  ) throws(StreamError) -> [Bool] {
    let isSelected: [Bool]
    switch selection {
    case .all: isSelected = columns.map { _ in true }
    case .supported: isSelected = columns.map { $0.field != nil }
    case .except(let names): isSelected = columns.map { !names.contains($0.name) }
    case .named(let names):
      for name in names where !columns.contains(where: { $0.name == name }) {
        throw StreamError(
          .schema, "is missing; the stream has \(columns.map(\.name).joined(separator: ", "))", file: file, column: name
        )
      }
      isSelected = columns.map { names.contains($0.name) }
    }
    for (column, wanted) in zip(columns, isSelected) where wanted && column.field == nil {
      throw StreamError(
        .unsupported,
        "has a type that is not read (\(column.unsupported ?? "unknown")); leave the column out to read the others",
        file: file, column: column.name)
    }
    return isSelected
  }

  /// What the header of a batch says.
  public struct BatchDescription: Sendable {
    /// The byte offset of the batch in the file.
    public let byteOffset: Int
    /// Bytes in the file, header included.
    public let byteCount: Int
    /// The number of rows.
    public let rows: Int
    /// The events, when the batch says so.
    public let events: EventRange?
    /// The checksum of the body, when there is one.
    public let checksum: UInt32?
  }

  /// What the header of a batch says, without reading its body.
  /// - Throws: ``StreamError`` when the header cannot be read.
  public func describe(batch index: Int) throws(StreamError) -> BatchDescription {
    let block = try block(index)
    let bytes = try file.read(at: block.offset, count: block.headerLength)
    let (header, batch) = try parse(bytes, block, index)
    let rows: Int64
    do throws(StreamError) {
      rows = try batch.scalar(0, default: Int64(0))
    } catch { throw error.located(file: path, batch: index, events: header.events) }
    return BatchDescription(
      byteOffset: block.offset, byteCount: block.end - block.offset, rows: Int(clamping: rows), events: header.events,
      checksum: header.bodyChecksum)
  }

  /// Reads a batch.
  /// - Parameter index: counted from 0, below ``batchCount``.
  /// - Throws: ``StreamError``; of kind `checksum` when the bytes are not those that were written.
  public func batch(_ index: Int) throws(StreamError) -> RecordBatch {
    let block = try block(index)
    let bytes = try file.read(at: block.offset, count: block.headerLength + block.bodyLength)
    let (header, table) = try parse(bytes, block, index)
    do throws(StreamError) {
      guard bytes.count == block.headerLength + block.bodyLength, header.bodyLength <= block.bodyLength else {
        throw StreamError(
          .truncated, "the file ends at byte \(block.offset + bytes.count), the batch at \(block.end)",
          byteOffset: block.offset)
      }
      let body = bytes.slice(block.headerLength, block.headerLength + header.bodyLength)
      if options.verifiesChecksums { try verifyBody(body, header) }
      var decoder = try BatchDecoder(
        table, body: body, bodyOrigin: block.offset + block.headerLength, dictionaries: try labels(before: index),
        limits: options.limits)
      var columns: [ArrayData] = []
      columns.reserveCapacity(schema.fields.count)
      for (layout, wanted) in zip(contents.layout.columns, isSelected) {
        if wanted { columns.append(try decoder.column(layout)) } else { try decoder.skip(layout) }
      }
      try decoder.finish()
      return RecordBatch(validated: schema, columns: columns, count: decoder.count)
    } catch {
      throw error.located(file: path, byteOffset: block.offset, batch: index, events: header.events)
    }
  }

  /// Reads all batches in order, stepping over those that cannot be read.
  /// - Parameters:
  ///   - body: called with each batch.
  ///   - damaged: called with the reason for each batch that is left out; its description names the events lost.
  /// - Throws: what `body` throws.
  public func forEachBatch<Failure: Error>(
    _ body: (RecordBatch) throws(Failure) -> Void, damaged: (StreamError) -> Void
  ) throws(Failure) {
    for index in 0..<batchCount {
      let read: RecordBatch
      do throws(StreamError) {
        read = try batch(index)
      } catch {
        damaged(error)
        continue
      }
      try body(read)
    }
  }

  /// Compares a batch with its checksum without decoding it.
  /// - Returns: whether the batch carries a checksum at all.
  /// - Throws: ``StreamError`` of kind `checksum` when it differs.
  public func verify(batch index: Int) throws(StreamError) -> Bool {
    let block = try block(index)
    let bytes = try file.read(at: block.offset, count: block.headerLength + block.bodyLength)
    let (header, _) = try parse(bytes, block, index)
    do throws(StreamError) {
      guard bytes.count == block.headerLength + block.bodyLength, header.bodyLength <= block.bodyLength else {
        throw StreamError(.truncated, "the file ends inside the batch")
      }
      let body = bytes.slice(block.headerLength, block.headerLength + header.bodyLength)
      return try verifyBody(body, header)
    } catch {
      throw error.located(file: path, byteOffset: block.offset, batch: index, events: header.events)
    }
  }

  private func block(_ index: Int) throws(StreamError) -> Block {
    guard contents.batches.indices.contains(index) else {
      throw StreamError(.schema, "there are \(batchCount) batches, asked for number \(index)", file: path)
    }
    return contents.batches[index]
  }

  private func parse(
    _ bytes: Buffer, _ block: Block, _ index: Int
  ) throws(StreamError) -> (MessageHeader, FlatTable) {
    do throws(StreamError) {
      let header = try FileContents.header(in: bytes, block: block)
      guard case .batch(let table) = header.content else {
        throw StreamError(.malformed, "no record batch where the footer names one", byteOffset: block.offset)
      }
      return (header, table)
    } catch {
      throw error.located(file: path, byteOffset: block.offset, batch: index)
    }
  }

  /// The labels that hold for a batch: in a complete file the same for all, in a stream those sent before it.
  private func labels(before index: Int) throws(StreamError) -> [Int64: [String]] {
    let count = contents.dictionariesBefore(batch: index)
    if count == 0 { return [:] }
    return try cachedLabels.withLock { cached throws(StreamError) -> [Int64: [String]] in
      if cached.count != count {
        cached = (count, try contents.labels(from: file, first: count, options: options))
      }
      return cached.labels
    }
  }
}

/// Compares a body with the checksum in its header; false when there is none.
@discardableResult
func verifyBody(_ body: Buffer, _ header: MessageHeader) throws(StreamError) -> Bool {
  guard let written = header.customMetadata[StreamKey.bodyChecksum] else { return false }
  let found = hexadecimal(crc32c(body.bytes))
  guard found == written else {
    throw StreamError(.checksum, "the checksum of the body is \(found), written was \(written)")
  }
  return true
}
