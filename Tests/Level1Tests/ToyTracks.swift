import Detector
import Foundation
import Kinematics
import Statistics

/// Wire hits of single tracks at 90 degrees, from geometry alone: what the finder's rules are studied with, without drift
/// times, scattering or energy loss. Every crossed cell gives a hit with the given efficiency; where the track crosses a
/// cell border inside the layer both cells are crossed.
struct ToyTracks {
  let chamber: DriftChamber
  var efficiency = 0.97
  var wires: [UInt16] = []
  var counts: [Int16] = []

  mutating func throwTrack(
    transverseMomentum: Double, charge: Double, phi0: Double, d0: Double = 0, startRadius: Double = 0,
    _ random: inout CounterRandom
  ) {
    wires.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    let helix = Helix(
      d0: d0, phi0: phi0, omega: charge * 0.00449689 / transverseMomentum, z0: 0, tanLambda: 0)
    for layer in chamber.layers {
      let half = layer.cellHeight / 2
      var crossed: Set<Int> = []
      for radius in [layer.endRadius - half, layer.endRadius, layer.endRadius + half] {
        guard layer.endRadius > max(startRadius, abs(d0)), radius > abs(d0),
          let arc = helix.arcLength(toRadius: radius)
        else { continue }
        let point = helix.position(at: arc)
        let phi = atan2(point.y, point.x)
        // Stereo layers are entered at z = 0, where their cells have turned by part of their twist.
        let cell = (phi - layer.phi(ofCell: 0, atZ: 0)) / layer.cellAngle
        crossed.insert(chamber.wire(layer: layer.index, cell: Int(cell.rounded())))
      }
      for wire in crossed.sorted() where random.chance(efficiency) {
        wires.append(UInt16(wire))
        counts.append(Int16(random.integer(below: 300)))
      }
    }
  }
}
