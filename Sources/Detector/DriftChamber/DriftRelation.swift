/// Drift of the charge to the wire: linear with the nominal velocity in the inner part of a cell, slower towards its edge,
///
///     t(d) = d/v + slowing * max(0, d - start)^2,
///
/// with `start` at a fixed fraction of the half cell width. Detector model, section "Drift chamber". The relation can be inverted exactly.
public struct DriftRelation: Sendable {
  /// Nominal drift velocity, cm/ns.
  public let velocity: Double
  /// Slowing at the cell edge, ns/cm^2.
  public let slowing: Double
  /// TDC counts per ns.
  public let countsPerNanosecond: Double
  /// Speed of the signal along the wire, cm/ns; the read-out is at the backward end.
  public let propagationSpeed: Double
  /// Distance at which the slowing starts, per layer, cm.
  public let edgeStart: [Double]
  /// Largest drift distance, per layer, cm.
  public let largestDistance: [Double]
  /// Longest drift time, per layer, ns.
  public let longestTime: [Double]
  private let zBackward: [Double]
  /// Resolution in the linear part of a cell, cm.
  public let coreResolution: Double
  /// Resolution at the wire, cm.
  public let wireResolution: Double
  /// Distance from the wire up to which the resolution is worse than in the linear part, cm.
  public let wireRange: Double
  /// Resolution at the cell edge, cm.
  public let edgeResolution: Double

  init(_ constants: DetectorConstants, layers: [DriftChamberLayer]) throws(DetectorTableError) {
    velocity = try constants.positive("chamber.drift_velocity")
    slowing = try constants.positive("chamber.edge_slowing")
    countsPerNanosecond = try constants.positive("chamber.tdc_frequency")
    propagationSpeed = try constants.positive("chamber.propagation_speed")
    let fraction = try constants.positive("chamber.edge_start")
    edgeStart = layers.map { fraction * 0.5 * $0.cellWidth }
    largestDistance = layers.map(\.largestDistance)
    zBackward = layers.map(\.zBackward)
    coreResolution = try constants.positive("chamber.resolution_core")
    wireResolution = try constants.positive("chamber.resolution_wire")
    edgeResolution = try constants.positive("chamber.resolution_edge")
    wireRange = try constants.positive("chamber.resolution_wire_range")
    var longest: [Double] = []
    for (distance, start) in zip(largestDistance, edgeStart) {
      let beyond = max(0, distance - start)
      longest.append(distance / velocity + slowing * beyond * beyond)
    }
    longestTime = longest
  }

  /// Drift time of charge released at a distance from the wire, ns.
  /// - Parameters:
  ///   - distance: cm, not negative.
  ///   - layer: 0 to 55.
  public func time(distance: Double, layer: Int) -> Double {
    let beyond = max(0, distance - edgeStart[layer])
    return distance / velocity + slowing * beyond * beyond
  }

  /// Distance from the wire that a drift time stands for, cm, in [0, largest distance]: negative times (resolution, wrong event
  /// time) give 0.
  /// - Parameters:
  ///   - time: ns.
  ///   - layer: 0 to 55.
  public func distance(time: Double, layer: Int) -> Double {
    if time <= 0 { return 0 }
    let start = edgeStart[layer]
    let linear = time * velocity
    if linear <= start { return linear }
    // slowing x^2 + x/v + start/v - t = 0 with x = d - start, root written without cancellation.
    let excess = time - start / velocity
    let inverse = 1 / velocity
    let x = 2 * excess / (inverse + (inverse * inverse + 4 * slowing * excess).squareRoot())
    return min(start + x, largestDistance[layer])
  }

  /// Local drift velocity at a distance, cm/ns.
  /// - Parameters:
  ///   - distance: cm.
  ///   - layer: 0 to 55.
  public func velocity(distance: Double, layer: Int) -> Double {
    let beyond = max(0, distance - edgeStart[layer])
    return 1 / (1 / velocity + 2 * slowing * beyond)
  }

  /// Rms of a measured distance, cm: worse next to the wire (few primary electrons on long paths) and at the cell edge.
  /// - Parameters:
  ///   - distance: cm.
  ///   - layer: 0 to 55.
  public func resolution(distance: Double, layer: Int) -> Double {
    if distance < wireRange {
      return wireResolution + (coreResolution - wireResolution) * distance / wireRange
    }
    let start = edgeStart[layer]
    if distance <= start { return coreResolution }
    let fraction = min(1, (distance - start) / max(1e-6, largestDistance[layer] - start))
    return coreResolution + (edgeResolution - coreResolution) * fraction
  }

  /// Time of the signal on the wire from a point to the read-out at the backward end, ns.
  /// - Parameters:
  ///   - z: point on the wire, cm.
  ///   - layer: 0 to 55.
  public func propagationTime(z: Double, layer: Int) -> Double {
    max(0, z - zBackward[layer]) / propagationSpeed
  }

  /// TDC count of a time after the event's t = 0, limited to the range of the stored type.
  /// - Parameter time: time of flight + drift + propagation, ns.
  public func count(time: Double) -> Int16 {
    let counts = (time * countsPerNanosecond).rounded()
    guard counts > -32768 else { return Int16.min }
    guard counts < 32767 else { return Int16.max }
    return Int16(counts)
  }

  /// Time after the event's t = 0 of a TDC count, ns.
  public func time(count: Int16) -> Double { Double(count) / countsPerNanosecond }
}
