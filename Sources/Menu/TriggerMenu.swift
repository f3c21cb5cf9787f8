/// A trigger menu, read, checked and resolved: what both trigger levels decide by.
///
/// ```swift
/// let vocabularies = MenuVocabularies(level1: [level1Vocabulary], highLevel: [highLevelVocabulary])
/// let menu = try TriggerMenu(contentsOf: "Menus/low-multiplicity.yaml", vocabularies: vocabularies)
/// let level = menu.level1.compile()                 // immutable, shared between threads
/// let evaluator = level.makeEvaluator()             // one per thread
/// ```
public struct TriggerMenu: Sendable {
  /// Name of the menu.
  public let name: String
  /// Version of the menu, a whole number its author counts up.
  public let version: Int
  /// What the menu is for, one line; empty if not given.
  public let title: String
  /// The level-1 lines.
  public let level1: MenuLevel
  /// The lines of the high-level trigger.
  public let highLevel: MenuLevel
  /// The skims, which sort events that the high-level trigger keeps and never change its decision. Without any, no lines.
  public let skims: MenuLevel
  /// The named conditions of `define:`, as text, in the order of the files.
  public let definitions: [(name: String, expression: String)]
  /// The column of the table of prescales that is in force; `nil` for the lines' own prescales.
  public let prescaleColumn: String?
  /// The columns of the table of prescales that belongs to the menu.
  public let prescaleColumns: [String]
  /// The files it was read from, the outermost first.
  public let files: [String]
  /// What the checker thinks was perhaps not meant.
  public let warnings: [MenuDiagnostic]

  /// Reads and checks a menu file and the files it includes.
  ///
  /// - Parameters:
  ///   - path: the menu file.
  ///   - vocabularies: the words that lines may use.
  ///   - prescales: the column of a table of prescales that replaces the lines' own; none if left out.
  ///   - files: where files are.
  /// - Throws: ``MenuError`` with every error of the files, each with file, line, column and what was expected.
  public init(
    contentsOf path: String, vocabularies: MenuVocabularies, prescales: PrescaleChoice? = nil, files: MenuFiles = .disk
  ) throws(MenuError) {
    var reader = MenuReader(files: files, log: DiagnosticLog())
    reader.read(path)
    let table = reader.prescaleTable(prescales)
    var builder = MenuBuilder(
      declarations: reader.declarations, path: path, vocabularies: vocabularies, prescaleTable: table,
      choice: prescales, log: reader.log)
    self = try builder.build()
  }

  /// Reads and checks a menu given as text; `file` is the name errors use.
  ///
  /// - Throws: ``MenuError`` as above. `include:` finds nothing.
  public init(text: String, file: String = "menu", vocabularies: MenuVocabularies) throws(MenuError) {
    try self.init(contentsOf: file, vocabularies: vocabularies, files: .memory([file: text]))
  }

  init(
    name: String, version: Int, title: String, level1: MenuLevel, highLevel: MenuLevel, skims: MenuLevel,
    definitions: [(name: String, expression: String)], prescaleColumn: String?, prescaleColumns: [String],
    files: [String], warnings: [MenuDiagnostic]
  ) {
    self.name = name
    self.version = version
    self.title = title
    self.level1 = level1
    self.highLevel = highLevel
    self.skims = skims
    self.definitions = definitions
    self.prescaleColumn = prescaleColumn
    self.prescaleColumns = prescaleColumns
    self.files = files
    self.warnings = warnings
  }
}

/// The sets of inputs menus may use, the first of each level being the default for menus without `inputs:`.
public struct MenuVocabularies: Sendable {
  /// For level-1 lines.
  public let level1: [Vocabulary]
  /// For lines of the high-level trigger.
  public let highLevel: [Vocabulary]

  /// Makes the choice of vocabularies. Each level needs at least one.
  public init(level1: [Vocabulary], highLevel: [Vocabulary]) {
    precondition(!level1.isEmpty && !highLevel.isEmpty, "each level needs a vocabulary")
    self.level1 = level1
    self.highLevel = highLevel
  }
}

/// A file that a menu names and leaves to others to understand.
public struct MenuAttachment: Equatable, Sendable {
  /// Its path.
  public let path: String
  /// What is in it.
  public let text: String
}

/// The lines of one trigger level.
public struct MenuLevel: Sendable {
  /// Which of the two levels.
  public enum Kind: String, Sendable {
    /// Hardware trigger: bits and trigger objects, prescales by counter.
    case level1
    /// Software trigger: reconstruction on demand, prescales by hash.
    case highLevel = "high_level"
  }

  /// Which of the two levels.
  public let kind: Kind
  /// The words its expressions use.
  public let vocabulary: Vocabulary
  /// The largest rate the level is meant to accept, in Hz; `nil` if the menu states none.
  public let budget: Double?
  /// How accept and reject lines make the decision.
  public let mode: DecisionMode
  /// The lines, in the order of the menu; a line's position is its bit in the level's result words.
  public let lines: [MenuLine]
  /// Events with more hits than this are set aside by the high-level trigger before any reconstruction.
  public let largestEvent: EventSizeLimits
  /// Whether lines whose inputs are not built are switched off instead of refused (`unknown: masked`).
  public let masksUnknown: Bool
  /// Whether the menu lists its input bits itself.
  let hasOwnInputs: Bool
  /// The table of network weights that the menu names in `networks:`; nil for those of the detector.
  public let networks: MenuAttachment?
  /// The computation behind all lines.
  let graph: ExpressionGraph

  /// The index of a line by name.
  public func line(named name: String) -> Int? { lines.firstIndex { $0.name == name } }

  /// Compiles the lines into a column program.
  public func compile() -> CompiledLevel { CompiledLevel(self) }
}

/// One line of a menu.
public struct MenuLine: Sendable {
  /// What a fired line does.
  public enum Kind: String, Sendable {
    /// It speaks for keeping the event.
    case accept
    /// It speaks against, whatever its prescale.
    case reject
  }

  /// Name, unique in its level.
  public let name: String
  /// What the line is for, one line of text; empty if not given.
  public let title: String
  /// What a fired line does.
  public let kind: Kind
  /// The condition as the author wrote it, white space tidied.
  public let expression: String
  /// The condition with definitions put in and numbers in base units: what the content hash covers.
  public let canonicalExpression: String
  /// Keep one in this many: 0 = off, 1 = all. Whole at level 1.
  public let prescale: Double
  /// Inputs of the line that are not built: it is masked then, whatever its prescale, and never passes.
  public let missingInputs: [MissingInput]
  /// Indices of the level-1 lines it listens to, or for a skim of the high-level lines; `nil` for all accepted events.
  public let seeds: [Int]?
  /// The output stream its events go to.
  public let stream: String
  /// Where it stands in the menu.
  public let span: SourceSpan
  /// Whether the condition is algebra of input bits (`bits:`), which an event's input words decide alone.
  public let isBitAlgebra: Bool
  /// Whether the line is switched off because inputs are not built.
  public var isMasked: Bool { !missingInputs.isEmpty }
  /// Why the line is masked; `nil` for lines that are not.
  public var maskReason: String? { isMasked ? MissingInput.text(missingInputs) : nil }

  /// The checked condition.
  let checked: CheckedExpression
  /// Its node in the level's graph.
  let node: ExpressionGraph.Index
}
