import Detector

/// The track segments of the five inner super-layers on 64 azimuth bins of 5.625 degrees, as the global trigger sees
/// them.
///
/// Bin b is bit b of a word, so that a question about neighbouring bins is a rotation. Segment i of n covers the azimuth
/// from i / n to (i + 1) / n of a turn; a segment with a bin border inside sets the bins on both sides.
/// Source: `Documentation/level1.md`, section "Short and inner tracks".
package struct SegmentAzimuths: Equatable, Sendable {
  /// Super-layers that take part, from the inside.
  package static let superLayers = 5
  /// Bins of a turn.
  package static let bins = 64

  /// Bins with a segment in super-layers 0 to 4.
  package var superLayer0: UInt64 = 0
  package var superLayer1: UInt64 = 0
  package var superLayer2: UInt64 = 0
  package var superLayer3: UInt64 = 0
  package var superLayer4: UInt64 = 0

  package init() {}

  /// The bins of an event's segments.
  ///
  /// - Parameter masks: for every segment of the five super-layers the bins it sets, from ``masks(_:)``.
  package init(_ segments: borrowing TrackSegments, masks: [UInt64]) {
    func bins(_ superLayer: Int) -> UInt64 {
      var bits: UInt64 = 0
      for entry in segments.superLayerStart[superLayer]..<segments.superLayerStart[superLayer + 1] {
        bits |= masks[Int(segments.number[entry])]
      }
      return bits
    }
    superLayer0 = bins(0)
    superLayer1 = bins(1)
    superLayer2 = bins(2)
    superLayer3 = bins(3)
    superLayer4 = bins(4)
  }

  /// The bins that each segment of super-layers 0 to 4 sets, by segment number.
  package static func masks(_ chamber: DriftChamber) -> [UInt64] {
    chamber.superLayers.prefix(superLayers).flatMap { masks(cells: $0.cellCount) }
  }

  /// The bins that each segment of a super-layer sets.
  ///
  /// - Parameter cells: segments of the super-layer.
  package static func masks(cells: Int) -> [UInt64] {
    (0..<cells).map { segment in
      let first = segment * bins / cells
      let last = ((segment + 1) * bins - 1) / cells
      return 1 << UInt64(first) | 1 << UInt64(last)
    }
  }

  /// Bits moved up around the circle by a number of bins, down if it is negative.
  @inline(__always)
  package static func rotated(_ bits: UInt64, by steps: Int) -> UInt64 {
    let shift = UInt64(truncatingIfNeeded: steps & 63)
    return shift == 0 ? bits : bits << shift | bits >> (64 - shift)
  }

  /// The bins from one to another around the circle, both included.
  ///
  /// - Parameters:
  ///   - first: any whole number; wraps.
  ///   - count: bins, 1 to 64.
  package static func range(from first: Int, count: Int) -> UInt64 {
    rotated(count >= bins ? .max : (1 << UInt64(count)) - 1, by: first)
  }
}
