import EventModel
import Foundation
import Level1
import Statistics
import Testing

/// Every input bit of the reference on the same gun here, and the pages that say so.
@Suite("Reference of input bits")
struct ReferenceTableTests {
  /// Events with a bit set, of how many.
  private func count(
    _ bit: String, in sample: Result<ReferenceTests.Sample, any Error> = ReferenceTests.gun
  ) throws -> (passed: Int, all: Int)? {
    guard let position = InputBit.position(bit), InputBit.all[position].status == .built else { return nil }
    let sample = try sample.get()
    return sample.efficiency { sample.bit(bit, $0) }
  }

  /// Difference from the reference in standard deviations of both; one event at least counts as one.
  private func deviations(_ result: (passed: Int, all: Int), _ reference: Double) -> Double {
    let fraction = Double(result.passed) / Double(result.all)
    let mean = (fraction * Double(result.all) + reference * Double(ReferenceTable.events))
    let share = mean / Double(result.all + ReferenceTable.events)
    let spread = max(share * (1 - share), 1 / Double(ReferenceTable.events))
    // The reference is rounded to a thousandth.
    let variance = spread * (1 / Double(result.all) + 1 / Double(ReferenceTable.events)) + 1e-6 / 12
    return (fraction - reference) / variance.squareRoot()
  }

  /// Within 5 % of all events, given the statistics of both.
  private func agrees(_ result: (passed: Int, all: Int), _ reference: Double) -> Bool {
    let fraction = Double(result.passed) / Double(result.all)
    let variance =
      max(reference * (1 - reference), 0.001) * (1 / Double(result.all) + 1 / Double(ReferenceTable.events))
    return abs(fraction - reference) < 0.05 + 2 * variance.squareRoot()
  }

  @Test("agree within 5 % of all events, or the page says why not")
  func bits() throws {
    for (bit, reference) in ReferenceTable.rows {
      guard let result = try count(bit) else { continue }
      let hasNote = !ReferenceTable.mark(bit).isEmpty
      #expect(agrees(result, reference) || hasNote, "\(bit): \(result), reference \(reference)")
      // A note of its own is due, too, where the statistics leave no doubt that small fractions differ.
      #expect(abs(deviations(result, reference)) < 5 || hasNote, "\(bit): \(result), reference \(reference)")
    }
    for note in ReferenceTable.notes {
      for bit in note.bits { #expect(ReferenceTable.rows.contains { $0.bit == bit }) }
    }
  }

  @Test("agree within 5 % of all events with 2 % of the chamber's front-end boards dead, all but ty_0")
  func deadBoards() throws {
    var apart: [String] = []
    for (bit, reference) in ReferenceTable.rows {
      guard let result = try count(bit, in: ReferenceTests.deadBoards) else { continue }
      if !agrees(result, reference) { apart.append(bit) }
      // Dead boards take segments away; what else is lost or gained is a handful of events.
      let whole = try #require(try count(bit))
      if bit == "ti" || bit == "track" { #expect(result.passed < whole.passed, "\(bit)") }
      #expect(result.passed < whole.passed + 15, "\(bit): \(result.passed) of \(whole.passed)")
    }
    #expect(apart == ["ty_0"], "\(apart)")
  }

  /// The difference as the page shows it.
  private func difference(_ result: (passed: Int, all: Int), _ reference: Double) -> String {
    let text = String(format: "%+.1f", deviations(result, reference))
    return agrees(result, reference) ? text : "**\(text)**"
  }

  private func page() throws -> String {
    let sample = try ReferenceTests.gun.get()
    var page = """
      # Input bits of a particle gun, and the experiment's own simulation

      \(sample.count) single electrons and muons, half each, of both charges; transverse momentum flat from 0.5 to 3 GeV, polar angle flat
      from 35 to 127 degrees, z flat within 20 cm, no background. The reference is the same gun (5000 events) in the experiment's
      simulation (basf2, validation of the trigger). Fractions of all events; intervals are Clopper-Pearson at 68 %. Differences are
      in standard deviations of both. **Bold** are differences of more than 5 % of all events beyond twice the statistical error; letters are
      notes below. Nothing was tuned to this table. Written by `make tables`; a test holds the counts to it.

      *Dead boards*: the same events with 2 % of the chamber's front-end boards switched off, six of 299, others in each fifth of the events.

      | bit | events | here | reference | difference | dead boards | difference | note |
      |---|---|---|---|---|---|---|---|

      """
    for (bit, reference) in ReferenceTable.rows {
      let value = String(format: "%.3f", reference)
      guard let result = try count(bit) else {
        page += "| `\(bit)` | - | not built | \(value) | | | | |\n"
        continue
      }
      let estimate = try #require(Efficiency(passed: result.passed, total: result.all).estimate())
      let interval = String(format: "%.4f (%.4f to %.4f)", estimate.value, estimate.low, estimate.high)
      let dead = try #require(try count(bit, in: ReferenceTests.deadBoards))
      let share = String(format: "%.4f", Double(dead.passed) / Double(dead.all))
      page += "| `\(bit)` | \(result.passed) | \(interval) | \(value) | \(difference(result, reference)) | "
      page += "\(share) | \(difference(dead, reference)) | \(ReferenceTable.mark(bit)) |\n"
    }
    for note in ReferenceTable.notes { page += "\n\(note.mark). \(note.text)\n" }
    return page
  }

  private var folder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Documentation")
  }

  @Test("stand in the page of the reference as they are now")
  func referencePage() throws {
    let file = folder.appending(path: "level1-reference.md")
    let page = try page()
    if ProcessInfo.processInfo.environment["SLUICE_WRITE_TABLES"] != nil {
      try page.write(to: file, atomically: true, encoding: .utf8)
    }
    let committed = try String(contentsOf: file, encoding: .utf8)
    // The simulation uses the system's mathematical functions: another machine may count an event more or less.
    func counts(_ text: String) -> [Int?] {
      text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
        let columns = line.split(separator: "|")
        return columns.count > 1 ? Int(columns[1].trimmingCharacters(in: .whitespaces)) : nil
      }
    }
    let (now, then) = (counts(page), counts(committed))
    #expect(now.count == then.count && now.count == ReferenceTable.rows.count)
    for (index, pair) in zip(now, then).enumerated() {
      let bit = ReferenceTable.rows[index].bit
      #expect((pair.0 == nil) == (pair.1 == nil), "\(bit): make tables writes the page anew")
      guard let now = pair.0, let then = pair.1 else { continue }
      #expect(
        abs(now - then) <= 3 + then / 200, "\(bit): \(now) events, the page says \(then); make tables writes it anew")
    }
  }

  @Test("stand in the page of all input bits as the code has them")
  func inputPage() throws {
    let file = folder.appending(path: "level1-inputs.md")
    if ProcessInfo.processInfo.environment["SLUICE_WRITE_TABLES"] != nil {
      try InputBit.documentation.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == InputBit.documentation, "make tables writes the page anew")
  }
}
