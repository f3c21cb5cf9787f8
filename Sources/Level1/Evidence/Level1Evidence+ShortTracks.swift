import Menu

/// Bits of short and inner tracks.
extension Level1Evidence {
  /// The short tracks with the segments in their bins.
  var shortTracks: [Explanation] {
    let short = primitives.shortTracks
    var parts = runs(short.bins, superLayer: 2, "short track")
    for (name, starts, reached) in [
      ("forward", short.forward, short.forwardEndcap), ("backward", short.backward, short.backwardEndcap),
    ] where starts != 0 {
      parts.append(
        Explanation(
          text: "to the \(name) endcap from \(Self.azimuths(starts)) of super-layer 0, expected at "
            + Self.azimuths(reached)))
    }
    return parts
  }

  /// The inner tracks with the segments in their bins.
  var innerTracks: [Explanation] { runs(primitives.innerTracks.bins, superLayer: 0, "inner track") }

  /// The parts below the run of bins at a place.
  func run(_ place: Int, of bins: UInt64, superLayer: Int) -> [Explanation] {
    let all = runs(bins, superLayer: superLayer, "")
    return place < all.count ? all[place].children : []
  }

  private func runs(_ bins: UInt64, superLayer: Int, _ name: String) -> [Explanation] {
    var parts: [Explanation] = []
    AzimuthRuns.forEach(bins) { first, length in
      let run = SegmentAzimuths.range(from: first, count: length)
      parts.append(
        Explanation(
          text: "\(name) \(parts.count + 1): bins of super-layer \(superLayer)", value: Self.azimuths(run),
          children: segments(around: run, last: superLayer == 0 ? 2 : 4)))
    }
    return parts
  }

  /// Segments of the inner super-layers at most as far from a set of bins as patterns reach.
  private func segments(around bins: UInt64, last: Int) -> [Explanation] {
    var near = bins
    for step in 1...4 {
      near |= SegmentAzimuths.rotated(bins, by: step) | SegmentAzimuths.rotated(bins, by: -step)
    }
    let masks = SegmentAzimuths.masks(chamber)
    let segments = primitives.segments
    return (0...last).map { superLayer in
      let found = (segments.superLayerStart[superLayer]..<segments.superLayerStart[superLayer + 1]).filter {
        masks[Int(segments.number[$0])] & near != 0
      }
      let list = found.map { entry in
        let number = segments.number[entry]
        return "\(number) (\(Self.azimuths(masks[Int(number)])))"
      }
      return Explanation(
        text: "segments of super-layer \(superLayer) near it: " + (list.isEmpty ? "none" : list.joined(separator: ", "))
      )
    }
  }

  /// The windows of the bits made of pairs with short or inner tracks.
  static func pairWindow(_ name: String) -> UInt64? {
    switch name {
    case "s2s3", "s2f3": GlobalMatching.backToBack3
    case "s2s5", "s2f5", "itsfb2b": GlobalMatching.backToBack5
    case "s2so", "s2fo", "i2io", "i2fo": GlobalMatching.open90
    case "s2s30", "s2f30": GlobalMatching.open30
    default: nil
    }
  }

  /// Pairs of short or inner tracks with each other or with two-dimensional ones.
  func shortPairs(_ name: String, _ window: UInt64) -> [Explanation] {
    let isInner = name.hasPrefix("i")
    let bits = isInner ? primitives.innerTracks.bins : primitives.shortTracks.innerBins
    let isWithFull = name.hasPrefix("s2f") || name == "i2fo"
    let kind = isInner ? "inner" : "short"
    let own = Self.tenDegrees(AzimuthBins(sixtyFourths: bits))
    var other = own
    if isWithFull {
      let tracks = primitives.tracks
      other = Array(Set((0..<tracks.count).map { AzimuthBins.bin(tracks.phi0[$0]) })).sorted()
    }
    var parts: [Explanation] = []
    for first in own {
      for second in other where isWithFull || second > first {
        let difference = abs(first - second)
        guard window >> UInt64(difference) & 1 == 1 else { continue }
        parts.append(
          Explanation(
            text: "\(kind) track in azimuth bin \(first), \(isWithFull ? "2-D" : kind) track in bin \(second)",
            value: "\(difference) bins"))
      }
    }
    return parts + (isInner ? innerTracks : shortTracks) + (isWithFull ? tracks : [])
  }

  static func tenDegrees(_ bins: AzimuthBins) -> [Int] {
    (0..<AzimuthBins.count).filter { bins.bits >> UInt64($0) & 1 == 1 }
  }

  /// Runs of 64 bins as azimuths: `112 to 124 deg`.
  static func azimuths(_ bins: UInt64) -> String {
    var parts: [String] = []
    AzimuthRuns.forEach(bins) { first, length in
      let from = Double(first) * 360 / 64
      parts.append(
        EvidenceText.fixed(from, 0) + " to "
          + EvidenceText.fixed((from + Double(length) * 360 / 64).truncatingRemainder(dividingBy: 360.0001), 0) + " deg"
      )
    }
    return parts.isEmpty ? "nowhere" : parts.joined(separator: ", ")
  }
}
