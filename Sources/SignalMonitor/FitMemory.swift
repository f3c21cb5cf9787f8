import Synchronization

/// What the fits of each channel keep from one refresh to the next. Copies of a monitor share it, one channel at a time.
final class FitMemory: Sendable {
  /// The windows of one channel.
  private final class Channel: Sendable {
    let fits = Mutex<WindowFits?>(nil)
  }

  private let channels: [Channel]

  init(channels count: Int) { channels = (0..<count).map { _ in Channel() } }

  /// Lends the fits of a channel.
  func with(_ channel: Int, _ body: (inout WindowFits?) -> ChannelResult) -> ChannelResult {
    channels[channel].fits.withLock { fits in body(&fits) }
  }
}
