import Foundation
import Kinematics

/// A trigger cell of the calorimeter.
public struct TriggerCell: Equatable, Sendable {
  /// Number, 1 to 576.
  public let id: Int
  /// Part of the calorimeter.
  public let region: CalorimeterRegion
  /// Ring, 1 to 17 from forward to backward.
  public let ring: Int
  /// Position in the ring, from 1 at azimuth 0.
  public let positionInRing: Int
  /// Edges in polar angle seen from the origin, rad.
  public let theta: ClosedRange<Double>
  /// Edges in azimuth in [0, 2 pi], rad.
  public let phi: ClosedRange<Double>
  /// Polar angle of a massless particle through its centre in the centre-of-mass frame, rad.
  public let thetaCentreOfMass: Double
  /// Azimuth of such a particle in the centre-of-mass frame in [0, 2 pi), rad.
  public let phiCentreOfMass: Double
  /// Laboratory energy of a massless particle that has 1 GeV in the centre-of-mass frame, GeV.
  public let laboratoryEnergyPerCentreOfMassEnergy: Double

  /// Polar angle of the centre, rad.
  public var thetaCentre: Double { 0.5 * (theta.lowerBound + theta.upperBound) }
  /// Azimuth of the centre, rad.
  public var phiCentre: Double { 0.5 * (phi.lowerBound + phi.upperBound) }
}

/// A ring of trigger cells.
public struct TriggerCellRing: Equatable, Sendable {
  /// Number, 1 to 17 from forward to backward.
  public let ring: Int
  /// Part of the calorimeter.
  public let region: CalorimeterRegion
  /// Cells in the ring.
  public let cellCount: Int
  /// Edges in polar angle, rad.
  public let theta: ClosedRange<Double>
  /// Laboratory energy per centre-of-mass energy at azimuth 90 degrees.
  public let laboratoryEnergyPerCentreOfMassEnergy: Double
}

/// The 576 trigger cells of level 1 and the crystals they sum.
public struct TriggerCells: Sendable {
  /// All cells; the cell with number n stands at n - 1.
  public let all: [TriggerCell]
  /// Rings; ring n stands at n - 1.
  public let rings: [TriggerCellRing]
  private let cellOfRingPosition: [[Int]]
  private let crystalStarts: [Int32]
  private let crystalList: [UInt16]

  init(cells table: DetectorTable, rings ringTable: DetectorTable, crystalRings: [CalorimeterRing])
    throws(DetectorTableError)
  {
    let rings = try TriggerCells.readRings(ringTable)
    var all: [TriggerCell] = []
    var position: [[Int]] = rings.map { Array(repeating: 0, count: $0.cellCount) }
    var expectedCrystals: [Double] = []
    for row in table.rows.indices {
      let id = try table.integer(row, "tc_id", in: 1...65535)
      guard id == row + 1 else { throw table.error(row, "tc_id", "\(id), but cell \(row + 1) comes next") }
      let ring = try table.integer(row, "tc_theta_id", in: 1...rings.count)
      let inRing = try table.integer(row, "tc_phi_id", in: 1...rings[ring - 1].cellCount)
      guard position[ring - 1][inRing - 1] == 0 else {
        throw table.error(row, "tc_phi_id", "ring \(ring) has two cells at position \(inRing)")
      }
      position[ring - 1][inRing - 1] = id
      let regionName = try table.text(row, "region")
      guard let region = CalorimeterRegion(rawValue: regionName), region == rings[ring - 1].region else {
        throw table.error(row, "region", "\"\(regionName)\" is not the region of ring \(ring)")
      }
      func degrees(_ name: String, _ range: ClosedRange<Double>) throws(DetectorTableError) -> Double {
        try table.number(row, name, in: range) * Units.degree
      }
      let thetaLow = try degrees("theta_lo_deg", 0...180)
      let thetaHigh = try degrees("theta_hi_deg", 0...180)
      let phiLow = try degrees("phi_lo_deg", 0...360)
      let phiHigh = try degrees("phi_hi_deg", 0...360)
      guard thetaLow < thetaHigh else { throw table.error(row, "theta_hi_deg", "not above theta_lo_deg") }
      guard phiLow < phiHigh else { throw table.error(row, "phi_hi_deg", "not above phi_lo_deg") }
      expectedCrystals.append(try table.number(row, "n_crystals", in: 1...100))
      all.append(
        TriggerCell(
          id: id, region: region, ring: ring, positionInRing: inRing, theta: thetaLow...thetaHigh,
          phi: phiLow...phiHigh, thetaCentreOfMass: try degrees("theta_cm_deg", 0...180),
          phiCentreOfMass: try degrees("phi_cm_deg", 0...360),
          laboratoryEnergyPerCentreOfMassEnergy: try table.number(row, "elab_per_1gev_cm", in: 0.01...100)))
    }
    guard !position.contains(where: { $0.contains(0) }) else {
      throw table.error("a ring of trigger cells is not complete")
    }
    self.all = all
    self.rings = rings
    cellOfRingPosition = position

    var lists: [[UInt16]] = Array(repeating: [], count: all.count + 1)
    for ring in crystalRings {
      guard ring.triggerRing <= rings.count else { throw table.error("no trigger ring \(ring.triggerRing)") }
      for i in 0..<ring.crystalCount {
        let cell = TriggerCells.cell(position, ring, i)
        lists[cell].append(UInt16(ring.firstCrystal + i))
      }
    }
    // The table states the mean number of crystals of a cell per ring: the map must give just that.
    for ring in rings {
      let cells = position[ring.ring - 1]
      let mean = Double(cells.reduce(0) { $0 + lists[$1].count }) / Double(cells.count)
      guard abs(mean - expectedCrystals[cells[0] - 1]) < 0.051 else {
        throw table.error(
          "ring \(ring.ring) has \(mean) crystals per cell, the table says \(expectedCrystals[cells[0] - 1])")
      }
    }
    var starts: [Int32] = []
    var list: [UInt16] = []
    for cell in lists {
      starts.append(Int32(list.count))
      list.append(contentsOf: cell)
    }
    starts.append(Int32(list.count))
    crystalStarts = starts
    crystalList = list
  }

  private static func readRings(_ table: DetectorTable) throws(DetectorTableError) -> [TriggerCellRing] {
    var rings: [TriggerCellRing] = []
    for row in table.rows.indices {
      let ring = try table.integer(row, "tc_theta_id", in: 1...255)
      guard ring == row + 1 else { throw table.error(row, "tc_theta_id", "\(ring), but ring \(row + 1) comes next") }
      let regionName = try table.text(row, "region")
      guard let region = CalorimeterRegion(rawValue: regionName) else {
        throw table.error(row, "region", "\"\(regionName)\" where FWD, BRL or BWD is expected")
      }
      let low = try table.number(row, "theta_lo_deg", in: 0...180) * Units.degree
      let high = try table.number(row, "theta_hi_deg", in: 0...180) * Units.degree
      guard low < high else { throw table.error(row, "theta_hi_deg", "not above theta_lo_deg") }
      rings.append(
        TriggerCellRing(
          ring: ring, region: region, cellCount: try table.integer(row, "n_phi", in: 1...1024), theta: low...high,
          laboratoryEnergyPerCentreOfMassEnergy: try table.number(row, "elab_per_1gev_cm", in: 0.01...100)))
    }
    return rings
  }

  private static func cell(_ position: [[Int]], _ ring: CalorimeterRing, _ i: Int) -> Int {
    let cells = position[ring.triggerRing - 1]
    // The crystal belongs to the cell that holds its centre, (i + 1/2)/n of a turn; in whole numbers, since centres fall on cell edges
    // where 144 crystals share 32 cells (then the higher cell takes it).
    return cells[(2 * i + 1) * cells.count / (2 * ring.crystalCount)]
  }

  func cells(ofRing ring: CalorimeterRing, crystal i: Int) -> Int {
    TriggerCells.cell(cellOfRingPosition, ring, i)
  }

  /// A cell by its number.
  /// - Parameter id: 1 to 576.
  public func cell(_ id: Int) -> TriggerCell { all[id - 1] }

  /// Number of the cell at a position of a ring.
  /// - Parameters:
  ///   - ring: 1 to 17.
  ///   - position: from 1; wraps around the ring.
  public func cell(ring: Int, position: Int) -> Int {
    let cells = cellOfRingPosition[ring - 1]
    let wrapped = (position - 1) % cells.count
    return cells[wrapped < 0 ? wrapped + cells.count : wrapped]
  }

  /// Crystals of a cell.
  /// - Parameter id: 1 to 576.
  public func crystals(ofCell id: Int) -> ArraySlice<UInt16> {
    crystalList[Int(crystalStarts[id])..<Int(crystalStarts[id + 1])]
  }
}
