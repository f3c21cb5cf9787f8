extension SpectraSpecification {
  private static let anything = -1e300...1e300

  /// The members of a specification that belong to the method `spectra`.
  init(_ top: ChannelMembers) throws(ChannelError) {
    for key in ["columns", "range", "resolution", "histogram", "signal", "background", "hypotheses", "window"] {
      if let node = top.optional(key) { throw node.error("'\(key)' has no meaning for the method spectra") }
    }
    parameters = []
    fixed = []
    spectra = []
    ofInterest = nil
    for element in try top.required("parameters").elements { try readParameter(element) }
    if let node = top.optional("of_interest") { ofInterest = try known(node) }
    for element in try top.required("spectra").elements { try readSpectrum(element) }
    guard !spectra.isEmpty else { throw try top.required("spectra").error("'spectra' is an empty list") }
  }

  private mutating func readParameter(_ node: ChannelNode) throws(ChannelError) {
    let members = try node.members(["name", "start", "from", "to", "fixed", "constraint"])
    let nameNode = try members.required("name")
    let name = try nameNode.text
    guard !parameters.contains(where: { $0.name == name }) else {
      throw nameNode.error("the parameter '\(name)' stands twice")
    }
    if let node = members.optional("fixed") {
      for key in ["start", "from", "to", "constraint"] {
        if let other = members.optional(key) { throw other.error("a fixed parameter has no '\(key)'") }
      }
      let value = try node.number(Self.anything)
      fixed.insert(name)
      parameters.append(FitParameter(name, start: value, bounds: value...value))
      return
    }
    let start = try members.required("start").number(Self.anything)
    let low = try members.optional("from").map { (node) throws(ChannelError) in try node.number(Self.anything) }
    let high = try members.optional("to").map { (node) throws(ChannelError) in try node.number(Self.anything) }
    var bounds: ClosedRange<Double>?
    if low != nil || high != nil {
      let (lower, upper) = (low ?? -.infinity, high ?? .infinity)
      guard lower < upper, lower <= start, start <= upper else {
        throw node.error("'\(name)' starts at \(start), expected a start from 'from' to 'to' (\(lower) to \(upper))")
      }
      bounds = lower...upper
    }
    var constraint: FitParameter.Constraint?
    if let node = members.optional("constraint") {
      let numbers = try node.members(["mean", "error"])
      constraint = FitParameter.Constraint(
        mean: try numbers.required("mean").number(Self.anything),
        error: try numbers.required("error").number(1e-300...1e300))
    }
    parameters.append(FitParameter(name, start: start, bounds: bounds, constraint: constraint))
  }

  /// The name of a parameter.
  private func known(_ node: ChannelNode) throws(ChannelError) -> String {
    try node.word("parameter", among: parameters.map(\.name))
  }

  private mutating func readSpectrum(_ node: ChannelNode) throws(ChannelError) {
    let members = try node.members(["name", "columns", "rows", "components"])
    var columns = (low: "low", high: "high", count: "count")
    var variance: String?
    if let node = members.optional("columns") {
      let names = try node.members(["low", "high", "count", "variance"])
      columns.low = try names.optional("low")?.text ?? columns.low
      columns.high = try names.optional("high")?.text ?? columns.high
      columns.count = try names.optional("count")?.text ?? columns.count
      variance = try names.optional("variance")?.text
    }
    var rows: (column: String, value: Double)?
    if let node = members.optional("rows") {
      let choice = try node.members(["column", "value"])
      rows = (try choice.required("column").text, try choice.required("value").number(Self.anything))
    }
    var components: [Component] = []
    for element in try members.required("components").elements { components.append(try component(element)) }
    guard !components.isEmpty else { throw node.error("a spectrum without components") }
    let name = try members.optional("name")?.text ?? "spectrum \(spectra.count + 1)"
    spectra.append(
      Spectrum(name: name, columns: columns, variance: variance, rows: rows, components: components))
  }

  private static let forms = ["peak", "polynomial", "exponential", "power_law", "template"]

  private func component(_ node: ChannelNode) throws(ChannelError) -> Component {
    let members = try node.members(["name", "yield", "scale", "factors"] + Self.forms)
    let yield = try known(try members.required("yield"))
    let chosen = Self.forms.filter { members.optional($0) != nil }
    guard chosen.count == 1, let word = chosen.first else {
      throw node.error("a component has one form, found \(chosen.count): \(Self.forms.joined(separator: ", "))")
    }
    let formNode = try members.required(word)
    var template: (count: String, variance: String?)?
    let form: SpectrumComponent.Form
    switch word {
    case "peak":
      let peak = try formNode.members(["shape", "low_tail", "high_tail", "mass", "resolution"])
      form = .peak(
        try FitSpecification.shape(peak), mass: try known(try peak.required("mass")),
        deviation: try known(try peak.required("resolution")))
    case "polynomial":
      let polynomial = try formNode.members(["basis", "coefficients"])
      let basis: PolynomialBasis =
        try polynomial.optional("basis").map { (node) throws(ChannelError) in try FitSpecification.choice(node) }
        ?? .legendre
      var coefficients: [String] = []
      for element in try polynomial.optional("coefficients")?.elements ?? [] { coefficients.append(try known(element)) }
      form = .polynomial(basis, coefficients: coefficients)
    case "exponential":
      form = .exponential(rate: try known(try formNode.members(["rate"]).required("rate")))
    case "power_law":
      form = .powerLaw(power: try known(try formNode.members(["power"]).required("power")))
    default:
      let names = try formNode.members(["count", "variance"])
      template = (try names.required("count").text, try names.optional("variance")?.text)
      form = .template([])
    }
    var factors: [SpectrumComponent.Factor] = []
    for element in try members.optional("factors")?.elements ?? [] {
      let factor = try element.members(["parameter", "relative_error"])
      factors.append(
        SpectrumComponent.Factor(
          try known(try factor.required("parameter")),
          relativeError: try factor.required("relative_error").number(-0.99...1e6)))
    }
    return Component(
      name: try members.optional("name")?.text ?? yield, template: template,
      model: SpectrumComponent(
        yield: yield, scale: try members.optional("scale")?.number(Self.anything) ?? 1, factors: factors, form: form))
  }
}
