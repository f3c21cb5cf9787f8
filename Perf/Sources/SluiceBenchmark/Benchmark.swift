import ArgumentParser
import Foundation

/// Measures what the project promises to be fast, each beside a partner in the same run.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sluice-benchmark",
    abstract: "Times Sluice beside its partners in C and Python. Read ratios: machines are noisy.")

  @Option(help: "Measure only benchmarks whose group is named; may be given several times.")
  var only: [String] = []

  @Option(help: "How often each is run after a warm-up.")
  var runs = 7

  @Option(help: "Write the measurements as JSON to FILE.")
  var json: String?

  func run() throws {
    let groups: [(String, (Int) throws -> [Measurement])] = [
      ("arrow", measureArrow), ("link", measureLink), ("menu", { try measureMenu($0) + measureLogic($0) }),
      ("simulation", measureSimulation),
      ("level1", measureLevel1), ("trigger", measureTrigger), ("replay", measureReplay),
      ("fits", measureFits), ("monitor", measureMonitor),
    ]
    for name in only where !groups.contains(where: { $0.0 == name }) {
      throw ValidationError("no group '\(name)'; there are \(groups.map(\.0).joined(separator: ", "))")
    }
    var all: [Measurement] = []
    print(
      "load average \(loadAverage()), \(ProcessInfo.processInfo.activeProcessorCount) processors, \(runs) runs each\n")
    print(row("benchmark", "best", "median", "per second", "ratio", "to partner"))
    for (name, measure) in groups where only.isEmpty || only.contains(name) {
      for measurement in try measure(runs) {
        all.append(measurement)
        print(
          row(
            measurement.name, time(measurement.nanoseconds) + " / \(measurement.unit)", time(measurement.median),
            String(format: "%.3g", measurement.perSecond), measurement.ratio.map { String(format: "%.2f", $0) } ?? "",
            measurement.partner ?? ""))
        if let note = measurement.note { print("    \(note)") }
      }
    }
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(all).write(to: URL(filePath: json))
    }
  }

  private func row(_ cells: String...) -> String {
    let widths = [44, 22, 10, 11, 7, 0]
    return zip(cells, widths).map { cell, width in
      cell + String(repeating: " ", count: max(0, width - cell.count))
    }.joined(separator: " ")
  }

  private func time(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1e3: String(format: "%.1f ns", nanoseconds)
    case ..<1e6: String(format: "%.2f us", nanoseconds / 1e3)
    default: String(format: "%.2f ms", nanoseconds / 1e6)
    }
  }

  private func loadAverage() -> String {
    var loads = [Double](repeating: 0, count: 1)
    return getloadavg(&loads, 1) == 1 ? String(format: "%.2f", loads[0]) : "unknown"
  }
}
