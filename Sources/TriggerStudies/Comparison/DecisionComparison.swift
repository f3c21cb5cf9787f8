import EventModel

/// How level-1 decisions made here agree with those that another system recorded for the same events.
///
/// Before prescale every bit must agree. After prescale a bit is judged where the prescale is 0 or 1 in both systems:
/// which events a larger one lets through belongs to its counter or its draws, so that there only a passing line that
/// did not fire is wrong.
public struct DecisionComparison: Sendable, Encodable {
  /// Events that are named for each line.
  public static let namedEvents = 10

  /// A line on which the systems differ.
  public struct Line: Sendable, Encodable {
    /// The line's bit.
    public let bit: Int
    /// Its name; nil for a bit beyond the menu.
    public let name: String?
    /// Its prescale here.
    public let prescale: Double
    /// The prescales that the other system recorded for it, if others than ours.
    public fileprivate(set) var recordedPrescales: [Double] = []
    /// Events on which it fired before prescale here and not there.
    public fileprivate(set) var beforeOnlyHere = 0
    /// Events on which it fired before prescale there and not here.
    public fileprivate(set) var beforeOnlyThere = 0
    /// Events on which the systems differ after prescale and should not.
    public fileprivate(set) var after = 0
    /// Events whose choice the prescale made differently, which is no difference.
    public fileprivate(set) var chosenOtherwise = 0
    /// The first events on which the systems differ, before or after prescale.
    public fileprivate(set) var events: [String] = []

    /// Whether the systems differ on the line.
    public var differs: Bool {
      beforeOnlyHere + beforeOnlyThere + after > 0 || !recordedPrescales.isEmpty
    }

    enum CodingKeys: String, CodingKey {
      case bit, name, prescale, after, events
      case recordedPrescales = "recorded_prescales"
      case beforeOnlyHere = "before_only_here"
      case beforeOnlyThere = "before_only_there"
      case chosenOtherwise = "chosen_otherwise"
    }
  }

  /// Events compared.
  public private(set) var events = 0
  /// Bits compared before prescale, and of these the equal ones; nil when the other system recorded none.
  public private(set) var before: (compared: Int, equal: Int)?
  /// Bits judged after prescale, and of these the right ones; nil when the other system recorded none.
  public private(set) var after: (compared: Int, equal: Int)?
  /// The events on which the systems differ, in order.
  public private(set) var differing: [String] = []
  /// The menu's lines, and after them bits beyond the menu that the other system set.
  public private(set) var lines: [Line]

  private let names: [String]
  private let prescales: [Double]
  private var beyond: [Int: Int] = [:]

  /// No events yet.
  public init(names: [String], prescales: [Double]) {
    self.names = names
    self.prescales = prescales
    lines = zip(names, prescales).enumerated().map { Line(bit: $0, name: $1.0, prescale: $1.1) }
  }

  /// Whether the systems agree on everything that was compared.
  public var agrees: Bool { !lines.contains(where: \.differs) }

  /// Compares an event.
  /// - Parameters:
  ///   - event: its index in `recorded`.
  ///   - ownBefore: the words of the lines before prescale, decided here.
  ///   - ownAfter: those after prescale.
  public mutating func add(
    _ event: Int, of recorded: RecordedDecisions, before ownBefore: ArraySlice<UInt32>,
    after ownAfter: ArraySlice<UInt32>
  ) {
    events += 1
    let row = event * RecordedDecisions.words..<(event + 1) * RecordedDecisions.words
    let name = recorded.events[event]
    var differs = false
    let set = event < recorded.prescaleSet.count ? recorded.prescaleSets[recorded.prescaleSet[event]] : nil
    if let set { compare(set) }
    if let words = recorded.before {
      let unequal = forEachDifference(words[row], ownBefore) { comparison, bit, isHere in
        if isHere { comparison.lines[bit].beforeOnlyHere += 1 } else { comparison.lines[bit].beforeOnlyThere += 1 }
        comparison.note(name, bit)
        return true
      }
      before = ((before?.compared ?? 0) + names.count, (before?.equal ?? 0) + names.count - unequal)
      differs = differs || unequal > 0
    }
    if let words = recorded.after {
      let fired = recorded.before.map { $0[row] } ?? ownBefore
      let judged = names.indices.count { isJudged($0, set) }
      let wrong = forEachDifference(words[row], ownAfter) { comparison, bit, isHere in
        let hasFired = bit < comparison.names.count && Self.bit(fired, bit)
        if bit < comparison.names.count, !comparison.isJudged(bit, set), isHere || hasFired {
          comparison.lines[bit].chosenOtherwise += 1
          return false
        }
        comparison.lines[bit].after += 1
        comparison.note(name, bit)
        return true
      }
      after = ((after?.compared ?? 0) + judged, (after?.equal ?? 0) + judged - min(judged, wrong))
      differs = differs || wrong > 0
    }
    if differs { differing.append(name) }
  }

  /// Whether a line's bit after prescale is certain in both systems.
  private func isJudged(_ line: Int, _ recorded: [Double]?) -> Bool {
    let other = recorded.map { line < $0.count ? $0[line] : prescales[line] } ?? prescales[line]
    return prescales[line] == other && other <= 1
  }

  private mutating func compare(_ recorded: [Double]) {
    for line in names.indices where line < recorded.count && recorded[line] != prescales[line] {
      if !lines[line].recordedPrescales.contains(recorded[line]) {
        lines[line].recordedPrescales.append(recorded[line])
      }
    }
  }

  /// Calls a body for each bit in which two words differ; counts the bits for which it says true.
  private mutating func forEachDifference(
    _ there: ArraySlice<UInt32>, _ here: ArraySlice<UInt32>, _ body: (inout DecisionComparison, Int, Bool) -> Bool
  ) -> Int {
    var count = 0
    for (place, pair) in zip(there, here).enumerated() {
      var rest = pair.0 ^ pair.1
      while rest != 0 {
        let position = rest.trailingZeroBitCount
        let bit = line(place * 32 + position)
        if body(&self, bit, pair.1 >> UInt32(position) & 1 == 1) { count += 1 }
        rest &= rest - 1
      }
    }
    return count
  }

  /// The entry of a bit; bits beyond the menu get theirs when they are first seen.
  private mutating func line(_ bit: Int) -> Int {
    if bit < names.count { return bit }
    if let index = beyond[bit] { return index }
    lines.append(Line(bit: bit, name: nil, prescale: 0))
    beyond[bit] = lines.count - 1
    return lines.count - 1
  }

  private mutating func note(_ event: String, _ line: Int) {
    if lines[line].events.count < Self.namedEvents, lines[line].events.last != event {
      lines[line].events.append(event)
    }
  }

  private static func bit(_ words: ArraySlice<UInt32>, _ bit: Int) -> Bool {
    words[words.startIndex + bit / 32] >> UInt32(bit % 32) & 1 == 1
  }

  // MARK: - Reports

  /// The comparison as a table for a terminal: totals, then each line that differs with the first events.
  public var text: String {
    func share(_ pair: (compared: Int, equal: Int)?) -> String {
      pair.map { "\(NumberText.count($0.equal)) of \(NumberText.count($0.compared)) bits agree" } ?? "not recorded"
    }
    var text = "compared \(NumberText.count(events)) events\n"
    text += "  before prescale: \(share(before))\n"
    text += "  after prescale, where it is 0 or 1 in both: \(share(after))\n"
    let differing = lines.filter(\.differs)
    guard !differing.isEmpty else { return text + "  no line differs\n" }
    text +=
      "  \(NumberText.count(self.differing.count)) events differ: "
      + self.differing.prefix(Self.namedEvents).joined(separator: " ")
      + (self.differing.count > Self.namedEvents ? " …" : "") + "\n"
    var table = TextTable([
      ("bit", .right), ("line", .left), ("before: only here", .right), ("only there", .right), ("after", .right),
      ("prescale here", .right), ("there", .left), ("first events", .left),
    ])
    for line in differing {
      table.add([
        "\(line.bit)", line.name ?? "beyond the menu", "\(line.beforeOnlyHere)", "\(line.beforeOnlyThere)",
        "\(line.after)", NumberText.prescale(line.prescale),
        line.recordedPrescales.map(NumberText.prescale).joined(separator: " "), line.events.joined(separator: " "),
      ])
    }
    return text + table.text
  }

  /// Writes totals, the events that differ, and every line.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(events, forKey: .events)
    try container.encode(before?.compared, forKey: .beforeCompared)
    try container.encode(before?.equal, forKey: .beforeEqual)
    try container.encode(after?.compared, forKey: .afterCompared)
    try container.encode(after?.equal, forKey: .afterEqual)
    try container.encode(differing, forKey: .differing)
    try container.encode(lines, forKey: .lines)
  }

  private enum Keys: String, CodingKey {
    case events, lines
    case beforeCompared = "before_prescale_compared"
    case beforeEqual = "before_prescale_equal"
    case afterCompared = "after_prescale_compared"
    case afterEqual = "after_prescale_equal"
    case differing = "differing_events"
  }
}
