/// The drift-chamber hits of one event, sorted by layer and cell, with their wires at hand.
///
/// A structure of arrays that is refilled for every event and keeps its memory.
struct ChamberHits {
  /// Number of hits; the arrays are longer.
  private(set) var count = 0
  /// Global wire number.
  private(set) var wire: [UInt16] = []
  private(set) var layer: [UInt8] = []
  /// x and y of the wire at z = 0, then dx/dz and dy/dz.
  private(set) var line: [SIMD4<Float>] = []
  /// Time of flight, drift and propagation together, ns after the event's t = 0.
  private(set) var time: [Float] = []
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

  /// Takes the hits of an event. Wires that do not exist are left out; of several hits on a wire the earliest stays.
  /// - Parameters:
  ///   - wires: global wire numbers.
  ///   - times: TDC counts.
  mutating func load(wires: Span<UInt16>, times: Span<Int16>, table: borrowing WireTable) {
    for index in 0..<count {
      let number = Int(wire[index])
      hitOfWire[number] = -1
    }
    order.removeAll(keepingCapacity: true)
    let wireCount = table.wireCount
    var isSorted = true
    var last: UInt64 = 0
    for index in 0..<min(wires.count, times.count) where Int(wires[index]) < wireCount {
      // One sortable word: wire, then time made positive.
      let word = UInt64(wires[index]) << 16 | UInt64(UInt16(truncatingIfNeeded: Int(times[index]) + 32768))
      if word < last { isSorted = false }
      last = word
      order.append(word)
    }
    if !isSorted { order.sort() }
    reserve(order.count)
    count = ChamberHits.fill(order, table, &wire, &layer, &line, &time, &owner, &first, &hitOfWire)
  }

  /// Makes room for a number of hits.
  private mutating func reserve(_ needed: Int) {
    let missing = needed - wire.count
    guard missing > 0 else { return }
    wire.append(contentsOf: repeatElement(0, count: missing))
    layer.append(contentsOf: repeatElement(0, count: missing))
    line.append(contentsOf: repeatElement(.zero, count: missing))
    time.append(contentsOf: repeatElement(0, count: missing))
    owner.append(contentsOf: repeatElement(-1, count: missing))
  }

  /// Writes the arrays from the sorted words.
  /// - Returns: the number of hits on different wires.
  private static func fill(
    _ order: borrowing [UInt64], _ table: borrowing WireTable, _ wire: inout [UInt16], _ layer: inout [UInt8],
    _ line: inout [SIMD4<Float>], _ time: inout [Float], _ owner: inout [Int16], _ first: inout [Int32],
    _ hitOfWire: inout [Int32]
  ) -> Int {
    let lines = table.lines.span
    let layers = table.layerOfWire.span
    let words = order.span
    var wires = wire.mutableSpan
    var itsLayers = layer.mutableSpan
    var itsLines = line.mutableSpan
    var itsTimes = time.mutableSpan
    var owners = owner.mutableSpan
    var starts = first.mutableSpan
    var hitOf = hitOfWire.mutableSpan
    for index in starts.indices { starts[index] = 0 }
    var next = 0
    var previous = -1
    for position in words.indices {
      let number = Int(words[position] >> 16)
      if number == previous { continue }
      previous = number
      let itsLayer = layers[number]
      hitOf[number] = Int32(truncatingIfNeeded: next)
      wires[next] = UInt16(truncatingIfNeeded: number)
      itsLayers[next] = itsLayer
      itsLines[next] = lines[number]
      itsTimes[next] = Float(Double(Int(words[position] & 0xFFFF) - 32768) * table.periodOfCount)
      owners[next] = -1
      starts[Int(itsLayer) + 1] += 1
      next += 1
    }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
    return next
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
