import Menu

extension Normalisation {
  init(_ node: ChannelNode) throws(ChannelError) {
    let members = try node.members(["base", "cross_section", "fraction", "efficiency", "measured_with"])
    let word = try members.required("base").word("base", among: Base.allCases.map(\.rawValue))
    base = Base(rawValue: word) ?? .luminosity
    crossSection = try members.optional("cross_section")?.quantity(in: "nb")
    guard (crossSection == nil) == (base == .luminosity) else {
      throw try members.required("base").error(
        base == .luminosity
          ? "'luminosity' has no 'cross_section'" : "'\(word)' needs the 'cross_section' of the pairs, in nb")
    }
    fraction = try members.optional("fraction")?.number(1e-6...1) ?? 1
    let curve = try members.required("efficiency")
    if curve.isNotMeasured {
      efficiency = nil
      return
    }
    var points: [EfficiencyCurve.Point] = []
    for element in try curve.elements {
      let point = try element.members(["mass", "lifetime", "value", "error"])
      points.append(
        EfficiencyCurve.Point(
          mass: try point.optional("mass")?.quantity(Dimension(energy: 1), of: "a mass") ?? 0,
          lifetime: try point.optional("lifetime")?.quantity(Dimension(length: 1), of: "c tau"),
          value: try point.required("value").number(0...1), error: try point.required("error").number(0...1)))
    }
    guard !points.isEmpty else { throw curve.error("'efficiency' is empty, expected points or 'not measured'") }
    points.sort { ($0.lifetime ?? 0, $0.mass) < ($1.lifetime ?? 0, $1.mass) }
    efficiency = EfficiencyCurve(points: points, measuredWith: try members.required("measured_with").text)
  }
}

extension PublishedResult {
  init(_ node: ChannelNode) throws(ChannelError) {
    let members = try node.members(["source", "finding", "luminosity", "confidence", "quantity", "limits"])
    source = try members.required("source").text
    finding = try members.required("finding").text
    luminosity = try members.optional("luminosity")?.quantity(in: "1/fb")
    confidence = try members.optional("confidence")?.number(0.5...0.999999)
    quantity = try members.optional("quantity")?.text
    var unit: String?
    var limits: [Point] = []
    for element in try members.optional("limits")?.elements ?? [] {
      let point = try element.members(["mass", "limit"])
      let limit = try point.required("limit").measured()
      guard unit == nil || unit == limit.unit else {
        throw try point.required("limit").error("the unit '\(limit.unit)' differs from '\(unit ?? "")' before")
      }
      unit = limit.unit
      let mass = try point.optional("mass")?.quantity(Dimension(energy: 1), of: "a mass")
      limits.append(Point(mass: mass ?? .nan, value: limit.value))
    }
    self.unit = unit ?? ""
    self.limits = limits
  }
}
