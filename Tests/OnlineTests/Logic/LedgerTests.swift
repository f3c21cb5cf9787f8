import Online
import Testing

@Suite("Ledger")
struct LedgerTests {
  private let handovers = [Handover("source", .passed, to: "hlt"), Handover("hlt", .passed, to: "storage")]

  private func ledger(_ source: StageBalance, _ trigger: StageBalance, _ storage: StageBalance) -> Ledger {
    Ledger(stages: [source, trigger, storage], handovers: handovers)
  }

  @Test("in = passed + rejected + vetoed + set aside + failed: a balanced ledger says nothing")
  func balanced() {
    let balanced = ledger(
      StageBalance(stage: "source", entered: 100, passed: 100),
      StageBalance(stage: "hlt", entered: 100, passed: 20, rejected: 68, vetoed: 7, setAside: 2, failed: 3),
      StageBalance(stage: "storage", entered: 20, passed: 20))
    #expect(balanced.imbalances(whenFinished: true).isEmpty)
    #expect(balanced.imbalances(whenFinished: false).isEmpty)
    #expect(balanced["hlt"]?.inFlight == 0)
  }

  @Test("an event that is unaccounted for within a stage or between stages is named with the stage")
  func unaccounted() {
    let within = ledger(
      StageBalance(stage: "source", entered: 100, passed: 100),
      StageBalance(stage: "hlt", entered: 100, passed: 20, rejected: 79),
      StageBalance(stage: "storage", entered: 20, passed: 20))
    #expect(
      within.imbalances(whenFinished: true) == [
        "hlt: 100 in, 20 passed, 79 rejected, 0 vetoed, 0 set aside, 0 failed: 1 unaccounted"
      ])
    #expect(within.imbalances(whenFinished: false).isEmpty, "during a run it may still be in flight")
    let between = ledger(
      StageBalance(stage: "source", entered: 100, passed: 100),
      StageBalance(stage: "hlt", entered: 100, passed: 20, rejected: 80),
      StageBalance(stage: "storage", entered: 19, passed: 19))
    #expect(between.imbalances(whenFinished: true) == ["hlt passed 20, but storage entered 19: 1 lost between them"])
  }

  @Test("more out than in is wrong at any time")
  func tooMany() {
    let wrong = ledger(
      StageBalance(stage: "source", entered: 100, passed: 101),
      StageBalance(stage: "hlt", entered: 90, passed: 20, rejected: 70),
      StageBalance(stage: "storage", entered: 21, passed: 21))
    #expect(wrong.imbalances(whenFinished: false).count == 2)
  }

  @Test("the book's counters are what the stages counted")
  func book() {
    let book = LedgerBook(stages: ["source", "hlt", "storage"], handovers: handovers)
    book["source"].enter(10)
    #expect(book.snapshot()["source"]?.inFlight == 10)
    book["source"].leave(passed: 10)
    book["hlt"].enter(10)
    book["hlt"].leave(passed: 4, rejected: 3, vetoed: 2, failed: 1)
    let snapshot = book.snapshot()
    #expect(snapshot["hlt"] == StageBalance(stage: "hlt", entered: 10, passed: 4, rejected: 3, vetoed: 2, failed: 1))
    #expect(snapshot.imbalances(whenFinished: false).isEmpty)
    #expect(snapshot.imbalances(whenFinished: true) == ["hlt passed 4, but storage entered 0: 4 lost between them"])
  }
}
