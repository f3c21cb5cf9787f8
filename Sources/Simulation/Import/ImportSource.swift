import Detector
import Foundation
import Kinematics

/// The events of generator files, in order of time, with labels, weights and arrival times.
///
/// All files are read once when the source is made: damage anywhere is found before anything is written, and the number of
/// events and the sum of their weights are known. A process of known cross-section sigma stands for sigma L T
/// collisions: each of its events arrives at a random time of the live time T and has the weight
/// sigma L T w / (sum of w), w being the generator's. Without a cross-section the generator's weights stay, and the
/// events come at 1 kHz.
public final class ImportSource {
  /// Rate of events without a cross-section, Hz.
  private static let nominalRate = 1000.0

  /// What the files hold.
  public let processes: [ImportedProcess]
  /// Live time in which the events arrive, s.
  public let liveTime: Double
  /// Whether rates can be computed: every process has a cross-section.
  public let hasRates: Bool
  /// Number of events.
  public var total: Int { processes.reduce(0) { $0 + $1.events } }

  private let plan: ImportPlan
  private let frame: LaboratoryFrame
  private var clocks: [ArrivalClock]
  private var readers: [ImportReader]
  private var number: UInt64

  /// Reads all files once.
  ///
  /// - Parameters:
  ///   - plan: Files, labels, cross-sections.
  ///   - seed: Seed of the arrival times.
  ///   - experiment: Data-taking period.
  ///   - run: Run.
  ///   - detector: Beams.
  ///   - progress: Called with the number of events read.
  /// - Throws: ``GeneratorFileError`` for damage, or for events in another frame than the laboratory's.
  public init(
    _ plan: ImportPlan, seed: UInt64, experiment: UInt16, run: UInt32, detector: DetectorModel,
    progress: (Int) -> Void = { _ in }
  ) throws(GeneratorFileError) {
    self.plan = plan
    frame = LaboratoryFrame(beams: detector.beams)
    number = plan.firstNumber
    var found: [ImportedProcess] = []
    var read = 0
    for process in plan.processes {
      found.append(try Self.survey(process, plan, frame, &read, progress))
    }
    processes = found
    hasRates = found.allSatisfy { $0.crossSection != nil }
    // Without a live time the first process sets it: its events then have weight 1.
    var duration = plan.liveTime
    for process in found where duration == nil && process.events > 0 {
      let rate = process.crossSection.map { $0 * plan.luminosity * 10 } ?? Self.nominalRate
      duration = Double(process.events) / rate
    }
    let liveTime = duration ?? 1
    self.liveTime = liveTime
    clocks = found.map {
      ArrivalClock(
        events: $0.events, liveTime: liveTime * 1e9, label: $0.label, seed: seed, experiment: experiment, run: run)
    }
    var readers: [ImportReader] = []
    for process in found { readers.append(try ImportReader(process.files)) }
    self.readers = readers
  }

  /// Weight of the events of a process whose generator weight is 1.
  public func weight(of process: ImportedProcess) -> Double {
    guard let crossSection = process.crossSection, process.sumOfWeights != 0 else { return 1 }
    return crossSection * plan.luminosity * 10 * liveTime / process.sumOfWeights
  }

  /// Counts the events of a process and checks their frame.
  private static func survey(
    _ process: ImportPlan.Process, _ plan: ImportPlan, _ frame: LaboratoryFrame, _ read: inout Int,
    _ progress: (Int) -> Void
  ) throws(GeneratorFileError) -> ImportedProcess {
    var event = GeneratedEvent()
    var events = 0
    var unbalanced = 0
    var weights = 0.0
    let reader = try ImportReader(process.files)
    while events < plan.limit ?? Int.max, try reader.next(into: &event) {
      switch frame.verdict(event) {
      case .laboratory: break
      case .centreOfMass where plan.boosts: break
      case .centreOfMass:
        throw reader.error("the event is in the centre-of-mass frame; import it with --boost, or boost it before")
      case .unbalanced: unbalanced += 1
      }
      events += 1
      weights += event.weight
      read += 1
      progress(read)
    }
    guard events > 0 else { throw reader.error("there are no events") }
    guard plan.acceptsPartial || unbalanced < max(1, (events + 1) / 2) else {
      throw reader.error(
        "\(unbalanced) of \(events) events do not have the beams' total momentum \(text(frame.beams.total)) GeV in the "
          + "laboratory, the last has \(text(frame.total(event))); --partial takes them as they are")
    }
    return ImportedProcess(
      label: process.label, files: process.files, generators: reader.generators, crossSection: process.crossSection,
      events: events, sumOfWeights: weights, unbalanced: unbalanced)
  }

  private static func text(_ vector: FourVector) -> String {
    String(format: "(%.3f, %.3f, %.3f; %.3f)", vector.px, vector.py, vector.pz, vector.energy)
  }

  /// Gives the next event.
  ///
  /// - Parameter event: Receives particles, number, label, weight and time.
  /// - Returns: false after the last event.
  /// - Throws: ``GeneratorFileError`` if a file changed since it was first read.
  public func next(into event: inout GeneratedEvent) throws -> Bool {
    var earliest: (index: Int, time: Double)?
    for index in clocks.indices {
      if let time = clocks[index].next, time < earliest?.time ?? .infinity { earliest = (index, time) }
    }
    guard let (index, time) = earliest else { return false }
    clocks[index].advance()
    guard try readers[index].next(into: &event) else { throw readers[index].error("the file has become shorter") }
    if plan.boosts, frame.verdict(event) == .centreOfMass { frame.boost(&event) }
    event.number = number
    event.process = processes[index].label
    event.weight *= weight(of: processes[index])
    event.time = Int64(time)
    number += 1
    return true
  }
}

/// Files of one process, one after the other.
private final class ImportReader {
  private let files: [String]
  private var current: GeneratorFile
  private var position = 0
  private var earlierGenerators: [String] = []

  /// Generators named in the files read so far.
  var generators: [String] {
    earlierGenerators + current.generators.filter { !earlierGenerators.contains($0) }
  }

  init(_ files: [String]) throws(GeneratorFileError) {
    self.files = files
    guard let first = files.first else {
      throw GeneratorFileError(
        kind: .unreadable, file: "", line: 0, reason: "no generator file is named", wholeEvents: 0)
    }
    current = try GeneratorFile(path: first)
  }

  func next(into event: inout GeneratedEvent) throws(GeneratorFileError) -> Bool {
    while true {
      if try current.next(into: &event) { return true }
      guard position + 1 < files.count else { return false }
      position += 1
      earlierGenerators = generators
      current = try GeneratorFile(path: files[position])
    }
  }

  /// An error about the event read last.
  func error(_ reason: String) -> GeneratorFileError {
    GeneratorFileError(
      kind: .wrongFrame, file: current.path, line: current.eventLine, reason: reason, wholeEvents: current.wholeEvents)
  }
}
