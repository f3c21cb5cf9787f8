/// Deals batches to the workers of a farm and remembers each until its result is in.
///
/// A worker is given a batch only when it asked for one; the oldest batch goes first, to the worker with the most
/// credits. The batches of a worker that is lost go to others; one that has cost two workers is set aside.
package struct Distributor<Work> {
  /// A batch to hand out now.
  package struct Assignment {
    package let worker: Int
    package let sequence: UInt64
    package let work: Work
  }

  private struct Outstanding {
    package let work: Work
    package var worker: Int?
    package var lostWorkers: Int
  }

  private var outstanding: [UInt64: Outstanding] = [:]
  private var queue: [UInt64] = []
  private var head = 0
  private var credits: [Int: Int] = [:]

  package init() {}

  /// Batches that have been submitted and whose results are not in.
  package var outstandingCount: Int { outstanding.count }

  /// Batches waiting for a worker.
  package var queuedCount: Int { queue.count - head }

  /// The workers that are known, by number.
  package var workers: [Int] { credits.keys.sorted() }

  /// Takes a batch in.
  package mutating func submit(_ work: Work, sequence: UInt64) {
    precondition(outstanding[sequence] == nil, "a batch was submitted twice")
    outstanding[sequence] = Outstanding(work: work, worker: nil, lostWorkers: 0)
    queue.append(sequence)
  }

  /// A worker can take more batches; the first time it joins the farm.
  package mutating func ready(worker: Int, credits more: Int) {
    credits[worker, default: 0] += more
  }

  /// The next batch to hand out; nil when there is none or no worker can take it.
  package mutating func next() -> Assignment? {
    guard head < queue.count else { return nil }
    var best: (worker: Int, credits: Int)?
    for (worker, free) in credits where free > 0 {
      // Equal credits: the lowest number, so that a run can be followed.
      if best.map({ free > $0.credits || (free == $0.credits && worker < $0.worker) }) ?? true {
        best = (worker, free)
      }
    }
    guard let best else { return nil }
    let sequence = queue[head]
    head += 1
    if head > 64 && head * 2 > queue.count {
      queue.removeFirst(head)
      head = 0
    }
    credits[best.worker] = best.credits - 1
    outstanding[sequence]?.worker = best.worker
    guard let work = outstanding[sequence]?.work else { return next() }
    return Assignment(worker: best.worker, sequence: sequence, work: work)
  }

  /// A batch's result is in.
  /// - Returns: whether it was outstanding; false for a second result of the same batch.
  package mutating func finish(sequence: UInt64) -> Bool {
    outstanding.removeValue(forKey: sequence) != nil
  }

  /// The results of all batches before `sequence` are in.
  package mutating func finish(before sequence: UInt64) {
    for done in outstanding.keys where done < sequence { outstanding[done] = nil }
  }

  /// A worker died, hangs, or lost its connection.
  /// - Returns: the batches given back to the queue, and those set aside because they have now cost two workers.
  package mutating func lose(worker: Int) -> (returned: [UInt64], setAside: [(sequence: UInt64, work: Work)]) {
    credits[worker] = nil
    var returned: [UInt64] = []
    var setAside: [(sequence: UInt64, work: Work)] = []
    for sequence in outstanding.keys.sorted() where outstanding[sequence]?.worker == worker {
      guard var batch = outstanding[sequence] else { continue }
      batch.worker = nil
      batch.lostWorkers += 1
      if batch.lostWorkers >= 2 {
        outstanding[sequence] = nil
        setAside.append((sequence, batch.work))
      } else {
        outstanding[sequence] = batch
        returned.append(sequence)
      }
    }
    // What is given back is older than what waits.
    queue = returned + queue[head...]
    head = 0
    return (returned, setAside)
  }
}
