import ArrowStream

/// A `list<struct<…>>` column taken apart: the rows, and the members by name. The typed views are made of it.
struct StructureList {
  let name: String
  let rows: ListOffsets
  private let child: ArrayData

  /// The column of a batch.
  init(_ batch: RecordBatch, _ name: String) throws { try self.init(batch.column(name), name) }

  /// A column or a member of one; `name` is for error messages.
  init(_ array: ArrayData, _ name: String) throws {
    self.name = name
    rows = try ListOffsets(array, named: name)
    child = array.children[0]
    guard case .structure = child.type else {
      throw ColumnError.type(column: name, found: array.type, expected: "list<struct>")
    }
  }

  func member(_ member: String) throws -> ArrayData {
    guard let array = child.child(member) else {
      throw ColumnError.missing(column: "\(name).\(member)", existing: child.memberNames)
    }
    return array
  }

  func view<Element: ArrowPrimitive>(_ member: String, of: Element.Type = Element.self) throws -> ColumnView<Element> {
    try ColumnView(self.member(member), named: "\(name).\(member)")
  }

  /// A member that holds a fixed number of values a row, as one flat column.
  func view<Element: ArrowPrimitive>(
    _ member: String, each count: Int, of: Element.Type = Element.self
  ) throws -> ColumnView<Element> {
    try fixedSizeView(self.member(member), each: count, named: "\(name).\(member)")
  }
}

extension ArrayData {
  /// The names of a structure's members.
  var memberNames: [String] {
    if case .structure(let fields) = type { fields.map(\.name) } else { [] }
  }

  /// A member of a structure, with an error that names the whole path.
  func member(_ member: String, of name: String) throws -> ArrayData {
    guard let array = child(member) else {
      throw ColumnError.missing(column: "\(name).\(member)", existing: memberNames)
    }
    return array
  }

  func memberView<Element: ArrowPrimitive>(
    _ member: String, of name: String, as: Element.Type = Element.self
  ) throws -> ColumnView<Element> {
    try ColumnView(self.member(member, of: name), named: "\(name).\(member)")
  }
}

func fixedSizeView<Element: ArrowPrimitive>(
  _ array: ArrayData, each count: Int, named name: String
) throws -> ColumnView<Element> {
  guard case .fixedSizeList(_, count) = array.type else {
    throw ColumnError.type(column: name, found: array.type, expected: "fixed_size_list<\(Element.arrowType)>[\(count)]")
  }
  return try ColumnView(array.children[0], named: name)
}

/// The member fields of a `list<struct<…>>` field, and the element that holds them.
func elementField(of list: Field) -> (element: Field, members: [Field]) {
  guard case .list(let element) = list.type, case .structure(let members) = element.type else {
    preconditionFailure("'\(list.name)' is no list of structures")
  }
  return (element, members)
}

/// Ends a builder: its members become the structure's children under the offsets of the rows.
func finishList(_ field: Field, _ offsets: inout OffsetsBuilder, _ members: [ArrayData]) -> ArrayData {
  let (element, fields) = elementField(of: field)
  let child = ArrayData(structureOf: fields, members, count: members[0].count)
  return offsets.finish(element: element, child: child)
}

/// A column of a fixed number of values a row, from the values of all rows.
package func fixedSizeList(_ type: DataType, _ values: ArrayData, rows: Int) -> ArrayData {
  ArrayData(type: type, count: rows, children: [values])
}
