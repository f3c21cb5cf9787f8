/// Finds pairs of tracks, at least one of them displaced, that come from a point away from the beam line: their circles cross
/// there, both leave the point outwards, and neither has segments inside of it.
package struct DisplacedPairFinder: Sendable {
  /// Radii of the axial super-layers' segments of first priority, cm.
  let radii: [Double]
  /// Segments of each axial super-layer.
  let cells: [Int]

  /// Largest distance at which tracks that do not cross count as crossing, cm: about the error of an impact parameter.
  static let largestDistance = 1.5
  /// How far inside the crossing point a segment may stand, cm: about the error of the point.
  static let margin = 4.0
  /// Crossing points looked at, cm.
  static let window: ClosedRange<Double> = 2...90
  /// The same for pairs with a track that begins behind the second axial super-layer, cm.
  static let outerWindow: ClosedRange<Double> = 36...90
  /// Curvature below which the charge is unknown, 1/cm: about its error with free impact parameter; more so for tracks with
  /// three segments.
  static let stiff: Float = 1.5e-3
  static let stiffOuter: Float = 3e-3
  /// Tracks with more super-layers in common than this are one track, not two.
  static let mostShared = 2

  /// Transverse momentum times curvature at 1.5 T, GeV/cm.
  private static let momentumScale = 0.00449689
  /// Curvature that stands for those below, so that a straight track has a momentum: 9 GeV.
  private static let smallestCurvature = 5e-4

  package func find(_ tracks: borrowing DisplacedTracks, into pairs: inout DisplacedPairs) {
    pairs.count = 0
    // Prompt tracks stand first: every displaced one is paired with all before it.
    for second in tracks.promptCount..<tracks.count {
      for first in 0..<second {
        guard pairs.count < DisplacedPairs.capacity else { return }
        consider(tracks, first, second, &pairs)
      }
    }
  }

  private func consider(
    _ tracks: borrowing DisplacedTracks, _ first: Int, _ second: Int, _ pairs: inout DisplacedPairs
  ) {
    let one = tracks.circles[first]
    let two = tracks.circles[second]
    let hasOuter = tracks.isOuter(first) || tracks.isOuter(second)
    guard
      let point = commonPoint(
        one, two, innermost: min(innermost(tracks, first), innermost(tracks, second)),
        window: hasOuter ? Self.outerWindow : Self.window)
    else { return }
    let shared = tracks.sharedSuperLayers(first, second, cells: cells)
    guard shared <= Self.mostShared else { return }

    let entry = pairs.count
    pairs.count += 1
    let rho = (point * point).sum().squareRoot()
    let along = (Self.unit(one.direction(at: point)), Self.unit(two.direction(at: point)))
    let sum: SIMD2<Double> =
      along.0 * Self.momentum(tracks.omega[first]) + along.1 * Self.momentum(tracks.omega[second])
    pairs.rho[entry] = Float(rho)
    pairs.openingAngle[entry] = Self.angle(cosine: (along.0 * along.1).sum())
    pairs.pointingAngle[entry] = Self.angle(cosine: (Self.unit(sum) * point).sum() / rho)
    pairs.transverseMomentum[entry] = Float((sum * sum).sum().squareRoot())
    let sizes = (abs(tracks.d0[first]), abs(tracks.d0[second]))
    pairs.smallerD0[entry] = min(sizes.0, sizes.1)
    pairs.largerD0[entry] = max(sizes.0, sizes.1)
    pairs.chiSquare[entry] = max(tracks.chiSquare[first], tracks.chiSquare[second])
    pairs.canBeNeutral[entry] =
      (tracks.omega[first] > 0) != (tracks.omega[second] > 0)
      || min(abs(tracks.omega[first]), abs(tracks.omega[second])) < (hasOuter ? Self.stiffOuter : Self.stiff)
    pairs.startsLate[entry] = (tracks.superLayers[first] | tracks.superLayers[second]) & 1 == 0
    pairs.sharedSuperLayers[entry] = UInt8(shared)
  }

  /// Where two tracks come from: of their crossing points the one closest to the beam line that both leave outwards and that
  /// lies inside of their segments.
  private func commonPoint(
    _ one: TransverseCircle, _ two: TransverseCircle, innermost: Double, window: ClosedRange<Double>
  ) -> SIMD2<Double>? {
    guard let crossings = one.crossings(with: two) else { return nil }
    if !crossings.meet {
      let point = crossings.first
      guard one.distance(to: point) + two.distance(to: point) < Self.largestDistance else { return nil }
    }
    var best: SIMD2<Double>?
    var smallest = Double.infinity
    for point in [crossings.first, crossings.second] {
      let rho = (point * point).sum().squareRoot()
      guard window.contains(rho), rho < innermost + Self.margin, rho < smallest,
        (one.direction(at: point) * point).sum() > 0, (two.direction(at: point) * point).sum() > 0
      else { continue }
      smallest = rho
      best = point
    }
    return best
  }

  private static func momentum(_ omega: Float) -> Double {
    momentumScale / max(abs(Double(omega)), smallestCurvature)
  }

  private static func unit(_ vector: SIMD2<Double>) -> SIMD2<Double> {
    let square = (vector * vector).sum()
    return square > 0 ? vector / square.squareRoot() : .zero
  }

  private static func angle(cosine: Double) -> Float {
    Float(Double.pi / 2 - arcsine(min(max(cosine, -1), 1)))
  }

  /// Radius of the innermost segment of a track.
  private func innermost(_ tracks: borrowing DisplacedTracks, _ index: Int) -> Double {
    let layer = tracks.superLayers[index].trailingZeroBitCount
    return layer < 9 ? radii[layer / 2] : 0
  }
}
