import Online

/// A run as stages report it, with everything in it that the page and the metrics show.
enum ExampleRun {
  /// The run after a time in s, with 20 000 events a second.
  static func status(after elapsed: Double = 10, state: RunState = .running) -> RunStatus {
    let events = Int(20_000 * elapsed)
    let vetoed = events / 100
    let level1 = events / 2
    let kept = level1 / 4
    func latency(_ stage: String, _ time: Double) -> LiveFigures.Latency {
      LiveFigures.Latency(
        stage: stage, count: events, p50: time, p90: 2 * time, p99: 4 * time, p999: 8 * time, maximum: 16 * time)
    }
    var figures = LiveFigures()
    figures.latency = [latency("level1", 0.0004), latency("hlt", 0.002), latency("total", 0.004)]
    figures.decisions = LiveFigures.decisionEdges.map { $0 < 0.004 ? 0 : $0 < 0.064 ? events * 9 / 10 : events }
    figures.decisionTime = 0.005 * Double(events)
    figures.lines = [
      LiveFigures.Line(level: "level1", line: "fff", before: events / 3, after: events / 3),
      LiveFigures.Line(level: "level1", line: "hie", before: events / 5, after: events / 10),
      LiveFigures.Line(level: "level1", line: "never", before: 0, after: 0),
      LiveFigures.Line(level: "hlt", line: "hadron", before: kept, after: kept),
    ]
    figures.deadTime = [LiveFigures.DeadTime(cause: "spacing", events: vetoed, time: elapsed / 100)]
    figures.bytesWritten = 10_000 * kept
    figures.processorTime = ["level1": 0.4 * elapsed, "hlt.0": 0.9 * elapsed]
    figures.lastVerdict = elapsed - 0.2
    return RunStatus(
      plan: "pit", menu: RunStatus.Menu(name: "low \"multiplicity\"", hash: "0123456789abcdef"), prescaleColumn: nil,
      state: state, run: 1, elapsed: elapsed,
      stages: ["source", "level1", "hlt.0", "collector"].map {
        RunStatus.Stage(stage: $0, state: state.rawValue, process: 1, silentFor: $0 == "hlt.0" ? 40 : nil)
      },
      ledger: Ledger(
        stages: [
          StageBalance(stage: "source", entered: events, passed: events),
          StageBalance(
            stage: "level1", entered: events, passed: level1, rejected: events - level1 - vetoed, vetoed: vetoed),
          StageBalance(stage: "hlt", entered: level1, passed: kept, rejected: level1 - kept - 12),
          StageBalance(stage: "collector", entered: level1, passed: kept, rejected: level1 - kept),
        ], handovers: []), figures: figures)
  }
}
