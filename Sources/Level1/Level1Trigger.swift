import ArrowStream
import Detector
import EventModel
import Menu
import Statistics

/// Level 1: finds the primitives of every event, asks the menu's level-1 lines, prescales, decides.
///
/// Reads the event keys and the columns of the drift chamber, the calorimeter and the muon detector, and nothing else.
/// Batches must come in stream order, since prescales count. Holds working memory: one per thread.
///
/// ```swift
/// let level1 = try Level1Trigger(level: menu.level1.compile(), detector: .belle2(), seed: 1)
/// let decided = try batch.appending(EventSchema.level1, level1.process(batch))
/// ```
public final class Level1Trigger {
  /// The menu's level-1 lines.
  public let level: CompiledLevel
  /// Which prescales are in force; stored with every event.
  public let prescaleVersion: UInt32
  /// Events each line has fired on before prescale, in the order of the lines.
  public var lineCounts: [UInt64] { prescales.counters.counts }
  /// What the menu read for the batch processed last: the values behind `menu explain`.
  public let columns: EventColumns
  /// What the lines said about the batch processed last, before prescale.
  public private(set) var linesBefore: LineMasks
  /// What they said after prescale.
  public private(set) var linesAfter: LineMasks

  /// When the events happened, and what that did to them: the part after a stream's end begins with it.
  public private(set) var timeline: EventTimeline
  /// Hash of the weights of the neural track trigger.
  public let networksHash: String

  private let seed: UInt64
  private let finder: PrimitiveFinder
  private let chamber: DriftChamber
  private let check: Level1HitCheck
  private let columnFiller: Level1Columns
  private let evaluator: LevelEvaluator
  private var prescales: Level1Prescales
  private var primitives = Level1Primitives()
  private var builder = Level1Builder()
  private var words: [UInt32] = []
  /// Where the menu's set of inputs has the bits, if elsewhere than here.
  private let arrangement: InputArrangement?
  private var arranged: [UInt32] = []
  private var sources: [TimingSource] = []
  private var qualities: [TimingQuality] = []

  private static let purpose = RandomPurpose(named: "level-1 trigger cells")
  private static let wordCount = EventSchema.level1Words

  /// - Parameters:
  ///   - level: the compiled level-1 part of a menu that uses one of ``Level1Vocabulary/sets``, or a set of its own.
  ///   - detector: the geometry the stream was made with.
  ///   - seed: seed of the trigger cells' noise, and of random prescales.
  ///   - networks: weights of the neural track trigger; if left out those that the menu names, else the detector's.
  ///   - prescaling: how prescales choose the events that pass.
  ///   - lineCounts: events each line has fired on in the parts of the stream before; none if left out.
  ///   - timeline: of the parts of the stream before; single events without time structure if left out.
  /// - Throws: ``Level1MenuError`` if the level has another vocabulary, more lines than the record has room for, or a table of
  ///   weights that cannot be read.
  public init(
    level: CompiledLevel, detector: DetectorModel, seed: UInt64, networks: TrackNetworks? = nil,
    prescaling: Level1Prescaling = .counter, prescaleVersion: UInt32 = 0, lineCounts: [UInt64] = [],
    timeline: EventTimeline? = nil
  ) throws(Level1MenuError) {
    let room = Self.wordCount * 32
    guard level.lines.count <= room else { throw .tooManyLines(found: level.lines.count, most: room) }
    guard level.vocabulary.base == Level1Vocabulary.belle2.name else {
      throw .otherVocabulary(found: level.vocabulary.name, expected: Level1Vocabulary.belle2.name)
    }
    arrangement = InputArrangement(for: level.vocabulary)
    self.level = level
    self.seed = seed
    self.prescaleVersion = prescaleVersion
    self.timeline = timeline ?? EventTimeline(Level1Timing(), detector: detector, seed: seed)
    let named = try Self.networks(of: level)
    let weights = networks ?? named ?? detector.trackNetworks
    networksHash = weights.contentHash
    finder = PrimitiveFinder(
      detector: detector, networks: weights,
      findsDisplaced: DisplacedVertexFinder.isNeeded(by: level))
    chamber = detector.driftChamber
    check = Level1HitCheck(detector)
    columnFiller = Level1Columns(map: finder.cellMap, level: level)
    columns = EventColumns(vocabulary: level.vocabulary)
    evaluator = level.makeEvaluator()
    prescales = Level1Prescales(level, prescaling, seed: seed)
    prescales.start(from: lineCounts)
    linesBefore = LineMasks(lineCount: level.lines.count)
    linesAfter = LineMasks(lineCount: level.lines.count)
  }

  /// The weights that a menu names.
  /// - Returns: nil if it names none.
  /// - Throws: ``Level1MenuError/networks(_:)`` with line and column of what is wrong with them.
  public static func networks(of level: CompiledLevel) throws(Level1MenuError) -> TrackNetworks? {
    guard let file = level.networks else { return nil }
    do throws(DetectorTableError) {
      return try TrackNetworks(text: file.text, file: file.path)
    } catch { throw .networks(error) }
  }

  /// Decides the events of a batch and counts them in the prescales.
  ///
  /// - Returns: the `l1` column, ``EventSchema/level1``.
  /// - Throws: `ColumnError` for a missing or unfit column, ``Level1InputError`` for a hit that cannot be, ``Level1TimeError`` for
  ///   an event out of time; the prescales have then not counted the batch.
  public func process(_ batch: RecordBatch) throws -> ArrayData {
    var observer = NoBlockObserver()
    return try process(batch, observer: &observer)
  }

  /// Decides the events of a batch as ``process(_:)`` does, and tells an observer when each block of an event is done: for
  /// measurements of what the blocks cost.
  public func process(_ batch: RecordBatch, observer: inout some Level1BlockObserver) throws -> ArrayData {
    let input = try Level1Input(batch)
    words.removeAll(keepingCapacity: true)
    sources.removeAll(keepingCapacity: true)
    qualities.removeAll(keepingCapacity: true)
    columns.begin(rowCount: batch.count)
    try timeline.check(input.event)
    // A batch that fails leaves no trace in the timeline, and none in the columns under construction.
    var timeline = timeline
    do {
      for row in 0..<batch.count {
        try enter(input, row, &timeline, &primitives, &observer)
      }
      builder.input.append(contentsOf: words)
      self.timeline = timeline
      try decide(input.event, &builder)
    } catch {
      builder = Level1Builder()
      throw error
    }
    observer.ended(.decision)
    return builder.finish()
  }

  /// Finds the primitives of an event and notes them for lines and output. They are handed on, since they must not be
  /// copied.
  private func enter(
    _ input: borrowing Level1Input, _ row: Int, _ timeline: inout EventTimeline, _ primitives: inout Level1Primitives,
    _ observer: inout some Level1BlockObserver
  ) throws(Level1InputError) {
    try findPrimitives(input, row, into: &primitives, &observer)
    timeline.setSignals(input.event, row, &primitives.input)
    columnFiller.fill(columns, row: row, from: primitives)
    for word in 0..<Self.wordCount { words.append(primitives.input[word: word]) }
    sources.append(primitives.timingSource == .none ? timeline.source(primitives.input) : primitives.timingSource)
    qualities.append(primitives.timingQuality)
    builder.append(primitives)
    observer.ended(.output)
  }

  /// The events of a batch with a hit that no detector of this geometry can have made: the first such hit of each.
  ///
  /// ``process(_:)`` refuses a batch with such an event. Whoever must go on takes the events named here out, or sends
  /// them elsewhere, and processes the others: their bits do not depend on the company.
  /// - Throws: `ColumnError` for a missing or unfit column.
  public func impossibleEvents(in batch: RecordBatch) throws -> [Level1InputError] {
    try check.impossibleEvents(in: batch).map(\.error)
  }

  /// The primitives of one event of a batch, for displays and explanations. Counts nothing.
  ///
  /// - Throws: as ``process(_:)``.
  public func primitives(of row: Int, in batch: RecordBatch) throws -> Level1Primitives {
    try findPrimitives(Level1Input(batch), row)
    return primitives
  }

  /// What set the input bits of one event of a batch, for `menu explain`. Counts nothing.
  ///
  /// - Throws: as ``process(_:)``.
  public func evidence(of row: Int, in batch: RecordBatch) throws -> Level1Evidence {
    let input = try Level1Input(batch)
    try findPrimitives(input, row)
    let hits = input.hits(row)
    let planes = MuonSectors.layerPlanes(
      section: hits.section, sector: hits.sector, layer: hits.layer, plane: hits.plane, time: hits.muonTime)
    return Level1Evidence(
      primitives, map: finder.cellMap, chamber: chamber, energies: finder.energies,
      layerPlanes: (0..<MuonSectors.count).map { planes[$0].nonzeroBitCount })
  }

  private func findPrimitives(_ input: borrowing Level1Input, _ row: Int) throws(Level1InputError) {
    var observer = NoBlockObserver()
    try findPrimitives(input, row, into: &primitives, &observer)
  }

  private func findPrimitives(
    _ input: borrowing Level1Input, _ row: Int, into primitives: inout Level1Primitives,
    _ observer: inout some Level1BlockObserver
  ) throws(Level1InputError) {
    let key = input.event.key(row)
    let hits = input.hits(row)
    let next = input.hits(min(row + 1, input.event.count - 1))
    try check.check(hits, of: key)
    observer.ended(.check)
    var random = CounterRandom(
      seed: seed, experiment: key.experiment, run: key.run, event: key.number, purpose: Self.purpose)
    finder.find(hits, next: next, random: &random, into: &primitives, &observer)
  }

  /// Asks the lines about all events at once, prescales and asks for triggers in stream order, and writes the words.
  private func decide(_ events: EventKeyColumn, _ builder: inout Level1Builder) throws(EventTimeError) {
    if let arrangement {
      arrangement.arrange(words, wordsPerEvent: Self.wordCount, into: &arranged)
      arranged.withUnsafeBufferPointer { columns.setBits($0, wordsPerRow: arrangement.wordCount) }
    } else {
      words.withUnsafeBufferPointer { columns.setBits($0, wordsPerRow: Self.wordCount) }
    }
    linesBefore = evaluator.evaluate(columns)
    prescales.apply(to: linesBefore, key: { events.key($0) }, into: &linesAfter)
    words.withUnsafeMutableBufferPointer { words in
      words.update(repeating: 0)
      linesBefore.writeRows(into: words, wordsPerRow: Self.wordCount)
    }
    builder.beforePrescale.append(contentsOf: words)
    words.withUnsafeMutableBufferPointer { words in
      words.update(repeating: 0)
      linesAfter.writeRows(into: words, wordsPerRow: Self.wordCount)
    }
    builder.afterPrescale.append(contentsOf: words)
    for row in 0..<events.count {
      var any: UInt32 = 0
      for word in 0..<Self.wordCount { any |= words[row * Self.wordCount + word] }
      let lost = try timeline.trigger(events, row, isWanted: any != 0, qualities[row])
      builder.accepted.append(any != 0 && lost == nil)
      builder.deadTime.append(lost?.rawValue ?? 0)
      builder.prescaleVersion.append(prescaleVersion)
      // Something fired without a time of its own: the decision is the time.
      let source = sources[row] == .none && any != 0 ? TimingSource.selfTrigger : sources[row]
      builder.timingSource.append(source.rawValue)
      builder.timingQuality.append(qualities[row].rawValue)
    }
    timeline.end(events)
  }
}

/// Why a menu cannot be used by level 1.
public enum Level1MenuError: Error, Equatable, CustomStringConvertible {
  /// More lines than the words of the record have bits.
  case tooManyLines(found: Int, most: Int)
  /// The level was checked against other words than those of level 1.
  case otherVocabulary(found: String, expected: String)

  /// The menu's table of network weights is wrong.
  case networks(DetectorTableError)

  /// The error as a sentence.
  public var description: String {
    switch self {
    case .networks(let error): "\(error)"
    case .tooManyLines(let found, let most): "the menu has \(found) level-1 lines, the record has room for \(most)"
    case .otherVocabulary(let found, let expected):
      "the menu's level-1 inputs are '\(found)', this level 1 has the inputs '\(expected)'"
    }
  }
}
