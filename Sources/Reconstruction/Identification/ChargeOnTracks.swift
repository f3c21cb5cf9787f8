import Detector
import EventModel
import Kinematics
import Statistics

/// Ionisation of tracks from the charge of their drift-chamber hits.
///
/// Each layer's crossing gives the length of path in the cells it goes through; a hit of such a cell whose drift distance agrees
/// with the track counts. The estimate is the mean of log(charge / path), hits far off the median left out.
struct ChargeOnTracks {
  /// What was measured of a track.
  struct Measurement {
    /// Mean of log(charge / path), relative to a minimum-ionising particle.
    var logarithm: Double
    var hits: Int
  }

  private let table: WireTable
  /// Heights of the cells, by layer, cm.
  private let heights: [Double]
  /// Hit of each wire in the event, -1 for none.
  private var hitOfWire: [Int32]
  private var wires: [Int32] = []
  private var values: [Double] = []

  /// Charge counts of a minimum-ionising particle per centimetre.
  private static let chargePerCentimetre = 60.0
  /// Shortest path in a cell that counts, cm.
  private static let leastPath = 0.3
  /// A hit may be so far from the track by its drift time, cm.
  private static let window = 0.15
  /// Hits further from the median in log(charge) are other particles' or two particles'.
  private static let trim = 0.9
  /// Fewest hits for an estimate.
  private static let leastHits = 8
  /// Rise of the mean with the share of wires that are hit: background on the same wire adds its charge.
  private static let overlap = 0.28
  /// Spread of log(charge) of one hit, and what the geometry adds to the mean.
  static let spread = 0.36
  static let systematic = 0.02

  init(_ chamber: DriftChamber) {
    table = WireTable(chamber)
    heights = chamber.layers.map(\.cellHeight)
    hitOfWire = [Int32](repeating: -1, count: chamber.wireCount)
  }

  /// Takes the hits of an event.
  mutating func load(_ hits: DriftChamberHits, _ range: Range<Int>) {
    for wire in wires { hitOfWire[Int(wire)] = -1 }
    wires.removeAll(keepingCapacity: true)
    for hit in range {
      let wire = Int(hits.wire[hit])
      guard wire < hitOfWire.count, hitOfWire[wire] < 0 else { continue }
      hitOfWire[wire] = Int32(truncatingIfNeeded: hit)
      wires.append(Int32(wire))
    }
  }

  /// The ionisation of a track; nil with too few hits.
  /// - Parameter eventTime: of the collision, ns.
  mutating func measure(_ track: ReconstructedTrack, eventTime: Double, _ hits: DriftChamberHits) -> Measurement? {
    let state = track.state
    values.removeAll(keepingCapacity: true)
    let pathPerArc = (1 + state.tanLambda * state.tanLambda).squareRoot()
    for index in table.layers.indices {
      let layer = table.layers[index]
      var arc = state.arcLength(toRadius: layer.radiusInMiddle)
      guard arc.isFinite else { continue }
      var z = state.z0 + arc * state.tanLambda
      let wireZero = table.lines[layer.firstWire]
      var x = Double(wireZero[0]) + z * Double(wireZero[2])
      var y = Double(wireZero[1]) + z * Double(wireZero[3])
      if !layer.isAxial {
        // Stereo wires stand nearer to the axis in the middle.
        arc = state.arcLength(toRadius: (x * x + y * y).squareRoot())
        guard arc.isFinite else { continue }
        z = state.z0 + arc * state.tanLambda
        x = Double(wireZero[0]) + z * Double(wireZero[2])
        y = Double(wireZero[1]) + z * Double(wireZero[3])
      }
      guard z > layer.backwardZ, z < layer.forwardZ else { continue }
      let point = state.point(at: arc)
      let radius = (point.x * point.x + point.y * point.y).squareRoot()
      let outward = (point.x * point.directionX + point.y * point.directionY) / radius
      let along = (point.x * point.directionY - point.y * point.directionX) / radius
      let cells = Double(layer.cells)
      var centre =
        PortableAngles.azimuth(y: point.y * x - point.x * y, x: point.x * x + point.y * y) / layer.azimuthStep
      if centre < 0 { centre += cells }
      let slope = (along - layer.stereoSlope * state.tanLambda) / (radius * layer.azimuthStep)
      var reach = 0.5 * heights[index] / max(abs(outward), 0.05)
      if abs(slope) * reach > 3 { reach = 3 / abs(slope) }
      let half = abs(slope) * reach
      let flight = arc * pathPerArc / PhysicalConstants.speedOfLight + eventTime
      for cell in Int((centre - half).rounded())...Int((centre + half).rounded()) {
        let low = max(centre - half, Double(cell) - 0.5)
        let high = min(centre + half, Double(cell) + 0.5)
        let share = half > 1e-6 ? max(0, high - low) / (2 * half) : 1
        let path = share * 2 * reach * pathPerArc
        guard path > ChargeOnTracks.leastPath else { continue }
        let wire = layer.firstWire + (cell + layer.cells) % layer.cells
        let hit = Int(hitOfWire[wire])
        guard hit >= 0 else { continue }
        let drift = table.driftDistance(
          time: Double(hits.tdc[hit]) * table.periodOfCount, flight: flight, z: z, layer: layer)
        // Closest approach: the offset in the layer, seen along the flight.
        let distance = abs(centre - Double(cell)) * layer.azimuthStep * radius * abs(outward)
        guard abs(drift - distance) < ChargeOnTracks.window else { continue }
        let charge = Double(max(1, hits.adc[hit]))
        values.append(PortableMath.log(charge / (path * ChargeOnTracks.chargePerCentimetre)))
      }
    }
    guard values.count >= ChargeOnTracks.leastHits else { return nil }
    values.sort()
    let median = values[values.count / 2]
    var sum = 0.0
    var count = 0
    for value in values where abs(value - median) < ChargeOnTracks.trim {
      sum += value
      count += 1
    }
    let occupancy = Double(wires.count) / Double(hitOfWire.count)
    return Measurement(logarithm: sum / Double(count) - ChargeOnTracks.overlap * occupancy, hits: count)
  }
}
