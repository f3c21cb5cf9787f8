import ArrowStream
import EventModel

/// The columns of a simulated stream, grown event by event.
public struct SimulatedEventBuilders: ~Copyable {
  /// Keys, times, weights, labels.
  public var event: EventKeyBuilder
  /// Drift-chamber hits.
  public var driftChamber = DriftChamberHitsBuilder()
  /// Space points of the silicon detectors.
  public var silicon = SiliconHitsBuilder()
  /// Calorimeter crystals.
  public var calorimeter = CalorimeterHitsBuilder()
  /// Muon-detector hits.
  public var muonDetector = MuonHitsBuilder()
  /// Likelihoods of the identification detectors.
  public var identification = IdentificationHitsBuilder()
  /// Generator particles and those the detector response added.
  public var truth = TruthParticlesBuilder()
  /// Which particle made each hit.
  public var hitTruth = HitTruthBuilder()

  /// Process labels, in the order of the stream's dictionary.
  public let processes: [String]

  /// No events yet.
  /// - Parameter processes: Every label that will be used.
  public init(processes: [String]) {
    self.processes = processes
    event = EventKeyBuilder(processes: processes)
  }

  /// Number of events so far.
  public var count: Int { event.count }

  /// The fields of the columns, in their order.
  public static let fields =
    [EventSchema.event] + EventSchema.detectors + [EventSchema.truth, EventSchema.hitTruth]

  /// Ends the current event in all columns but `event`.
  mutating func endEvent() {
    driftChamber.endEvent()
    silicon.endEvent()
    calorimeter.endEvent()
    muonDetector.endEvent()
    identification.endEvent()
    truth.endEvent()
    hitTruth.endEvent()
  }

  /// All events so far as one batch; the builders are empty afterwards.
  /// - Parameter metadata: Metadata of the stream.
  public mutating func finish(metadata: Metadata = [:]) throws -> RecordBatch {
    let rows = count
    let columns = [
      event.finish(), driftChamber.finish(), silicon.finish(), calorimeter.finish(), muonDetector.finish(),
      identification.finish(), truth.finish(), hitTruth.finish(),
    ]
    return try RecordBatch(schema: Schema(fields: Self.fields, metadata: metadata), columns: columns, count: rows)
  }
}
