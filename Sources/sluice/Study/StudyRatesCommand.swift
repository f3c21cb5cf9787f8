import ArgumentParser
import Foundation
import Online
import TriggerStudies

/// `sluice study rates`: rates of level-1 lines, physics and background apart.
struct StudyRatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rates",
    abstract: "Rates of level-1 lines before and after prescale, physics and background apart, with errors.",
    discussion: """
      From the verdicts of a replay; or from recorded streams, which level 1 alone then decides inside this process; or \
      from a mixture that is simulated now. Prescales count as probabilities, so that no counter's phase enters the rates.
      """)

  @OptionGroup var options: RateStudyOptions

  @Option(help: "Write the lines as comma-separated values to FILE.", completion: .file())
  var csv: String?

  @OptionGroup var json: JSONOption

  @Flag(help: "Exit status 1 when level 1 is over its budget.")
  var strict = false

  func validate() throws {
    if let csv { try OutputError.check(csv, option: "--csv") }
  }

  func run() throws {
    let outcome = try options.study()
    let report = RatesReport(outcome.study, outcome.conditions)
    if !json.takesStandardOutput { print("\(outcome.heading)\n\(report.text)", terminator: "") }
    if let csv { try OutputError.write(Data(report.commaSeparatedValues.utf8), to: csv) }
    try json.write(StudyDocument(outcome, report))
    if strict, report.total.withinBudget == false {
      throw RunFailure("level 1 is over its budget: \(NumberText.estimate(report.total.rate.all)) Hz")
    }
  }
}

/// `sluice study efficiency`: on which part of each process the lines fire.
struct StudyEfficiencyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "efficiency",
    abstract: "Fractions of each process on which level-1 lines and combinations of them fire, before prescale.",
    discussion: "The denominator is every generated event of a process. Inputs as for sluice study rates.")

  @OptionGroup var options: RateStudyOptions

  @OptionGroup var json: JSONOption

  func run() throws {
    let outcome = try options.study()
    let report = RatesReport(outcome.study, outcome.conditions)
    if !json.takesStandardOutput { print("\(outcome.heading)\n\(report.efficiencyText)", terminator: "") }
    try json.write(StudyDocument(outcome, report))
  }
}

extension RateStudyOptions.Outcome {
  /// What the study was made from, one line.
  var heading: String {
    let events = study.processes.values.reduce(0) { $0 + $1.total.events }
    return "Menu \(provenance.menu) (\(provenance.menuHash.prefix(12))), \(source), \(NumberText.count(events)) events"
  }
}

/// The machine form of a study of lines.
struct StudyDocument: Encodable {
  let schemaVersion = 1
  let provenance: Provenance
  let source: String
  let rates: RatesReport

  init(_ outcome: RateStudyOptions.Outcome, _ report: RatesReport) {
    provenance = outcome.provenance
    source = outcome.source
    rates = report
  }

  enum CodingKeys: String, CodingKey {
    case provenance, source, rates
    case schemaVersion = "schema_version"
  }
}
