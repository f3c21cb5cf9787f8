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

/// A table that a kernel reads: written once, freed with its owner, without the reference counts of an array.
package final class ConstantTable<Element: BitwiseCopyable>: @unchecked Sendable {
  // Sendable because nobody writes it after it was made.
  private let elements: UnsafeMutableBufferPointer<Element>

  init(_ values: [Element]) {
    elements = .allocate(capacity: values.count)
    _ = elements.initialize(fromContentsOf: values)
  }

  deinit { elements.deallocate() }

  /// Number of entries.
  package var count: Int { elements.count }

  /// Entries of a range.
  package subscript(range: Range<Int>) -> [Element] { Array(elements[range]) }

  /// An entry.
  package subscript(index: Int) -> Element {
    @inline(__always)
    get { elements[index] }
  }
}
