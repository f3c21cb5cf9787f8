import ArgumentParser
import Online
import TriggerStudies

/// `sluice study overlap`: what pairs of level-1 lines keep together.
struct StudyOverlapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "overlap", abstract: "Rates that pairs of level-1 lines keep together after prescale.",
    discussion: "Inputs as for sluice study rates.")

  @OptionGroup var options: RateStudyOptions

  @Option(help: "Pairs to print, the largest first; the JSON has all.")
  var rows = 30

  @OptionGroup var json: JSONOption

  func validate() throws {
    guard rows >= 0 else { throw ValidationError("--rows \(rows): expected 0 or more.") }
  }

  func run() throws {
    let outcome = try options.study(countsOverlaps: true)
    let overlaps = LineOverlaps(outcome.study, liveTime: outcome.conditions.liveTime)
    if !json.takesStandardOutput { print("\(outcome.heading)\n\(overlaps.text(rows: rows))", terminator: "") }
    try json.write(Document(provenance: outcome.provenance, source: outcome.source, overlap: overlaps.pairs))
  }

  private struct Document: Encodable {
    let schemaVersion = 1
    let provenance: Provenance
    let source: String
    let overlap: [LineOverlaps.Pair]

    enum CodingKeys: String, CodingKey {
      case provenance, source, overlap
      case schemaVersion = "schema_version"
    }
  }
}
