/// The event time from the drift chamber: how late the segments on tracks begin.
///
/// Of the five rows of wires in a segment one is nearly always close to the particle, so that the earliest hit of the
/// segment comes soon after the collision: by a short drift, the flight, and the way along the wire. The time is the
/// median over all axial segments on tracks of their earliest hits, less the mean of that delay. The median forgives
/// noise before and lost hits after. Source: `Documentation/level1.md`, section "Drift chamber".
package struct EventTimeFinder {
  /// Time of the event after the collision of the stream's clock, in drift-time counts.
  package private(set) var time: Int16 = 0
  /// Segments whose earliest hit lies within ``window`` of the time found.
  package private(set) var agreeing = 0

  /// Mean of the median of the earliest hits after the collision in counts, of simulated tracks from the origin.
  package static let delay: Int16 = 26
  /// Half width in counts of the window in which segments agree.
  static let window: Int16 = 40
  /// Segments that must agree for a time: the axial super-layers that a track needs.
  static let fewest = 4

  private var counts = InlineArray<256, UInt16>(repeating: 0)
  private var entries = 0

  package init() {}

  /// Forgets the event.
  package mutating func begin() {
    if entries > 0 { counts = InlineArray<256, UInt16>(repeating: 0) }
    entries = 0
    agreeing = 0
    time = 0
  }

  /// Adds a segment by the time of its earliest hit in counts, from 0 up to the window of the segment finder.
  package mutating func add(earliest: Int16) {
    counts[Int(min(max(earliest, 0), 511)) >> 1] &+= 1
    entries += 1
  }

  /// Whether a time has been found; call ``find()`` first.
  package var isActive: Bool { agreeing >= Self.fewest }

  /// Finds the time from what was added.
  package mutating func find() {
    guard entries > 0 else { return }
    var below = 0
    var bin = 0
    let half = (entries - 1) / 2
    while below + Int(counts[bin]) <= half {
      below += Int(counts[bin])
      bin += 1
    }
    let reach = Int(Self.window) / 2
    for near in max(0, bin - reach)...min(255, bin + reach) { agreeing += Int(counts[near]) }
    time = Int16(2 * bin + 1) - Self.delay
  }
}
