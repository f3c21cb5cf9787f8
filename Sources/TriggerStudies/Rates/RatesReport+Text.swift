import Statistics

extension RatesReport {
  /// The rates as tables for a terminal.
  public var text: String { headText + lineText + processText + expressionText }

  private var headText: String {
    var parts: [String] = []
    if let luminosity = conditions.luminosity {
      parts.append("luminosity \(NumberText.significant(luminosity, 3))e34 /cm2/s")
    }
    if let background = conditions.background {
      parts.append("background \(NumberText.significant(background, 3))")
    }
    if let time = conditions.liveTime { parts.append("live time \(NumberText.significant(time, 4)) s") }
    var text = "Level 1: rates in Hz" + (parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")) + "\n"
    if conditions.liveTime == nil {
      text += "  no live time is known, so that there are no rates: event counts stand instead\n"
    }
    if !processes.contains(where: { Self.backgroundProcesses.contains($0.process) }) {
      text += "  no zero_bias windows: beam background alone is not in the rates\n"
    }
    return text
  }

  private var lineText: String {
    var table = TextTable([
      ("line", .left), ("prescale", .right), ("before prescale", .right), ("after prescale", .right),
      ("physics", .right), ("background", .right), ("unique", .right), ("share", .right), ("nb", .right),
    ])
    for line in level1 where line.masked == nil {
      let after = line.afterPrescale
      let head = [
        line.line, NumberText.prescale(line.prescale), cell(line.beforePrescale.all, line.beforePrescale.events),
      ]
      guard line.prescale > 0 else {
        table.add(head)
        continue
      }
      table.add(
        head + [
          cell(after.all, after.events), cell(after.physics), cell(after.background), cell(line.unique),
          line.share.map { "\(NumberText.significant(100 * $0, 2)) %" } ?? "–", cell(line.crossSection),
        ])
    }
    table.rule()
    table.add([
      "any line", "", "", cell(total.rate.all, total.rate.events), cell(total.rate.physics),
      cell(total.rate.background), "", "", "",
    ])
    var text = table.text
    if let budget = conditions.budget {
      let verdict = total.withinBudget.map { $0 ? "within" : "OVER" } ?? "not compared with"
      text += "  \(verdict) the budget of \(NumberText.significant(budget / 1000, 3)) kHz\n"
    }
    let masked = level1.filter { $0.masked != nil && $0.prescale > 0 }.map(\.line)
    if !masked.isEmpty {
      text += "  masked since inputs are not built, and not in the total: \(masked.joined(separator: ", "))\n"
    }
    return text + "  after prescale: each firing of a line counts as 1/prescale\n\n"
  }

  private var processText: String {
    var table = TextTable([
      ("process", .left), ("events", .right), ("rate", .right), ("kept", .right), ("efficiency, %", .right),
    ])
    for process in processes {
      table.add([
        process.process, NumberText.count(process.events),
        process.rate.map { NumberText.significant($0, 4) } ?? "–", cell(process.kept),
        NumberText.percent(process.efficiency),
      ])
    }
    return "Processes: rates in Hz before and after level 1\n" + table.text + "\n"
  }

  private var expressionText: String {
    guard !expressions.isEmpty else { return "" }
    var table = TextTable([("expression", .left), ("rate", .right), ("physics", .right), ("background", .right)])
    for combination in expressions {
      let rate = combination.beforePrescale
      table.add([combination.expression, cell(rate.all, rate.events), cell(rate.physics), cell(rate.background)])
    }
    return "Combinations of lines, before prescale, in Hz\n" + table.text + "\n"
  }

  /// Efficiencies: a row for each line and combination, a column for each process.
  public var efficiencyText: String {
    var text = ""
    let method = processes.first?.lineEfficiency.values.first?.method ?? ""
    // As many processes side by side as a terminal of ordinary width takes.
    for start in stride(from: 0, to: processes.count, by: 5) {
      let shown = Array(processes[start..<min(start + 5, processes.count)])
      var table = TextTable([("line", .left)] + shown.map { ($0.process, .right) })
      for line in level1 where line.masked == nil {
        table.add([line.line] + shown.map { NumberText.percent($0.lineEfficiency[line.line]) })
      }
      if !expressions.isEmpty { table.rule() }
      for combination in expressions {
        table.add([combination.expression] + shown.map { NumberText.percent(combination.efficiency[$0.process]) })
      }
      table.rule()
      table.add(["any line, after prescale"] + shown.map { NumberText.percent($0.efficiency) })
      table.add(["events"] + shown.map { NumberText.count($0.events) })
      text += table.text + "\n"
    }
    return "Level 1: efficiency in percent of generated events (\(method)); lines before prescale\n" + text
  }

  private func cell(_ number: EstimatedNumber?, _ events: Int? = nil) -> String {
    if conditions.liveTime == nil, let events { return "\(NumberText.count(events)) events" }
    return NumberText.estimate(number)
  }
}

extension RatesReport {
  /// The lines as comma-separated values: a header, a row for each line that is not masked, a last row for all together.
  /// Numbers that cannot be given are empty.
  public var commaSeparatedValues: String {
    let quantities = ["before", "after", "after_physics", "after_background", "unique"]
    var rows = [
      (["line", "prescale"] + quantities.flatMap { ["\($0)_hz", "\($0)_low", "\($0)_high"] } + ["share"])
        .joined(separator: ",")
    ]
    func cells(_ number: EstimatedNumber?) -> [String] {
      guard let number else { return ["", "", ""] }
      return ["\(number.value)", "\(number.low)", "\(number.high)"]
    }
    for line in level1 where line.masked == nil {
      let numbers = [
        line.beforePrescale.all, line.afterPrescale.all, line.afterPrescale.physics, line.afterPrescale.background,
        line.unique,
      ]
      let share = line.share.map { "\($0)" } ?? ""
      rows.append(
        ([line.line, NumberText.prescale(line.prescale)] + numbers.flatMap(cells) + [share]).joined(separator: ","))
    }
    let numbers = [nil, total.rate.all, total.rate.physics, total.rate.background, nil]
    rows.append((["any line", ""] + numbers.flatMap(cells) + [""]).joined(separator: ","))
    return rows.joined(separator: "\n") + "\n"
  }
}
