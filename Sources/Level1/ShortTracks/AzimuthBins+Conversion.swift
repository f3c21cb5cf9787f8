extension AzimuthBins {
  /// The bins of 10 degrees that overlap with a set of bins of 5.625 degrees.
  package init(sixtyFourths bits: UInt64) {
    var overlapping: UInt64 = 0
    if bits != 0 {
      for bin in 0..<Self.count where bits & Self.sixtyFourths[bin] != 0 { overlapping |= 1 << UInt64(bin) }
    }
    self.init(bits: overlapping)
  }

  /// For every bin of 10 degrees the bins of 5.625 degrees that overlap with it.
  private static let sixtyFourths: [UInt64] = (0..<count).map { bin in
    let first = bin * SegmentAzimuths.bins / count
    let last = ((bin + 1) * SegmentAzimuths.bins - 1) / count
    return SegmentAzimuths.range(from: first, count: last - first + 1)
  }

  /// Quadrants of the endcaps in which a bin is set, one bin more on either side counted: bit k is centred at
  /// 45 + 90 k degrees.
  package var quadrants: UInt32 {
    let wide = widened(by: 1).bits
    var quadrants: UInt32 = 0
    for quadrant in 0..<4 where wide >> UInt64(9 * quadrant) & 0x1FF != 0 { quadrants |= 1 << UInt32(quadrant) }
    return quadrants
  }
}
