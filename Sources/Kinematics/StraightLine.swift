/// A straight line in space: a wire, or a flight path. Points are origin + t * direction.
@frozen
public struct StraightLine: Equatable, Sendable {
  /// A point of the line, cm.
  public var origin: Vector3
  /// Direction, of length one.
  public var direction: Vector3

  /// The line through a point along a direction of any length.
  @inlinable
  public init(origin: Vector3, direction: Vector3) {
    self.origin = origin
    self.direction = direction.unit
  }

  /// The line from one point to another.
  @inlinable
  public init(from start: Vector3, to end: Vector3) {
    self.init(origin: start, direction: end - start)
  }

  /// Point at the distance t from the origin of the line, cm.
  @inlinable
  public func point(at t: Double) -> Vector3 { origin + t * direction }

  /// Vector from the nearest point of the line to a point, cm.
  @inlinable
  public func perpendicular(to point: Vector3) -> Vector3 {
    let offset = point - origin
    return offset - offset.dot(direction) * direction
  }
}

/// Where a path passes a wire.
@frozen
public struct WireApproach: Equatable, Sendable {
  /// Signed distance of closest approach, cm: positive if ((path - wire) x momentum) points along the wire direction;
  /// for a wire on the z axis this is the sign of d0.
  public var distance: Double
  /// Transverse arc length of the path at closest approach, cm.
  public var arcLength: Double
  /// Point of the path at closest approach, cm.
  public var position: Vector3
  /// Distance along the wire from its origin to the point nearest to the path, cm.
  public var alongWire: Double

  /// All four numbers.
  @inlinable
  public init(distance: Double, arcLength: Double, position: Vector3, alongWire: Double) {
    self.distance = distance
    self.arcLength = arcLength
    self.position = position
    self.alongWire = alongWire
  }
}

extension Helix {
  /// Closest approach of the path to a straight wire, by Newton steps on the arc length.
  /// - Parameters:
  ///   - wire: the wire, any direction (stereo wires included).
  ///   - start: starting arc length, cm; for a chamber layer the arc length at the layer's radius.
  /// - Returns: nil if the steps do not converge within a quarter turn of the start.
  @inlinable
  public func closestApproach(to wire: StraightLine, from start: Double) -> WireApproach? {
    var arc = start
    for _ in 0..<10 {
      let offset = wire.perpendicular(to: position(at: arc))
      let along = tangent(at: arc)
      let inWire = along.dot(wire.direction)
      let slope = offset.dot(along)
      // Second derivative of half the squared distance: |t_perpendicular|^2 + offset . curvature vector.
      let curvatureX = omega * along.y
      let curvatureY = -omega * along.x
      let second = along.lengthSquared - inWire * inWire + offset.x * curvatureX + offset.y * curvatureY
      guard second > 1e-9 else { return nil }
      let step = slope / second
      arc -= step
      if abs(arc - start) * abs(omega) > 0.5 * Double.pi { return nil }
      if abs(step) < 1e-7 {
        // One more evaluation at the solution: the error of the distance is of the order of step squared.
        let point = position(at: arc)
        let toPath = wire.perpendicular(to: point)
        let side = toPath.cross(tangent(at: arc)).dot(wire.direction)
        let size = toPath.length
        return WireApproach(
          distance: side < 0 ? -size : size, arcLength: arc, position: point,
          alongWire: (point - wire.origin).dot(wire.direction))
      }
    }
    return nil
  }
}
