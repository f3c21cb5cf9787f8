import ArrowStream
import EventModel
import Statistics

/// Why verdicts cannot be added up.
public enum StudyError: Error, Equatable, CustomStringConvertible {
  /// The verdicts hold another number of results than the menu has lines.
  case lines(found: Int, expected: Int, event: EventKey)
  /// A bit is set beyond the menu's last line.
  case bitBeyondMenu(bit: Int, lines: Int, event: EventKey)
  /// A weight that no count can use.
  case weight(Float, event: EventKey)
  /// Parts that belong to different menus.
  case differentMenus

  /// The error as a sentence for a person.
  public var description: String {
    switch self {
    case .lines(let found, let expected, let event):
      "event \(event) has \(found) high-level results, the menu has \(expected) lines"
    case .bitBeyondMenu(let bit, let lines, let event):
      "event \(event) has level-1 line bit \(bit) set, the menu has \(lines) lines"
    case .weight(let weight, let event):
      "event \(event) has weight \(weight), expected a finite number that is not negative"
    case .differentMenus: "the parts belong to different menus"
    }
  }
}

/// Adds up verdicts: what each line did before and after prescale, alone and together with the others, for all events
/// and for each process. Memory grows with lines and processes, never with events; parts add up.
public struct MenuStudy: Sendable {
  /// Level-1 lines in bit order.
  public let level1Lines: [String]
  /// High-level lines in result order, skims last.
  public let highLevelLines: [String]
  /// How many of them are skims: they decide nothing, and what they share with lines is no overlap.
  public let skimCount: Int
  /// The counts of all events.
  public private(set) var all: StageCounts
  /// The counts of each process by label; events without a label are under ``unlabelled``.
  public private(set) var byProcess: [String: StageCounts] = [:]
  /// Events that pairs of level-1 lines kept after prescale.
  public private(set) var level1Overlap: OverlapCounts
  /// Events that pairs of high-level lines kept after prescale.
  public private(set) var highLevelOverlap: OverlapCounts

  private var scratch: [Int] = []

  /// The name under which events without a process label are counted.
  public static let unlabelled = "unlabelled"

  /// No verdicts yet.
  public init(level1Lines: [String], highLevelLines: [String], skimCount: Int = 0) {
    self.level1Lines = level1Lines
    self.highLevelLines = highLevelLines
    self.skimCount = skimCount
    all = StageCounts(level1: level1Lines.count, highLevel: highLevelLines.count)
    level1Overlap = OverlapCounts(lines: level1Lines.count)
    highLevelOverlap = OverlapCounts(lines: highLevelLines.count)
  }

  /// Adds a batch of verdicts.
  /// - Throws: ``StudyError`` when the verdicts do not belong to the menu; the batch is then not counted at all.
  public mutating func add(_ verdicts: VerdictColumns) throws {
    try check(verdicts)
    let labels = verdicts.event.process?.labels ?? []
    let empty = StageCounts(level1: level1Lines.count, highLevel: highLevelLines.count)
    var perLabel = Array(repeating: empty, count: labels.count + 1)
    for row in 0..<verdicts.count {
      let slot = verdicts.event.process?.dictionaryIndex(row) ?? labels.count
      let decision = Decision(verdicts, row, words: EventSchema.level1Words)
      perLabel[slot].add(decision, skimCount: skimCount, &scratch)
      all.add(decision, skimCount: skimCount, &scratch)
      collect(decision.level1After, lines: level1Lines.count)
      level1Overlap.add(scratch, weight: decision.weight)
      collectResults(decision.results)
      highLevelOverlap.add(scratch, weight: decision.weight)
    }
    for (slot, counts) in perLabel.enumerated() where counts.total.events > 0 {
      byProcess[slot < labels.count ? labels[slot] : Self.unlabelled, default: empty].merge(counts)
    }
  }

  /// Adds the counts of another part.
  /// - Throws: ``StudyError/differentMenus``.
  public mutating func merge(_ other: MenuStudy) throws {
    guard level1Lines == other.level1Lines, highLevelLines == other.highLevelLines, skimCount == other.skimCount else {
      throw StudyError.differentMenus
    }
    all.merge(other.all)
    for (process, counts) in other.byProcess {
      byProcess[process, default: StageCounts(level1: level1Lines.count, highLevel: highLevelLines.count)]
        .merge(counts)
    }
    level1Overlap.merge(other.level1Overlap)
    highLevelOverlap.merge(other.highLevelOverlap)
  }

  private func check(_ verdicts: VerdictColumns) throws {
    let words = EventSchema.level1Words
    for row in 0..<verdicts.count {
      let weight = verdicts.event.weight[row]
      guard weight.isFinite, weight >= 0 else { throw StudyError.weight(weight, event: verdicts.event.key(row)) }
      let results = verdicts.resultRows[row].count
      guard results == 0 || results == highLevelLines.count,
        verdicts.wordRows[row].count == (results + 31) / 32
      else {
        throw StudyError.lines(found: results, expected: highLevelLines.count, event: verdicts.event.key(row))
      }
      for word in level1Lines.count / 32..<words {
        let known = max(0, level1Lines.count - word * 32)
        let before = verdicts.level1BeforePrescale[row * words + word]
        let after = verdicts.level1AfterPrescale[row * words + word]
        let beyond = (before | after) >> UInt32(known)
        if beyond != 0 {
          let bit = word * 32 + known + beyond.trailingZeroBitCount
          throw StudyError.bitBeyondMenu(bit: bit, lines: level1Lines.count, event: verdicts.event.key(row))
        }
      }
    }
  }

  private mutating func collect(_ words: Slice<ColumnView<UInt32>>, lines: Int) {
    setBits(words, limit: lines, into: &scratch)
  }

  private mutating func collectResults(_ results: Slice<ColumnView<Int8>>) {
    scratch.removeAll(keepingCapacity: true)
    for (line, index) in results.indices.dropLast(skimCount).enumerated() where results[index] == 1 {
      scratch.append(line)
    }
  }
}

/// The counts of both trigger levels over a set of events.
public struct StageCounts: Sendable {
  /// All events.
  public private(set) var total = Rate()
  /// Each level-1 line.
  public private(set) var level1: [LineCounts]
  /// Events that level 1 accepted.
  public private(set) var level1Accepted = Rate()
  /// Each high-level line.
  public private(set) var highLevel: [LineCounts]
  /// Events that the whole menu accepted.
  public private(set) var accepted = Rate()

  /// No events yet.
  init(level1: Int, highLevel: Int) {
    self.level1 = Array(repeating: LineCounts(), count: level1)
    self.highLevel = Array(repeating: LineCounts(), count: highLevel)
  }

  fileprivate mutating func add(_ decision: Decision, skimCount: Int, _ scratch: inout [Int]) {
    let weight = decision.weight
    total.fill(weight: weight)
    setBits(decision.level1Before, limit: level1.count, into: &scratch)
    for line in scratch { level1[line].beforePrescale.fill(weight: weight) }
    setBits(decision.level1After, limit: level1.count, into: &scratch)
    for line in scratch { level1[line].afterPrescale.fill(weight: weight) }
    if scratch.count == 1 { level1[scratch[0]].unique.fill(weight: weight) }
    if decision.level1Accepted { level1Accepted.fill(weight: weight) }
    setBits(decision.highLevelBefore, limit: highLevel.count, into: &scratch)
    for line in scratch { highLevel[line].beforePrescale.fill(weight: weight) }
    scratch.removeAll(keepingCapacity: true)
    for (line, index) in decision.results.indices.enumerated() where decision.results[index] != 0 {
      highLevel[line].afterPrescale.fill(weight: weight)
      if decision.results[index] == 1, line < highLevel.count - skimCount { scratch.append(line) }
    }
    if scratch.count == 1 { highLevel[scratch[0]].unique.fill(weight: weight) }
    if decision.verdict == 1 { accepted.fill(weight: weight) }
  }

  /// Adds the counts of another part.
  mutating func merge(_ other: StageCounts) {
    total.merge(other.total)
    level1Accepted.merge(other.level1Accepted)
    accepted.merge(other.accepted)
    for line in level1.indices { level1[line].merge(other.level1[line]) }
    for line in highLevel.indices { highLevel[line].merge(other.highLevel[line]) }
  }
}

/// One event's row of the verdicts.
private struct Decision {
  let weight: Double
  let level1Before: Slice<ColumnView<UInt32>>
  let level1After: Slice<ColumnView<UInt32>>
  let level1Accepted: Bool
  let highLevelBefore: Slice<ColumnView<UInt32>>
  let results: Slice<ColumnView<Int8>>
  let verdict: Int8

  init(_ verdicts: VerdictColumns, _ row: Int, words: Int) {
    weight = Double(verdicts.event.weight[row])
    level1Before = verdicts.level1BeforePrescale[row * words..<(row + 1) * words]
    level1After = verdicts.level1AfterPrescale[row * words..<(row + 1) * words]
    level1Accepted = verdicts.level1Accepted[row]
    highLevelBefore = verdicts.highLevelBeforePrescale[verdicts.wordRows[row]]
    results = verdicts.results[verdicts.resultRows[row]]
    verdict = verdicts.verdict[row]
  }
}

/// The positions of the set bits below `limit`, ascending.
private func setBits(_ words: Slice<ColumnView<UInt32>>, limit: Int, into positions: inout [Int]) {
  positions.removeAll(keepingCapacity: true)
  for (word, index) in words.indices.enumerated() {
    var rest = words[index]
    while rest != 0 {
      let bit = word * 32 + rest.trailingZeroBitCount
      if bit < limit { positions.append(bit) }
      rest &= rest - 1
    }
  }
}
