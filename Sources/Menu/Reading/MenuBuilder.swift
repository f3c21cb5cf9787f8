/// Makes a checked menu out of declarations.
struct MenuBuilder {
  /// Most lines of level 1: ten words of 32 result bits.
  static let level1LineLimit = 320
  /// Most lines of the high-level trigger.
  static let highLevelLineLimit = 1024

  let declarations: MenuDeclarations
  let path: String
  let vocabularies: MenuVocabularies
  /// The menu's table of prescales, and the column it is to be read with.
  let prescaleTable: PrescaleTable?
  let choice: PrescaleChoice?
  var log: DiagnosticLog
  private var definitions: [String: Expression] = [:]
  private var used: Set<String> = []

  init(
    declarations: MenuDeclarations, path: String, vocabularies: MenuVocabularies, prescaleTable: PrescaleTable? = nil,
    choice: PrescaleChoice? = nil, log: DiagnosticLog
  ) {
    self.declarations = declarations
    self.path = path
    self.vocabularies = vocabularies
    self.prescaleTable = prescaleTable
    self.choice = choice
    self.log = log
  }

  mutating func build() throws(MenuError) -> TriggerMenu {
    let top = SourceSpan(file: path, line: 1, column: 1)
    if declarations.name == nil && !log.hasErrors {
      log.error(at: top, "the menu has no name", help: "start it with 'menu: …'")
    }
    let version = declarations.version.flatMap { wholeNumber($0, what: "version") } ?? 0
    let level1Vocabulary = vocabulary(declarations.level1, among: vocabularies.level1)
    let highLevelVocabulary = vocabulary(declarations.highLevel, among: vocabularies.highLevel)
    define(avoiding: [level1Vocabulary, highLevelVocabulary])
    let level1 = level(.level1, declarations.level1, level1Vocabulary, seeds: [])
    let highLevel = level(.highLevel, declarations.highLevel, highLevelVocabulary, seeds: level1.lines)
    let skims = level(
      .highLevel, declarations.skims, highLevelVocabulary, seeds: highLevel.lines, areSkims: true)
    if level1.lines.isEmpty && highLevel.lines.isEmpty && !log.hasErrors {
      log.error(at: top, "the menu has no lines", help: "add 'level1:' with 'lines:'")
    }
    for definition in declarations.definitions
    where definitions[definition.name.text] != nil && !used.contains(definition.name.text) {
      log.warning(at: definition.name.span, "the definition '\(definition.name.text)' is never used")
    }
    let diagnostics = log.sorted
    guard !log.hasErrors else { throw MenuError(diagnostics) }
    let named = declarations.definitions.compactMap { definition in
      definitions[definition.name.text].map { (name: definition.name.text, expression: $0.text()) }
    }
    return TriggerMenu(
      name: declarations.name?.text ?? "", version: version, title: declarations.title?.text ?? "", level1: level1,
      highLevel: highLevel, skims: skims, definitions: named, prescaleColumn: choice?.column,
      prescaleColumns: prescaleTable?.columns.map(\.text) ?? [], files: declarations.files, warnings: diagnostics)
  }

  // MARK: - Head

  private mutating func wholeNumber(_ text: LocatedText, what: String) -> Int? {
    if let value = Int(text.text), value >= 0, value <= Int(UInt32.max), !text.text.hasPrefix("+") { return value }
    log.error(
      at: text.span, "the \(what) '\(text.text.prefix(40))' is not a whole number",
      help: "expected 0 to \(UInt32.max)")
    return nil
  }

  /// Reads the definitions. Names that already mean something are refused, since a cut would read differently from
  /// what it says.
  private mutating func define(avoiding vocabularies: [Vocabulary]) {
    for definition in declarations.definitions {
      let name = definition.name.text
      guard Self.isName(name) else {
        log.error(
          at: definition.name.span, "'\(name.prefix(40))' cannot be the name of a definition",
          help: "use letters, digits and _, starting with a letter; not and, or, not, of, true, false")
        continue
      }
      if definitions[name] != nil {
        log.error(at: definition.name.span, "'\(name)' is defined twice")
        continue
      }
      let isTaken = vocabularies.contains { vocabulary in
        vocabulary.entries[name] != nil
          || vocabulary.collections.contains { collection in
            "n_\(collection.name)" == name || collection.attributes.contains { $0.name == name }
          }
      }
      if isTaken || Unit.named[name] != nil || ExpressionChecker.functions.contains(name) {
        log.error(
          at: definition.name.span, "'\(name)' already has a meaning in expressions", help: "choose another name")
        continue
      }
      if let expression = ExpressionParser.parse(definition.text, log: &log) { definitions[name] = expression }
    }
  }

  private static let reserved: Set<String> = ["and", "or", "not", "of", "true", "false"]

  /// Whether a name can stand in expressions.
  static func isName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, ExpressionLexer.startsName(first) else { return false }
    return name.unicodeScalars.allSatisfy(ExpressionLexer.continuesName) && !reserved.contains(name)
  }

  // MARK: - Levels

  private mutating func level(
    _ kind: MenuLevel.Kind, _ declared: MenuDeclarations.Level, _ vocabulary: Vocabulary, seeds: [MenuLine],
    areSkims: Bool = false
  ) -> MenuLevel {
    var checker = ExpressionChecker(vocabulary: vocabulary, definitions: definitions, log: log)
    var lines: [MenuLine] = []
    // Results of skims stand behind those of the other lines, so that their names must differ.
    var names = areSkims ? Dictionary(seeds.map { ($0.name, $0.span) }, uniquingKeysWith: { first, _ in first }) : [:]
    let limit = kind == .level1 ? Self.level1LineLimit : Self.highLevelLineLimit
    let chosen = kind == .level1 ? chosenPrescales(declared.lines) : nil
    let isMasking = kind == .level1 && masksUnknown(declared)
    checker.log = log
    for line in declared.lines {
      let name = line.name.text
      if let earlier = names[name] {
        checker.log.error(
          at: line.span, "the line '\(name)' stands twice", help: "the other is at \(earlier.file):\(earlier.line)")
      } else if !Self.isLineName(name, kind) {
        checker.log.error(
          at: line.span, "'\(name.prefix(60))' cannot be the name of a line",
          help: "use letters, digits and _\(kind == .level1 ? "" : " . ="), at most 100 of them, at least one letter")
      } else if names.count == limit {
        checker.log.error(at: line.span, "the level has more than \(limit) lines")
      }
      names[name] = names[name] ?? line.span
      let prescale = prescale(line, kind, chosen: chosen, &checker.log)
      if let built = self.line(
        line, kind, prescale, &checker, seeds: seeds, masksUnknown: isMasking, areSkims: areSkims)
      {
        lines.append(built)
      }
    }
    used.formUnion(checker.used)
    log = checker.log
    reportMasked(lines, declared)
    return MenuLevel(
      kind: kind, vocabulary: vocabulary, budget: budget(declared.budget),
      mode: mode(declared.mode, otherwise: areSkims ? .accept : .reject), lines: lines,
      largestEvent: largestEvent(declared.largestEvent ?? []),
      masksUnknown: isMasking, hasOwnInputs: kind == .level1 && declared.inputBits != nil,
      networks: declared.networks, graph: checker.graph)
  }

  /// Lines of the high-level trigger may have names such as `2_tracks_q==0_pstarmaxlt0.8_GeV`: the experiment's do.
  private static func isLineName(_ name: String, _ kind: MenuLevel.Kind) -> Bool {
    let scalars = name.unicodeScalars
    return scalars.count <= 100
      && scalars.allSatisfy {
        ExpressionLexer.continuesName($0) || (kind == .highLevel && ($0 == "." || $0 == "="))
      }
      && scalars.contains { !ExpressionLexer.isDigit($0) && $0 != "_" }
  }

  private mutating func budget(_ text: LocatedText?) -> Double? {
    guard let text else { return nil }
    guard let expression = ExpressionParser.parse(text, log: &log) else { return nil }
    guard case .number(let value, let unit) = expression.kind else {
      log.error(at: text.span, "the budget is not a rate", help: "write a number with its unit: 30 kHz")
      return nil
    }
    guard unit.dimension == Dimension(time: -1), value > 0 else {
      let number = Expression.number(value)
      log.error(
        at: text.span, "the budget '\(text.text)' is \(unit.dimension.description), expected a rate",
        help: unit.symbol.isEmpty ? "write \(number) \(value < 1000 ? "kHz" : "Hz")" : "write 30 kHz")
      return nil
    }
    // The base unit is 1/ns; rounding the conversion keeps 30 kHz at 30000 Hz exactly.
    return value * (unit.factor * 1e9).rounded()
  }

  /// The limits that a menu gives; those it does not give are the experiment's.
  private mutating func largestEvent(_ numbers: [(name: LocatedText, value: LocatedText)]) -> EventSizeLimits {
    var limits = EventSizeLimits()
    for (name, value) in numbers {
      guard let number = wholeNumber(value, what: name.text) else { continue }
      if name.text == "cdc_hits" { limits.chamberHits = number } else { limits.siliconPoints = number }
    }
    return limits
  }

  private mutating func mode(_ text: LocatedText?, otherwise: DecisionMode) -> DecisionMode {
    guard let text else { return otherwise }
    if let mode = DecisionMode(rawValue: text.text) { return mode }
    let names = DecisionMode.allCases.map(\.rawValue)
    log.error(
      at: text.span, "unknown decision mode '\(text.text.prefix(40))'",
      help: Suggestion.question(for: text.text, among: names)
        ?? "'reject' keeps events that a line accepts and none rejects; 'accept' also those no line speaks about")
    return otherwise
  }

  // MARK: - Lines

  private func line(
    _ line: MenuDeclarations.Line, _ level: MenuLevel.Kind, _ prescale: Double, _ checker: inout ExpressionChecker,
    seeds: [MenuLine], masksUnknown: Bool, areSkims: Bool
  ) -> MenuLine? {
    let listened = listened(line, seeds: seeds, areSkims: areSkims, &checker.log)
    guard let text = line.condition, let expression = parse(text, line, &checker) else { return nil }
    if line.isBitAlgebra {
      guard isBitAlgebra(expression, checker.vocabulary, &checker.log) else { return nil }
    }
    checker.beginLine(toleratesUnbuilt: level == .level1 && (masksUnknown || prescale == 0))
    guard var checked = checker.condition(expression), var node = checker.truth(checked) else { return nil }
    if !checker.unbuilt.isEmpty {
      // The line has no value that means anything: it is switched off, and everything that shows it says so.
      node = checker.graph.insert(.truth(false), scope: nil)
      checked = CheckedExpression(text: expression.text(), result: .truth(node))
      if !masksUnknown {
        checker.log.warning(
          at: text.span,
          "the line '\(line.name.text)' is off and cannot be evaluated: \(MissingInput.text(checker.unbuilt))")
      }
    }
    return MenuLine(
      name: line.name.text, title: line.title?.text ?? "", kind: line.isReject ? .reject : .accept,
      expression: expression.text(),
      canonicalExpression: expression.text(.canonical, definitions: definitions), prescale: prescale,
      missingInputs: checker.unbuilt, seeds: listened, stream: line.stream?.text ?? "physics", span: line.span,
      isBitAlgebra: line.isBitAlgebra,
      checked: checked, node: node)
  }

  /// A line's condition: with names, or as a sum of products of input bits.
  private func parse(
    _ text: LocatedText, _ line: MenuDeclarations.Line, _ checker: inout ExpressionChecker
  ) -> Expression? {
    guard line.isBitAlgebra, SumOfProductsReader.isSum(text) else {
      return ExpressionParser.parse(text, log: &checker.log)
    }
    let bits = checker.vocabulary.bits
    return SumOfProductsReader.read(text, bitCount: bits.count, log: &checker.log)?
      .expression(at: text.span) { bits[$0].name }
  }

  /// Reads a prescale; `nil` after an error.
  func prescale(_ text: LocatedText, _ level: MenuLevel.Kind, _ log: inout DiagnosticLog) -> Double? {
    let isPlain = text.text.unicodeScalars.allSatisfy {
      ExpressionLexer.isDigit($0) || ".eE+-".unicodeScalars.contains($0)
    }
    guard isPlain, let value = Double(text.text), value.isFinite else {
      log.error(
        at: text.span, "the prescale '\(text.text.prefix(40))' is not a number", help: "0 = off, 1 = all, N = one in N")
      return nil
    }
    if value < 0 || (value > 0 && value < 1) {
      log.error(
        at: text.span, "the prescale \(text.text) is \(value < 0 ? "negative" : "between 0 and 1")",
        help: value > 0
          ? "a prescale of \(Expression.number((1 / value * 1000).rounded() / 1000)) keeps that fraction"
          : "0 = off, 1 = all, N = one in N")
      return nil
    }
    if value > Double(UInt32.max) {
      log.error(at: text.span, "the prescale \(text.text) is larger than \(UInt32.max)")
      return nil
    }
    if level == .level1 && value != value.rounded() {
      log.error(
        at: text.span, "the prescale \(text.text) is not a whole number: level 1 counts events",
        help: "write \(Int(value.rounded())), or prescale at the high-level trigger")
      return nil
    }
    return value
  }

  private func listened(
    _ line: MenuDeclarations.Line, seeds: [MenuLine], areSkims: Bool, _ log: inout DiagnosticLog
  ) -> [Int]? {
    let level = areSkims ? "high-level" : "level-1"
    let declared = areSkims ? declarations.highLevel.lines : declarations.level1.lines
    guard let names = line.seeds else { return nil }
    var indices: [Int] = []
    for name in names {
      guard let index = seeds.firstIndex(where: { $0.name == name.text }) else {
        // A line that is there but wrong has its own error already.
        if !declared.contains(where: { $0.name.text == name.text }) {
          log.error(
            at: name.span, "'\(name.text.prefix(60))' is not a \(level) line of this menu",
            help: Suggestion.question(for: name.text, among: seeds.map(\.name)))
        }
        continue
      }
      if indices.contains(index) {
        log.warning(at: name.span, "'\(name.text)' is named twice")
      } else {
        // Skims listen to lines before prescale.
        if !areSkims && (seeds[index].prescale == 0 || seeds[index].isMasked) {
          let state = seeds[index].prescale == 0 ? "off (prescale 0)" : "masked"
          log.warning(at: name.span, "the level-1 line '\(name.text)' is \(state) and seeds nothing")
        }
        indices.append(index)
      }
    }
    if names.isEmpty {
      log.error(at: line.span, "'after:' of line '\(line.name.text)' is empty", help: "leave it out to listen to all")
    }
    return indices.sorted()
  }

  /// `bits:` is the experiment's own algebra: bits and their multiplicities, nothing else.
  private func isBitAlgebra(
    _ expression: Expression, _ vocabulary: Vocabulary, _ log: inout DiagnosticLog
  ) -> Bool {
    switch expression.kind {
    case .boolean: return true
    case .not(let operand): return isBitAlgebra(operand, vocabulary, &log)
    case .all(let parts), .either(let parts):
      var isFine = true
      for part in parts where !isBitAlgebra(part, vocabulary, &log) { isFine = false }
      return isFine
    case .comparison(let first, let rest):
      let operands = [first] + rest.map(\.operand)
      for operand in operands {
        if case .number(_, let unit) = operand.kind, unit.symbol.isEmpty { continue }
        if case .name(let name) = operand.kind, isBits(name, vocabulary) { continue }
        return refuse(operand, &log)
      }
      return true
    case .name(let name):
      // Unknown names get their error, with suggestions, from the checker.
      return isBits(name, vocabulary) || refuse(expression, &log)
    case .number, .negative, .sum, .product, .call: return refuse(expression, &log)
    }
  }

  private func isBits(_ name: String, _ vocabulary: Vocabulary) -> Bool {
    switch vocabulary.entries[name] {
    case .bit, .multiplicity: true
    case .scalar, .collection: false
    case nil: true
    }
  }

  private func refuse(_ expression: Expression, _ log: inout DiagnosticLog) -> Bool {
    log.error(
      at: expression.span, "'bits:' takes input bits and their multiplicities only, found '\(expression.text())'",
      help: "use 'when:' for quantities and objects")
    return false
  }
}
