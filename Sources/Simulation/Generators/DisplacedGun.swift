import Foundation
import Kinematics
import Statistics

/// Single tracks that miss the beam line or begin late, and pairs of tracks from a vertex off the beam line: what triggers on
/// displaced particles are measured with where no generator is at hand.
public struct DisplacedGun: Sendable, Equatable {
  /// What each event is.
  public enum Target: Sendable, Equatable {
    /// One track that passes the beam line at an impact parameter in cm, on either side, and begins at a distance from it in cm; where it
    /// comes closest if that is further out.
    case track(impactParameter: Double, radius: Double)
    /// Two tracks of opposite charge from a vertex at a distance from the beam line in cm, on either side of the line of flight.
    case pair(radius: Double)
  }

  /// What each event is.
  public let target: Target
  /// Code of the particle; its antiparticle is as likely, and the second of a pair.
  public let particle: Int32
  /// Transverse momentum of each track, GeV.
  public let momentum: ClosedRange<Double>
  /// Polar angle of each track, rad.
  public let theta: ClosedRange<Double>
  /// Angle between the tracks of a pair in the transverse plane, rad.
  public let openingAngle: ClosedRange<Double>

  /// Code of the particle that pairs decay from: the dark Higgs boson of the project's samples.
  public static let mother = InelasticDarkMatter.Code.darkHiggs

  /// A gun.
  /// - Parameters:
  ///   - target: distances from 0 to 110 cm.
  ///   - name: a charged particle of the particle table.
  ///   - momentum: transverse momentum, GeV.
  ///   - thetaDegrees: polar angle in degrees.
  ///   - openingAngle: between the tracks of a pair, rad.
  /// - Throws: `GeneratorSettingError` for unknown or neutral particles, impossible ranges, and places that tracks of the
  ///   smallest momentum do not reach.
  public init(
    _ target: Target, particle name: String, momentum: ClosedRange<Double>, thetaDegrees: ClosedRange<Double>,
    openingAngle: ClosedRange<Double> = 0.2...1
  ) throws(GeneratorSettingError) {
    let plain = try ParticleGun(
      particles: [name], momentum: momentum, isTransverse: true, thetaDegrees: thetaDegrees, vertexZ: 0...0)
    particle = plain.particles[0]
    guard ParticleTable.charge(of: particle).map({ $0 != 0 }) == true else {
      throw GeneratorSettingError(setting: "particle", problem: "\"\(name)\" leaves no track; expected a charged one")
    }
    guard openingAngle.lowerBound >= 0, openingAngle.upperBound < Double.pi else {
      throw GeneratorSettingError(setting: "opening-angle", problem: "must lie between 0 and 3.14 rad")
    }
    let (impactParameter, radius): (Double, Double) =
      switch target {
      case .track(let impactParameter, let radius): (impactParameter, radius)
      case .pair(let radius): (0, radius)
      }
    for (setting, value) in [("d0", impactParameter), ("radius", radius)] {
      guard value >= 0, value <= 110 else {
        throw GeneratorSettingError(setting: setting, problem: "\(value) lies outside 0 to 110 cm")
      }
    }
    // The far end of the circle of the softest track, on the side where it reaches less far.
    let reach = 2 * Self.radiusPerMomentum * momentum.lowerBound - impactParameter
    guard max(impactParameter, radius) < reach else {
      throw GeneratorSettingError(
        setting: "radius",
        problem: "tracks of \(momentum.lowerBound) GeV turn back \(max(0, reach).rounded()) cm from the beam line")
    }
    self.target = target
    self.momentum = momentum
    theta = plain.theta
    self.openingAngle = openingAngle
  }

  /// Radius of curvature per transverse momentum in the solenoid, cm/GeV.
  private static let radiusPerMomentum = 1 / 0.00449689

  /// Makes one event: it replaces what `event` held; number, label, weight and time stay.
  /// - Parameters:
  ///   - event: receives the particles.
  ///   - random: numbers of this event.
  public func generate(into event: inout GeneratedEvent, _ random: inout CounterRandom) {
    event.removeAllParticles()
    let code = random.chance(0.5) ? particle : -particle
    switch target {
    case .track(let impactParameter, let radius):
      let transverse = random.uniform(momentum.lowerBound, momentum.upperBound)
      let polar = random.uniform(theta.lowerBound, theta.upperBound)
      let charge = Double(ParticleTable.charge(of: code) ?? 1)
      let helix = Helix(
        d0: random.chance(0.5) ? impactParameter : -impactParameter, phi0: random.uniform(-Double.pi, Double.pi),
        omega: charge / (Self.radiusPerMomentum * transverse), z0: 0, tanLambda: 1 / tan(polar))
      let arc = radius > impactParameter ? helix.arcLength(toRadius: radius) ?? 0 : 0
      let position = helix.position(at: arc)
      let direction = helix.tangent(at: arc)
      append(
        code, azimuth: atan2(direction.y, direction.x), transverse, polar, at: Vector3(position.x, position.y, 0),
        mother: -1, to: &event)
    case .pair(let radius):
      let azimuth = random.uniform(-Double.pi, Double.pi)
      let opening = random.uniform(openingAngle.lowerBound, openingAngle.upperBound)
      let tracks = [(code, 0.5 * opening), (-code, -0.5 * opening)].map { code, turn in
        (
          code: code, azimuth: azimuth + turn, transverse: random.uniform(momentum.lowerBound, momentum.upperBound),
          polar: random.uniform(theta.lowerBound, theta.upperBound)
        )
      }
      let vertex = Vector3(radius * cos(azimuth), radius * sin(azimuth), 0)
      let sum = tracks.reduce(SIMD4<Double>.zero) {
        $0 + Self.momentum($1.code, azimuth: $1.azimuth, $1.transverse, $1.polar)
      }
      event.append(pdg: Self.mother, status: GeneratedEvent.Status.decayed, momentum: sum)
      for track in tracks {
        append(
          track.code, azimuth: track.azimuth, track.transverse, track.polar, at: vertex, mother: 0, to: &event)
      }
    }
  }

  private static func momentum(_ code: Int32, azimuth: Double, _ transverse: Double, _ polar: Double) -> SIMD4<Double> {
    let vector = FourVector(
      momentum: Vector3(length: transverse / sin(polar), theta: polar, phi: azimuth),
      mass: ParticleTable.mass(of: code) ?? 0)
    return SIMD4(vector.px, vector.py, vector.pz, vector.energy)
  }

  private func append(
    _ code: Int32, azimuth: Double, _ transverse: Double, _ polar: Double, at vertex: Vector3, mother: Int32,
    to event: inout GeneratedEvent
  ) {
    // As late as light would be there.
    let time = vertex.length / PhysicalConstants.speedOfLight
    event.append(
      pdg: code, mother: mother, momentum: Self.momentum(code, azimuth: azimuth, transverse, polar),
      vertex: SIMD4(vertex.x, vertex.y, vertex.z, time))
  }
}
