import ArrowStream
import EventModel

// Streams that went through other software may have lost the notes of their fields (units, comments), or say "nullable"
// where nothing is null. Their values are the same, so they are given the types of the event schema.

extension ArrayData {
  /// This column under another type that lays its values out alike; nil when it does not.
  func retyped(as wanted: DataType) -> ArrayData? {
    if type == wanted { return self }
    var renewed: [ArrayData] = []
    switch (type, wanted) {
    case (.list, .list(let element)):
      guard let child = children[0].retyped(as: element.type) else { return nil }
      renewed = [child]
    case (.fixedSizeList(_, let count), .fixedSizeList(let element, let wantedCount)):
      guard count == wantedCount, let child = children[0].retyped(as: element.type) else { return nil }
      renewed = [child]
    case (.structure(let fields), .structure(let wantedFields)):
      guard fields.map(\.name) == wantedFields.map(\.name) else { return nil }
      for (child, field) in zip(children, wantedFields) {
        guard child.nullCount == 0 || field.nullable, let child = child.retyped(as: field.type) else { return nil }
        renewed.append(child)
      }
    default: return nil
    }
    return ArrayData(
      type: wanted, count: count, nullCount: nullCount, validity: validity, offsets: offsets, values: values,
      children: renewed, labels: labels)
  }
}

extension Schema {
  /// This schema with the fields of the event schema in place of those that lay their values out alike.
  var canonical: Schema {
    var canonical = self
    for (index, field) in fields.enumerated() {
      guard let known = EventSchema.columns.first(where: { $0.name == field.name }) else { continue }
      if ArrayData.empty(field.type).retyped(as: known.type) != nil { canonical.fields[index] = known }
    }
    return canonical
  }
}

extension RecordBatch {
  /// This batch under a schema whose columns lay their values out alike.
  /// - Throws: ``StageFailure`` when a column does not fit.
  func retyped(as schema: Schema) throws -> RecordBatch {
    let columns = try zip(columns, schema.fields).map { column, field in
      guard let column = column.retyped(as: field.type) else {
        throw StageFailure("column '\(field.name)' is \(column.type), expected \(field.type)")
      }
      return column
    }
    return try RecordBatch(schema: schema, columns: columns, count: count)
  }
}
