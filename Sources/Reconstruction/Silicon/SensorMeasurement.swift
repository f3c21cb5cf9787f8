import Detector
import Kinematics

/// What a silicon point says about a helix: two coordinates on the plane of its sensor.
struct SensorMeasurement {
  /// Point minus crossing of the helix, along u and v, cm.
  var residualU: Double
  var residualV: Double
  /// Derivatives of the crossing by the helix parameters.
  var gradientU: SIMD8<Double>
  var gradientV: SIMD8<Double>
  /// Transverse arc length of the crossing, cm.
  var arc: Double
  /// Path in the material of the sensor over its thickness.
  var obliquity: Double

  /// - Parameter start: arc length within a centimetre or two of the crossing, cm.
  /// - Returns: nil if the helix runs along the plane.
  init?(of state: HelixState, at position: Vector3, on sensor: SiliconSensor, from start: Double) {
    var arc = start
    var point = state.point(at: arc)
    let n = sensor.normal
    var along = 0.0
    // Two Newton steps: the second only moves by the sagitta of the first.
    for pass in 0..<2 {
      along = n.x * point.directionX + n.y * point.directionY + n.z * state.tanLambda
      guard abs(along) > 0.05 else { return nil }
      let off = n.x * (position.x - point.x) + n.y * (position.y - point.y) + n.z * (position.z - point.z)
      let step = off / along
      guard abs(step) < 10 else { return nil }
      arc += step
      if pass == 0 || abs(step) > 1e-3 { point = state.point(at: arc) }
    }
    let dx = position.x - point.x
    let dy = position.y - point.y
    let dz = position.z - point.z
    let u = sensor.directionU
    let v = sensor.directionV
    residualU = u.x * dx + u.y * dy + u.z * dz
    residualV = v.x * dx + v.y * dy + v.z * dz
    // The crossing stays on the plane: a shift of the path along n is traded for one along the direction of flight.
    let tu = (u.x * point.directionX + u.y * point.directionY + u.z * state.tanLambda) / along
    let tv = (v.x * point.directionX + v.y * point.directionY + v.z * state.tanLambda) / along
    gradientU = state.gradient(of: point, at: arc, along: u.x - tu * n.x, u.y - tu * n.y, u.z - tu * n.z)
    gradientV = state.gradient(of: point, at: arc, along: v.x - tv * n.x, v.y - tv * n.y, v.z - tv * n.z)
    self.arc = arc
    obliquity = (1 + state.tanLambda * state.tanLambda).squareRoot() / abs(along)
  }
}
