import Online
import Statistics
import TestSupport
import Testing

@Suite("Run plans")
struct RunPlanTests {
  private static let full = """
    plan: pit
    streams: [mumu.arrow, /data/tautau.arrow]
    menu: ../Menus/low-multiplicity.yaml
    prescale_column: physics
    channels: ../Menus/channels
    reconstruct: all
    output: output
    pace: 5000
    seed: 7
    repeat: 3
    keep_rejected: 100
    workers: 4
    batch: { events: 64, age: 2 ms }
    busy_after: 0.25 s
    patience: 5 s
    worker_limit: 30 s
    silence_limit: 800 ms
    replace_workers: no
    endpoints: { all: ipc:///run/sluice, builder: inproc, farm: "tcp://10.0.0.1:7001" }
    insecure: true
    """

  private func read(_ text: String) throws -> RunPlan { try RunPlan(yaml: Array(text.utf8), file: "plans/pit.yaml") }

  private func refusal(_ text: String) -> RunPlanError? {
    do {
      _ = try read(text)
      return nil
    } catch { return error as? RunPlanError }
  }

  @Test("every key is read, times with their units; inputs are found beside the plan, the output where one works")
  func everything() throws {
    let plan = try read(Self.full)
    #expect(plan.name == "pit")
    #expect(plan.streams.first?.hasSuffix("/plans/mumu.arrow") == true)
    #expect(plan.streams.last == "/data/tautau.arrow")
    #expect(plan.menu.hasSuffix("/Menus/low-multiplicity.yaml") && !plan.menu.contains(".."))
    #expect(plan.prescaleColumn == "physics" && plan.reconstruct == "all" && plan.output == "output")
    #expect(plan.pace == .rate(5000, spacing: .poisson) && plan.seed == 7 && plan.repeats == 3)
    #expect(plan.keepRejected == 100 && plan.workers == 4 && plan.batchEvents == 64 && plan.batchAge == 2)
    #expect(plan.busyAfter == 250 && plan.patience == 5000 && plan.workerLimit == 30_000 && plan.silenceLimit == 800)
    #expect(!plan.replacesWorkers && plan.isInsecure)
    #expect(plan.endpoints.all == .ipc(folder: "/run/sluice"))
    #expect(plan.endpoints.exceptions == ["builder": .inproc, "farm": .tcp(host: "10.0.0.1", port: 7001)])
  }

  @Test("what a plan leaves out is as in a replay without options")
  func defaults() throws {
    let plan = try read("plan: small\nstreams: [a.arrow]\nmenu: m.yaml\noutput: out\n")
    var expected = RunPlan()
    expected.name = "small"
    expected.file = "plans/pit.yaml"
    expected.streams = plan.streams
    expected.menu = plan.menu
    expected.output = "out"
    #expect(plan == expected)
    #expect(plan.endpoints == Endpoints())
  }

  @Test("mistakes are found with line, column, what was found and what was expected")
  func mistakes() {
    let start = "plan: p\nstreams: [a.arrow]\nmenu: m.yaml\noutput: out\n"
    let cases: [(String, Int, Int, String)] = [
      (start + "worker: 3", 5, 1, "did you mean 'workers'"),
      (start + "workers: 0", 5, 10, "1 to 256"),
      (start + "patience: 10", 5, 11, "a time with its unit"),
      (start + "patience: 10 GeV", 5, 11, "a time with its unit"),
      (start + "silence_limit: 1 ms", 5, 16, "200"),
      (start + "pace: fast", 5, 7, "real-time"),
      (start + "endpoints: ipc://relative", 5, 12, "ipc:///folder"),
      (start + "endpoints: { buidler: inproc }", 5, 14, "did you mean 'builder'"),
      (start + "endpoints: \"tcp://0.0.0.0:7100\"", 5, 12, "insecure: true"),
      (start + "endpoints: { farm: ipc:///s, collector: ipc:///s }", 5, 12, "'control' needs"),
      (start + "replace_workers: perhaps", 5, 18, "true or false"),
      (start + "batch: { events: many }", 5, 18, "a whole number"),
      ("plan: p\nmenu: m.yaml\noutput: out\n", 1, 1, "has no 'streams'"),
      ("plan: p\nstreams: []\nmenu: m.yaml\noutput: out\n", 2, 10, "an empty list"),
      ("plan: [\n", 2, 1, "not YAML"),
      ("plan: &a p\n", 1, 7, "anchors"),
      ("", 1, 1, "empty"),
    ]
    for (text, line, column, words) in cases {
      guard let error = refusal(text) else {
        Issue.record("accepted: \(text)")
        continue
      }
      #expect(error.file == "plans/pit.yaml")
      #expect(error.problem.contains(words), "\(error)")
      #expect((error.line, error.column) == (line, column), "\(error)")
    }
  }

  @Test("no mutation of a plan crashes the reader")
  func fuzz() {
    var random = CounterRandom(seed: 61, experiment: 0, run: 0, event: 0, purpose: .generation)
    let good = Array(Self.full.utf8)
    var refused = 0
    let inputs = Fuzz.inputs() / 20
    for _ in 0..<inputs {
      var bytes = good
      for _ in 0...random.integer(below: 4) {
        let place = Int(random.integer(below: UInt64(bytes.count)))
        switch random.integer(below: 3) {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 12)], at: place)
        }
      }
      do { _ = try RunPlan(yaml: bytes, file: "fuzz.yaml") } catch { refused += 1 }
    }
    #expect(refused > inputs / 4 && refused < inputs)
  }
}
