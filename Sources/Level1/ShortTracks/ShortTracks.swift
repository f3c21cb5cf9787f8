/// The short tracks of one event: helices from the interaction point that leave segments in super-layers 0 to 4 and are
/// not part of a two-dimensional track.
public struct ShortTracks: Sendable, Equatable {
  /// Bins of super-layer 2 in which a pattern is complete, of 64 in azimuth from 0.
  public internal(set) var bins: UInt64 = 0
  /// The same in bins of super-layer 0.
  public internal(set) var innerBins: UInt64 = 0
  /// Bins of super-layer 0 whose pattern points to the forward endcap.
  public internal(set) var forward: UInt64 = 0
  /// Bins of super-layer 0 whose pattern points to the backward endcap.
  public internal(set) var backward: UInt64 = 0
  /// Azimuth bins in which tracks are expected in the forward endcap.
  public internal(set) var forwardEndcap: UInt64 = 0
  /// Azimuth bins in which tracks are expected in the backward endcap.
  public internal(set) var backwardEndcap: UInt64 = 0

  package init() {}

  /// Number of tracks: bins side by side are one.
  public var count: Int { AzimuthRuns.count(bins) }
}

/// The inner tracks of one event: segments in super-layers 0 to 2 that one track may have left.
public struct InnerTracks: Sendable, Equatable {
  /// Bins of super-layer 0 with an inner track, of 64 in azimuth from 0.
  public internal(set) var bins: UInt64 = 0

  package init() {}

  /// Finds the inner tracks: a bin i of super-layer 0, any bin from i - 4 to i of super-layer 1 (which its stereo wires
  /// turn backwards), any from i - 2 to i + 2 of super-layer 2.
  package init(_ segments: SegmentAzimuths) {
    func rotated(_ bits: UInt64, _ steps: Int) -> UInt64 { SegmentAzimuths.rotated(bits, by: steps) }
    let stereo = segments.superLayer1
    let axial = segments.superLayer2
    let second: UInt64 = stereo | rotated(stereo, 1)
    let third: UInt64 = axial | rotated(axial, 1)
    let anyStereo: UInt64 = second | rotated(second, 2) | rotated(stereo, 4)
    let anyAxial: UInt64 = rotated(third, -2) | third | rotated(axial, 2)
    bins = segments.superLayer0 & anyStereo & anyAxial
  }

  /// Number of tracks: bins side by side are one.
  public var count: Int { AzimuthRuns.count(bins) }
}

/// Runs of bins side by side on a circle of 64.
enum AzimuthRuns {
  /// Number of runs.
  static func count(_ bins: UInt64) -> Int {
    if bins == .max { return 1 }
    return (bins & ~SegmentAzimuths.rotated(bins, by: 1)).nonzeroBitCount
  }

  /// Calls a function with the first bin and the length of every run, by rising first bin.
  static func forEach(_ bins: UInt64, _ body: (_ first: Int, _ length: Int) -> Void) {
    if bins == .max { return body(0, 64) }
    var starts = bins & ~SegmentAzimuths.rotated(bins, by: 1)
    while starts != 0 {
      let first = starts.trailingZeroBitCount
      starts &= starts - 1
      body(first, (~SegmentAzimuths.rotated(bins, by: -first)).trailingZeroBitCount)
    }
  }

  /// The azimuth of the middle of a run in radians, 0 to 2 pi.
  static func azimuth(first: Int, length: Int) -> Float {
    let turns = (Double(first) + Double(length) / 2) / 64
    return Float((turns < 1 ? turns : turns - 1) * 2 * Double.pi)
  }
}
