/// What a stream holds and whether it is sound, gathered from the headers of its batches or, to verify it, from every byte.
public struct StreamSummary: Sendable {
  /// Events of one process.
  public struct ProcessCount: Sendable, Hashable, Encodable {
    /// The label; nil for events without one, such as real data.
    public let process: String?
    /// The number of events.
    public internal(set) var events: Int
    /// The sum of their weights, when the stream has weights.
    public internal(set) var weight: Double?
  }

  /// What the header of each readable batch says, in order.
  public private(set) var batches: [StreamFileReader.BatchDescription] = []
  /// Rows of all readable batches.
  public private(set) var rows = 0
  /// Events by process, in the order in which the labels first appear.
  public private(set) var processes: [ProcessCount] = []
  /// Batches whose checksum was compared and agrees.
  public private(set) var verified = 0
  /// Batches that carry no checksum, which is no error.
  public private(set) var unchecked = 0
  /// Batches that cannot be read, with place and events.
  public private(set) var damaged: [StreamError] = []

  /// Goes through a file once.
  /// - Parameters:
  ///   - path: the file.
  ///   - verify: reads and checks every column of every batch; otherwise only the events' labels are read.
  ///   - progress: called with the number of batches done.
  /// - Throws: ``StreamError`` when the file cannot be opened.
  public init(path: String, verify: Bool, progress: (Int) -> Void = { _ in }) throws(StreamError) {
    let all = try StreamFileReader(path: path, options: .init(columns: .supported, verifiesChecksums: verify))
    let hasEvents = all.schema.index(of: "event") != nil
    let events =
      verify || !hasEvents
      ? all : try StreamFileReader(path: path, options: .init(columns: .named(["event"]), verifiesChecksums: false))
    var places: [String?: Int] = [:]
    for index in 0..<all.batchCount {
      do throws(StreamError) {
        let description = try all.describe(batch: index)
        if verify || hasEvents {
          let batch = try events.batch(index)
          count(batch, &places)
        }
        if verify { if description.checksum == nil { unchecked += 1 } else { verified += 1 } }
        batches.append(description)
        rows += description.rows
      } catch {
        damaged.append(error)
      }
      progress(index + 1)
    }
  }

  /// Adds the events of a batch to the counts of their processes.
  private mutating func count(_ batch: RecordBatch, _ places: inout [String?: Int]) {
    guard let index = batch.schema.index(of: "event"), let process = batch.columns[index].child("process"),
      case .dictionary = process.type
    else { return }
    let weight = batch.columns[index].child("weight").flatMap { try? ColumnView<Float>($0) }
    for row in 0..<process.count {
      let label = process.label(row)
      let place: Int
      if let known = places[label] {
        place = known
      } else {
        place = processes.count
        places[label] = place
        processes.append(ProcessCount(process: label, events: 0, weight: weight == nil ? nil : 0))
      }
      processes[place].events += 1
      if let weight { processes[place].weight = (processes[place].weight ?? 0) + Double(weight[row]) }
    }
  }
}

/// An event found by its number.
public struct FoundEvent: Sendable {
  /// The batch that holds it, counted from 0.
  public let batch: Int
  /// Its row in the batch.
  public let row: Int
  /// Its columns.
  public let columns: [(field: Field, value: RowValue)]
}

extension StreamFileReader {
  /// The events of a number, in any run; by position in the file when the stream does not number its events.
  /// - Throws: ``StreamError`` when no batch that can be read has the event, and one cannot be read.
  public func events(numbered number: UInt64) throws(StreamError) -> [FoundEvent] {
    var found: [FoundEvent] = []
    let isNumbered = schema.index(of: "event") != nil
    let keys =
      isNumbered ? try StreamFileReader(file, options: .init(columns: .named(["event"]))) : self
    var start: UInt64 = 0
    var unreadable: StreamError?
    for index in 0..<batchCount {
      let batch: RecordBatch
      do throws(StreamError) {
        batch = try keys.batch(index)
      } catch {
        unreadable = unreadable ?? error
        continue
      }
      var rows: [Int] = []
      if let numbers = batch.columns.first?.child("number"), let view = try? ColumnView<UInt64>(numbers) {
        rows = (0..<batch.count).filter { view[$0] == number }
      } else if number >= start, number - start < UInt64(batch.count) {
        rows = [Int(number - start)]
      }
      start += UInt64(batch.count)
      if rows.isEmpty { continue }
      let whole = try self.batch(index)
      for row in rows {
        found.append(
          FoundEvent(
            batch: index, row: row,
            columns: zip(whole.schema.fields, whole.columns).map { ($0, $1.value(row)) }))
      }
    }
    if found.isEmpty, let unreadable { throw unreadable }
    return found
  }
}
