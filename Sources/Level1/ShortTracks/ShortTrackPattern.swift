/// One way in which a short track passes the bins of the five inner super-layers.
package struct ShortTrackPattern: Equatable, Sendable {
  /// Part of the detector to which tracks of a pattern go on.
  package enum Destination: Int8, Sendable {
    /// Backward endcap.
    case backward = -1
    /// The barrel, or not sure enough.
    case barrel = 0
    /// Forward endcap.
    case forward = 1
  }

  /// Bins of super-layers 0, 1, 3 and 4 relative to the bin of super-layer 2.
  package var offsets: SIMD4<Int8>
  /// Where its tracks go.
  package var destination: Destination
  /// First and last bin in which they reach the endcap, relative to the bin of super-layer 0; 0 for the barrel.
  package var endcapBins: ClosedRange<Int8>

  /// The numbers of a row of the table: offsets of super-layers 0, 1, 3, 4, destination, first and last endcap bin.
  package var row: [Int8] {
    [
      offsets.x, offsets.y, offsets.z, offsets.w, destination.rawValue, endcapBins.lowerBound, endcapBins.upperBound,
    ]
  }

  package init(offsets: SIMD4<Int8>, destination: Destination, endcapBins: ClosedRange<Int8>) {
    self.offsets = offsets
    self.destination = destination
    self.endcapBins = endcapBins
  }

  /// A pattern from a row of the table.
  init(row: ArraySlice<Int8>) {
    let first = row.startIndex
    guard row.count == 7, let destination = Destination(rawValue: row[first + 4]), row[first + 5] <= row[first + 6]
    else { preconditionFailure("the table of short-track patterns is damaged") }
    self.init(
      offsets: SIMD4(row[first], row[first + 1], row[first + 2], row[first + 3]), destination: destination,
      endcapBins: row[first + 5]...row[first + 6])
  }

  /// The patterns of the standard detector, the most probable first: ``ShortTrackPatternGenerator`` made them.
  package static let standard: [ShortTrackPattern] = stride(from: 0, to: standardRows.count, by: 7).map {
    ShortTrackPattern(row: standardRows[$0..<($0 + 7)])
  }

  /// Largest size of an offset.
  static let largestOffset = 7
}
