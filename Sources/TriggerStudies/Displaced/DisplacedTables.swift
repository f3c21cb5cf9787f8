import Statistics

extension DisplacedScan {
  /// The points as comma-separated values: a header, a row for each place and each of ``names``. Numbers that do not exist are empty.
  public var commaSeparatedValues: String {
    var rows = ["d0_cm,begins_at_cm,events,found,fraction,low,high"]
    for point in points {
      for (name, fraction) in zip(names, point.found) {
        let cells =
          [
            point.place.impactParameter.map { "\($0)" } ?? "", point.place.radius.map { "\($0)" } ?? "",
            "\(point.events)", name,
          ] + DisplacedReport.cells(fraction)
        rows.append(cells.joined(separator: ","))
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }
}

extension DisplacedReport {
  /// All tables as comma-separated values: a header, a row for each number. Efficiencies are fractions, rates in Hz; `bin_low` and
  /// `bin_high` are empty where nothing is binned, `line` is a line under study, `any of them`, or `all other lines`.
  public var commaSeparatedValues: String {
    var rows = ["process,quantity,line,variable,bin_low,bin_high,value,low,high"]
    func add(
      _ process: String, _ quantity: String, _ line: String, _ number: EstimatedNumber?,
      bin: (variable: String, low: Double, high: Double)? = nil
    ) {
      let borders = bin.map { [$0.variable, "\($0.low)", "\($0.high)"] } ?? ["", "", ""]
      rows.append(([process, quantity, line] + borders + Self.cells(number)).joined(separator: ","))
    }
    let others = "all other lines"
    for signal in signals {
      for line in signal.lines {
        add(signal.process, "efficiency", line.name, line.efficiency.generated)
        add(signal.process, "efficiency_in_acceptance", line.name, line.efficiency.inAcceptance)
        add(signal.process, "won", line.name, line.won.generated)
        add(signal.process, "won_in_acceptance", line.name, line.won.inAcceptance)
      }
      add(signal.process, "efficiency", others, signal.others.generated)
      add(signal.process, "efficiency_in_acceptance", others, signal.others.inAcceptance)
      for curve in signal.curves {
        for bin in curve.bins {
          let place = (variable: curve.quantity, low: bin.low, high: bin.high)
          for (line, number) in zip(lines, bin.lines) { add(signal.process, "efficiency", line, number, bin: place) }
          add(signal.process, "efficiency", others, bin.others, bin: place)
          add(signal.process, "won", lines.last ?? "", bin.won, bin: place)
        }
      }
    }
    for background in backgrounds {
      for (line, number) in zip(lines, background.lines) { add(background.process, "rate_hz", line, number) }
      for (line, number) in zip(lines, background.added) { add(background.process, "added_hz", line, number) }
      add(background.process, "rate_hz", others, background.others)
    }
    return rows.joined(separator: "\n") + "\n"
  }

  /// Value and ends of the interval of a number; empty without one.
  static func cells(_ number: EstimatedNumber?) -> [String] {
    guard let number else { return ["", "", ""] }
    return ["\(number.value)", "\(number.low)", "\(number.high)"]
  }
}
