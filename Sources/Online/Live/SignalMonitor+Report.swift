import Foundation
import SignalMonitor

extension SignalMonitor: EventMonitor {
  /// What the searches found so far, without limits on physics.
  public func results() -> [ChannelResult] { results(FitConditions()) }
}

extension SignalMonitor: ReportingMonitor {
  /// How many channels there are.
  public var channelCount: Int { channels.count }

  /// The name of a channel.
  public func channelName(_ channel: Int) -> String { channels[channel].name }

  /// The candidates that the channel has selected, and those that its networks have rejected: they only grow.
  public func contentVersion(_ channel: Int) -> Int {
    let network = data[channel].network
    return data[channel].selected + (network?.rejected ?? 0) + (network?.undefined ?? 0)
  }

  /// The result of a channel as JSON: that of `fits[]`, with the number of the refresh and whether the run has ended.
  public func report(_ channel: Int, sequence: Int, isFinal: Bool) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return Array(
      try encoder.encode(
        LiveFit(sequence: sequence, isFinal: isFinal, fit: result(of: channel, fromLast: !isFinal).compact)))
  }
}

/// A published result.
private struct LiveFit: Encodable {
  let schemaVersion = 1
  let sequence: Int
  let isFinal: Bool
  let fit: ChannelResult

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case sequence
    case isFinal = "final"
    case fit
  }
}
