import Detector
import Foundation
import Statistics

/// A file of generator events that ends before the mixture has what it asks for.
public struct EventsExhaustedError: Error, CustomStringConvertible, Sendable {
  /// Label of the process.
  public let label: String
  /// The files.
  public let files: [String]
  /// Events they gave.
  public let given: Int

  /// What is missing and what to do.
  public var description: String {
    "\(files.joined(separator: ", ")): ends after \(given) events of \(label), but the mixture needs more; "
      + "name more files, a shorter live time, or events: \(given)"
  }
}

/// The events of a mixture in order of time: those of all processes merged and numbered.
///
/// Each event depends on the seed, its process and its count within the process, not on the rest of the mixture.
public final class EventSource {
  /// The mixture.
  public let mixture: Mixture
  /// Seed of all random numbers.
  public let seed: UInt64
  /// Data-taking period.
  public let experiment: UInt16
  /// Run.
  public let run: UInt32
  /// Number of events that will come.
  public let total: Int
  /// Live time, s; shorter than the mixture's if the number of events was limited.
  public let liveTime: Double
  /// Events given so far, per entry of the mixture.
  public private(set) var counts: [Int]
  /// Sums of the weights of the events given so far, per entry of the mixture.
  public private(set) var weightSums: [Double]
  private var clocks: [ArrivalClock]
  private var supplies: [EventSupply]
  private let firstNumber: UInt64
  private var given = 0

  /// The source of a mixture.
  /// - Parameters:
  ///   - mixture: processes, luminosity and live time.
  ///   - limit: ends after this number of events; the live time then ends with the last of them.
  ///   - firstNumber: number of the first event; the others count on from it.
  ///   - seed: seed of all random numbers.
  ///   - experiment: data-taking period.
  ///   - run: run.
  ///   - detector: beams.
  /// - Throws: `GeneratorFileError` if a file cannot be opened, `MixtureError` for more events than a run can have.
  public init(
    _ mixture: Mixture, limit: Int? = nil, firstNumber: UInt64 = 1, seed: UInt64, experiment: UInt16, run: UInt32,
    detector: DetectorModel
  ) throws {
    self.mixture = mixture
    self.firstNumber = firstNumber
    self.seed = seed
    self.experiment = experiment
    self.run = run
    let expected = mixture.entries.reduce(0.0) { $0 + ($1.events.map(Double.init) ?? $1.rate * mixture.liveTime) }
    guard min(expected, Double(limit ?? Int.max)) < 1e9 else {
      throw MixtureError(file: "", problem: "\(expected) events; at most a thousand million fit one run")
    }
    for entry in mixture.entries where entry.supply == .zeroBias && entry.rate > 0 {
      let showers = mixture.background * detector.background.showers.rate * 1e9 / entry.rate
      guard showers < 1 else {
        throw MixtureError(
          file: "",
          problem:
            "\(showers) background showers in a zero_bias window of \(1e9 / entry.rate) ns; expected less than one: "
            + "give a shorter window or a lower background")
      }
    }
    let clocks = mixture.entries.map { entry in
      let end = mixture.liveTime * 1e9
      if let events = entry.events {
        return ArrivalClock(
          events: events, liveTime: end, label: entry.label, seed: seed, experiment: experiment, run: run)
      }
      return ArrivalClock(
        rate: entry.rate, liveTime: end, label: entry.label, seed: seed, experiment: experiment, run: run)
    }
    // The times alone are quick to draw: they say how many events there will be and, if limited, when the last one comes.
    var rehearsal = clocks
    var total = 0
    var last = 0.0
    while limit.map({ total < $0 }) ?? true, let next = EventSource.earliest(rehearsal) {
      last = rehearsal[next].next ?? last
      rehearsal[next].advance()
      total += 1
    }
    self.total = total
    liveTime = limit == total && EventSource.earliest(rehearsal) != nil ? last * 1e-9 : mixture.liveTime
    self.clocks = clocks
    counts = Array(repeating: 0, count: clocks.count)
    weightSums = Array(repeating: 0, count: clocks.count)
    supplies = try mixture.entries.map { try EventSupply($0, mixture, detector) }
  }

  private static func earliest(_ clocks: [ArrivalClock]) -> Int? {
    var best: Int?
    var time = Double.infinity
    for index in clocks.indices {
      if let next = clocks[index].next, next < time {
        time = next
        best = index
      }
    }
    return best
  }

  /// Gives the next event.
  /// - Parameter event: receives particles, number, label, weight and time.
  /// - Returns: false after the last event.
  /// - Throws: `GeneratorFileError` or `EventsExhaustedError` from a file.
  public func next(into event: inout GeneratedEvent) throws -> Bool {
    guard given < total, let index = EventSource.earliest(clocks) else { return false }
    let entry = mixture.entries[index]
    let time = clocks[index].next ?? 0
    let count = clocks[index].count
    clocks[index].advance()
    var random = CounterRandom(
      seed: seed, experiment: experiment, run: run, event: UInt64(count),
      purpose: RandomPurpose(named: "generation of " + entry.label))
    event.background = nil
    event.weight = 1
    try supplies[index].generate(into: &event, count: count, &random)
    event.number = firstNumber &+ UInt64(given)
    event.process = entry.label
    event.weight *= entry.weight(liveTime: mixture.liveTime)
    given += 1
    counts[index] += 1
    weightSums[index] += event.weight
    event.time = Int64(time)
    return true
  }

  /// What the stream holds, for its metadata: per process the source, cross-section, events and weight.
  public var description: String {
    zip(mixture.entries, supplies).map { entry, supply in
      var text = entry.label + ": " + supply.name
      if let crossSection = entry.crossSection { text += ", \(crossSection) nb" }
      return text + ", weight \(entry.weight(liveTime: mixture.liveTime))"
    }.joined(separator: "; ")
  }
}

/// Where the events of one process come from, while they are made.
enum EventSupply {
  case pair(PairProduction)
  case tauPairs(TauPairs)
  case virtualCompton(VirtualCompton)
  case gun(ParticleGun)
  case files(FileSupply)
  case zeroBias(ZeroBiasWindows)
  case inelasticDarkMatter(InelasticDarkMatter)
  case signal(SignalGenerator)
  case backgroundShowers(BackgroundShowers)

  init(_ entry: Mixture.Entry, _ mixture: Mixture, _ detector: DetectorModel) throws {
    let beams = detector.beams
    switch entry.supply {
    case .generator(.tauPair): self = .tauPairs(TauPairs(beams: beams))
    case .generator(let process): self = .pair(PairProduction(process, beams: beams))
    case .virtualCompton: self = .virtualCompton(VirtualCompton(beams: beams))
    case .gun(let gun): self = .gun(gun)
    case .inelasticDarkMatter(let model): self = .inelasticDarkMatter(try InelasticDarkMatter(model, beams: beams))
    case .signal(let model): self = .signal(try SignalGenerator(model, beams: beams))
    case .files(let names): self = .files(try FileSupply(names, label: entry.label, skip: entry.skip, beams: beams))
    case .zeroBias:
      self = .zeroBias(
        ZeroBiasWindows(
          level: mixture.background, window: 1e9 / entry.rate, isStratified: entry.events != nil, detector.background))
    case .backgroundShowers: self = .backgroundShowers(BackgroundShowers(detector.background))
    }
  }

  var name: String {
    switch self {
    case .pair, .tauPairs, .virtualCompton: "built-in generator"
    case .gun: "particle gun"
    case .inelasticDarkMatter(let generator): generator.name
    case .signal(let generator): generator.model.name
    case .files(let supply): supply.names.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: " + ")
    case .zeroBias(let windows):
      windows.isStratified ? "no collision, stratified by background tracks and clusters" : "no collision"
    case .backgroundShowers: "showers of beam background"
    }
  }

  /// - Parameter count: how many events of the process came before.
  mutating func generate(into event: inout GeneratedEvent, count: Int, _ random: inout CounterRandom) throws {
    switch self {
    case .pair(var generator):
      generator.generate(into: &event, &random)
      self = .pair(generator)
    case .tauPairs(var generator):
      generator.generate(into: &event, &random)
      self = .tauPairs(generator)
    case .virtualCompton(var generator):
      generator.generate(into: &event, &random)
      self = .virtualCompton(generator)
    case .gun(let gun): gun.generate(into: &event, &random)
    case .inelasticDarkMatter(let generator): generator.generate(into: &event, &random)
    case .signal(var generator):
      generator.generate(into: &event, count: count, &random)
      self = .signal(generator)
    case .files(let supply): try supply.next(into: &event)
    case .zeroBias(let windows): windows.generate(into: &event, count: count, &random)
    case .backgroundShowers(let showers): showers.generate(into: &event, &random)
    }
  }
}
