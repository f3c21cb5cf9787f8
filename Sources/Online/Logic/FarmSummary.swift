/// What happened in the farm of a run beside the work itself.
public struct FarmSummary: Sendable, Equatable, Codable {
  /// Workers that asked for work.
  public var joined = 0
  /// Workers that were lost, in the order in which it was noticed.
  public var lost: [LostWorker] = []
  /// Batches that were given to another worker because the first was lost.
  public var batchesReturned = 0
  /// Events in them.
  public var eventsReturned = 0
  /// Results of batches that had one already; they were discarded.
  public var duplicateResults = 0
  /// Messages of nobody the run knows, or without meaning; they were dropped.
  public var strayMessages = 0
  /// Batches that cost too many workers.
  public var setAside: [PoisonBatch] = []

  enum CodingKeys: String, CodingKey {
    case joined, lost
    case batchesReturned = "batches_returned"
    case eventsReturned = "events_returned"
    case duplicateResults = "duplicate_results"
    case strayMessages = "stray_messages"
    case setAside = "set_aside"
  }

  /// A worker that was lost.
  public struct LostWorker: Sendable, Equatable, Codable {
    /// Its name.
    public var worker: String
    /// How.
    public var cause: WorkerLoss
    /// Batches it had, which went to others.
    public var batches: Int
  }

  /// A batch that nobody could process: each worker at it was lost. Its events are in `errors.arrow`.
  public struct PoisonBatch: Sendable, Equatable, Codable {
    /// Key of its first event: experiment/run/number.
    public var firstEvent: String
    /// Events in it.
    public var events: Int
    /// The last loss.
    public var reason: String

    enum CodingKeys: String, CodingKey {
      case events, reason
      case firstEvent = "first_event"
    }
  }

  /// Adds what other stages noticed.
  mutating func merge(_ other: FarmSummary) {
    joined += other.joined
    lost += other.lost
    batchesReturned += other.batchesReturned
    eventsReturned += other.eventsReturned
    duplicateResults += other.duplicateResults
    strayMessages += other.strayMessages
    setAside += other.setAside
  }

  /// Nothing has happened but that workers joined.
  public init(joined: Int = 0) { self.joined = joined }
}
