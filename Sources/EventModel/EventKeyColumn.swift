import ArrowStream

/// What names an event: no two events of one replay share a key.
public struct EventKey: Hashable, Comparable, Sendable, Codable {
  /// Data-taking period.
  public var experiment: UInt16
  /// Run within the experiment.
  public var run: UInt32
  /// Event within the run.
  public var number: UInt64

  /// A key of its parts.
  public init(experiment: UInt16, run: UInt32, number: UInt64) {
    self.experiment = experiment
    self.run = run
    self.number = number
  }

  /// Order by experiment, run, number.
  public static func < (left: EventKey, right: EventKey) -> Bool {
    (left.experiment, left.run, left.number) < (right.experiment, right.run, right.number)
  }
}

extension EventKey: CustomStringConvertible {
  /// `experiment/run/number`.
  public var description: String { "\(experiment)/\(run)/\(number)" }
}

/// Key, time, weight and process of the events of a batch.
public struct EventKeyColumn: Sendable {
  /// Data-taking period of each event.
  public let experiment: ColumnView<UInt16>
  /// Run of each event.
  public let run: ColumnView<UInt32>
  /// Number of each event within its run.
  public let number: ColumnView<UInt64>
  /// Collision time of each event in ns since the start of the run.
  public let time: ColumnView<Int64>
  /// How many real events each event stands for.
  public let weight: ColumnView<Float>
  /// The process of each event; nil when the stream does not say. No decision reads it.
  public let process: ArrayData?

  /// The `event` column of a batch.
  /// - Throws: ``ColumnError`` when it is missing or of another type.
  public init(_ batch: RecordBatch) throws {
    let array = try batch.column("event")
    experiment = try array.memberView("experiment", of: "event")
    run = try array.memberView("run", of: "event")
    number = try array.memberView("number", of: "event")
    time = try array.memberView("time", of: "event")
    weight = try array.memberView("weight", of: "event")
    process = array.child("process")
  }

  /// The number of events.
  public var count: Int { number.count }

  /// The key of an event.
  public func key(_ row: Int) -> EventKey {
    EventKey(experiment: experiment[row], run: run[row], number: number[row])
  }

  /// The process label of an event; nil when the stream does not say.
  public func processLabel(_ row: Int) -> String? { process?.label(row) }
}

/// Grows an `event` column.
public struct EventKeyBuilder: ~Copyable {
  private var experiment = PrimitiveBuilder<UInt16>()
  private var run = PrimitiveBuilder<UInt32>()
  private var number = PrimitiveBuilder<UInt64>()
  private var time = PrimitiveBuilder<Int64>()
  private var weight = PrimitiveBuilder<Float>()
  private var process = PrimitiveBuilder<Int16>()
  private var known = BoolBuilder()
  private var unknown = 0
  private let labels: [String]

  /// No events yet.
  /// - Parameter processes: every process label that will be used: a stream's dictionary is complete before its first
  ///   batch.
  public init(processes: [String]) { labels = processes }

  /// The number of events so far.
  public var count: Int { number.count }

  /// Adds an event.
  /// - Parameters:
  ///   - time: collision time in ns since the start of the run.
  ///   - process: position of the label in the list of processes; nil for real data.
  public mutating func append(_ key: EventKey, time eventTime: Int64, weight eventWeight: Float, process index: Int?) {
    precondition(index.map(labels.indices.contains) ?? true, "process outside the list of labels")
    experiment.append(key.experiment)
    run.append(key.run)
    number.append(key.number)
    time.append(eventTime)
    weight.append(eventWeight)
    process.append(Int16(index ?? 0))
    known.append(index != nil)
    if index == nil { unknown += 1 }
  }

  /// The column of all events; the builder is empty afterwards.
  public mutating func finish() -> ArrayData {
    let rows = count
    let validity = known.finishBuffer()
    let indices = ArrayData(
      type: .dictionary(index: .int16), count: rows, nullCount: unknown, validity: unknown == 0 ? nil : validity,
      values: process.finishBuffer(), labels: labels)
    unknown = 0
    guard case .structure(let fields) = EventSchema.event.type else { preconditionFailure() }
    return ArrayData(
      structureOf: fields,
      [experiment.finish(), run.finish(), number.finish(), time.finish(), weight.finish(), indices], count: rows)
  }
}
