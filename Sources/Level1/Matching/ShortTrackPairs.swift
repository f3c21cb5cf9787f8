/// Angles between short, inner and two-dimensional tracks: differences of azimuth in bins of 10 degrees, as bits.
///
/// Short and inner tracks stand at their azimuth in super-layer 0, two-dimensional ones at that at the origin.
/// Source: `Documentation/level1.md`, section "Short and inner tracks".
package struct ShortTrackPairs: Sendable {
  /// Bit d is set if two short tracks differ by d bins.
  package private(set) var shortShort: UInt64 = 0
  /// A short and a two-dimensional track.
  package private(set) var shortFull: UInt64 = 0
  /// Two inner tracks.
  package private(set) var innerInner: UInt64 = 0
  /// An inner and a two-dimensional track.
  package private(set) var innerFull: UInt64 = 0

  package init(short: ShortTracks, inner: InnerTracks, full: AzimuthBins) {
    if short.innerBins != 0 {
      let bins = AzimuthBins(sixtyFourths: short.innerBins)
      shortShort = bins.differences(to: bins)
      shortFull = full.differences(to: bins)
    }
    if inner.bins != 0 {
      let bins = AzimuthBins(sixtyFourths: inner.bins)
      innerInner = bins.differences(to: bins)
      innerFull = full.differences(to: bins)
    }
  }
}
