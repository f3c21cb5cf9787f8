import Detector

/// What happens around level 1 in event time: signals of the accelerator, triggers without a collision, dead time. Nothing of it is in
/// a recorded stream; a replay says what it wants.
public struct Level1Timing: Sendable, Equatable {
  /// How the rings are topped up: sets `veto`, `injv`, `passive_veto`, `her_kick`, `ler_kick`, `revo`; nil leaves them false.
  public var injection: InjectionPlan?
  /// Rate of the pseudo-random trigger in Hz, 0 to ``highestRate``: sets `pseud_rand`.
  public var randomRate = 0.0
  /// Rate of the Poisson trigger in Hz, 0 to ``highestRate``: sets `poissonin`.
  public var poissonRate = 0.0
  /// Revolutions after which a Bhabha event triggers once more, 1 to ``longestDelay``: sets `bha_delay`; nil leaves it false.
  public var bhabhaDelay: Int?
  /// Samples read by the silicon strips: switches dead time on. Needs events in order of time, each of weight 1.
  public var samples: SampleMode?
  /// Events that the farm finishes per second: switches back-pressure on, where dead time is.
  public var farmRate: Double?

  /// The highest rate of a trigger without a collision, Hz.
  public static let highestRate = 1e6
  /// The longest delay of a Bhabha trigger in revolutions, 10 ms.
  public static let longestDelay = 1000

  /// Nothing: single events without time structure.
  public init() {}

  /// Whether any input bit depends on when an event happens.
  public var hasSignals: Bool { injection != nil || randomRate > 0 || poissonRate > 0 || bhabhaDelay != nil }

  /// Whether anything was asked for.
  public var isOn: Bool { hasSignals || samples != nil }

  /// Whether events must come in order of time.
  public var needsOrder: Bool { samples != nil || bhabhaDelay != nil }
}
