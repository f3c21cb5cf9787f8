import ArrowStream
import EventModel

/// Merges the events of several inputs by run and time: what an experiment recorded together is played together, so that
/// prescale counters and deadtime see events in the order in which they happened. One batch of each input is in memory.
///
/// A single input is passed on as it stands. Events of the same time keep the order of the inputs.
struct TimeOrder {
  private let inputs: [any StreamInput]
  private let leavingOut: Set<String>
  private var heads: [Head] = []
  private var isBegun = false
  private var labels: [String] = []

  /// How many events a merged batch holds at most.
  private static let batchSize = 512

  /// Where an input stands: a batch with rows left, or nothing left at all.
  private struct Head {
    var batch: RecordBatch?
    var keys: EventKeyColumn?
    var row = 0
    var nextBatch = 0
    /// Events of the batches before this one.
    var earlier = 0
  }

  /// Events in time order, and where each came from.
  struct Merged {
    let batch: RecordBatch
    /// Runs of rows from one input: the first row, the input's path, and the event's place in the input.
    fileprivate let origins: [(row: Int, path: String, event: Int)]

    /// The path of the input that a row came from.
    func path(ofRow row: Int) -> String { origin(row).path }

    /// The place in its input of the event in a row, counted from 0.
    func event(ofRow row: Int) -> Int {
      let origin = origin(row)
      return origin.event + row - origin.row
    }

    private func origin(_ row: Int) -> (row: Int, path: String, event: Int) {
      origins.last { $0.row <= row } ?? (0, "", 0)
    }
  }

  /// Order of events: by run, then by time.
  private typealias Moment = (experiment: UInt16, run: UInt32, time: Int64)

  init(_ inputs: [any StreamInput], leavingOut: Set<String>) {
    self.inputs = inputs
    self.leavingOut = leavingOut
  }

  /// Starts from the beginning again.
  mutating func rewind() { isBegun = false }

  /// The next events; nil after the last.
  /// - Throws: ``ReplayError`` when an input cannot be read.
  mutating func next() throws -> Merged? {
    if !isBegun { try begin() }
    if heads.count == 1 {
      guard let batch = heads[0].batch else { return nil }
      let origin = (row: 0, path: inputs[0].path, event: heads[0].earlier)
      try advance(0)
      return Merged(batch: batch, origins: [origin])
    }
    var pieces: [(batch: RecordBatch, rows: Range<Int>)] = []
    var origins: [(row: Int, path: String, event: Int)] = []
    var count = 0
    while count < Self.batchSize, let (first, limit) = earliest() {
      guard let batch = heads[first].batch, let keys = heads[first].keys else { break }
      let start = heads[first].row
      var end = start + 1
      while end < batch.count, count + end - start < Self.batchSize, precedes(moment(keys, end), first, limit) {
        end += 1
      }
      pieces.append((batch, start..<end))
      origins.append((count, inputs[first].path, heads[first].earlier + start))
      count += end - start
      heads[first].row = end
      if end == batch.count { try advance(first) }
    }
    guard let first = origins.first else { return nil }
    do { return Merged(batch: try RecordBatch.joining(pieces), origins: origins) } catch {
      throw ReplayError.unreadableStream(path: first.path, reason: "\(error)")
    }
  }

  private mutating func begin() throws {
    isBegun = true
    heads = Array(repeating: Head(), count: inputs.count)
    for input in inputs.indices { try advance(input) }
    if inputs.count > 1 && labels.isEmpty {
      // The labels of all inputs under one numbering that does not depend on the inputs' order.
      labels = Set(heads.flatMap { $0.keys?.process?.labels ?? [] }).sorted()
      for input in inputs.indices { try relabel(input) }
    }
  }

  /// Reads an input's next batch that has events.
  private mutating func advance(_ input: Int) throws {
    heads[input].earlier += heads[input].batch?.count ?? 0
    heads[input].batch = nil
    heads[input].keys = nil
    heads[input].row = 0
    while heads[input].batch == nil, heads[input].nextBatch < inputs[input].batchCount {
      let batch = try inputs[input].batch(heads[input].nextBatch).dropping(leavingOut)
      heads[input].nextBatch += 1
      guard batch.count > 0 else { continue }
      heads[input].batch = batch
      if inputs.count > 1 {
        try readKeys(input)
        if !labels.isEmpty { try relabel(input) }
      }
    }
  }

  private mutating func readKeys(_ input: Int) throws {
    guard let batch = heads[input].batch else { return }
    do { heads[input].keys = try EventKeyColumn(batch) } catch {
      throw ReplayError.unreadableStream(path: inputs[input].path, reason: "\(error)")
    }
  }

  /// Numbers the processes of an input's batch as all inputs do.
  private mutating func relabel(_ input: Int) throws {
    guard let batch = heads[input].batch, let process = heads[input].keys?.process, process.labels != labels else {
      return
    }
    // A label that comes late, as the format allows, gets the next number.
    for label in process.labels where !labels.contains(label) { labels.append(label) }
    do { heads[input].batch = try batch.relabelling(process: labels) } catch {
      throw ReplayError.unreadableStream(path: inputs[input].path, reason: "\(error)")
    }
    try readKeys(input)
  }

  /// The input whose next event is earliest, and the earliest event of the others.
  private func earliest() -> (input: Int, limit: (moment: Moment, input: Int)?)? {
    var first: (moment: Moment, input: Int)?
    var second: (moment: Moment, input: Int)?
    for (input, head) in heads.enumerated() {
      guard let keys = head.keys else { continue }
      let candidate = (moment: moment(keys, head.row), input: input)
      if precedes(candidate.moment, input, first) {
        second = first
        first = candidate
      } else if precedes(candidate.moment, input, second) {
        second = candidate
      }
    }
    return first.map { ($0.input, second) }
  }

  private func moment(_ keys: EventKeyColumn, _ row: Int) -> Moment {
    (keys.experiment[row], keys.run[row], keys.time[row])
  }

  /// Whether an event comes before another; every event comes before none.
  private func precedes(_ moment: Moment, _ input: Int, _ other: (moment: Moment, input: Int)?) -> Bool {
    guard let other else { return true }
    return moment == other.moment ? input < other.input : moment < other.moment
  }
}

extension RecordBatch {
  /// This batch with the process labels under another numbering, which must hold all of them.
  fileprivate func relabelling(process labels: [String]) throws -> RecordBatch {
    guard let index = schema.index(of: "event"), case .structure(let fields) = columns[index].type else { return self }
    let event = columns[index]
    let children = zip(fields, event.children).map { field, child in
      field.name == "process" ? child.relabelled(labels) : child
    }
    var columns = columns
    columns[index] = ArrayData(
      type: event.type, count: event.count, nullCount: event.nullCount, validity: event.validity, children: children)
    return try RecordBatch(schema: schema, columns: columns, count: count)
  }
}

extension ArrayData {
  /// A dictionary column of int16 indices under another numbering of its labels.
  fileprivate func relabelled(_ labels: [String]) -> ArrayData {
    guard case .dictionary(.int16) = type else { return self }
    let translated = self.labels.map { Int16(clamping: labels.firstIndex(of: $0) ?? 0) }
    let indices = (0..<count).map { row in dictionaryIndex(row).map { translated[$0] } ?? 0 }
    return ArrayData(
      type: type, count: count, nullCount: nullCount, validity: validity, values: Buffer(copying: indices),
      labels: labels)
  }
}
