import ArgumentParser

/// `sluice study`: questions about a trigger.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: """
      Studies of the trigger: rates, efficiencies, overlaps of level-1 lines, dead time, displaced vertices, tracks, vertices, calorimeter and identification \
      beside truth, costs of steps and lines, sensitivities of searches, inputs of networks.
      """,
    subcommands: [
      StudyRatesCommand.self, StudyEfficiencyCommand.self, StudyOverlapCommand.self, StudyDeadtimeCommand.self,
      StudyDisplacedCommand.self, StudyTrackingCommand.self, StudyVertexingCommand.self, StudyCalorimetryCommand.self,
      StudyIdentificationCommand.self, StudyLatencyCommand.self,
      StudySensitivityCommand.self, StudyNetworkInputsCommand.self,
    ])
}
