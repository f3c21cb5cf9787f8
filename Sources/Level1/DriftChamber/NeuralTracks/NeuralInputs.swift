import Detector

/// What a neural network sees of a track: three numbers for each super-layer, in fixed point with 12 binary digits
/// behind the point, and which of the five networks is to look at them.
///
/// For super-layer i, all 0 if the track has no segment there:
/// - 3 i: azimuth of the middle of the segment's priority wire relative to the track, scaled so that what occurs fills -1 to 1;
/// - 3 i + 1: angle between the track's direction and the radius there, in rad;
/// - 3 i + 2: drift time in units of 256 ns, from 0 to 1, negative if the particle passed on the right, 0 if the side is
///   not known.
///
/// Needs segments in at least four axial and three stereo super-layers.
public struct NeuralInputs: Sendable {
  /// Index of the network in `TrackNetworks.missingSuperLayers`.
  public internal(set) var network = 0
  /// The 27 inputs in units of 1/4096.
  public internal(set) var values = InlineArray<27, Int32>(repeating: 0)

  /// Units of an input that stand for 1.
  public static let unit: Int32 = 4096
  /// Largest size of an input: 2.
  static let largest: Int32 = 8191

  /// Scale of the relative azimuth of each super-layer in units of 1/256 per rad: +-62 mrad of the axial, the whole length of the
  /// stereo wires.
  static let azimuthScale: InlineArray<9, Int32> = [
    16 * 256, 5 * 256, 16 * 256, 7 * 256, 16 * 256, 8 * 256, 16 * 256, 10 * 256, 16 * 256,
  ]
  /// Longest drift time in counts: 256 ns.
  static let longestDrift: Int16 = 260
  /// Inputs per drift-time count in units of 1/256: 4096 / (256 ns * 1.0178 counts per ns).
  static let timeScale: Int32 = 4024

  package init() {}

  /// Inputs given one by one, for tests: the network and the values in units of 1/4096.
  package init(network: Int, values: [Int32]) {
    precondition(values.count == 27 && (0..<TrackNetworks.missingSuperLayers.count).contains(network))
    self.network = network
    for (index, value) in values.enumerated() { self.values[index] = min(max(value, -Self.largest), Self.largest) }
  }
}

/// Makes the inputs of the neural networks from tracks and their segments.
struct NeuralInputMaker: Sendable {
  private let geometry: SegmentGeometry

  init(_ chamber: DriftChamber) { geometry = SegmentGeometry(chamber) }

  /// Makes the inputs of a track; false if it has too few segments for any network.
  func make(
    _ index: Int, of tracks: borrowing DriftChamberTracks, _ segments: borrowing TrackSegments, eventTime: Int16,
    into inputs: inout NeuralInputs
  ) -> Bool {
    guard tracks.axialSuperLayers(index) >= 4, tracks.stereoSuperLayers(index) >= 3 else { return false }
    let circle = TrackCircle(phi0: Double(tracks.phi0[index]), omega: Double(tracks.omega[index]))
    inputs.network = 0
    var radii = InlineArray<12, Double>(repeating: 0)
    for superLayer in 0..<9 {
      let entry = Int(tracks.entries[index * 9 + superLayer])
      guard entry >= 0 else { continue }
      radii[superLayer] = geometry.wire(superLayer: superLayer, priority: segments.priority[entry]).radius
    }
    var azimuths = InlineArray<12, Double>(repeating: 0)
    for group in 0..<3 {
      let first = 4 * group
      let crossings = circle.crossings(
        radii: SIMD4(radii[first], radii[first + 1], radii[first + 2], radii[first + 3]))
      guard all(crossings.exists) else { return false }
      for place in 0..<4 { azimuths[first + place] = crossings.azimuth[place] }
    }
    for superLayer in 0..<9 {
      let entry = Int(tracks.entries[index * 9 + superLayer])
      guard entry >= 0 else {
        if superLayer & 1 == 1 { inputs.network = 1 + (7 - superLayer) / 2 }
        for input in 0..<3 { inputs.values[3 * superLayer + input] = 0 }
        continue
      }
      let wire = geometry.wire(superLayer: superLayer, priority: segments.priority[entry])
      let azimuth = azimuths[superLayer]
      let number = Int(segments.number[entry]) - geometry.firstSegment[superLayer]
      let relative = wrapped(wire.azimuth(ofSegment: number) - azimuth)
      let scaled = Self.fixed(relative) &* NeuralInputs.azimuthScale[superLayer] >> 8
      inputs.values[3 * superLayer] = min(max(scaled, -NeuralInputs.largest), NeuralInputs.largest)
      inputs.values[3 * superLayer + 1] = Self.fixed(circle.phi0 - azimuth)
      let time = min(max(Int32(segments.time[entry]) - Int32(eventTime), 0), Int32(NeuralInputs.longestDrift))
      let drift = time &* NeuralInputs.timeScale >> 8
      switch segments.side[entry] {
      case SegmentSide.left.rawValue: inputs.values[3 * superLayer + 2] = drift
      case SegmentSide.right.rawValue: inputs.values[3 * superLayer + 2] = -drift
      default: inputs.values[3 * superLayer + 2] = 0
      }
    }
    return true
  }

  /// An angle of at most a turn in units of 1/4096 rad.
  private static func fixed(_ angle: Double) -> Int32 { Int32((angle * 4096).rounded()) }
}
