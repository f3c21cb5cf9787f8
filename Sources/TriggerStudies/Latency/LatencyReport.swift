import Statistics

/// Quantiles of the times that events took in a replay, with errors: by stage, and by line of the high-level trigger.
public struct LatencyReport: Encodable, Sendable {
  /// Quantiles of a distribution, us. Those that too few events lie beyond are left out.
  public struct Quantiles: Encodable, Sendable {
    /// Events measured.
    public let events: Int
    /// Half of them took no longer.
    public let p50: EstimatedNumber?
    /// 90 % took no longer.
    public let p90: EstimatedNumber?
    /// 99 % took no longer.
    public let p99: EstimatedNumber?
    /// 99.9 % took no longer.
    public let p999: EstimatedNumber?
    /// The longest.
    public let maximum: Double?

    init(_ distribution: LatencyDistribution) {
      events = distribution.count
      let found = distribution.quantiles([0.5, 0.9, 0.99, 0.999])
      (p50, p90, p99, p999) = (found[0], found[1], found[2], found[3])
      maximum = distribution.maximum
    }

    enum CodingKeys: String, CodingKey {
      case events
      case p50 = "p50_us"
      case p90 = "p90_us"
      case p99 = "p99_us"
      case p999 = "p99.9_us"
      case maximum = "max_us"
    }

    /// The numbers in order, for tables.
    var numbers: [EstimatedNumber?] { [p50, p90, p99, p999] }
  }

  /// A stage.
  public struct Stage: Encodable, Sendable {
    /// Its name.
    public let stage: String
    /// Its times.
    public let latency: Quantiles
  }

  /// A line of the high-level trigger.
  public struct Line: Encodable, Sendable {
    /// Its name.
    public let line: String
    /// Times in the high-level trigger of the events that it accepted.
    public let highLevel: Quantiles
    /// Times from arrival to verdict of the same events.
    public let total: Quantiles

    enum CodingKeys: String, CodingKey {
      case line, total
      case highLevel = "hlt"
    }
  }

  /// Events read.
  public let events: Int
  /// The stages in the order of the chain, then `total`.
  public let stages: [Stage]
  /// The lines that accepted an event, in the order of the menu.
  public let lines: [Line]

  /// The report of a sample.
  public init(_ sample: LatencySample) {
    events = sample.events
    stages = zip(LatencySample.Stage.allCases, sample.stages).map { stage, distribution in
      Stage(stage: stage.rawValue, latency: Quantiles(distribution))
    }
    lines = sample.lines.filter { $0.total.count > 0 }.map { line in
      Line(line: line.name, highLevel: Quantiles(line.highLevel), total: Quantiles(line.total))
    }
  }

  /// The tables as text.
  public var text: String {
    var stageTable = TextTable([
      ("stage, us", .left), ("events", .right), ("p50", .right), ("p90", .right), ("p99", .right), ("p99.9", .right),
      ("max", .right),
    ])
    for stage in stages {
      if stage.stage == LatencySample.Stage.total.rawValue { stageTable.rule() }
      stageTable.add(
        [stage.stage, NumberText.count(stage.latency.events)] + stage.latency.numbers.map { NumberText.estimate($0) }
          + [stage.latency.maximum.map { NumberText.significant($0, 3) } ?? "–"])
    }
    var lineTable = TextTable([
      ("line, us", .left), ("events", .right), ("in the trigger, p50", .right), ("p99", .right),
      ("to the verdict, p50", .right), ("p99", .right),
    ])
    for line in lines.sorted(by: { ($1.total.events, $0.line) < ($0.total.events, $1.line) }) {
      lineTable.add(
        [line.line, NumberText.count(line.total.events)]
          + [line.highLevel.p50, line.highLevel.p99, line.total.p50, line.total.p99].map { NumberText.estimate($0) })
    }
    return """
      \(NumberText.count(events)) events. Errors are one standard deviation, from the scatter of blocks of the stream; quantiles \
      with fewer than ten events beyond, or events of fewer than five blocks, are left out.

      \(stageTable.text)
      Lines of the high-level trigger, over the events that each accepted:
      \(lineTable.text)
      """
  }

  /// The tables as comma-separated values: a header, a row for each stage and for each line and stage. Numbers that do not exist are
  /// empty.
  public var commaSeparatedValues: String {
    let names = ["p50", "p90", "p99", "p99.9"]
    var rows = [
      (["line", "stage", "events"] + names.flatMap { ["\($0)_us", "\($0)_low", "\($0)_high"] } + ["max_us"])
        .joined(separator: ",")
    ]
    func add(_ line: String, _ stage: String, _ latency: Quantiles) {
      rows.append(
        ([line, stage, "\(latency.events)"] + latency.numbers.flatMap(DisplacedReport.cells)
          + [latency.maximum.map { "\($0)" } ?? ""]).joined(separator: ","))
    }
    for stage in stages { add("", stage.stage, stage.latency) }
    for line in lines {
      add(line.line, LatencySample.Stage.highLevel.rawValue, line.highLevel)
      add(line.line, LatencySample.Stage.total.rawValue, line.total)
    }
    return rows.joined(separator: "\n") + "\n"
  }
}
