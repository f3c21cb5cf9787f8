import Reconstruction
import Statistics
import TriggerStudies

/// The running conditions that a replay followed: every version with all its parameters, as JSON and as a table.
public struct RunningConditionsReport: Codable, Sendable {
  /// The versions in the order of the stream; the first holds the constants of the detector model.
  public var versions: [Version]

  /// The conditions of an interval of accepted events.
  public struct Version: Codable, Sendable {
    /// 0 for the constants, then 1, 2, …
    public var version: Int
    /// First accepted event that it holds for, from 0.
    public var firstAccepted: Int
    /// The parameters.
    public var parameters: [Parameter]

    enum CodingKeys: String, CodingKey {
      case version, parameters
      case firstAccepted = "first_accepted"
    }
  }

  /// One number.
  public struct Parameter: Codable, Sendable {
    /// What it is.
    public var name: String
    /// Its unit, empty for plain numbers.
    public var unit: String
    /// The value.
    public var value: Double
    /// Standard deviation; absent if the value was assumed.
    public var error: Double?
    /// Tracks, pairs or events of the last measurement, 0 if there was none.
    public var entries: Int
    /// True if the last measurement lies further away than the parameter may go in one version.
    public var limited: Bool
  }

  /// The versions that a calibration made.
  public init(_ conditions: [RunningConditions]) {
    versions = conditions.map { conditions in
      Version(
        version: Int(conditions.version), firstAccepted: conditions.firstAccepted,
        parameters: ConditionParameter.allCases.map { parameter in
          let value = conditions[parameter]
          return Parameter(
            name: parameter.name, unit: parameter.unit, value: value.value,
            error: value.error.isFinite ? value.error : nil, entries: value.entries, limited: value.isLimited)
        })
    }
  }

  /// The parameters that were measured: first and last value, and whether they differ.
  public var text: String {
    guard let last = versions.last, versions.count > 1 else { return "" }
    var text = "Running conditions, followed by accepted events: \(versions.count - 1) "
    text += "version\(versions.count == 2 ? "" : "s") after the constants\n"
    var table = TextTable([
      ("parameter", .left), ("unit", .left), ("assumed", .right), ("first measured", .right), ("last", .right),
      ("change", .right), ("", .left),
    ])
    for (index, parameter) in last.parameters.enumerated() {
      guard let error = parameter.error,
        let first = versions.lazy.map({ $0.parameters[index] }).first(where: { $0.error != nil }),
        let firstError = first.error
      else { continue }
      let (unit, scale) = Self.shown(parameter)
      let change = parameter.value - first.value
      let deviation = (error * error + firstError * firstError).squareRoot()
      // One measurement is no change.
      let isFirst = versions.count { $0.parameters[index].error != nil } == 1
      let note = parameter.limited ? "at its bound" : (!isFirst && abs(change) > 5 * deviation ? "moved" : "")
      table.add([
        parameter.name, unit, NumberText.significant(scale * versions[0].parameters[index].value, 5),
        Self.estimate(scale * first.value, scale * firstError), Self.estimate(scale * parameter.value, scale * error),
        isFirst ? "–" : Self.estimate(scale * change, scale * deviation), note,
      ])
    }
    return text + table.text + "\n"
  }

  /// Micrometres are easier to read than parts of a centimetre.
  private static func shown(_ parameter: Parameter) -> (unit: String, scale: Double) {
    parameter.unit == "cm" ? ("um", 1e4) : (parameter.unit, 1)
  }

  private static func estimate(_ value: Double, _ error: Double) -> String {
    NumberText.estimate(
      EstimatedNumber(value: value, low: value - error, high: value + error, method: "standard deviation"))
  }
}
