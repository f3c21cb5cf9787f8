/// Neighbour lists of all crystals, built once from the rings.
///
/// Two crystals touch if they are the same or next in one ring, or stand in adjacent rings with intervals of azimuth that overlap or
/// share an end point. The first shell of a crystal is what touches it, the second shell what touches the first.
struct CrystalNeighbours {
  var nearStarts: [Int32] = [0, 0]
  var near: [UInt16] = []
  var wideStarts: [Int32] = [0, 0]
  var wide: [UInt16] = []
  var corners: [Bool] = []

  init(rings: [CalorimeterRing]) {
    // The azimuth of crystal i of n is [i, i + 1]/n of a turn: compared in whole numbers, so that shared end points are exact.
    func touching(_ ring: CalorimeterRing, _ i: Int, in other: CalorimeterRing) -> [Int] {
      let n = ring.crystalCount
      let m = other.crystalCount
      if ring.index == other.index { return [(i + n - 1) % n, i, (i + 1) % n] }
      // j touches i if j/m <= (i + 1)/n and (j + 1)/m >= i/n
      let last = (i + 1) * m / n
      let first = (i * m + n - 1) / n - 1
      return (first...last).map { ($0 + m) % m }
    }
    var ringOf: [Int] = [0]
    for ring in rings { ringOf.append(contentsOf: Array(repeating: ring.index, count: ring.crystalCount)) }
    func firstShell(_ crystal: Int) -> [Int] {
      let ring = rings[ringOf[crystal]]
      let i = crystal - ring.firstCrystal
      var list: [Int] = []
      for index in max(0, ring.index - 1)...min(rings.count - 1, ring.index + 1) {
        let other = rings[index]
        for j in touching(ring, i, in: other) {
          let candidate = other.firstCrystal + j
          if candidate != crystal && !list.contains(candidate) { list.append(candidate) }
        }
      }
      return list
    }
    let count = ringOf.count - 1
    for crystal in stride(from: 1, through: count, by: 1) {
      near.append(contentsOf: firstShell(crystal).map { UInt16($0) })
      nearStarts.append(Int32(near.count))
    }
    for crystal in stride(from: 1, through: count, by: 1) {
      let first = Array(near[Int(nearStarts[crystal])..<Int(nearStarts[crystal + 1])])
      var second: [UInt16] = []
      for step in first {
        for candidate in near[Int(nearStarts[Int(step)])..<Int(nearStarts[Int(step) + 1])]
        where Int(candidate) != crystal && !first.contains(candidate) && !second.contains(candidate) {
          second.append(candidate)
        }
      }
      let ring = rings[ringOf[crystal]]
      let i = crystal - ring.firstCrystal
      for candidate in second {
        let other = rings[ringOf[Int(candidate)]]
        let distance = abs(other.index - ring.index)
        // A corner is two rings away and does not touch in azimuth either.
        let touches = touching(ring, i, in: other).contains(Int(candidate) - other.firstCrystal)
        wide.append(candidate)
        corners.append(distance == 2 && !touches)
      }
      wideStarts.append(Int32(wide.count))
    }
  }
}
