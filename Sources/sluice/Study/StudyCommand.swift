import ArgumentParser

/// `sluice study`: questions about a trigger that need more than one replay.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Studies of the trigger: dead time against rate, displaced vertices.",
    subcommands: [StudyDeadtimeCommand.self, StudyDisplacedCommand.self])
}
