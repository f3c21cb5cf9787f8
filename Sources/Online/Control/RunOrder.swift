/// What a run is about, as run control tells the stages.
struct RunOrder: Codable, Equatable {
  /// Number of the run.
  var number: Int
  /// Which configuration this is; the next one has a higher number.
  var serial: Int
  /// The menu.
  var menu: String
  /// The column of its table of prescales.
  var prescaleColumn: String?
  /// The folder of the outputs.
  var output: String
  /// The frontends of the streams.
  var frontends: [FrontendPlan]

  /// The plan with what this run changes.
  func applied(to plan: RunPlan) -> RunPlan {
    var plan = plan
    plan.menu = menu
    plan.prescaleColumn = prescaleColumn
    plan.output = output
    return plan
  }
}
