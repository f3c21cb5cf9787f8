import Detector
import Kinematics
import Statistics

/// Showers of beam background as events of their own: the tracks that ``DetectorResponse`` adds as background, with truth,
/// at the time of the collision.
public struct BackgroundShowers: Sendable {
  private let showers: BeamBackground.Showers

  /// A generator of the showers of a detector's background.
  public init(_ background: BeamBackground) { showers = background.showers }

  /// Makes one event: the tracks of one shower replace what `event` held; number, label, weight and time stay.
  /// - Parameters:
  ///   - event: receives the particles.
  ///   - random: numbers of this event.
  public func generate(into event: inout GeneratedEvent, _ random: inout CounterRandom) {
    var tracks: [MovingParticle] = []
    BackgroundTracks.draw(
      BackgroundTracks.multiplicity(showers, &random), into: &tracks, window: 0..<1, &random)
    event.removeAllParticles()
    for track in tracks {
      let mass = ParticleTable.mass(of: track.pdg) ?? 0
      let squared: Double = track.momentum.dot(track.momentum) + mass * mass
      event.append(
        pdg: track.pdg,
        momentum: SIMD4(track.momentum.x, track.momentum.y, track.momentum.z, squared.squareRoot()),
        vertex: SIMD4(track.position.x, track.position.y, track.position.z, 0))
    }
  }
}
