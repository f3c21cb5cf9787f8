import Foundation
import SignalMonitor

extension SignalMonitor: EventMonitor {}

extension SignalMonitor: ReportingMonitor {
  /// How many channels there are.
  public var channelCount: Int { channels.count }

  /// The name of a channel.
  public func channelName(_ channel: Int) -> String { channels[channel].name }

  /// The candidates that the channel has selected and may show, and those that its networks have rejected: they only grow.
  public func contentVersion(_ channel: Int) -> Int {
    let network = data[channel].network
    return shownCandidates(channel) + (network?.rejected ?? 0) + (network?.undefined ?? 0)
  }

  /// The result of a channel as JSON: that of `fits[]`, with the number of the refresh and whether the run has ended.
  public func report(_ channel: Int, sequence: Int, isFinal: Bool, watch: MonitorWatch?) throws -> [UInt8] {
    try LiveMessage(
      sequence: sequence, isFinal: isFinal, fit: result(of: channel, watch: watch, fromLast: !isFinal).compact
    )
    .json
  }
}

extension MonitorWatch {
  /// What watching all channels together gave as JSON, with the number of the refresh and whether the run has ended; nil if none is watched.
  func report(sequence: Int, isFinal: Bool) throws -> [UInt8]? {
    try result.map { try LiveMessage(sequence: sequence, isFinal: isFinal, watch: $0).json }
  }
}

/// A published message.
private struct LiveMessage: Encodable {
  let schemaVersion = 1
  let sequence: Int
  let isFinal: Bool
  var fit: ChannelResult?
  var watch: WatchResult?

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case sequence
    case isFinal = "final"
    case fit, watch
  }

  var json: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      return Array(try encoder.encode(self))
    }
  }
}
