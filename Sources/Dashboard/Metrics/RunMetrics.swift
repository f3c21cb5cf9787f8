import Online

/// What `/metrics` says of a run: seconds and bytes only, names with a unit, no label whose values could grow without bound.
package enum RunMetrics {
  /// The metrics of a run.
  /// - Parameters:
  ///   - status: how it is getting on; nil while nothing is known.
  ///   - busy: share of the time in which the thread of a stage had a processor.
  package static func text(of status: RunStatus?, busy: [String: Double], version: String) -> String {
    var text = PrometheusText()
    text.add("sluice_build_info", .gauge, "What is running.", [([("version", version)], 1)])
    guard let status else { return text.text }
    add(run: status, to: &text)
    add(ledger: status, to: &text)
    add(figures: status.figures, to: &text)
    text.add(
      "sluice_stage_busy_ratio", .gauge, "Share of the time in which the thread of a stage had a processor.",
      busy.sorted { $0.key < $1.key }.map { ([("stage", $0.key)], $0.value) })
    return text.text
  }

  private static func add(run status: RunStatus, to text: inout PrometheusText) {
    text.add(
      "sluice_run_info", .gauge, "The run, and the menu that it goes through.",
      [
        (
          [
            ("plan", status.plan), ("menu", status.menu.name), ("menu_hash", status.menu.hash),
            ("prescale_column", status.prescaleColumn ?? ""),
          ], 1
        )
      ])
    text.add("sluice_run_state", .gauge, "The state of the run.", [([("state", status.state.rawValue)], 1)])
    text.add("sluice_run_elapsed_seconds", .gauge, "Time since the run began.", [([], status.elapsed)])
    if let age = status.dataAge {
      text.add("sluice_data_age_seconds", .gauge, "Time since the last verdict was collected.", [([], age)])
    }
    text.add(
      "sluice_stage_up", .gauge, "1 while a stage is alive.",
      status.stages.map { ([("stage", $0.stage)], $0.state == "lost" || $0.state == "failed" ? 0 : 1) })
    text.add(
      "sluice_stage_silence_seconds", .gauge, "Time since something was last heard of a stage's process.",
      status.stages.compactMap { stage in stage.silentFor.map { ([("stage", stage.stage)], $0 / 1000) } })
    text.add(
      "sluice_workers_lost_total", .counter, "Workers of the high-level trigger that were lost.",
      [([], Double(status.farm.lost.count))])
    text.add(
      "sluice_events_returned_total", .counter, "Events that went to another worker because the first was lost.",
      [([], Double(status.farm.eventsReturned))])
    text.add(
      "sluice_stray_messages_total", .counter, "Messages of nobody the run knows, or without meaning.",
      [([], Double(status.farm.strayMessages))])
  }

  private static func add(ledger status: RunStatus, to text: inout PrometheusText) {
    let stages = status.ledger
    text.add(
      "sluice_events_entered_total", .counter, "Events that entered a stage.",
      stages.map { ([("stage", $0.stage)], Double($0.entered)) })
    text.add(
      "sluice_events_total", .counter, "Events that left a stage, by what became of them.",
      stages.flatMap { stage in
        [
          ("passed", stage.passed), ("rejected", stage.rejected), ("vetoed", stage.vetoed),
          ("set_aside", stage.setAside), ("failed", stage.failed),
        ].map { ([("stage", stage.stage), ("outcome", $0.0)], Double($0.1)) }
      })
    text.add(
      "sluice_queue_depth", .gauge, "Events that entered a stage and have not left it.",
      stages.map { ([("stage", $0.stage)], Double($0.inFlight)) })
    text.add(
      "sluice_ledger_imbalances", .gauge, "Places where the ledger does not add up; must be 0.",
      [([], Double(status.imbalances.count))])
  }

  private static func add(figures: LiveFigures, to text: inout PrometheusText) {
    func lines(_ level: String, _ count: KeyPath<LiveFigures.Line, Int>) -> [PrometheusText.Sample] {
      figures.lines.filter { $0.level == level }.map { ([("line", $0.line)], Double($0[keyPath: count])) }
    }
    text.add(
      "sluice_l1_fired_total", .counter, "Events that fulfilled the condition of a level-1 line.",
      lines("level1", \.before))
    text.add(
      "sluice_l1_accepts_total", .counter, "Events that a level-1 line kept after its prescale.",
      lines("level1", \.after))
    text.add(
      "sluice_hlt_accepts_total", .counter, "Events that a line of the high-level trigger kept.", lines("hlt", \.after))
    text.add(
      "sluice_dead_time_seconds_total", .counter, "Time of the events in which no trigger would have been read out.",
      figures.deadTime.map { ([("cause", $0.cause)], $0.time) })
    text.add(
      "sluice_stage_busy_seconds_total", .counter, "Processor time of a stage's thread.",
      figures.processorTime.sorted { $0.key < $1.key }.map { ([("stage", $0.key)], $0.value) })
    text.add(
      "sluice_stored_bytes_total", .counter, "Bytes of accepted events and verdicts written.",
      [([], Double(figures.bytesWritten))])
    if let total = figures.latency.first(where: { $0.stage == "total" }), !figures.decisions.isEmpty {
      text.add(
        "sluice_decision_latency_seconds", "Time from an event's intended arrival to its verdict.",
        buckets: Array(zip(LiveFigures.decisionEdges, figures.decisions)).map { (edge: $0.0, count: $0.1) },
        count: total.count, sum: figures.decisionTime)
    }
    text.add(
      "sluice_stage_latency_seconds", .summary, "Time that events spend in a stage.",
      figures.latency.flatMap { latency in
        [("0.5", latency.p50), ("0.9", latency.p90), ("0.99", latency.p99), ("0.999", latency.p999)].map {
          ([("stage", latency.stage), ("quantile", $0.0)], $0.1)
        }
      })
  }
}
