import Detector
import Kinematics

/// Parts of the calorimeter in the order in which the trigger lists their clusters, which do not reach across the gaps
/// between them.
enum ClusterRegion: CaseIterable, Sendable {
  case barrel
  case forward
  case backward

  init(ring: Int) { self = ring <= 3 ? .forward : ring <= 15 ? .barrel : .backward }

  /// Rings of trigger cells.
  var rings: ClosedRange<Int> {
    switch self {
    case .forward: 1...3
    case .barrel: 4...15
    case .backward: 16...17
    }
  }

  /// Places around a ring: a cell of ring 1 spans two of the forward region's places.
  var places: Int { self == .barrel ? 36 : 32 }
}

/// The 576 trigger cells with the integers of the firmware's look-up table, and who is whose neighbour.
///
/// Cells are numbered from 1 as in the experiment; entry 0 of every table is unused.
package final class TriggerCellMap: Sendable {
  static let cells = 576

  package let ring: ConstantTable<UInt8>
  /// Centre in the laboratory, radians.
  let theta: ConstantTable<Float>
  let phi: ConstantTable<Float>
  /// Cotangent of the centre's polar angle in the laboratory.
  let cotTheta: ConstantTable<Float>
  /// Angles in the centre-of-mass frame in whole degrees, the next nine and the top nine bits of the look-up table.
  package let thetaStar: ConstantTable<Int16>
  package let phiStar: ConstantTable<Int16>
  /// Laboratory over centre-of-mass energy in steps of 0.1, the low four bits of the look-up table.
  package let energyRatio: ConstantTable<Int16>
  /// The cell at a place of a ring (`ring * 36 + place`).
  package let cellAtPlace: ConstantTable<UInt16>
  /// Neighbours of each cell, eight to a cell, 0 where there is none.
  package let neighbours: ConstantTable<UInt16>

  package init(_ trigger: TriggerCells) {
    let cells = trigger.all
    precondition(cells.count == Self.cells, "the calorimeter trigger has 576 cells")
    func table<Value: BitwiseCopyable>(_ unused: Value, _ value: (TriggerCell) -> Value) -> ConstantTable<Value> {
      ConstantTable([unused] + cells.map(value))
    }
    ring = table(0) { UInt8($0.ring) }
    theta = table(0) { Float($0.thetaCentre) }
    phi = table(0) { Float($0.phiCentre) }
    cotTheta = table(0) { Float(tangent(Double.pi / 2 - $0.thetaCentre)) }
    thetaStar = table(0) { Int16(($0.thetaCentreOfMass / Units.degree).rounded()) }
    phiStar = table(0) { Int16(($0.phiCentreOfMass / Units.degree).rounded()) % 360 }
    energyRatio = table(0) { Int16(($0.laboratoryEnergyPerCentreOfMassEnergy * 10).rounded()) }

    var cellAtPlace = [UInt16](repeating: 0, count: 18 * 36)
    for cell in cells {
      let position = cell.positionInRing - 1
      for place in cell.ring == 1 ? [2 * position, 2 * position + 1] : [position] {
        cellAtPlace[cell.ring * 36 + place] = UInt16(cell.id)
      }
    }
    self.cellAtPlace = ConstantTable(cellAtPlace)

    var neighbours = [UInt16](repeating: 0, count: (Self.cells + 1) * 8)
    for cell in cells {
      let region = ClusterRegion(ring: cell.ring)
      let places = region.places
      let position = cell.positionInRing - 1
      var around: [UInt16] = []
      for ring in (cell.ring - 1)...(cell.ring + 1) where region.rings.contains(ring) {
        for place in cell.ring == 1 ? [2 * position, 2 * position + 1] : [position] {
          for step in -1...1 {
            let neighbour = cellAtPlace[ring * 36 + (place + step + places) % places]
            if neighbour != UInt16(cell.id) && !around.contains(neighbour) { around.append(neighbour) }
          }
        }
      }
      for (slot, neighbour) in around.prefix(8).enumerated() { neighbours[cell.id * 8 + slot] = neighbour }
    }
    self.neighbours = ConstantTable(neighbours)
  }
}
