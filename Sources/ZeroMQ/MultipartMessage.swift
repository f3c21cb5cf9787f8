import CZeroMQ

/// The frames of one message; libzmq delivers all of them or none.
public struct MultipartMessage: ~Copyable, Sendable {
  private(set) var frames: [Frame]

  /// A message without frames, to append to.
  public init() { frames = [] }

  /// A message of frames that are shared, not copied.
  public init(_ frames: [Frame]) { self.frames = frames }

  /// Number of frames.
  public var count: Int { frames.count }

  /// Adds a frame at the end.
  public mutating func append(_ message: consuming Message) { frames.append(Frame(message)) }

  /// Adds a frame at the end.
  public mutating func append(_ frame: Frame) { frames.append(frame) }

  /// The frame at a position.
  public subscript(position: Int) -> Frame { frames[position] }

  /// All frames, in order.
  public consuming func takeFrames() -> [Frame] { frames }
}
