import ArgumentParser

/// The command line: one file per subcommand, no logic of its own.
@main
struct Sluice: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice",
    abstract: "Plays recorded collisions through a trigger menu and says what it does.",
    version: "0.1.0")
}
