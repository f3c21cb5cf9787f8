import Menu

extension PeakSearch {
  init(
    _ top: ChannelMembers, counts: Bool, observables: [Observable], dimensions: [Dimension], confidence: Double
  ) throws(ChannelError) {
    let dimension = dimensions[0]
    let name = observables[0].name
    self.counts = counts
    isUnbinned = try top.optional("likelihood")?.word("likelihood", among: ["binned", "unbinned"]) == "unbinned"
    let rangeNode = try top.required("range")
    let rangeMembers = try rangeNode.members(["from", "to"])
    let lower = try rangeMembers.required("from").quantity(dimension, of: name)
    let upper = try rangeMembers.required("to").quantity(dimension, of: name)
    guard lower < upper else { throw rangeNode.error("the range from \(lower) to \(upper) is empty") }
    range = lower...upper

    let signal = try top.required("signal").members(["shape", "low_tail", "high_tail", "resolution", "measured_with"])
    measuredWith = try signal.optional("measured_with")?.text
    shape = try Self.shape(signal)
    let resolutionNode = try signal.required("resolution")
    resolution = try Resolution(resolutionNode, dimension: dimension, of: name)

    var orders = 0...0
    if !counts {
      let background = try top.required("background").members(["polynomial"])
      let members = try background.required("polynomial").members(["lowest_order", "highest_order"])
      let lowest = try members.required("lowest_order").integer(0...8)
      orders = lowest...(try members.required("highest_order").integer(lowest...8))
    }

    let scanNode = try top.required("scan")
    let members = try scanNode.members(["from", "to", "step", "window", "veto"])
    let from = try members.required("from").quantity(dimension, of: name)
    let to = try members.required("to").quantity(dimension, of: name)
    guard from <= to, range.contains(from), range.contains(to) else {
      throw scanNode.error("the scan from \(from) to \(to) does not lie within the range \(range)")
    }
    let step = try members.optional("step")?.number(0.25...100) ?? 0.5
    guard (step * 4).rounded() == step * 4 else {
      throw try members.required("step").error("a step of \(step) resolutions, expected a multiple of 0.25")
    }
    scan = ScanSettings(
      range: from...to, step: step, window: try members.optional("window")?.integer(5...200) ?? 20, orders: orders,
      confidence: confidence)
    vetoes = []
    for veto in try members.optional("veto")?.elements ?? [] {
      vetoes.append(try Veto(veto, dimension: dimension, of: name))
    }
    slices = try top.optional("slices").map { node throws(ChannelError) in
      try Slices(node, observable: observables[1], dimension: dimensions[1], against: dimension, of: name)
    }

    if isUnbinned, let node = top.optional("slices") {
      throw node.error("an unbinned likelihood has no 'slices': each value stands by itself")
    }

    // The grid is made here once so that a bad resolution is an error of the file, with its position.
    let grid: ResolutionGrid
    do throws(GridProblem) {
      grid = try self.grid()
    } catch {
      throw resolutionNode.error(error.description)
    }
    let bins = 2 * scan.window * grid.binsPerResolution
    guard grid.binCount >= bins else {
      throw scanNode.error("the range has \(grid.binCount) bins, the window needs \(bins)")
    }
  }

  private static func shape(_ signal: ChannelMembers) throws(ChannelError) -> SignalShape {
    let node = try signal.required("shape")
    let word = try node.word("shape", among: ["gaussian", "crystal_ball", "double_sided_crystal_ball"])
    func refuse(_ keys: [String]) throws(ChannelError) {
      for key in keys {
        if let node = signal.optional(key) { throw node.error("shape '\(word)' has no '\(key)'") }
      }
    }
    switch word {
    case "gaussian":
      try refuse(["low_tail", "high_tail"])
      return .gaussian
    case "crystal_ball":
      try refuse(["high_tail"])
      return .crystalBall(tail: try tail(try signal.required("low_tail")))
    default:
      return .doubleSidedCrystalBall(
        low: try tail(try signal.required("low_tail")), high: try tail(try signal.required("high_tail")))
    }
  }

  private static func tail(_ node: ChannelNode) throws(ChannelError) -> PowerTail {
    let members = try node.members(["start", "power"])
    return PowerTail(
      start: try members.required("start").number(0.1...10), power: try members.required("power").number(1.01...200))
  }
}

extension Veto {
  init(_ node: ChannelNode, dimension: Dimension, of name: String) throws(ChannelError) {
    let members = try node.members(["from", "to", "title"])
    let from = try members.required("from").quantity(dimension, of: name)
    let to = try members.required("to").quantity(dimension, of: name)
    guard from < to else { throw node.error("the range from \(from) to \(to) is empty") }
    range = from...to
    title = try members.required("title").text
  }
}

extension Slices {
  init(
    _ node: ChannelNode, observable: Observable, dimension: Dimension, against first: Dimension, of name: String
  ) throws(ChannelError) {
    let members = try node.members(["of", "edges", "shares"])
    self.observable = observable
    let list = try members.required("edges")
    var edges: [Double] = []
    for edge in try list.elements { edges.append(try edge.quantity(dimension, of: observable.name)) }
    guard (2...33).contains(edges.count), zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw list.error("expected 2 to 33 ascending edges")
    }
    self.edges = edges
    var shares: [SignalShare] = []
    if let table = members.optional("shares"), !table.isNotMeasured {
      for element in try table.elements {
        let row = try element.members(["at", "shares"])
        let value = try row.required("at").quantity(first, of: name)
        let numbers = try row.required("shares")
        var parts: [Double] = []
        for part in try numbers.elements { parts.append(try part.number(0...1)) }
        let sum = parts.reduce(0, +)
        guard parts.count == edges.count - 1, abs(sum - 1) < 0.02 else {
          throw numbers.error(
            "expected \(edges.count - 1) shares that add up to 1, found \(parts.count) with sum \(sum)")
        }
        guard shares.last.map({ $0.value < value }) ?? true else { throw element.error("values of 'at' must ascend") }
        shares.append(SignalShare(value: value, shares: parts.map { $0 / sum }))
      }
    }
    self.shares = shares
  }
}

extension Resolution {
  init(_ node: ChannelNode, dimension: Dimension, of name: String) throws(ChannelError) {
    if node.node.mapping != nil {
      let members = try node.members(["scale", "reference", "exponent"])
      self = .powerLaw(
        scale: try members.required("scale").quantity(dimension, of: name),
        reference: try members.required("reference").quantity(dimension, of: name),
        exponent: try members.required("exponent").number(-10...10))
      return
    }
    var points: [ResolutionPoint] = []
    for element in try node.elements {
      let members = try element.members(["at", "sigma", "error"])
      if let error = members.optional("error") { _ = try error.quantity(dimension, of: name) }
      points.append(
        ResolutionPoint(
          value: try members.required("at").quantity(dimension, of: name),
          deviation: try members.required("sigma").quantity(dimension, of: name)))
    }
    self = .points(points)
  }
}

extension PlaneSearch {
  /// Most hypotheses of a plane.
  static let mostHypotheses = 100_000.0

  init(_ node: ChannelNode, observables: [Observable], dimensions: [Dimension]) throws(ChannelError) {
    let members = try node.members(["axes", "radius", "ring", "step", "measured_with"])
    measuredWith = try members.optional("measured_with")?.text
    axes = []
    let list = try members.required("axes")
    var hypotheses = 1.0
    step = try members.required("step").number(0.25...100)
    for (index, element) in try list.elements.enumerated() {
      guard index < observables.count else { throw list.error("expected one axis an observable") }
      let axis = try element.members(["from", "to", "resolution"])
      let name = observables[index].name
      let from = try axis.required("from").quantity(dimensions[index], of: name)
      let to = try axis.required("to").quantity(dimensions[index], of: name)
      guard from < to else { throw element.error("the range from \(from) to \(to) is empty") }
      let resolutionNode = try axis.required("resolution")
      let resolution = try Resolution(resolutionNode, dimension: dimensions[index], of: name)
      do throws(GridProblem) {
        hypotheses *= try ResolutionScale(resolution: resolution, lower: from, upper: to).coordinate(of: to) / step
      } catch {
        throw resolutionNode.error(error.description)
      }
      axes.append(PlaneAxis(observable: observables[index], range: from...to, resolution: resolution))
    }
    guard axes.count == observables.count else { throw list.error("expected one axis an observable") }
    guard hypotheses <= Self.mostHypotheses else {
      throw node.error("\(Int(hypotheses)) hypotheses, expected at most \(Int(Self.mostHypotheses)): raise 'step'")
    }
    radius = try members.required("radius").number(0.5...10)
    let ringNode = try members.required("ring")
    let ring = try ringNode.members(["from", "to"])
    let inner = try ring.required("from").number(radius...100)
    let outer = try ring.required("to").number(0...100)
    guard inner < outer else { throw ringNode.error("the ring from \(inner) to \(outer) is empty") }
    self.ring = inner...outer
  }
}
