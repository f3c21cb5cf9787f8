import Detector
import Foundation
import Kinematics

/// Which processes a stream is made of, at which luminosity, for how long.
///
/// A process without a fixed number of events comes at its rate sigma L with weight 1. A process of `events` N stands for sigma L T
/// real events and each of its events has the weight sigma L T / N, so that rare signals can be enriched and frequent processes thinned.
public struct Mixture: Equatable, Sendable {
  /// Where events of a process come from.
  public enum Supply: Equatable, Sendable {
    /// A built-in generator of quantum electrodynamics.
    case generator(BornProcess)
    /// Scattering on nearly real photons of the other beam.
    case virtualCompton
    /// The particle gun.
    case gun(ParticleGun)
    /// Files of generator events, read in order.
    case files([String])
    /// Dark Higgs boson with inelastic dark matter.
    case inelasticDarkMatter(InelasticDarkMatter.Model)
    /// A signal of a search channel.
    case signal(SignalModel)
    /// Windows without a collision: beam background alone.
    case zeroBias
    /// Showers of beam background with truth.
    case backgroundShowers
  }

  /// A process of the mixture.
  public struct Entry: Equatable, Sendable {
    /// Label of the events.
    public var label: String
    /// Where they come from.
    public var supply: Supply
    /// Rate of real events, Hz: cross-section times luminosity, or one over the length of a zero-bias window.
    public var rate: Double
    /// Cross-section, nb; nil for the gun and for zero bias.
    public var crossSection: Double?
    /// Fixed number of events; nil for as many as the rate gives.
    public var events: Int?
    /// Events of the files to leave out at their start.
    public var skip: Int

    /// A process with a rate.
    public init(
      label: String, supply: Supply, rate: Double, crossSection: Double? = nil, events: Int? = nil, skip: Int = 0
    ) {
      self.label = label
      self.supply = supply
      self.rate = rate
      self.crossSection = crossSection
      self.events = events
      self.skip = skip
    }

    /// Weight of each event: how many real events it stands for.
    /// - Parameter liveTime: s.
    public func weight(liveTime: Double) -> Double {
      guard let events else { return 1 }
      return events > 0 ? rate * liveTime / Double(events) : 0
    }
  }

  /// Name of the mixture.
  public var name: String
  /// Luminosity in 1e34 cm^-2 s^-1.
  public var luminosity: Double
  /// Level of beam background.
  public var background: Double
  /// Live time, s.
  public var liveTime: Double
  /// The processes.
  public var entries: [Entry]

  /// A mixture.
  public init(name: String, luminosity: Double, background: Double, liveTime: Double, entries: [Entry]) {
    self.name = name
    self.luminosity = luminosity
    self.background = background
    self.liveTime = liveTime
    self.entries = entries
  }

  /// Labels of the processes in their order, each once.
  public var labels: [String] {
    var labels: [String] = []
    for entry in entries where !labels.contains(entry.label) { labels.append(entry.label) }
    return labels
  }

  /// Label of windows without a collision.
  public static let zeroBias = "zero_bias"
  /// Label of showers of beam background as events of their own, with truth.
  public static let backgroundShowers = "background_showers"
  /// Label of gun events.
  public static let gun = "gun"
  /// Length of a zero-bias window unless a mixture says otherwise: the time whose clusters the calorimeter decides on
  /// together, ns.
  public static let zeroBiasWindow: Double = 250
  /// Rate of gun events unless a live time is given, Hz.
  public static let gunRate: Double = 10_000

  /// Processes whose events are contained in another one's: mixing both counts them twice.
  static let overlapping = [
    ["bhabha_10_170", "bhabha_in_ecl", "eegamma"], ["gammagamma", "gammagamma_in_ecl"], ["mumu", "mumugamma"],
  ]

  /// The built-in generator of a process name, table names and the short name `bhabha`.
  public static func generator(named name: String) -> BornProcess? {
    name == "bhabha" ? .bhabha : BornProcess(rawValue: name)
  }

  /// Names of everything that can be simulated without a file.
  public static var builtIn: [String] { collisions + signals + [zeroBias, backgroundShowers, gun] }

  /// Names of the signals that can be simulated without a file.
  static var signals: [String] { SignalProcess.allCases.map(\.rawValue) + [InelasticDarkMatter.label] }

  /// Names of the collisions that can be simulated without a file.
  static var collisions: [String] { BornProcess.allCases.map(\.rawValue) + ["bhabha", VirtualCompton.label] }

  /// The supply of a built-in collision by name, and the name the table of processes has for it.
  static func supply(named name: String) -> (supply: Supply, name: String)? {
    if name == VirtualCompton.label { return (.virtualCompton, name) }
    return generator(named: name).map { (.generator($0), $0.rawValue) }
  }

  /// A mixture of one built-in process, as `sluice simulate --process` makes it.
  /// - Parameters:
  ///   - process: name of a built-in process or `zero_bias`.
  ///   - luminosity: 1e34 cm^-2 s^-1.
  ///   - background: level; nil for the level of the luminosity.
  ///   - events: number of events; nil for as many as the rate gives in the live time.
  ///   - seconds: live time; nil for the time in which the rate gives this number of events.
  ///   - gun: the gun, for the process `gun`.
  ///   - darkMatter: masses and lifetimes, for the process `inelastic_dark_matter`.
  ///   - signal: masses and lifetime of a signal; nil for its usual ones.
  ///   - signalCrossSection: cross-section of a signal, nb; nil for 1 fb.
  ///   - detector: cross-sections and background levels.
  /// - Throws: `MixtureError` for unknown names and missing or impossible numbers.
  public static func single(
    process: String, luminosity: Double, background: Double?, events: Int?, seconds: Double?, gun: ParticleGun?,
    darkMatter: InelasticDarkMatter.Model = .init(), signal: SignalModel? = nil, signalCrossSection: Double? = nil,
    detector: DetectorModel
  ) throws(MixtureError) -> Mixture {
    var entry: Entry
    if process == zeroBias {
      entry = Entry(label: process, supply: .zeroBias, rate: 1e9 / zeroBiasWindow)
    } else if process == backgroundShowers {
      entry = Entry(label: process, supply: .backgroundShowers, rate: gunRate)
    } else if process == Mixture.gun, let gun {
      var rate = gunRate
      if let events, let seconds, seconds > 0 { rate = Double(events) / seconds }
      entry = Entry(label: process, supply: .gun(gun), rate: rate)
    } else if process == InelasticDarkMatter.label {
      let crossSection = signalCrossSection ?? InelasticDarkMatter.standardCrossSection
      entry = Entry(
        label: process, supply: .inelasticDarkMatter(darkMatter), rate: crossSection * luminosity * 10,
        crossSection: crossSection)
    } else if let name = SignalProcess(rawValue: process) {
      let crossSection = signalCrossSection ?? SignalModel.standardCrossSection
      entry = Entry(
        label: process, supply: .signal(signal ?? SignalModel(name)), rate: crossSection * luminosity * 10,
        crossSection: crossSection)
    } else if let built = supply(named: process) {
      let row: CollisionProcess
      do { row = try detector.processes.named(built.name) } catch {
        throw MixtureError(file: "", problem: "\(error)")
      }
      entry = Entry(
        label: row.name, supply: built.supply, rate: row.rate(luminosity: luminosity),
        crossSection: row.crossSection)
    } else {
      let near = nearestName(to: process, among: builtIn).map { "; nearest is \($0)" } ?? ""
      throw MixtureError(
        file: "", problem: "no built-in process \"\(process)\"\(near); there are \(builtIn.joined(separator: ", "))")
    }
    guard events != nil || seconds != nil else {
      throw MixtureError(file: "", problem: "neither a number of events nor a live time is given")
    }
    guard events ?? 1 > 0 else { throw MixtureError(file: "", problem: "\(events ?? 0) events, must be above 0") }
    entry.events = events
    let liveTime = seconds ?? Double(events ?? 1) / entry.rate
    let mixture = Mixture(
      name: entry.label, luminosity: luminosity,
      background: background ?? detector.background.level(luminosity: luminosity), liveTime: liveTime, entries: [entry])
    try mixture.check(file: "")
    return mixture
  }

  /// Checks what no line of a file shows: numbers that cannot be, and processes that contain each other.
  func check(file: String) throws(MixtureError) {
    guard luminosity.isFinite, luminosity > 0, luminosity < 1e6 else {
      throw MixtureError(
        file: file, problem: "luminosity \(luminosity)e34 per cm2 and s; expected above 0, for example 5e34")
    }
    guard background.isFinite, background >= 0, background <= 100 else {
      throw MixtureError(file: file, problem: "background level \(background); expected 0 to 100 (1 is the design)")
    }
    guard liveTime.isFinite, liveTime > 0, liveTime < 1e9 else {
      throw MixtureError(
        file: file,
        problem: "live time \(liveTime) s; expected above 0 and below 1e9 s: give the seconds that the events stand for"
      )
    }
    guard !entries.isEmpty else { throw MixtureError(file: file, problem: "no processes") }
    guard entries.count < Int(Int16.max) else { throw MixtureError(file: file, problem: "too many processes") }
    for (index, entry) in entries.enumerated() where entries[..<index].contains(where: { $0.label == entry.label }) {
      throw MixtureError(file: file, problem: "process \(entry.label) stands twice")
    }
    for group in Mixture.overlapping {
      let found = entries.map(\.label).filter(group.contains)
      if found.count > 1 {
        throw MixtureError(
          file: file, problem: "\(found.joined(separator: " and ")) contain the same events: leave one of them out")
      }
    }
  }
}
