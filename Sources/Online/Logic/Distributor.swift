/// Deals batches to the workers of a farm and remembers each until its result has been collected.
///
/// A worker is given a batch only when it asked for one; the oldest batch goes first, to the worker with the most
/// credits. The batches of a worker that is lost go to others, also those it had finished: their results may have died
/// with it, and the collector keeps one result per batch whatever comes. Only the batch that the worker was at can have
/// killed it; a batch that goes on losing workers is set aside.
package struct Distributor<Work> {
  /// A batch to hand out now.
  package struct Assignment {
    package let worker: Int
    package let sequence: UInt64
    package let work: Work
  }

  /// What became of the batches of a lost worker.
  package struct Recovery {
    /// Batches that go to others, oldest first.
    package var returned: [UInt64] = []
    /// Batches that have cost too many workers.
    package var setAside: [(sequence: UInt64, work: Work)] = []
  }

  private struct Outstanding {
    let work: Work
    var worker: Int?
    var isDone = false
    var since: Int64 = 0
    var suspicion = 0.0
  }

  private var outstanding: [UInt64: Outstanding] = [:]
  private var queue: [UInt64] = []
  private var head = 0
  private var credits: [Int: Int] = [:]
  /// When each worker last took up or finished a batch.
  private var progress: [Int: Int64] = [:]

  package init() {}

  /// Batches that have been submitted and whose results have not been collected.
  package var outstandingCount: Int { outstanding.count }

  /// Batches waiting for a worker.
  package var queuedCount: Int { queue.count - head }

  /// The workers that are known, by number.
  package var workers: [Int] { credits.keys.sorted() }

  /// The content of a batch that is outstanding.
  package func work(of sequence: UInt64) -> Work? { outstanding[sequence]?.work }

  /// Takes a batch in.
  package mutating func submit(_ work: Work, sequence: UInt64) {
    precondition(outstanding[sequence] == nil, "a batch was submitted twice")
    outstanding[sequence] = Outstanding(work: work)
    queue.append(sequence)
  }

  /// A worker can take more batches; the first time it joins the farm.
  /// - Parameters:
  ///   - done: the batch it has finished, if it has.
  ///   - now: the time, on any clock.
  package mutating func ready(worker: Int, credits more: Int, done: UInt64? = nil, now: Int64 = 0) {
    credits[worker, default: 0] += more
    progress[worker] = now
    if let done, outstanding[done]?.worker == worker { outstanding[done]?.isDone = true }
  }

  /// The next batch to hand out; nil when there is none or no worker can take it.
  package mutating func next(now: Int64 = 0) -> Assignment? {
    while head < queue.count {
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
      // A batch that was given back may have been collected since: the lost worker's result came after all.
      guard let work = outstanding[sequence]?.work else { continue }
      credits[best.worker] = best.credits - 1
      outstanding[sequence]?.worker = best.worker
      outstanding[sequence]?.since = now
      outstanding[sequence]?.isDone = false
      return Assignment(worker: best.worker, sequence: sequence, work: work)
    }
    return nil
  }

  /// A batch's result has been collected.
  /// - Returns: whether it was outstanding; false for a second result of the same batch.
  package mutating func finish(sequence: UInt64) -> Bool {
    outstanding.removeValue(forKey: sequence) != nil
  }

  /// The results of all batches before `sequence` have been collected.
  package mutating func finish(before sequence: UInt64) {
    for done in outstanding.keys where done < sequence { outstanding[done] = nil }
  }

  /// Gives a worker nothing more until it asks again.
  package mutating func suspend(worker: Int) { if credits[worker] != nil { credits[worker] = 0 } }

  /// Workers that have been at one batch for longer than a limit.
  package func overdue(now: Int64, limit: Int64) -> [Int] {
    credits.keys.filter { worker in
      guard let current = current(of: worker), let batch = outstanding[current] else { return false }
      return now - max(batch.since, progress[worker] ?? batch.since) > limit
    }.sorted()
  }

  /// The batch a worker is at: the oldest that it was given and has not finished.
  private func current(of worker: Int) -> UInt64? {
    outstanding.filter { $0.value.worker == worker && !$0.value.isDone }.keys.min()
  }

  /// A worker died, hangs, or lost its connection.
  package mutating func lose(worker: Int, _ loss: WorkerLoss) -> Recovery {
    credits[worker] = nil
    progress[worker] = nil
    let current = current(of: worker)
    var recovery = Recovery()
    for sequence in outstanding.keys.sorted() where outstanding[sequence]?.worker == worker {
      guard var batch = outstanding[sequence] else { continue }
      batch.worker = nil
      batch.isDone = false
      if sequence == current { batch.suspicion += loss.suspicion }
      if batch.suspicion >= 0.999 {
        outstanding[sequence] = nil
        recovery.setAside.append((sequence, batch.work))
      } else {
        outstanding[sequence] = batch
        recovery.returned.append(sequence)
      }
    }
    // What is given back is older than what waits.
    queue = recovery.returned + queue[head...]
    head = 0
    return recovery
  }
}
