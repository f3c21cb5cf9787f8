import ArrowStream
import EventModel

/// What kind of particle a track is, as the `identification` list of the `reco` column holds it.
///
/// Vectors hold e, mu, pi, K, p in their first five lanes (``Hypothesis``).
public struct TrackIdentification: Sendable, Equatable {
  /// Detectors that measured something of a track; the bits of the column's `detectors`.
  public struct Detectors: OptionSet, Sendable, Hashable {
    /// One bit per detector.
    public let rawValue: UInt8
    /// Detectors from bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Energy over momentum, and shape of the shower.
    public static let calorimeter = Detectors(rawValue: 1)
    /// Layers of the muon detector.
    public static let muonDetector = Detectors(rawValue: 2)
    /// Charge of the drift-chamber hits.
    public static let ionisation = Detectors(rawValue: 4)
    /// Velocity from the `pid` column.
    public static let velocity = Detectors(rawValue: 8)
  }

  /// Probabilities, equally many of each kind beforehand.
  public var probability = SIMD8<Float>(repeating: 0)
  /// Log-likelihoods of energy over momentum and shower shape; 0 without a measurement, as the next ones.
  public var calorimeter = SIMD8<Float>(repeating: 0)
  /// Log-likelihoods of the muon detector's layers.
  public var muonDetector = SIMD8<Float>(repeating: 0)
  /// Log-likelihoods of the charge of the drift-chamber hits.
  public var ionisation = SIMD8<Float>(repeating: 0)
  /// Log-likelihoods of the velocity.
  public var velocity = SIMD8<Float>(repeating: 0)
  /// Which of them measured.
  public var detectors: Detectors = []
  /// Charge per path relative to a minimum-ionising particle; 0 without hits.
  public var relativeIonisation: Float = 0
  /// Drift-chamber hits in it.
  public var ionisationHits: UInt8 = 0

  /// Nothing known.
  public init() {}

  /// A row of the `identification` list of a column.
  init(_ column: TrackIdentificationColumn, at row: Int) {
    func five(_ view: ColumnView<Float>) -> SIMD8<Float> {
      var vector = SIMD8<Float>(repeating: 0)
      for lane in 0..<5 { vector[lane] = view[5 * row + lane] }
      return vector
    }
    probability = five(column.probability)
    calorimeter = five(column.calorimeter)
    muonDetector = five(column.muonDetector)
    ionisation = five(column.ionisation)
    velocity = five(column.velocity)
    detectors = Detectors(rawValue: column.detectors[row])
    relativeIonisation = column.relativeIonisation[row]
    ionisationHits = column.ionisationHits[row]
  }

  /// Probability of a kind of particle.
  public func probability(of hypothesis: Hypothesis) -> Float { probability[hypothesis.rawValue] }

  /// Adds the track to the current event of a column.
  func append(to builder: inout TrackIdentificationBuilder) {
    func five(_ vector: SIMD8<Float>) -> InlineArray<5, Float> {
      [vector[0], vector[1], vector[2], vector[3], vector[4]]
    }
    let lists = (
      five(probability), five(calorimeter), five(muonDetector), five(ionisation), five(velocity)
    )
    builder.append(
      probability: lists.0.span, calorimeter: lists.1.span, muonDetector: lists.2.span, ionisation: lists.3.span,
      velocity: lists.4.span, detectors: detectors.rawValue, relativeIonisation: relativeIonisation,
      ionisationHits: ionisationHits)
  }
}
