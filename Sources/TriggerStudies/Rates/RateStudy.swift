import ArrowStream
import EventModel
import Statistics

/// Adds up which level-1 lines fired on which process, and what prescales leave of it.
///
/// Prescales enter as the probability 1/N that a firing of a line passes, for each line by itself: the rates are those
/// that counters give in the long run, without the fluctuation of a counter that met a few weighted events. An event
/// is kept with the probability that at least one of its lines passes. Parts add up.
public struct RateStudy: Sendable {
  /// The lines in bit order, with the prescales in force.
  public let lines: [ReportedLine]
  /// Combinations of lines that are counted beside them, as text.
  public let expressions: [String]
  /// The counts of each process by label; events without a label are under ``MenuStudy/unlabelled``.
  public private(set) var processes: [String: ProcessCounts] = [:]
  /// Events that pairs of lines keep together after prescale.
  public private(set) var overlap: OverlapCounts

  private let passing: [Double]
  private let countsOverlaps: Bool
  private var fired: [Int] = []

  /// No events yet.
  /// - Parameters:
  ///   - lines: the lines in bit order.
  ///   - expressions: combinations of lines whose values come with the events.
  ///   - countsOverlaps: whether pairs of lines are counted.
  public init(lines: [ReportedLine], expressions: [String] = [], countsOverlaps: Bool = false) {
    self.lines = lines
    self.expressions = expressions
    self.countsOverlaps = countsOverlaps
    overlap = OverlapCounts(lines: countsOverlaps ? lines.count : 0)
    passing = lines.map { $0.prescale > 0 && $0.masked == nil ? 1 / $0.prescale : 0 }
  }

  /// Adds a batch of events.
  /// - Parameters:
  ///   - beforePrescale: ``EventSchema/level1Words`` words an event: bit i is line i.
  ///   - event: weights and processes.
  ///   - expressions: for each expression its value for each event.
  /// - Throws: ``StudyError`` when a bit beyond the last line is set or a weight is no number; nothing is counted then.
  public mutating func add(
    beforePrescale words: ColumnView<UInt32>, event: EventKeyColumn, expressions values: [[Bool]] = []
  ) throws {
    precondition(words.count == event.count * EventSchema.level1Words, "words of other events")
    precondition(
      values.count == expressions.count && values.allSatisfy { $0.count == event.count }, "values of other expressions")
    try check(words, event)
    let labels = event.process?.labels ?? []
    let empty = ProcessCounts(lines: lines.count, expressions: expressions.count)
    var counts = Array(repeating: empty, count: labels.count + 1)
    for row in 0..<event.count {
      let slot = event.process?.dictionaryIndex(row) ?? labels.count
      let weight = Double(event.weight[row])
      collect(words, row)
      counts[slot].add(fired, passing: passing, weight: weight)
      for (index, value) in values.enumerated() where value[row] { counts[slot].countExpression(index, weight) }
      if countsOverlaps { overlap.add(fired, passing: passing, weight: weight) }
    }
    for (slot, count) in counts.enumerated() where count.total.events > 0 {
      processes[slot < labels.count ? labels[slot] : MenuStudy.unlabelled, default: empty].merge(count)
    }
  }

  /// Adds the counts of another part.
  /// - Throws: ``StudyError/differentMenus``.
  public mutating func merge(_ other: RateStudy) throws {
    guard lines == other.lines, expressions == other.expressions, overlap.lines == other.overlap.lines else {
      throw StudyError.differentMenus
    }
    for (process, counts) in other.processes {
      processes[process, default: ProcessCounts(lines: lines.count, expressions: expressions.count)].merge(counts)
    }
    overlap.merge(other.overlap)
  }

  private mutating func collect(_ words: ColumnView<UInt32>, _ row: Int) {
    fired.removeAll(keepingCapacity: true)
    for word in 0..<EventSchema.level1Words {
      var rest = words[row * EventSchema.level1Words + word]
      while rest != 0 {
        fired.append(word * 32 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  private func check(_ words: ColumnView<UInt32>, _ event: EventKeyColumn) throws {
    for row in 0..<event.count {
      let weight = event.weight[row]
      guard weight.isFinite, weight >= 0 else { throw StudyError.weight(weight, event: event.key(row)) }
      for word in 0..<EventSchema.level1Words {
        let known = min(32, max(0, lines.count - word * 32))
        let beyond = UInt64(words[row * EventSchema.level1Words + word]) >> UInt64(known)
        if beyond != 0 {
          throw StudyError.bitBeyondMenu(
            bit: word * 32 + known + beyond.trailingZeroBitCount, lines: lines.count, event: event.key(row))
        }
      }
    }
  }
}

/// What the lines do with the events of one process.
public struct ProcessCounts: Sendable {
  /// All events.
  public private(set) var total = Rate()
  /// Each line.
  public private(set) var lines: [LineCounts]
  /// Events that some line keeps.
  public private(set) var accepted = Rate()
  /// Events for which each expression holds, before prescale.
  public private(set) var expressions: [Rate]

  /// No events yet.
  init(lines: Int, expressions: Int) {
    self.lines = Array(repeating: LineCounts(), count: lines)
    self.expressions = Array(repeating: Rate(), count: expressions)
  }

  /// Adds an event on which the given lines fired.
  mutating func add(_ fired: [Int], passing: [Double], weight: Double) {
    total.fill(weight: weight)
    // The probability that no line passes, without the lines that always do.
    var noneOfPrescaled = 1.0
    var certain = 0
    for line in fired {
      lines[line].beforePrescale.fill(weight: weight)
      if passing[line] > 0 { lines[line].afterPrescale.fill(weight: weight * passing[line]) }
      if passing[line] >= 1 { certain += 1 } else { noneOfPrescaled *= 1 - passing[line] }
    }
    let kept = certain > 0 ? 1 : 1 - noneOfPrescaled
    if kept > 0 { accepted.fill(weight: weight * kept) }
    guard certain < 2 else { return }
    for line in fired where passing[line] > 0 && (certain == 0 || passing[line] >= 1) {
      let others = passing[line] >= 1 ? noneOfPrescaled : noneOfPrescaled / (1 - passing[line])
      lines[line].unique.fill(weight: weight * passing[line] * others)
    }
  }

  mutating func countExpression(_ index: Int, _ weight: Double) { expressions[index].fill(weight: weight) }

  /// Adds the counts of another part.
  public mutating func merge(_ other: ProcessCounts) {
    total.merge(other.total)
    accepted.merge(other.accepted)
    for index in lines.indices { lines[index].merge(other.lines[index]) }
    for index in expressions.indices { expressions[index].merge(other.expressions[index]) }
  }
}
