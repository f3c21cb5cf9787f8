import Kinematics

/// A process of e+e- collisions with its cross-section.
public struct CollisionProcess: Equatable, Sendable {
  /// Name, as menus, mixtures and reports write it.
  public let name: String
  /// What is counted: final state and phase-space cuts.
  public let definition: String
  /// Cross-section, nb.
  public let crossSection: Double
  /// What the trigger should do with it.
  public let category: String
  /// Remark.
  public let comment: String

  /// Rate in Hz.
  /// - Parameter luminosity: in 1e34 cm^-2 s^-1.
  public func rate(luminosity: Double) -> Double { crossSection * luminosity * Units.luminosity1e34 }
}

/// A process name that is not in the table.
public struct UnknownProcessError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The name that was asked for.
  public let name: String
  /// All names of the table.
  public let known: [String]

  /// The name and what there is instead.
  public var description: String { "no process \"\(name)\"; the table has " + known.joined(separator: ", ") }
}

/// Cross-sections of the processes at the Upsilon(4S) energy (Belle II Physics Book, arXiv:1808.10567).
public struct ProcessTable: Sendable {
  /// All processes in the order of the table.
  public let all: [CollisionProcess]

  init(_ table: DetectorTable) throws(DetectorTableError) {
    var all: [CollisionProcess] = []
    for row in table.rows.indices {
      let name = try table.text(row, "process")
      guard !all.contains(where: { $0.name == name }) else {
        throw table.error(row, "process", "\"\(name)\" stands here a second time")
      }
      all.append(
        CollisionProcess(
          name: name, definition: try table.text(row, "definition"),
          crossSection: try table.number(row, "sigma_nb", in: 0...1e9), category: try table.text(row, "category"),
          comment: try table.text(row, "comment")))
    }
    self.all = all
  }

  /// The process of a name.
  public func named(_ name: String) throws(UnknownProcessError) -> CollisionProcess {
    guard let process = all.first(where: { $0.name == name }) else {
      throw UnknownProcessError(name: name, known: all.map(\.name))
    }
    return process
  }
}
