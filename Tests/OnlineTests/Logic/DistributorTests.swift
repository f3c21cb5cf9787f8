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

  @Test("the batches of a lost worker go to others first; one that costs two workers is set aside")
  func lostWorkers() {
    var distributor = Distributor<Int>()
    for sequence in 0..<4 { distributor.submit(sequence, sequence: UInt64(sequence)) }
    distributor.ready(worker: 0, credits: 2)
    _ = distributor.next()
    _ = distributor.next()
    let first = distributor.lose(worker: 0)
    #expect(first.returned == [0, 1])
    #expect(first.setAside.isEmpty)
    #expect(distributor.workers.isEmpty)

    distributor.ready(worker: 1, credits: 1)
    #expect(distributor.next()?.sequence == 0)
    let second = distributor.lose(worker: 1)
    #expect(second.returned.isEmpty)
    #expect(second.setAside.map(\.sequence) == [0])

    distributor.ready(worker: 2, credits: 10)
    var rest: [UInt64] = []
    while let assignment = distributor.next() { rest.append(assignment.sequence) }
    #expect(rest == [1, 2, 3])
    #expect(distributor.outstandingCount == 3)
  }
}
