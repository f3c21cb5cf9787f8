import Dashboard
import Online
import Testing

/// The sentence on top of the page.
@Suite("Diagnosis of a run")
struct DiagnosisTests {
  @Test("a run without fault is said to be running, with its busiest stage")
  func good() {
    let diagnosis = Diagnosis(ExampleRun.status(), busy: ["level1": 0.4, "hlt.0": 0.93])
    #expect(diagnosis.severity == .good)
    #expect(diagnosis.text == "Running; nothing lost; the busiest stage is hlt.0 with 93 % of a processor.")
  }

  @Test("an imbalance of the ledger comes before anything else")
  func imbalance() {
    var status = ExampleRun.status()
    status.imbalances = ["level1 passed 100, but builder entered 99: 1 lost between them"]
    status.dataAge = 60
    status.failures = ["hlt.0: no room"]
    let diagnosis = Diagnosis(status, busy: [:])
    #expect(diagnosis.severity == .bad)
    #expect(diagnosis.text.contains("1 lost between them"))
  }

  @Test("verdicts that stopped coming are noticed in a running run, not in one that is over")
  func stale() {
    var status = ExampleRun.status()
    status.dataAge = 6.2
    #expect(Diagnosis(status, busy: [:]).severity == .bad)
    #expect(Diagnosis(status, busy: [:]).text.hasPrefix("No verdict for 6.2 s"))
    status.state = .configured
    status.ended = 1
    status.condition = "good"
    #expect(Diagnosis(status, busy: [:]).text == "The run has ended: good.")
    status.condition = "failed"
    #expect(Diagnosis(status, busy: [:]).severity == .bad)
  }

  @Test("a lost stage is bad; a silent worker and lost workers ask for a look")
  func stages() {
    var status = ExampleRun.status()
    status.stages[2].silentFor = 4200
    #expect(Diagnosis(status, busy: [:]).severity == .warning)
    #expect(Diagnosis(status, busy: [:]).text == "Nothing heard of hlt.0 for 4.2 s.")
    status = ExampleRun.status()
    status.stages[2].state = "lost"
    #expect(Diagnosis(status, busy: [:]).severity == .warning)
    status.stages[1].state = "lost"
    #expect(Diagnosis(status, busy: [:]).text == "Stage level1 is lost.")
  }

  @Test("dead time is named with its share and its cause when it is more than a twentieth of the triggers")
  func deadtime() {
    var status = ExampleRun.status()
    #expect(Diagnosis(status, busy: [:]).severity == .good)
    status.ledger[1] = StageBalance(stage: "level1", entered: 1000, passed: 300, rejected: 600, vetoed: 100)
    let diagnosis = Diagnosis(status, busy: [:])
    #expect(diagnosis.severity == .warning)
    #expect(diagnosis.text.hasPrefix("25 % of the triggers are lost to dead time, most by spacing"))
  }
}
