import Detector
import EventModel
import Kinematics

/// The silicon space points of one event in the laboratory frame, sorted by layer.
struct SiliconPoints {
  private(set) var position: [Vector3] = []
  /// Index of the sensor in `SiliconTracker.sensors`.
  private(set) var sensor: [Int32] = []
  /// Index of the point in the event's list.
  private(set) var source: [Int32] = []
  var isUsed: [Bool] = []
  /// First point of each layer 1 to 6 at index layer - 1, and the number of points after the last.
  private(set) var first = [Int](repeating: 0, count: 7)
  private var order: [UInt64] = []

  var count: Int { position.count }

  /// Takes the points of an event of a column.
  mutating func load(_ column: SiliconHits, row: Int, tracker: SiliconTracker) {
    let range = column.rows[row]
    load(
      layers: column.layer.span.extracting(range), ladders: column.ladder.span.extracting(range),
      sensors: column.sensor.span.extracting(range), u: column.u.span.extracting(range),
      v: column.v.span.extracting(range), tracker: tracker)
  }

  /// Takes the points of an event; those of sensors that do not exist and those off their sensor are left out.
  mutating func load(
    layers: Span<UInt8>, ladders: Span<UInt8>, sensors: Span<UInt8>, u: Span<Float>, v: Span<Float>,
    tracker: SiliconTracker
  ) {
    position.removeAll(keepingCapacity: true)
    sensor.removeAll(keepingCapacity: true)
    source.removeAll(keepingCapacity: true)
    isUsed.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    order.append(addingCapacity: layers.count) { (list: inout OutputSpan<UInt64>) in
      for index in 0..<layers.count {
        guard
          let number = tracker.index(
            layer: Int(layers[index]), ladder: Int(ladders[index]), sensor: Int(sensors[index])),
          abs(u[index]) < 10, abs(v[index]) < 20
        else { continue }
        list.append(UInt64(number) << 32 | UInt64(UInt32(truncatingIfNeeded: index)))
      }
    }
    sortInPlace(&order)
    SiliconPoints.place(order, u, v, tracker, &position, &sensor, &source)
    isUsed.append(contentsOf: repeatElement(false, count: order.count))
    SiliconPoints.countLayers(sensor, tracker, &first)
  }

  /// Writes the points in their order.
  private static func place(
    _ order: borrowing [UInt64], _ u: Span<Float>, _ v: Span<Float>, _ tracker: SiliconTracker,
    _ position: inout [Vector3], _ sensor: inout [Int32], _ source: inout [Int32]
  ) {
    let words = order.span
    let sensors = tracker.sensors.span
    position.append(addingCapacity: words.count) { list in
      for entry in words.indices {
        let index = Int(words[entry] & 0xFFFF_FFFF)
        list.append(sensors[Int(words[entry] >> 32)].position(u: Double(u[index]), v: Double(v[index])))
      }
    }
    sensor.append(addingCapacity: words.count) { list in
      for entry in words.indices { list.append(Int32(truncatingIfNeeded: words[entry] >> 32)) }
    }
    source.append(addingCapacity: words.count) { list in
      for entry in words.indices { list.append(Int32(truncatingIfNeeded: words[entry])) }
    }
  }

  /// Works out where the points of each layer begin.
  private static func countLayers(_ sensor: borrowing [Int32], _ tracker: SiliconTracker, _ first: inout [Int]) {
    let numbers = sensor.span
    let sensors = tracker.sensors.span
    var starts = first.mutableSpan
    for index in starts.indices { starts[index] = 0 }
    for entry in numbers.indices { starts[sensors[Int(numbers[entry])].layer] += 1 }
    for index in 1..<starts.count { starts[index] += starts[index - 1] }
  }

  /// Marks the points of a track as used.
  /// - Parameters:
  ///   - track: indices into the event's list; -1 for none, and others that do not exist count as none.
  ///   - state: the path of the track.
  mutating func use(_ track: SIMD8<Int16>, of state: HelixState) {
    for lane in 0..<6 where track[lane] >= 0 {
      for index in points(inLayer: lane + 1) where source[index] == Int32(track[lane]) {
        isUsed[index] = true
        useOverlaps(of: state, at: index)
      }
    }
  }

  /// Where the points of a track stand here, layer by layer; -1 for none.
  func indices(of track: SIMD8<Int16>) -> SIMD8<Int32> {
    var found = SIMD8<Int32>(repeating: -1)
    for lane in 0..<6 where track[lane] >= 0 {
      for index in points(inLayer: lane + 1) where source[index] == Int32(track[lane]) {
        found[lane] = Int32(truncatingIfNeeded: index)
      }
    }
    return found
  }

  /// Marks the further points that a particle leaves where neighbouring sensors of a layer overlap.
  /// - Parameters:
  ///   - state: its path.
  ///   - index: a point of it.
  mutating func useOverlaps(of state: HelixState, at index: Int) {
    let place = position[index]
    let arc = state.arcLength(toRadius: place.transverse)
    guard arc.isFinite else { return }
    let point = state.point(at: arc)
    let scale = 1 / (1 + state.tanLambda * state.tanLambda).squareRoot()
    let direction = Vector3(point.directionX * scale, point.directionY * scale, state.tanLambda * scale)
    guard let layer = (1...6).first(where: { index < first[$0] }) else { return }
    for other in points(inLayer: layer) where !isUsed[other] && sensor[other] != sensor[index] {
      let offset = position[other] - place
      let square = offset.dot(offset)
      guard square < SiliconPoints.overlap * SiliconPoints.overlap else { continue }
      let along = offset.dot(direction)
      let tolerance = 0.03 + 0.08 * abs(along)
      if square - along * along < tolerance * tolerance { isUsed[other] = true }
    }
  }

  /// Farthest distance of two points of a particle on overlapping sensors, cm.
  private static let overlap = 2.5

  /// Range of the points of a layer (1 to 6).
  @inline(__always)
  func points(inLayer layer: Int) -> Range<Int> { first[layer - 1]..<first[layer] }
}
