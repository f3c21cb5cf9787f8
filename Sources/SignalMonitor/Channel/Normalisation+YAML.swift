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
      let point = try element.members(["region", "mass", "second_mass", "lifetime", "value", "error"])
      points.append(
        EfficiencyCurve.Point(
          mass: try point.optional("mass")?.quantity(Dimension(energy: 1), of: "a mass") ?? 0,
          secondMass: try point.optional("second_mass")?.quantity(Dimension(energy: 1), of: "a mass"),
          lifetime: try point.optional("lifetime")?.quantity(Dimension(length: 1), of: "c tau"),
          region: try point.optional("region")?.text,
          value: try point.required("value").number(0...1), error: try point.required("error").number(0...1)))
    }
    guard !points.isEmpty else { throw curve.error("'efficiency' is empty, expected points or 'not measured'") }
    points.sort {
      ($0.lifetime ?? 0, $0.region ?? "", $0.secondMass ?? 0, $0.mass)
        < ($1.lifetime ?? 0, $1.region ?? "", $1.secondMass ?? 0, $1.mass)
    }
    efficiency = EfficiencyCurve(points: points, measuredWith: try members.required("measured_with").text)
  }
}

extension PublishedResult {
  init(_ node: ChannelNode) throws(ChannelError) {
    let members = try node.members(["source", "finding", "luminosity", "confidence", "quantity", "limits", "ranges"])
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
    var ranges: [Range] = []
    for element in try members.optional("ranges")?.elements ?? [] {
      let range = try element.members(["quantity", "from", "to", "least", "largest"])
      let from = try range.required("from").quantity(Dimension(energy: 1), of: "a mass")
      let to = try range.required("to").quantity(Dimension(energy: 1), of: "a mass")
      let least = try range.required("least").measured()
      let largest = try range.required("largest").measured()
      guard from <= to, least.value > 0, least.value <= largest.value, least.unit == largest.unit else {
        throw element.error("expected masses and positive limits of one unit that ascend")
      }
      ranges.append(
        Range(
          quantity: try range.required("quantity").text, unit: least.unit, least: least.value,
          largest: largest.value, masses: from...to))
    }
    self.ranges = ranges
  }
}
