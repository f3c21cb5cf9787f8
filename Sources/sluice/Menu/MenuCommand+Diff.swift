import ArgumentParser
import ArrowStream
import Detector
import EventModel
import HighLevelTrigger
import Level1
import Menu
import TriggerStudies

/// `sluice menu diff`: what distinguishes two menus, in their texts and on events.
struct MenuDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Shows what distinguishes two menus: lines, prescales, and decisions on a stream.",
    discussion: """
      With a stream both menus decide the same events, and differences have the errors of paired counts. From verdicts, which \
      hold level-1 input words and no hits, menus whose level-1 lines are algebra of bits decide again in no time. \
      Exit status 1 when the menus differ.
      """)

  @Argument(help: "The first menu.", completion: .file(extensions: ["yaml", "yml"]))
  var first: String

  @Argument(help: "The second menu.", completion: .file(extensions: ["yaml", "yml"]))
  var second: String

  @Argument(help: "A recorded stream, or verdicts.", completion: .file(extensions: ["arrow"]))
  var stream: String?

  @Option(help: "Take the first menu's prescales from this column of its table.")
  var firstColumn: String?

  @Option(help: "Take the second menu's prescales from this column of its table.")
  var secondColumn: String?

  @Option(help: "Seed of the random numbers.")
  var seed: UInt64 = 1

  @OptionGroup var json: JSONOption

  func run() throws {
    let reader = try stream.map { try StreamFileReader(path: $0) }
    let isVerdicts = try reader.map(Self.isVerdicts) ?? false
    // Texts can be compared whether or not their inputs are built.
    let vocabularies =
      isVerdicts
      ? MenuCommand.vocabularies.withGivenBits()
      : reader == nil ? MenuCommand.vocabularies.withGivenBits(alone: false) : MenuCommand.vocabularies
    func read(_ path: String, _ column: String?) throws -> TriggerMenu {
      try MenuCommand.read(path, column.map { PrescaleChoice(column: $0) }, vocabularies: vocabularies)
    }
    let menus = try (read(first, firstColumn), read(second, secondColumn))
    let difference = MenuDifference(menus.0, menus.1)
    var decisions: PairedDecisions?
    var liveTime: Double?
    if let reader {
      decisions = isVerdicts ? try compareWords(reader, menus) : try compareEvents(reader, menus)
      liveTime = reader.schema.metadata[StreamMetadata.liveTime].flatMap(Double.init)
    }
    if !json.takesStandardOutput {
      print(difference.text, terminator: "")
      if let decisions { print(decisions.text(liveTime: liveTime), terminator: "") }
    }
    try json.write(
      MenuDiffResults(
        first: .init(menus.0, first), second: .init(menus.1, second), difference: difference,
        decisions: decisions?.report(liveTime: liveTime)))
    if !difference.isEmpty { throw ExitCode(ExitStatus.failed) }
  }

  /// Whether a file holds decisions and no hits.
  private static func isVerdicts(_ reader: StreamFileReader) throws -> Bool {
    let names = reader.schema.fields.map(\.name)
    return names.contains("l1") && !names.contains("cdc") && !names.contains("ecl")
  }

  /// Both menus on the input words of verdicts.
  private func compareWords(_ reader: StreamFileReader, _ menus: (TriggerMenu, TriggerMenu)) throws -> PairedDecisions {
    var result = PairedDecisions(first: menus.0.level1.lines.map(\.name), second: menus.1.level1.lines.map(\.name))
    let names = reader.schema.metadata[StreamMetadata.level1Inputs]?.split(separator: ",").map(String.init)
    let evaluators = (WordEvaluator(menus.0), WordEvaluator(menus.1))
    let width = EventWords.wordsPerEvent
    for index in 0..<reader.batchCount {
      let batch = try reader.batch(index)
      let verdicts = try EventKeyColumn(batch)
      let recorded = try RecordedInputs(batch, names: names)
      let words = (recorded.words(for: menus.0), recorded.words(for: menus.1))
      evaluators.0.evaluate(words.0[...])
      evaluators.1.evaluate(words.1[...])
      for row in 0..<batch.count {
        let place = row * width..<(row + 1) * width
        result.add(
          (evaluators.0.before[place], evaluators.0.after[place]),
          (evaluators.1.before[place], evaluators.1.after[place]), weight: Double(verdicts.weight[row]),
          event: "\(verdicts.key(row))")
      }
    }
    return result
  }

  /// Both menus on the events of a stream, through level 1 and, where both have lines there, the high-level trigger.
  private func compareEvents(_ reader: StreamFileReader, _ menus: (TriggerMenu, TriggerMenu)) throws -> PairedDecisions
  {
    var result = PairedDecisions(first: menus.0.level1.lines.map(\.name), second: menus.1.level1.lines.map(\.name))
    let detector = try DetectorModel.belle2()
    var first = try DecidingMenu(menus.0, detector, seed: seed)
    var second = try DecidingMenu(menus.1, detector, seed: seed)
    var bar: ProgressBar?
    let width = EventSchema.level1Words
    for index in 0..<reader.batchCount {
      let batch = try reader.batch(index).dropping(["l1", "hlt", "reco"])
      let keys = try EventKeyColumn(batch)
      let decisions = try (first.decide(batch), second.decide(batch))
      for row in 0..<batch.count {
        let place = row * width..<(row + 1) * width
        result.add(
          (decisions.0.before[place], decisions.0.after[place]), (decisions.1.before[place], decisions.1.after[place]),
          menus: (decisions.0.isKept[row], decisions.1.isKept[row]), weight: Double(keys.weight[row]),
          event: "\(keys.key(row))")
      }
      if bar == nil { bar = ProgressBar(total: reader.batchCount, unit: "batches") }
      bar?.update(index + 1)
    }
    bar?.finish()
    return result
  }
}

/// A menu that decides batch after batch, in stream order.
private struct DecidingMenu {
  private let level1: Level1Trigger
  private var highLevel: HighLevelTrigger

  init(_ menu: TriggerMenu, _ detector: DetectorModel, seed: UInt64) throws {
    level1 = try Level1Trigger(level: menu.level1.compile(), detector: detector, seed: seed)
    highLevel = try HighLevelTrigger(detector: detector, menu: menu, seed: seed)
  }

  mutating func decide(_ batch: RecordBatch) throws -> (before: [UInt32], after: [UInt32], isKept: [Bool]) {
    let column = try level1.process(batch)
    let level1 = try Level1Column(column)
    let decided = try HighLevelColumn(highLevel.process(batch.appending(EventSchema.level1, column)))
    return (
      Array(level1.beforePrescale), Array(level1.afterPrescale), (0..<batch.count).map { decided.verdict[$0] > 0 }
    )
  }
}

/// The input words of a batch of recorded decisions, by the names of their bits.
struct RecordedInputs {
  private let input: ColumnView<UInt32>
  private let names: [String]

  /// - Parameter names: the input bits in order; those of this program if the file does not say.
  init(_ batch: RecordBatch, names: [String]?) throws {
    input = try RecordedDecisions.inputWords(batch)
    self.names = names ?? InputBit.all.map(\.name)
  }

  /// The words in the order of a menu's inputs.
  func words(for menu: TriggerMenu) -> [UInt32] {
    EventWords.arranged(Array(input), from: names, to: menu.level1.vocabulary.bits.map(\.name))
  }
}

/// The machine form of `menu diff`.
private struct MenuDiffResults: Encodable {
  struct Menu: Encodable {
    let file: String
    let name: String
    let hash: String
    let prescaleColumn: String?

    init(_ menu: TriggerMenu, _ file: String) {
      self.file = file
      name = menu.name
      hash = menu.contentHash
      prescaleColumn = menu.prescaleColumn
    }

    enum CodingKeys: String, CodingKey {
      case file, name, hash
      case prescaleColumn = "prescale_column"
    }
  }

  let schemaVersion = 1
  let first: Menu
  let second: Menu
  let difference: MenuDifference
  let decisions: PairedDecisions.Report?

  enum CodingKeys: String, CodingKey {
    case first, second, difference, decisions
    case schemaVersion = "schema_version"
  }
}
