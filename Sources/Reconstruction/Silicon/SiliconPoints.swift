import Detector
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
    for index in 0..<layers.count {
      guard
        let number = tracker.index(layer: Int(layers[index]), ladder: Int(ladders[index]), sensor: Int(sensors[index])),
        abs(u[index]) < 10, abs(v[index]) < 20
      else { continue }
      order.append(UInt64(number) << 32 | UInt64(UInt32(truncatingIfNeeded: index)))
    }
    sortInPlace(&order)
    for index in first.indices { first[index] = 0 }
    for word in order {
      let number = Int(word >> 32)
      let index = Int(word & 0xFFFF_FFFF)
      let itsSensor = tracker.sensors[number]
      position.append(itsSensor.position(u: Double(u[index]), v: Double(v[index])))
      sensor.append(Int32(truncatingIfNeeded: number))
      source.append(Int32(truncatingIfNeeded: index))
      isUsed.append(false)
      first[itsSensor.layer] += 1
    }
    for index in 1..<first.count { first[index] += first[index - 1] }
  }

  /// Range of the points of a layer (1 to 6).
  @inline(__always)
  func points(inLayer layer: Int) -> Range<Int> { first[layer - 1]..<first[layer] }
}
