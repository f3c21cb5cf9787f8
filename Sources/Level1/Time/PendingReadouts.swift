/// What waits to be sent through one link, in order of arrival: each entry takes places until it is sent, and is sent when
/// all before it are.
///
/// A queue with one server, fixed service times and a limited number of places; times are whole numbers of any unit.
struct PendingReadouts: Sendable {
  /// Places that all entries together may take.
  let places: Int
  private var ends: [Int64]
  private var sizes: [UInt8]
  private var first = 0
  private var count = 0
  private var used = 0
  private var freeFrom = Int64.min

  /// An empty queue.
  /// - Parameter smallest: the fewest places that an entry takes.
  init(places: Int, smallest: Int) {
    self.places = places
    let entries = max(1, places / max(1, smallest))
    ends = Array(repeating: 0, count: entries)
    sizes = Array(repeating: 0, count: entries)
  }

  /// Whether nothing waits.
  var isEmpty: Bool { count == 0 }

  /// When the first entry is sent; the end of time if nothing waits.
  var nextEnd: Int64 { count == 0 ? .max : ends[first] }

  /// Whether an entry of so many places can be taken.
  func hasRoom(for size: Int) -> Bool { used + size <= places && count < ends.count }

  /// Takes an entry for which there is room.
  mutating func add(at time: Int64, size: Int, service: Int64) {
    freeFrom = max(freeFrom, time) + service
    var last = first + count
    if last >= ends.count { last -= ends.count }
    ends[last] = freeFrom
    sizes[last] = UInt8(size)
    count += 1
    used += size
  }

  /// Forgets the entries that are sent at a time.
  mutating func release(through time: Int64) {
    while count > 0, ends[first] <= time {
      used -= Int(sizes[first])
      first += 1
      if first == ends.count { first = 0 }
      count -= 1
    }
  }

  /// Forgets everything.
  mutating func clear() {
    first = 0
    count = 0
    used = 0
    freeFrom = .min
  }
}
