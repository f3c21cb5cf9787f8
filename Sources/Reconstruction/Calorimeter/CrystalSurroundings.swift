import Detector
import Kinematics

/// The 5 x 5 arrays about the crystals of the calorimeter, flat in memory.
struct CrystalSurroundings: Sendable {
  /// Centres by crystal number (from 1), cm.
  let centres: [Vector3]
  /// Crystals about crystal 1, about crystal 2, and so on: the first shell, then the second.
  let crystals: [UInt16]
  /// Beside `crystals`: 1 the first shell, 2 the second without its corners, 3 its corners.
  let rings: [UInt8]
  /// Where the first and the second shell of each crystal begin in `crystals`.
  private let first: [Int32]
  private let second: [Int32]

  init(_ calorimeter: Calorimeter) {
    var centres = [Vector3(0, 0, 0)]
    var crystals: [UInt16] = []
    var rings: [UInt8] = []
    var first: [Int32] = [0]
    var second: [Int32] = [0]
    for crystal in 1...calorimeter.crystalCount {
      centres.append(calorimeter.centre(ofCrystal: crystal))
      first.append(Int32(crystals.count))
      for neighbour in calorimeter.neighbours(of: crystal) {
        crystals.append(neighbour)
        rings.append(1)
      }
      second.append(Int32(crystals.count))
      calorimeter.forEachSecondNeighbour(of: crystal) { neighbour, isCorner in
        crystals.append(UInt16(truncatingIfNeeded: neighbour))
        rings.append(isCorner ? 3 : 2)
      }
    }
    first.append(Int32(crystals.count))
    self.centres = centres
    self.crystals = crystals
    self.rings = rings
    self.first = first
    self.second = second
  }

  /// Whether there is a crystal of this number.
  func isCrystal(_ crystal: Int) -> Bool { crystal >= 1 && crystal < centres.count }

  /// Positions of the first shell of a crystal in `crystals`.
  func neighbours(of crystal: Int) -> Range<Int> { Int(first[crystal])..<Int(second[crystal]) }

  /// Positions of both shells of a crystal in `crystals`.
  func all(of crystal: Int) -> Range<Int> { Int(first[crystal])..<Int(first[crystal + 1]) }
}
