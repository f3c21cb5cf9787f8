import Foundation
import SignalMonitor
import Statistics

/// The text of a fitted channel.
struct FitReport {
  let result: ChannelResult

  /// Hypotheses worth a line: the largest excesses that are not neighbours of a larger one.
  func leading(_ count: Int) -> [HypothesisResult] {
    let ranked = result.hypotheses.filter { ($0.localSignificance ?? .nan).isFinite }
      .sorted { ($0.localSignificance ?? 0) > ($1.localSignificance ?? 0) }
    var chosen: [HypothesisResult] = []
    for hypothesis in ranked where chosen.count < count {
      let isApart = chosen.allSatisfy { abs($0.mass - hypothesis.mass) > 4 * $0.resolution }
      if isApart { chosen.append(hypothesis) }
    }
    return chosen
  }

  /// Counts, the largest excess, and a table of hypotheses.
  func lines(_ hypotheses: [HypothesisResult]) -> [String] {
    let summary = result.summary
    var lines = [
      "\(result.channel): \(result.title) (version \(result.version), definition \(result.definition))",
      "  \(result.method), state: \(result.state)\(result.blinding.map { ", \($0)" } ?? "")",
      "  \(result.events) events, \(result.candidates) candidates, \(result.selected) selected: "
        + "\(result.inRange) in range, \(result.below) below, \(result.above) above, \(result.undefined) undefined",
    ]
    if let network = result.network {
      let drift = network.drift
      lines.append(
        "  network \(network.file): \(network.passed) passed, \(network.rejected) rejected, \(network.undefined) undefined; "
          + (drift.alarm ? "INPUTS DRIFT" : "no drift of inputs seen")
          + " (evidence 10^\(number(drift.evidence, 3)), alarm from 10^\(number(-log10(drift.falseAlarmRate), 2)))")
    }
    if let injected = result.injected {
      lines.append("  injected signal: \(injected): this result says nothing of nature")
    }
    for region in result.regions { lines += self.lines(region) }
    if result.hypotheses.isEmpty, result.emptyHypotheses == nil { lines += watchLines }
    guard !result.hypotheses.isEmpty || result.emptyHypotheses != nil else { return lines }
    lines.append(
      "  \(summary.hypotheses) hypotheses: \(summary.fitted) by likelihood, \(summary.counted) by counting, "
        + "\(summary.refused) refused")
    if let empty = result.emptyHypotheses, empty > 0 {
      let limit = result.emptyHypothesis?.upperLimit.map { ", limit \(number($0.value, 3)) each" } ?? ""
      lines.append("  \(empty) more without a candidate in window or ring\(limit)")
    }
    for (reason, count) in refusals { lines.append("    refused \(count): \(reason)") }
    if let mass = summary.largestMass, let z = summary.largestLocalSignificance {
      var text = "  largest excess at \(number(mass, 5)) \(result.unit): local significance \(number(z, 3)) sigma"
      text += " (one look, one mass)"
      if let global = summary.globalProbability { text += ", anywhere in the scan p = \(number(global, 2))" }
      lines.append(text)
    } else {
      lines.append("  no hypothesis has a significance")
    }
    lines += watchLines
    guard !hypotheses.isEmpty else { return lines }
    lines.append("")
    lines.append(
      "  " + row(["mass", "window", "method", "order", "yield", "local", "limit", "expected", "fit p"]))
    let level = percentText(result.confidence)
    lines.append("  " + row([result.unit, "candidates", "", "", "", "sigma", level, "median", ""]))
    for hypothesis in hypotheses { lines.append("  " + row(cells(hypothesis))) }
    return lines
  }

  /// What pseudo-experiments say.
  static func lines(_ study: ToyStudy) -> [String] {
    func text(_ number: EstimatedNumber) -> String {
      String(format: "%.3g +%.2g -%.2g", number.value, number.errorHigh, number.errorLow)
    }
    var lines = [
      "  \(study.name), \(study.toys) toys (seed \(study.seed)): limit \(text(study.upperLimit)), "
        + String(format: "expected %.3g, ", study.expectedLimit.median) + "p = \(text(study.probability))"
    ]
    for pulls in study.pulls {
      lines.append(
        String(format: "    signal %.4g: ", pulls.signal)
          + "pull mean \(text(pulls.mean)), width \(text(pulls.width)), "
          + "intervals hold it in \(text(pulls.coverage)), limits in \(text(pulls.limitCoverage))")
    }
    return lines
  }

  /// What watching gave: valid however often anyone looked.
  private var watchLines: [String] {
    guard let watch = result.watch else { return result.notWatched.map { ["  not watched: \($0)"] } ?? [] }
    var text = "  watched at \(watch.looks) looks, \(watch.hypotheses) hypotheses: p = \(number(watch.probability, 2))"
    if let significance = watch.significance { text += " (\(number(significance, 3)) sigma)" }
    text += ", valid at any time; "
    text += watch.alarmEvents.map { "alarm after \($0) events" } ?? "no alarm"
    text += " (claim \(number(watch.claim, 3)))"
    guard let planned = watch.planned else { return [text] }
    let plan = planned.probability.map { "p = \(number($0, 2))" } ?? "void, the run went on"
    return [text, "  planned to end after \(planned.events) events: \(plan)"]
  }

  /// A signal region: counts, significance, limit.
  private func lines(_ region: RegionResult) -> [String] {
    var text = "  \(region.name): \(region.candidates.map { "\($0) candidates" } ?? "hidden")"
    if let sidebands = region.sidebands { text += ", \(sidebands) in sidebands" }
    if let background = region.background {
      text += ", background \(number(background.value, 3)) +- \(number(background.errorHigh, 2))"
    }
    if let refusal = region.refusal { return [text + "; refused: \(refusal)"] }
    if let z = region.localSignificance { text += String(format: ", %.2f sigma (one look)", z) }
    if let limit = region.upperLimit { text += ", limit \(number(limit.value, 3)) (\(percentText(result.confidence)))" }
    if let expected = region.expectedLimit { text += ", expected \(number(expected.median, 3))" }
    let methods = (region.methods ?? []).map { "    \($0.method): \(number($0.value, 3))" }
    return [text] + methods + (region.limits ?? []).map { "    \($0.quantity) < \(number($0.observed, 3)) \($0.unit)" }
  }

  private var refusals: [(String, Int)] {
    var counts: [String: Int] = [:]
    for hypothesis in result.hypotheses where hypothesis.method == .refused {
      // The last reason decides; its numbers differ from one hypothesis to the next.
      let last = hypothesis.refusal?.components(separatedBy: "; ").last?.components(separatedBy: " (").first
      counts[last ?? "no reason", default: 0] += 1
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5).map { ($0.key, $0.value) }
  }

  private func cells(_ hypothesis: HypothesisResult) -> [String] {
    let yield = hypothesis.yield.map {
      "\(number($0.value, 3)) +\(number($0.errorHigh, 2)) -\(number($0.errorLow, 2))"
    }
    return [
      number(hypothesis.mass, 5) + (hypothesis.second.map { "/" + number($0, 4) } ?? ""), "\(hypothesis.candidates)",
      hypothesis.method.rawValue,
      hypothesis.backgroundOrder.map { "\($0)" } ?? "-", yield ?? "-",
      hypothesis.localSignificance.map { String(format: "%.2f", $0) } ?? "-",
      hypothesis.upperLimit.map { number($0.value, 3) } ?? "-",
      hypothesis.expectedLimit.map { number($0.median, 3) } ?? "-",
      hypothesis.goodness.map { number($0.probability, 2) } ?? "-",
    ]
  }

  private func row(_ cells: [String]) -> String {
    let widths = [result.emptyHypotheses == nil ? 9 : 15, 11, 11, 6, 24, 7, 9, 9, 9]
    return zip(cells, widths).map { cell, width in
      String(repeating: " ", count: max(width - cell.count, 1)) + cell
    }.joined()
  }

  private func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)g", value) }
}
