import Foundation
import Kinematics

/// Parts of the calorimeter.
public enum CalorimeterRegion: String, Sendable {
  /// Forward endcap.
  case forward = "FWD"
  /// Barrel.
  case barrel = "BRL"
  /// Backward endcap.
  case backward = "BWD"
}

/// A ring of crystals at one polar angle.
public struct CalorimeterRing: Equatable, Sendable {
  /// Number, 0 to 68 from forward to backward.
  public let index: Int
  /// Part of the calorimeter.
  public let region: CalorimeterRegion
  /// Crystals in the ring.
  public let crystalCount: Int
  /// Number of the first crystal; crystal i of the ring covers the azimuth [i, i + 1] x `deltaPhi` from 0.
  public let firstCrystal: Int
  /// Lower edge in polar angle seen from the origin, rad.
  public let thetaLow: Double
  /// Polar angle of the crystal centres, rad.
  public let thetaCentre: Double
  /// Upper edge in polar angle, rad.
  public let thetaHigh: Double
  /// Width of a crystal in azimuth, rad.
  public let deltaPhi: Double
  /// Distance of the crystal centres from the z axis, cm.
  public let radius: Double
  /// z of the crystal centres, cm.
  public let z: Double
  /// Ring of trigger cells, 1 to 17.
  public let triggerRing: Int
}

/// The electromagnetic calorimeter: 8736 crystals in 69 rings, 576 trigger cells in 17 rings. Crystals and cells are numbered from 1.
public struct Calorimeter: Sendable {
  /// Rings from forward to backward.
  public let rings: [CalorimeterRing]
  /// Number of crystals; they are numbered 1 to this.
  public let crystalCount: Int
  /// The trigger cells of level 1.
  public let trigger: TriggerCells
  /// Length of a crystal, cm.
  public let crystalLength: Double
  /// Radius of the inner face of the barrel, cm.
  public let barrelFrontRadius: Double
  /// z of the inner face of the forward endcap, cm.
  public let forwardFrontZ: Double
  /// z of the inner face of the backward endcap, cm.
  public let backwardFrontZ: Double
  private let ringOfCrystal: [UInt8]
  private let centres: [Vector3]
  private let directions: [Vector3]
  private let cells: [UInt16]
  private let neighbourStarts: [Int32]
  private let neighbourList: [UInt16]
  private let wideStarts: [Int32]
  private let wideList: [UInt16]
  private let cornerFlags: [Bool]

  init(
    rings table: DetectorTable, cells cellTable: DetectorTable, cellRings: DetectorTable, constants: DetectorConstants
  )
    throws(DetectorTableError)
  {
    let rings = try Calorimeter.readRings(table)
    let crystalCount = rings.reduce(0) { $0 + $1.crystalCount }
    guard crystalCount < Int(UInt16.max) else {
      throw table.error("\(crystalCount) crystals do not fit 16-bit numbers")
    }
    let trigger = try TriggerCells(cells: cellTable, rings: cellRings, crystalRings: rings)
    var ringOf: [UInt8] = [0]
    var centres: [Vector3] = [.zero]
    var directions: [Vector3] = [.zero]
    var cells: [UInt16] = [0]
    for ring in rings {
      for i in 0..<ring.crystalCount {
        let phi = (Double(i) + 0.5) * ring.deltaPhi
        let centre = Vector3(ring.radius * cos(phi), ring.radius * sin(phi), ring.z)
        ringOf.append(UInt8(ring.index))
        centres.append(centre)
        directions.append(centre.unit)
        cells.append(UInt16(trigger.cells(ofRing: ring, crystal: i)))
      }
    }
    self.rings = rings
    self.crystalCount = crystalCount
    self.trigger = trigger
    ringOfCrystal = ringOf
    self.centres = centres
    self.directions = directions
    self.cells = cells
    let maps = CrystalNeighbours(rings: rings)
    neighbourStarts = maps.nearStarts
    neighbourList = maps.near
    wideStarts = maps.wideStarts
    wideList = maps.wide
    cornerFlags = maps.corners
    crystalLength = try constants.positive("calorimeter.crystal_length")
    barrelFrontRadius = try constants.positive("calorimeter.barrel_front_radius")
    forwardFrontZ = try constants.positive("calorimeter.forward_front_z")
    backwardFrontZ = try constants("calorimeter.backward_front_z")
  }

  private static func readRings(_ table: DetectorTable) throws(DetectorTableError) -> [CalorimeterRing] {
    var rings: [CalorimeterRing] = []
    var nextCrystal = 1
    guard table.rows.count <= 255 else { throw table.error("\(table.rows.count) rings, at most 255 are possible") }
    for row in table.rows.indices {
      let index = try table.integer(row, "theta_id", in: 0...254)
      guard index == row else { throw table.error(row, "theta_id", "\(index), but ring \(row) comes next") }
      let regionName = try table.text(row, "region")
      guard let region = CalorimeterRegion(rawValue: regionName) else {
        throw table.error(row, "region", "\"\(regionName)\" where FWD, BRL or BWD is expected")
      }
      let count = try table.integer(row, "n_crystals", in: 4...1024)
      let first = try table.integer(row, "first_crystal_id", in: 1...65535)
      let last = try table.integer(row, "last_crystal_id", in: 1...65535)
      guard first == nextCrystal, last == first + count - 1 else {
        throw table.error(
          row, "first_crystal_id", "\(first) to \(last), must be \(nextCrystal) to \(nextCrystal + count - 1)")
      }
      nextCrystal = last + 1
      let low = try table.number(row, "theta_lo_deg", in: 0...180) * Units.degree
      let high = try table.number(row, "theta_hi_deg", in: 0...180) * Units.degree
      let centre = try table.number(row, "theta_centre_deg", in: 0...180) * Units.degree
      guard low < centre, centre < high else { throw table.error(row, "theta_centre_deg", "not between the edges") }
      if let previous = rings.last, low < previous.thetaHigh - 1e-9 {
        throw table.error(row, "theta_lo_deg", "overlaps the ring before")
      }
      rings.append(
        CalorimeterRing(
          index: index, region: region, crystalCount: count, firstCrystal: first, thetaLow: low, thetaCentre: centre,
          thetaHigh: high, deltaPhi: 2 * Double.pi / Double(count),
          radius: try table.number(row, "r_centre_cm", in: 1...1000),
          z: try table.number(row, "z_centre_cm", in: -1000...1000),
          triggerRing: try table.integer(row, "tc_theta_id", in: 1...17)))
    }
    return rings
  }

  /// True for a crystal number of this calorimeter, 1 to `crystalCount`.
  public func isCrystal(_ crystal: Int) -> Bool { crystal >= 1 && crystal <= crystalCount }

  /// Ring (0 to 68) of a crystal.
  /// - Parameter crystal: 1 to 8736.
  public func ring(ofCrystal crystal: Int) -> Int { Int(ringOfCrystal[crystal]) }

  /// Centre of a crystal, cm: 15 cm behind its front face.
  /// - Parameter crystal: 1 to 8736.
  public func centre(ofCrystal crystal: Int) -> Vector3 { centres[crystal] }

  /// Direction from the origin to the centre of a crystal, length one.
  /// - Parameter crystal: 1 to 8736.
  public func direction(ofCrystal crystal: Int) -> Vector3 { directions[crystal] }

  /// Edges of a crystal seen from the origin, rad; azimuth in [0, 2 pi].
  /// - Parameter crystal: 1 to 8736.
  public func bounds(ofCrystal crystal: Int) -> (theta: ClosedRange<Double>, phi: ClosedRange<Double>) {
    let ring = rings[Int(ringOfCrystal[crystal])]
    let low = Double(crystal - ring.firstCrystal) * ring.deltaPhi
    return (ring.thetaLow...ring.thetaHigh, low...(low + ring.deltaPhi))
  }

  /// Trigger cell (1 to 576) of a crystal.
  /// - Parameter crystal: 1 to 8736.
  public func triggerCell(ofCrystal crystal: Int) -> Int { Int(cells[crystal]) }

  /// Ring of a polar angle seen from the origin; nil outside the acceptance and in the gaps between the parts.
  /// - Parameter theta: rad.
  public func ring(atTheta theta: Double) -> Int? {
    var low = 0
    var high = rings.count - 1
    while low < high {
      let middle = (low + high) / 2
      if theta > rings[middle].thetaHigh { low = middle + 1 } else { high = middle }
    }
    return theta >= rings[low].thetaLow && theta <= rings[low].thetaHigh ? low : nil
  }

  /// Crystal in a direction seen from the origin; nil outside the acceptance and in the gaps.
  /// - Parameters:
  ///   - theta: polar angle, rad.
  ///   - phi: azimuth, any turn, rad.
  public func crystal(atTheta theta: Double, phi: Double) -> Int? {
    guard let index = ring(atTheta: theta), phi.isFinite else { return nil }
    let ring = rings[index]
    let turns = phi / (2 * Double.pi)
    let fraction = turns - turns.rounded(.down)
    return ring.firstCrystal + min(ring.crystalCount - 1, Int(fraction * Double(ring.crystalCount)))
  }

  /// Crystals that share an edge or a corner with a crystal, across rings of other granularity and across the gaps between
  /// barrel and endcaps: eight where the rings are equal. Mutual: a is a neighbour of b if b is one of a.
  /// - Parameter crystal: 1 to 8736.
  public func neighbours(of crystal: Int) -> ArraySlice<UInt16> {
    neighbourList[Int(neighbourStarts[crystal])..<Int(neighbourStarts[crystal + 1])]
  }

  /// The second shell: crystals two steps away, those of `neighbours` excluded: sixteen where the rings are equal. Together with
  /// the crystal and its neighbours they are the 5 x 5 array.
  /// - Parameter crystal: 1 to 8736.
  public func secondNeighbours(of crystal: Int) -> ArraySlice<UInt16> {
    wideList[Int(wideStarts[crystal])..<Int(wideStarts[crystal + 1])]
  }

  /// The second shell with a flag that says which crystals are corners of the 5 x 5 array (left out of the sum of 21).
  /// - Parameters:
  ///   - crystal: 1 to 8736.
  ///   - body: receives each crystal of the second shell and whether it is a corner.
  public func forEachSecondNeighbour(of crystal: Int, _ body: (_ crystal: Int, _ isCorner: Bool) -> Void) {
    for entry in Int(wideStarts[crystal])..<Int(wideStarts[crystal + 1]) {
      body(Int(wideList[entry]), cornerFlags[entry])
    }
  }

  /// Point where a straight path from the origin enters the crystals, cm.
  /// - Parameters:
  ///   - theta: polar angle, rad, inside the acceptance.
  ///   - phi: azimuth, rad.
  public func frontFace(theta: Double, phi: Double) -> Vector3 {
    let direction = Vector3(length: 1, theta: theta, phi: phi)
    var distance = barrelFrontRadius / max(1e-6, direction.transverse)
    if direction.z > 0 { distance = min(distance, forwardFrontZ / direction.z) }
    if direction.z < 0 { distance = min(distance, backwardFrontZ / direction.z) }
    return distance * direction
  }

  /// Arc length at which a path enters the crystals: the first of barrel face and endcap faces.
  /// - Parameter helix: a path that starts inside.
  /// - Returns: arc length from the perigee, cm; nil if the path curls up before.
  public func arcLengthToFrontFace(_ helix: Helix) -> Double? {
    let barrel = helix.arcLength(toRadius: barrelFrontRadius)
    var end: Double?
    if helix.tanLambda > 0 { end = helix.arcLength(toZ: forwardFrontZ) }
    if helix.tanLambda < 0 { end = helix.arcLength(toZ: backwardFrontZ) }
    guard let barrel else {
      // A curling path may still reach an endcap within its first turns.
      guard let end, end > 0 else { return nil }
      return end
    }
    guard let end, end > 0 else { return barrel }
    return min(barrel, end)
  }
}
