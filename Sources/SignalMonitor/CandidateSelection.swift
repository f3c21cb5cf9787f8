import EventModel
import Menu
import Synchronization

/// Evaluates the selections of channels on the candidates of a batch.
///
/// Holds the scratch memory of the evaluation; copies of a monitor share it, one at a time.
final class CandidateSelection: Sendable {
  /// The channels that read one kind of candidate.
  private struct Group {
    let kind: UInt8
    let channels: [Int]
    let scalars: [Int]
    let bits: [Int]
    let evaluators: [ExpressionEvaluator]
    var candidates: [(row: Int, event: Int)] = []
  }

  private struct State {
    let columns = EventColumns(vocabulary: CandidateVocabulary.words)
    var groups: [Group] = []
    /// Room for the layers of networks.
    var scratch: [Double] = []
    /// Position of each kind's group, by the number of the kind; -1 where nobody asks.
    var position = [Int](repeating: -1, count: 256)
  }

  private let state: Mutex<State>

  init(_ channels: [SearchChannel]) {
    var state = State()
    state.scratch = [Double](repeating: 0, count: channels.compactMap { $0.network?.scratchSize }.max() ?? 0)
    for kind in CandidateKind.allCases {
      let indices = channels.indices.filter { channels[$0].candidate == kind }
      guard !indices.isEmpty else { continue }
      let expressions = indices.map { channels[$0].expressions }
      state.position[Int(kind.rawValue)] = state.groups.count
      state.groups.append(
        Group(
          kind: kind.rawValue, channels: indices,
          scalars: expressions.reduce(into: Set<Int>()) { $0.formUnion($1.usedScalars) }.sorted(),
          bits: expressions.reduce(into: Set<Int>()) { $0.formUnion($1.usedBits) }.sorted(),
          evaluators: expressions.map { $0.makeEvaluator() }))
    }
    self.state = Mutex(state)
  }

  /// Shows the candidates of a batch.
  ///
  /// - Parameters:
  ///   - events: the events of the batch that are looked at.
  ///   - begin: called for each channel with the number of candidates of its kind.
  ///   - body: called for each candidate that passed a channel's selection, with the channel, the event, what its networks say
  ///     (nil without), and the values of its numbers and conditions by position.
  func visit(
    _ channels: [SearchChannel], _ reconstruction: ReconstructionColumn, events: Range<Int>, begin: (Int, Int) -> Void,
    _ body: (
      _ channel: Int, _ event: Int, _ verdict: ChannelNetwork.Verdict?, _ value: (Int) -> Double,
      _ isTrue: (Int) -> Bool
    ) -> Void
  ) {
    state.withLock { state in
      for index in state.groups.indices { state.groups[index].candidates.removeAll(keepingCapacity: true) }
      let candidates = reconstruction.candidates
      for event in events {
        for row in candidates.rows[event] {
          let position = state.position[Int(candidates.kind[row])]
          if position >= 0 { state.groups[position].candidates.append((row, event)) }
        }
      }
      for group in state.groups where !group.candidates.isEmpty {
        CandidateVocabulary.fill(
          state.columns, scalars: group.scalars, bits: group.bits, group.candidates, reconstruction)
        for (channel, evaluator) in zip(group.channels, group.evaluators) {
          evaluator.evaluate(state.columns)
          begin(channel, group.candidates.count)
          let cuts = channels[channel].selectionCount
          for place in group.candidates.indices {
            guard (0..<cuts).allSatisfy({ evaluator.isTrue($0, row: place) }) else { continue }
            let value = { (number: Int) in Double(evaluator.number(number, row: place)) }
            let verdict = channels[channel].network.flatMap { network in
              state.scratch.withUnsafeMutableBufferPointer { network.verdict($0, value) }
            }
            body(
              channel, group.candidates[place].event, verdict, value, { evaluator.isTrue($0, row: place) })
          }
        }
      }
    }
  }
}
