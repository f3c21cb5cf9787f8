import ArrowStream

extension EventSchema {
  /// The schema as a Markdown page: one table for each column, a row for every value with type, unit and comment.
  /// `Documentation/event-schema.md` is this text; a test compares them.
  public static var documentation: String {
    var page = """
      # The columns of a stream

      Made from `Sources/EventModel/EventSchema.swift`. Rows are events. A stage only adds columns. Energies and momenta
      in GeV, lengths in cm, times in ns, angles in rad; frame: z along the bisector of the beams in the electrons'
      direction, x horizontal away from the ring's centre, y up.


      """
    for column in columns {
      page += "## `\(column.name)`: \(column.metadata["comment"] ?? "")\n\n"
      page += "| value | type | unit | what it is |\n|---|---|---|---|\n"
      for (path, field) in leaves(of: column, path: "") {
        page +=
          "| `\(path)` | \(field.type.shortDescription) | \(field.unit ?? "") | \(field.metadata["comment"] ?? "") |\n"
      }
      page += "\n"
    }
    return page
  }

  private static func leaves(of field: Field, path: String) -> [(String, Field)] {
    switch field.type {
    case .structure(let members):
      return members.flatMap { leaves(of: $0, path: path.isEmpty ? $0.name : "\(path).\($0.name)") }
    case .list(let element):
      guard case .structure = element.type else { return [(path.isEmpty ? "[]" : path, field)] }
      return leaves(of: element, path: path + "[]")
    default:
      return [(path, field)]
    }
  }
}

extension DataType {
  /// The type without the name of a list's element.
  fileprivate var shortDescription: String {
    switch self {
    case .list(let element): "list of \(element.type)"
    case .fixedSizeList(let element, let count): "\(count) x \(element.type)"
    case .dictionary(let index): "label (\(index.dataType))"
    default: description
    }
  }
}
