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
    /// A second mass, GeV, of searches in a plane.
    public let secondMass: Double?
    /// c tau, cm; nil for prompt decays.
    public let lifetime: Double?
    /// The signal region, where each has an efficiency of its own.
    public let region: String?
    /// Efficiency, candidates in the peak over generated events.
    public let value: Double
    /// Its statistical error.
    public let error: Double
  }

  /// The measurements in order of lifetime and mass.
  public let points: [Point]
  /// What they were measured on, and the command that remakes them.
  public let measuredWith: String

  /// The c tau in cm at which there are measurements, ascending; nil among them stands for prompt decays.
  public var lifetimes: [Double?] {
    var found: [Double?] = []
    for point in points where !found.contains(point.lifetime) { found.append(point.lifetime) }
    return found
  }

  /// The efficiency at a mass: straight lines between measurements of one lifetime and region, nil outside of them.
  ///
  /// - Parameters:
  ///   - second: a second mass; between the masses of four measurements the efficiency is that of straight lines along both.
  ///   - lifetime: c tau in cm; nil takes prompt measurements, or the first lifetime where there are none.
  ///   - region: the signal region, if each has its own efficiency.
  public func value(
    atMass mass: Double, second: Double? = nil, lifetime: Double? = nil, region: String? = nil
  ) -> (value: Double, error: Double)? {
    let wanted = lifetime ?? (points.contains { $0.lifetime == nil } ? nil : points.first?.lifetime)
    let curve = points.filter { $0.lifetime == wanted && ($0.region == nil || $0.region == region) }
    guard let second else { return Self.line(curve.map { ($0.mass, $0.value, $0.error) }, at: mass) }
    let seconds = Set(curve.compactMap(\.secondMass)).sorted()
    guard let upper = seconds.firstIndex(where: { $0 >= second }) else { return nil }
    let rows = (seconds[upper] == second ? [upper] : upper > 0 ? [upper - 1, upper] : []).compactMap { row in
      let along = curve.filter { $0.secondMass == seconds[row] }
      return Self.line(along.map { ($0.mass, $0.value, $0.error) }, at: mass).map { (seconds[row], $0.value, $0.error) }
    }
    return rows.count == (seconds[upper] == second ? 1 : 2) ? Self.line(rows, at: second) : nil
  }

  /// A straight line between the neighbours of a place; nil beyond all of them.
  private static func line(
    _ curve: [(place: Double, value: Double, error: Double)], at place: Double
  ) -> (value: Double, error: Double)? {
    guard let upper = curve.firstIndex(where: { $0.place >= place }) else { return nil }
    if curve[upper].place == place { return (curve[upper].value, curve[upper].error) }
    guard upper > 0 else { return nil }
    let (a, b) = (curve[upper - 1], curve[upper])
    let share = (place - a.place) / (b.place - a.place)
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
  /// Smallest and largest limit over a range of masses, where the source says that in its text.
  public let ranges: [Range]

  /// A published limit.
  public struct Point: Hashable, Sendable {
    /// Mass, GeV; not a number for a limit without a mass.
    public let mass: Double
    /// The limit.
    public let value: Double
  }

  /// The smallest and the largest limit over a range of masses.
  public struct Range: Hashable, Sendable {
    /// What the limits are on.
    public let quantity: String
    /// Their unit; empty for plain numbers.
    public let unit: String
    /// The smallest.
    public let least: Double
    /// The largest.
    public let largest: Double
    /// The masses, GeV.
    public let masses: ClosedRange<Double>
  }
}
