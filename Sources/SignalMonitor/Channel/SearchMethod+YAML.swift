import Menu

extension SearchMethod {
  /// The words of `method:`.
  static let words = ["peak", "windows", "plane", "counting", "template", "none"]

  /// The members of the file that belong to each method.
  private static let members: [String: Set<String>] = [
    "peak": ["range", "signal", "background", "scan", "slices", "likelihood"], "windows": ["range", "signal", "scan"],
    "plane": ["plane"], "counting": ["regions"], "template": ["template"], "none": [],
  ]

  init(
    _ word: String, _ top: ChannelMembers, observables: [Observable], dimensions: [Dimension],
    regions: [ChannelExpressions.Region], confidence: Double
  ) throws(ChannelError) {
    let own = Self.members[word] ?? []
    for key in Self.members.values.reduce(Set(), { $0.union($1) }).sorted() where !own.contains(key) {
      if let node = top.optional(key) { throw node.error("the method '\(word)' has no '\(key)'") }
    }
    switch word {
    case "peak", "windows":
      self = .peak(
        try PeakSearch(
          top, counts: word == "windows", observables: observables, dimensions: dimensions, confidence: confidence))
    case "plane":
      self = .plane(try PlaneSearch(try top.required("plane"), observables: observables, dimensions: dimensions))
    case "counting":
      var definitions: [RegionDefinition] = []
      for (node, conditions) in zip(try top.required("regions").elements, regions) {
        definitions.append(try RegionDefinition(node, conditions))
      }
      guard !definitions.isEmpty else { throw try top.required("regions").error("'regions' is empty") }
      self = .counting(definitions)
    case "template":
      self = .template(try TemplateSearch(try top.required("template"), dimension: dimensions[0]))
    default:
      self = .none
    }
  }
}

extension RegionDefinition {
  static let keys = ["name", "title", "signal", "sidebands", "transfer", "expected"]

  init(_ node: ChannelNode, _ conditions: ChannelExpressions.Region) throws(ChannelError) {
    let members = try node.members(Self.keys)
    name = try members.required("name").text
    title = try members.optional("title")?.text ?? name
    signal = conditions.signal
    sidebands = conditions.sidebands
    if let transfer = members.optional("transfer"), !transfer.isNotMeasured {
      guard conditions.sidebands != nil else { throw transfer.error("'transfer' without 'sidebands'") }
      let numbers = try transfer.members(["value", "error"])
      background = .transfer(
        value: try numbers.required("value").number(1e-9...1e9), error: try numbers.required("error").number(0...1e9))
    } else if let expected = members.optional("expected"), !expected.isNotMeasured {
      let numbers = try expected.members(["value", "error", "luminosity"])
      background = .expected(
        value: try numbers.required("value").number(0...1e9), error: try numbers.required("error").number(0...1e9),
        luminosity: try numbers.required("luminosity").quantity(in: "1/fb"))
    } else {
      background = nil
    }
  }
}

extension TemplateSearch {
  init(_ node: ChannelNode, dimension: Dimension) throws(ChannelError) {
    let members = try node.members(["from", "to", "bins", "signals", "backgrounds"])
    let from = try members.required("from").quantity(dimension, of: "the observable")
    let to = try members.required("to").quantity(dimension, of: "the observable")
    let bins = try members.required("bins").integer(1...1000)
    guard from < to else { throw node.error("the range from \(from) to \(to) is empty") }
    edges = (0...bins).map { from + (to - from) * Double($0) / Double(bins) }
    signals = try Self.templates(try members.required("signals"), bins: bins, areSignals: true)
    backgrounds = try Self.templates(try members.required("backgrounds"), bins: bins, areSignals: false)
  }

  private static func templates(
    _ node: ChannelNode, bins: Int, areSignals: Bool
  ) throws(ChannelError) -> [SpectrumTemplate] {
    if node.isNotMeasured { return [] }
    var templates: [SpectrumTemplate] = []
    for element in try node.elements {
      let members = try element.members([areSignals ? "mass" : "name", "counts", "variances"])
      let mass =
        areSignals
        ? try members.required("mass").quantity(Dimension(energy: 1), of: "a mass") : nil as Double?
      let name = areSignals ? try members.required("mass").text : try members.required("name").text
      let list = try members.required("counts")
      let counts = try Self.numbers(list, bins: bins)
      guard counts.contains(where: { $0 > 0 }) else { throw list.error("the template '\(name)' is empty") }
      let variances = try members.optional("variances").map { (node) throws(ChannelError) in
        try Self.numbers(node, bins: bins)
      }
      templates.append(SpectrumTemplate(name: name, mass: mass, counts: counts, variances: variances ?? counts))
    }
    return templates
  }

  private static func numbers(_ list: ChannelNode, bins: Int) throws(ChannelError) -> [Double] {
    var numbers: [Double] = []
    for element in try list.elements { numbers.append(try element.number(0...1e12)) }
    guard numbers.count == bins else {
      throw list.error("\(numbers.count) \(list.name), the template has \(bins) bins")
    }
    return numbers
  }
}
