import ArrowStream

/// Track segments of level 1.
///
/// Row r of the batch has the values `rows[r]` of each column.
///
/// What the values are and their units: ``EventSchema``.
public struct Level1Segments: Sendable {
  /// The range of each event's values.
  public let rows: ListOffsets
  /// Segment, 0…2335.
  public let id: ColumnView<UInt16>
  /// 1 first priority wire, 2 second left, 3 second right.
  public let priority: ColumnView<UInt8>
  /// Time count of the priority wire.
  public let time: ColumnView<Int16>
  /// 1 right, 2 left, 3 undetermined.
  public let leftRight: ColumnView<UInt8>

  init(_ array: ArrayData, _ name: String) throws {
    let list = try StructureList(array, name)
    rows = list.rows
    id = try list.view("id")
    priority = try list.view("priority")
    time = try list.view("time")
    leftRight = try list.view("left_right")
  }
}

/// Grows a `l1.segments` column event by event: add values, then ``endEvent()``.
public struct Level1SegmentsBuilder: ~Copyable {
  /// Segment, 0…2335.
  public var id = PrimitiveBuilder<UInt16>()
  /// 1 first priority wire, 2 second left, 3 second right.
  public var priority = PrimitiveBuilder<UInt8>()
  /// Time count of the priority wire.
  public var time = PrimitiveBuilder<Int16>()
  /// 1 right, 2 left, 3 undetermined.
  public var leftRight = PrimitiveBuilder<UInt8>()
  private var offsets = OffsetsBuilder()

  /// No events yet.
  public init() {}

  /// The number of values of all events so far.
  public var count: Int { id.count }

  /// The number of events ended so far.
  public var eventCount: Int { offsets.count }

  /// Adds one value to the current event; spans must hold the fixed number of values.
  @inlinable public mutating func append(
    id idValue: UInt16, priority priorityValue: UInt8, time timeValue: Int16, leftRight leftRightValue: UInt8
  ) {
    id.append(idValue)
    priority.append(priorityValue)
    time.append(timeValue)
    leftRight.append(leftRightValue)
  }

  /// Adds values to the current event; the spans must be of equal length.
  @inlinable public mutating func append(
    id ids: Span<UInt16>, priority priorities: Span<UInt8>, time times: Span<Int16>, leftRight sides: Span<UInt8>
  ) {
    precondition(
      priorities.count == ids.count && times.count == ids.count && sides.count == ids.count, "lists of equal length")
    id.append(contentsOf: ids)
    priority.append(contentsOf: priorities)
    time.append(contentsOf: times)
    leftRight.append(contentsOf: sides)
  }

  /// Ends the current event: the values added since the event before are its own.
  public mutating func endEvent() { offsets.endRow(at: id.count) }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    finishList(
      Level1Column.memberField("segments"), &offsets,
      [
        id.finish(),
        priority.finish(),
        time.finish(),
        leftRight.finish(),
      ])
  }
}
