/// Values of an observable that can be had in ascending order while more come in.
///
/// New values wait until they are an eighth of the others and are then sorted and merged, so that keeping the order costs a
/// few steps for each. Two lists are equal if they hold the same values, whatever order those came in.
public struct SortedValues: Hashable, Sendable {
  /// Values that are kept at most (32 MB); beyond, none is.
  public static let mostValues = 4_000_000
  /// Values taken in.
  public private(set) var count = 0
  private var sorted: [Double] = []
  private var waiting: [Double] = []

  /// No values.
  public init() {}

  /// Whether all values are still there; false once there were too many.
  public var isComplete: Bool { count <= Self.mostValues }

  /// All values in ascending order; empty if there were too many.
  public var ascending: [Double] {
    guard !waiting.isEmpty else { return sorted }
    return Self.merged(sorted, waiting.sorted())
  }

  /// Takes in a value, which must be a number.
  public mutating func insert(_ value: Double) {
    count += 1
    guard isComplete else {
      (sorted, waiting) = ([], [])
      return
    }
    waiting.append(value)
    if waiting.count > max(1024, sorted.count / 8) { settle() }
  }

  /// Takes in the values of another list.
  public mutating func merge(_ other: SortedValues) {
    count += other.count
    guard isComplete else {
      (sorted, waiting) = ([], [])
      return
    }
    sorted = Self.merged(ascending, other.ascending)
    waiting = []
  }

  private mutating func settle() {
    waiting.sort()
    sorted = Self.merged(sorted, waiting)
    waiting.removeAll(keepingCapacity: true)
  }

  private static func merged(_ a: [Double], _ b: [Double]) -> [Double] {
    if b.isEmpty { return a }
    var result: [Double] = []
    result.reserveCapacity(a.count + b.count)
    var i = 0
    for value in b {
      while i < a.count, a[i] <= value {
        result.append(a[i])
        i += 1
      }
      result.append(value)
    }
    result.append(contentsOf: a[i...])
    return result
  }

  /// Whether two lists hold the same values.
  public static func == (left: SortedValues, right: SortedValues) -> Bool {
    left.count == right.count && left.ascending == right.ascending
  }

  /// Mixes the values in, in ascending order.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    hasher.combine(ascending)
  }
}
