import Foundation
import SignalMonitor

/// The channels as a table: what each looks at, how, what it is compared with, and whether it can be fitted.
struct ChannelTable {
  let channels: [SearchChannel]

  /// A line a channel, under a head.
  var lines: [String] {
    let rows =
      [["channel", "candidate", "observable", "method", "published", "state"]]
      + channels.map { channel in
        [
          channel.name, channel.candidate?.word ?? "-",
          channel.observables.isEmpty ? "-" : channel.observables.map(\.name).joined(separator: ", "),
          channel.method.name, published(channel), channel.state,
        ]
      }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).dropLast().map { $0.0 + String(repeating: " ", count: $0.1 - $0.0.count) }
        .joined(separator: "  ") + "  " + (row.last ?? "")
    }
  }

  private func published(_ channel: SearchChannel) -> String {
    guard let published = channel.published else { return "-" }
    var words: [String] = []
    if let luminosity = published.luminosity { words.append("\(String(format: "%g", luminosity))/fb") }
    if let confidence = published.confidence { words.append("\(Int((100 * confidence).rounded())) %") }
    words.append(
      published.limits.isEmpty
        ? "no limit in numbers" : published.limits.count == 1 ? "1 limit" : "\(published.limits.count) limits")
    return words.joined(separator: ", ")
  }
}
