/// What stands where in an Arrow file: from its footer, or message by message where there is none.
struct FileContents: Sendable {
  let layout: StreamLayout
  let batches: [Block]
  let dictionaries: [Block]
  /// For each batch of a file without footer, how many dictionary messages stand before it; empty for a complete file,
  /// where all of them count for every batch.
  private let dictionaryCounts: [Int]
  /// Why the file ends without a footer.
  let ending: StreamError?

  init(_ file: ReadableFile, limits: ReadLimits) throws(StreamError) {
    do throws(StreamError) {
      let size = try file.size()
      let start = try file.read(at: 0, count: min(size, 8))
      let magic = StreamFileWriter.magic
      guard start.bytes.prefix(magic.count).elementsEqual(magic.prefix(start.count)) else {
        throw StreamError(.notArrow, "is no Arrow file: it does not begin with ARROW1", byteOffset: 0)
      }
      guard start.count == 8 else {
        throw StreamError(.truncated, "the file ends after \(size) bytes, before its schema", byteOffset: size)
      }
      if let footer = try Self.footer(of: file, size: size, limits: limits) {
        layout = footer.layout
        batches = footer.batches
        dictionaries = footer.dictionaries
        dictionaryCounts = []
        ending = nil
        return
      }
      var scan = MessageScan(file: file, size: size, limits: limits)
      try scan.run()
      layout = scan.layout
      batches = scan.batches
      dictionaries = scan.dictionaries
      dictionaryCounts = scan.dictionaryCounts
      ending = scan.ending?.located(file: file.path)
    } catch {
      throw error.located(file: file.path)
    }
  }

  /// The footer; nil when the file does not end like a complete one.
  static func footer(
    of file: ReadableFile, size: Int, limits: ReadLimits
  ) throws(StreamError) -> Footer? {
    let magic = StreamFileWriter.magic
    let tailLength = 4 + magic.count
    guard size >= 8 + tailLength else { return nil }
    let tail = try file.read(at: size - tailLength, count: tailLength)
    guard tail.count == tailLength, tail.bytes[4...].elementsEqual(magic) else { return nil }
    let length = Int(Int32(littleEndian: tail.bytes.loadUnaligned(as: Int32.self)))
    guard length > 0, length <= size - 8 - tailLength, length <= limits.headerBytes else {
      throw StreamError(
        .malformed, "a footer of \(length) bytes in a file of \(size) bytes", byteOffset: size - tailLength)
    }
    let offset = size - tailLength - length
    let bytes = try file.read(at: offset, count: length)
    guard bytes.count == length else {
      throw StreamError(.truncated, "the file became shorter while it was read", byteOffset: offset)
    }
    return try Footer(MetadataBytes(bytes, origin: offset), end: offset)
  }

  /// The header of a message in bytes that begin with its prefix.
  static func header(in bytes: Buffer, block: Block) throws(StreamError) -> MessageHeader {
    let available = min(bytes.count, block.headerLength)
    guard available >= MessageHeader.prefixLength else {
      throw StreamError(.truncated, "the file ends before the message", byteOffset: block.offset)
    }
    let marker = UInt32(littleEndian: bytes.bytes.loadUnaligned(as: UInt32.self))
    let length = Int(Int32(littleEndian: bytes.bytes.loadUnaligned(fromByteOffset: 4, as: Int32.self)))
    guard marker == MessageHeader.continuation, length >= 0, length <= available - MessageHeader.prefixLength else {
      throw StreamError(.malformed, "no message where one is expected", byteOffset: block.offset)
    }
    let flat = bytes.slice(MessageHeader.prefixLength, MessageHeader.prefixLength + length)
    return try MessageHeader(MetadataBytes(flat, origin: block.offset + MessageHeader.prefixLength))
  }

  /// How many dictionary messages count for a batch.
  func dictionariesBefore(batch index: Int) -> Int {
    dictionaryCounts.isEmpty ? dictionaries.count : dictionaryCounts[index]
  }

  /// The labels of the first dictionary messages, by dictionary.
  func labels(
    from file: ReadableFile, first count: Int, options: StreamFileReader.Options
  ) throws(StreamError) -> [Int64: [String]] {
    var labels = LabelTable(layout: layout)
    for block in dictionaries.prefix(count) {
      do throws(StreamError) {
        let bytes = try file.read(at: block.offset, count: block.headerLength + block.bodyLength)
        let header = try Self.header(in: bytes, block: block)
        guard bytes.count == block.headerLength + block.bodyLength, header.bodyLength <= block.bodyLength else {
          throw StreamError(.truncated, "the file ends inside a dictionary")
        }
        let body = bytes.slice(block.headerLength, block.headerLength + header.bodyLength)
        if options.verifiesChecksums { try verifyBody(body, header) }
        try labels.add(
          header, body: body, bodyOrigin: block.offset + block.headerLength, limits: options.limits)
      } catch {
        throw error.located(file: file.path, byteOffset: block.offset)
      }
    }
    return labels.labels
  }
}

/// Labels as dictionary messages bring them.
struct LabelTable {
  private(set) var labels: [Int64: [String]] = [:]
  private let known: Set<Int64>

  /// Puts words in place of labels.
  mutating func set(_ id: Int64, to words: [String]) { labels[id] = words }

  init(layout: StreamLayout) { known = Set(layout.columns.flatMap(\.dictionaries)) }

  /// Takes in a dictionary message; one that no supported column uses is passed over.
  mutating func add(
    _ header: MessageHeader, body: Buffer, bodyOrigin: Int, limits: ReadLimits
  ) throws(StreamError) {
    guard case .dictionary(let id, let isDelta, let batch) = header.content else {
      throw StreamError(.malformed, "no dictionary where one is expected")
    }
    guard known.contains(id) else { return }
    var decoder = try BatchDecoder(batch, body: body, bodyOrigin: bodyOrigin, dictionaries: [:], limits: limits)
    let field = Field("labels", .utf8)
    var column = ColumnLayout(name: field.name)
    column.field = field
    let values = try decoder.column(column)
    let added = (0..<values.count).map { values.text($0) ?? "" }
    if isDelta { labels[id, default: []] += added } else { labels[id] = added }
  }
}

/// Walks through the messages of a file that has no footer.
struct MessageScan {
  private let file: ReadableFile
  private let size: Int
  private let limits: ReadLimits
  private(set) var layout = StreamLayout(columns: [], metadata: [:])
  private(set) var batches: [Block] = []
  private(set) var dictionaries: [Block] = []
  private(set) var dictionaryCounts: [Int] = []
  /// Why the walk ended.
  private(set) var ending: StreamError?

  init(file: ReadableFile, size: Int, limits: ReadLimits) {
    self.file = file
    self.size = size
    self.limits = limits
  }

  /// - Throws: when not even the schema can be read; anything later only ends the walk.
  mutating func run() throws(StreamError) {
    var offset = 8
    guard let (first, block) = try message(at: offset) else {
      throw StreamError(.truncated, "the stream ends before its schema", byteOffset: offset)
    }
    guard case .schema(let table) = first.content else {
      throw StreamError(.malformed, "the first message is no schema", byteOffset: offset)
    }
    layout = try SchemaCodec.decode(table)
    offset = block.end
    do throws(StreamError) {
      while let (header, block) = try message(at: offset) {
        switch header.content {
        case .schema: throw StreamError(.malformed, "a second schema", byteOffset: offset)
        case .dictionary: dictionaries.append(block)
        case .batch:
          batches.append(block)
          dictionaryCounts.append(dictionaries.count)
        }
        offset = block.end
      }
      ending = StreamError(.truncated, "the footer is missing", byteOffset: offset)
    } catch {
      ending = error
    }
  }

  /// The message at an offset; nil at the end of the stream.
  func message(at offset: Int) throws(StreamError) -> (MessageHeader, Block)? {
    if offset == size { return nil }
    let prefix = try file.read(at: offset, count: min(MessageHeader.prefixLength, size - offset))
    guard prefix.count == MessageHeader.prefixLength else {
      throw StreamError(.truncated, "the file ends inside a message", byteOffset: offset)
    }
    let marker = UInt32(littleEndian: prefix.bytes.loadUnaligned(as: UInt32.self))
    let length = Int(Int32(littleEndian: prefix.bytes.loadUnaligned(fromByteOffset: 4, as: Int32.self)))
    guard marker == MessageHeader.continuation else {
      throw StreamError(.malformed, "no message where one is expected", byteOffset: offset)
    }
    if length == 0 { return nil }
    guard length > 0, length <= limits.headerBytes else {
      throw StreamError(.malformed, "a header of \(length) bytes", byteOffset: offset)
    }
    let headerLength = MessageHeader.prefixLength + length
    guard headerLength <= size - offset else {
      throw StreamError(.truncated, "the file ends inside the header of a message", byteOffset: offset)
    }
    let bytes = try file.read(at: offset, count: headerLength)
    let headerOnly = Block(offset: offset, headerLength: headerLength, bodyLength: 0)
    let header = try FileContents.header(in: bytes, block: headerOnly)
    guard header.bodyLength <= size - offset - headerLength else {
      throw StreamError(
        .truncated, "the file ends at byte \(size), inside a message of \(headerLength + header.bodyLength) bytes",
        byteOffset: offset)
    }
    return (header, Block(offset: offset, headerLength: headerLength, bodyLength: header.bodyLength))
  }
}
