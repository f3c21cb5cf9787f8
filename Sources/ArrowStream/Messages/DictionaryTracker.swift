/// The labels a writer has sent so far, per dictionary.
///
/// A file's dictionaries may grow but never change. A batch whose labels begin with those already written only adds the
/// rest; one whose labels stand in another order (another input of a mixture) has its indices renumbered by label.
struct DictionaryTracker {
  /// Labels to be written before a batch.
  struct Addition {
    let id: Int64
    let labels: [String]
    let isDelta: Bool
  }

  private struct Table {
    var labels: [String] = []
    var positions: [String: Int] = [:]
    var isWritten = false
  }

  private var tables: [Table]
  private let holdsDictionaries: [Bool]

  init(layout: StreamLayout) {
    tables = Array(repeating: Table(), count: layout.columns.reduce(0) { $0 + $1.dictionaries.count })
    holdsDictionaries = layout.columns.map { !$0.dictionaries.isEmpty }
  }

  /// The columns with indices into the labels written, and the labels to write before them.
  mutating func prepare(_ columns: [ArrayData]) throws(StreamError) -> (columns: [ArrayData], additions: [Addition]) {
    guard !tables.isEmpty else { return (columns, []) }
    var additions: [Addition] = []
    var prepared = columns
    var id = 0
    for (index, column) in columns.enumerated() where holdsDictionaries[index] {
      prepared[index] = try prepare(column, &id, &additions)
    }
    return (prepared, additions)
  }

  private mutating func prepare(
    _ array: ArrayData, _ id: inout Int, _ additions: inout [Addition]
  ) throws(StreamError) -> ArrayData {
    guard case .dictionary(let index) = array.type else {
      if array.children.isEmpty { return array }
      var children: [ArrayData] = []
      for child in array.children { children.append(try prepare(child, &id, &additions)) }
      return ArrayData(
        type: array.type, count: array.count, nullCount: array.nullCount, validity: array.validity,
        offsets: array.offsets, values: array.values, children: children, labels: array.labels)
    }
    defer { id += 1 }
    let written = tables[id].labels.count
    if tables[id].isWritten, tables[id].labels == array.labels { return array }

    var translation: [Int] = []
    translation.reserveCapacity(array.labels.count)
    for label in array.labels {
      if let position = tables[id].positions[label] {
        translation.append(position)
      } else {
        tables[id].positions[label] = tables[id].labels.count
        translation.append(tables[id].labels.count)
        tables[id].labels.append(label)
      }
    }
    if tables[id].labels.count > written || !tables[id].isWritten {
      additions.append(
        Addition(id: Int64(id), labels: Array(tables[id].labels[written...]), isDelta: tables[id].isWritten))
      tables[id].isWritten = true
    }
    guard tables[id].labels.count <= index.labelLimit else {
      throw StreamError(
        .schema, "\(tables[id].labels.count) labels, the column's \(index.dataType) indices reach \(index.labelLimit)")
    }
    if translation.elementsEqual(0..<translation.count) { return array }
    return array.renumbered(by: translation, index: index)
  }
}

extension DataType.IndexType {
  /// How many labels indices of this type can tell apart.
  var labelLimit: Int {
    switch self {
    case .int8: 1 << 7
    case .uint8: 1 << 8
    case .int16: 1 << 15
    case .uint16: 1 << 16
    case .int32, .uint32, .int64, .uint64: 1 << 31
    }
  }
}

extension ArrayData {
  /// A dictionary column whose indices are replaced by those of a translation table; null rows keep none.
  fileprivate func renumbered(by translation: [Int], index: DataType.IndexType) -> ArrayData {
    let width = index.dataType.byteWidth ?? 0
    let block = MemoryBlock(byteCount: count * width)
    for row in 0..<count {
      let position = dictionaryIndex(row).map { translation[$0] } ?? 0
      withUnsafeBytes(of: Int64(position).littleEndian) { bytes in
        if let start = bytes.baseAddress { (block.base + row * width).copyMemory(from: start, byteCount: width) }
      }
    }
    return ArrayData(
      type: type, count: count, nullCount: nullCount, validity: validity,
      values: Buffer(block: block, byteCount: count * width))
  }
}
