import EventModel
import Menu

/// A search: which candidates, which observable, what a signal would look like, where to look, what the counts mean, and
/// which published result they are compared with.
///
/// Read from a YAML file by ``SearchChannel/read(yaml:file:)``; the files under `Menus/channels` are examples.
public struct SearchChannel: Sendable {
  /// Name on the command line and in results.
  public var name: String
  /// A line for titles.
  public var title: String
  /// Version of the definition, counted by its author.
  public var version: Int
  /// Hash of the file the channel was read from, of the channel's name in it and of its network's file (64-bit FNV-1a, 16
  /// hexadecimal digits).
  public var definition: String
  /// Where selection, ranges and methods come from.
  public var sources: [String]
  /// The process that simulates its signal, as `sluice simulate --process` names it; nil if there is none.
  public var process: String?
  /// What the reconstruction cannot make yet; a channel with such needs has no fits.
  public var missing: [MissingObject]
  /// Which candidates of the reconstruction; nil if there is no such kind yet.
  public var candidate: CandidateKind?
  /// Selection and observables, compiled.
  public var expressions: ExpressionSet
  /// How many conditions of the expressions, the first ones, make the selection: all must hold.
  public var selectionCount: Int
  /// The networks that tell its candidates from background, and what passes; nil without.
  public var network: ChannelNetwork?
  /// What is measured of a candidate: one number, or two for searches in a plane.
  public var observables: [Observable]
  /// The trigger lines the search relies on.
  public var triggers: TriggerReliance
  /// How candidates become numbers.
  public var method: SearchMethod
  /// How an observable becomes the mass of the particle.
  public var massRelation: MassRelation
  /// Confidence level of upper limits.
  public var confidence: Double
  /// What turns yields into cross-sections or branching fractions.
  public var normalisation: Normalisation?
  /// The couplings that limits are converted to, where the relation is known.
  public var couplings: [Coupling]
  /// The published result it is compared with.
  public var published: PublishedResult?
  /// The processes that its background comes from, by the names they have in mixtures.
  public var backgrounds: [String]
  /// What is hidden until the search is unblinded.
  public var blinding: Blinding?

  /// The first observable.
  public var observable: Observable { observables[0] }

  /// The peak search, if it is one.
  public var peak: PeakSearch? { if case .peak(let search) = method { search } else { nil } }

  /// Whether fits can be made, in a word or two for tables.
  public var state: String {
    if !missing.isEmpty { return "not built: " + missing.map(\.object).joined(separator: ", ") }
    if let network, network.networks == nil { return "network not trained" }
    if let unmeasured = method.unmeasured { return "\(unmeasured) not measured" }
    if let normalisation, normalisation.efficiency == nil { return "yields only: efficiency not measured" }
    return "ready"
  }
}

extension SearchChannel: Equatable {
  /// Channels are the same if their definitions are.
  public static func == (left: SearchChannel, right: SearchChannel) -> Bool {
    left.name == right.name && left.definition == right.definition
  }
}

/// Something a search needs and the reconstruction cannot make yet.
public struct MissingObject: Hashable, Sendable {
  /// What: `hadronic tag`.
  public let object: String
  /// Why.
  public let reason: String
}

/// A number that is measured of candidates.
public struct Observable: Hashable, Sendable {
  /// Its name in results.
  public let name: String
  /// Its expression, white space tidied.
  public let expression: String
  /// The unit of values; empty for plain numbers.
  public let unit: String

  /// A number with its name, expression and unit.
  public init(name: String, expression: String, unit: String) {
    self.name = name
    self.expression = expression
    self.unit = unit
  }
}

/// Trigger lines a search relies on: one of each list must have fired for its candidates to be triggered as intended.
public struct TriggerReliance: Hashable, Sendable {
  /// Level-1 lines.
  public var level1: [String] = []
  /// Lines of the high-level trigger.
  public var highLevel: [String] = []
}

/// How an observable is related to the mass of the particle searched for.
public enum MassRelation: Hashable, Sendable {
  /// The observable is the mass.
  case mass
  /// The observable is its square.
  case squared
  /// The observable is sqrt(M^2 - 4 m^2), m the mass of a daughter in GeV.
  case reduced(daughter: Double)
  /// The observable is the momentum of a hadron of a mass in GeV, with which the particle leaves a B meson at rest.
  case momentum(hadron: Double)
  /// The observable says nothing of the mass by itself.
  case none

  /// The mass of the B meson, GeV (Particle Data Group 2024).
  private static let mesonMass = 5.27941

  /// The mass at a value of the observable, GeV; nil where there is none.
  public func mass(at value: Double) -> Double? {
    switch self {
    case .mass: return value
    case .squared: return value >= 0 ? value.squareRoot() : nil
    case .reduced(let daughter): return (value * value + 4 * daughter * daughter).squareRoot()
    case .momentum(let hadron):
      let energy = (hadron * hadron + value * value).squareRoot()
      let square = (Self.mesonMass - energy) * (Self.mesonMass - energy) - value * value
      // At the largest momentum the particle has no mass, up to rounding.
      return value >= 0 && energy < Self.mesonMass && square > -1e-9 ? max(square, 0).squareRoot() : nil
    case .none: return nil
    }
  }

  /// The value of the observable for a mass in GeV; nil where there is none.
  public func value(ofMass mass: Double) -> Double? {
    switch self {
    case .mass: return mass
    case .squared: return mass * mass
    case .reduced(let daughter):
      let square = mass * mass - 4 * daughter * daughter
      return square >= 0 ? square.squareRoot() : nil
    case .momentum(let hadron):
      guard mass >= 0, hadron + mass <= Self.mesonMass else { return nil }
      let (sum, difference) = (hadron + mass, hadron - mass)
      let product =
        (Self.mesonMass * Self.mesonMass - sum * sum) * (Self.mesonMass * Self.mesonMass - difference * difference)
      return max(product, 0).squareRoot() / (2 * Self.mesonMass)
    case .none: return nil
    }
  }
}
