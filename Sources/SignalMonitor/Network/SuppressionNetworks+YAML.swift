extension SuppressionNetworks {
  /// Most nodes of a layer, inputs of a network, and ranges of the mass.
  private static let most = (nodes: 64, inputs: 40, regions: 32, classes: 50)
  /// Largest weight, and largest number of an input or a border.
  private static let largest = (weight: 1e4, value: 1e9)

  /// Reads the networks of a file.
  ///
  /// - Parameters:
  ///   - text: the file's contents.
  ///   - file: its name, for error messages.
  /// - Throws: ``ChannelError`` with line and column.
  public init(yaml text: String, file: String) throws(ChannelError) {
    let root = ChannelNode(node: try SearchChannel.compose(text, file), file: file, name: "network file")
    let top = try root.members(["networks", "version", "variable", "unit", "recipe", "inputs", "regions"])
    name = try top.required("networks").text
    version = try top.optional("version")?.integer(0...1_000_000) ?? 1
    variable = try top.required("variable").text
    unit = try top.optional("unit")?.text ?? ""
    contentHash = SearchChannel.hash(text)
    let inputNodes = try top.required("inputs")
    var inputs: [Input] = []
    for element in try inputNodes.elements {
      let members = try element.members(["name", "expression"])
      let input = Input(
        name: try members.required("name").text, expression: try members.required("expression").text)
      guard !inputs.contains(where: { $0.name == input.name }) else {
        throw element.error("the input '\(input.name)' stands twice in the file")
      }
      inputs.append(input)
    }
    guard (1...Self.most.inputs).contains(inputs.count) else {
      throw inputNodes.error("\(inputs.count) inputs, expected 1 to \(Self.most.inputs)")
    }
    self.inputs = inputs
    let regionNodes = try top.required("regions")
    var regions: [Region] = []
    for element in try regionNodes.elements {
      let region = try Region(element, inputs: inputs)
      if let last = regions.last {
        let range = try element.members(Self.regionKeys).required("range")
        guard region.range.lowerBound <= last.range.upperBound, region.range.lowerBound > last.range.lowerBound,
          region.range.upperBound > last.range.upperBound
        else { throw range.error("the range \(region.range) does not go on from \(last.range) before it") }
        if regions.count > 1, region.range.lowerBound < regions[regions.count - 2].range.upperBound {
          throw range.error("three ranges overlap at \(region.range.lowerBound)")
        }
      }
      regions.append(region)
    }
    guard (1...Self.most.regions).contains(regions.count) else {
      throw regionNodes.error("\(regions.count) regions, expected 1 to \(Self.most.regions)")
    }
    self.regions = regions
  }

  fileprivate static let regionKeys = ["range", "means", "deviations", "layers", "reference"]

  /// A list of finite numbers, of a length if one is expected.
  fileprivate static func numbers(
    _ node: ChannelNode, _ bound: Double, count: Int? = nil, of what: String = ""
  ) throws(ChannelError) -> [Double] {
    var numbers: [Double] = []
    for element in try node.elements { numbers.append(try element.number(-bound...bound)) }
    if let count, numbers.count != count {
      throw node.error("\(numbers.count) numbers in '\(node.name)', expected \(count): one for each \(what)")
    }
    return numbers
  }

  fileprivate static func values(_ node: ChannelNode, count: Int) throws(ChannelError) -> [Double] {
    try numbers(node, largest.value, count: count, of: "input")
  }

  fileprivate static func layer(
    _ node: ChannelNode, inputs: Int
  ) throws(ChannelError) -> [(constant: Double, weights: [Double])] {
    let members = try node.members(["constants", "weights"])
    let weights = try members.required("weights")
    let constants = try numbers(try members.required("constants"), largest.weight)
    guard (1...most.nodes).contains(constants.count) else {
      throw node.error("a layer of \(constants.count) nodes, expected 1 to \(most.nodes)")
    }
    let rows = try weights.elements
    guard rows.count == constants.count else {
      throw weights.error("weights of \(rows.count) nodes, expected \(constants.count) as there are constants")
    }
    var nodes: [(constant: Double, weights: [Double])] = []
    for (row, constant) in zip(rows, constants) {
      let found = try numbers(row, largest.weight, count: inputs, of: "input of the layer")
      nodes.append((constant, found))
    }
    return nodes
  }
}

extension SuppressionNetworks.Region {
  init(_ node: ChannelNode, inputs: [SuppressionNetworks.Input]) throws(ChannelError) {
    let members = try node.members(SuppressionNetworks.regionKeys)
    let rangeNode = try members.required("range")
    let ends = try rangeNode.elements
    guard ends.count == 2 else { throw rangeNode.error("\(ends.count) numbers, expected the two ends of the range") }
    let low = try ends[0].number(-1e9...1e9)
    let high = try ends[1].number(-1e9...1e9)
    guard low < high else { throw rangeNode.error("the range from \(low) to \(high) is empty") }
    range = low...high
    let means = try SuppressionNetworks.values(try members.required("means"), count: inputs.count)
    let deviationNode = try members.required("deviations")
    let deviations = try SuppressionNetworks.values(deviationNode, count: inputs.count)
    for (element, value) in zip(try deviationNode.elements, deviations) where value <= 0 {
      throw element.error("a deviation of \(value), expected above 0")
    }
    let layerNodes = try members.required("layers")
    var layers: [[(constant: Double, weights: [Double])]] = []
    for element in try layerNodes.elements {
      layers.append(try SuppressionNetworks.layer(element, inputs: layers.last?.count ?? inputs.count))
    }
    guard (1...4).contains(layers.count), layers.last?.count == 1 else {
      throw layerNodes.error(
        "\(layers.count) layers of which the last has \(layers.last?.count ?? 0) nodes, expected 1 to 4 and one output")
    }
    perceptron = Perceptron(means: means, deviations: deviations, layers: layers)
    let referenceNodes = try members.required("reference")
    var references: [InputReference] = []
    for element in try referenceNodes.elements { references.append(try InputReference(element)) }
    guard references.count == inputs.count else {
      throw referenceNodes.error("\(references.count) distributions, expected \(inputs.count): one for each input")
    }
    self.references = references
  }
}

extension InputReference {
  init(_ node: ChannelNode) throws(ChannelError) {
    let members = try node.members(["edges", "counts"])
    let edgeNode = try members.required("edges")
    edges = try SuppressionNetworks.numbers(edgeNode, 1e9)
    guard (1...49).contains(edges.count), zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw edgeNode.error("expected 1 to 49 ascending borders of classes")
    }
    let countNode = try members.required("counts")
    var counts: [Int] = []
    for element in try countNode.elements { counts.append(try element.integer(0...1_000_000_000)) }
    guard counts.count == edges.count + 1, counts.contains(where: { $0 > 0 }) else {
      throw countNode.error("\(counts.count) counts, expected \(edges.count + 1) that are not all 0")
    }
    self.counts = counts
  }
}
