import Foundation
import Kinematics

/// The colliding beams: electrons of the high-energy ring and positrons of the low-energy ring, crossing in the horizontal
/// plane. Detector model, section "Beams".
public struct Beams: Sendable {
  /// Four-momentum of an electron in the laboratory, GeV.
  public let electron: FourVector
  /// Four-momentum of a positron in the laboratory, GeV.
  public let positron: FourVector
  /// Rms of the electron energy, GeV.
  public let electronEnergySpread: Double
  /// Rms of the positron energy, GeV.
  public let positronEnergySpread: Double
  /// Angle of each beam to the detector z axis, rad.
  public let halfCrossingAngle: Double
  /// Rms of the collision point about the origin, cm.
  public let luminousRegion: Vector3
  /// Time between two collisions of bunches, ns.
  public let bunchSpacing: Double
  /// The centre-of-mass frame: z along the electrons after the boost, y as in the laboratory.
  public let centreOfMass: CentreOfMassFrame

  /// Four-momentum of a collision, GeV.
  public var total: FourVector { electron + positron }
  /// Energy of a collision in its centre of mass, GeV.
  public var energy: Double { centreOfMass.energy }
  /// The boost from the laboratory to the centre of mass, without the rotation of `centreOfMass`.
  public var boost: Boost { centreOfMass.boost }

  init(_ constants: DetectorConstants) throws(DetectorTableError) {
    let angle = try constants("beams.half_crossing_angle")
    let electronEnergy = try constants.positive("beams.electron_energy")
    let positronEnergy = try constants.positive("beams.positron_energy")
    halfCrossingAngle = angle
    electronEnergySpread = try constants("beams.electron_energy_spread")
    positronEnergySpread = try constants("beams.positron_energy_spread")
    luminousRegion = Vector3(
      try constants("beams.luminous_sigma_x"), try constants("beams.luminous_sigma_y"),
      try constants("beams.luminous_sigma_z"))
    bunchSpacing = try constants.positive("beams.bunch_spacing")
    electron = Beams.electron(energy: electronEnergy, angle: angle)
    positron = Beams.positron(energy: positronEnergy, angle: angle)
    guard let frame = CentreOfMassFrame(first: electron, second: positron) else {
      throw DetectorTableError(file: "constants.tsv", problem: "the beams have no common rest frame")
    }
    centreOfMass = frame
  }

  /// An electron of this energy on the axis of its ring, GeV.
  static func electron(energy: Double, angle: Double) -> FourVector {
    let momentum = (energy * energy - Mass.electron * Mass.electron).squareRoot()
    return FourVector(momentum: momentum * Vector3(sin(angle), 0, cos(angle)), energy: energy)
  }

  /// A positron of this energy on the axis of its ring, GeV.
  static func positron(energy: Double, angle: Double) -> FourVector {
    let momentum = (energy * energy - Mass.electron * Mass.electron).squareRoot()
    return FourVector(momentum: momentum * Vector3(sin(angle), 0, -cos(angle)), energy: energy)
  }

  /// The beams of one collision with other energies, on the same axes.
  /// - Parameters:
  ///   - electronEnergy: GeV, above the electron mass.
  ///   - positronEnergy: GeV, above the electron mass.
  public func collision(electronEnergy: Double, positronEnergy: Double) -> (electron: FourVector, positron: FourVector)
  {
    (
      Beams.electron(energy: max(electronEnergy, Mass.electron), angle: halfCrossingAngle),
      Beams.positron(energy: max(positronEnergy, Mass.electron), angle: halfCrossingAngle)
    )
  }
}
