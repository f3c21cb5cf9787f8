import ArgumentParser
import Foundation
import Menu
import TriggerStudies

/// `sluice menu evaluate`: a menu's level-1 lines on recorded input words.
struct MenuEvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Evaluates a menu's level-1 lines on input words.",
    discussion: """
      Prints two lines of hexadecimal words for each event, least significant first: 'ftdl' before and 'psnm' after \
      prescale; bit i of word w is line 32 w + i. The words of a FILE are one event a line, 6 to 10 hexadecimal words, in \
      the bit order of the menu's inputs. Exit status 1 when a comparison differs.
      """)

  @Argument(help: "Menu file.", completion: .file(extensions: ["yaml", "yml"]))
  var menu: String?

  @Option(help: "Input words: a text file, - for standard input.", completion: .file())
  var bits: String?

  @Option(
    name: .customLong("run"),
    help: "Experiment and run, such as 12.6373: takes the menu and prescales that were in force then.")
  var forRun: String?

  @Option(help: "Which version of the logic was in force when.", completion: .file(extensions: ["tsv"]))
  var runs = "Menus/belle2/runs.tsv"

  @Flag(help: "Print the names of the lines too.")
  var names = false

  @OptionGroup var prescales: PrescaleOptions

  @Option(help: "Seed of random prescales.")
  var seed: UInt64 = 1

  @OptionGroup var json: JSONOption

  @Option(
    help:
      "Compare with decisions of another system: Arrow or comma-separated values with ftdl, psnm, prescales, input.",
    completion: .file())
  var compare: String?

  func run() throws {
    let choice = try MenuInForce(menu: menu, run: forRun, table: runs, column: prescales.choice)
    if let note = choice.note { printToStandardError(note) }
    let menu = choice.menu
    let recorded = try compare.map { try RecordedDecisions(path: $0, content: InputFile.read($0)) }
    let events = try EvaluatedEvents(bits: bits, compared: recorded, comparedFile: compare, menu)
    for warning in events.warnings { printToStandardError("warning: \(warning)") }
    let evaluator = WordEvaluator(
      menu, prescaling: prescales.prescaling, seed: seed, experiment: choice.run?.experiment ?? 0,
      run: choice.run?.run ?? 0)
    var report = EvaluationReport(menu: menu, prescaling: prescales.prescaling, seed: seed)
    if recorded != nil {
      report.comparison = DecisionComparison(
        names: menu.level1.lines.map(\.name), prescales: menu.level1.lines.map(\.prescale))
    }
    for first in stride(from: 0, to: events.words.count, by: 4096) {
      let last = min(first + 4096, events.words.count)
      try evaluate(first..<last, events.words, recorded, evaluator, &report)
    }
    try json.write(report)
    guard let comparison = report.comparison else { return }
    if !json.takesStandardOutput { print(comparison.text, terminator: "") }
    if !comparison.agrees { throw ExitCode(ExitStatus.failed) }
  }

  private func evaluate(
    _ range: Range<Int>, _ events: EventWords, _ recorded: RecordedDecisions?, _ evaluator: WordEvaluator,
    _ report: inout EvaluationReport
  ) throws {
    let width = EventWords.wordsPerEvent
    evaluator.evaluate(events.words[range.lowerBound * width..<range.upperBound * width])
    var output = ""
    for event in range {
      let row = (event - range.lowerBound) * width..<(event - range.lowerBound + 1) * width
      let before = evaluator.before[row]
      let after = evaluator.after[row]
      report.count(before, after)
      if let recorded { report.comparison?.add(event, of: recorded, before: before, after: after) }
      guard !json.takesStandardOutput, recorded == nil || bits != nil else { continue }
      let shown = max(Int(events.wordCounts[event]), (evaluator.level.lines.count + 31) / 32)
      output += "ftdl \(EventWords.text(before.prefix(shown)))\npsnm \(EventWords.text(after.prefix(shown)))\n"
      if names { output += "ftdl lines: \(report.names(before))\npsnm lines: \(report.names(after))\n" }
    }
    try OutputError.writeStandardOutput(Data(output.utf8))
  }
}

/// The input words that a menu is evaluated on.
private struct EvaluatedEvents {
  private(set) var words = EventWords()
  /// What was perhaps not meant.
  private(set) var warnings: [String] = []

  /// The events of a file with input words, or else those that the compared file brings along.
  init(bits: String?, compared: RecordedDecisions?, comparedFile: String?, _ menu: TriggerMenu) throws {
    if let bits {
      let content = try bits == "-" ? FileHandle.standardInput.readToEnd() ?? Data() : InputFile.read(bits)
      if content.starts(with: "ARROW1".utf8) {
        try take(RecordedDecisions(path: bits, content: content), file: bits, menu)
      } else {
        words = try MenuCommand.showingErrors { () throws(MenuError) in
          try EventWords(bytes: content, file: bits == "-" ? "standard input" : bits)
        }
      }
    } else if let compared, let comparedFile {
      try take(compared, file: comparedFile, menu)
    } else {
      throw ValidationError("no input words: name them with --bits FILE")
    }
    if let compared, compared.count != words.count {
      throw ValidationError(
        "\(words.count) events have input words, \(compared.count) are to be compared with: they must be the same, in order"
      )
    }
    let inputs = menu.level1.vocabulary
    let beyond = words.eventsBeyond(bitCount: inputs.bits.count)
    if beyond > 0 {
      warnings.append(
        "\(beyond) event\(beyond == 1 ? " has" : "s have") bits beyond the \(inputs.bits.count) of \(inputs.name); "
          + "they are not looked at")
    }
  }

  /// Takes the input words of recorded decisions, in the bit order of the menu where the file names its bits.
  private mutating func take(_ recorded: RecordedDecisions, file: String, _ menu: TriggerMenu) throws {
    guard var input = recorded.input else { throw ValidationError("\(file): there are no input words in it") }
    if let names = recorded.inputNames {
      let wanted = menu.level1.vocabulary.bits.map(\.name)
      input = EventWords.arranged(input, from: names, to: wanted)
      let missing = wanted.filter { !names.contains($0) }
      if !missing.isEmpty {
        warnings.append(
          "\(file) does not have \(missing.count) of the menu's input bits, which count as zero: "
            + missing.joined(separator: " "))
      }
    }
    let width = EventWords.wordsPerEvent
    for event in 0..<recorded.count { words.append(input[event * width..<(event + 1) * width]) }
  }
}

/// How prescales are chosen on the command line.
struct PrescaleOptions: ParsableArguments {
  @Option(name: .customLong("prescale-column"), help: "Take the prescales from this column of the menu's table.")
  var column: String?

  @Option(name: .customLong("prescales"), help: "The table of prescales.", completion: .file(extensions: ["csv"]))
  var file: String?

  @Option(
    name: .customLong("level1-prescales"),
    help: "How level-1 prescales choose: counter (the N-th of each N), or random (one in N on average).")
  var prescaling = Level1Prescaling.counter

  func validate() throws {
    if file != nil && column == nil { throw ValidationError("--prescales FILE needs --prescale-column NAME") }
  }

  /// The column, if one is chosen.
  var choice: PrescaleChoice? { column.map { PrescaleChoice(column: $0, file: file) } }
}

extension Level1Prescaling: ExpressibleByArgument {}

/// The menu that is asked for, by its file or by the run in which it was in force.
struct MenuInForce {
  let menu: TriggerMenu
  let run: RunTable.Run?
  /// What was chosen, in words; `nil` when nothing was.
  let note: String?

  init(menu path: String?, run text: String?, table: String, column: PrescaleChoice?) throws {
    guard let text else {
      guard let path else { throw ValidationError("no menu: name its file, or the run with --run 12.6373") }
      menu = try MenuCommand.read(path, column, vocabularies: MenuCommand.vocabularies.withGivenBits())
      (run, note) = (nil, nil)
      return
    }
    guard path == nil else { throw ValidationError("--run chooses the menu itself: leave '\(path ?? "")' out") }
    guard let run = RunTable.Run(text) else {
      throw ValidationError("'\(text)' is not a run: expected experiment.run, such as 12.6373")
    }
    let ranges = try MenuCommand.showingErrors { () throws(MenuError) in try RunTable(contentsOf: table) }
    let held = ranges.ranges.filter { $0.menu != nil }.map { "version \($0.version) for runs \($0.text)" }
      .joined(separator: ", ")
    guard let range = ranges.range(of: run) else {
      throw ValidationError("no version of the decision logic is known for run \(run); there is \(held)")
    }
    guard let file = range.menu else {
      throw ValidationError(
        "in run \(run) version \(range.version) was in force (runs \(range.text)), of which there is no menu here; "
          + "there is \(held)")
    }
    let vocabularies = MenuCommand.vocabularies.withGivenBits()
    self.run = run
    if let column {
      menu = try MenuCommand.read(file, column, vocabularies: vocabularies)
      note = "run \(run): decision logic version \(range.version), \(file), prescales \(column.column) as asked for"
      return
    }
    let plain = try MenuCommand.read(file, vocabularies: vocabularies)
    guard let set = RunTable.prescaleSet(for: run, among: plain.prescaleColumns) else {
      throw ValidationError(
        "the prescales in force in run \(run) are not among those of \(file) "
          + "(\(plain.prescaleColumns.joined(separator: ", "))); choose one of them with --prescale-column")
    }
    menu = try MenuCommand.read(file, PrescaleChoice(column: set), vocabularies: vocabularies)
    let isLast =
      range.last == nil
      && set
        == RunTable.prescaleSet(
          for: RunTable.Run(experiment: .max, run: .max), among: plain.prescaleColumns)
    note =
      "run \(run): decision logic version \(range.version), \(file), prescales \(set)"
      + (isLast ? ", the last that are public: later ones may differ" : "")
  }
}

/// A file that a command reads whole.
enum InputFile {
  /// - Throws: `ValidationError` that says why it cannot be read.
  static func read(_ path: String) throws -> Data {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ValidationError("\(path): there is no such file")
    }
    if isFolder.boolValue { throw ValidationError("\(path): it is a folder") }
    do {
      return try Data(contentsOf: URL(filePath: path))
    } catch {
      throw ValidationError("\(path): it cannot be read")
    }
  }
}

/// The machine form of `menu evaluate`: what each line did.
struct EvaluationReport: Encodable {
  struct Line: Encodable {
    let name: String
    let prescale: Double
    var before = 0
    var after = 0

    enum CodingKeys: String, CodingKey {
      case name, prescale
      case before = "before_prescale"
      case after = "after_prescale"
    }
  }

  let schemaVersion = 1
  let menu: String
  let menuHash: String
  let inputs: String
  let prescaleColumn: String?
  let prescaling: String
  let seed: UInt64
  var events = 0
  var accepted = 0
  var lines: [Line]
  /// How the decisions agree with those of another system, if they are compared.
  var comparison: DecisionComparison?

  init(menu: TriggerMenu, prescaling: Level1Prescaling, seed: UInt64) {
    self.menu = menu.name
    menuHash = menu.contentHash
    inputs = menu.level1.vocabulary.name
    prescaleColumn = menu.prescaleColumn
    self.prescaling = prescaling.rawValue
    self.seed = seed
    lines = menu.level1.lines.map { Line(name: $0.name, prescale: $0.prescale) }
  }

  mutating func count(_ before: ArraySlice<UInt32>, _ after: ArraySlice<UInt32>) {
    events += 1
    if after.contains(where: { $0 != 0 }) { accepted += 1 }
    forEachBit(before) { lines[$0].before += 1 }
    forEachBit(after) { lines[$0].after += 1 }
  }

  /// The names of the lines whose bits are set.
  func names(_ words: ArraySlice<UInt32>) -> String {
    var names: [String] = []
    forEachBit(words) { names.append(lines[$0].name) }
    return names.isEmpty ? "none" : names.joined(separator: " ")
  }

  private func forEachBit(_ words: ArraySlice<UInt32>, _ body: (Int) -> Void) {
    for (place, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        body(place * 32 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  enum CodingKeys: String, CodingKey {
    case menu, inputs, prescaling, seed, events, accepted, lines, comparison
    case schemaVersion = "schema_version"
    case menuHash = "menu_hash"
    case prescaleColumn = "prescale_column"
  }
}
