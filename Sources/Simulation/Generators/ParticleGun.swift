import Foundation
import Kinematics
import Statistics

/// A generator setting that cannot be.
public struct GeneratorSettingError: Error, Equatable, CustomStringConvertible, Sendable {
  /// The setting: option or key.
  public let setting: String
  /// What was found and what was expected.
  public let problem: String

  /// An error about a setting.
  public init(setting: String, problem: String) {
    self.setting = setting
    self.problem = problem
  }

  /// `setting: problem`.
  public var description: String { "\(setting): \(problem)" }
}

/// Single particles with flat distributions: momentum (or transverse momentum), polar angle, azimuth, and position along the beam line.
public struct ParticleGun: Sendable, Equatable {
  /// Codes of the particles; each event takes one of them, all equally likely.
  public let particles: [Int32]
  /// Momentum, or transverse momentum if `isTransverse`, GeV.
  public let momentum: ClosedRange<Double>
  /// True if `momentum` is the transverse momentum.
  public let isTransverse: Bool
  /// Polar angle, rad.
  public let theta: ClosedRange<Double>
  /// z of the production vertex, cm; x and y are 0.
  public let vertexZ: ClosedRange<Double>

  /// A gun.
  /// - Parameters:
  ///   - particles: names (`mu-`, `e+`, `gamma`) of the particle table, at least one.
  ///   - momentum: GeV, above 0.
  ///   - isTransverse: true if `momentum` is the transverse momentum.
  ///   - thetaDegrees: polar angle in degrees, within 0 to 180 (exclusive).
  ///   - vertexZ: cm.
  /// - Throws: `GeneratorSettingError` for unknown particles and empty or impossible ranges.
  public init(
    particles names: [String], momentum: ClosedRange<Double>, isTransverse: Bool, thetaDegrees: ClosedRange<Double>,
    vertexZ: ClosedRange<Double>
  ) throws(GeneratorSettingError) {
    guard !names.isEmpty else { throw GeneratorSettingError(setting: "particle", problem: "no particle is named") }
    var particles: [Int32] = []
    for name in names {
      guard let pdg = ParticleTable.pdg(named: name) else {
        throw GeneratorSettingError(
          setting: "particle",
          problem: "no particle \"\(name)\"; there are " + ParticleTable.names.joined(separator: ", "))
      }
      particles.append(pdg)
    }
    guard momentum.lowerBound > 0, momentum.upperBound <= 100 else {
      throw GeneratorSettingError(setting: "momentum", problem: "must lie above 0 and not above 100 GeV")
    }
    guard thetaDegrees.lowerBound > 0, thetaDegrees.upperBound < 180 else {
      throw GeneratorSettingError(setting: "theta", problem: "must lie between 0 and 180 degrees")
    }
    guard vertexZ.lowerBound >= -1000, vertexZ.upperBound <= 1000 else {
      throw GeneratorSettingError(setting: "vertex-z", problem: "must lie within 1000 cm of the origin")
    }
    self.particles = particles
    self.momentum = momentum
    self.isTransverse = isTransverse
    theta = (thetaDegrees.lowerBound * Units.degree)...(thetaDegrees.upperBound * Units.degree)
    self.vertexZ = vertexZ
  }

  /// Makes one event: one particle replaces what `event` held; number, label, weight and time stay.
  /// - Parameters:
  ///   - event: receives the particle.
  ///   - random: numbers of this event.
  public func generate(into event: inout GeneratedEvent, _ random: inout CounterRandom) {
    let pdg = particles[Int(random.integer(below: UInt64(particles.count)))]
    let size = random.uniform(momentum.lowerBound, momentum.upperBound)
    let polar = random.uniform(theta.lowerBound, theta.upperBound)
    let azimuth = random.uniform(-Double.pi, Double.pi)
    let z = random.uniform(vertexZ.lowerBound, vertexZ.upperBound)
    let vector = FourVector(
      momentum: Vector3(length: isTransverse ? size / sin(polar) : size, theta: polar, phi: azimuth),
      mass: ParticleTable.mass(of: pdg) ?? 0)
    event.removeAllParticles()
    event.append(
      pdg: pdg, momentum: SIMD4(vector.px, vector.py, vector.pz, vector.energy), vertex: SIMD4(0, 0, z, 0))
  }

  /// Reads a range `low:high`, or one number for a fixed value.
  /// - Parameters:
  ///   - text: for example `0.5:3`.
  ///   - setting: name for the error.
  /// - Throws: `GeneratorSettingError` if the text is no range of finite numbers.
  public static func range(_ text: String, setting: String) throws(GeneratorSettingError) -> ClosedRange<Double> {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0) }.filter(\.isFinite)
    guard (1...2).contains(parts.count), numbers.count == parts.count, let low = numbers.first, let high = numbers.last
    else {
      throw GeneratorSettingError(setting: setting, problem: "found \"\(text)\", expected low:high, for example 0.5:3")
    }
    guard low <= high else {
      throw GeneratorSettingError(setting: setting, problem: "\(text) ends below its start")
    }
    return low...high
  }
}
