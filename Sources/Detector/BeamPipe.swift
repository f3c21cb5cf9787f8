import Foundation

/// The beam pipe outside its beryllium part: titanium with its flanges, the support of the pixels, and the tantalum block with the
/// bores of both beams, whose thickness depends on the azimuth. Particles from the collision point pass the beryllium;
/// those that start centimetres away along the beams meet this.
///
/// Table `beam_pipe.tsv`: thickness in slices of z and sectors of azimuth, seen from the axis.
public struct BeamPipe: Sendable {
  /// What a particle crosses, at normal incidence.
  public struct Wall: Equatable, Sendable {
    /// Thickness in radiation lengths.
    public let radiationLengths: Double
    /// Energy a minimum-ionising particle loses in one radiation length, GeV.
    public let lossPerRadiationLength: Double
    /// Thickness in interaction lengths of nucleons.
    public let interactionLengths: Double
  }

  private struct Slice {
    let low: Double
    let high: Double
    let loss: Double
    let interactions: Double
    let radiationLengths: [Double]
  }

  private let slices: [Slice]

  init(_ table: DetectorTable) throws(DetectorTableError) {
    var slices: [Slice] = []
    let sectors = table.columns.count { $0.hasPrefix("x0_") }
    guard sectors > 0 else { throw table.error("no columns x0_0, x0_1 ... of the sectors in azimuth") }
    for row in table.rows.indices {
      let low = try table.number(row, "z_from_cm", in: -1000...1000)
      let high = try table.number(row, "z_to_cm", in: -1000...1000)
      guard low < high else { throw table.error(row, "z_to_cm", "not larger than z_from_cm") }
      if let previous = slices.last, low < previous.high {
        throw table.error(row, "z_from_cm", "overlaps the slice before, which ends at \(previous.high)")
      }
      var thickness: [Double] = []
      for sector in 0..<sectors { thickness.append(try table.number(row, "x0_\(sector)", in: 0...100)) }
      slices.append(
        Slice(
          low: low, high: high, loss: try table.number(row, "loss_mev_per_x0", in: 0...1000) * 1e-3,
          interactions: try table.number(row, "interaction_per_x0", in: 0...10), radiationLengths: thickness))
    }
    self.slices = slices
  }

  /// The wall at a place; nil where there is none (the beryllium part included).
  /// - Parameters:
  ///   - z: cm.
  ///   - phi: azimuth about the z axis, any turn, rad.
  public func wall(z: Double, phi: Double) -> Wall? {
    guard let first = slices.first, let last = slices.last, z >= first.low, z < last.high, phi.isFinite else {
      return nil
    }
    var low = 0
    var high = slices.count - 1
    while low < high {
      let middle = (low + high) / 2
      if z >= slices[middle].high { low = middle + 1 } else { high = middle }
    }
    let slice = slices[low]
    guard z >= slice.low else { return nil }
    let turns = phi / (2 * Double.pi)
    let count = slice.radiationLengths.count
    let sector = min(count - 1, Int((turns - turns.rounded(.down)) * Double(count)))
    let thickness = slice.radiationLengths[sector]
    return Wall(
      radiationLengths: thickness, lossPerRadiationLength: slice.loss,
      interactionLengths: thickness * slice.interactions)
  }
}
