/// Memory for one column, always a whole number of blocks of 64 elements, so that kernels never need a tail loop.
///
/// The one place in this module that owns raw memory. Elements beyond those written are whatever an earlier batch
/// left there (zero at first): results for them are masked away.
final class PaddedColumn<Element: BitwiseCopyable & ExpressibleByIntegerLiteral> {
  private(set) var pointer: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  init(capacity: Int = 64) {
    self.capacity = Self.padded(capacity)
    pointer = .allocate(capacity: self.capacity)
    pointer.initialize(repeating: 0, count: self.capacity)
  }

  deinit { pointer.deallocate() }

  /// Makes room for `count` elements; keeps what is there.
  func reserve(_ count: Int) {
    guard count > capacity else { return }
    let grown = Self.padded(max(count, capacity * 2))
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: grown)
    moved.initialize(repeating: 0, count: grown)
    moved.update(from: pointer, count: capacity)
    pointer.deallocate()
    pointer = moved
    capacity = grown
  }

  private static func padded(_ count: Int) -> Int { (max(count, 1) + 63) / 64 * 64 }
}
