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

  let layers: [Layer]
  /// What turns times into distances, by layer: backward end of the wires, distance at which the drift slows down, largest
  /// distance, cm; the fourth lane is empty.
  let drifts: [SIMD4<Double>]
  /// Radii in the middle of the wires, four layers a group; the last group is filled up with the last radius.
  let middleRadii: [SIMD4<Double>]
  /// Groups with an axial layer in them.
  let axialGroups: [Int]
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
  /// 1/variance of a measured distance, 1/cm^2: `resolutionSteps` values per layer in equal steps up to the largest drift.
  let inverseVariances: [Double]
  static let resolutionSteps = 16

  /// The table of a drift chamber.
  init(_ chamber: DriftChamber) {
    var layers: [Layer] = []
    var lines: [SIMD4<Float>] = []
    var layerOfWire: [UInt8] = []
    var firstLayer: [Int] = []
    var variances: [Double] = []
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
      for step in 0..<WireTable.resolutionSteps {
        let distance = largest * (Double(step) + 0.5) / Double(WireTable.resolutionSteps)
        let resolution = chamber.drift.resolution(distance: distance, layer: layer.index)
        variances.append(1 / (resolution * resolution))
      }
    }
    firstLayer.append(layers.count)
    self.layers = layers
    drifts = layers.map { SIMD4<Double>($0.backwardZ, $0.driftEdge, $0.largestDrift, 0) }
    middleRadii = stride(from: 0, to: layers.count, by: 4).map { start in
      func radius(_ lane: Int) -> Double { layers[min(start + lane, layers.count - 1)].radiusInMiddle }
      return SIMD4<Double>(radius(0), radius(1), radius(2), radius(3))
    }
    axialGroups = middleRadii.indices.filter { group in
      layers[(4 * group)..<min(4 * group + 4, layers.count)].contains(where: \.isAxial)
    }
    self.lines = lines
    self.layerOfWire = layerOfWire
    self.firstLayer = firstLayer
    driftVelocity = chamber.drift.velocity
    driftSlowing = chamber.drift.slowing
    propagationTime = 1 / chamber.drift.propagationSpeed
    periodOfCount = 1 / chamber.drift.countsPerNanosecond
    inverseVariances = variances
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

  /// The same for four hits, bit for bit.
  /// - Parameters:
  ///   - backwardZ: of the layers of the hits, as the edges and largest distances: see ``Layer``.
  @inline(__always)
  func driftDistances(
    times: SIMD4<Double>, flights: SIMD4<Double>, z: SIMD4<Double>, backwardZ: SIMD4<Double>, edges: SIMD4<Double>,
    largest: SIMD4<Double>
  ) -> SIMD4<Double> {
    let along: SIMD4<Double> = z - backwardZ
    let late: SIMD4<Double> = SIMD4<Double>.zero.replacing(with: along, where: along .>= 0)
    let drift: SIMD4<Double> = times - flights - late * propagationTime
    let linear: SIMD4<Double> = drift * driftVelocity
    let inverse = 1 / driftVelocity
    let excess: SIMD4<Double> = drift - edges * inverse
    let root: SIMD4<Double> = (excess * (4 * driftSlowing) + inverse * inverse).squareRoot()
    let slowed: SIMD4<Double> = edges + excess * 2 / (root + inverse)
    var distances: SIMD4<Double> = slowed.replacing(with: largest, where: largest .< slowed)
    distances.replace(with: linear, where: linear .<= edges)
    distances.replace(with: 0, where: drift .<= 0)
    return distances
  }

  /// 1/variance of a measured distance, 1/cm^2.
  @inline(__always)
  func inverseVariance(of distance: Double, layer index: Int) -> Double {
    let fraction = distance / layers[index].largestDrift * Double(WireTable.resolutionSteps)
    let step = min(WireTable.resolutionSteps - 1, Int(max(0, fraction)))
    return inverseVariances[index * WireTable.resolutionSteps + step]
  }
}
