import ArgumentParser
import HighLevelTrigger
import Level1
import Menu

/// `sluice menu`: everything about trigger menus.
struct MenuCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "menu",
    abstract: "Checks, shows, imports and compares trigger menus, evaluates and explains their decisions.",
    subcommands: [
      MenuCheckCommand.self, MenuShowCommand.self, MenuDiffCommand.self, MenuImportCommand.self,
      MenuEvaluateCommand.self, MenuExplainCommand.self,
    ])

  /// The menu used where none is named.
  static let defaultMenu = "Menus/low-multiplicity.yaml"

  /// The inputs this program can feed.
  static let vocabularies = MenuVocabularies(
    level1: Level1Vocabulary.sets, highLevel: [HighLevelVocabulary.belle2.vocabulary])

  /// Reads a menu; when it is wrong, shows every error with its source line and ends with exit status 2.
  static func read(
    _ path: String, _ prescales: PrescaleChoice? = nil, vocabularies: MenuVocabularies = vocabularies
  ) throws -> TriggerMenu {
    let menu = try showingErrors { () throws(MenuError) in
      try TriggerMenu(contentsOf: path, vocabularies: vocabularies, prescales: prescales)
    }
    for warning in menu.warnings { printToStandardError(warning.rendered) }
    return menu
  }

  /// Runs a body that reads a file for people; its errors are shown with their source lines, and end the program with
  /// exit status 2.
  static func showingErrors<Result>(_ body: () throws(MenuError) -> Result) throws -> Result {
    do throws(MenuError) {
      return try body()
    } catch {
      printToStandardError(error.rendered)
      throw ExitCode(ExitStatus.wrongInput)
    }
  }
}
