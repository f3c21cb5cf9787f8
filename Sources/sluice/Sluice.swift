import ArgumentParser
import CAllocator
import Foundation

/// The command line: one file per subcommand, no logic of its own.
struct Sluice: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice",
    abstract: "Plays recorded collisions through a trigger menu and says what it does.",
    discussion: """
      Exit status: 0 done, 1 the run or check failed, 2 the call or an input file is wrong. Results go to standard \
      output, progress and messages to standard error. --json FILE writes the machine form (- for standard output).
      """,
    version: "0.1.0",
    subcommands: [
      ReplayCommand.self, RunCommand.self, StageCommand.self, ControlCommand.self, DrillCommand.self,
      MonitorCommand.self,
      SimulateCommand.self,
      ImportCommand.self, InspectCommand.self, MenuCommand.self,
      FitCommand.self, StudyCommand.self, DoctorCommand.self,
    ])
}

/// Runs a subcommand and turns what it throws into a message and the exit status of the contract.
@main
enum Main {
  static func main() {
    sluice_keep_freed_memory()
    do {
      var command = try Sluice.parseAsRoot()
      try command.run()
      try StandardOutput.finish()
    } catch {
      exit(report(error))
    }
  }

  /// Prints an error where it belongs and returns the exit status.
  private static func report(_ error: any Error) -> Int32 {
    if error is RunFailure {
      printError("\(error)")
      return ExitStatus.failed
    }
    // Found while the command ran: no usage line, which would be that of the root command.
    if let error = error as? ValidationError {
      printError("error: \(error.message)")
      return ExitStatus.wrongInput
    }
    let code = Sluice.exitCode(for: error)
    // Help and version come as errors too.
    if code == .success {
      print(Sluice.fullMessage(for: error))
      return ExitStatus.done
    }
    if code == .validationFailure {
      printError(Sluice.fullMessage(for: error))
      return ExitStatus.wrongInput
    }
    if let exit = error as? ExitCode { return exit.rawValue }
    printError("error: \(error)")
    return ExitStatus.wrongInput
  }

  private static func printError(_ message: String) {
    try? FileHandle.standardError.write(contentsOf: Data((message + "\n").utf8))
  }
}
