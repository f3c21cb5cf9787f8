import Dashboard
import Foundation
import Online
import TestSupport
import Testing

/// The metrics against Prometheus' own checker.
@Suite("Metrics")
struct MetricsTests {
  private static let checker = PythonReferee.program("promtool")

  @Test(
    "metrics of a run pass promtool without a word", .enabled(if: FileManager.default.isExecutableFile(atPath: checker))
  )
  func promtool() throws {
    let text = RunMetrics.text(of: ExampleRun.status(), busy: ["level1": 0.4], version: "1.2")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.checker)
    process.arguments = ["check", "metrics"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let words = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(words)")
    #expect(words.isEmpty, "\(words)")
  }

  @Test("every event of the ledger is in the metrics, under the stage and what became of it")
  func ledger() {
    let text = RunMetrics.text(of: ExampleRun.status(after: 10), busy: [:], version: "1.2")
    for line in [
      "sluice_events_total{stage=\"level1\",outcome=\"passed\"} 100000",
      "sluice_events_total{stage=\"level1\",outcome=\"vetoed\"} 2000", "sluice_queue_depth{stage=\"hlt\"} 12",
      "sluice_l1_accepts_total{line=\"hie\"} 20000", "sluice_dead_time_seconds_total{cause=\"spacing\"} 0.1",
      "sluice_decision_latency_seconds_bucket{le=\"+Inf\"} 200000", "sluice_decision_latency_seconds_count 200000",
      "sluice_run_state{state=\"running\"} 1", "sluice_ledger_imbalances 0",
    ] {
      #expect(text.contains(line + "\n"), "\(line)")
    }
  }

  @Test("buckets of the decision's latency never fall")
  func buckets() {
    let text = RunMetrics.text(of: ExampleRun.status(), busy: [:], version: "1.2")
    let counts = text.split(separator: "\n").filter { $0.hasPrefix("sluice_decision_latency_seconds_bucket") }
      .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(counts.count == LiveFigures.decisionEdges.count + 1)
    #expect(counts == counts.sorted())
  }

  @Test("without a run there is the version and nothing else")
  func nothing() {
    let text = RunMetrics.text(of: nil, busy: [:], version: "1.2")
    #expect(
      text
        == "# HELP sluice_build_info What is running.\n# TYPE sluice_build_info gauge\nsluice_build_info{version=\"1.2\"} 1\n"
    )
  }

  @Test("labels are escaped, numbers are written as Prometheus reads them")
  func escapes() {
    #expect(PrometheusText.escaped("a \"menu\"\\of\ntwo lines") == "a \\\"menu\\\"\\\\of\\ntwo lines")
    #expect([3, 0.25, .infinity, -.infinity].map(PrometheusText.number) == ["3", "0.25", "+Inf", "-Inf"])
    #expect(PrometheusText.number(.nan) == "NaN")
  }
}
