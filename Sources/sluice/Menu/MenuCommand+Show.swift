import ArgumentParser
import Foundation
import Menu

/// `sluice menu show`: the menu as tables, definitions and includes put in.
struct MenuShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows a menu: lines, prescales, seeds, streams and conditions.")

  @Argument(help: "Menu file.", completion: .file(extensions: ["yaml", "yml"]))
  var menu: String = MenuCommand.defaultMenu

  @Flag(help: "Show the words a menu may use, with units, instead.")
  var vocabulary = false

  @Flag(help: "Print the high-level lines and skims as a table of cuts in the experiment's own language instead.")
  var cuts = false

  @Option(
    name: .customLong("json"),
    help: "Write the resolved menu as canonical JSON to FILE, - for standard output: the text its hash is made of.",
    completion: .file())
  var json: String?

  func run() throws {
    if vocabulary {
      for words in MenuCommand.vocabularies.level1 { print("Level 1\n\(words.table)") }
      for words in MenuCommand.vocabularies.highLevel { print("High level\n\(words.table)") }
      return
    }
    let menu = try MenuCommand.read(menu)
    if cuts {
      print(menu.cutTable, terminator: "")
      return
    }
    guard let json else {
      print(menu.table, terminator: "")
      return
    }
    let text = Data((menu.canonicalJSON + "\n").utf8)
    if json == "-" {
      try OutputError.writeStandardOutput(text)
      return
    }
    try OutputError.write(text, to: json)
  }
}
