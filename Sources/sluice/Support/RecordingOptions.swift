import ArgumentParser
import Detector
import Kinematics
import Simulation

/// What every command that records a simulated stream can be told: conditions, keys of the events, and how to write.
struct RecordingOptions: ParsableArguments {
  @Option(help: "Level of beam background, 1 is the design; else the level that goes with the luminosity.")
  var background: Double?

  @Option(
    help: "Channels that record nothing (TSV with part, first, last: cdc_board, cdc_wire, ecl_crystal); else all work.",
    completion: .file(extensions: ["tsv"]))
  var deadChannels: String?

  @Option(
    help: "Channels that record something in every event (TSV in the same form); else none.",
    completion: .file(extensions: ["tsv"]))
  var hotChannels: String?

  @Option(help: "Seed of all random numbers.")
  var seed: UInt64 = 1

  @Option(help: "Data-taking period of the events.")
  var experiment: UInt16 = 1

  @Option(name: .customLong("run"), help: "Run of the events.")
  var runNumber: UInt32 = 1

  @Option(name: .long, help: "Number of the first event.")
  var firstEvent: UInt64 = 1

  @Option(
    parsing: .unconditional,
    help: "Let the interaction point walk from 0 to X,Y,Z micrometres over the live time of the stream: 100,0,-50.")
  var driftInteractionPoint: String?

  @Option(
    parsing: .unconditional,
    help: "Let all calorimeter energies change by this many per cent over the live time of the stream.")
  var driftCalorimeter: Double?

  @Flag(help: "Overwrite the stream if it exists.")
  var force = false

  @Option(help: "Events per batch.")
  var batch = 256

  @Option(help: "Threads; the stream is the same for any number.")
  var workers: Int?

  /// The channels that record nothing, and those that record something in every event.
  /// - Throws: `DetectorTableError` when a file cannot be read or names what does not exist.
  func channels(of detector: DetectorModel) throws -> (dead: ChannelList, hot: ChannelList) {
    (
      dead: try deadChannels.map { try ChannelList(path: $0, detector: detector) } ?? .none,
      hot: try hotChannels.map { try ChannelList(path: $0, detector: detector) } ?? .none
    )
  }

  func validate() throws {
    if let background, !(background >= 0 && background <= 100) {
      throw ValidationError("--background \(background): expected 0 to 100; 1 is the design.")
    }
    guard batch >= 1, batch <= 1_000_000 else { throw ValidationError("--batch \(batch): expected 1 to 1000000.") }
    if let workers, !(1...256).contains(workers) {
      throw ValidationError("--workers \(workers): expected 1 to 256.")
    }
    if let driftCalorimeter, !(abs(driftCalorimeter) <= 50) {
      throw ValidationError("--drift-calorimeter \(driftCalorimeter): expected -50 to 50 per cent.")
    }
    _ = try walk()
    guard firstEvent <= UInt64(Int64.max) else {
      throw ValidationError("--first-event \(firstEvent): expected 0 to \(Int64.max).")
    }
  }

  /// The walk of the interaction point in cm; nil if none was asked for.
  private func walk() throws -> Vector3? {
    guard let driftInteractionPoint else { return nil }
    let values = driftInteractionPoint.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
    let numbers = values.compactMap { $0 }
    guard values.count == 3, numbers.count == 3, numbers.allSatisfy({ abs($0) <= 10_000 }) else {
      throw ValidationError(
        "--drift-interaction-point '\(driftInteractionPoint)': expected three numbers of micrometres, at most 10000 each, such as 100,0,-50."
      )
    }
    return Units.micrometre * Vector3(numbers[0], numbers[1], numbers[2])
  }

  /// What shall change while a stream is recorded; nil for nothing.
  /// - Parameter liveTime: time that the stream stands for, s; nil if it stands for none.
  /// - Throws: `ValidationError` if something shall change in a stream without time.
  func drift(liveTime: Double?) throws -> ConditionDrift? {
    let walk = try walk()
    guard walk != nil || driftCalorimeter != nil else { return nil }
    guard let liveTime, liveTime > 0 else {
      throw ValidationError("a drift needs a stream that stands for a time: give a luminosity and cross-sections.")
    }
    return ConditionDrift(
      interactionPoint: walk ?? .zero, calorimeterGain: 0.01 * (driftCalorimeter ?? 0), duration: liveTime * 1e9)
  }
}
