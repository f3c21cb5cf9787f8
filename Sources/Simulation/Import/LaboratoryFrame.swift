import Detector
import Foundation
import Kinematics

/// Whether the events of a file are in the laboratory frame of the detector, judged by their total momentum.
struct LaboratoryFrame {
  enum Verdict: Equatable {
    /// The total is that of the beams.
    case laboratory
    /// The total is the collision energy at rest.
    case centreOfMass
    /// The total is something else: particles are missing, or the beams are others.
    case unbalanced
  }

  /// Largest difference from the beams in each component, GeV: beam energies differ by some MeV from year to year.
  private static let tolerance = 0.2

  let beams: Beams

  func total(_ event: GeneratedEvent) -> FourVector {
    var sum = FourVector.zero
    for index in 0..<event.count where event.status[index] == GeneratedEvent.Status.final {
      let p = event.momentum(index)
      sum += FourVector(px: p.x, py: p.y, pz: p.z, energy: p.w)
    }
    return sum
  }

  func verdict(_ event: GeneratedEvent) -> Verdict {
    // A particle that decayed and whose products are final is counted through them.
    let sum = total(event)
    func isNear(_ expected: FourVector) -> Bool {
      let difference = sum - expected
      return [difference.px, difference.py, difference.pz, difference.energy].allSatisfy { abs($0) < Self.tolerance }
    }
    if isNear(beams.total) { return .laboratory }
    if isNear(FourVector(px: 0, py: 0, pz: 0, energy: beams.energy)) { return .centreOfMass }
    return .unbalanced
  }

  /// Boosts all particles and vertices from the centre-of-mass frame (z along the electron) into the laboratory.
  func boost(_ event: inout GeneratedEvent) {
    let speed = PhysicalConstants.speedOfLight
    var boosted = GeneratedEvent(
      number: event.number, process: event.process, weight: event.weight, time: event.time)
    for index in 0..<event.count {
      let p = event.momentum(index)
      let v = event.vertex(index)
      let momentum = beams.centreOfMass.toLaboratory(FourVector(px: p.x, py: p.y, pz: p.z, energy: p.w))
      let place = beams.centreOfMass.toLaboratory(FourVector(px: v.x, py: v.y, pz: v.z, energy: v.w * speed))
      boosted.append(
        pdg: event.pdg[index], mother: event.mother[index], status: event.status[index],
        momentum: SIMD4(momentum.px, momentum.py, momentum.pz, momentum.energy),
        vertex: SIMD4(place.px, place.py, place.pz, place.energy / speed))
    }
    event = boosted
  }
}
