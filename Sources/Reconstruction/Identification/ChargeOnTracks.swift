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
  private let crossings: CellCrossings
  /// Hit of each wire in the event, -1 for none.
  private var hitOfWire: [Int32]
  private var wires: [Int32] = []
  /// Charge over that of a minimum-ionising particle of the same path, for each hit of the track at work.
  private var ratios: [Double] = []

  /// Charge counts of a minimum-ionising particle per centimetre.
  private static let chargePerCentimetre = 60.0
  /// Shortest path in a cell that counts, cm.
  private static let leastPath = 0.3
  /// A hit may be so far from the track by its drift time, cm.
  private static let window = 0.15
  /// Hits further from the median in log(charge) than 0.9 are other particles' or two particles': exp(-0.9) and exp(0.9).
  private static let smallestRatio = 0.40656965974059911
  private static let largestRatio = 2.4596031111569494
  /// Fewest hits for an estimate.
  private static let leastHits = 8
  /// Rise of the mean with the share of wires that are hit: background on the same wire adds its charge.
  private static let overlap = 0.28
  /// Spread of log(charge) of one hit, and what the geometry adds to the mean.
  static let spread = 0.36
  static let systematic = 0.02

  init(_ chamber: DriftChamber) {
    table = WireTable(chamber)
    crossings = CellCrossings(chamber, table)
    hitOfWire = [Int32](repeating: -1, count: chamber.wireCount)
  }

  /// Takes the hits of an event.
  mutating func load(_ hits: borrowing DriftChamberHits, _ range: Range<Int>) {
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
  mutating func measure(
    _ track: ReconstructedTrack, eventTime: Double, _ hits: borrowing DriftChamberHits
  ) -> Measurement? {
    let helix = HelixLanes(track.state)
    let pathPerArc = (1 + Double(helix.tanLambda) * Double(helix.tanLambda)).squareRoot()
    ratios.removeAll(keepingCapacity: true)
    for group in crossings.groups.indices {
      let cells = crossings.cells(of: helix, group: group)
      var inside = cells.isInside.bits
      while inside != 0 {
        let lane = inside.trailingZeroBitCount
        inside &= inside - 1
        let index = 8 * group + lane
        let layer = table.layers[index]
        let centre = Double(cells.centre[lane])
        let half = Double(cells.half[lane])
        let reach = Double(cells.reach[lane])
        let flight = Double(cells.arc[lane]) * pathPerArc / PhysicalConstants.speedOfLight + eventTime
        for cell in Int((centre - half).rounded())...Int((centre + half).rounded()) {
          let low = max(centre - half, Double(cell) - 0.5)
          let high = min(centre + half, Double(cell) + 0.5)
          let share = half > 1e-6 ? max(0, high - low) / (2 * half) : 1
          let path = share * 2 * reach * pathPerArc
          guard path > ChargeOnTracks.leastPath else { continue }
          let wire = layer.firstWire + (cell < 0 ? cell + layer.cells : cell >= layer.cells ? cell - layer.cells : cell)
          let hit = Int(hitOfWire[wire])
          guard hit >= 0 else { continue }
          let drift = table.driftDistance(
            time: Double(hits.tdc[hit]) * table.periodOfCount, flight: flight, z: Double(cells.z[lane]), layer: layer)
          // Closest approach: the offset in the layer, seen along the flight.
          let distance = abs(centre - Double(cell)) * Double(cells.width[lane])
          guard abs(drift - distance) < ChargeOnTracks.window else { continue }
          let charge = Double(max(1, hits.adc[hit]))
          ratios.append(charge / (path * ChargeOnTracks.chargePerCentimetre))
        }
      }
    }
    guard ratios.count >= ChargeOnTracks.leastHits else { return nil }
    let median = ChargeOnTracks.median(&ratios)
    // The mean of logarithms is the logarithm of the product; relative to the median it stays within bounds.
    let inverse = 1 / median
    var product = 1.0
    var count = 0
    for ratio in ratios {
      let relative = ratio * inverse
      guard relative > ChargeOnTracks.smallestRatio, relative < ChargeOnTracks.largestRatio else { continue }
      product *= relative
      count += 1
    }
    let mean = PortableMath.log(median) + PortableMath.log(product) / Double(count)
    let occupancy = Double(wires.count) / Double(hitOfWire.count)
    return Measurement(logarithm: mean - ChargeOnTracks.overlap * occupancy, hits: count)
  }

  /// The middle number of a list, of two in the middle the larger, by Hoare's selection; the list changes its order.
  private static func median(_ values: inout [Double]) -> Double {
    var numbers = values.mutableSpan
    let wanted = numbers.count / 2
    var low = 0
    var high = numbers.count - 1
    while low < high {
      let pivot = numbers[(low + high) / 2]
      var left = low
      var right = high
      while left <= right {
        while numbers[left] < pivot { left += 1 }
        while numbers[right] > pivot { right -= 1 }
        if left <= right {
          numbers.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if wanted <= right {
        high = right
      } else if wanted >= left {
        low = left
      } else {
        break
      }
    }
    return numbers[wanted]
  }
}
