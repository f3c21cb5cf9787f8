import Statistics

/// What two menus decide on the same events, counted in pairs.
///
/// Both see the same events, so that the uncertainty of their difference comes from the events on which they differ
/// alone: it is far smaller than that of two rates measured apart.
public struct PairedDecisions: Sendable {
  /// Events that one decision keeps and another does not.
  public struct Pair: Sendable {
    /// What decides: a line, a level, the whole menu.
    public let name: String
    /// Events the first keeps.
    public private(set) var first = Rate()
    /// Events the second keeps.
    public private(set) var second = Rate()
    /// Events the first alone keeps.
    public private(set) var onlyFirst = Rate()
    /// Events the second alone keeps.
    public private(set) var onlySecond = Rate()
    /// The first events on which they differ.
    public private(set) var events: [String] = []

    /// No events yet.
    public init(name: String) { self.name = name }

    /// Whether they differ on some event.
    public var differs: Bool { onlyFirst.events + onlySecond.events > 0 }

    /// Counts an event.
    public mutating func add(_ isInFirst: Bool, _ isInSecond: Bool, weight: Double, event: @autoclosure () -> String) {
      if isInFirst { first.fill(weight: weight) }
      if isInSecond { second.fill(weight: weight) }
      guard isInFirst != isInSecond else { return }
      if isInFirst { onlyFirst.fill(weight: weight) } else { onlySecond.fill(weight: weight) }
      if events.count < DecisionComparison.namedEvents { events.append(event()) }
    }

    /// Second minus first as a rate, with the error of a difference on the same events: the square root of the sum of
    /// squared weights of the events on which they differ. In events where no live time is given; nil when none differ.
    public func difference(liveTime: Double?) -> EstimatedNumber? {
      guard differs else { return nil }
      let scale = 1 / (liveTime ?? 1)
      let value = (onlySecond.weight - onlyFirst.weight) * scale
      let error = (onlySecond.weightSquared + onlyFirst.weightSquared).squareRoot() * scale
      return EstimatedNumber(value: value, low: value - error, high: value + error, method: "paired, sqrt(sum w2)")
    }
  }

  /// Each level-1 line of both menus before prescale, in the order of the first, those of the second alone at the end.
  public private(set) var before: [Pair]
  /// The same after prescale.
  public private(set) var after: [Pair]
  /// Any level-1 line after prescale.
  public private(set) var level1 = Pair(name: "level 1")
  /// The whole menu; not counted where only level 1 is decided.
  public private(set) var menu = Pair(name: "menu")
  /// Events counted.
  public private(set) var events = 0

  private let bits: [(first: Int?, second: Int?)]

  /// No events yet.
  /// - Parameters:
  ///   - first: level-1 lines of the first menu, in bit order.
  ///   - second: those of the second.
  public init(first: [String], second: [String]) {
    let names = first + second.filter { !first.contains($0) }
    bits = names.map { name in (first.firstIndex(of: name), second.firstIndex(of: name)) }
    before = names.map(Pair.init)
    after = before
  }

  /// Words of one event's lines before and after prescale.
  public typealias Words = (before: ArraySlice<UInt32>, after: ArraySlice<UInt32>)

  /// Counts an event.
  /// - Parameter menus: whether the whole menus keep it; nil where that was not decided.
  public mutating func add(
    _ first: Words, _ second: Words, menus: (first: Bool, second: Bool)? = nil, weight: Double,
    event: @autoclosure () -> String
  ) {
    events += 1
    for (index, bit) in bits.enumerated() {
      before[index].add(
        Self.bit(first.before, bit.first), Self.bit(second.before, bit.second), weight: weight, event: event())
      after[index].add(
        Self.bit(first.after, bit.first), Self.bit(second.after, bit.second), weight: weight, event: event())
    }
    level1.add(
      first.after.contains { $0 != 0 }, second.after.contains { $0 != 0 }, weight: weight, event: event())
    if let menus { menu.add(menus.first, menus.second, weight: weight, event: event()) }
  }

  private static func bit(_ words: ArraySlice<UInt32>, _ bit: Int?) -> Bool {
    guard let bit, bit / 32 < words.count else { return false }
    return words[words.startIndex + bit / 32] >> UInt32(bit % 32) & 1 == 1
  }

  /// The differences as a table: totals, then lines that differ.
  public func text(liveTime: Double?) -> String {
    let unit = liveTime == nil ? "weighted events" : "Hz"
    var table = TextTable([
      ("", .left), ("first", .right), ("second", .right), ("only first", .right), ("only second", .right),
      ("difference, \(unit)", .right), ("first events", .left),
    ])
    func add(_ pair: Pair, _ name: String) {
      table.add([
        name, NumberText.count(pair.first.events), NumberText.count(pair.second.events),
        NumberText.count(pair.onlyFirst.events), NumberText.count(pair.onlySecond.events),
        NumberText.estimate(pair.difference(liveTime: liveTime)),
        pair.events.prefix(3).joined(separator: " ") + (pair.events.count > 3 ? " …" : ""),
      ])
    }
    add(level1, "level 1")
    if menu.first.events + menu.second.events > 0 { add(menu, "menu") }
    table.rule()
    for (index, pair) in before.enumerated() {
      if pair.differs { add(pair, "\(pair.name), before prescale") }
      if after[index].differs { add(after[index], "\(pair.name), after prescale") }
    }
    return "decided \(NumberText.count(events)) events twice\n" + table.text
  }
}

extension PairedDecisions {
  /// The machine form: totals and the lines that differ, in Hz where a live time is given.
  public struct Report: Encodable, Sendable {
    struct Entry: Encodable {
      let name: String
      let stage: String
      let first: Int
      let second: Int
      let onlyFirst: Int
      let onlySecond: Int
      let difference: EstimatedNumber?
      let events: [String]

      enum CodingKeys: String, CodingKey {
        case name, stage, first, second, difference, events
        case onlyFirst = "only_first"
        case onlySecond = "only_second"
      }
    }

    let events: Int
    let unit: String
    let totals: [Entry]
    let lines: [Entry]
  }

  /// The machine form.
  public func report(liveTime: Double?) -> Report {
    func entry(_ pair: Pair, _ stage: String) -> Report.Entry {
      Report.Entry(
        name: pair.name, stage: stage, first: pair.first.events, second: pair.second.events,
        onlyFirst: pair.onlyFirst.events, onlySecond: pair.onlySecond.events,
        difference: pair.difference(liveTime: liveTime), events: pair.events)
    }
    var totals = [entry(level1, "after_prescale")]
    if menu.first.events + menu.second.events > 0 { totals.append(entry(menu, "after_prescale")) }
    let lines = zip(before, after).flatMap { before, after in
      [(before, "before_prescale"), (after, "after_prescale")].filter { $0.0.differs }.map { entry($0.0, $0.1) }
    }
    return Report(events: events, unit: liveTime == nil ? "weighted events" : "Hz", totals: totals, lines: lines)
  }
}
