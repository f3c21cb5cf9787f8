import ArrowStream
import Detector
import Dispatch
import EventModel
import Foundation

/// What a recorded stream says of itself.
public struct RecordingDescription: Sendable {
  /// What made the events.
  public var generator: String
  /// Luminosity in 1e34 cm^-2 s^-1; nil if the events have none.
  public var luminosity: Double?
  /// Live time the stream stands for, s; nil if it stands for none.
  public var liveTime: Double?
  /// The command line that wrote the stream.
  public var command: String
  /// The injection whose signal the stream is; nil for all other streams.
  public var injected: String?

  /// A description.
  public init(
    generator: String, luminosity: Double? = nil, liveTime: Double? = nil, command: String, injected: String? = nil
  ) {
    self.injected = injected
    self.generator = generator
    self.luminosity = luminosity
    self.liveTime = liveTime
    self.command = command
  }
}

/// Puts generated events through the detector response and writes them as a recorded stream: events in, batches of hits out.
///
/// Batches are simulated by several threads and written in order. The response of an event depends on its key
/// only, so the stream is the same for any number of threads.
public struct StreamRecorder {
  /// Labels of the processes: every label an event may have.
  public var processes: [String]
  /// The detector.
  public var detector: DetectorModel
  /// Level of beam background.
  public var background: Double
  /// Seed of all random numbers.
  public var seed: UInt64
  /// Data-taking period.
  public var experiment: UInt16
  /// Run.
  public var run: UInt32
  /// What changes while the stream is recorded; nil for nothing.
  public var drift: ConditionDrift?
  /// Channels that record nothing.
  public var deadChannels = ChannelList.none
  /// Channels that record something in every event.
  public var hotChannels = ChannelList.none
  /// Events per batch, at least 1.
  public var batchSize = 256
  /// Threads, at least 1.
  public var workers = ProcessInfo.processInfo.activeProcessorCount

  /// A recorder.
  public init(
    processes: [String], detector: DetectorModel, background: Double, seed: UInt64, experiment: UInt16, run: UInt32
  ) {
    self.processes = processes
    self.detector = detector
    self.background = background
    self.seed = seed
    self.experiment = experiment
    self.run = run
  }

  /// The metadata of the stream.
  public func metadata(_ description: RecordingDescription) -> Metadata {
    let beams = detector.beams
    var metadata: Metadata = [
      StreamMetadata.format: EventSchema.formatVersion,
      StreamMetadata.geometry: detector.geometryVersion,
      StreamMetadata.beams:
        "e- \(beams.electron.energy) GeV, e+ \(beams.positron.energy) GeV, crossing angle \(2 * beams.halfCrossingAngle) rad",
      StreamMetadata.generator: description.generator,
      StreamMetadata.seed: "\(seed)",
      StreamMetadata.background: "\(background)",
      StreamMetadata.command: description.command,
    ]
    if let injected = description.injected { metadata[StreamMetadata.injected] = injected }
    if let drift { metadata[StreamMetadata.drift] = drift.description }
    if !deadChannels.isEmpty { metadata[StreamMetadata.deadChannels] = deadChannels.description(detector) }
    if !hotChannels.isEmpty { metadata[StreamMetadata.hotChannels] = hotChannels.description(detector) }
    if let luminosity = description.luminosity { metadata[StreamMetadata.luminosity] = "\(luminosity)" }
    if let liveTime = description.liveTime { metadata[StreamMetadata.liveTime] = "\(liveTime)" }
    return metadata
  }

  /// Simulates and writes all events. The file gets its name only when it is complete.
  /// - Parameters:
  ///   - path: the file.
  ///   - force: overwrites a file of that name.
  ///   - description: what the stream says of itself.
  ///   - next: gives the next event, false after the last.
  ///   - progress: called with the number of events written so far.
  /// - Returns: number of events and bytes of the file.
  /// - Throws: what `next` throws, `StreamError` if the file cannot be written, `UnknownLabelError` for a label that is not
  ///   among `processes`; no file is left then.
  @discardableResult
  public func record(
    to path: String, force: Bool = false, description: RecordingDescription,
    next: (inout GeneratedEvent) throws -> Bool, progress: (Int) -> Void = { _ in }
  ) throws -> (events: Int, bytes: Int) {
    let metadata = metadata(description)
    let writer = try StreamFileWriter(
      path: path, schema: Schema(fields: SimulatedEventBuilders.fields, metadata: metadata),
      options: StreamFileWriter.Options(force: force))
    do {
      try simulate(metadata: metadata, next: next, makeTransform: { { $0 } }) { batch in
        try writer.write(batch)
        progress(writer.rows)
      }
      try writer.finish()
    } catch {
      writer.discard()
      throw error
    }
    return (writer.rows, writer.byteCount)
  }

  /// Simulates all events and hands them on batch by batch instead of writing them.
  /// - Parameters:
  ///   - metadata: what each batch carries.
  ///   - next: gives the next event, false after the last.
  ///   - makeTransform: makes for each thread what it does with its batches, for example a trigger; the result must depend
  ///     on the batch alone.
  ///   - body: receives the results in the order of the events, on the calling thread.
  /// - Throws: what the closures throw, `UnknownLabelError` for a label that is not among `processes`.
  public func simulate<Output>(
    metadata: Metadata = [:], next: (inout GeneratedEvent) throws -> Bool,
    makeTransform: () throws -> (RecordBatch) throws -> Output, body: (Output) throws -> Void
  ) throws {
    let threads = max(1, workers)
    var pool: [ResponseWorker<Output>] = []
    for _ in 0..<threads {
      pool.append(try ResponseWorker(recorder: self, metadata: metadata, transform: makeTransform()))
    }
    var more = true
    while more {
      // A round: each thread gets one batch.
      var busy = 0
      while busy < threads && more {
        more = try pool[busy].fill(max(1, batchSize), next)
        if pool[busy].isEmpty { break }
        busy += 1
      }
      let round = pool
      DispatchQueue.concurrentPerform(iterations: busy) { round[$0].simulate() }
      for worker in pool.prefix(busy) { try body(try worker.takeOutput()) }
    }
  }
}

/// One thread's share of a recording: events of a batch, and the response that turns them into columns.
private final class ResponseWorker<Output>: @unchecked Sendable {
  // Sendable: the recorder fills and empties a worker only between rounds; in a round one thread owns it.

  private var response: DetectorResponse
  private var builders: SimulatedEventBuilders
  private let experiment: UInt16
  private let run: UInt32
  private let metadata: Metadata
  /// Events of the batch; storage is kept from batch to batch.
  private var events: [GeneratedEvent] = []
  private var count = 0
  private let transform: (RecordBatch) throws -> Output
  private var result: Result<Output, any Error>?

  init(
    recorder: StreamRecorder, metadata: Metadata, transform: @escaping (RecordBatch) throws -> Output
  ) throws {
    response = try DetectorResponse(
      detector: recorder.detector, background: recorder.background, seed: recorder.seed,
      drift: recorder.drift, deadChannels: recorder.deadChannels, hotChannels: recorder.hotChannels)
    builders = SimulatedEventBuilders(processes: recorder.processes)
    experiment = recorder.experiment
    run = recorder.run
    self.metadata = metadata
    self.transform = transform
  }

  var isEmpty: Bool { count == 0 }

  /// Takes events for a batch; false if there are no more.
  func fill(_ size: Int, _ next: (inout GeneratedEvent) throws -> Bool) throws -> Bool {
    count = 0
    while count < size {
      if count == events.count { events.append(GeneratedEvent()) }
      guard try next(&events[count]) else { return false }
      count += 1
    }
    return true
  }

  func simulate() {
    do {
      for index in 0..<count {
        try response.respond(to: events[index], experiment: experiment, run: run, into: &builders)
      }
      result = .success(try transform(try builders.finish(metadata: metadata)))
    } catch {
      result = .failure(error)
    }
  }

  func takeOutput() throws -> Output {
    defer { result = nil }
    guard let result else { throw ColumnError.length(column: "(all columns)", found: 0, expected: count) }
    return try result.get()
  }
}
