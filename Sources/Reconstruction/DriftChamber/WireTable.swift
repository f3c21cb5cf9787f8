import Detector
import Kinematics

/// The drift chamber as the fits see it: one straight line per sense wire and a few numbers per layer, flat in memory.
struct WireTable: Sendable {
  /// Number of super-layers; even ones are axial.
  static let superLayers = 9

  /// What a fit needs to know about one layer.
  struct Layer: Sendable {
    /// First global wire number.
    var firstWire: Int
    var cells: Int
    var superLayer: Int
    /// Radius of the wires at the end plates and (smaller for stereo layers) in the middle of the wire, cm.
    var radiusAtEnd: Double
    var radiusInMiddle: Double
    var backwardZ: Double
    var forwardZ: Double
    /// Azimuth of wire 0 at the middle of the wire, rad, and from one wire to the next.
    var azimuthInMiddle: Double
    var azimuthStep: Double
    /// Cell width at the radius of the middle, cm.
    var cellWidth: Double
    /// Tangential slope of the wires, cm per cm of z; 0 for axial layers.
    var stereoSlope: Double
    /// Distance from the wire at which the drift slows down, and the largest one, cm.
    var driftEdge: Double
    var largestDrift: Double

    var isAxial: Bool { superLayer & 1 == 0 }
    var middleZ: Double { 0.5 * (backwardZ + forwardZ) }
  }

  /// What searches along a path need to know about one layer, in single precision.
  struct SearchLayer: Sendable {
    var isAxial: Bool
    /// Part of a cell's width that a road is wider by than what is asked of it, cm.
    var cellMargin: Float
    var backwardZ: Float
    var forwardZ: Float
    var middleZ: Float
    /// Radius in the middle of the wires and its inverse, cm and 1/cm.
    var radius: Float
    var inverseRadius: Float
    var stereoSlope: Float
    /// Farthest that a wire's middle can be beside a track that touches it, cm.
    var furthest: Float
    var driftEdge: Float
    var largestDrift: Float

    init(_ layer: Layer) {
      isAxial = layer.isAxial
      cellMargin = 0.6 * Float(layer.cellWidth)
      backwardZ = Float(layer.backwardZ)
      forwardZ = Float(layer.forwardZ)
      middleZ = Float(layer.middleZ)
      radius = Float(layer.radiusInMiddle)
      inverseRadius = 1 / radius
      stereoSlope = Float(layer.stereoSlope)
      furthest = abs(stereoSlope) * 0.5 * (forwardZ - backwardZ) + 2
      driftEdge = Float(layer.driftEdge)
      largestDrift = Float(layer.largestDrift)
    }
  }

  let layers: [Layer]
  /// The same layers for searches.
  let searchLayers: [SearchLayer]
  /// What turns times into distances, by layer: backward end of the wires, distance at which the drift slows down, largest
  /// distance, cm; the fourth lane is empty.
  let drifts: [SIMD4<Float>]
  /// Radii in the middle of the wires, eight layers a group; the last group is filled up with the last radius.
  let middleRadii: [SIMD8<Float>]
  /// x and y at z = 0, then dx/dz and dy/dz.
  let lines: [SIMD4<Float>]
  /// Layer of each wire.
  let layerOfWire: [UInt8]
  /// Index of the first layer of each super-layer, and the number of layers after the last.
  let firstLayer: [Int]

  var wireCount: Int { lines.count }

  /// Drift velocity, cm/ns, and slowing at the cell edge, ns/cm^2.
  let driftVelocity: Double
  let driftSlowing: Double
  /// Time of the signal along the wire to its backward end, ns/cm.
  let propagationTime: Double
  /// ns per TDC count.
  let periodOfCount: Double
  /// Resolution of a measured distance in the linear part of a cell, what it is worse by at the wire and at the cell's edge, and
  /// up to which distance from the wire, cm.
  let resolution: (core: Double, wire: Double, edge: Double, wireRange: Double)

  /// The table of a drift chamber.
  init(_ chamber: DriftChamber) {
    var layers: [Layer] = []
    var lines: [SIMD4<Float>] = []
    var layerOfWire: [UInt8] = []
    var firstLayer: [Int] = []
    for layer in chamber.layers {
      if layer.superLayer >= firstLayer.count { firstLayer.append(layer.index) }
      let middle = 0.5 * (layer.zBackward + layer.zForward)
      let largest = chamber.drift.largestDistance[layer.index]
      let slope = layer.endRadius * 2 * PortableAngles.sineCosine(0.5 * layer.twist).sine
      layers.append(
        Layer(
          firstWire: layer.firstWire, cells: layer.cellCount, superLayer: layer.superLayer,
          radiusAtEnd: layer.endRadius, radiusInMiddle: layer.radius(atZ: middle), backwardZ: layer.zBackward,
          forwardZ: layer.zForward, azimuthInMiddle: layer.phi(ofCell: 0, atZ: middle), azimuthStep: layer.cellAngle,
          cellWidth: layer.cellWidth, stereoSlope: slope / (layer.zForward - layer.zBackward),
          driftEdge: chamber.drift.edgeStart[layer.index], largestDrift: largest))
      for cell in 0..<layer.cellCount {
        let line = chamber.line(ofWire: layer.firstWire + cell)
        let slopeX = line.direction.x / line.direction.z
        let slopeY = line.direction.y / line.direction.z
        lines.append(
          SIMD4<Float>(
            Float(line.origin.x - slopeX * line.origin.z), Float(line.origin.y - slopeY * line.origin.z),
            Float(slopeX), Float(slopeY)))
        layerOfWire.append(UInt8(layer.index))
      }
    }
    firstLayer.append(layers.count)
    self.layers = layers
    searchLayers = layers.map(SearchLayer.init)
    drifts = layers.map { SIMD4<Float>(Float($0.backwardZ), Float($0.driftEdge), Float($0.largestDrift), 0) }
    middleRadii = stride(from: 0, to: layers.count, by: 8).map { start in
      var radii = SIMD8<Float>.zero
      for lane in 0..<8 { radii[lane] = Float(layers[min(start + lane, layers.count - 1)].radiusInMiddle) }
      return radii
    }
    self.lines = lines
    self.layerOfWire = layerOfWire
    self.firstLayer = firstLayer
    driftVelocity = chamber.drift.velocity
    driftSlowing = chamber.drift.slowing
    propagationTime = 1 / chamber.drift.propagationSpeed
    periodOfCount = 1 / chamber.drift.countsPerNanosecond
    resolution = (
      chamber.drift.coreResolution, chamber.drift.wireResolution - chamber.drift.coreResolution,
      chamber.drift.edgeResolution - chamber.drift.coreResolution, chamber.drift.wireRange
    )
  }

  /// Distance from the wire that a measured time stands for, cm; the inverse of the drift relation of the detector model.
  /// - Parameters:
  ///   - time: measured time since the collision, ns.
  ///   - flight: time of flight to the wire, ns.
  ///   - z: where the track passes the wire, cm.
  @inline(__always)
  func driftDistance(time: Double, flight: Double, z: Double, layer: Layer) -> Double {
    let drift = time - flight - max(0, z - layer.backwardZ) * propagationTime
    if drift <= 0 { return 0 }
    let linear = drift * driftVelocity
    if linear <= layer.driftEdge { return linear }
    let inverse = 1 / driftVelocity
    let excess = drift - layer.driftEdge * inverse
    let x = 2 * excess / (inverse + (inverse * inverse + 4 * driftSlowing * excess).squareRoot())
    return min(layer.driftEdge + x, layer.largestDrift)
  }

  /// What a measured distance gains per ns that the particle is late, cm/ns: the drift velocity there, with the sign of the side.
  /// - Parameter measured: distance from the wire, negative on its other side, cm.
  func delaySlope(of measured: Double, layer: Int) -> Double {
    let beyond = max(0, abs(measured) - layers[layer].driftEdge)
    let velocity = driftVelocity / (1 + 2 * driftSlowing * driftVelocity * beyond)
    return measured >= 0 ? velocity : -velocity
  }

  /// The same for eight hits in single precision.
  /// - Parameters:
  ///   - backwardZ: of the layers of the hits, as the edges and largest distances: see ``Layer``.
  @inline(__always)
  func driftDistances(
    times: SIMD8<Float>, flights: SIMD8<Float>, z: SIMD8<Float>, backwardZ: SIMD8<Float>, edges: SIMD8<Float>,
    largest: SIMD8<Float>
  ) -> SIMD8<Float> {
    let velocity = Float(driftVelocity)
    let inverse = Float(1 / driftVelocity)
    let along: SIMD8<Float> = z - backwardZ
    let late: SIMD8<Float> = SIMD8<Float>.zero.replacing(with: along, where: along .>= 0)
    let drift: SIMD8<Float> = times - flights - late * Float(propagationTime)
    let linear: SIMD8<Float> = drift * velocity
    let excess: SIMD8<Float> = drift - edges * inverse
    let root: SIMD8<Float> = (excess * Float(4 * driftSlowing) + inverse * inverse).squareRoot()
    let slowed: SIMD8<Float> = edges + excess * 2 / (root + inverse)
    var distances: SIMD8<Float> = slowed.replacing(with: largest, where: largest .< slowed)
    distances.replace(with: linear, where: linear .<= edges)
    distances.replace(with: 0, where: drift .<= 0)
    return distances
  }

  /// 1/variance of eight measured distances, 1/cm^2: worse at the wire, where the drift paths of the charge differ, and at the
  /// edge of the cell (`DriftRelation.resolution`).
  @inline(__always)
  func inverseVariances(
    of distances: SIMD8<Float>, edges: SIMD8<Float>, largest: SIMD8<Float>
  ) -> SIMD8<Float> {
    let toWire: SIMD8<Float> = 1 - distances * Float(1 / resolution.wireRange)
    let toEdge: SIMD8<Float> = (distances - edges) / (largest - edges)
    var sigma = SIMD8<Float>(repeating: Float(resolution.core))
    sigma += toWire.replacing(with: 0, where: toWire .< 0) * Float(resolution.wire)
    sigma += toEdge.replacing(with: 0, where: toEdge .< 0) * Float(resolution.edge)
    return 1 / (sigma * sigma)
  }

  /// Variance of one measured distance, cm^2: the same as ``inverseVariances(of:edges:largest:)`` in double precision.
  func variance(of distance: Double, layer: Layer) -> Double {
    let toWire = max(0, 1 - distance / resolution.wireRange)
    let toEdge = max(0, (distance - layer.driftEdge) / (layer.largestDrift - layer.driftEdge))
    let sigma = resolution.core + toWire * resolution.wire + toEdge * resolution.edge
    return sigma * sigma
  }
}
