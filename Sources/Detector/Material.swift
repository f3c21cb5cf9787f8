import Foundation
import Kinematics

/// A cylinder of material about the z axis.
public struct MaterialSurface: Equatable, Sendable {
  /// Name of the component.
  public let name: String
  /// Inner radius, cm.
  public let innerRadius: Double
  /// Outer radius, cm.
  public let outerRadius: Double
  /// Thickness at normal incidence in radiation lengths.
  public let radiationLengths: Double
  /// Thickness at normal incidence in interaction lengths of nucleons.
  public let interactionLengths: Double
  /// Backward end, cm.
  public let zMin: Double
  /// Forward end, cm.
  public let zMax: Double

  /// Radius at which a thin-surface treatment places the material, cm.
  public var radius: Double { 0.5 * (innerRadius + outerRadius) }

  /// True if the material fills a volume instead of standing on a surface.
  public var isVolume: Bool { outerRadius - innerRadius > 10 }
}

/// The material in front of and inside the tracking volume.
public struct Material: Sendable {
  /// Surfaces from inside to outside; the gas of the drift chamber is one of them (`isVolume`).
  public let surfaces: [MaterialSurface]
  /// The beam pipe outside its beryllium part, where the surface of the beam pipe ends.
  public let beamPipe: BeamPipe

  init(_ table: DetectorTable, beamPipe: DetectorTable) throws(DetectorTableError) {
    self.beamPipe = try BeamPipe(beamPipe)
    var surfaces: [MaterialSurface] = []
    for row in table.rows.indices {
      let range = try table.text(row, "z_range_cm")
      var low = -Double.infinity
      var high = Double.infinity
      if range != "-" {
        let ends = range.components(separatedBy: "..")
        guard ends.count == 2, let first = Double(ends[0]), let last = Double(ends[1]), first < last else {
          throw table.error(row, "z_range_cm", "\"\(range)\" where \"low..high\" or \"-\" is expected")
        }
        low = first
        high = last
      }
      let inner = try table.number(row, "r_in_cm", in: 0...1000)
      let outer = try table.number(row, "r_out_cm", in: 0...1000)
      guard outer >= inner else { throw table.error(row, "r_out_cm", "smaller than r_in_cm") }
      surfaces.append(
        MaterialSurface(
          name: try table.text(row, "item"), innerRadius: inner, outerRadius: outer,
          radiationLengths: try table.number(row, "x_over_x0_normal_incidence", in: 0...10),
          interactionLengths: try table.number(row, "interaction_lengths", in: 0...10), zMin: low, zMax: high))
    }
    self.surfaces = surfaces.sorted { $0.innerRadius < $1.innerRadius }
  }

  /// Rms of the projected angle of multiple scattering (Highland's formula, Particle Data Group 2024 eq. 34.16):
  /// 13.6 MeV/(beta p) sqrt(x) (1 + 0.038 ln x).
  /// - Parameters:
  ///   - radiationLengths: thickness along the path in radiation lengths.
  ///   - momentum: GeV.
  ///   - beta: velocity in units of c.
  /// - Returns: rad; 0 for no material.
  @inlinable
  public static func scatteringAngle(radiationLengths: Double, momentum: Double, beta: Double) -> Double {
    guard radiationLengths > 0 else { return 0 }
    let correction = 1 + 0.038 * log(radiationLengths)
    return 0.0136 / (beta * momentum) * radiationLengths.squareRoot() * max(0.1, correction)
  }
}
