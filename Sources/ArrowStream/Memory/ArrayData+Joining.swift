// Rows of several columns put together: batches of a stage made one, events of several streams merged by time.

/// Rows of one of several columns.
struct RowPiece {
  /// Which column.
  var source: Int
  /// Which of its rows.
  var rows: Range<Int>
}

extension ArrayData {
  /// The rows of all arrays, one after the other. All must have the same type; dictionaries are joined by label.
  public static func concatenating(_ arrays: [ArrayData]) -> ArrayData {
    guard let first = arrays.first else { preconditionFailure("nothing to concatenate") }
    if arrays.count == 1 { return first }
    return joining(arrays, arrays.indices.map { RowPiece(source: $0, rows: 0..<arrays[$0].count) }, type: first.type)
  }

  /// One array of pieces of others, copied. Pieces name their source by number, so that hundreds of single rows cost
  /// no counting of references.
  static func joining(_ sources: [ArrayData], _ pieces: [RowPiece], type: DataType) -> ArrayData {
    let count = pieces.reduce(0) { $0 + $1.rows.count }
    var validity: Buffer?
    if sources.contains(where: { $0.validity != nil }) {
      var bits = BoolBuilder()
      for piece in pieces { for row in piece.rows { bits.append(!sources[piece.source].isNull(row)) } }
      validity = bits.finishBuffer()
    }
    let nulls = validity.map { count - countSetBits($0, count) } ?? 0
    func make(
      offsets: Buffer = .empty, values: Buffer = .empty, children: [ArrayData] = [], labels: [String] = []
    ) -> ArrayData {
      ArrayData(
        type: type, count: count, nullCount: nulls, validity: nulls == 0 ? nil : validity, offsets: offsets,
        values: values, children: children, labels: labels)
    }
    func joinedChild(_ index: Int, _ pieces: [RowPiece], _ type: DataType) -> ArrayData {
      joining(sources.map { $0.children[index] }, pieces, type: type)
    }
    switch type {
    case .bool:
      let bitmaps = sources.map(\.values.bytes)
      var bits = BoolBuilder()
      for piece in pieces { for row in piece.rows { bits.append(bit(row, in: bitmaps[piece.source])) } }
      withExtendedLifetime(sources) {}
      return make(values: bits.finishBuffer())
    case .utf8:
      let (offsets, inner) = joinOffsets(sources, pieces, count)
      return make(offsets: offsets, values: joinBytes(sources, inner, width: 1))
    case .list(let element):
      let (offsets, inner) = joinOffsets(sources, pieces, count)
      return make(offsets: offsets, children: [joinedChild(0, inner, element.type)])
    case .fixedSizeList(let element, let width):
      let inner = pieces.map {
        RowPiece(source: $0.source, rows: $0.rows.lowerBound * width..<$0.rows.upperBound * width)
      }
      return make(children: [joinedChild(0, inner, element.type)])
    case .structure(let fields):
      return make(children: fields.indices.map { joinedChild($0, pieces, fields[$0].type) })
    case .dictionary(let index):
      let (indices, labels) = joinDictionary(sources, pieces, width: index.dataType.byteWidth ?? 0)
      return make(values: indices, labels: labels)
    default:
      return make(values: joinBytes(sources, pieces, width: type.byteWidth ?? 0))
    }
  }

  private static func joinOffsets(
    _ sources: [ArrayData], _ pieces: [RowPiece], _ count: Int
  ) -> (offsets: Buffer, inner: [RowPiece]) {
    // Columns without rows may come without offsets; no piece looks at theirs.
    let views = sources.map { $0.count == 0 ? nil : ColumnView<Int32>(buffer: $0.offsets, count: $0.count + 1) }
    let offsets = views.map { $0?.unsafeBuffer }
    let block = MemoryBlock(byteCount: (count + 1) * 4)
    let joined = block.base.bindMemory(to: Int32.self, capacity: count + 1)
    joined[0] = 0
    var row = 0
    var end: Int32 = 0
    var inner: [RowPiece] = []
    inner.reserveCapacity(pieces.count)
    for piece in pieces where !piece.rows.isEmpty {
      guard let source = offsets[piece.source] else { preconditionFailure("a row of a column without rows") }
      let lower = source[piece.rows.lowerBound]
      for index in piece.rows {
        row += 1
        joined[row] = end + (source[index + 1] - lower)
      }
      let upper = source[piece.rows.upperBound]
      end += upper - lower
      if upper > lower { inner.append(RowPiece(source: piece.source, rows: Int(lower)..<Int(upper))) }
    }
    withExtendedLifetime(views) {}
    return (Buffer(block: block, byteCount: (count + 1) * 4), inner)
  }

  private static func joinBytes(_ sources: [ArrayData], _ pieces: [RowPiece], width: Int) -> Buffer {
    let bytes = sources.map(\.values.bytes)
    let total = pieces.reduce(0) { $0 + $1.rows.count } * width
    let block = MemoryBlock(byteCount: total)
    var target = block.base
    for piece in pieces where !piece.rows.isEmpty {
      let source = bytes[piece.source]
      let start = piece.rows.lowerBound * width
      let length = piece.rows.count * width
      precondition(start >= 0 && start + length <= source.count, "row outside the column")
      if let base = source.baseAddress { target.copyMemory(from: base + start, byteCount: length) }
      target += length
    }
    withExtendedLifetime(sources) {}
    return Buffer(block: block, byteCount: total)
  }

  private static func joinDictionary(
    _ sources: [ArrayData], _ pieces: [RowPiece], width: Int
  ) -> (indices: Buffer, labels: [String]) {
    guard let first = sources.first else { return (.empty, []) }
    if sources.allSatisfy({ $0.labels == first.labels }) {
      return (joinBytes(sources, pieces, width: width), first.labels)
    }
    var labels: [String] = []
    var position: [String: Int] = [:]
    let translations = sources.map { source in
      source.labels.map { label -> Int in
        if let known = position[label] { return known }
        position[label] = labels.count
        labels.append(label)
        return labels.count - 1
      }
    }
    let block = MemoryBlock(byteCount: pieces.reduce(0) { $0 + $1.rows.count } * width)
    var row = 0
    for piece in pieces {
      for index in piece.rows {
        let new = sources[piece.source].dictionaryIndex(index).map { translations[piece.source][$0] } ?? 0
        withUnsafeBytes(of: Int64(new).littleEndian) { bytes in
          if let start = bytes.baseAddress { (block.base + row * width).copyMemory(from: start, byteCount: width) }
        }
        row += 1
      }
    }
    return (Buffer(block: block, byteCount: row * width), labels)
  }
}
