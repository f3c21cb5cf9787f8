import Foundation

/// What turns the yield of a search into a cross-section or a branching fraction.
public struct Normalisation: Hashable, Sendable {
  /// What yields are divided by.
  public enum Base: String, CaseIterable, Sendable {
    /// The integrated luminosity: a cross-section in fb.
    case luminosity
    /// Twice the number of tau pairs: a branching fraction.
    case tauLeptons = "tau_leptons"
    /// Twice the number of B meson pairs: a branching fraction.
    case bMesons = "b_mesons"

    /// Particles in a collision of the process.
    var multiplicity: Double { self == .luminosity ? 1 : 2 }
  }

  /// What yields are divided by.
  public let base: Base
  /// Cross-section of the process whose decays are searched, nb; nil for cross-section limits.
  public let crossSection: Double?
  /// Share of those particles that can decay as searched: of B mesons the charged or the neutral ones.
  public let fraction: Double
  /// The signal efficiency; nil when not measured.
  public let efficiency: EfficiencyCurve?
}

/// A signal efficiency against mass, measured on simulated signal.
public struct EfficiencyCurve: Hashable, Sendable {
  /// One measurement.
  public struct Point: Hashable, Sendable {
    /// Mass, GeV; 0 for searches without a mass.
    public let mass: Double
    /// c tau, cm; nil for prompt decays.
    public let lifetime: Double?
    /// Efficiency, candidates in the peak over generated events.
    public let value: Double
    /// Its statistical error.
    public let error: Double
  }

  /// The measurements in order of lifetime and mass.
  public let points: [Point]
  /// What they were measured on, and the command that remakes them.
  public let measuredWith: String

  /// The efficiency at a mass: straight lines between measurements of one lifetime, nil outside of them.
  ///
  /// - Parameter lifetime: c tau in cm; nil takes prompt measurements, or the first lifetime where there are none.
  public func value(atMass mass: Double, lifetime: Double? = nil) -> (value: Double, error: Double)? {
    let wanted = lifetime ?? (points.contains { $0.lifetime == nil } ? nil : points.first?.lifetime)
    let curve = points.filter { $0.lifetime == wanted }
    if curve.count == 1, let only = curve.first { return only.mass == mass ? (only.value, only.error) : nil }
    guard let upper = curve.firstIndex(where: { $0.mass >= mass }) else { return nil }
    if curve[upper].mass == mass { return (curve[upper].value, curve[upper].error) }
    guard upper > 0 else { return nil }
    let (a, b) = (curve[upper - 1], curve[upper])
    let share = (mass - a.mass) / (b.mass - a.mass)
    let value = a.value + share * (b.value - a.value)
    let error = ((1 - share) * (1 - share) * a.error * a.error + share * share * b.error * b.error).squareRoot()
    return (value, error)
  }
}

extension EfficiencyCurve {
  /// The efficiency at a mass for any decay length [cm]: straight lines in the logarithm of the length between measured ones, falling as
  /// one over the length beyond the longest, as decays in a fixed volume do; nil below the shortest, with fewer than two, or without the mass.
  public func value(atMass mass: Double, decayLength: Double) -> Double? {
    let lengths = Set(points.compactMap(\.lifetime)).sorted()
    guard lengths.count > 1, decayLength >= lengths[0] else { return nil }
    guard let upper = lengths.firstIndex(where: { $0 >= decayLength }) else {
      let longest = lengths[lengths.count - 1]
      return value(atMass: mass, lifetime: longest).map { $0.value * longest / decayLength }
    }
    guard let high = value(atMass: mass, lifetime: lengths[upper])?.value else { return nil }
    guard upper > 0, let low = value(atMass: mass, lifetime: lengths[upper - 1])?.value else { return high }
    let share = log(decayLength / lengths[upper - 1]) / log(lengths[upper] / lengths[upper - 1])
    return low + share * (high - low)
  }
}

/// A published result that a search is compared with.
public struct PublishedResult: Hashable, Sendable {
  /// Where it was published.
  public let source: String
  /// One line: what was found.
  public let finding: String
  /// Its integrated luminosity, 1/fb; nil if it was not counted in luminosity.
  public let luminosity: Double?
  /// Confidence level of its limits.
  public let confidence: Double?
  /// What the limits are on: a coupling, `cross_section`, `branching_fraction`.
  public let quantity: String?
  /// The unit of the limits; empty for plain numbers.
  public let unit: String
  /// Limits against mass in GeV; empty when the source gives none in numbers.
  public let limits: [Point]

  /// A published limit.
  public struct Point: Hashable, Sendable {
    /// Mass, GeV; not a number for a limit without a mass.
    public let mass: Double
    /// The limit.
    public let value: Double
  }
}
