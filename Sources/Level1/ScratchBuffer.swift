/// Working memory of a kernel: allocated once, reused for every event, freed with its owner.
///
/// The only place of this module that owns unsafe memory. Indices are checked in debug builds.
final class ScratchBuffer<Element: BitwiseCopyable> {
  let elements: UnsafeMutableBufferPointer<Element>

  init(repeating value: Element, count: Int) {
    elements = .allocate(capacity: count)
    elements.initialize(repeating: value)
  }

  deinit { elements.deallocate() }
}
