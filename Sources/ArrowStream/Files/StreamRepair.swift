/// Rescues what a broken file still holds: every batch that is whole, as it was stored, under a new footer.
///
/// The file is walked message by message. Where a message cannot be read, the walk goes on at the next place that holds
/// one. A batch is kept only if its checksum agrees (when it has one) and its columns are sound; nothing is decoded and
/// encoded again, so columns of types that are not read here are rescued too.
public struct StreamRepair {
  /// What was rescued and what was not.
  public struct Report: Sendable {
    /// Batches in the new file.
    public fileprivate(set) var batches = 0
    /// Rows in the new file.
    public fileprivate(set) var rows = 0
    /// What was found wrong: batches that are lost, places without readable messages, a missing footer; each with byte offset and, where known, events.
    public fileprivate(set) var problems: [StreamError] = []
  }

  private let source: ReadableFile
  private let size: Int
  private let limits: ReadLimits
  private var layout = StreamLayout(columns: [], metadata: [:])
  private var labels: LabelTable
  private var report = Report()
  /// After a place of unknown content, dictionary messages could have been lost: labels are not added any more, so that a
  /// batch that needs one fails rather than gets a wrong one.
  private var labelsAreCertain = true
  private var dictionaries: [Block] = []
  private var batches: [Block] = []

  /// Writes the whole batches of a file into a new one.
  /// - Parameters:
  ///   - path: the broken file; it is not changed.
  ///   - output: the new file.
  ///   - force: overwrites a file of that name.
  /// - Throws: ``StreamError`` when not even a schema is found, or the new file cannot be written.
  public static func repair(
    path: String, into output: String, force: Bool = false, limits: ReadLimits = ReadLimits()
  ) throws(StreamError) -> Report {
    var repair = try StreamRepair(path: path, limits: limits)
    return try repair.run(into: output, force: force)
  }

  private init(path: String, limits: ReadLimits) throws(StreamError) {
    source = try ReadableFile(path: path)
    size = try source.size()
    self.limits = limits
    labels = LabelTable(layout: layout)
  }

  private mutating func run(into output: String, force: Bool) throws(StreamError) -> Report {
    guard !source.isReached(by: output), !source.isReached(by: output + WritableFile.temporarySuffix) else {
      throw StreamError(.exists, "is the broken file itself, which is kept as it is", file: output)
    }
    let target = try WritableFile(path: output, force: force)
    do throws(StreamError) {
      try target.write(bytes: StreamFileWriter.magic + [0, 0])
      let (schema, end) = try copySchema(to: target)
      try copyMessages(from: end, to: target)
      var bytes: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
      let footer = Footer.encode(schema: schema, dictionaries: dictionaries, batches: batches)
      bytes += footer
      withUnsafeBytes(of: Int32(truncatingIfNeeded: footer.count).littleEndian) { bytes.append(contentsOf: $0) }
      bytes += StreamFileWriter.magic
      try target.write(bytes: bytes)
      try target.publish()
    } catch {
      target.discard()
      throw error.located(file: source.path)
    }
    return report
  }

  /// The schema from the first message, or from the footer when the first message is broken.
  private mutating func copySchema(to target: WritableFile) throws(StreamError) -> (FlatValue, end: Int) {
    let scan = MessageScan(file: source, size: size, limits: limits)
    let broken: StreamError
    do throws(StreamError) {
      guard let (header, block) = try scan.message(at: 8), case .schema(let table) = header.content else {
        throw StreamError(.malformed, "no schema where one is expected", byteOffset: 8)
      }
      layout = try SchemaCodec.decode(table)
      labels = LabelTable(layout: layout)
      try copy(block, to: target)
      return (.copied(table), block.end)
    } catch { broken = error }
    guard let footer = try? FileContents.footer(of: source, size: size, limits: limits) else { throw broken }
    report.problems.append(broken)
    layout = footer.layout
    labels = LabelTable(layout: layout)
    let header = encodeMessage(kind: 1, content: .copied(footer.schema), bodyLength: 0, metadata: [], start: 8)
    try target.write(bytes: header)
    return (.copied(footer.schema), 8)
  }

  private mutating func copyMessages(from start: Int, to target: WritableFile) throws(StreamError) {
    let scan = MessageScan(file: source, size: size, limits: limits)
    var offset = start
    while offset < size {
      do throws(StreamError) {
        guard let (header, block) = try scan.message(at: offset) else { return }
        try take(header, block, to: target)
        offset = block.end
      } catch {
        guard error.kind != .inputOutput else { throw error }
        report.problems.append(error.located(byteOffset: offset))
        labelsAreCertain = false
        offset = try nextMessage(after: offset, scan)
      }
    }
    report.problems.append(StreamError(.truncated, "the file ends without a footer", byteOffset: offset))
  }

  /// Copies a message if it is sound.
  private mutating func take(_ header: MessageHeader, _ block: Block, to target: WritableFile) throws(StreamError) {
    let bytes = try source.read(at: block.offset, count: block.end - block.offset)
    let body = bytes.slice(block.headerLength, block.end - block.offset)
    let bodyOrigin = block.offset + block.headerLength
    do throws(StreamError) {
      switch header.content {
      case .schema: throw StreamError(.malformed, "a second schema", byteOffset: block.offset)
      case .dictionary(let id, let isDelta, let batch):
        guard isDelta || labels.labels[id] == nil else {
          // A stream may replace its labels from one batch to the next, a file may not.
          throw StreamError(
            .inputOutput,
            "the labels of a dictionary are replaced on the way; read the file as it is and write it anew",
            byteOffset: block.offset)
        }
        guard labelsAreCertain else { return }
        do throws(StreamError) {
          try verifyBody(body, header)
          try labels.add(header, body: body, bodyOrigin: bodyOrigin, limits: limits)
          dictionaries.append(try copy(block, to: target))
        } catch {
          // Labels are words, events are data: the column's indices are kept, and words stand in for those lost.
          let count = Int(clamping: try batch.scalar(0, default: Int64(0)))
          report.problems.append(error.located(byteOffset: block.offset))
          labelsAreCertain = false
          try replaceLabels(id: id, isDelta: isDelta, count: count, to: target)
        }
      case .batch(let table):
        try verifyBody(body, header)
        let rows = try check(table, body, bodyOrigin)
        let copied = try copy(block, to: target)
        batches.append(copied)
        report.batches += 1
        report.rows += rows
      }
    } catch {
      guard error.kind != .inputOutput else { throw error }
      // The message has been found whole, so the walk goes on behind it.
      report.problems.append(error.located(byteOffset: block.offset, events: header.events))
    }
  }

  private mutating func replaceLabels(id: Int64, isDelta: Bool, count: Int, to target: WritableFile) throws(StreamError)
  {
    guard count >= 0, count <= 1 << 16 else { return }
    let words = (0..<count).map { "lost label \($0)" }
    let message = try PlannedMessage(
      .dictionary(id: id, isDelta: isDelta), rows: count, plan: BodyPlan(labels: words), compressor: nil)
    labels.set(id, to: (labels.labels[id] ?? []) + words)
    let offset = target.position
    let header = message.header(checksum: message.bodyChecksum(), start: offset)
    try target.write(message, header: header)
    dictionaries.append(Block(offset: offset, headerLength: header.count, bodyLength: message.bodyLength))
  }

  /// Decodes the columns that are supported, for their checks alone.
  private func check(_ table: FlatTable, _ body: Buffer, _ origin: Int) throws(StreamError) -> Int {
    var decoder: BatchDecoder
    do throws(StreamError) {
      decoder = try BatchDecoder(
        table, body: body, bodyOrigin: origin, dictionaries: labels.labels, limits: limits)
    } catch {
      // Buffers compressed in a way that is not read here cannot be judged: they are kept.
      guard error.kind == .unsupported else { throw error }
      return Int(clamping: try table.scalar(0, default: Int64(0)))
    }
    for column in layout.columns {
      if column.field != nil { _ = try decoder.column(column) } else { try decoder.skip(column) }
    }
    try decoder.finish()
    return decoder.count
  }

  /// The next place behind a broken message where a whole batch or dictionary stands.
  private func nextMessage(after offset: Int, _ scan: MessageScan) throws(StreamError) -> Int {
    let step = 1 << 20
    var start = offset / 8 * 8 + 8
    while start < size {
      // Pieces overlap by one marker, which is aligned to eight bytes and cannot straddle two of them.
      let piece = try source.read(at: start, count: min(step, size - start))
      var place = 0
      while place + 8 <= piece.count {
        let marker = UInt32(littleEndian: piece.bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
        if marker == MessageHeader.continuation, (try? scan.message(at: start + place)) != nil {
          return start + place
        }
        place += 8
      }
      if piece.count < step { break }
      start += step
    }
    return size
  }

  @discardableResult
  private func copy(_ block: Block, to target: WritableFile) throws(StreamError) -> Block {
    let bytes = try source.read(at: block.offset, count: block.end - block.offset)
    let offset = target.position
    var pieces = [bytes.bytes]
    // Messages of other writers may end anywhere; the next one begins at a multiple of eight.
    let gap = roundUp(bytes.count, to: 8) - bytes.count
    let zeros: [UInt8] = Array(repeating: 0, count: gap)
    try zeros.withUnsafeBufferPointer { (zeros: UnsafeBufferPointer<UInt8>) throws(StreamError) in
      pieces.append(UnsafeRawBufferPointer(zeros))
      try target.write(pieces)
    }
    withExtendedLifetime(bytes) {}
    return Block(offset: offset, headerLength: block.headerLength, bodyLength: block.bodyLength)
  }
}
