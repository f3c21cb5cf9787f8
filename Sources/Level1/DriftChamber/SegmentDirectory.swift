/// Where the segments of each part of the chamber stand in an event's list: for each super-layer and each of 32 units of
/// azimuth the first entry in or behind it, so that a question about nearby segments does not ask all of them.
final class SegmentDirectory {
  /// Units of a turn.
  static let units = 32

  private let starts = ScratchBuffer<Int32>(repeating: 0, count: 9 * (units + 1))
  private var superLayer = 0
  private var lastUnit = 0
  /// Super-layers whose entries do not stand in the order of their units, a bit each: asked as a whole.
  private var unordered: UInt16 = 0

  /// Begins a super-layer, whose entries must follow.
  func begin(_ superLayer: Int, at entry: Int) {
    self.superLayer = superLayer
    lastUnit = 0
    unordered &= ~(1 << UInt16(superLayer))
    let first = superLayer * (Self.units + 1)
    for unit in 0...Self.units { starts.elements[first + unit] = Int32(truncatingIfNeeded: entry) }
  }

  /// Adds the next entry, which stands in a unit.
  @inline(__always)
  func enter(_ entry: Int, unit: Int) {
    if unit < lastUnit { unordered |= 1 << UInt16(superLayer) }
    lastUnit = unit
    // The last entry of a unit stays: the next unit begins behind it.
    starts.elements[superLayer * (Self.units + 1) + unit + 1] = Int32(truncatingIfNeeded: entry + 1)
  }

  /// Ends the super-layer: units without entries begin where the one before them ends.
  func end() {
    let first = superLayer * (Self.units + 1)
    var latest = starts.elements[first]
    for unit in 0...Self.units {
      latest = max(latest, starts.elements[first + unit])
      starts.elements[first + unit] = latest
    }
  }

  /// The entries of a super-layer in a range of units, which may reach beyond the seam: two ranges in rising order.
  @inline(__always)
  func entries(_ superLayer: Int, units: ClosedRange<Int>) -> (Range<Int>, Range<Int>) {
    let first = superLayer * (Self.units + 1)
    func start(_ unit: Int) -> Int { Int(starts.elements[first + unit]) }
    let end = start(Self.units)
    if units.count >= Self.units || unordered >> UInt16(superLayer) & 1 == 1 { return (start(0)..<end, end..<end) }
    let lower = units.lowerBound & (Self.units - 1)
    let upper = units.upperBound & (Self.units - 1)
    if lower <= upper { return (start(lower)..<start(upper + 1), end..<end) }
    return (start(0)..<start(upper + 1), start(lower)..<end)
  }
}
