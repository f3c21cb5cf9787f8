/// Tracks in the transverse plane with free impact parameter, a structure of arrays: those that miss the beam line, and the
/// prompt ones beside them, which may be partners in a pair.
///
/// The arrays are allocated once and reused for every event. More tracks than ``capacity``, which only noise makes, are not kept: those
/// found first stay.
public struct DisplacedTracks: Sendable {
  /// Largest number of tracks.
  public static let capacity = 48
  /// Largest number of prompt ones among them, so that they leave room.
  static let promptCapacity = 16

  /// Tracks found in the event, prompt ones included; entries of the arrays beyond it are left-overs.
  public internal(set) var count = 0
  /// Prompt ones among them.
  public internal(set) var promptCount = 0
  /// Does the track pass close to the beam line and begin in the innermost super-layer?
  public internal(set) var isPrompt = [Bool](repeating: false, count: capacity)
  /// Impact parameter in cm, signed as in `Helix`.
  public internal(set) var d0 = [Float](repeating: 0, count: capacity)
  /// Signed curvature in 1/cm: the sign is the charge.
  public internal(set) var omega = [Float](repeating: 0, count: capacity)
  /// Azimuth at the closest approach to the beam line in radians, 0 to 2 pi.
  public internal(set) var phi0 = [Float](repeating: 0, count: capacity)
  /// Chi square of the circle through the segments.
  public internal(set) var chiSquare = [Float](repeating: 0, count: capacity)
  /// Axial super-layers with a segment on the track, a bit each: 0, 2, 4, 6, 8.
  public internal(set) var superLayers = [UInt16](repeating: 0, count: capacity)
  /// Numbers of the segments on the track, five to a track by axial super-layer, -1 where there is none.
  public internal(set) var segments = [Int16](repeating: -1, count: capacity * 5)
  /// The circles.
  var circles = [TransverseCircle](repeating: TransverseCircle(a: 0, b: 0, normal: .zero), count: capacity)

  package init() {}

  /// Tracks that are displaced.
  public var displacedCount: Int { count - promptCount }

  /// The super-layers of tracks that begin behind the second axial one.
  static let outerSuperLayers: UInt16 = 1 << 4 | 1 << 6 | 1 << 8

  /// Has a track segments in the three outer axial super-layers only?
  public func isOuter(_ index: Int) -> Bool { superLayers[index] == Self.outerSuperLayers }

  /// Transverse momentum of a track in GeV at 1.5 T.
  public func transverseMomentum(_ index: Int) -> Float {
    omega[index] == 0 ? .infinity : 0.00449689 / abs(omega[index])
  }

  /// Axial super-layers in which two tracks have the same segment or neighbouring ones; `cells` are the segments of each.
  func sharedSuperLayers(_ first: Int, _ second: Int, cells: [Int]) -> Int {
    var shared = 0
    for axial in 0..<5 {
      let one = Int(segments[first * 5 + axial])
      let other = Int(segments[second * 5 + axial])
      guard one >= 0 && other >= 0 else { continue }
      let difference = abs(one - other)
      if difference <= 1 || difference == cells[axial] - 1 { shared += 1 }
    }
    return shared
  }

  /// The azimuth at a radius in cm, on the way out; nil if the track does not get there.
  func azimuth(_ index: Int, atRadius radius: Double) -> Float? {
    let circle = circles[index]
    let sine = circle.a * radius + circle.b / radius
    guard abs(sine) < 1 else { return nil }
    return Float(Double(phi0[index]) - arcsine(sine))
  }
}
