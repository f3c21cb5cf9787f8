/// Finds short tracks: coincidences of azimuth bins of super-layers 0 to 4 that a helix from the interaction point can
/// have left.
///
/// All bins of super-layer 2 are asked at once: a pattern is the AND of five words, four of them rotated. Around every
/// two-dimensional track the bins of super-layers 0 to 2 are cleared first, so that the track is not counted again.
/// Where several patterns fit the same bin of super-layer 0, the most probable says where the track goes.
/// Source: `Documentation/level1.md`, section "Short and inner tracks".
package final class ShortTrackFinder {
  private struct Entry {
    /// Places of the four rotated words.
    var words: SIMD4<UInt8>
    var inner: Int8
    var destination: Int8
    /// The endcap bins of a track whose bin in super-layer 0 is 0.
    var endcapFirst: Int8
    var endcapCount: Int8
  }

  private let entries: [Entry]
  private let rotations = ScratchBuffer<UInt64>(repeating: 0, count: 4 * places)
  private let used: [ClosedRange<Int>]

  private static let places = 2 * ShortTrackPattern.largestOffset + 1
  /// Radius of the outermost of the five super-layers in cm: as far a two-dimensional track is followed.
  private static let outerRadius = 62.0

  package init(patterns: [ShortTrackPattern] = ShortTrackPattern.standard) {
    let largest = Int8(ShortTrackPattern.largestOffset)
    precondition(
      patterns.allSatisfy { pattern in (0..<4).allSatisfy { pattern.offsets[$0].magnitude <= largest.magnitude } },
      "a short track stays within \(largest) bins")
    entries = patterns.map { pattern in
      var words = SIMD4<UInt8>()
      for index in 0..<4 { words[index] = UInt8(index * Self.places + Int(pattern.offsets[index] + largest)) }
      return Entry(
        words: words, inner: pattern.offsets.x, destination: pattern.destination.rawValue,
        endcapFirst: pattern.endcapBins.lowerBound,
        endcapCount: Int8(clamping: pattern.endcapBins.count))
    }
    used = (0..<4).map { index in
      let offsets = patterns.map { Int($0.offsets[index]) }
      return (offsets.min() ?? 0)...(offsets.max() ?? 0)
    }
  }

  /// Finds the short tracks of one event.
  package func find(_ segments: SegmentAzimuths, tracks: borrowing DriftChamberTracks) -> ShortTracks {
    let free = ~Self.veto(tracks)
    return find(
      superLayer0: segments.superLayer0 & free, superLayer1: segments.superLayer1 & free,
      superLayer2: segments.superLayer2 & free, superLayer3: segments.superLayer3,
      superLayer4: segments.superLayer4)
  }

  private func find(
    superLayer0: UInt64, superLayer1: UInt64, superLayer2: UInt64, superLayer3: UInt64, superLayer4: UInt64
  ) -> ShortTracks {
    var found = ShortTracks()
    guard superLayer0 != 0 && superLayer1 != 0 && superLayer2 != 0 && superLayer3 != 0 && superLayer4 != 0
    else { return found }
    let rotations = self.rotations.elements
    fill(rotations, 0, superLayer0)
    fill(rotations, 1, superLayer1)
    fill(rotations, 2, superLayer3)
    fill(rotations, 3, superLayer4)
    var taken: UInt64 = 0
    for entry in entries {
      var bins = superLayer2 & rotations[Int(entry.words.x)]
      bins &= rotations[Int(entry.words.y)] & rotations[Int(entry.words.z)] & rotations[Int(entry.words.w)]
      guard bins != 0 else { continue }
      found.bins |= bins
      let inner = SegmentAzimuths.rotated(bins, by: Int(entry.inner))
      let fresh = inner & ~taken
      taken |= inner
      guard entry.destination != 0 && fresh != 0 else { continue }
      let reached = Self.spread(fresh, from: Int(entry.endcapFirst), count: Int(entry.endcapCount))
      if entry.destination > 0 {
        found.forward |= fresh
        found.forwardEndcap |= reached
      } else {
        found.backward |= fresh
        found.backwardEndcap |= reached
      }
    }
    found.innerBins = taken
    return found
  }

  /// Word `offset + largest` of a super-layer has bit i set if its bin i + offset is.
  private func fill(_ rotations: UnsafeMutableBufferPointer<UInt64>, _ index: Int, _ bits: UInt64) {
    for offset in used[index] {
      rotations[index * Self.places + offset + ShortTrackPattern.largestOffset] =
        SegmentAzimuths.rotated(bits, by: -offset)
    }
  }

  /// Every bin replaced by a range of bins around the circle.
  private static func spread(_ bins: UInt64, from first: Int, count: Int) -> UInt64 {
    var result: UInt64 = 0
    var rest = bins
    while rest != 0 {
      result |= SegmentAzimuths.range(from: rest.trailingZeroBitCount + first, count: count)
      rest &= rest - 1
    }
    return result
  }

  /// The bins of two-dimensional tracks: from their azimuth at the origin to that in super-layer 4, and one more either
  /// way.
  package static func veto(_ tracks: borrowing DriftChamberTracks) -> UInt64 {
    var bins: UInt64 = 0
    for index in 0..<tracks.count {
      let phi0 = Double(tracks.phi0[index])
      let sine = max(-1, min(1, Double(tracks.omega[index]) * outerRadius / 2))
      let outer = phi0 - arcsine(sine)
      let perTurn = Double(SegmentAzimuths.bins) / (2 * Double.pi)
      let first = Int((min(phi0, outer) * perTurn).rounded(.down)) - 1
      let last = Int((max(phi0, outer) * perTurn).rounded(.down)) + 1
      bins |= SegmentAzimuths.range(from: first, count: last - first + 1)
      if bins == .max { break }
    }
    return bins
  }
}
