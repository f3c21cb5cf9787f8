import ArrowStream
import SignalMonitor

/// What the networks of a channel see of its candidates, as comma-separated values: what training scripts read.
struct NetworkInputTable {
  /// The table, one row a candidate.
  private(set) var text: String

  /// The head of a channel's table.
  init(_ channel: SearchChannel) throws {
    guard let network = channel.network else { throw NetworkMissing(channel: channel.name) }
    text =
      (["event"] + channel.observables.map(\.name) + ["variable"] + network.inputs + ["output", "passes"])
      .joined(separator: ",") + "\n"
  }

  /// Adds the candidates of a batch.
  /// - Parameter first: number of its first event.
  mutating func add(_ monitor: SignalMonitor, _ batch: RecordBatch, first: Int) throws {
    for candidate in try monitor.networkInputs(0, in: batch) {
      let numbers = candidate.observables + [candidate.variable] + candidate.inputs + [candidate.output]
      text +=
        (["\(first + candidate.event)"] + numbers.map { "\($0)" } + [candidate.passes ? "1" : "0"])
        .joined(separator: ",") + "\n"
    }
  }
}

/// A channel without the network that was asked for.
private struct NetworkMissing: Error, CustomStringConvertible {
  let channel: String
  var description: String {
    "--network-inputs: the channel '\(channel)' has no network; one whose file has 'network:' is named CHANNEL-network"
  }
}
