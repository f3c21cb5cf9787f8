import Detector
import Menu

/// Bits of the drift chamber: two-dimensional, fitted, short and inner tracks.
extension Level1Evidence {
  /// The two-dimensional tracks with their segments.
  var tracks: [Explanation] { (0..<primitives.tracks.count).map { track($0) } }

  /// One track with its segments.
  func track(_ index: Int, children: Bool = true) -> Explanation {
    let tracks = primitives.tracks
    let curvature = EvidenceText.fixed(Double(tracks.omega[index]), 5)
    return Explanation(
      text: "track \(index + 1): phi0 \(EvidenceText.degrees(tracks.phi0[index])), omega \(curvature) /cm",
      value: EvidenceText.gigaelectronvolts(tracks.transverseMomentum(index)),
      children: children ? segments(ofTrack: index) : [])
  }

  /// The segments of a track by super-layer.
  func segments(ofTrack index: Int) -> [Explanation] {
    (0..<9).compactMap { superLayer in
      let number = primitives.tracks.segments[index * 9 + superLayer]
      return number >= 0 ? segment(Int(number), superLayer) : nil
    }
  }

  /// A segment with the wire that fixes its azimuth, its time and the side on which the particle passed.
  func segment(_ number: Int, _ superLayer: Int) -> Explanation {
    let segments = primitives.segments
    let range = segments.superLayerStart[superLayer]..<segments.superLayerStart[superLayer + 1]
    guard let entry = range.first(where: { Int(segments.number[$0]) == number }) else {
      return Explanation(text: "super-layer \(superLayer): segment \(number)")
    }
    let description = chamber.superLayers[superLayer]
    let cell = number - description.firstSegment
    let priority = SegmentPriority(rawValue: segments.priority[entry]) ?? .first
    let layer = priority == .first ? description.firstPriorityLayer : description.secondPriorityLayer
    let wire = chamber.wire(layer: layer, cell: priority == .secondRight ? cell - 1 : cell)
    let side =
      switch SegmentSide(rawValue: segments.side[entry]) {
      case .left?: "left of it"
      case .right?: "right of it"
      default: "side undetermined"
      }
    return Explanation(
      text: "super-layer \(superLayer): segment \(number), wire \(wire) (layer \(layer), cell "
        + "\(chamber.cell(ofWire: wire))), \(priority == .first ? "first" : "second") priority, \(side)",
      value: "\(segments.time[entry]) counts")
  }

  /// Tracks with a three-dimensional fit.
  var fittedTracks: [Int] { (0..<primitives.tracks.count).filter { primitives.tracks.z0[$0].isFinite } }

  /// The fitted tracks that count.
  var fitted: [Explanation] {
    let tracks = primitives.tracks
    return fittedTracks.filter { abs(tracks.z0[$0]) < PrimitiveFinder.fittedReach }.map { fittedTrack($0) }
  }

  func fittedTrack(_ index: Int) -> Explanation {
    let tracks = primitives.tracks
    let slope = EvidenceText.fixed(Double(tracks.cotTheta[index]), 3)
    return Explanation(
      text: "track \(index + 1): cot theta \(slope), phi0 \(EvidenceText.degrees(tracks.phi0[index])), "
        + "pT \(EvidenceText.gigaelectronvolts(tracks.transverseMomentum(index)))",
      value: "z " + EvidenceText.centimetres(tracks.z0[index]), children: segments(ofTrack: index))
  }

  /// Tracks with an answer of the neural networks.
  var neuralTracks: [Int] { (0..<primitives.tracks.count).filter { primitives.tracks.neuralZ[$0].isFinite } }

  /// The neural tracks that come from near enough to the interaction point, in cm.
  func neural(within reach: Float) -> [Explanation] {
    let tracks = primitives.tracks
    return neuralTracks.filter { abs(tracks.neuralZ[$0]) < reach }.map { index in
      Explanation(
        text: "track \(index + 1): theta \(EvidenceText.degrees(tracks.neuralTheta[index])), "
          + "p \(EvidenceText.gigaelectronvolts(tracks.neuralMomentumInGeV(index))), "
          + "phi0 \(EvidenceText.degrees(tracks.phi0[index]))",
        value: "z " + EvidenceText.centimetres(tracks.neuralZ[index]), children: segments(ofTrack: index))
    }
  }

  /// The event time of the drift chamber, with the tracks it is taken from.
  var chamberTime: [Explanation] {
    [Explanation(text: "drift chamber's event time", value: EvidenceText.nanoseconds(primitives.chamberTime))] + tracks
  }

  /// Pairs of two-dimensional tracks in a window of azimuth differences.
  func trackPairs(_ name: String) -> [Explanation] {
    guard let window = Self.windows[name] else { return [] }
    let tracks = primitives.tracks
    return Self.pairs(tracks.count).compactMap { first, second in
      let bins = (AzimuthBins.bin(tracks.phi0[first]), AzimuthBins.bin(tracks.phi0[second]))
      let difference = abs(bins.0 - bins.1)
      guard window >> UInt64(difference) & 1 == 1 else { return nil }
      return Explanation(
        text: "tracks \(first + 1) and \(second + 1) in azimuth bins \(bins.0) and \(bins.1)",
        value: "\(difference) bins", children: [track(first), track(second)])
    }
  }

  /// Windows of azimuth differences of the bits made of track pairs.
  static let windows: [String: UInt64] = [
    "cdc_b2b3": GlobalMatching.backToBack3, "cdc_b2b5": GlobalMatching.backToBack5,
    "cdc_b2b7": GlobalMatching.backToBack7, "cdc_b2b9": GlobalMatching.backToBack9,
    "cdc_open90": GlobalMatching.open90, "f2f30": GlobalMatching.open30,
  ]

  /// All pairs of a number of objects.
  static func pairs(_ count: Int) -> [(Int, Int)] {
    (0..<count).flatMap { first in ((first + 1)..<max(count, first + 1)).map { (first, $0) } }
  }
}
