import Foundation

/// How the wires of a layer run.
public enum WireOrientation: String, Sendable {
  /// Along the z axis.
  case axial = "A"
  /// Turned to positive stereo angles.
  case stereoPositive = "U"
  /// Turned to negative stereo angles.
  case stereoNegative = "V"
}

/// A layer of sense wires of the drift chamber.
public struct DriftChamberLayer: Equatable, Sendable {
  /// Number of the layer, 0 to 55 from inside.
  public let index: Int
  /// Super-layer, 0 to 8.
  public let superLayer: Int
  /// Layer within the super-layer, from 0.
  public let layerInSuperLayer: Int
  /// How the wires run.
  public let orientation: WireOrientation
  /// Radius at both end plates, cm.
  public let endRadius: Double
  /// Backward end of the wires, cm.
  public let zBackward: Double
  /// Forward end of the wires, cm.
  public let zForward: Double
  /// Wires in the layer.
  public let cellCount: Int
  /// Azimuth of wire 0 at the backward end in cells: 0 or 0.5.
  public let cellOffset: Double
  /// Azimuth at the forward end minus azimuth at the backward end, rad.
  public let twist: Double
  /// Stereo angle, rad.
  public let stereoAngle: Double
  /// Width of a cell along the circumference, cm.
  public let cellWidth: Double
  /// Global number of wire 0.
  public let firstWire: Int
  /// Smallest polar angle of a straight line from the origin that crosses the layer between its ends, rad.
  public let thetaMin: Double
  /// Largest such angle, rad.
  public let thetaMax: Double
  /// Radial height of the cell, cm: distance between the field layers that bound it.
  public let cellHeight: Double
  let tangentOfHalfTwist: Double
  let cosineOfHalfTwist: Double

  /// Azimuth between two wires, rad.
  @inlinable
  public var cellAngle: Double { 2 * Double.pi / Double(cellCount) }

  /// Largest distance from its wire at which a cell still collects charge: half the diagonal, cm.
  public var largestDistance: Double {
    0.5 * (cellWidth * cellWidth + cellHeight * cellHeight).squareRoot()
  }

  /// Azimuth of a point of any wire minus its azimuth at the backward end, rad. The wire is straight, so this is not
  /// quite linear in z: tan(phi - middle) = (2t - 1) tan(twist/2) for the fraction t of its length.
  /// - Parameter z: cm.
  public func turn(atZ z: Double) -> Double {
    if twist == 0 { return 0 }
    let fraction = (z - zBackward) / (zForward - zBackward)
    return 0.5 * twist + atan((2 * fraction - 1) * tangentOfHalfTwist)
  }

  /// Distance of the wires from the z axis, cm: largest at the end plates.
  /// - Parameter z: cm.
  public func radius(atZ z: Double) -> Double {
    if twist == 0 { return endRadius }
    let fraction = (z - zBackward) / (zForward - zBackward)
    let slope = (2 * fraction - 1) * tangentOfHalfTwist
    return endRadius * cosineOfHalfTwist * (1 + slope * slope).squareRoot()
  }

  /// Azimuth of a wire at z, not wrapped, rad.
  public func phi(ofCell cell: Int, atZ z: Double) -> Double {
    (Double(cell) + cellOffset) * cellAngle + turn(atZ: z)
  }

  /// Position of a point in units of cells: whole numbers are wires, halves are cell boundaries; in [0, cellCount).
  /// - Parameters:
  ///   - phi: azimuth of the point, rad.
  ///   - z: cm.
  public func cellCoordinate(phi: Double, z: Double) -> Double {
    let count = Double(cellCount)
    let cells = (phi - turn(atZ: z)) / cellAngle - cellOffset
    let wrapped = cells - count * (cells / count).rounded(.down)
    return wrapped < count ? wrapped : 0
  }

  /// The cell a point lies in.
  /// - Parameters:
  ///   - phi: azimuth of the point, rad.
  ///   - z: cm.
  public func cell(phi: Double, z: Double) -> Int {
    let nearest = Int(cellCoordinate(phi: phi, z: z).rounded())
    return nearest == cellCount ? 0 : nearest
  }
}
