import Online
import Testing

@Suite("Distributor")
struct DistributorTests {
  @Test("batches go out oldest first, only to workers that asked, and never more than they asked for")
  func credits() {
    var distributor = Distributor<String>()
    for sequence in 0..<5 { distributor.submit("batch \(sequence)", sequence: UInt64(sequence)) }
    #expect(distributor.next() == nil)
    distributor.ready(worker: 0, credits: 1)
    distributor.ready(worker: 1, credits: 2)
    var handedOut: [Int: [UInt64]] = [:]
    while let assignment = distributor.next() {
      #expect(assignment.work == "batch \(assignment.sequence)")
      handedOut[assignment.worker, default: []].append(assignment.sequence)
    }
    #expect(handedOut == [1: [0, 2], 0: [1]])
    #expect(distributor.queuedCount == 2)
    #expect(distributor.outstandingCount == 5)
    #expect(distributor.finish(sequence: 1) == true)
    #expect(distributor.finish(sequence: 1) == false, "a second result of the same batch is noticed")
    distributor.finish(before: 3)
    #expect(distributor.outstandingCount == 2)
  }

  @Test("a slow worker gets less work")
  func slowWorker() {
    var distributor = Distributor<Int>()
    var received = [0, 0]
    distributor.ready(worker: 0, credits: 2)
    distributor.ready(worker: 1, credits: 2)
    for step in 0..<300 {
      distributor.submit(step, sequence: UInt64(step))
      while let assignment = distributor.next() {
        received[assignment.worker] += 1
        _ = distributor.finish(sequence: assignment.sequence)
        // Worker 1 is done at once, worker 0 only at every tenth step.
        if assignment.worker == 1 { distributor.ready(worker: 1, credits: 1) }
      }
      if step % 10 == 0 { distributor.ready(worker: 0, credits: 1) }
    }
    #expect(received[0] + received[1] == 300)
    #expect(received[0] < 60)
  }

  @Test(
    "the batches of a lost worker go to others first; one that two workers crash at is set aside, its neighbour is not")
  func lostWorkers() {
    var distributor = Distributor<Int>()
    for sequence in 0..<4 { distributor.submit(sequence, sequence: UInt64(sequence)) }
    distributor.ready(worker: 0, credits: 2)
    _ = distributor.next()
    _ = distributor.next()
    let first = distributor.lose(worker: 0, .crashed)
    #expect(first.returned == [0, 1])
    #expect(first.setAside.isEmpty)
    #expect(distributor.workers.isEmpty)

    distributor.ready(worker: 1, credits: 2)
    #expect(distributor.next()?.sequence == 0)
    #expect(distributor.next()?.sequence == 1)
    let second = distributor.lose(worker: 1, .hung)
    #expect(second.returned == [1], "it waited both times and killed nobody")
    #expect(second.setAside.map(\.sequence) == [0])
    #expect(second.setAside.map(\.work) == [0])

    distributor.ready(worker: 2, credits: 10)
    var rest: [UInt64] = []
    while let assignment = distributor.next() { rest.append(assignment.sequence) }
    #expect(rest == [1, 2, 3])
    #expect(distributor.outstandingCount == 3)
  }

  @Test("workers that somebody kills do not speak against their batch until the fifth")
  func killedWorkers() {
    var distributor = Distributor<String>()
    distributor.submit("work", sequence: 7)
    for worker in 0..<5 {
      distributor.ready(worker: worker, credits: 1)
      #expect(distributor.next()?.worker == worker)
      let recovery = distributor.lose(worker: worker, .killed)
      #expect(recovery.returned == (worker < 4 ? [7] : []))
      #expect(recovery.setAside.count == (worker < 4 ? 0 : 1))
    }
    #expect(distributor.outstandingCount == 0)
  }

  @Test("a result may die with its worker: what it had finished goes to others too, unless it was collected")
  func finishedBatches() {
    var distributor = Distributor<Int>()
    for sequence in 0..<3 { distributor.submit(sequence, sequence: UInt64(sequence)) }
    distributor.ready(worker: 0, credits: 3)
    while distributor.next() != nil {}
    distributor.ready(worker: 0, credits: 1, done: 0)
    distributor.ready(worker: 0, credits: 1, done: 1)
    distributor.finish(before: 1)
    let first = distributor.lose(worker: 0, .crashed)
    #expect(first.returned == [1, 2])
    // The result of batch 1 was on its way after all.
    #expect(distributor.finish(sequence: 1) == true)
    distributor.ready(worker: 1, credits: 1)
    #expect(distributor.next()?.sequence == 2)
    // Batch 2 was the one that worker 0 was at.
    let second = distributor.lose(worker: 1, .crashed)
    #expect(second.setAside.map(\.sequence) == [2])
  }

  @Test("a worker is overdue when it is at one batch for too long, not when it waits or works through many")
  func overdue() {
    var distributor = Distributor<Int>()
    for sequence in 0..<4 { distributor.submit(sequence, sequence: UInt64(sequence)) }
    distributor.ready(worker: 0, credits: 4, now: 0)
    distributor.ready(worker: 1, credits: 0, now: 0)
    var handedOut = 0
    while distributor.next(now: 10) != nil { handedOut += 1 }
    #expect(handedOut == 4)
    #expect(distributor.overdue(now: 110, limit: 100).isEmpty)
    #expect(distributor.overdue(now: 111, limit: 100) == [0])
    distributor.ready(worker: 0, credits: 1, done: 0, now: 100)
    #expect(distributor.overdue(now: 200, limit: 100).isEmpty, "its second batch began when the first was done")
    #expect(distributor.overdue(now: 201, limit: 100) == [0])
    for sequence in 1..<4 { distributor.ready(worker: 0, credits: 1, done: UInt64(sequence), now: 150) }
    #expect(distributor.overdue(now: 10_000, limit: 100).isEmpty, "all is done and waits to be collected")
  }
}
