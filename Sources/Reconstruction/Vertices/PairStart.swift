import Kinematics

/// Where two helices cross or come closest in the transverse plane: starting points of a vertex fit.
struct PairStart {
  /// Starting points, the one with the smaller distance in z first.
  private(set) var first: Vector3?
  private(set) var second: Vector3?
  private var smallestGap = PairStart.largestGap
  private var otherGap = PairStart.largestGap

  /// Largest distance in z of the two tracks where they cross in the transverse plane, in cm.
  private static let largestGap = 12.0
  /// Largest distance of two circles that do not cross, cm.
  private static let largestDistance = 3.0

  init(_ first: HelixState, _ second: HelixState) {
    let r1 = 1 / abs(first.omega)
    let r2 = 1 / abs(second.omega)
    let c1 = PairStart.centre(first)
    let c2 = PairStart.centre(second)
    let dx = c2.x - c1.x
    let dy = c2.y - c1.y
    let distance = (dx * dx + dy * dy).squareRoot()
    guard distance > 1e-6, distance.isFinite else { return }
    let along = (distance * distance + r1 * r1 - r2 * r2) / (2 * distance)
    let acrossSquared = r1 * r1 - along * along
    let ux = dx / distance
    let uy = dy / distance
    if acrossSquared > 0 {
      let across = acrossSquared.squareRoot()
      consider(first, second, c1.x + along * ux - across * uy, c1.y + along * uy + across * ux)
      consider(first, second, c1.x + along * ux + across * uy, c1.y + along * uy - across * ux)
    } else {
      // No crossing: the middle of the gap between the circles, if it is small against anything a track could be.
      let inner = distance < abs(r1 - r2)
      let edge1 = inner ? (r1 > r2 ? r1 : -r1) : r1
      let edge2 = inner ? (r1 > r2 ? distance + r2 : distance - r2) : distance - r2
      guard abs(edge1 - edge2) < PairStart.largestDistance else { return }
      let middle = 0.5 * (edge1 + edge2)
      consider(first, second, c1.x + middle * ux, c1.y + middle * uy)
    }
  }

  private mutating func consider(_ a: HelixState, _ b: HelixState, _ x: Double, _ y: Double) {
    let z1 = a.z0 + TrackAtVertex.arc(a, x, y) * a.tanLambda
    let z2 = b.z0 + TrackAtVertex.arc(b, x, y) * b.tanLambda
    let gap = abs(z1 - z2)
    let place = Vector3(x, y, 0.5 * (z1 + z2))
    if gap < smallestGap {
      (second, otherGap) = (first, smallestGap)
      (first, smallestGap) = (place, gap)
    } else if gap < otherGap {
      (second, otherGap) = (place, gap)
    }
  }

  @inline(__always)
  private static func centre(_ state: HelixState) -> (x: Double, y: Double) {
    let radius = state.d0 + 1 / state.omega
    return (radius * state.sine, -radius * state.cosine)
  }
}
