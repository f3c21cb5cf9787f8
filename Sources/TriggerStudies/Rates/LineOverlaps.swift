import Statistics

/// What pairs of level-1 lines keep together, as `sluice study overlap` gives it.
public struct LineOverlaps: Codable, Sendable {
  /// Two lines and what both keep after prescale.
  public struct Pair: Codable, Sendable {
    /// The line that stands first in the menu.
    public var first: String
    /// The other line.
    public var second: String
    /// Events on which both fire, unweighted.
    public var events: Int
    /// Rate of events that both keep, Hz.
    public var rate: EstimatedNumber?
    /// The same as a share of what the first keeps.
    public var ofFirst: Double?
    /// The same as a share of what the second keeps.
    public var ofSecond: Double?

    enum CodingKeys: String, CodingKey {
      case first, second, events
      case rate = "rate_hz"
      case ofFirst = "of_first"
      case ofSecond = "of_second"
    }
  }

  /// The pairs that have events in common, the largest rate first.
  public var pairs: [Pair]

  /// The overlaps of a study that counted them.
  public init(_ study: RateStudy, liveTime: Double?) {
    var pairs: [Pair] = []
    let overlap = study.overlap
    for first in 0..<overlap.lines {
      for second in first + 1..<max(first + 1, overlap.lines) {
        let common = overlap[first, second]
        guard common.events > 0 else { continue }
        func share(_ line: Int) -> Double? {
          let all = overlap[line, line].weight
          return all > 0 ? common.weight / all : nil
        }
        pairs.append(
          Pair(
            first: study.lines[first].name, second: study.lines[second].name, events: common.events,
            rate: liveTime.flatMap { common.estimate(liveTime: $0) }, ofFirst: share(first), ofSecond: share(second)))
      }
    }
    self.pairs = pairs.sorted { ($0.rate?.value ?? 0, $0.events) > ($1.rate?.value ?? 0, $1.events) }
  }

  /// The largest pairs as a table.
  /// - Parameter rows: how many.
  public func text(rows: Int) -> String {
    var table = TextTable([
      ("line", .left), ("and line", .left), ("both, Hz", .right), ("events", .right), ("of first", .right),
      ("of second", .right),
    ])
    func percent(_ share: Double?) -> String { share.map { "\(NumberText.significant(100 * $0, 3)) %" } ?? "–" }
    for pair in pairs.prefix(rows) {
      table.add([
        pair.first, pair.second, NumberText.estimate(pair.rate), NumberText.count(pair.events), percent(pair.ofFirst),
        percent(pair.ofSecond),
      ])
    }
    let left = pairs.count - min(pairs.count, rows)
    let more = left > 0 ? ", \(left) more pairs in the JSON" : ""
    return "Overlaps of level-1 lines after prescale\(more)\n" + table.text
  }
}
