import ArgumentParser
import Foundation
import Menu

/// `sluice menu import`: decision logic of an experiment as a menu.
struct MenuImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Makes a menu of decision logic as an experiment writes it.",
    discussion: """
      FILE is a table of a software trigger (head: line, cut; also base, prescale, reject), its cuts written as in \
      nTrkLoose >= 3 and [ee2leg == 0 or 0.8 < maximumPCMS < 4.5]; or a tab-separated table with a head (name; sum_of_products or logic; also bit, prescale, kind, ftd_version), or one \
      condition a line in bit order: a sum of products of input bits (10 !105 + 11 !105) or algebra with names \
      ((t2_2 or t2_3) and !veto), with 'name:' in front or the names in a file of their own.
      """)

  @Argument(help: "The file with the logic.", completion: .file())
  var file: String

  @Option(help: "Input bits: a file with their names in bit order, or a set such as belle2-ftd36.", completion: .file())
  var inputs: String?

  @Option(name: .customLong("lines"), help: "A file with the names of the lines in bit order.", completion: .file())
  var lineNames: String?

  @Option(help: "Which version to take, of a table that holds several.")
  var ftd: String?

  @Option(help: "The table's column with the prescales.")
  var prescaleColumn: String?

  @Option(help: "What the menu is called; the file's name if left out.")
  var name: String?

  @Option(name: [.customShort("o"), .long], help: "Write the menu to FILE instead of standard output.")
  var output: String?

  func validate() throws {
    if let output { try OutputError.check(output, option: "--output") }
  }

  func run() throws {
    let stem = URL(filePath: file).deletingPathExtension().lastPathComponent
    var options = MenuImport.Options(name: name ?? (ftd.map { "\(stem)-\($0)" } ?? stem))
    options.version = ftd.flatMap { Int($0) }.map { min(max($0, 0), Int(UInt32.max)) } ?? 1
    options.inputs = inputs
    options.lineNames = lineNames
    options.logicVersion = ftd
    options.prescaleColumn = prescaleColumn
    let made = try MenuCommand.showingErrors { () throws(MenuError) in
      try MenuImport(contentsOf: file, options: options, vocabularies: MenuCommand.vocabularies)
    }
    for warning in made.warnings { printToStandardError(warning.rendered) }
    if let output {
      try OutputError.write(Data(made.yaml.utf8), to: output)
      print("wrote \(output): \(made.lineCount) lines")
    } else {
      try OutputError.writeStandardOutput(Data(made.yaml.utf8))
    }
  }
}
