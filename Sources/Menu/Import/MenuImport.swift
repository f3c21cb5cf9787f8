/// Reads decision logic as an experiment writes it, and makes a menu of it.
///
/// Three forms are read:
/// - a tab-separated table with a head that names its columns: `name` and `sum_of_products` or `logic`, also `index` or
///   `bit`, `prescale`, `kind` (`input` rows give the input bits, `output` rows the lines) and `ftd_version`;
/// - one sum of products a line (`10 !105 + 11 !105`), line i being bit i;
/// - one condition with names a line (`(t2_2 or t2_3) and !veto`).
///
/// A table with a column `cut` holds lines of a software trigger instead (``GeneralCut``), see ``CutTable``.
///
/// The last two may have the line's name in front (`fff: 10 !105`), or the names come in a file of their own. `#` starts a
/// comment line. Every error has its place in the file it comes from.
public struct MenuImport: Sendable {
  /// How a file is to be understood.
  public struct Options: Sendable {
    /// What the menu is called.
    public var name: String
    /// Its version.
    public var version = 1
    /// The input bits: a file of names in bit order, or a set by its name. Left out, the table's own rows, else the first
    /// set of the vocabularies.
    public var inputs: String?
    /// A file with the names of the lines in bit order.
    public var lineNames: String?
    /// Which version to take from a table that holds several.
    public var logicVersion: String?
    /// The table's column with the prescales; left out, the first whose name starts with `prescale`.
    public var prescaleColumn: String?

    /// Options with a menu name; the rest is left out.
    public init(name: String) { self.name = name }
  }

  /// The menu's file.
  public let yaml: String
  /// What was perhaps not meant.
  public let warnings: [MenuDiagnostic]
  /// Number of lines.
  public let lineCount: Int

  /// Reads a file and makes the menu's text.
  /// - Parameter vocabularies: the sets of inputs that are known.
  /// - Throws: ``MenuError`` with file, line and column of everything that is wrong.
  public init(
    contentsOf path: String, options: Options, vocabularies: MenuVocabularies, files: MenuFiles = .disk
  ) throws(MenuError) {
    var reader = LogicReader(files: files, options: options, vocabularies: vocabularies)
    reader.read(path)
    var builder = MenuBuilder(
      declarations: reader.declarations, path: path, vocabularies: vocabularies.withGivenBits(), log: reader.log)
    let menu = try builder.build()
    yaml =
      reader.cuts.map { Self.text($0, reader.declarations, from: path, options, vocabularies.highLevel[0]) }
      ?? Self.text(reader.declarations, from: path, options, vocabularies)
    let inconsistent = try reader.inconsistentLines(menu.level1.vocabulary)
    warnings = menu.warnings + inconsistent
    lineCount = menu.level1.lines.count + menu.highLevel.lines.count + menu.skims.lines.count
  }

  /// A menu of a software trigger as a file.
  private static func text(
    _ cuts: CutTable, _ declarations: MenuDeclarations, from path: String, _ options: Options, _ vocabulary: Vocabulary
  ) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    var text = "# Imported from \(plain(file)).\nmenu: \(quoted(options.name))\nversion: \(options.version)\n"
    let levels = [
      ("high_level", "reject", declarations.highLevel.lines, false),
      ("skims", "accept", declarations.skims.lines, true),
    ]
    for (key, mode, lines, isSkim) in levels {
      let absent = cuts.absent.filter { $0.isSkim == isSkim }
      if lines.isEmpty && absent.isEmpty { continue }
      text += "\n\(key):\n"
      if !isSkim { text += "  inputs: \(vocabulary.name)\n" }
      text += "  mode: \(mode)\n"
      for (list, isReject) in [("lines", false), ("reject", true)] {
        let chosen = lines.filter { $0.isReject == isReject }
        if chosen.isEmpty { continue }
        text += "  \(list):\n"
        for line in chosen {
          let prescale = line.prescale.map { "prescale: \($0.text), " } ?? ""
          text += "    - {name: \(quoted(line.name.text)), \(prescale)when: \"\(line.condition?.text ?? "")\"}\n"
        }
      }
      for line in absent { text += "  # \(plain(line.name.text)): left out, \(plain(line.reason))\n" }
    }
    return text
  }

  /// The menu as a file.
  private static func text(
    _ declarations: MenuDeclarations, from path: String, _ options: Options, _ vocabularies: MenuVocabularies
  ) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    var text =
      "# Imported from \(plain(file)).\nmenu: \(quoted(options.name))\nversion: \(options.version)\n\nlevel1:\n"
    if let bits = declarations.level1.inputBits, let name = declarations.level1.inputs {
      text += "  inputs:\n    name: \(quoted(name.text))\n    bits: >-\n"
      var line = ""
      for bit in bits.map(\.text) {
        if line.count + bit.count > 100 {
          text += "      \(line)\n"
          line = ""
        }
        line += (line.isEmpty ? "" : " ") + bit
      }
      text += "      \(line)\n"
    } else {
      text += "  inputs: \(declarations.level1.inputs?.text ?? vocabularies.level1[0].name)\n"
    }
    text +=
      "  unknown: masked                           # lines on inputs that are not built never pass, and reports say so\n"
    text += "  lines:\n"
    let prescaleWidth = declarations.level1.lines.compactMap(\.prescale?.text.count).max() ?? 0
    let width = declarations.level1.lines.map(\.name.text.count).max() ?? 0
    for line in declarations.level1.lines {
      let name = line.name.text + "," + String(repeating: " ", count: width - line.name.text.count)
      let prescale =
        line.prescale.map { text in
          "prescale: \(text.text)," + String(repeating: " ", count: prescaleWidth - text.text.count + 1)
        } ?? ""
      let words = line.condition?.text.split(whereSeparator: \.isWhitespace).joined(separator: " ") ?? ""
      text += "    - {name: \(name) \(prescale)bits: \"\(words)\"}\n"
    }
    return text + "\nhigh_level:\n  mode: accept                              # no lines: keeps what level 1 keeps\n"
  }

  /// A name as YAML takes it for text.
  private static func quoted(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { ExpressionLexer.continuesName($0) || $0 == "-" }
    return isPlain && text.unicodeScalars.first.map(ExpressionLexer.startsName) == true ? text : "\"\(plain(text))\""
  }

  /// A text that cannot end a comment or a quoted text.
  private static func plain(_ text: String) -> String {
    String(
      text.unicodeScalars.map { scalar in
        scalar.value < 0x20 || scalar == "\"" || scalar == "\\" || scalar.value == 0x7F ? "_" : Character(scalar)
      })
  }
}
