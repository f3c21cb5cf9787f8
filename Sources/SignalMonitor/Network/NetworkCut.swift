/// The least output of a channel's networks that passes.
public enum NetworkCut: Hashable, Sendable {
  /// One number for each network.
  case regions([Double])
  /// Numbers at values of the variable that chooses the network, ascending; straight lines between, constant beyond.
  case points([Point])

  /// The cut at one value of the variable.
  public struct Point: Hashable, Sendable {
    /// The value.
    public let value: Double
    /// The least output that passes there.
    public let output: Double
  }

  /// The cut for a value between the networks `region` and the one after it, of which `share` comes from the latter.
  func output(at value: Double, region: Int, share: Double) -> Double {
    switch self {
    case .regions(let cuts):
      return share > 0 ? (1 - share) * cuts[region] + share * cuts[region + 1] : cuts[region]
    case .points(let points):
      guard value > points[0].value else { return points[0].output }
      var index = 1
      while index < points.count, value > points[index].value { index += 1 }
      guard index < points.count else { return points[index - 1].output }
      let (low, high) = (points[index - 1], points[index])
      return low.output + (high.output - low.output) * (value - low.value) / (high.value - low.value)
    }
  }
}

extension NetworkCut {
  /// A number, a number for each network, or points `{ at: 1, output: 0.5 }` in the unit of the variable.
  init(_ node: ChannelNode, regions: Int) throws(ChannelError) {
    guard node.node.sequence != nil else {
      self = .regions([Double](repeating: try node.number(0...1), count: regions))
      return
    }
    let elements = try node.elements
    guard elements.first?.node.mapping != nil else {
      var cuts: [Double] = []
      for element in elements { cuts.append(try element.number(0...1)) }
      guard cuts.count == regions else {
        throw node.error("\(cuts.count) cuts, expected one, or \(regions): one for each region")
      }
      self = .regions(cuts)
      return
    }
    var points: [Point] = []
    for element in elements {
      let members = try element.members(["at", "output"])
      let value = try members.required("at").number(-1e9...1e9)
      if let last = points.last, value <= last.value { throw element.error("values of 'at' must ascend") }
      points.append(Point(value: value, output: try members.required("output").number(0...1)))
    }
    self = .points(points)
  }
}
