import ArgumentParser
import ArrowStream
import Detector
import EventDisplay
import Foundation

/// `sluice inspect`: what a stream holds, whether it is sound, and what can be saved of a broken one.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Shows what a recorded stream holds, checks it, and rescues what a broken one still holds.",
    discussion: """
      Without options: columns with their units, metadata, batches, and events by process. A file that was not finished \
      is shown up to its last whole batch and ends with exit status 2.
      """)

  @Argument(help: "A recorded stream (.arrow).", completion: .file(extensions: ["arrow"]))
  var stream: String

  @Option(help: "Show the event of this number in full.")
  var event: UInt64?

  @Option(
    help: "With --event: draw it as SVG to FILE; tracks are found for the picture if the stream has none.",
    completion: .file(extensions: ["svg"]))
  var svg: String?

  @Flag(help: "With --svg: draw the generator particles too.")
  var truth = false

  @Flag(help: "Read every batch and compare it with its checksum.")
  var verify = false

  @Option(help: "Write the whole batches of a broken stream to this file.", completion: .file(extensions: ["arrow"]))
  var repair: String?

  @Flag(help: "Let --repair overwrite a file.")
  var force = false

  @OptionGroup var json: JSONOption

  func validate() throws {
    if event != nil, verify || repair != nil {
      throw ValidationError("--event shows one event; use --verify and --repair without it.")
    }
    if svg != nil, event == nil { throw ValidationError("--svg draws one event: say which with --event N.") }
    if truth, svg == nil { throw ValidationError("--truth is for the picture of --svg FILE.") }
    if let svg { try OutputError.check(svg, option: "--svg") }
    if verify, repair != nil {
      throw ValidationError("--repair checks every batch by itself; use it without --verify.")
    }
  }

  func run() throws {
    if let repair {
      try rescue(into: repair)
    } else if let event {
      try show(event)
    } else {
      try summarise()
    }
  }

  private func say(_ line: String) {
    if !json.takesStandardOutput { print(line) }
  }

  private func tell(_ line: String) { try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8)) }

  // MARK: Summary

  private func summarise() throws {
    let reader: StreamFileReader
    do {
      reader = try StreamFileReader(path: stream, options: .init(columns: .supported))
    } catch {
      if [.malformed, .checksum].contains(error.kind) {
        tell("whole batches may be saved: sluice inspect \(stream) --repair OUT")
      }
      throw error
    }
    let bar = ProgressBar(total: reader.batchCount, unit: "batches")
    let summary = try StreamSummary(path: stream, verify: verify) { bar.update($0) }
    bar.finish()
    let report = InspectReport(reader, summary, verified: verify)
    for line in report.lines(reader.schema) { say(line) }
    try json.write(report)
    // The last word is the error, so that nobody takes half a stream for a whole one.
    let errors = summary.damaged + (reader.ending.map { [$0] } ?? [])
    for error in errors.dropLast() { tell("error: \(error)") }
    if let last = errors.last {
      tell("\(summary.batches.count) whole batches can be saved: sluice inspect \(stream) --repair OUT")
      throw last
    }
  }

  // MARK: One event

  private func show(_ number: UInt64) throws {
    let reader = try StreamFileReader(path: stream, options: .init(columns: .supported))
    let events = try reader.events(numbered: number)
    guard !events.isEmpty else { throw NoSuchEvent(number: number, stream: stream, reader: reader) }
    if let svg { try draw(events, of: reader, into: svg) }
    // The picture is asked for instead of the text, which holds every hit.
    for found in svg == nil ? events : [] {
      say("event \(number): batch \(found.batch), row \(found.row)")
      for (field, value) in found.columns {
        for line in EventText.lines(field, value) { say(line) }
      }
      for column in reader.unread { say("\(column.name): not read (\(column.type))") }
    }
    try json.write(events.map { found in RowValue.structure(found.columns.map { .init($0.field.name, $0.value) }) })
  }

  private func draw(_ events: [FoundEvent], of reader: StreamFileReader, into file: String) throws {
    guard let found = events.first else { return }
    if events.count > 1 { tell("\(events.count) events have the number \(event ?? 0); the first is drawn") }
    let detector = try DetectorModel.belle2()
    let displayed = try DisplayedEvent(
      reader.batch(found.batch), row: found.row, detector: detector, withTruth: truth)
    try OutputError.write(Data(EventDisplay(detector: detector).svg(displayed).utf8), to: file)
    say("\(file): \(displayed.summary)")
  }

  /// A number that no event has.
  private struct NoSuchEvent: Error, CustomStringConvertible {
    let description: String

    init(number: UInt64, stream: String, reader: StreamFileReader) {
      let ranges = (0..<reader.batchCount).compactMap { try? reader.describe(batch: $0).events }
      let first = ranges.map(\.first).min()
      let last = ranges.map(\.last).max()
      let numbers = if let first, let last { "; its events are numbered \(first) to \(last)" } else { "" }
      description = "\(stream): no event \(number)\(numbers)"
    }
  }

  // MARK: Repair

  private func rescue(into output: String) throws {
    let report = try StreamRepair.repair(path: stream, into: output, force: force)
    for problem in report.problems { say("\(problem)") }
    say("\(output): \(report.batches) batches, \(report.rows) rows rescued from \(stream)")
    try json.write(
      RepairReport(
        stream: stream, output: output, batches: report.batches, rows: report.rows,
        problems: report.problems.map(InspectReport.Problem.init)))
  }

  private struct RepairReport: Encodable {
    let stream: String
    let output: String
    let batches: Int
    let rows: Int
    let problems: [InspectReport.Problem]
  }
}
