/// How a channel uses networks: where its numbers stand among the channel's expressions, and what passes.
public struct ChannelNetwork: Sendable {
  /// The file, as the channel names it; empty if it is not trained yet.
  public let file: String
  /// The networks; nil if they are not trained yet: nothing is cut then.
  public let networks: SuppressionNetworks?
  /// Names of the inputs, in the order of the channel's expressions.
  public let inputs: [String]
  /// The least output that passes.
  public let cut: NetworkCut
  /// Position of the number that chooses the network.
  let variable: Int
  /// Position of the first input; the others follow.
  let firstInput: Int
  /// Position of each input of the weights among the channel's.
  let order: [Int]

  /// What the networks say of a candidate.
  public struct Verdict: Hashable, Sendable {
    /// The network that the candidate's inputs are counted with.
    public let region: Int
    /// The output, mixed where two ranges overlap; not a number if an input is none.
    public let output: Double
    /// Whether the output is at or above the cut.
    public let passes: Bool
  }

  /// Numbers that evaluation needs room for.
  var scratchSize: Int { 2 * (networks?.regions.map(\.perceptron.widest).max() ?? 0) }

  /// The verdict on a candidate; nil without networks.
  ///
  /// - Parameters:
  ///   - scratch: ``scratchSize`` numbers, overwritten.
  ///   - value: a number of the channel, by its position.
  func verdict(_ scratch: UnsafeMutableBufferPointer<Double>, _ value: (Int) -> Double) -> Verdict? {
    guard let networks else { return nil }
    let chosen = value(variable)
    guard !chosen.isNaN else { return Verdict(region: 0, output: .nan, passes: false) }
    let (region, share) = networks.place(of: chosen)
    func output(_ region: Int) -> Double {
      for (place, position) in order.enumerated() { scratch[place] = value(firstInput + position) }
      return networks.regions[region].perceptron.output(scratch)
    }
    let first = output(region)
    let cut = cut.output(at: chosen, region: region, share: share)
    guard share > 0 else { return Verdict(region: region, output: first, passes: first >= cut) }
    let mixed = (1 - share) * first + share * output(region + 1)
    return Verdict(region: share < 0.5 ? region : region + 1, output: mixed, passes: mixed >= cut)
  }
}

extension ChannelNetwork {
  static let keys = ["file", "variable", "inputs", "cut", "own"]

  /// What a channel says of its networks, with the texts that its expressions got.
  ///
  /// - Parameters:
  ///   - place: positions of the expressions.
  ///   - texts: all numbers of the channel as they were written, white space tidied.
  ///   - units: their units.
  ///   - attachment: the contents of a file that the channel names, or why they cannot be had.
  init(
    _ node: ChannelNode, _ place: ChannelExpressions.NetworkPlace, texts: [String], units: [String],
    attachment: (String) -> Result<String, AttachmentProblem>
  ) throws(ChannelError) {
    let members = try node.members(Self.keys)
    variable = place.variable
    firstInput = place.firstInput
    inputs = place.names.map(\.name)
    let fileNode = try members.required("file")
    let cutNode = try members.required("cut")
    guard try fileNode.text != "not trained" else {
      file = ""
      networks = nil
      cut = try NetworkCut(cutNode, regions: cutNode.node.sequence?.count ?? 1)
      order = []
      return
    }
    file = try fileNode.text
    let text: String
    switch attachment(file) {
    case .success(let found): text = found
    case .failure(let problem): throw fileNode.error("'\(file)' cannot be read: \(problem.reason)")
    }
    let networks = try SuppressionNetworks(yaml: text, file: file)
    guard texts[variable] == networks.variable, units[variable] == networks.unit else {
      throw (members.optional("variable") ?? node).error(
        "the networks of '\(file)' are for ranges of '\(networks.variable)' in \(networks.unit), "
          + "here '\(texts[variable])' in \(units[variable]) chooses among them")
    }
    let inputNode = try members.required("inputs")
    let known = networks.inputs.map(\.name)
    var order: [Int] = []
    for (index, input) in place.names.enumerated() {
      guard let wanted = networks.inputs.first(where: { $0.name == input.name }) else {
        let hint = nearestName(to: input.name, among: known).map { "did you mean '\($0)'?" }
        throw input.node.error(
          "the networks of '\(file)' have no input '\(input.name)'; "
            + (hint ?? "their inputs: \(known.joined(separator: ", "))"))
      }
      guard texts[firstInput + index] == wanted.expression else {
        throw input.node.error(
          "'\(input.name)' is '\(texts[firstInput + index])', the networks were trained with '\(wanted.expression)'")
      }
    }
    for wanted in known {
      guard let position = inputs.firstIndex(of: wanted) else {
        throw inputNode.error(
          "\(inputs.count) inputs, the networks of '\(file)' have \(known.count): '\(wanted)' is missing")
      }
      order.append(position)
    }
    self.networks = networks
    cut = try NetworkCut(cutNode, regions: networks.regions.count)
    self.order = order
  }
}

/// Why a file that a channel names cannot be had.
public struct AttachmentProblem: Error, Hashable, Sendable {
  /// In words.
  public let reason: String

  /// A problem in words.
  public init(_ reason: String) { self.reason = reason }
}
