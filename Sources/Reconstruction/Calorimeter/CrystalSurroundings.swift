import CLanes
import Detector
import Kinematics
import Statistics

/// The 5 x 5 arrays about the crystals of the calorimeter, flat in memory.
struct CrystalSurroundings: Sendable {
  /// Centres by crystal number (from 1), cm.
  let centres: [Vector3]
  /// Regions by crystal number: 0 forward, 1 barrel, 2 backward.
  let regions: [UInt8]
  /// Crystals about crystal 1, about crystal 2, and so on: the first shell, then the second.
  let crystals: [UInt16]
  /// Beside `crystals`: 1 the first shell, 2 the second without its corners, 3 its corners.
  let rings: [UInt8]
  /// Beside `crystals`: share of a shower expected there relative to its central crystal.
  let shares: [Float]
  /// Polar angles between the parts of the calorimeter, rad.
  let gaps: [ClosedRange<Double>]
  /// Where the first and the second shell of each crystal begin in `crystals`.
  private let first: [Int32]
  private let second: [Int32]

  /// Length over which showers are expected to fall off sideways, cm.
  private static let fallOff = 2.6

  init(_ calorimeter: Calorimeter) {
    var centres = [Vector3(0, 0, 0)]
    var regions: [UInt8] = [0]
    var crystals: [UInt16] = []
    var rings: [UInt8] = []
    var shares: [Float] = []
    var first: [Int32] = [0]
    var second: [Int32] = [0]
    for crystal in 1...calorimeter.crystalCount {
      let centre = calorimeter.centre(ofCrystal: crystal)
      centres.append(centre)
      let region = calorimeter.rings[calorimeter.ring(ofCrystal: crystal)].region
      regions.append(UInt8(CalorimeterPileUp.index(region)))
      func append(_ neighbour: Int, _ ring: UInt8) {
        crystals.append(UInt16(truncatingIfNeeded: neighbour))
        rings.append(ring)
        let distance = (calorimeter.centre(ofCrystal: neighbour) - centre).length
        shares.append(Float(PortableMath.exp(-distance / CrystalSurroundings.fallOff)))
      }
      first.append(Int32(crystals.count))
      for neighbour in calorimeter.neighbours(of: crystal) { append(Int(neighbour), 1) }
      second.append(Int32(crystals.count))
      calorimeter.forEachSecondNeighbour(of: crystal) { neighbour, isCorner in append(neighbour, isCorner ? 3 : 2) }
    }
    first.append(Int32(crystals.count))
    gaps = zip(calorimeter.rings, calorimeter.rings.dropFirst()).compactMap { ring, next in
      ring.region != next.region && next.thetaLow > ring.thetaHigh ? ring.thetaHigh...next.thetaLow : nil
    }
    self.centres = centres
    self.regions = regions
    self.crystals = crystals
    self.rings = rings
    self.shares = shares
    self.first = first
    self.second = second
  }

  /// Whether there is a crystal of this number.
  func isCrystal(_ crystal: Int) -> Bool { crystal >= 1 && crystal < centres.count }

  /// Asks for the crystals about a crystal, so that they are there when they are wanted: the tables are larger than the near caches.
  @inline(__always)
  func prefetchNeighbours(of crystal: Int) {
    let start = Int(first[crystal])
    crystals.withUnsafeBufferPointer { list in
      guard let base = list.baseAddress else { return }
      sluice_prefetch(base + start)
      sluice_prefetch(base + start + 23)
    }
  }

  /// The same for the shares and rings of those.
  @inline(__always)
  func prefetchShares(of crystal: Int) {
    let start = Int(first[crystal])
    shares.withUnsafeBufferPointer { list in
      guard let base = list.baseAddress else { return }
      sluice_prefetch(base + start)
      sluice_prefetch(base + start + 16)
    }
    rings.withUnsafeBufferPointer { list in
      if let base = list.baseAddress { sluice_prefetch(base + start) }
    }
  }

  /// The same for its centre.
  @inline(__always)
  func prefetchCentre(of crystal: Int) {
    centres.withUnsafeBufferPointer { list in
      if let base = list.baseAddress { sluice_prefetch(base + crystal) }
    }
  }

  /// Positions of the first shell of a crystal in `crystals`.
  func neighbours(of crystal: Int) -> Range<Int> { Int(first[crystal])..<Int(second[crystal]) }

  /// Positions of both shells of a crystal in `crystals`.
  func all(of crystal: Int) -> Range<Int> { Int(first[crystal])..<Int(first[crystal + 1]) }
}
