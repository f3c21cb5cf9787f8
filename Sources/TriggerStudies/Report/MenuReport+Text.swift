import Statistics

extension MenuReport {
  /// The report as tables for a terminal.
  public var text: String { ratesText + efficiencyText + overlapText }

  /// Rates of both levels against their budgets.
  public var ratesText: String {
    var text = ""
    for (title, lines, total) in [
      ("Level 1", rates.level1, rates.level1Total), ("High-level trigger", rates.hlt, rates.hltTotal),
    ] {
      text += "\(title): rates in Hz" + (liveTime.map { ", live time \(NumberText.significant($0, 4)) s" } ?? "") + "\n"
      if liveTime == nil {
        text += "  no live time is known, so that there are no rates: event counts stand instead\n"
      }
      var table = TextTable([
        ("line", .left), ("prescale", .right), ("before prescale", .right), ("after prescale", .right),
        ("unique", .right), ("nb", .right),
      ])
      for line in lines {
        func shown(_ number: EstimatedNumber?, _ events: Int) -> String {
          line.masked == nil ? rate(number, events) : NumberText.estimate(nil)
        }
        table.add([
          line.line, NumberText.prescale(line.prescale), shown(line.beforePrescale, line.events.beforePrescale),
          shown(line.afterPrescale, line.events.afterPrescale), shown(line.unique, line.events.unique),
          NumberText.estimate(line.crossSection),
        ])
      }
      table.rule()
      table.add(["any line", "", "", rate(total.rate, total.events), "", ""])
      text += table.text + Self.maskedText(lines)
      if let budget = total.budget {
        let verdict = total.withinBudget.map { $0 ? "within" : "OVER" } ?? "not compared with"
        text += "  \(verdict) the budget of \(NumberText.significant(budget / 1000, 3)) kHz\n"
      }
      text += "\n"
    }
    return text
  }

  /// Names the lines that are switched on and could not be evaluated: their rates lack in the total.
  private static func maskedText(_ lines: [LineRate]) -> String {
    let masked = lines.filter { $0.masked != nil && $0.prescale > 0 }
    guard !masked.isEmpty else { return "" }
    var text = "  masked since inputs are not built, and not in the total:"
    var width = text.count
    for (place, line) in masked.enumerated() {
      let word = " " + line.line + (place == masked.count - 1 ? "" : ",")
      if width + word.count > 110 {
        text += "\n   "
        width = 3
      }
      text += word
      width += word.count
    }
    return text + "\n"
  }

  private func rate(_ number: EstimatedNumber?, _ events: Int) -> String {
    liveTime == nil ? "\(NumberText.count(events)) events" : NumberText.estimate(number)
  }

  /// Efficiencies: a row for each line, a column for each process.
  public var efficiencyText: String {
    let processes = efficiency.map(\.process).reduce(into: [String]()) { names, name in
      if names.last != name { names.append(name) }
    }
    guard !processes.isEmpty else { return "" }
    let method = efficiency.first?.efficiency?.method ?? ""
    var text = "Efficiency in percent of generated events (\(method)); lines before prescale\n"
    // As many processes side by side as a terminal of ordinary width takes.
    for start in stride(from: 0, to: processes.count, by: 5) {
      let shown = Array(processes[start..<min(start + 5, processes.count)])
      var table = TextTable([("line", .left)] + shown.map { ($0, .right) })
      func row(_ name: String, _ select: (LineEfficiency) -> Bool) {
        table.add(
          [name]
            + shown.map { process in
              NumberText.percent(efficiency.first { $0.process == process && select($0) }?.efficiency)
            })
      }
      for line in rates.level1 {
        row(line.line) { $0.level == "level1" && $0.line == line.line && $0.stage == "before_prescale" }
      }
      table.rule()
      row("level 1, after prescale") { $0.level == "level1" && $0.line == nil }
      table.rule()
      for line in rates.hlt {
        row(line.line) { $0.level == "hlt" && $0.line == line.line && $0.stage == "before_prescale" }
      }
      table.rule()
      row("menu, after prescale") { $0.level == "menu" }
      table.rule()
      table.add(
        ["events"]
          + shown.map { process in
            NumberText.count(efficiency.first { $0.process == process }?.total ?? 0)
          })
      text += table.text + "\n"
    }
    return text
  }

  /// The pairs of lines that have most in common.
  public var overlapText: String {
    var text = ""
    for (title, pairs, lines) in [("level-1", overlap.level1, rates.level1), ("high-level", overlap.hlt, rates.hlt)] {
      guard !pairs.isEmpty else { continue }
      let kept = Dictionary(lines.map { ($0.line, $0.events.afterPrescale) }, uniquingKeysWith: { first, _ in first })
      var table = TextTable([
        ("line", .left), ("and line", .left), ("both, Hz", .right), ("events", .right), ("of first", .right),
        ("of second", .right),
      ])
      let largest = pairs.sorted { ($0.rate?.value ?? 0, $0.events) > ($1.rate?.value ?? 0, $1.events) }
      for pair in largest.prefix(8) {
        func share(_ line: String) -> String {
          guard let all = kept[line], all > 0 else { return "–" }
          return "\(NumberText.significant(100 * Double(pair.events) / Double(all), 3)) %"
        }
        table.add([
          pair.first, pair.second, NumberText.estimate(pair.rate), NumberText.count(pair.events), share(pair.first),
          share(pair.second),
        ])
      }
      let left = pairs.count - min(pairs.count, 8)
      text +=
        "Largest overlaps of \(title) lines after prescale" + (left > 0 ? " (\(left) more pairs in the JSON)" : "")
      text += "\n" + table.text + "\n"
    }
    return text
  }
}
