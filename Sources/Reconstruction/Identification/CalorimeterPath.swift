import Detector
import Kinematics

/// Where tracks go through the crystals, without the C library.
struct CalorimeterPath: Sendable {
  /// The straight piece of a track in the crystals.
  struct Entry {
    /// Point on the front face, cm.
    var point: Vector3
    /// Direction of flight there, length one.
    var direction: Vector3
    /// Variances of the point across the flight, in the transverse plane and along z, cm^2.
    var varianceAcross: Double
    var varianceAlongZ: Double
    /// Path from the perigee, cm.
    var path: Double
  }

  private let barrelRadius: Double
  private let forwardZ: Double
  private let backwardZ: Double
  /// Length of the crystals, cm.
  let crystalLength: Double

  init(_ calorimeter: Calorimeter) {
    barrelRadius = calorimeter.barrelFrontRadius
    forwardZ = calorimeter.forwardFrontZ
    backwardZ = calorimeter.backwardFrontZ
    crystalLength = calorimeter.crystalLength
  }

  /// Extrapolates a track to the front face with its covariance.
  /// - Returns: nil if the track curls up before.
  func entry(of track: ReconstructedTrack) -> Entry? {
    let state = track.state
    let barrel = state.arcLength(toRadius: barrelRadius)
    var arc = barrel.isFinite ? barrel : .infinity
    if state.tanLambda > 0 { arc = min(arc, (forwardZ - state.z0) / state.tanLambda) }
    if state.tanLambda < 0 { arc = min(arc, (backwardZ - state.z0) / state.tanLambda) }
    guard arc.isFinite, arc > 0, arc * abs(state.omega) < Double.pi else { return nil }
    let point = state.point(at: arc)
    let pathPerArc = (1 + state.tanLambda * state.tanLambda).squareRoot()
    let covariance = track.covariance
    func value(_ row: Int, _ column: Int) -> Double { Double(covariance[row * (row + 1) / 2 + column]) }
    // A small change of (d0, phi0, omega) moves the point across the flight by -d0 + s phi0 - s^2/2 omega.
    let bend = -0.5 * arc * arc
    let across: Double =
      value(0, 0) + arc * arc * value(1, 1) + bend * bend * value(2, 2) - 2 * arc * value(1, 0) - 2 * bend * value(2, 0)
      + 2 * arc * bend * value(2, 1)
    let along: Double = value(3, 3) + arc * arc * value(4, 4) + 2 * arc * value(4, 3)
    let inverse = 1 / pathPerArc
    return Entry(
      point: Vector3(point.x, point.y, point.z),
      direction: Vector3(
        inverse * point.directionX, inverse * point.directionY, inverse * state.tanLambda),
      varianceAcross: across.isFinite ? max(0, across) : 0, varianceAlongZ: along.isFinite ? max(0, along) : 0,
      path: arc * pathPerArc)
  }

  /// Distance from the origin to the front face, cm.
  /// - Parameter direction: length one.
  func distanceToFront(along direction: Vector3) -> Double {
    let transverse = (direction.x * direction.x + direction.y * direction.y).squareRoot()
    var distance = barrelRadius / max(1e-6, transverse)
    if direction.z > 0 { distance = min(distance, forwardZ / direction.z) }
    if direction.z < 0 { distance = min(distance, backwardZ / direction.z) }
    return distance
  }
}
