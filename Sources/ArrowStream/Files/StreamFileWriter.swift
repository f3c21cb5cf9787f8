/// Writes a recorded stream: an Arrow IPC file that `pyarrow` and others open as it is.
///
/// ```
/// ARROW1 │ schema │ dictionary … │ batch │ batch │ … │ end │ footer │ length │ ARROW1
/// ```
///
/// Every message begins at a multiple of 64 bytes and carries a checksum of its header and its body. A batch is handed to
/// the system as a whole before ``write(_:)`` returns: a writer that is killed leaves its temporary file readable up
/// to the last whole batch. The file gets its name in ``finish()``.
public final class StreamFileWriter {
  /// How bodies are stored.
  public enum Compression: Sendable, Hashable {
    /// As they are in memory.
    case none
    /// With Zstandard at a level; 1 is fastest.
    case zstandard(level: Int)
  }

  /// How a file is written.
  public struct Options: Sendable {
    /// How bodies are stored.
    public var compression: Compression
    /// Overwrites a file of the same name and what an earlier, killed writer left.
    public var force: Bool
    /// After how many bytes the writer waits until they are on the disk.
    public var synchroniseEvery: Int
    /// The column and field that number the events, written as `sluice.events` with each batch; none when the stream has
    /// no such column.
    public var eventNumber: (column: String, field: String)

    /// Options; what is left out is the default of recorded streams.
    public init(
      compression: Compression = .zstandard(level: 1), force: Bool = false, synchroniseEvery: Int = 64 << 20,
      eventNumber: (column: String, field: String) = ("event", "number")
    ) {
      self.compression = compression
      self.force = force
      self.synchroniseEvery = synchroniseEvery
      self.eventNumber = eventNumber
    }
  }

  /// The columns and metadata of the stream.
  public let schema: Schema
  /// Rows written so far.
  public private(set) var rows = 0
  /// Batches written so far.
  public var batchCount: Int { batches.count }
  /// Bytes written so far.
  public var byteCount: Int { file.position }
  /// The name under which the file is written until it is finished.
  public var temporaryPath: String { file.temporaryPath }

  private let file: WritableFile
  private let options: Options
  private let compressor: ZstandardCompressor?
  private var tracker: DictionaryTracker
  private var dictionaries: [Block] = []
  private var batches: [Block] = []
  private var unsynchronised = 0
  private var state = State.open

  static let magic: [UInt8] = Array("ARROW1".utf8)

  /// Begins a file.
  /// - Throws: ``StreamError`` when the file exists and `force` is not set, or cannot be written.
  public init(path: String, schema: Schema, options: Options = Options()) throws(StreamError) {
    self.schema = schema
    self.options = options
    compressor =
      switch options.compression {
      case .none: nil
      case .zstandard(let level): try ZstandardCompressor(level: level)
      }
    tracker = DictionaryTracker(layout: StreamLayout(schema))
    file = try WritableFile(path: path, force: options.force)
    do throws(StreamError) {
      let start = Self.magic + [0, 0]
      let header = encodeMessage(
        kind: 1, content: SchemaCodec.encode(schema), bodyLength: 0, metadata: [], start: start.count)
      try file.write(bytes: start + header)
    } catch {
      file.discard()
      throw error
    }
  }

  /// Adds a batch; its columns must be those of the stream (metadata of the batch's schema is not compared).
  /// - Throws: ``StreamError`` when they are not, or the disk is full: then the file keeps what was whole before.
  public func write(_ batch: RecordBatch) throws(StreamError) {
    try check(batch)
    // A batch that is refused here leaves the file as it was.
    var tracker = tracker
    var messages: [PlannedMessage] = []
    do throws(StreamError) {
      let (columns, additions) = try tracker.prepare(batch.columns)
      messages = try additions.map(plan)
      messages.append(
        try PlannedMessage(
          .batch(events: batch.eventRange(options.eventNumber)), rows: batch.count,
          plan: BodyPlan(fields: schema.fields, columns: columns), compressor: compressor))
    } catch {
      throw error.located(file: file.path, batch: batches.count)
    }
    try beginWriting()
    self.tracker = tracker
    for message in messages {
      let block = try write(message)
      if case .batch = message.kind { batches.append(block) } else { dictionaries.append(block) }
    }
    state = .open
    rows += batch.count
    if unsynchronised >= options.synchroniseEvery {
      try file.synchronise()
      unsynchronised = 0
    }
  }

  /// Writes the footer and gives the file its name. Without batches the file is a valid empty stream.
  public func finish() throws(StreamError) {
    try beginWriting()
    if batches.isEmpty {
      // Readers expect the labels of every dictionary, even if there are none.
      let empty = schema.fields.map { ArrayData.empty($0.type) }
      for addition in try tracker.prepare(empty).additions { dictionaries.append(try write(plan(addition))) }
    }
    let footer = Footer.encode(schema: SchemaCodec.encode(schema), dictionaries: dictionaries, batches: batches)
    var bytes: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
    bytes += footer
    withUnsafeBytes(of: Int32(truncatingIfNeeded: footer.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes += Self.magic
    try file.write(bytes: bytes)
    try file.publish()
    state = .closed
  }

  /// Gives up: nothing is left of what was written.
  public func discard() {
    if state != .closed { file.discard() }
    state = .closed
  }

  private enum State {
    case open
    /// A message is on its way; if writing it fails, the file ends with a part of it and takes no more.
    case writing
    case closed
  }

  private func beginWriting() throws(StreamError) {
    switch state {
    case .open: state = .writing
    case .writing:
      throw StreamError(.inputOutput, "takes no more after an earlier error", file: file.temporaryPath)
    case .closed: throw StreamError(.inputOutput, "is finished already", file: file.path)
    }
  }

  private func check(_ batch: RecordBatch) throws(StreamError) {
    let found = batch.schema.fields
    guard found.count == schema.fields.count else {
      throw StreamError(
        .schema, "the batch has \(found.count) columns, the stream \(schema.fields.count)", file: file.path,
        batch: batches.count)
    }
    for (field, expected) in zip(found, schema.fields) {
      guard field.name == expected.name, field.type == expected.type else {
        throw StreamError(
          .schema, "the batch has \(field.name): \(field.type), the stream \(expected.name): \(expected.type)",
          file: file.path, batch: batches.count, column: expected.name)
      }
    }
  }

  private func plan(_ addition: DictionaryTracker.Addition) throws(StreamError) -> PlannedMessage {
    try PlannedMessage(
      .dictionary(id: addition.id, isDelta: addition.isDelta), rows: addition.labels.count,
      plan: BodyPlan(labels: addition.labels), compressor: compressor)
  }

  private func write(_ message: PlannedMessage) throws(StreamError) -> Block {
    let offset = file.position
    let header = message.header(checksum: message.bodyChecksum(), start: offset)
    try file.write(message, header: header)
    unsynchronised += file.position - offset
    return Block(offset: offset, headerLength: header.count, bodyLength: message.bodyLength)
  }
}

extension WritableFile {
  func write(bytes: [UInt8]) throws(StreamError) {
    try bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(StreamError) in
      try write([UnsafeRawBufferPointer(bytes)])
    }
  }

  /// Writes a message without putting it together in memory first.
  func write(_ message: PlannedMessage, header: [UInt8]) throws(StreamError) {
    try header.withUnsafeBufferPointer { (header: UnsafeBufferPointer<UInt8>) throws(StreamError) in
      try PlannedMessage.padding.withUnsafeBufferPointer { (zeros: UnsafeBufferPointer<UInt8>) throws(StreamError) in
        let zeros = UnsafeRawBufferPointer(zeros)
        var pieces = [UnsafeRawBufferPointer(header)]
        pieces.reserveCapacity(1 + 2 * message.pieces.count)
        for piece in message.pieces where piece.count > 0 {
          pieces.append(piece.bytes)
          let gap = roundUp(piece.count, to: MemoryBlock.alignment) - piece.count
          if gap > 0 { pieces.append(UnsafeRawBufferPointer(rebasing: zeros[..<gap])) }
        }
        try write(pieces)
      }
    }
    withExtendedLifetime(message) {}
  }
}

extension RecordBatch {
  /// The events of this batch by their numbers; nil when it has no such column or no rows.
  func eventRange(_ place: (column: String, field: String)) -> EventRange? {
    guard count > 0, let index = schema.index(of: place.column), let number = columns[index].child(place.field),
      number.count == count, let numbers = try? ColumnView<UInt64>(number)
    else { return nil }
    return EventRange(first: numbers[0], last: numbers[count - 1], count: count)
  }
}

extension ArrayData {
  /// A column of a type without rows.
  public static func empty(_ type: DataType) -> ArrayData {
    ArrayData(type: type, count: 0, children: type.children.map { empty($0.type) })
  }
}
