import Foundation
import Yams

extension FitSpecification {
  /// Reads a specification from the text of a YAML file.
  ///
  /// - Throws: ``ChannelError`` with line and column.
  public init(yaml text: String, file: String) throws(ChannelError) {
    let root = ChannelNode(node: try SearchChannel.compose(text, file), file: file, name: "specification")
    let top = try root.members([
      "fit", "title", "method", "observable", "columns", "range", "resolution", "histogram", "signal", "background",
      "hypotheses", "window", "confidence", "test_signal", "parameters", "of_interest", "spectra",
    ])
    name = try top.required("fit").text
    title = try top.optional("title")?.text ?? name
    method = try Self.choice(try top.required("method"))
    confidence = try top.required("confidence").number(0.5...0.999999)
    definition = SearchChannel.hash(text)
    if let node = top.optional("observable") {
      let members = try node.members(["name", "unit"])
      observable = try members.required("name").text
      unit = try members.optional("unit")?.text ?? ""
    }
    if method == .spectra {
      spectra = try SpectraSpecification(top)
      return
    }
    for key in ["parameters", "of_interest", "spectra"] {
      if let node = top.optional(key) { throw node.error("'\(key)' belongs to the method spectra") }
    }
    if method == .counting {
      try readCounting(top)
      return
    }
    if let node = top.optional("test_signal") { throw node.error("'test_signal' belongs to the method counting") }
    if let node = top.optional("columns") {
      let members = try node.members(["value", "weight", "low", "high", "count", "variance", "expected"])
      for (key, member) in members.members { columns[key] = try member.text }
      if method == .unbinned, let node = members.optional("weight") {
        throw node.error("weights are fitted in bins: method binned")
      }
    }
    if let node = top.optional("range") {
      let members = try node.members(["from", "to"])
      let low = try members.required("from").number(Self.anything)
      let high = try members.required("to").number(Self.anything)
      guard low < high else { throw node.error("the range from \(low) to \(high) is empty") }
      range = low...high
    }
    let resolutionNode = try top.required("resolution")
    resolution = try Self.resolution(resolutionNode)
    if let node = top.optional("histogram") {
      guard method == .binned else { throw node.error("'histogram' belongs to the method binned") }
      histogram = try Self.histogram(node)
    }
    shape = try Self.signal(try top.required("signal"))
    try readBackground(try top.required("background"))
    let node = try top.required("hypotheses")
    hypotheses = try Self.hypotheses(node)
    if let node = top.optional("window") {
      let members = try node.members(["below", "above", "measured"])
      let measure: Window.Measure =
        try members.optional("measured").map { (node) throws(ChannelError) in try Self.choice(node) }
        ?? .resolutionAtHypothesis
      window = Window(
        below: try members.required("below").number(0.5...1e6), above: try members.required("above").number(0.5...1e6),
        measure: measure)
    }
    // Made once here, so that a resolution that cannot be is an error of the file.
    do throws(GridProblem) {
      for value in try values() {
        let deviation = resolution.deviation(at: value)
        guard value.isFinite, deviation > 0, deviation.isFinite else {
          throw GridProblem(description: "a hypothesis at \(value) has the resolution \(deviation)")
        }
      }
    } catch {
      throw resolutionNode.error(error.description)
    }
  }

  private static let anything = -1e300...1e300

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ node: ChannelNode
  ) throws(ChannelError) -> Choice {
    let word = try node.word(node.name, among: Choice.allCases.map(\.rawValue))
    guard let choice = Choice(rawValue: word) else { throw node.error("unknown \(node.name) '\(word)'") }
    return choice
  }

  private mutating func readCounting(_ top: ChannelMembers) throws(ChannelError) {
    for key in ["range", "resolution", "histogram", "signal", "background", "hypotheses", "window"] {
      if let node = top.optional(key) { throw node.error("'\(key)' has no meaning for the method counting") }
    }
    testedSignal = try top.optional("test_signal")?.number(0...1e300)
    guard let node = top.optional("columns") else { return }
    let members = try node.members(["count", "background", "error", "relative_error"])
    if let member = members.optional("count") { counting.count = try member.text }
    if let member = members.optional("background") { counting.background = try member.text }
    counting.error = try members.optional("error")?.text
    counting.relativeError = try members.optional("relative_error")?.text
    if counting.error != nil, let member = members.optional("relative_error") {
      throw member.error("'error' and 'relative_error' exclude each other")
    }
  }

  private mutating func readBackground(_ node: ChannelNode) throws(ChannelError) {
    let members = try node.members(["basis", "order"])
    if let member = members.optional("basis") { basis = try Self.choice(member) }
    let order = try members.required("order")
    guard order.node.sequence != nil else {
      orders = [OrderRule(below: nil, orders: try Self.orders(order))]
      return
    }
    for element in try order.elements {
      let rule = try element.members(["below", "order"])
      let below = try rule.optional("below")?.number(Self.anything)
      orders.append(OrderRule(below: below, orders: try Self.orders(try rule.required("order"))))
    }
    guard !orders.isEmpty else { throw order.error("'order' is an empty list") }
  }

  private static func orders(_ node: ChannelNode) throws(ChannelError) -> ClosedRange<Int> {
    guard node.node.mapping != nil else {
      let order = try node.integer(0...12)
      return order...order
    }
    let members = try node.members(["lowest", "highest"])
    let lowest = try members.required("lowest").integer(0...12)
    return lowest...(try members.required("highest").integer(lowest...12))
  }

  private static func resolution(_ node: ChannelNode) throws(ChannelError) -> Resolution {
    if node.node.mapping != nil {
      let members = try node.members(["scale", "reference", "exponent", "constant", "slope"])
      if let constant = members.optional("constant") {
        return .quadrature(
          constant: try constant.number(0...1e300), slope: try members.optional("slope")?.number(anything) ?? 0)
      }
      return .powerLaw(
        scale: try members.required("scale").number(0...1e300),
        reference: try members.required("reference").number(0...1e300),
        exponent: try members.required("exponent").number(-10...10))
    }
    if node.node.sequence == nil { return .quadrature(constant: try node.number(0...1e300), slope: 0) }
    var points: [ResolutionPoint] = []
    for element in try node.elements {
      let members = try element.members(["at", "sigma"])
      points.append(
        ResolutionPoint(
          value: try members.required("at").number(anything),
          deviation: try members.required("sigma").number(0...1e300)))
    }
    return .points(points)
  }

  private static func histogram(_ node: ChannelNode) throws(ChannelError) -> Histogram {
    let members = try node.members(["origin", "below", "above", "bins_per_resolution", "from", "to", "bins"])
    if let from = members.optional("from") {
      let low = try from.number(anything)
      let high = try members.required("to").number(anything)
      guard low < high else { throw node.error("the histogram from \(low) to \(high) is empty") }
      return .uniform(low: low, high: high, bins: try members.required("bins").integer(1...1_000_000))
    }
    return .resolutions(
      origin: try members.required("origin").number(anything), below: try members.required("below").number(0...1e6),
      above: try members.required("above").number(0...1e6),
      binsPerResolution: try members.required("bins_per_resolution").integer(1...64))
  }

  private static func signal(_ node: ChannelNode) throws(ChannelError) -> SignalShape {
    guard node.node.sequence != nil else {
      return try shape(try node.members(["shape", "low_tail", "high_tail"]))
    }
    var parts: [SignalShape.Part] = []
    for element in try node.elements {
      let members = try element.members(["fraction", "width", "offset", "shape", "low_tail", "high_tail"])
      parts.append(
        SignalShape.Part(
          fraction: try members.required("fraction").number(1e-9...1e9),
          width: try members.optional("width")?.number(1e-3...1e3) ?? 1,
          offset: try members.optional("offset")?.number(-1e3...1e3) ?? 0, shape: try shape(members)))
    }
    guard !parts.isEmpty else { throw node.error("'signal' is an empty list") }
    return .sum(parts)
  }

  /// A Crystal Ball has its tail where the specification gives it one.
  static func shape(_ members: ChannelMembers) throws(ChannelError) -> SignalShape {
    let node = try members.required("shape")
    let word = try node.word("shape", among: ["gaussian", "crystal_ball", "double_sided_crystal_ball"])
    let low = try members.optional("low_tail").map { (node) throws(ChannelError) in try tail(node) }
    let high = try members.optional("high_tail").map { (node) throws(ChannelError) in try tail(node) }
    switch (word, low, high) {
    case ("gaussian", nil, nil): return .gaussian
    case ("gaussian", _, _): throw node.error("shape 'gaussian' has no tails")
    case ("crystal_ball", let low?, nil): return .crystalBall(tail: low)
    case ("crystal_ball", nil, let high?): return .mirroredCrystalBall(tail: high)
    case ("crystal_ball", let low?, let high?), ("double_sided_crystal_ball", let low?, let high?):
      return .doubleSidedCrystalBall(low: low, high: high)
    case ("crystal_ball", nil, nil): throw node.error("shape 'crystal_ball' needs 'low_tail' or 'high_tail'")
    case ("double_sided_crystal_ball", _, _):
      throw node.error("shape 'double_sided_crystal_ball' needs 'low_tail' and 'high_tail'")
    default: throw node.error("unknown shape '\(word)'")
    }
  }

  private static func tail(_ node: ChannelNode) throws(ChannelError) -> PowerTail {
    let members = try node.members(["start", "power"])
    return PowerTail(
      start: try members.required("start").number(0.1...10), power: try members.required("power").number(1.01...200))
  }

  private static func hypotheses(_ node: ChannelNode) throws(ChannelError) -> Hypotheses {
    if node.node.sequence != nil {
      var values: [Double] = []
      for element in try node.elements { values.append(try element.number(anything)) }
      guard !values.isEmpty else { throw node.error("'hypotheses' is an empty list") }
      return .values(values)
    }
    let members = try node.members(["from", "step", "distance", "count"])
    let from = try members.required("from").number(anything)
    let count = try members.required("count").integer(1...1_000_000)
    if let distance = members.optional("distance") {
      if let step = members.optional("step") { throw step.error("'step' and 'distance' exclude each other") }
      return .equalSteps(from: from, step: try distance.number(1e-300...1e300), count: count)
    }
    return .resolutionSteps(from: from, step: try members.required("step").number(1e-6...1e6), count: count)
  }
}
