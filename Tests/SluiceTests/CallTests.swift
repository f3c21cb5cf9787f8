import Foundation
import Testing

@Suite("Calls of the command line")
struct CallTests {
  @Test("the version and the help are no errors")
  func help() throws {
    let version = try SluiceProgram.run(["--version"])
    #expect(version.status == 0)
    #expect(version.output.hasPrefix("0."))
    let help = try SluiceProgram.run(["--help"])
    #expect(help.status == 0)
    for command in ["replay", "simulate", "import", "inspect", "menu", "fit", "study", "doctor"] {
      #expect(help.output.contains(command), "help does not mention \(command)")
      let own = try SluiceProgram.run([command, "--help"])
      #expect(own.status == 0, "\(command) --help")
    }
  }

  @Test(
    "a wrong call gives exit status 2, a message on standard error, and nothing on standard output",
    arguments: [
      ["nonsense"], ["replay"], ["replay", "--workers", "many", "x.arrow"], ["replay", "missing.arrow"],
      ["inspect", "missing.arrow"], ["menu", "check", "missing.yaml"], ["fit", "nonsense", "missing.arrow"],
      ["import", "missing.hepmc", "-o", "never.arrow"], ["study", "deadtime", "--rate", "10kg"],
      ["study", "deadtime", "--stream", "missing.arrow"], ["study", "deadtime", "--samples", "6,4"],
      ["study", "deadtime", "--injection", "missing.tsv"],
      ["simulate", "--process", "nonsense", "--events", "1", "-o", "never.arrow"],
    ])
  func wrongCall(arguments: [String]) throws {
    let outcome = try SluiceProgram.run(arguments)
    #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
    #expect(!outcome.errors.isEmpty)
    #expect(outcome.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: SluiceProgram.root.appending(path: "never.arrow").path))
  }
}
