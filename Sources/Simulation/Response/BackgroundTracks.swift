import Detector
import Foundation
import Kinematics
import Statistics

/// Tracks of beam background that do not come from the interaction point: showers on beam pipe and magnets.
///
/// Detector model, section "Beam background": multiplicity, transverse momentum and origin are choices of the
/// model, the rate is tuned on the single-track trigger.
enum BackgroundTracks {
  /// How many tracks a shower has, drawn from the shares of the detector model.
  static func multiplicity(_ showers: BeamBackground.Showers, _ random: inout CounterRandom) -> Int {
    let choice = random.uniform()
    return choice < showers.oneTrack ? 1 : (choice < showers.oneTrack + showers.twoTracks ? 2 : 3)
  }

  /// Draws the tracks of one background shower; they reach the perigee at the same time, anywhere in the window.
  static func draw(
    _ multiplicity: Int, into queue: inout [MovingParticle], window: Range<Double>, _ random: inout CounterRandom
  ) {
    let time = random.uniform(window.lowerBound, window.upperBound)
    let z = origin(&random)
    for _ in 0..<multiplicity {
      let pT = 0.15 + 0.25 * random.exponential()
      let positive = random.uniform() < 0.5
      let cosine = random.uniform(cos(130 * Units.degree), cos(30 * Units.degree))
      let phi = random.uniform(-Double.pi, Double.pi)
      let d0 = random.uniform(-3, 3)
      let momentum = Vector3(pT * cos(phi), pT * sin(phi), pT * cosine / (1 - cosine * cosine).squareRoot())
      let pdg: Int32 = positive ? 211 : -211
      queue.append(
        MovingParticle(
          position: Vector3(d0 * sin(phi), -d0 * cos(phi), z), momentum: momentum, time: time,
          properLengthLeft: .infinity, species: Species(pdg: pdg), truth: -1, pdg: pdg))
    }
  }

  /// 60 % uniform in +-100 cm, 40 % Gaussian of 40 cm, cut at 120 cm.
  private static func origin(_ random: inout CounterRandom) -> Double {
    if random.uniform() < 0.6 { return random.uniform(-100, 100) }
    while true {
      let z = 40 * random.gaussian()
      if abs(z) < 120 { return z }
    }
  }
}
