import Foundation

/// The coordinate in which the resolution is 1 everywhere: u(x), the integral of dx'/sigma(x') from a lower end.
public struct ResolutionScale: Hashable, Sendable {
  /// The resolution the coordinate was made for.
  public let resolution: Resolution
  /// Where the coordinate is 0.
  public let lower: Double

  private let segments: [Segment]

  /// A stretch in which the resolution is a straight line (or the whole power law).
  private struct Segment: Hashable, Sendable {
    var start: Double
    var coordinate: Double
    var deviation: Double
    var slope: Double
  }

  /// The coordinate from `lower` to `upper`.
  ///
  /// - Throws: ``GridProblem`` if the range is empty or the resolution not positive in it.
  public init(resolution: Resolution, lower: Double, upper: Double) throws(GridProblem) {
    guard lower.isFinite, upper.isFinite, lower < upper else {
      throw GridProblem(description: "the range \(lower) to \(upper) is empty")
    }
    switch resolution {
    case .powerLaw(let scale, let reference, let exponent):
      guard lower > 0, scale > 0, reference > 0, exponent.isFinite, exponent != 1 else {
        throw GridProblem(description: "a power-law resolution needs positive values and an exponent other than 1")
      }
      segments = []
    case .quadrature(let constant, let slope):
      guard constant > 0, constant.isFinite, slope.isFinite else {
        throw GridProblem(description: "a resolution of two parts needs a positive constant one")
      }
      segments = []
    case .points(let points):
      guard !points.isEmpty, points.allSatisfy({ $0.deviation > 0 && $0.deviation.isFinite && $0.value.isFinite }),
        zip(points, points.dropFirst()).allSatisfy({ $0.value < $1.value })
      else {
        throw GridProblem(description: "a resolution needs points of ascending value with positive deviations")
      }
      segments = Self.segments(points, from: lower, to: upper)
    }
    self.resolution = resolution
    self.lower = lower
  }

  /// The coordinate of a value: its distance from the lower end of the grid in local resolutions.
  public func coordinate(of value: Double) -> Double {
    if case .powerLaw(let scale, let reference, let exponent) = resolution {
      let power = 1 - exponent
      let start = pow(lower / reference, power)
      return reference / (scale * power) * (pow(value / reference, power) - start)
    }
    if case .quadrature(let constant, let slope) = resolution {
      guard slope != 0 else { return (value - lower) / constant }
      return (asinh(slope * value / constant) - asinh(slope * lower / constant)) / slope
    }
    var index = segments.count - 1
    while index > 0 && segments[index].start > value { index -= 1 }
    let segment = segments[index]
    let distance = value - segment.start
    guard segment.slope != 0 else { return segment.coordinate + distance / segment.deviation }
    return segment.coordinate + log1p(segment.slope * distance / segment.deviation) / segment.slope
  }

  /// The value at a coordinate, the inverse of ``coordinate(of:)``.
  public func value(at coordinate: Double) -> Double {
    if case .powerLaw(let scale, let reference, let exponent) = resolution {
      let power = 1 - exponent
      let start = pow(lower / reference, power)
      return reference * pow(start + coordinate * scale * power / reference, 1 / power)
    }
    if case .quadrature(let constant, let slope) = resolution {
      guard slope != 0 else { return lower + coordinate * constant }
      return constant / slope * sinh(slope * coordinate + asinh(slope * lower / constant))
    }
    var index = segments.count - 1
    while index > 0 && segments[index].coordinate > coordinate { index -= 1 }
    let segment = segments[index]
    let distance = coordinate - segment.coordinate
    guard segment.slope != 0 else { return segment.start + distance * segment.deviation }
    return segment.start + segment.deviation / segment.slope * expm1(segment.slope * distance)
  }

  private static func segments(_ points: [ResolutionPoint], from lower: Double, to upper: Double) -> [Segment] {
    var nodes = [ResolutionPoint(value: lower, deviation: Resolution.points(points).deviation(at: lower))]
    nodes += points.filter { $0.value > lower && $0.value < upper }
    // Beyond the last point the resolution stays what it is there.
    let end = Resolution.points(points).deviation(at: upper)
    nodes.append(ResolutionPoint(value: upper, deviation: end))
    var segments: [Segment] = []
    var coordinate = 0.0
    for (node, next) in zip(nodes, nodes.dropFirst()) {
      let slope = (next.deviation - node.deviation) / (next.value - node.value)
      segments.append(Segment(start: node.value, coordinate: coordinate, deviation: node.deviation, slope: slope))
      let width = next.value - node.value
      coordinate += slope == 0 ? width / node.deviation : log1p(slope * width / node.deviation) / slope
    }
    segments.append(Segment(start: upper, coordinate: coordinate, deviation: end, slope: 0))
    return segments
  }
}
