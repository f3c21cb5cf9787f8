/// Key-value pairs of a schema or field, in the order in which they were written. Keys are unique.
public struct Metadata: Hashable, Sendable, ExpressibleByDictionaryLiteral {
  /// The keys, in order.
  public private(set) var keys: [String] = []
  private var values: [String] = []

  /// No pairs.
  public init() {}

  /// The pairs of a literal; of a repeated key the last value counts.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// The value under a key; setting `nil` removes the pair.
  public subscript(key: String) -> String? {
    get { keys.firstIndex(of: key).map { values[$0] } }
    set {
      switch (keys.firstIndex(of: key), newValue) {
      case (let index?, let value?): values[index] = value
      case (let index?, nil):
        keys.remove(at: index)
        values.remove(at: index)
      case (nil, let value?):
        keys.append(key)
        values.append(value)
      case (nil, nil): break
      }
    }
  }

  /// Whether there are no pairs.
  public var isEmpty: Bool { keys.isEmpty }

  /// The pairs, in order.
  public var pairs: [(key: String, value: String)] { zip(keys, values).map { ($0, $1) } }
}

/// One column, or one child of a nested column: its name, type, whether rows may be null, and notes such as the unit.
public struct Field: Hashable, Sendable {
  /// The column's name.
  public var name: String
  /// The type of its values.
  public var type: DataType
  /// Whether a row may hold no value.
  public var nullable: Bool
  /// Notes that travel with the field; `unit` and `comment` are this project's own.
  public var metadata: Metadata

  /// A field of a name and type.
  public init(_ name: String, _ type: DataType, nullable: Bool = false, metadata: Metadata = [:]) {
    self.name = name
    self.type = type
    self.nullable = nullable
    self.metadata = metadata
  }

  /// The unit that the field's values are in (`GeV`, `cm`, `ns` …), when one was written.
  public var unit: String? { metadata["unit"] }
}

/// The columns of a stream and the notes that belong to all of it.
public struct Schema: Hashable, Sendable {
  /// The columns, in order.
  public var fields: [Field]
  /// Stream metadata: format version, run, geometry version, menu hash …
  public var metadata: Metadata

  /// A schema of columns.
  public init(fields: [Field], metadata: Metadata = [:]) {
    self.fields = fields
    self.metadata = metadata
  }

  /// The position of a column, or nil when the stream has none of that name.
  public func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }
}
