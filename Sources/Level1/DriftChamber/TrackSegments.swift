/// Which wire of a track segment fixed its azimuth.
public enum SegmentPriority: UInt8, Sendable {
  /// The wire at the apex (innermost super-layer) or in the centre (all others) was hit.
  case first = 1
  /// Not the first priority wire, but its neighbour half a cell to the left (larger azimuth) in the next layer outwards.
  case secondLeft = 2
  /// Not the first priority wire, but its neighbour half a cell to the right (smaller azimuth) in the next layer outwards.
  case secondRight = 3
}

/// On which side of its priority wire a particle passed, as seen from the interaction point looking outwards.
public enum SegmentSide: UInt8, Sendable {
  /// Towards smaller azimuth.
  case right = 1
  /// Towards larger azimuth.
  case left = 2
  /// The hit pattern does not tell.
  case undetermined = 3
}

/// The track segments of one event, a structure of arrays in the order super-layer by super-layer, azimuth rising.
///
/// The arrays are allocated once, for every segment that can exist, and reused for every event.
public struct TrackSegments: Sendable {
  /// Track segments in the drift chamber: one per cell of the centre layer of each of the nine super-layers.
  public static let total = 2336

  /// Segments found in the event; entries of the arrays beyond it are left-overs.
  public internal(set) var count = 0
  /// Number of the segment, 0 to 2335: super-layer by super-layer, then by cell.
  public internal(set) var number = [UInt16](repeating: 0, count: total)
  /// Raw value of ``SegmentPriority``.
  public internal(set) var priority = [UInt8](repeating: 0, count: total)
  /// Time of the priority wire in drift-time counts (0.983 ns) after the event's time zero, known to two counts.
  public internal(set) var time = [Int16](repeating: 0, count: total)
  /// Raw value of ``SegmentSide``.
  public internal(set) var side = [UInt8](repeating: 0, count: total)
  /// Where the segments of each super-layer begin; the tenth entry is ``count``.
  public internal(set) var superLayerStart = [Int](repeating: 0, count: 10)

  /// Segments of second priority in the axial super-layers that the trigger drops because one of first priority is
  /// beside them. The displaced-track finder takes them too: an inclined track fires both, and its place is between them.
  package internal(set) var suppressedCount = 0
  /// Their numbers.
  package internal(set) var suppressedNumber = [UInt16](repeating: 0, count: total)
  /// Raw values of their ``SegmentPriority``.
  package internal(set) var suppressedPriority = [UInt8](repeating: 0, count: total)
  /// Where those of each super-layer begin; the tenth entry is ``suppressedCount``.
  package internal(set) var suppressedStart = [Int](repeating: 0, count: 10)

  package init() {}

  /// Copies the segments of an event, the first `count` of each list.
  mutating func take(
    _ count: Int, _ numbers: UnsafeMutableBufferPointer<UInt16>, _ priorities: UnsafeMutableBufferPointer<UInt8>,
    _ times: UnsafeMutableBufferPointer<Int16>, _ sides: UnsafeMutableBufferPointer<UInt8>
  ) {
    self.count = count
    number.withUnsafeMutableBufferPointer { copy(numbers, count, $0) }
    priority.withUnsafeMutableBufferPointer { copy(priorities, count, $0) }
    time.withUnsafeMutableBufferPointer { copy(times, count, $0) }
    side.withUnsafeMutableBufferPointer { copy(sides, count, $0) }
  }
}

private func copy<Value: BitwiseCopyable>(
  _ source: UnsafeMutableBufferPointer<Value>, _ count: Int, _ target: UnsafeMutableBufferPointer<Value>
) {
  _ = target.update(fromContentsOf: UnsafeMutableBufferPointer(rebasing: source[..<count]))
}
