import ArgumentParser
import ArrowStream
import Detector
import EventModel
import HighLevelTrigger
import Level1
import Menu

/// `sluice menu explain`: why each line fired on an event or did not.
struct MenuExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says line by line why an event passed or failed, with the value of every part of every condition.",
    discussion: """
      Level-1 prescales count events in stream order, so the stream is played through level 1 up to the event.
      Lines of level 1 that fired, and those asked for, are followed from each input bit that is set down to what set it:
      tracks with their segments and wires, sums and clusters with their trigger cells, pairs, sectors.
      """)

  @Argument(help: "Recorded stream.", completion: .file(extensions: ["arrow"]))
  var stream: String

  @Argument(help: "The event: its number, or experiment/run/number.")
  var event: String

  @Option(help: "Menu file.", completion: .file(extensions: ["yaml", "yml"]))
  var menu: String = MenuCommand.defaultMenu

  @Option(help: "Explain only this line; may be given several times.")
  var line: [String] = []

  @Option(help: "Seed of the random numbers, as of the replay.")
  var seed: UInt64 = 1

  @OptionGroup var json: JSONOption

  func run() throws {
    let wanted = try EventSelector(event)
    let menu = try MenuCommand.read(menu)
    try checkLines(of: menu)
    let reader = try StreamFileReader(path: stream)
    let (batchIndex, row) = try find(wanted, in: reader)
    let detector = try DetectorModel.belle2()
    let level1 = try Level1Trigger(level: menu.level1.compile(), detector: detector, seed: seed)
    var level1Column: ArrayData?
    var batch = try reader.batch(batchIndex)
    for index in 0...batchIndex {
      batch = try reader.batch(index).dropping(["l1", "hlt", "reco"])
      level1Column = try level1.process(batch)
    }
    guard let level1Column else { return }
    var result = EventExplanation(key: try EventKeyColumn(batch).key(row), menu: menu)
    let evidence = try level1.evidence(of: row, in: batch)
    let asked = Set(line)
    let explained = level1.level.explain(
      level1.columns, row: row, isEvidenceShown: { $1 == true || asked.contains($0.name) },
      evidence: { evidence.explain($0) })
    result.level1 = explained.enumerated().map { line, explanation in
      EventExplanation.Line(explanation, passes: level1.linesAfter.isTrue(line: line, row: row))
    }
    let single = try batch.appending(EventSchema.level1, level1Column).slice(row..<(row + 1))
    result.isAccepted = try Level1Column(single).accepted[0]
    if result.isAccepted { try explainHighLevel(single, menu, detector, &result) }
    result.keepLines(line)
    try json.write(result)
    if !json.takesStandardOutput { print(result.text) }
  }

  private func explainHighLevel(
    _ single: RecordBatch, _ menu: TriggerMenu, _ detector: DetectorModel, _ result: inout EventExplanation
  ) throws {
    var trigger = try HighLevelTrigger(detector: detector, menu: menu, seed: seed)
    let decided = try HighLevelColumn(trigger.process(single))
    let results = decided.resultRows[0]
    result.verdict = decided.verdict[0]
    guard result.verdict != HighLevelTrigger.Verdict.tooLarge.rawValue else { return }
    result.highLevel = trigger.level.explain(trigger.columns, row: 0).enumerated().map { line, explanation in
      EventExplanation.Line(explanation, passes: decided.results[results.lowerBound + line] != 0)
    }
  }

  private func checkLines(of menu: TriggerMenu) throws {
    let names = (menu.level1.lines + menu.highLevel.lines).map(\.name)
    for name in line where !names.contains(name) {
      let meant = Suggestion.question(for: name, among: names) ?? "its lines are \(names.joined(separator: ", "))"
      throw ValidationError("the menu has no line '\(name)'; \(meant)")
    }
  }

  /// The batch and row of the event.
  private func find(_ wanted: EventSelector, in reader: StreamFileReader) throws -> (batch: Int, row: Int) {
    var found: [(batch: Int, row: Int, key: EventKey)] = []
    let keys = try StreamFileReader(path: stream, options: .init(columns: .named(["event"])))
    var first: EventKey?
    var last: EventKey?
    for index in 0..<keys.batchCount {
      let column = try EventKeyColumn(keys.batch(index))
      for row in 0..<column.count {
        let key = column.key(row)
        first = first ?? key
        last = key
        if wanted.matches(key) { found.append((index, row, key)) }
      }
    }
    if found.count == 1 { return (found[0].batch, found[0].row) }
    if let first, let last, found.isEmpty {
      throw ValidationError("\(stream) has no event \(event): it goes from \(first) to \(last)")
    }
    if found.isEmpty { throw ValidationError("\(stream) has no events") }
    throw ValidationError(
      "event \(event) is not one event of \(stream): "
        + found.prefix(5).map { "\($0.key)" }.joined(separator: ", ") + (found.count > 5 ? ", …" : ""))
  }
}

/// Which event is asked for: `1234` or `7/12/1234`.
private struct EventSelector {
  private let experiment: UInt16?
  private let run: UInt32?
  private let number: UInt64

  init(_ text: String) throws {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 1, let number = UInt64(parts[0]) {
      (experiment, run, self.number) = (nil, nil, number)
    } else if parts.count == 3, let experiment = UInt16(parts[0]), let run = UInt32(parts[1]),
      let number = UInt64(parts[2])
    {
      (self.experiment, self.run, self.number) = (experiment, run, number)
    } else {
      throw ValidationError("'\(text)' is not an event: expected a number, or experiment/run/number")
    }
  }

  func matches(_ key: EventKey) -> Bool {
    key.number == number && (experiment.map { $0 == key.experiment } ?? true) && (run.map { $0 == key.run } ?? true)
  }
}

/// The result of `menu explain`.
private struct EventExplanation: Encodable {
  struct Line: Encodable {
    let line: MenuLine
    let isTrue: Bool?
    let isSeeded: Bool
    let passes: Bool
    let expression: Explanation

    init(_ explanation: LineExplanation, passes: Bool) {
      line = explanation.line
      isTrue = explanation.isTrue
      isSeeded = explanation.isSeeded
      self.passes = passes
      expression = explanation.expression
    }

    /// The line's outcome in words.
    var outcome: String {
      if let reason = line.maskReason { return "masked, \(reason)" }
      if !isSeeded { return "not seeded" }
      switch (isTrue, line.kind) {
      case (nil, _): return "not decided"
      case (false, _): return "no"
      case (true, .reject): return "rejects"
      case (true, .accept): return passes ? "ACCEPTS" : line.prescale == 0 ? "true, but off" : "true, prescaled away"
      }
    }

    var text: String {
      "\(line.name): \(outcome)\n"
        + expression.rendered.split(separator: "\n").map { "    \($0)\n" }.joined()
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(line.name, forKey: .name)
      try container.encode(line.kind.rawValue, forKey: .kind)
      try container.encode(line.prescale, forKey: .prescale)
      try container.encode(isSeeded, forKey: .seeded)
      // A masked line has no value: it was never asked.
      try container.encode(line.isMasked ? nil : isTrue, forKey: .value)
      try container.encode(passes, forKey: .passes)
      try container.encodeIfPresent(line.maskReason, forKey: .masked)
      try container.encode(Part(expression), forKey: .when)
    }

    enum Keys: String, CodingKey { case name, kind, prescale, seeded, value, passes, masked, when }
  }

  struct Part: Encodable {
    let text: String
    let value: String
    let parts: [Part]

    init(_ explanation: Explanation) {
      text = explanation.text
      value = explanation.value
      parts = explanation.children.map(Part.init)
    }
  }

  let key: EventKey
  let menu: TriggerMenu
  var level1: [Line] = []
  var isAccepted = false
  var highLevel: [Line]?
  var verdict: Int8 = 0

  init(key: EventKey, menu: TriggerMenu) {
    self.key = key
    self.menu = menu
  }

  mutating func keepLines(_ names: [String]) {
    guard !names.isEmpty else { return }
    level1 = level1.filter { names.contains($0.line.name) }
    highLevel = highLevel?.filter { names.contains($0.line.name) }
  }

  var text: String {
    var text = "event \(key), menu \(menu.name) version \(menu.version)\n\n"
    text += "Level 1: \(isAccepted ? "accepted" : "not accepted")\n"
    for line in level1 { text += "  " + line.text.replacing("\n    ", with: "\n      ") }
    if verdict == HighLevelTrigger.Verdict.tooLarge.rawValue {
      return text + "\nHigh level: set aside, too large to be reconstructed"
    }
    guard let highLevel else { return text + "\nThe high-level trigger never saw it." }
    let outcome = verdict > 0 ? "accepted" : verdict < 0 ? "rejected" : "not accepted"
    text += "\nHigh level: \(outcome)\n"
    for line in highLevel { text += "  " + line.text.replacing("\n    ", with: "\n      ") }
    return text
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(1, forKey: .schemaVersion)
    try container.encode("\(key)", forKey: .event)
    try container.encode(menu.name, forKey: .menu)
    try container.encode(menu.contentHash, forKey: .menuHash)
    try container.encode(isAccepted, forKey: .level1Accepted)
    try container.encode(level1, forKey: .level1)
    try container.encode(highLevel, forKey: .highLevel)
    try container.encode(verdict, forKey: .verdict)
  }

  enum Keys: String, CodingKey {
    case event, menu, level1, verdict
    case schemaVersion = "schema_version"
    case menuHash = "menu_hash"
    case level1Accepted = "level1_accepted"
    case highLevel = "high_level"
  }
}
