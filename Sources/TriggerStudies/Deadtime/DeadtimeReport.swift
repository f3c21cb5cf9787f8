import Level1
import Statistics

/// Loss against rate for several ways to read the silicon detector: tables for people, spreadsheets and pictures.
public struct DeadtimeReport: Codable, Sendable {
  /// The points, mode by mode in order of rate.
  public var points: [DeadtimeResult]

  /// A report of points.
  public init(points: [DeadtimeResult]) { self.points = points }

  private var causes: [DeadtimeCause] {
    DeadtimeCause.allCases.filter { cause in points.contains { $0.causes.contains { $0.cause == cause.name } } }
  }

  private var hasFormula: Bool { points.contains { $0.expected != nil } }

  /// The points as a table, losses in percent of the triggers asked for.
  public var text: String {
    var columns: [(String, TextTable.Alignment)] = [
      ("samples", .left), ("kHz", .right), ("triggers", .right), ("lost %", .right),
    ]
    columns += causes.map { ("\($0.title) %", .right) }
    columns.append(("live time %", .right))
    if hasFormula { columns.append(("formula %", .right)) }
    var table = TextTable(columns)
    var mode: SampleMode?
    for point in points {
      if let mode, mode != point.samples { table.rule() }
      mode = point.samples
      table.add(
        [
          point.samples.rawValue, (point.nominalRate ?? point.rate).map { NumberText.significant($0 / 1000, 4) } ?? "–",
          NumberText.count(point.requested), Self.percent(point.lost),
        ]
          + causes.map { cause in Self.percent(point.causes.first { $0.cause == cause.name }?.lost) }
          + [
            point.liveFraction.map { NumberText.significant(100 * $0, 4) } ?? "–",
            point.expected.map { NumberText.significant(100 * $0.lost, 3) } ?? "–",
          ])
    }
    return table.text
  }

  /// The points as comma-separated values: rates in Hz, shares as fractions with the ends of their intervals.
  public var csv: String {
    var header = [
      "samples", "nominal_rate_hz", "rate_hz", "requested", "accepted", "time_s", "lost", "lost_low", "lost_high",
    ]
    for cause in causes {
      header += [
        "\(cause.name)_events", "\(cause.name)_lost", "\(cause.name)_low", "\(cause.name)_high",
        "\(cause.name)_dead_fraction",
      ]
    }
    header += ["live_fraction", "expected_lost"]
    var lines = [header.joined(separator: ",")]
    for point in points {
      var cells = [point.samples.rawValue, Self.number(point.nominalRate), Self.number(point.rate)]
      cells += ["\(point.requested)", "\(point.accepted)"]
      cells += [Self.number(point.time)] + Self.interval(point.lost)
      for cause in causes {
        let row = point.causes.first { $0.cause == cause.name }
        cells += [row.map { "\($0.events)" } ?? ""] + Self.interval(row?.lost) + [Self.number(row?.deadFraction)]
      }
      cells += [Self.number(point.liveFraction), Self.number(point.expected?.lost)]
      lines.append(cells.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func percent(_ number: EstimatedNumber?) -> String {
    guard let number else { return "–" }
    if number.value == 0 { return "< \(NumberText.significant(100 * number.high, 2))" }
    return NumberText.percent(number)
  }

  private static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return "\(value)"
  }

  private static func interval(_ number: EstimatedNumber?) -> [String] {
    [Self.number(number?.value), Self.number(number?.low), Self.number(number?.high)]
  }
}
