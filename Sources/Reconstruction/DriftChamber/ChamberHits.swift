import CLanes

/// The drift-chamber hits of one event, sorted by layer and cell, with their wires at hand.
///
/// A structure of arrays that is refilled for every event and keeps its memory.
struct ChamberHits {
  /// Number of hits; the arrays are longer.
  private(set) var count = 0
  /// Global wire number.
  private(set) var wire: [UInt16] = []
  private(set) var layer: [UInt8] = []
  /// Time of flight, drift and propagation together, ns after the event's t = 0.
  private(set) var time: [Float] = []
  /// Track that owns the hit, -1 if none.
  var owner: [Int16] = []
  /// First hit of each layer, and the number of hits after the last layer.
  private(set) var first: [Int32]
  /// The wires once more, for the search along a road: eight hits of a layer side by side.
  private(set) var lanes: [HitLanes] = []
  /// First group of eight hits of each layer, and the number of groups after the last layer.
  private(set) var firstGroup: [Int32]
  private var order: [UInt64] = []
  /// Hit of each wire, -1 for none.
  private var hitOfWire: [Int16]

  init(table: WireTable) {
    first = [Int32](repeating: 0, count: table.layers.count + 1)
    firstGroup = first
    hitOfWire = [Int16](repeating: -1, count: table.wireCount)
  }

  /// Takes the hits of an event. Wires that do not exist are left out; of several hits on a wire the earliest stays.
  /// - Parameters:
  ///   - wires: global wire numbers.
  ///   - times: TDC counts.
  mutating func load(wires: Span<UInt16>, times: Span<Int16>, table: borrowing WireTable) {
    for index in 0..<count {
      let number = Int(wire[index])
      hitOfWire[number] = -1
    }
    let given = min(wires.count, times.count)
    reserve(given)
    // Recorded streams are in order; what is not is sorted first.
    var next: Int? = ChamberHits.fill(
      given, table, &wire, &layer, &time, &owner, &first, &hitOfWire
    ) { index in (Int(wires[index]), Int(times[index])) }
    if next == nil {
      sortWords(wires, times, given, wireCount: table.wireCount)
      let words = order
      next = ChamberHits.fill(
        words.count, table, &wire, &layer, &time, &owner, &first, &hitOfWire
      ) { index in (Int(words[index] >> 16), Int(words[index] & 0xFFFF) - 32768) }
    }
    count = next ?? 0
    ChamberHits.groupHits(count, table.lines, wire, first, &lanes, &firstGroup)
  }

  /// Makes one sortable word of each hit, wire and then time made positive, and sorts them.
  private mutating func sortWords(_ wires: Span<UInt16>, _ times: Span<Int16>, _ given: Int, wireCount: Int) {
    order.removeAll(keepingCapacity: true)
    for index in 0..<given where Int(wires[index]) < wireCount {
      order.append(
        UInt64(wires[index]) << 16 | UInt64(UInt16(truncatingIfNeeded: Int(times[index]) + 32768)))
    }
    order.sort()
  }

  /// Makes room for a number of hits.
  private mutating func reserve(_ needed: Int) {
    let missing = needed - wire.count
    guard missing > 0 else { return }
    wire.append(contentsOf: repeatElement(0, count: missing))
    layer.append(contentsOf: repeatElement(0, count: missing))
    time.append(contentsOf: repeatElement(0, count: missing))
    owner.append(contentsOf: repeatElement(-1, count: missing))
  }

  /// Writes the arrays.
  /// - Parameter hit: wire and time of each of the hits given.
  /// - Returns: the number of hits on different wires; nil if the hits are not in the order of wires and times, with the wires
  ///   filled so far marked in `hitOfWire` as a second call with the same hits marks them again.
  @inline(__always)
  private static func fill(
    _ given: Int, _ table: borrowing WireTable, _ wire: inout [UInt16], _ layer: inout [UInt8],
    _ time: inout [Float], _ owner: inout [Int16], _ first: inout [Int32], _ hitOfWire: inout [Int16],
    _ hit: (Int) -> (wire: Int, time: Int)
  ) -> Int? {
    let lines = table.lines.span
    let layers = table.layerOfWire.span
    var wires = wire.mutableSpan
    var itsLayers = layer.mutableSpan
    var itsTimes = time.mutableSpan
    var owners = owner.mutableSpan
    var starts = first.mutableSpan
    var hitOf = hitOfWire.mutableSpan
    var next = 0
    var begun = 0
    var previous = -1
    var previousTime = 0
    for position in 0..<given {
      let (number, count) = hit(position)
      if number >= lines.count { continue }
      if number <= previous {
        if number < previous || count < previousTime { return nil }
        continue
      }
      previous = number
      previousTime = count
      // The table of wires is larger than the nearest cache: its lines are asked for here and read below.
      lines.withUnsafeBufferPointer { list in if let base = list.baseAddress { sluice_prefetch(base + number) } }
      let itsLayer = layers[number]
      while begun <= Int(itsLayer) {
        starts[begun] = Int32(truncatingIfNeeded: next)
        begun += 1
      }
      hitOf[number] = Int16(truncatingIfNeeded: next)
      wires[next] = UInt16(truncatingIfNeeded: number)
      itsLayers[next] = itsLayer
      itsTimes[next] = Float(Double(count) * table.periodOfCount)
      owners[next] = -1
      next += 1
    }
    while begun < starts.count {
      starts[begun] = Int32(truncatingIfNeeded: next)
      begun += 1
    }
    return next
  }

  /// Puts the wires of each layer into groups of eight.
  private static func groupHits(
    _ count: Int, _ line: borrowing [SIMD4<Float>], _ wire: borrowing [UInt16], _ first: borrowing [Int32],
    _ lanes: inout [HitLanes],
    _ firstGroup: inout [Int32]
  ) {
    let needed = count / 8 + first.count
    if lanes.count < needed { lanes.append(contentsOf: repeatElement(HitLanes(), count: needed - lanes.count)) }
    let lines = line.span
    let wires = wire.span
    let starts = first.span
    var groups = lanes.mutableSpan
    var firstGroups = firstGroup.mutableSpan
    var next = 0
    for layer in 0..<(starts.count - 1) {
      firstGroups[layer] = Int32(truncatingIfNeeded: next)
      var hit = Int(starts[layer])
      let end = Int(starts[layer + 1])
      while hit < end {
        if hit + 8 <= end {
          groups[next] = HitLanes(
            lines[Int(wires[hit])], lines[Int(wires[hit + 1])], lines[Int(wires[hit + 2])], lines[Int(wires[hit + 3])],
            lines[Int(wires[hit + 4])], lines[Int(wires[hit + 5])], lines[Int(wires[hit + 6])],
            lines[Int(wires[hit + 7])])
        } else {
          var rest = HitLanes()
          for lane in 0..<(end - hit) { rest.set(lane, lines[Int(wires[hit + lane])]) }
          groups[next] = rest
        }
        hit += 8
        next += 1
      }
    }
    firstGroups[starts.count - 1] = Int32(truncatingIfNeeded: next)
  }

  /// The hit of a cell of a layer, -1 if it has none.
  /// - Parameter cell: at most once around the layer out of range.
  @inline(__always)
  func hit(layer: WireTable.Layer, cell: Int) -> Int {
    let wrapped = cell < 0 ? cell + layer.cells : (cell >= layer.cells ? cell - layer.cells : cell)
    return Int(hitOfWire[layer.firstWire + wrapped])
  }

  /// Range of the hits of a layer.
  @inline(__always)
  func hits(inLayer layer: Int) -> Range<Int> { Int(first[layer])..<Int(first[layer + 1]) }

  /// Range of the groups of eight of a layer.
  @inline(__always)
  func groups(inLayer layer: Int) -> Range<Int> { Int(firstGroup[layer])..<Int(firstGroup[layer + 1]) }
}
