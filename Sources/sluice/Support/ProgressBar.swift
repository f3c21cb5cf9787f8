import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A line on standard error that shows how far a run has come; silent unless standard error is a terminal.
final class ProgressBar: @unchecked Sendable {
  // Sendable: updates come from one thread at a time, the one that runs the command.

  private let total: Int?
  private let unit: String
  private let start = Date()
  private var lastDrawn = Date.distantPast
  private let visible: Bool

  /// A bar for `total` units of work, if that is known.
  init(total: Int?, unit: String) {
    self.total = total
    self.unit = unit
    visible = isatty(STDERR_FILENO) == 1
  }

  /// Redraws the bar, ten times a second at most.
  func update(_ done: Int) {
    let now = Date()
    guard visible, now.timeIntervalSince(lastDrawn) >= 0.1 else { return }
    lastDrawn = now
    let elapsed = now.timeIntervalSince(start)
    let rate = elapsed > 0 ? Double(done) / elapsed : 0
    var line = "\r"
    if let total, total > 0 {
      let fraction = min(1, Double(done) / Double(total))
      let filled = Int(fraction * 30)
      line += "[" + String(repeating: "█", count: filled) + String(repeating: "·", count: 30 - filled) + "] "
      line += String(format: "%3.0f %%  ", 100 * fraction)
    }
    line += "\(done) \(unit), \(Int(rate))/s"
    if let total, rate > 0, total > done { line += ", \(Self.clock(Double(total - done) / rate)) left" }
    line += "\u{1B}[K"
    try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
  }

  /// Removes the bar.
  func finish() {
    guard visible else { return }
    try? FileHandle.standardError.write(contentsOf: Data("\r\u{1B}[K".utf8))
  }

  private static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 360_000 else { return "long" }
    let whole = Int(seconds)
    return String(format: "%d:%02d", whole / 60, whole % 60)
  }
}
