/// The columns of a stream as its schema describes them, those this implementation does not read included.
struct StreamLayout: Sendable {
  let columns: [ColumnLayout]
  let metadata: Metadata

  init(columns: [ColumnLayout], metadata: Metadata) {
    self.columns = columns
    self.metadata = metadata
  }

  /// The layout of a schema made in memory.
  init(_ schema: Schema) {
    var dictionaries: Int64 = 0
    columns = schema.fields.map { field in
      var layout = ColumnLayout(name: field.name)
      layout.field = field
      layout.count(field.type, &dictionaries)
      return layout
    }
    metadata = schema.metadata
  }
}

/// One column of a stream: its field, and what its values take in every record batch.
struct ColumnLayout: Sendable {
  let name: String
  /// The field; nil when some part of it has a type that is not read.
  var field: Field?
  /// What is not read, in words.
  private(set) var unsupported: String?
  /// Field nodes in a record batch.
  var nodes = 0
  /// Buffers in a record batch, those of views apart.
  var buffers = 0
  /// Fields with a variable number of further buffers.
  var variadics = 0
  /// The numbers of the dictionaries in this column, depth first.
  var dictionaries: [Int64] = []

  init(name: String) { self.name = name }

  mutating func refuse(_ type: String) {
    if unsupported == nil { unsupported = type }
  }

  mutating func count(_ type: DataType, _ dictionaries: inout Int64) {
    nodes += 1
    switch type {
    case .structure, .fixedSizeList: buffers += 1
    case .utf8: buffers += 3
    case .dictionary:
      self.dictionaries.append(dictionaries)
      dictionaries += 1
      buffers += 2
    default: buffers += 2
    }
    for child in type.children { count(child.type, &dictionaries) }
  }

  /// How many buffers a field of an Arrow type has, by the number of the type in the format's `Type` union: enough to step
  /// over columns that are not read.
  static func buffers(ofKind kind: UInt8) -> Int {
    switch kind {
    case 1, 22: 0  // null, run-end encoded
    case 13, 14, 16: 1  // structure, sparse union, fixed-size list
    case 4, 5, 19, 20, 25, 26: 3  // binary and text with offsets, list views
    default: 2
    }
  }

  /// The name of an Arrow type by its number in the format's `Type` union.
  static func name(ofKind kind: UInt8) -> String {
    let names = [
      "none", "null", "integer of another width", "half-precision float", "binary", "utf8", "bool", "decimal", "date",
      "time", "timestamp", "interval", "list of an unread type", "struct with an unread type", "union",
      "fixed-size binary", "fixed-size list of an unread type", "map", "duration", "large binary", "large utf8",
      "large list", "run-end encoded", "binary view", "utf8 view", "list view", "large list view",
    ]
    return Int(kind) < names.count ? names[Int(kind)] : "type number \(kind)"
  }
}
