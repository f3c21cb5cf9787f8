/// A set of azimuths in 36 bins of 10 degrees, as the global matching sees tracks and clusters.
///
/// Differences of bins are taken around the circle, and the windows are symmetric about 18 bins (180 degrees), so that a
/// question about pairs is a rotation of one set against the other.
package struct AzimuthBins: Sendable {
  package static let count = 36
  private static let all: UInt64 = (1 << 36) - 1

  package init() {}

  /// The set with the given bins.
  package init(bits: UInt64) { self.bits = bits & Self.all }

  /// Bin b is bit b.
  package private(set) var bits: UInt64 = 0

  var isEmpty: Bool { bits == 0 }

  /// The bin of an azimuth in radians between -2 pi and 4 pi.
  package static func bin(_ azimuth: Float) -> Int {
    let bin = Int((Double(azimuth) * (36 / (2 * Double.pi))).rounded(.down)) % count
    return bin < 0 ? bin + count : bin
  }

  package mutating func insert(_ bin: Int) { bits |= 1 << UInt64(bin) }

  /// Is a bin of the set at most one bin away from this one?
  package func hasNeighbour(of bin: Int) -> Bool {
    Self.rotated(bits, by: Self.count + 1 - bin) & 7 != 0
  }

  /// The set with all bins at most `steps` away from one of this set.
  package func widened(by steps: Int) -> AzimuthBins {
    var wide = bits
    for step in stride(from: 1, through: steps, by: 1) {
      wide |= Self.rotated(bits, by: step) | Self.rotated(bits, by: Self.count - step)
    }
    return AzimuthBins(bits: wide)
  }

  /// All differences between a bin of this set and one of another (of the same set: between different bins), as bits
  /// 0 to 35.
  package func differences(to other: AzimuthBins) -> UInt64 {
    var differences: UInt64 = 0
    var rest = bits
    while rest != 0 {
      let bin = rest.trailingZeroBitCount
      rest &= rest - 1
      differences |= Self.rotated(other.bits, by: Self.count - bin)
    }
    return differences
  }

  /// Differences within `halfWidth` bins of back to back, as bits.
  package static func backToBack(within halfWidth: Int) -> UInt64 {
    var window: UInt64 = 0
    for difference in (18 - halfWidth)...(18 + halfWidth) { window |= 1 << UInt64(difference) }
    return window
  }

  /// Bits moved up by a number of bins around the circle.
  private static func rotated(_ bits: UInt64, by bins: Int) -> UInt64 {
    let shift = UInt64(bins % count)
    return (bits << shift | bits >> (UInt64(count) - shift)) & all
  }
}
