import Kinematics

/// The momentum of a neural track as the decision logic computes it, in whole tenths of a GeV.
///
/// p = 4.5 / (omega sin theta), the curvature per metre cut to steps of 0.044 and the polar angle to steps of 0.098125 rad, with
/// the angle of backward tracks taken from the backward direction; p is cut to a whole number. Where a step is 0 (straighter
/// than 10.2 GeV of transverse momentum, or within 5.6 degrees of the beams) the division has no result: such
/// a momentum passes every threshold. Source: `Documentation/drift-chamber-trigger.md`.
package struct TriggerMomentum: Sendable {
  /// Stands for a momentum beyond all thresholds.
  package static let infinite: UInt16 = .max

  private static let curvatureStep = 0.044
  private static let angleStep = 0.098125
  private static let angleSteps = 17
  private static let curvatureSteps = 40
  /// Tenths of a GeV by step of curvature and step of angle.
  private let table: [UInt16]

  package init() {
    var table: [UInt16] = []
    for curvature in 0..<Self.curvatureSteps {
      for angle in 0..<Self.angleSteps {
        let omega = Double(curvature) * Self.curvatureStep
        let momentum = 4.5 / omega / PortableAngles.sineCosine(Double(angle) * Self.angleStep).sine
        table.append(momentum < 65_000 ? UInt16(momentum) : Self.infinite)
      }
    }
    self.table = table
  }

  /// Momentum in tenths of a GeV.
  /// - Parameters:
  ///   - omega: curvature of the two-dimensional track, 1/cm.
  ///   - theta: polar angle, rad, 0 to pi.
  package func tenths(omega: Double, theta: Double) -> UInt16 {
    guard omega.isFinite, theta.isFinite else { return Self.infinite }
    let fromBeam = theta > Double.pi / 2 ? Double.pi - theta : theta
    let curvature = Int(min(abs(omega) * 100 / Self.curvatureStep, Double(Self.curvatureSteps - 1)))
    let angle = Int(min(max(fromBeam, 0) / Self.angleStep, Double(Self.angleSteps - 1)))
    return table[curvature * Self.angleSteps + angle]
  }
}
