import EventModel
import Kinematics

/// The collision point of an event as the `prompt_vertex` of the `hlt` and `reco` columns holds it.
public struct PromptVertex: Sendable, Equatable {
  /// Position, cm.
  public var x: Float
  /// Position, cm.
  public var y: Float
  /// Position, cm.
  public var z: Float
  /// Covariance, cm^2: xx, yx, yy, zx, zy, zz in the first six lanes.
  public var covariance: SIMD8<Float>
  /// Chi-squared of luminous region and tracks.
  public var chi2: Float
  /// Degrees of freedom: two for each track.
  public var degreesOfFreedom: UInt16
  /// Tracks that belong to it.
  public var tracks: UInt16

  /// Position, cm.
  public var position: Vector3 { Vector3(Double(x), Double(y), Double(z)) }
}

extension PromptVertex {
  /// The column's form of a fit.
  init(_ fit: PromptVertexFit) {
    self.init(
      x: Float(fit.position.x), y: Float(fit.position.y), z: Float(fit.position.z), covariance: fit.covariance.values,
      chi2: Float(fit.chi2), degreesOfFreedom: UInt16(clamping: 2 * fit.count), tracks: UInt16(clamping: fit.count))
  }

  /// The value of a column; nil where it was not looked for.
  init?(_ column: PromptVertexColumn, at row: Int) {
    guard row < column.x.count, column.x[row].isFinite else { return nil }
    var covariance = SIMD8<Float>()
    for lane in 0..<6 { covariance[lane] = column.covariance[6 * row + lane] }
    self.init(
      x: column.x[row], y: column.y[row], z: column.z[row], covariance: covariance, chi2: column.chi2[row],
      degreesOfFreedom: column.ndf[row], tracks: column.tracks[row])
  }

  /// Sets the value of the current event of a column.
  func append(to builder: inout PromptVertexBuilder) {
    let values: InlineArray<6, Float> = [
      covariance[0], covariance[1], covariance[2], covariance[3], covariance[4], covariance[5],
    ]
    builder.append(
      x: x, y: y, z: z, covariance: values.span, chi2: chi2, ndf: degreesOfFreedom, tracks: tracks)
  }
}
