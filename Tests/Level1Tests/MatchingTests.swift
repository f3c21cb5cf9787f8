import Foundation
import Level1
import Statistics
import Testing

@Suite("Matching")
struct MatchingTests {
  @Test("takes differences of azimuth bins around the circle, as counting pairs does")
  func differences() {
    var random = CounterRandom(seed: 1, purpose: RandomPurpose(named: "bins"))
    for _ in 0..<500 {
      let left = (0..<Int(random.integer(below: 6))).map { _ in Int(random.integer(below: 36)) }
      let right = (0..<Int(random.integer(below: 6))).map { _ in Int(random.integer(below: 36)) }
      var leftSet = AzimuthBins()
      var rightSet = AzimuthBins()
      for bin in left { leftSet.insert(bin) }
      for bin in right { rightSet.insert(bin) }
      for (window, range) in [
        (GlobalMatching.backToBack3, 17...19), (GlobalMatching.backToBack5, 16...20),
        (GlobalMatching.backToBack7, 15...21), (GlobalMatching.backToBack9, 14...22),
        (GlobalMatching.open90, 9...27), (GlobalMatching.open30, 3...33),
      ] {
        // The definition: plain differences of bins, without going around.
        let pairs = left.contains { first in right.contains { range.contains(abs(first - $0)) } }
        #expect((leftSet.differences(to: rightSet) & window != 0) == pairs)
        let own = left.contains { first in left.contains { range.contains(abs(first - $0)) } }
        #expect((leftSet.differences(to: leftSet) & window != 0) == own)
      }
      for bin in 0..<36 {
        let near = left.contains { [0, 1, 35].contains(abs(bin - $0)) }
        #expect(leftSet.hasNeighbour(of: bin) == near)
      }
    }
  }

  @Test("puts azimuths into bins of 10 degrees, also outside 0 to 360")
  func bins() {
    let degree = Float.pi / 180
    for (azimuth, bin) in [(0.5, 0), (9.9, 0), (10.1, 1), (359.5, 35), (-0.5, 35), (-359.5, 0), (370.5, 1), (719, 35)] {
      #expect(AzimuthBins.bin(Float(azimuth) * degree) == bin)
    }
  }

  @Test("follows a track to a radius, and not beyond where it turns")
  func extrapolation() throws {
    // 1 GeV: phi = phi0 - asin(omega r / 2).
    let azimuth = try #require(GlobalMatching.azimuth(of: (omega: 0.0045, phi0: 1), atRadius: 126))
    #expect(abs(Double(azimuth) - (1 - asin(0.0045 * 63))) < 1e-6)
    #expect(GlobalMatching.azimuth(of: (omega: -0.0149, phi0: 1), atRadius: 176) == nil)
  }

  @Test("points to the nearest fired octant within 32.5 degrees")
  func octants() {
    let degree = Float.pi / 180
    #expect(GlobalMatching.nearestOctant(20 * degree, 0b11) == 0b1)
    #expect(GlobalMatching.nearestOctant(25 * degree, 0b11) == 0b10)
    #expect(GlobalMatching.nearestOctant(350 * degree, 0b1) == 0b1)
    #expect(GlobalMatching.nearestOctant(33 * degree, 0b1) == 0)
    #expect(GlobalMatching.nearestOctant(0, 0) == 0)
  }

  @Test("has an arcsine as good as the library's")
  func arcsines() {
    for step in -1000...1000 {
      let x = Double(step) / 1000
      #expect(abs(arcsine(x) - asin(x)) < 4e-16 * max(1, abs(asin(x))) + 1e-16)
    }
  }

  @Test("fires a muon sector at four layer planes in time, and counts barrel and endcaps")
  func muonSectors() {
    func sectors(_ hits: [(section: UInt8, sector: UInt8, layer: UInt8, plane: UInt8, time: Float)]) -> MuonSectors {
      // Named arrays: a debug build cannot compile a span of an array without a name (Swift 6.3).
      let (section, sector, layer) = (hits.map(\.section), hits.map(\.sector), hits.map(\.layer))
      let (plane, time) = (hits.map(\.plane), hits.map(\.time))
      return MuonSectors(
        section: section.span, sector: sector.span, layer: layer.span, plane: plane.span, time: time.span)
    }
    let four: [(section: UInt8, sector: UInt8, layer: UInt8, plane: UInt8, time: Float)] = [
      (0, 3, 1, 0, 5), (0, 3, 1, 1, 5), (0, 3, 2, 0, 6), (0, 3, 15, 1, 7),
    ]
    #expect(sectors(four).fired == 1 << 3)
    #expect(sectors(Array(four.dropLast()) + [(0, 3, 1, 0, 5)]).fired == 0, "a plane counts once")
    #expect(sectors(Array(four.dropLast()) + [(0, 3, 15, 1, 300)]).fired == 0, "late hits do not count")
    #expect(sectors(four).barrelCount == 1)
    let both = sectors(four + four.map { (1, 7, $0.layer, $0.plane, $0.time) })
    #expect(both.barrelCount == 2 && both.isBarrelBackToBack && !both.isEndcapBackToBack)
    #expect(both.barrelOctants == 1 << 3 | 1 << 7)
    let endcaps = sectors(
      four.map { (2, 1, $0.layer, $0.plane, $0.time) } + four.map { (3, 2, $0.layer, $0.plane, $0.time) })
    #expect(endcaps.fired == 1 << 17 | 1 << 22)
    #expect(endcaps.endcapCount == 2 && endcaps.isEndcapBackToBack && endcaps.barrelCount == 0)
  }
}
