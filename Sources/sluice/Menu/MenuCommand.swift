import ArgumentParser
import HighLevelTrigger
import Level1
import Menu

/// `sluice menu`: everything about trigger menus.
struct MenuCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "menu", abstract: "Checks and shows trigger menus, and explains their decisions.",
    subcommands: [MenuCheckCommand.self, MenuShowCommand.self, MenuExplainCommand.self])

  /// The menu used where none is named.
  static let defaultMenu = "Menus/low-multiplicity.yaml"

  /// The inputs this program can feed.
  static let vocabularies = MenuVocabularies(
    level1: [Level1Vocabulary.belle2], highLevel: [HighLevelVocabulary.belle2.vocabulary])

  /// Reads a menu; when it is wrong, shows every error with its source line and ends with exit status 2.
  static func read(_ path: String) throws -> TriggerMenu {
    do throws(MenuError) {
      let menu = try TriggerMenu(contentsOf: path, vocabularies: vocabularies)
      for warning in menu.warnings { printToStandardError(warning.rendered) }
      return menu
    } catch {
      printToStandardError(error.rendered)
      throw ExitCode(ExitStatus.wrongInput)
    }
  }
}
