import ArrowStream
import EventModel

/// All inputs of a replay as one stream of batches in time order, with keys that occur once.
package struct EventFeed {
  private var inputs: TimeOrder
  private let repeats: Int
  private let check: TriggerChain.InputCheck?
  private var pass = 0
  private var register = KeyRegister()
  private var highestNumber: UInt64 = 0
  private var firstTime: Int64?
  private var lastTime: Int64 = 0
  private var events = 0
  /// The events of one pass that nobody may look at, by their place in it, in order.
  private var impossible: [(place: Int, hit: ImpossibleHit)] = []

  /// What an earlier replay decided is decided anew.
  package static let derived: Set<String> = ["l1", "hlt", "reco"]

  /// - Parameter check: finds hits that no detector can have recorded; asked once for each event.
  package init(inputs: [any StreamInput], repeats: Int, check: TriggerChain.InputCheck? = nil) {
    self.inputs = TimeOrder(inputs, leavingOut: Self.derived)
    self.repeats = repeats
    self.check = check
  }

  /// The next batch, whatever its size; nil after the last.
  /// - Throws: ``ReplayError`` when an input cannot be read or a key occurs twice.
  package mutating func next() throws -> RecordBatch? {
    while pass < repeats {
      if let merged = try inputs.next() {
        return pass == 0 ? try first(merged) : try repeated(merged.batch, merged.path(ofRow: 0))
      }
      inputs.rewind()
      pass += 1
      if events == 0 { return nil }
    }
    return nil
  }

  /// The events with a hit that no detector can have recorded.
  /// - Parameter events: places of events that were handed out, counted from the first of the first pass.
  package func impossibleHits(in events: Range<Int>) -> [(place: Int, hit: ImpossibleHit)] {
    guard !impossible.isEmpty else { return [] }
    var found: [(place: Int, hit: ImpossibleHit)] = []
    // Places of one pass; a range may reach into the next one.
    var start = events.lowerBound
    while start < events.upperBound {
      let pass = start / self.events
      let first = pass * self.events
      let end = min(events.upperBound, first + self.events)
      var index = impossible.partitioningIndex { $0.place >= start - first }
      while index < impossible.count, impossible[index].place < end - first {
        found.append((first + impossible[index].place, impossible[index].hit))
        index += 1
      }
      start = end
    }
    return found
  }

  /// A batch met for the first time: its keys are new, or the input is refused.
  private mutating func first(_ merged: TimeOrder.Merged) throws -> RecordBatch {
    let batch = merged.batch
    let keys: EventKeyColumn
    do { keys = try EventKeyColumn(batch) } catch {
      throw ReplayError.unreadableStream(path: merged.path(ofRow: 0), reason: "\(error)")
    }
    if let row = register.insert(keys) {
      throw ReplayError.duplicateKey(
        path: merged.path(ofRow: row), row: merged.event(ofRow: row), key: keys.key(row), others: [])
    }
    for row in 0..<keys.count {
      // No rate could use it, and it would show only when the run is over.
      guard keys.weight[row].isFinite, keys.weight[row] >= 0 else {
        throw ReplayError.impossibleInput(
          reason: "the weight is \(keys.weight[row]), expected a finite number that is not negative",
          event: keys.key(row), paths: [merged.path(ofRow: row)])
      }
      highestNumber = max(highestNumber, keys.number[row])
      lastTime = max(lastTime, keys.time[row])
      firstTime = min(firstTime ?? keys.time[row], keys.time[row])
    }
    do {
      let found = try check?(batch) ?? [:]
      impossible += found.sorted { $0.key < $1.key }.map { (events + $0.key, $0.value) }
    } catch let error as ColumnError {
      throw ReplayError.unreadableStream(path: merged.path(ofRow: 0), reason: "\(error)")
    }
    events += batch.count
    return batch
  }

  /// A batch met again: numbers and times continue where the pass before ended.
  private func repeated(_ batch: RecordBatch, _ path: String) throws -> RecordBatch {
    let keys = try EventKeyColumn(batch)
    let span = highestNumber.addingReportingOverflow(1)
    let shift = span.partialValue.multipliedReportingOverflow(by: UInt64(pass))
    let period = lastTime.subtractingReportingOverflow(firstTime ?? 0)
    // The next pass begins one mean distance after the last event.
    let cycle = period.partialValue.addingReportingOverflow(period.partialValue / Int64(max(1, events)))
    let delay = cycle.partialValue.multipliedReportingOverflow(by: Int64(pass))
    guard !span.overflow, !shift.overflow, !highestNumber.addingReportingOverflow(shift.partialValue).overflow,
      !period.overflow, !cycle.overflow, !delay.overflow,
      !lastTime.addingReportingOverflow(delay.partialValue).overflow
    else {
      throw ReplayError.invalidArgument(
        name: "repeat", found: "\(repeats)",
        expected: "fewer passes: event numbers up to \(highestNumber) of \(path) cannot be renumbered that often")
    }
    let numbers = ArrayData(copying: keys.number.unsafeBuffer.map { $0 + shift.partialValue })
    let times = ArrayData(copying: keys.time.unsafeBuffer.map { $0 + delay.partialValue })
    let event = try batch.column("event")
    guard let index = batch.schema.index(of: "event"), case .structure(let fields) = event.type else { return batch }
    let children = zip(fields, event.children).map { field, child in
      switch field.name {
      case "number": numbers
      case "time": times
      default: child
      }
    }
    var columns = batch.columns
    columns[index] = ArrayData(structureOf: fields, children, count: batch.count)
    return try RecordBatch(schema: batch.schema, columns: columns, count: batch.count)
  }
}

extension Array {
  /// Index of the first element that belongs to the second part; those of the first part stand before.
  fileprivate func partitioningIndex(where belongsToSecond: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
