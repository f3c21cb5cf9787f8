/// The drift-chamber hits of one event, sorted by layer and cell, with their wires at hand.
///
/// A structure of arrays that is refilled for every event and keeps its memory.
struct ChamberHits {
  /// Global wire number.
  private(set) var wire: [UInt16] = []
  private(set) var layer: [UInt8] = []
  /// x and y of the wire at z = 0, then dx/dz and dy/dz.
  private(set) var line: [SIMD4<Float>] = []
  /// Time of flight, drift and propagation together, ns after the event's t = 0.
  private(set) var time: [Float] = []
  /// Position in the event's list.
  private(set) var source: [Int32] = []
  /// Track that owns the hit, -1 if none.
  var owner: [Int16] = []
  /// First hit of each layer, and the number of hits after the last layer.
  private(set) var first: [Int32]
  private var order: [UInt64] = []
  /// Hit of each wire, -1 for none.
  private var hitOfWire: [Int32]

  init(table: WireTable) {
    first = [Int32](repeating: 0, count: table.layers.count + 1)
    hitOfWire = [Int32](repeating: -1, count: table.wireCount)
  }

  var count: Int { wire.count }

  /// Takes the hits of an event. Wires that do not exist are left out; of several hits on a wire the earliest stays.
  /// - Parameters:
  ///   - wires: global wire numbers.
  ///   - times: TDC counts.
  mutating func load(wires: Span<UInt16>, times: Span<Int16>, table: WireTable) {
    for number in wire { hitOfWire[Int(number)] = -1 }
    wire.removeAll(keepingCapacity: true)
    layer.removeAll(keepingCapacity: true)
    line.removeAll(keepingCapacity: true)
    time.removeAll(keepingCapacity: true)
    source.removeAll(keepingCapacity: true)
    owner.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    let wireCount = table.wireCount
    for index in 0..<min(wires.count, times.count) where Int(wires[index]) < wireCount {
      // One sortable word: wire, then time (made positive), then position.
      let word =
        UInt64(wires[index]) << 48 | UInt64(UInt16(truncatingIfNeeded: Int(times[index]) + 32768)) << 32
        | UInt64(UInt32(truncatingIfNeeded: index))
      order.append(word)
    }
    order.sort()
    for index in first.indices { first[index] = 0 }
    var previous = Int.max
    for word in order {
      let number = Int(word >> 48)
      guard number != previous else { continue }
      previous = number
      let itsLayer = table.layerOfWire[number]
      hitOfWire[number] = Int32(truncatingIfNeeded: wire.count)
      wire.append(UInt16(number))
      layer.append(itsLayer)
      line.append(table.lines[number])
      let counts = Double(Int((word >> 32) & 0xFFFF) - 32768)
      time.append(Float(counts * table.periodOfCount))
      source.append(Int32(truncatingIfNeeded: Int(word & 0xFFFF_FFFF)))
      owner.append(-1)
      first[Int(itsLayer) + 1] += 1
    }
    for index in 1..<first.count { first[index] += first[index - 1] }
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
}
