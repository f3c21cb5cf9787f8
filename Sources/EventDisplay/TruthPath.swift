import Detector
import EventModel
import Foundation
import Kinematics

/// The path of a generator particle as an event display draws it.
struct TruthPath {
  /// Name of the particle, for example `pi+`.
  var name: String
  var isCharged: Bool
  /// Momentum at production, GeV.
  var momentum: Double
  /// Points of the path, cm: from production to decay, or to the crystals.
  var points: [Vector3]

  /// Particles below this momentum are not drawn, GeV.
  private static let lowestMomentum = 0.03

  /// The paths of the particles of an event that fly a visible distance inside the crystals; those made inside a wall or a
  /// shower, slow ones, and neutrinos are left out.
  static func paths(_ particles: TruthParticles, row: Int, detector: DetectorModel) throws -> [TruthPath] {
    let range = particles.rows[row]
    var ends = [Vector3?](repeating: nil, count: range.count)
    for index in range {
      let mother = Int(particles.mother[index])
      // A daughter made later than its mother stands where the mother ended; knock-on electrons do not end her.
      guard (0..<range.count).contains(mother), particles.status[range.lowerBound + mother] == 2 else { continue }
      ends[mother] = Vector3(Double(particles.x[index]), Double(particles.y[index]), Double(particles.z[index]))
    }
    var paths: [TruthPath] = []
    for (number, index) in range.enumerated() {
      let status = particles.status[index]
      let code = particles.pdg[index]
      guard status == 1 || status == 2 || status == 101, ![12, 14, 16].contains(abs(code)),
        let charge = ParticleTable.charge(of: code)
      else { continue }
      let start = Vector3(Double(particles.x[index]), Double(particles.y[index]), Double(particles.z[index]))
      let momentum = Vector3(Double(particles.px[index]), Double(particles.py[index]), Double(particles.pz[index]))
      let end = status == 2 ? ends[number] : nil
      if status == 2, end == nil { continue }
      guard momentum.length > lowestMomentum, momentum.transverse > 1e-4, start.transverse < 110, start.z.isFinite
      else { continue }
      let (helix, arc) = Helix.make(position: start, momentum: momentum, charge: Double(charge))
      var last = DisplayedEvent.end(of: helix, detector: detector)
      if let end { last = min(last, arc + (end - start).transverse * 1.02) }
      guard last > arc, last - arc > 0.05 || end == nil else { continue }
      let steps = charge == 0 ? 12 : 60
      var points = (0...steps).map { helix.position(at: arc + (last - arc) * Double($0) / Double(steps)) }
      if let end, charge == 0 { points = [start, end] }
      paths.append(
        TruthPath(
          name: Self.name(of: code), isCharged: charge != 0, momentum: momentum.length, points: points))
    }
    return paths
  }

  private static func name(of code: Int32) -> String {
    guard let properties = ParticleTable.properties(of: code) else { return "\(code)" }
    return properties.pdg == code ? properties.name : properties.antiparticleName
  }
}
