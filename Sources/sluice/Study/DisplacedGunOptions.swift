import ArgumentParser
import Simulation
import TriggerStudies

/// What `sluice study displaced --gun` shoots, and from where.
struct DisplacedGunOptions: ParsableArguments {
  /// What each event is.
  enum Target: String, ExpressibleByArgument, CaseIterable {
    case track, pair
  }

  @Option(name: .customLong("gun"), help: "Shoot instead of reading streams: track or pair.")
  var target: Target?

  @Option(
    name: .customLong("d0"), help: "Impact parameters of tracks in cm, separated by commas; else 0,4,8,12,16,20,24.")
  var impactParameters: String?

  @Option(
    help: """
      Distances from the beam line in cm at which tracks begin or pairs have their vertex, separated by commas; else tracks begin where \
      they come closest to it, and pairs at 2,5,10,15,20,30,40,50.
      """)
  var radius: String?

  @Option(name: .customLong("gun-particle"), help: "Particle; its antiparticle is as likely. Else mu-.")
  var particle: String?

  @Option(name: .customLong("pt"), help: "Transverse momentum of each track in GeV, low:high; else 0.5:3.")
  var transverseMomentum: String?

  @Option(help: "Polar angle of each track in degrees, low:high; else 35:127.")
  var theta: String?

  @Option(help: "Angle between the tracks of a pair in the transverse plane in rad, low:high; else 0.2:1.")
  var openingAngle: String?

  @Option(help: "Events from each place; else 250.")
  var events: Int?

  @Option(help: "Level of beam background, 1 is the design; else none.")
  var background: Double?

  /// Name of the first option that was given besides the target.
  var firstGiven: String? {
    let given: [(String, Bool)] = [
      ("--d0", impactParameters != nil), ("--radius", radius != nil), ("--gun-particle", particle != nil),
      ("--pt", transverseMomentum != nil), ("--theta", theta != nil), ("--opening-angle", openingAngle != nil),
      ("--events", events != nil), ("--background", background != nil),
    ]
    return given.first(where: \.1)?.0
  }

  func validate() throws {
    if let events, !(1...1_000_000).contains(events) {
      throw ValidationError("--events \(events): expected 1 to 1000000.")
    }
    if let background, !(background >= 0 && background <= 100) {
      throw ValidationError("--background \(background): expected 0 to 100; 1 is the design.")
    }
    if target == .pair, impactParameters != nil {
      throw ValidationError("--d0 has a meaning with --gun track only; a pair flies away from the beam line.")
    }
    if target == .track, openingAngle != nil {
      throw ValidationError("--opening-angle has a meaning with --gun pair only.")
    }
    _ = try places()
  }

  /// The places to shoot from: each impact parameter with each distance.
  func places() throws -> [DisplacedScan.Place] {
    if target == .pair {
      return try Self.numbers(radius ?? "2,5,10,15,20,30,40,50", of: "--radius")
        .map { DisplacedScan.Place(radius: $0, impactParameter: nil) }
    }
    let radii: [Double?] = try radius.map { try Self.numbers($0, of: "--radius") } ?? [nil]
    return try Self.numbers(impactParameters ?? "0,4,8,12,16,20,24", of: "--d0").flatMap { impactParameter in
      radii.map { DisplacedScan.Place(radius: $0, impactParameter: impactParameter) }
    }
  }

  /// A gun at a place.
  func make(at place: DisplacedScan.Place) throws -> DisplacedGun {
    let aim: DisplacedGun.Target =
      target == .pair
      ? .pair(radius: place.radius ?? 0)
      : .track(impactParameter: place.impactParameter ?? 0, radius: place.radius ?? 0)
    return try DisplacedGun(
      aim, particle: particle ?? "mu-",
      momentum: try ParticleGun.range(transverseMomentum ?? "0.5:3", setting: "--pt"),
      thetaDegrees: try ParticleGun.range(theta ?? "35:127", setting: "--theta"),
      openingAngle: try ParticleGun.range(openingAngle ?? "0.2:1", setting: "--opening-angle"))
  }

  private static func numbers(_ text: String, of option: String) throws -> [Double] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0.filter { $0 != " " }) }.filter(\.isFinite)
    guard numbers.count == parts.count, numbers.count <= 1000 else {
      throw ValidationError("\(option) '\(text)': expected numbers separated by commas, for example 0,4,8.")
    }
    return numbers
  }
}
