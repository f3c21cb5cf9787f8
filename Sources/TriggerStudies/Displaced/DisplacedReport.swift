import Statistics

/// The displaced-vertex study as tables for people and programs: efficiencies and gains on signals, rates on everything else.
public struct DisplacedReport: Encodable, Sendable {
  /// A signal.
  public struct Signal: Encodable, Sendable {
    /// Process label.
    public let process: String
    /// Events, and those with a decay in acceptance.
    public let generated: Int
    /// Events with a vertex 2 to 60 cm from the beam line and two visible tracks.
    public let inAcceptance: Int
    /// Efficiency of the other lines.
    public let others: Pair
    /// Each line under study, then any of them.
    public let lines: [Line]
    /// Efficiencies in bins.
    public let curves: [Curve]
  }

  /// An efficiency with both denominators.
  public struct Pair: Encodable, Sendable {
    /// Of all generated events.
    public let generated: EstimatedNumber?
    /// Of events with a decay in acceptance.
    public let inAcceptance: EstimatedNumber?
  }

  /// A line on a signal.
  public struct Line: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// Its efficiency.
    public let efficiency: Pair
    /// The share of events that it keeps and no line outside of the study does.
    public let won: Pair
  }

  /// Efficiencies in the bins of a quantity, of any line under study, of the others, and what is won.
  public struct Curve: Encodable, Sendable {
    /// The quantity with its unit.
    public let quantity: String
    /// The bins.
    public let bins: [Bin]
  }

  /// A bin.
  public struct Bin: Encodable, Sendable {
    /// Lower border.
    public let low: Double
    /// Upper border.
    public let high: Double
    /// Events in the bin.
    public let events: Int
    /// Each line under study, then any of them.
    public let lines: [EstimatedNumber?]
    /// All other lines.
    public let others: EstimatedNumber?
    /// Any line under study and no other.
    public let won: EstimatedNumber?
  }

  /// A process without long-lived particles.
  public struct Background: Encodable, Sendable {
    /// Process label.
    public let process: String
    /// Events.
    public let events: Int
    /// Rate of the process in Hz.
    public let rate: EstimatedNumber?
    /// Rate of the other lines in Hz.
    public let others: EstimatedNumber?
    /// Rate of each line under study in Hz, then of any of them.
    public let lines: [EstimatedNumber?]
    /// The same where no other line keeps the event: what the lines add to the trigger rate.
    public let added: [EstimatedNumber?]
  }

  /// Names of the lines under study, then `any of them`.
  public let lines: [String]
  /// Signals in order of their labels.
  public let signals: [Signal]
  /// Other processes, then `all`.
  public let backgrounds: [Background]

  /// The report of samples.
  /// - Parameter liveTime: time that the samples stand for, s; without it there are no rates.
  public init(_ samples: [DisplacedSample], lines names: [String], liveTime: Double?) {
    lines = names + ["any of them"]
    let ordered = samples.sorted { $0.process < $1.process }
    signals = ordered.filter(\.isSignal).map { Self.signal($0, names + ["any of them"]) }
    let rest = ordered.filter { !$0.isSignal }
    var backgrounds = rest.map { Self.background($0, liveTime) }
    if rest.count > 1 { backgrounds.append(Self.sum(rest, liveTime)) }
    self.backgrounds = backgrounds
  }

  private static func signal(_ sample: DisplacedSample, _ names: [String]) -> Signal {
    func pair(_ value: (EfficiencySet) -> Efficiency) -> Pair {
      Pair(generated: value(sample.generated).estimate(), inAcceptance: value(sample.accepted).estimate())
    }
    return Signal(
      process: sample.process, generated: sample.generated.others.total, inAcceptance: sample.accepted.others.total,
      others: pair(\.others),
      lines: names.enumerated().map { index, name in
        Line(name: name, efficiency: pair { $0.lines[index] }, won: pair { $0.won[index] })
      },
      curves: sample.curves.map { curve in
        let edges = curve.quantity.edges
        return Curve(
          quantity: curve.quantity.rawValue,
          bins: curve.bins.enumerated().map { index, set in
            Bin(
              low: edges[index], high: edges[index + 1], events: set.others.total,
              lines: set.lines.map { $0.estimate() }, others: set.others.estimate(), won: set.won.last?.estimate())
          })
      })
  }

  private static func background(_ sample: DisplacedSample, _ liveTime: Double?) -> Background {
    let weight = emptyWeight([sample.events])
    func hertz(_ rate: Rate) -> EstimatedNumber? {
      liveTime.flatMap { rate.estimate(liveTime: $0, emptyWeight: weight) }
    }
    return Background(
      process: sample.process, events: sample.events.events, rate: hertz(sample.events), others: hertz(sample.others),
      lines: sample.kept.map(hertz), added: sample.won.map(hertz))
  }

  /// All backgrounds together: errors add in squares. Processes without an event add nothing but their limits, which stand in their
  /// own rows.
  private static func sum(_ samples: [DisplacedSample], _ liveTime: Double?) -> Background {
    let weight = emptyWeight(samples.map(\.events))
    func total(_ value: (DisplacedSample) -> Rate) -> EstimatedNumber? {
      var rate = Rate()
      for sample in samples { rate.merge(value(sample)) }
      return liveTime.flatMap { rate.estimate(liveTime: $0, emptyWeight: weight) }
    }
    let lines = samples[0].kept.indices
    return Background(
      process: "all", events: samples.reduce(0) { $0 + $1.events.events }, rate: total(\.events),
      others: total(\.others), lines: lines.map { line in total { $0.kept[line] } },
      added: lines.map { line in total { $0.won[line] } })
  }

  /// The tables as text.
  public var text: String {
    var text = ""
    for signal in signals {
      text +=
        "\(signal.process): \(signal.generated) events, \(signal.inAcceptance) with a vertex in acceptance; percent\n"
      var table = TextTable([
        ("line", .left), ("of generated", .right), ("won", .right), ("of accepted", .right), ("won", .right),
      ])
      for line in signal.lines {
        table.add([
          line.name, NumberText.percent(line.efficiency.generated), NumberText.percent(line.won.generated),
          NumberText.percent(line.efficiency.inAcceptance), NumberText.percent(line.won.inAcceptance),
        ])
      }
      table.rule()
      table.add([
        "all other lines", NumberText.percent(signal.others.generated), "",
        NumberText.percent(signal.others.inAcceptance),
      ])
      text += table.text + "\n"
      for curve in signal.curves { text += Self.text(curve) + "\n" }
    }
    guard !backgrounds.isEmpty else { return text }
    text += "rates in Hz, and in the second row what is added to the other lines\n"
    var table = TextTable(
      [("process", .left), ("events", .right)] + lines.map { ($0, .right) } + [("all other lines", .right)])
    for background in backgrounds {
      if background.process == "all" { table.rule() }
      table.add(
        [background.process, NumberText.count(background.events)] + background.lines.map { NumberText.estimate($0) }
          + [NumberText.estimate(background.others)])
      table.add(["  added", ""] + background.added.map { NumberText.estimate($0) })
    }
    return text + table.text
  }

  private static func text(_ curve: Curve) -> String {
    var table = TextTable([
      (curve.quantity, .left), ("events", .right), ("displaced lines", .right), ("all other lines", .right),
      ("won", .right),
    ])
    for bin in curve.bins where bin.events > 0 {
      table.add([
        "\(NumberText.significant(bin.low, 3)) to \(NumberText.significant(bin.high, 3))",
        NumberText.count(bin.events), NumberText.percent(bin.lines.last ?? nil), NumberText.percent(bin.others),
        NumberText.percent(bin.won),
      ])
    }
    return table.text
  }
}
