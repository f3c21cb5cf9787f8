import Menu

/// Collects the expressions of a channel: definitions, selection, observables, signal regions and sidebands.
struct ChannelExpressions {
  /// Positions of a region's conditions among those of the channel.
  struct Region {
    var signal: Int
    var sidebands: Int?
  }

  /// Positions of what networks need among the numbers of the channel.
  struct NetworkPlace {
    var variable: Int
    var firstInput: Int
    var names: [(name: String, node: ChannelNode)] = []
  }

  private var sheet: ExpressionSheet
  private let file: String
  private var conditions = 0
  private var numbers = 0
  /// The regions' conditions, in the order of the file.
  private(set) var regionConditions: [Region] = []
  /// Conditions of the selection: the first ones of the sheet.
  private(set) var selectionCount = 0

  init(text: String, file: String) {
    self.file = file
    sheet = ExpressionSheet(vocabulary: CandidateVocabulary.words, file: file, text: text)
  }

  mutating func define(_ node: ChannelNode?) throws(ChannelError) {
    guard let node else { return }
    guard let mapping = node.node.mapping else { throw node.error("'define' is no mapping of names to expressions") }
    for (name, expression) in mapping { sheet.define(name, as: expression) }
  }

  /// The selection: one condition, or a list of them that must all hold.
  mutating func select(_ node: ChannelNode?) throws(ChannelError) {
    guard let node else { return }
    if node.node.sequence == nil {
      add(node)
    } else {
      for element in try node.elements { add(element) }
    }
    selectionCount = conditions
  }

  /// The observables: an expression, or a mapping with a name; two for searches in a plane, and one more for slices.
  mutating func observables(_ top: ChannelMembers, method: String) throws(ChannelError) -> [(
    name: String?, node: ChannelNode
  )] {
    guard method != "none" || top.optional("observable") != nil else { return [] }
    let node = try top.required("observable")
    var axes: [(name: String?, node: ChannelNode)] = []
    if node.node.sequence != nil {
      for element in try node.elements { axes.append(try observable(element)) }
    } else {
      axes.append(try observable(node))
    }
    let expected = method == "plane" ? 2 : 1
    guard axes.count == expected else {
      throw node.error("\(axes.count) observables, the method '\(method)' has \(expected)")
    }
    if let slices = top.optional("slices") {
      let members = try slices.members(["of", "edges", "shares"])
      axes.append(try observable(try members.required("of")))
    }
    return axes
  }

  private mutating func observable(_ node: ChannelNode) throws(ChannelError) -> (name: String?, node: ChannelNode) {
    guard node.node.mapping != nil else {
      addNumber(node)
      return (nil, node)
    }
    let members = try node.members(["name", "expression"])
    addNumber(try members.required("expression"))
    return (try members.required("name").text, node)
  }

  mutating func regions(_ node: ChannelNode?) throws(ChannelError) {
    guard let node else { return }
    for element in try node.elements {
      let members = try element.members(RegionDefinition.keys)
      let signal = conditions
      add(try members.required("signal"))
      var region = Region(signal: signal, sidebands: nil)
      if let sidebands = members.optional("sidebands") {
        region.sidebands = conditions
        add(sidebands)
      }
      regionConditions.append(region)
    }
  }

  /// The inputs of networks, and what chooses among them: the first observable if nothing else is said.
  mutating func network(_ node: ChannelNode?) throws(ChannelError) -> NetworkPlace? {
    guard let node else { return nil }
    let members = try node.members(ChannelNetwork.keys)
    guard numbers > 0 else { throw node.error("a network needs a channel with an observable") }
    var place = NetworkPlace(variable: 0, firstInput: numbers)
    if let variable = members.optional("variable") {
      place.variable = numbers
      addNumber(variable)
      place.firstInput = numbers
    }
    let inputs = try members.required("inputs")
    guard let mapping = inputs.node.mapping, !mapping.isEmpty else {
      throw inputs.error("'inputs' is no mapping of names to expressions")
    }
    for (name, expression) in mapping {
      let text = try ChannelNode(node: name, file: file, name: "inputs").text
      place.names.append((text, ChannelNode(node: expression, file: file, name: text)))
      addNumber(ChannelNode(node: expression, file: file, name: text))
    }
    return place
  }

  private mutating func add(_ node: ChannelNode) {
    sheet.addCondition(node.node)
    conditions += 1
  }

  private mutating func addNumber(_ node: ChannelNode) {
    sheet.addNumber(node.node)
    numbers += 1
  }

  /// Everything checked and compiled.
  func checked() throws(ChannelError) -> ExpressionSet {
    do throws(MenuError) {
      return try sheet.checked()
    } catch {
      let first = error.diagnostics.first { $0.severity == .error }
      throw ChannelError(
        file: file, line: first?.span.line ?? 0, column: first?.span.column ?? 0,
        problem: [first?.message, first?.help].compactMap { $0 }.joined(separator: "; "))
    }
  }
}
