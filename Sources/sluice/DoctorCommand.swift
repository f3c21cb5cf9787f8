import ArgumentParser
import Foundation
import Online

/// `sluice doctor`: checks this machine.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Checks this machine: libraries, processor, clock, large messages, free disk.",
    discussion: "Exit status 1 when something that a run needs is missing.")

  @Option(help: "The folder where outputs would go.", completion: .directory)
  var output = "."

  @OptionGroup var json: JSONOption

  func run() throws {
    let check = MachineCheck(folder: output)
    try json.write(check)
    if !json.takesStandardOutput {
      let width = check.findings.map(\.name.count).max() ?? 0
      for finding in check.findings {
        let mark = finding.isGood.map { $0 ? "ok  " : "BAD " } ?? "    "
        let name = finding.name.padding(toLength: width, withPad: " ", startingAt: 0)
        print("\(mark) \(name)  \(finding.found)" + (finding.needed.map { "; needed: \($0)" } ?? ""))
      }
    }
    if !check.isGood { throw RunFailure("this machine lacks something that a run needs, see above") }
  }
}
