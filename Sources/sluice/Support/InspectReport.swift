import ArrowStream

/// The summary of a stream in the form that is printed and written as JSON.
struct InspectReport: Encodable {
  struct Column: Encodable {
    let name: String
    let type: String
    let unit: String?
    let nullable: Bool
  }

  struct Batch: Encodable {
    let byteOffset: Int
    let byteCount: Int
    let rows: Int
    let firstEvent: UInt64?
    let lastEvent: UInt64?
    let checksum: UInt32?
  }

  struct Problem: Encodable {
    let kind: String
    let byteOffset: Int?
    let batch: Int?
    let firstEvent: UInt64?
    let lastEvent: UInt64?
    let column: String?
    let text: String

    init(_ error: StreamError) {
      kind = error.kind.rawValue
      byteOffset = error.byteOffset
      batch = error.batch
      firstEvent = error.events?.first
      lastEvent = error.events?.last
      column = error.column
      text = error.description
    }
  }

  let stream: String
  /// Whether the file was finished.
  let complete: Bool
  let rows: Int
  let batches: [Batch]
  let columns: [Column]
  /// Columns of types that are not read, by name.
  let unreadColumns: [String: String]
  let metadata: [String: String]
  let processes: [StreamSummary.ProcessCount]
  /// Checksums compared and found right; nil without `--verify`.
  let verifiedBatches: Int?
  /// Batches without checksum; nil without `--verify`.
  let uncheckedBatches: Int?
  let problems: [Problem]

  init(_ reader: StreamFileReader, _ summary: StreamSummary, verified: Bool) {
    stream = reader.path
    complete = reader.isComplete
    rows = summary.rows
    batches = summary.batches.map {
      Batch(
        byteOffset: $0.byteOffset, byteCount: $0.byteCount, rows: $0.rows, firstEvent: $0.events?.first,
        lastEvent: $0.events?.last, checksum: $0.checksum)
    }
    columns = reader.schema.fields.map {
      Column(name: $0.name, type: "\($0.type)", unit: $0.unit, nullable: $0.nullable)
    }
    unreadColumns = Dictionary(reader.unread.map { ($0.name, $0.type) }) { first, _ in first }
    metadata = Dictionary(reader.schema.metadata.pairs.map { ($0.key, $0.value) }) { $1 }
    processes = summary.processes
    verifiedBatches = verified ? summary.verified : nil
    uncheckedBatches = verified ? summary.unchecked : nil
    problems = (summary.damaged + (reader.ending.map { [$0] } ?? [])).map(Problem.init)
  }

  /// The report as text.
  func lines(_ schema: Schema) -> [String] {
    var lines = [
      "\(stream): \(rows) events in \(batches.count) \(batches.count == 1 ? "batch" : "batches")\(complete ? "" : ", not finished")"
    ]
    if !batches.isEmpty {
      let sizes = batches.map(\.rows)
      let bytes = batches.reduce(0) { $0 + $1.byteCount }
      let low = sizes.min() ?? 0
      let high = sizes.max() ?? 0
      lines.append(
        "  \(low == high ? "\(low)" : "\(low) to \(high)") events a batch, \(bytes / max(rows, 1)) bytes an event, \(bytes) bytes"
      )
    }
    let first = batches.compactMap(\.firstEvent).min()
    let last = batches.compactMap(\.lastEvent).max()
    if let first, let last { lines.append("  event numbers \(first) to \(last)") }
    if let verifiedBatches, let uncheckedBatches {
      let damaged = problems.filter { $0.batch != nil }.count
      lines.append(
        "  checksums: \(verifiedBatches) batches agree, \(uncheckedBatches) have none, \(damaged) are damaged")
    }
    lines += ["", "columns"]
    for field in schema.fields { lines += EventText.description(of: field).map { "  " + $0 } }
    for (name, type) in unreadColumns.sorted(by: { $0.key < $1.key }) { lines.append("  \(name)  not read: \(type)") }
    if !metadata.isEmpty {
      lines += ["", "metadata"]
      let width = metadata.keys.map(\.count).max() ?? 0
      for (key, value) in schema.metadata.pairs {
        lines.append("  \(key)\(String(repeating: " ", count: width - key.count))  \(value)")
      }
    }
    if !processes.isEmpty {
      lines += ["", "events by process"]
      let names = processes.map { $0.process ?? "(none)" }
      let width = names.map(\.count).max() ?? 0
      for (name, count) in zip(names, processes) {
        let weight = count.weight.map { ", sum of weights \(Self.rounded($0))" } ?? ""
        lines.append("  \(name)\(String(repeating: " ", count: width - name.count))  \(count.events)\(weight)")
      }
    }
    return lines
  }

  /// Six significant digits are enough to read.
  private static func rounded(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let rounded = (value * 1000).rounded() / 1000
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
