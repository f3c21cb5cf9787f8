import Foundation
import Statistics
import Synchronization
import TriggerStudies

/// Where stages put up what they measure, for whoever looks at a run while it goes.
///
/// A stage posts at most ten times a second, and never waits for a reader: it copies numbers under a lock that readers hold
/// for as long as it takes to copy them back.
package final class LiveBoard: Sendable {
  /// Time between two posts of a stage, ns.
  private static let interval: Int64 = 100_000_000

  private struct State {
    var latency: [String: LiveFigures.Latency] = [:]
    var decisions: [Int] = []
    var decisionTime = 0.0
    var lines: [LiveFigures.Line] = []
    var deadTime: [LiveFigures.DeadTime] = []
    var bytesWritten = 0
    var lastVerdict: Double?
  }

  private let state = Mutex(State())

  package init() {}

  /// The figures now, with the processor time of the stages' threads.
  package var figures: LiveFigures {
    let state = state.withLock { $0 }
    var figures = LiveFigures()
    figures.latency = StageLatencies().byStage.compactMap { state.latency[$0.stage] }
    figures.decisions = state.decisions
    figures.decisionTime = state.decisionTime
    figures.lines = state.lines
    figures.deadTime = state.deadTime
    figures.bytesWritten = state.bytesWritten
    figures.lastVerdict = state.lastVerdict
    figures.processorTime = ThreadTimes.byName()
    return figures
  }

  /// Posts the latencies that the collector knows.
  /// - Parameter lastVerdict: when the last verdict was collected, ns on the clock of the run; nil before the first.
  package func post(_ latencies: StageLatencies, lastVerdict: Int64?) {
    let rows = latencies.byStage.compactMap { stage, latency in
      latency.summary.map { LiveFigures.Latency(stage: stage, $0) }
    }
    let total = latencies.total
    let decisions = total.count == 0 ? nil : LiveFigures.decisionEdges.map { total.count(atMost: UInt64($0 * 1e9)) }
    state.withLock { state in
      for row in rows { state.latency[row.stage] = row }
      if let decisions {
        state.decisions = decisions
        state.decisionTime = (total.mean ?? 0) * Double(total.count) / 1e9
      }
      if let lastVerdict { state.lastVerdict = Double(lastVerdict) / 1e9 }
    }
  }

  /// Posts how long accepted events took from their verdict to the end of their reconstruction.
  package func post(reconstruction latency: LatencyHistogram) {
    guard let summary = latency.summary else { return }
    let row = LiveFigures.Latency(stage: ReconstructionStage.stage, summary)
    state.withLock { $0.latency[row.stage] = row }
  }

  /// Posts what lines did, and how much was written.
  package func post(_ study: MenuStudy, bytesWritten: Int) {
    func rows(_ level: String, _ names: [String], _ counts: [LineCounts]) -> [LiveFigures.Line] {
      zip(names, counts).map { name, counts in
        LiveFigures.Line(
          level: level, line: name, before: counts.beforePrescale.events, after: counts.afterPrescale.events)
      }
    }
    let lines =
      rows("level1", study.level1Lines, study.all.level1) + rows("hlt", study.highLevelLines, study.all.highLevel)
    state.withLock {
      $0.lines = lines
      $0.bytesWritten = bytesWritten
    }
  }

  /// Posts what the read-out lost.
  package func post(_ deadtime: DeadtimeResult) {
    let rows = deadtime.causes.map {
      LiveFigures.DeadTime(cause: $0.cause, events: $0.events, time: ($0.deadFraction ?? 0) * deadtime.time)
    }
    state.withLock { $0.deadTime = rows }
  }

  /// Says when a stage should post again; each stage has its own.
  package struct Turn {
    private var next: Int64 = 0

    package init() {}

    /// Whether it is time to post.
    package mutating func isDue(at now: Int64) -> Bool {
      guard now >= next else { return false }
      next = now + LiveBoard.interval
      return true
    }
  }
}

extension LiveFigures.Latency {
  fileprivate init(stage: String, _ summary: Statistics.LatencySummary) {
    func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1e9 }
    self.init(
      stage: stage, count: summary.count, p50: seconds(summary.p50), p90: seconds(summary.p90),
      p99: seconds(summary.p99), p999: seconds(summary.p999), maximum: seconds(summary.maximum))
  }
}
