import Detector
import Foundation
import Kinematics

/// The masses of the new particle in a sample.
public enum MassChoice: Sendable, Equatable {
  /// Each of these in turn, GeV.
  case values([Double])
  /// Uniform between two masses, GeV.
  case range(ClosedRange<Double>)

  /// Reads masses: `1`, `0.5,1,2` or `0.5:3`, each with a unit of GeV or MeV if wanted.
  /// - Throws: `GeneratorSettingError` for anything else.
  public init(_ text: String) throws(GeneratorSettingError) {
    func wrong() -> GeneratorSettingError {
      GeneratorSettingError(
        setting: "mass", problem: "found \"\(text)\", expected a mass in GeV, several (0.5,1,2) or a range (0.5:3)")
    }
    func value(_ piece: Substring) throws(GeneratorSettingError) -> Double {
      let parts = piece.split(separator: " ")
      guard let first = parts.first, parts.count <= 2, let number = Double(first), number.isFinite else {
        throw wrong()
      }
      switch parts.count == 2 ? parts[1] : "" {
      case "", "GeV": return number
      case "MeV": return number / 1000
      default: throw wrong()
      }
    }
    let ends = text.split(separator: ":", omittingEmptySubsequences: false)
    if ends.count == 2 {
      // A unit at the end is meant for both.
      let isMega = ends[1].hasSuffix(" MeV") && !ends[0].hasSuffix("eV")
      let low = try value(isMega ? ends[0] + " MeV" : ends[0])
      let high = try value(ends[1])
      guard low <= high else { throw wrong() }
      self = .range(low...high)
      return
    }
    guard ends.count == 1 else { throw wrong() }
    var values: [Double] = []
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) { values.append(try value(piece)) }
    self = .values(values)
  }

  /// All masses of a list, or the ends of a range, GeV.
  var all: [Double] {
    switch self {
    case .values(let values): values
    case .range(let range): [range.lowerBound, range.upperBound]
    }
  }

  /// As read.
  var text: String {
    switch self {
    case .values(let values): values.map { "\($0)" }.joined(separator: ", ")
    case .range(let range): "\(range.lowerBound) to \(range.upperBound)"
    }
  }
}

/// A signal with its masses and lifetime.
public struct SignalModel: Sendable, Equatable {
  /// The process.
  public let process: SignalProcess
  /// Masses of the new particle, GeV; without a meaning where there is none.
  public var mass: MassChoice
  /// Mean proper decay length c tau of the new particle, cm; 0 for a prompt decay.
  public var decayLength: Double
  /// Mass of the dark Higgs boson of dark Higgsstrahlung, GeV.
  public var darkHiggsMass: Double
  /// True to let taus other than the signal's decay to one charged particle only.
  public var isOneProng = false
  /// Files of generator events whose B decays the other B takes; none for the generic model.
  public var partnerFiles: [String] = []

  /// Cross-section unless one is given, nb: 1 fb. It sets the weight only.
  public static let standardCrossSection = 1e-6

  /// The process with its usual mass and lifetime.
  public init(_ process: SignalProcess) {
    self.process = process
    mass = .values([process.standardMass])
    decayLength = process.standardDecayLength
    darkHiggsMass = process == .higgsstrahlungVisible ? 3 : 1
  }

  /// Chooses the masses: `1`, `0.5,1,2` or `0.5:3`, GeV.
  /// - Throws: `GeneratorSettingError` for another text, or a process without a new particle.
  public mutating func choose(mass text: String) throws(GeneratorSettingError) {
    try refuse(unless: process.newParticle != nil, "mass")
    mass = try MassChoice(text)
  }

  /// Chooses c tau in cm.
  /// - Throws: `GeneratorSettingError` for a process without a new particle that decays.
  public mutating func choose(decayLength: Double) throws(GeneratorSettingError) {
    try refuse(unless: process.decays, "ctau")
    self.decayLength = decayLength
  }

  /// Chooses the mass of the dark Higgs boson in GeV.
  /// - Throws: `GeneratorSettingError` for a process without one.
  public mutating func choose(darkHiggsMass: Double) throws(GeneratorSettingError) {
    try refuse(unless: process.production == .darkHiggs, "dark-higgs-mass")
    self.darkHiggsMass = darkHiggsMass
  }

  /// Chooses whether taus other than the signal's decay to one charged particle only.
  /// - Throws: `GeneratorSettingError` for a process without such taus.
  public mutating func choose(isOneProng: Bool) throws(GeneratorSettingError) {
    try refuse(unless: process.hasTaus, "one-prong")
    self.isOneProng = isOneProng
  }

  /// Chooses files of generator events for the decays of the other B.
  /// - Throws: `GeneratorSettingError` for a process without B mesons.
  public mutating func choose(partnerFiles: [String]) throws(GeneratorSettingError) {
    try refuse(unless: process.mesons != nil, "partner")
    self.partnerFiles = partnerFiles
  }

  private func refuse(unless isKnown: Bool, _ setting: String) throws(GeneratorSettingError) {
    guard !isKnown else { return }
    throw GeneratorSettingError(setting: setting, problem: "has no meaning for \(process.rawValue)")
  }

  /// Masses of the new particle that the process can make at the beams of a detector, GeV.
  public func allowedMasses(beams: Beams) -> ClosedRange<Double> {
    // Room for the spread of the beam energies, and for a decay that is not at its threshold.
    let energy = beams.energy - 0.1
    let masses = { (codes: [Int32]) in codes.reduce(0.0) { $0 + (ParticleTable.mass(of: $1) ?? 0) } }
    let low = max(0.001, 1.001 * masses(process.products))
    let high: Double
    switch process.production {
    case .photon: high = energy
    case .leptons(let code, _): high = energy - 2 * masses([code])
    case .darkHiggs: high = process == .higgsstrahlungVisible ? 0.4995 * darkHiggsMass : energy - darkHiggsMass
    case .tau(let others): high = Mass.tau - masses(others) - 0.001
    case .bMeson(let meson, let hadron): high = HadronDecays.mass(of: meson) - HadronDecays.mass(of: hadron) - 0.001
    }
    return low...max(low, high)
  }

  /// Checks masses and lifetime.
  /// - Throws: `GeneratorSettingError` with the range that is allowed.
  public func check(beams: Beams) throws(GeneratorSettingError) {
    guard decayLength.isFinite, decayLength >= 0, decayLength <= 1e6 else {
      throw GeneratorSettingError(setting: "ctau", problem: "found \(decayLength) cm, expected 0 to 1e6 cm")
    }
    guard process.newParticle != nil else { return }
    if process.production == .darkHiggs {
      let least = process == .higgsstrahlungVisible ? 0.003 : 0.001
      let most = beams.energy - 0.1 - (process == .higgsstrahlungVisible ? (mass.all.max() ?? 0) : 0.22)
      guard darkHiggsMass >= least, darkHiggsMass <= most else {
        throw GeneratorSettingError(
          setting: "dark-higgs-mass",
          problem:
            "found \(darkHiggsMass) GeV, \(process.rawValue) allows \(Self.number(least)) to \(Self.number(most)) GeV")
      }
    }
    guard !mass.all.isEmpty else { throw GeneratorSettingError(setting: "mass", problem: "no mass is given") }
    let allowed = allowedMasses(beams: beams)
    for value in mass.all where !allowed.contains(value) {
      throw GeneratorSettingError(
        setting: "mass",
        problem: "found \(value) GeV, \(process.rawValue) allows \(Self.number(allowed.lowerBound)) to "
          + "\(Self.number(allowed.upperBound)) GeV")
    }
  }

  private static func number(_ value: Double) -> String { String(format: "%.4g", value) }

  /// The model in a line, for the stream's metadata.
  public var name: String {
    var parts = [process.summary]
    if process.newParticle != nil { parts.append("mass \(mass.text) GeV") }
    if process.production == .darkHiggs { parts.append("h' \(darkHiggsMass) GeV") }
    if process.decays { parts.append("c tau \(decayLength) cm") }
    if !partnerFiles.isEmpty {
      let names = partnerFiles.map { URL(fileURLWithPath: $0).lastPathComponent }
      parts.append("other B from " + names.joined(separator: " + "))
    }
    if isOneProng { parts.append("other taus to one prong") }
    return parts.joined(separator: ", ")
  }
}
