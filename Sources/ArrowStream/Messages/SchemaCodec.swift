/// Schemas between this project's form and Arrow's flatbuffers.
enum SchemaCodec {
  /// Beyond this many key-value pairs in one place a file is refused: keys are searched one by one.
  private static let mostPairs = 4096

  // MARK: Writing

  /// A `Schema` table. Dictionaries are numbered in the order of their columns, depth first.
  static func encode(_ schema: Schema) -> FlatValue {
    var dictionaries: Int64 = 0
    let fields = schema.fields.map { encode($0, &dictionaries) }
    return .table([.short(0), .vector(fields), encode(schema.metadata)])
  }

  private static func encode(_ metadata: Metadata) -> FlatValue {
    metadata.isEmpty ? .absent : .vector(metadata.pairs.map { .table([.string($0.key), .string($0.value)]) })
  }

  private static func encode(_ field: Field, _ dictionaries: inout Int64) -> FlatValue {
    var dictionary: FlatValue = .absent
    if case .dictionary(let index) = field.type {
      dictionary = .table([.long(dictionaries), .table(integer(index.dataType)), .boolean(false)])
      dictionaries += 1
    }
    let children = field.type.children.map { encode($0, &dictionaries) }
    let (kind, content) = encode(field.type)
    return .table([
      .string(field.name), .boolean(field.nullable), .byte(kind), .table(content), dictionary, .vector(children),
      encode(field.metadata),
    ])
  }

  private static func integer(_ type: DataType) -> [FlatValue] {
    let signed =
      switch type {
      case .int8, .int16, .int32, .int64: true
      default: false
      }
    return [.integer(Int32(8 * (type.byteWidth ?? 0))), .boolean(signed)]
  }

  private static func encode(_ type: DataType) -> (kind: UInt8, content: [FlatValue]) {
    switch type {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: (2, integer(type))
    case .float32: (3, [.short(1)])
    case .float64: (3, [.short(2)])
    case .utf8, .dictionary: (5, [])
    case .bool: (6, [])
    case .list: (12, [])
    case .structure: (13, [])
    case .fixedSizeBinary(let width): (15, [.integer(Int32(clamping: width))])
    case .fixedSizeList(_, let count): (16, [.integer(Int32(clamping: count))])
    }
  }

  // MARK: Reading

  /// The key-value pairs of a table; of a repeated key the last value counts.
  static func metadata(
    _ table: FlatTable, slot: Int, allowance: inout DecodingAllowance
  ) throws(StreamError) -> Metadata {
    var metadata = Metadata()
    guard let pairs = try table.vector(slot, elementSize: 4) else { return metadata }
    guard pairs.count <= mostPairs else {
      throw table.metadata.error(at: table.position, "\(pairs.count) key-value pairs, at most \(mostPairs) are read")
    }
    for index in 0..<pairs.count {
      let pair = try pairs.table(index, allowance: &allowance)
      guard let key = try pair.string(0, allowance: &allowance) else { continue }
      metadata[key] = try pair.string(1, allowance: &allowance) ?? ""
    }
    return metadata
  }

  /// The columns of a `Schema` table and its metadata.
  static func decode(_ table: FlatTable) throws(StreamError) -> StreamLayout {
    guard try table.scalar(0, default: Int16(0)) == 0 else {
      throw StreamError(.unsupported, "big-endian values; little-endian is read", byteOffset: table.metadata.origin)
    }
    var allowance = DecodingAllowance(for: table.metadata)
    var columns: [ColumnLayout] = []
    if let fields = try table.vector(1, elementSize: 4) {
      columns.reserveCapacity(fields.count)
      for index in 0..<fields.count {
        let field = try fields.table(index, allowance: &allowance)
        columns.append(try column(field, &allowance))
      }
    }
    return StreamLayout(columns: columns, metadata: try metadata(table, slot: 2, allowance: &allowance))
  }

  private static func column(
    _ table: FlatTable, _ allowance: inout DecodingAllowance
  ) throws(StreamError) -> ColumnLayout {
    var layout = ColumnLayout(name: try table.string(0, allowance: &allowance) ?? "")
    layout.field = try field(table, depth: 0, &layout, &allowance)
    return layout
  }

  /// A field with its children; counts into `layout` what its values take in every batch. Returns nil where the type is
  /// not read, having counted on, so that the columns after it are still found.
  private static func field(
    _ table: FlatTable, depth: Int, _ layout: inout ColumnLayout, _ allowance: inout DecodingAllowance
  ) throws(StreamError) -> Field? {
    guard depth < DecodingAllowance.depth else {
      throw table.metadata.error(at: table.position, "columns nested deeper than \(DecodingAllowance.depth) levels")
    }
    let name = try table.string(0, allowance: &allowance) ?? ""
    let nullable = try table.boolean(1)
    let notes = try metadata(table, slot: 6, allowance: &allowance)
    let kind = try table.scalar(2, default: UInt8(0))
    let content = try table.table(3)

    if let encoding = try table.table(4) {
      // The column holds indices; its type and children describe the values of the dictionary.
      layout.nodes += 1
      layout.buffers += 2
      guard kind == 5 else {
        layout.refuse("a dictionary of other values than utf8")
        return nil
      }
      guard let index = try indexType(encoding.table(1)) else {
        throw table.metadata.error(at: table.position, "a dictionary whose indices are no integers of 8 to 64 bits")
      }
      layout.dictionaries.append(try encoding.scalar(0, default: Int64(0)))
      return Field(name, .dictionary(index: index), nullable: nullable, metadata: notes)
    }

    layout.nodes += 1
    layout.buffers += ColumnLayout.buffers(ofKind: kind)
    var children: [Field?] = []
    if let vector = try table.vector(5, elementSize: 4) {
      for index in 0..<vector.count {
        let child = try vector.table(index, allowance: &allowance)
        children.append(try field(child, depth: depth + 1, &layout, &allowance))
      }
    }
    func single() throws(StreamError) -> Field? {
      guard children.count == 1 else {
        throw table.metadata.error(at: table.position, "a list with \(children.count) children, expected 1")
      }
      return children[0]
    }

    let type: DataType?
    switch kind {
    case 2:
      type = try integerType(content)
    case 3:
      switch try content?.scalar(0, default: Int16(0)) ?? 0 {
      case 1: type = .float32
      case 2: type = .float64
      default: type = nil
      }
    case 5: type = .utf8
    case 6: type = .bool
    case 12: type = try single().map { .list(element: $0) }
    case 13:
      let known = children.compactMap { $0 }
      type = known.count == children.count ? .structure(known) : nil
    case 14:
      // A dense union has offsets beside its type numbers.
      if try content?.scalar(0, default: Int16(0)) == 1 { layout.buffers += 1 }
      type = nil
    case 15:
      let width = Int(try content?.scalar(0, default: Int32(0)) ?? 0)
      guard width >= 0 else { throw table.metadata.error(at: table.position, "values of \(width) bytes") }
      type = .fixedSizeBinary(width)
    case 16:
      let count = Int(try content?.scalar(0, default: Int32(0)) ?? 0)
      guard count >= 0 else { throw table.metadata.error(at: table.position, "lists of \(count) values") }
      type = try single().map { .fixedSizeList(element: $0, count: count) }
    case 23, 24:
      layout.variadics += 1
      type = nil
    default: type = nil
    }
    guard let type else {
      layout.refuse(ColumnLayout.name(ofKind: kind))
      return nil
    }
    return Field(name, type, nullable: nullable, metadata: notes)
  }

  private static func integerType(_ content: FlatTable?) throws(StreamError) -> DataType? {
    guard let content else { return nil }
    switch (try content.scalar(0, default: Int32(0)), try content.boolean(1)) {
    case (8, true): return .int8
    case (16, true): return .int16
    case (32, true): return .int32
    case (64, true): return .int64
    case (8, false): return .uint8
    case (16, false): return .uint16
    case (32, false): return .uint32
    case (64, false): return .uint64
    default: return nil
    }
  }

  private static func indexType(_ content: FlatTable?) throws(StreamError) -> DataType.IndexType? {
    // The format's own default is a signed integer of 32 bits.
    guard let content else { return .int32 }
    switch try integerType(content) {
    case .int8: return .int8
    case .int16: return .int16
    case .int32: return .int32
    case .int64: return .int64
    case .uint8: return .uint8
    case .uint16: return .uint16
    case .uint32: return .uint32
    case .uint64: return .uint64
    default: return nil
    }
  }
}
