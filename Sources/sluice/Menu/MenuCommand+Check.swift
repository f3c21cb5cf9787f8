import ArgumentParser
import Foundation
import HighLevelTrigger
import Level1
import Menu

/// `sluice menu check`: says of each menu that it is in order, or everything that is wrong with it.
struct MenuCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks menus: names, units, prescales, seeds; every error in one pass.")

  @Argument(help: "Menu files.", completion: .file(extensions: ["yaml", "yml"]))
  var menus: [String] = [MenuCommand.defaultMenu]

  @OptionGroup var json: JSONOption

  func run() throws {
    let results = menus.map(check)
    try json.write(MenuCheckResults(menus: results))
    if results.contains(where: { !$0.ok }) { throw ExitCode(ExitStatus.wrongInput) }
  }

  /// What is wrong with the table of network weights that a menu names, if it names one.
  private static func problemOfNetworks(_ menu: TriggerMenu) -> String? {
    do throws(Level1MenuError) {
      _ = try Level1Trigger.networks(of: menu.level1.compile())
      return nil
    } catch { return "error: \(error)" }
  }

  /// Variables of the high-level trigger that stand for level-1 lines which the menu has not.
  private static func problemOfVariables(_ menu: TriggerMenu) -> String? {
    do throws(HighLevelTriggerError) {
      try HighLevelTrigger.check(menu)
      return nil
    } catch { return "error: \(error)" }
  }

  private func check(_ path: String) -> MenuCheckResults.Menu {
    do throws(MenuError) {
      let menu = try TriggerMenu(contentsOf: path, vocabularies: MenuCommand.vocabularies)
      for warning in menu.warnings { printToStandardError(warning.rendered) }
      if let problem = Self.problemOfNetworks(menu) ?? Self.problemOfVariables(menu) {
        printToStandardError(problem)
        return MenuCheckResults.Menu(
          file: path, ok: false, name: menu.name, version: menu.version, hash: nil, diagnostics: [])
      }
      if !json.takesStandardOutput { print("OK \(path): \(menu.summary)") }
      return MenuCheckResults.Menu(
        file: path, ok: true, name: menu.name, version: menu.version, hash: menu.contentHash,
        diagnostics: menu.warnings.map(MenuCheckResults.Diagnostic.init))
    } catch {
      printToStandardError(error.rendered)
      return MenuCheckResults.Menu(
        file: path, ok: false, name: nil, version: nil, hash: nil,
        diagnostics: error.diagnostics.map(MenuCheckResults.Diagnostic.init))
    }
  }
}

/// The machine form of `menu check`.
private struct MenuCheckResults: Encodable {
  struct Menu: Encodable {
    let file: String
    let ok: Bool
    let name: String?
    let version: Int?
    let hash: String?
    let diagnostics: [Diagnostic]
  }

  struct Diagnostic: Encodable {
    let severity: String
    let file: String
    let line: Int
    let column: Int
    let message: String
    let help: String?

    init(_ diagnostic: MenuDiagnostic) {
      severity = diagnostic.severity.rawValue
      file = diagnostic.span.file
      line = diagnostic.span.line
      column = diagnostic.span.column
      message = diagnostic.message
      help = diagnostic.help
    }
  }

  let schemaVersion = 1
  let menus: [Menu]

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case menus
  }
}

/// Writes a text to standard error.
func printToStandardError(_ text: String) {
  try? FileHandle.standardError.write(contentsOf: Data((text.hasSuffix("\n") ? text : text + "\n").utf8))
}
