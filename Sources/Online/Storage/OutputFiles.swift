import ArrowStream
import EventModel
import Foundation

/// The files of a run: accepted events, verdicts on all events, rejected events if some are kept, and, only if there are
/// any, events that no worker could process.
final class OutputFiles {
  /// The accepted events with everything that was found in them.
  let accepted: StreamStore
  /// One verdict for every event that went in.
  let verdicts: StreamStore
  /// Rejected events that are kept to look at.
  let rejected: StreamStore?
  /// Events that no worker could process.
  private(set) var errors: StreamStore?

  private let errorPath: String
  private let errorSchema: Schema
  private let force: Bool

  /// Begins the files in a folder, which is made if it does not exist.
  /// - Throws: ``ReplayError``; then nothing is left behind.
  init(
    folder: String, schemas: OutputSchemas, keepsRejected: Bool, force: Bool, faults: PlantedFaults = PlantedFaults()
  ) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), !isFolder.boolValue {
      throw ReplayError.unwritableOutput(path: folder, reason: "it is not a folder")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ReplayError.unwritableOutput(path: folder, reason: Self.reason(error))
    }
    func path(_ name: String) -> String { folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)" }
    errorPath = path("errors.arrow")
    errorSchema = schemas.rejected
    self.force = force
    if !force && FileManager.default.fileExists(atPath: errorPath) { throw ReplayError.outputExists(path: errorPath) }
    accepted = try StreamStore(
      path: path("accepted.arrow"), schema: schemas.accepted, force: force, fullAfter: faults.diskFullAfter)
    do {
      verdicts = try StreamStore(
        path: path("verdicts.arrow"), schema: schemas.verdicts, force: force, fullAfter: faults.diskFullAfter)
    } catch {
      accepted.discard()
      throw error
    }
    guard keepsRejected else {
      rejected = nil
      return
    }
    do {
      rejected = try StreamStore(
        path: path("rejected.arrow"), schema: schemas.rejected, force: force, fullAfter: faults.diskFullAfter)
    } catch {
      accepted.discard()
      verdicts.discard()
      throw error
    }
  }

  /// The files of a run of some inputs; nil when nothing is to be written.
  convenience init?(_ configuration: ReplayConfiguration, inputs: ReplayInputs, frontends: [FrontendPlan]) throws {
    guard let output = configuration.output else { return nil }
    try self.init(
      folder: output,
      schemas: OutputSchemas(input: inputs.schema, frontends: frontends, chain: configuration.chain.metadata),
      keepsRejected: configuration.keepRejected > 0, force: configuration.force, faults: configuration.faults)
  }

  private static func reason(_ error: any Error) -> String {
    // The system's own words, where Foundation knows them.
    let error = error as NSError
    let system = error.domain == NSPOSIXErrorDomain ? error : error.userInfo[NSUnderlyingErrorKey] as? NSError
    guard let system, system.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
    return String(cString: strerror(Int32(truncatingIfNeeded: system.code)))
  }

  /// The file of events that no worker could process, begun with the first of them.
  func openErrors() throws -> StreamStore {
    if let errors { return errors }
    let store = try StreamStore(path: errorPath, schema: errorSchema, force: force)
    errors = store
    return store
  }

  /// All files.
  var all: [StreamStore] { [accepted, verdicts] + [rejected, errors].compactMap { $0 } }

  /// Removes all files that are not finished.
  func discard() { for store in all { store.discard() } }
}

/// The columns of the outputs of a run.
struct OutputSchemas: Sendable {
  let accepted: Schema
  let verdicts: Schema
  let rejected: Schema

  /// - Parameters:
  ///   - input: columns of the inputs, and what their metadata agree on.
  ///   - chain: metadata of menu and conditions.
  init(input: Schema, frontends: [FrontendPlan], chain: Metadata) {
    var metadata = input.metadata
    for (key, value) in chain.pairs { metadata[key] = value }
    func field(_ name: String) -> [Field] { input.index(of: name).map { [input.fields[$0]] } ?? [] }
    let event = field("event")
    let recorded = event + frontends.flatMap { $0.columns.flatMap(field) }
    accepted = Schema(
      fields: recorded + [EventSchema.level1, EventSchema.highLevel, EventSchema.reconstruction], metadata: metadata)
    rejected = Schema(fields: recorded + [EventSchema.level1], metadata: metadata)
    verdicts = Schema(
      fields: event + VerdictSchema.columns.dropFirst() + [CollectorStage.outcomeField], metadata: metadata)
  }
}
