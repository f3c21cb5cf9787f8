/// The objects of one collection in a batch: for each its row, and one column per attribute.
///
/// All attributes stand in one piece of memory, one column of `capacity` numbers after the other, so that adding an object
/// is a handful of stores and touches no reference count.
final class ObjectColumns {
  private(set) var count = 0
  private let attributeCount: Int
  private let rows = PaddedColumn<Int32>()
  private var values: PaddedColumn<Float>
  /// Where the two pieces begin: asking them would count a reference for every object.
  private var rowMemory: UnsafeMutablePointer<Int32>
  private var valueMemory: UnsafeMutablePointer<Float>
  /// Objects that the columns have room for: a multiple of 64, as kernels want.
  private var capacity: Int

  init(attributeCount: Int) {
    self.attributeCount = attributeCount
    capacity = rows.capacity
    values = PaddedColumn(capacity: attributeCount * capacity)
    rowMemory = rows.pointer
    valueMemory = values.pointer
  }

  /// Forgets the objects; the memory stays.
  func removeAll() { count = 0 }

  /// Adds an object whose attributes are NaN, and returns its index.
  func append(row: Int) -> Int {
    let index = place(row: row)
    let column = valueMemory + index
    for attribute in 0..<attributeCount { column[attribute * capacity] = .nan }
    return index
  }

  /// Adds an object, and returns its index. Attributes beyond those given are NaN; values beyond the attributes are dropped.
  func append(row: Int, values given: Span<Float>) -> Int {
    let index = place(row: row)
    let column = valueMemory + index
    let stated = min(given.count, attributeCount)
    for attribute in 0..<stated { column[attribute * capacity] = given[attribute] }
    for attribute in stated..<attributeCount { column[attribute * capacity] = .nan }
    return index
  }

  func set(_ attribute: Int, object: Int, to value: Float) {
    check(attribute, object)
    valueMemory[attribute * capacity + object] = value
  }

  func value(_ attribute: Int, object: Int) -> Float {
    check(attribute, object)
    return valueMemory[attribute * capacity + object]
  }

  func row(of object: Int) -> Int {
    precondition(object >= 0 && object < count, "no such object")
    return Int(rowMemory[object])
  }

  /// Rows of the objects; padded to a multiple of 64.
  var rowPointer: UnsafePointer<Int32> { UnsafePointer(rowMemory) }

  /// Values of an attribute; padded to a multiple of 64.
  func pointer(_ attribute: Int) -> UnsafePointer<Float> {
    precondition(attribute >= 0 && attribute < attributeCount, "no such attribute")
    return UnsafePointer(valueMemory + attribute * capacity)
  }

  /// Takes room for one more object.
  private func place(row: Int) -> Int {
    let index = count
    if index == capacity { grow() }
    rowMemory[index] = Int32(truncatingIfNeeded: row)
    count = index + 1
    return index
  }

  private func grow() {
    rows.reserve(capacity + 1)
    let grown = PaddedColumn<Float>(capacity: attributeCount * rows.capacity)
    for attribute in 0..<attributeCount {
      (grown.pointer + attribute * rows.capacity).update(from: values.pointer + attribute * capacity, count: capacity)
    }
    values = grown
    capacity = rows.capacity
    rowMemory = rows.pointer
    valueMemory = grown.pointer
  }

  private func check(_ attribute: Int, _ object: Int) {
    precondition(attribute >= 0 && attribute < attributeCount, "no such attribute")
    precondition(object >= 0 && object < count, "no such object")
  }
}
