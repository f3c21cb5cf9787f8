import Yams

/// Conditions and numbers in the menu language that stand in another file than a menu: the selection and the observable
/// of a search channel, for one.
///
/// They are checked as a menu's lines are: names, units, kinds, each error with its line and column and the nearest
/// known name.
///
/// ```swift
/// var sheet = ExpressionSheet(vocabulary: vocabulary, file: "channel.yaml", text: text)
/// sheet.define(nameNode, as: conditionNode)
/// sheet.addCondition(selectNode)             // condition 0
/// sheet.addNumber(observableNode)            // number 0
/// let expressions = try sheet.checked()      // immutable, shared between threads
/// let evaluator = expressions.makeEvaluator()
/// ```
public struct ExpressionSheet {
  private let vocabulary: Vocabulary
  private let source: MenuSource
  private var log = DiagnosticLog()
  private var definitions: ExpressionChecker.Definitions = [:]
  private var conditions: [Expression?] = []
  private var numbers: [Expression?] = []

  /// A sheet for the expressions of a file whose text is given, so that errors can show its lines.
  public init(vocabulary: Vocabulary, file: String, text: String) {
    self.vocabulary = vocabulary
    source = MenuSource(file: file, text: text)
    log.register(source)
  }

  /// Names an expression, for use in those added later and before.
  public mutating func define(_ name: Node, as expression: Node) {
    guard let name = located(name), let text = located(expression) else { return }
    guard MenuBuilder.isName(name.text) else {
      log.error(
        at: name.span, "'\(name.text.prefix(40))' cannot be the name of a definition",
        help: "use letters, digits and _, starting with a letter; not and, or, not, of, true, false")
      return
    }
    let isTaken =
      vocabulary.entries[name.text] != nil || Unit.named[name.text] != nil
      || ExpressionChecker.functions.contains(name.text)
    guard !isTaken, definitions[name.text] == nil else {
      log.error(
        at: name.span, "'\(name.text)' already has a meaning in expressions", help: "choose another name")
      return
    }
    definitions[name.text] = ExpressionParser.parse(text, log: &log)
  }

  /// Adds a condition; its position counts from 0.
  public mutating func addCondition(_ node: Node) { conditions.append(parsed(node)) }

  /// Adds a number; its position counts from 0.
  public mutating func addNumber(_ node: Node) { numbers.append(parsed(node)) }

  /// Checks everything.
  ///
  /// - Throws: ``MenuError`` with every error of the sheet.
  public func checked() throws(MenuError) -> ExpressionSet {
    var checker = ExpressionChecker(vocabulary: vocabulary, definitions: definitions, log: log)
    var lines: [MenuLine] = []
    for case let expression? in conditions {
      checker.beginLine(toleratesUnbuilt: false)
      guard let checked = checker.condition(expression), let node = checker.truth(checked) else { continue }
      lines.append(
        MenuLine(
          name: "condition\(lines.count)", title: "", kind: .accept, expression: expression.text(),
          canonicalExpression: expression.text(.canonical, definitions: definitions), prescale: 1, missingInputs: [],
          seeds: nil, stream: "", span: expression.span, isBitAlgebra: false, checked: checked, node: node))
    }
    var nodes: [ExpressionGraph.Index] = []
    var texts: [String] = []
    var dimensions: [Dimension] = []
    for case let expression? in numbers {
      guard let checked = checker.check(expression, scope: nil) else { continue }
      guard case .number(let node, let dimension) = checked.result else {
        checker.log.error(
          at: expression.span,
          "'\(expression.text())' is \(checker.describe(checked.result)), expected a number that varies")
        continue
      }
      nodes.append(node)
      texts.append(expression.text())
      dimensions.append(dimension)
    }
    guard !checker.log.hasErrors else { throw MenuError(checker.log.sorted) }
    let level = MenuLevel(
      kind: .highLevel, vocabulary: vocabulary, budget: nil, mode: .accept, lines: lines,
      largestEvent: EventSizeLimits(), masksUnknown: false, hasOwnInputs: false, networks: nil, graph: checker.graph)
    return ExpressionSet(level: CompiledLevel(level, numbers: nodes), numberTexts: texts, dimensions: dimensions)
  }

  private func located(_ node: Node) -> LocatedText? {
    guard case .scalar(let scalar) = node else { return nil }
    return LocatedText(scalar, in: source)
  }

  private mutating func parsed(_ node: Node) -> Expression? {
    guard let text = located(node), !text.text.isEmpty else {
      log.error(
        at: SourceSpan(file: source.file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1),
        "expected an expression", help: "write a condition such as mass > 1 GeV")
      return nil
    }
    return ExpressionParser.parse(text, log: &log)
  }
}

/// Checked conditions and numbers of a sheet: immutable, shared between threads.
public struct ExpressionSet: Sendable {
  private let level: CompiledLevel
  /// The numbers as they were written, white space tidied.
  public let numberTexts: [String]
  /// The dimension of each number; its values are in base units (GeV, cm, ns, rad).
  public let dimensions: [Dimension]

  init(level: CompiledLevel, numberTexts: [String], dimensions: [Dimension]) {
    self.level = level
    self.numberTexts = numberTexts
    self.dimensions = dimensions
  }

  /// The conditions as they were written, white space tidied.
  public var conditionTexts: [String] { level.lines.map(\.expression) }

  /// Numbers of the vocabulary that the expressions read: the others need not be filled.
  public var usedScalars: Set<Int> { level.usedScalars }

  /// Bits of the vocabulary that the expressions read.
  public var usedBits: Set<Int> { level.usedBits }

  /// Makes the working state of one thread.
  public func makeEvaluator() -> ExpressionEvaluator { ExpressionEvaluator(level.makeEvaluator()) }
}

/// Evaluates the conditions and numbers of a sheet on columns, a batch at a time. One per thread.
public final class ExpressionEvaluator {
  private let evaluator: LevelEvaluator

  init(_ evaluator: LevelEvaluator) { self.evaluator = evaluator }

  /// Evaluates everything on every row.
  public func evaluate(_ columns: EventColumns) { evaluator.evaluate(columns) }

  /// Whether a condition held for a row in the last evaluation.
  public func isTrue(_ condition: Int, row: Int) -> Bool { evaluator.lines.isTrue(line: condition, row: row) }

  /// The value of a number for a row in the last evaluation, in base units.
  public func number(_ position: Int, row: Int) -> Float {
    precondition(row >= 0 && row < evaluator.lines.rowCount, "no such row")
    return evaluator.number(position)?[row] ?? .nan
  }
}
