import SignalMonitor
import TriggerStudies

extension ReplayReport {
  /// The whole report as tables for a terminal.
  public var text: String {
    headText + menuReport.text + (level1Time?.text ?? "") + (runningConditions?.text ?? "") + latencyText + fitText
      + ledgerText
  }

  private var headText: String {
    var text = "Menu \(provenance.menu) (\(provenance.menuHash.prefix(12))) on \(NumberText.count(run.events)) events"
    text += " from \(provenance.inputs.count) stream\(provenance.inputs.count == 1 ? "" : "s")\n"
    if let luminosity = run.luminosity {
      text += "  luminosity \(NumberText.significant(luminosity, 3))e34 /cm2/s"
      text += run.liveTime.map { ", live time \(NumberText.significant($0, 4)) s" } ?? ""
      // Beam background has a process of its own; without it rates are those of collisions alone.
      let hasBackground = efficiency.contains { $0.process == "zero_bias" }
      text += hasBackground ? "\n" : "; no zero_bias windows: beam background alone is not in the rates\n"
    }
    text += "  \(NumberText.count(run.accepted)) accepted; \(NumberText.significant(run.wallTime, 3)) s, "
    text += "\(NumberText.count(Int(run.eventsPerSecond))) events/s with \(provenance.workers) "
    text += "worker\(provenance.workers == 1 ? "" : "s")\n\n"
    return text
  }

  /// Quantiles of every stage.
  private var latencyText: String {
    guard !latency.isEmpty else { return "" }
    var text = "Latency by the event's own clock, pace \(provenance.pace)"
    text += provenance.pace == "max" ? " (an event is due when the source takes it up)\n" : "\n"
    var table = TextTable([
      ("stage", .left), ("p50", .right), ("p90", .right), ("p99", .right), ("p99.9", .right), ("max", .right),
      ("events", .right),
    ])
    func duration(_ microseconds: Double?) -> String {
      microseconds.map { NumberText.duration(nanoseconds: UInt64(max(0, $0 * 1000))) } ?? "–"
    }
    for stage in latency {
      if stage.stage == "total" { table.rule() }
      table.add([
        stage.stage, duration(stage.p50), duration(stage.p90), duration(stage.p99), duration(stage.p999),
        duration(stage.maximum), NumberText.count(stage.events),
      ])
    }
    return text + table.text + "\n"
  }

  /// The most significant hypothesis of every channel.
  private var fitText: String {
    guard !fits.isEmpty else { return "" }
    var text = "Searches: the largest excess of each (local significance: valid for one look at one mass)\n"
    text += "  spectra count events as recorded, without weights: a stream enriched with signal shows more of it\n"
    var table = TextTable([
      ("channel", .left), ("candidates", .right), ("at", .right), ("yield", .right), ("local Z", .right),
      ("anytime p", .right), ("upper limit", .right), ("CL", .right), ("hypotheses", .right), ("refused", .right),
    ])
    // Channels without a candidate get no line of their own: there are many.
    for fit in fits where fit.inRange > 0 {
      for region in fit.regions {
        table.add([
          "\(fit.channel): \(region.name)", region.candidates.map(NumberText.count) ?? "hidden", "–",
          NumberText.estimate(region.yield), (region.localSignificance).map { NumberText.significant($0, 3) } ?? "–",
          anytime(fit), (region.upperLimit).map { NumberText.significant($0.value, 3) } ?? "–",
          "\(NumberText.significant(100 * fit.confidence, 3)) %", "–", "–",
        ])
      }
      guard fit.regions.isEmpty else { continue }
      let largest = fit.hypotheses.first {
        $0.mass == fit.summary.largestMass && $0.localSignificance == fit.summary.largestLocalSignificance
      }
      table.add([
        fit.channel, NumberText.count(fit.inRange),
        largest.map { "\(NumberText.significant($0.mass, 5)) \(fit.unit)" } ?? "–", NumberText.estimate(largest?.yield),
        (largest?.localSignificance).map { NumberText.significant($0, 3) } ?? "–", anytime(fit),
        (largest?.upperLimit).map { NumberText.significant($0.value, 3) } ?? "–",
        "\(NumberText.significant(100 * fit.confidence, 3)) %", "\(fit.summary.hypotheses)", "\(fit.summary.refused)",
      ])
    }
    text += table.text + watchText + injectedText
    let idle = fits.filter { $0.inRange == 0 }.map(\.channel)
    if !idle.isEmpty { text += Self.wrapped("  without a candidate: ", idle) }
    return text + "\n"
  }

  /// The probability that a watched channel ever shows as much without signal.
  private func anytime(_ fit: ChannelResult) -> String {
    guard let watch = fit.watch else { return "–" }
    return NumberText.significant(watch.probability, 2) + (watch.alarmEvents == nil ? "" : " alarm")
  }

  /// What the fits made of injected signals.
  private var injectedText: String {
    guard let injected else {
      return fits.first?.injected.map { "  injected signal: \($0): these results say nothing of nature\n" } ?? ""
    }
    var text = "  injected signal: these results say nothing of nature\n"
    for signal in injected {
      text += "    \(signal.injection): \(NumberText.count(signal.produced)) events, \(signal.selected) selected"
      text += signal.expected.map { ", \(NumberText.significant($0, 3)) expected in the fit" } ?? ""
      text += signal.yield.map { ", found \(NumberText.estimate($0))" } ?? ", no fit"
      text += (signal.pull.map { ", pull \(NumberText.significant($0, 2))" } ?? "") + "\n"
    }
    return text
  }

  /// What watching all channels together gave.
  private var watchText: String {
    guard let watch else { return "" }
    var text = "  anytime p: that background ever shows as much, at most, at any mass of the channel and any of "
    text += "\(watch.looks) looks\n"
    text += "  all \(watch.hypotheses) channels together: p = \(NumberText.significant(watch.probability, 2)), "
    text += watch.alarmEvents.map { "alarm after \(NumberText.count($0)) events" } ?? "no alarm"
    text += " (claim \(NumberText.significant(watch.claim, 3)))\n"
    guard let planned = watch.planned else { return text }
    text += "  planned to end after \(NumberText.count(planned.events)) events: "
    text += planned.probability.map { "p = \(NumberText.significant($0, 2))" } ?? "void, the run went on"
    return text + "\n"
  }

  /// Names with commas, on lines that fit a terminal.
  private static func wrapped(_ start: String, _ names: [String]) -> String {
    var text = start
    var width = start.count
    for (index, name) in names.enumerated() {
      let word = name + (index + 1 < names.count ? ", " : "")
      if width + word.count > 118, index > 0 {
        text += "\n    "
        width = 4
      }
      text += word
      width += word.count
    }
    return text.split(separator: "\n").map { $0.hasSuffix(" ") ? $0.dropLast() : $0 }.joined(separator: "\n") + "\n"
  }

  /// What became of every event.
  private var ledgerText: String {
    // A column of its own only where there is something in it.
    let showsSetAside = ledger.stages.contains { $0.setAside > 0 }
    var table = TextTable(
      [("stage", .left), ("in", .right), ("passed", .right), ("rejected", .right), ("vetoed", .right)]
        + (showsSetAside ? [("set aside", .right)] : []) + [("failed", .right), ("in flight", .right)])
    for stage in ledger.stages {
      let counts =
        [stage.entered, stage.passed, stage.rejected, stage.vetoed] + (showsSetAside ? [stage.setAside] : [])
        + [stage.failed, stage.inFlight]
      table.add([stage.stage] + counts.map(NumberText.count))
    }
    var text = "Ledger\n" + table.text
    text += "  run \(run.condition): \(NumberText.count(run.events)) events in, "
    text += "\(ledger.unaccounted) unaccounted\n"
    for reason in run.reasons {
      text += "  \(reason)\n"
    }
    text += setAsideText + farmText
    text += "  decisions \(run.decisionHash)\n"
    return text
  }

  /// Events that nobody looked at, and why: the first of them one by one.
  private var setAsideText: String {
    guard let setAside = run.setAside else { return "" }
    let detectors = setAside.byDetector.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \(NumberText.count($0.value))" }.joined(separator: ", ")
    var text = "  \(NumberText.count(setAside.events)) set aside for a fragment that no detector can have sent: "
    text += "\(detectors)\n"
    for example in setAside.first {
      text += "    event \(example.event): hit \(example.hit) of column '\(example.column)' is \(example.found), "
      text += "expected \(example.expected)\n"
    }
    if setAside.events > setAside.first.count { text += "    …\n" }
    return text
  }

  /// Workers that were lost; nothing in a run without any.
  private var farmText: String {
    guard !farm.lost.isEmpty || !farm.setAside.isEmpty else { return "" }
    var text = "  \(NumberText.count(farm.lost.count)) workers lost; \(NumberText.count(farm.batchesReturned)) batches "
    text += "with \(NumberText.count(farm.eventsReturned)) events went to others, "
    text += "\(NumberText.count(farm.duplicateResults)) results came twice and count once\n"
    for loss in farm.lost.prefix(10) { text += "    \(loss.worker) \(loss.cause.rawValue)\n" }
    if farm.lost.count > 10 { text += "    …\n" }
    for batch in farm.setAside {
      text += "  \(NumberText.count(batch.events)) events from \(batch.firstEvent) on are in errors.arrow: "
      text += "\(batch.reason)\n"
    }
    return text
  }
}
