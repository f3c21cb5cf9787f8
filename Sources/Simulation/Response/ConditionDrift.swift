import Kinematics

/// What changes in the detector and the machine while a stream is recorded: nothing, unless it is asked for, so that what follows
/// such changes can be tested.
///
/// Changes grow in proportion to the time of the event, from nothing at 0 to their full size at ``duration``.
public struct ConditionDrift: Sendable, Equatable {
  /// Walk of the middle of the luminous region, cm.
  public var interactionPoint: Vector3
  /// Relative change of all calorimeter energies: 0.02 for 2 % more.
  public var calorimeterGain: Double
  /// Time after which the changes are complete, ns.
  public var duration: Double

  /// A drift.
  /// - Parameters:
  ///   - interactionPoint: cm.
  ///   - calorimeterGain: relative, above -1.
  ///   - duration: ns, above 0.
  public init(interactionPoint: Vector3 = .zero, calorimeterGain: Double = 0, duration: Double) {
    self.interactionPoint = interactionPoint
    self.calorimeterGain = calorimeterGain
    self.duration = duration
  }

  /// The part of the changes that has happened, 0 to 1.
  /// - Parameter time: time of the event since the start of the run, ns.
  func fraction(at time: Int64) -> Double { duration > 0 ? min(1, max(0, Double(time) / duration)) : 0 }

  /// What the metadata of a stream says of it.
  public var description: String {
    "interaction point \(interactionPoint.x), \(interactionPoint.y), \(interactionPoint.z) cm, calorimeter gain \(calorimeterGain) in \(duration * 1e-9) s"
  }
}
