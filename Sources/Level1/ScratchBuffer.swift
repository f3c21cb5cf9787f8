/// Working memory of a kernel: allocated once, reused for every event, freed with its owner.
///
/// The only place of this module that owns unsafe memory. Indices are checked in debug builds.
final class ScratchBuffer<Element: BitwiseCopyable> {
  let elements: UnsafeMutableBufferPointer<Element>

  init(repeating value: Element, count: Int) {
    elements = .allocate(capacity: count)
    elements.initialize(repeating: value)
  }

  /// A table: a copy of values, read in kernels without reference counts.
  init(_ values: [Element]) {
    elements = .allocate(capacity: values.count)
    _ = elements.initialize(fromContentsOf: values)
  }

  deinit { elements.deallocate() }
}
