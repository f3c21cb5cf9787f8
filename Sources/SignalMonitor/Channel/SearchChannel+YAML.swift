import ArrowStream
import EventModel
import Foundation
import Menu
import Yams

extension SearchChannel {
  /// Reads the channels of a YAML file: one, or as many as it has variants.
  ///
  /// - Parameters:
  ///   - text: the file's contents.
  ///   - file: its name, for error messages.
  ///   - attachment: gives the contents of a file that the channel names, by its path beside the channel file.
  /// - Throws: ``ChannelError`` with line and column.
  public static func read(
    yaml text: String, file: String,
    attachment: (String) -> Result<String, AttachmentProblem> = { _ in .failure(AttachmentProblem("no such file")) }
  ) throws(ChannelError) -> [SearchChannel] {
    let root = ChannelNode(node: try compose(text, file), file: file, name: "channel file")
    var channels: [SearchChannel] = []
    for found in try ChannelVariants(root).channels {
      let channel = try SearchChannel(found, text: text, attachment: attachment)
      guard !channels.contains(where: { $0.name == channel.name }) else {
        throw (found.name ?? found.node).error("the channel '\(channel.name)' stands twice in the file")
      }
      channels.append(channel)
    }
    return channels
  }

  /// Reads a file of one channel.
  ///
  /// - Throws: ``ChannelError`` with line and column, also if the file has several.
  public init(yaml text: String, file: String) throws(ChannelError) {
    let channels = try Self.read(yaml: text, file: file)
    guard channels.count == 1 else {
      throw ChannelError(
        file: file, line: 0, column: 0,
        problem: "holds \(channels.count) channels, expected one: \(channels.map(\.name).joined(separator: ", "))")
    }
    self = channels[0]
  }

  private static let keys = [
    "channel", "title", "version", "description", "sources", "process", "needs", "candidate", "define", "select",
    "observable",
    "triggers", "method", "likelihood", "mass", "range", "signal", "background", "scan", "slices", "plane", "regions",
    "template", "confidence", "normalisation", "couplings", "published", "blinding", "network", "backgrounds",
  ]

  private init(
    _ found: ChannelVariants.Channel, text: String, attachment: (String) -> Result<String, AttachmentProblem>
  ) throws(ChannelError) {
    let root = found.node
    let top = try root.members(Self.keys)
    let file = try top.required("channel")
    name = try file.text
    if let variant = found.name { name += "-" + (try variant.text) }
    if found.hasNetwork { name += "-network" }
    let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyz0123456789_-")
    guard name.unicodeScalars.allSatisfy(allowed.contains) else {
      throw (found.name ?? file).error("'\(name)': names are lower-case letters, digits, '_' and '-'")
    }
    title = try top.optional("title")?.text ?? name
    version = try top.optional("version")?.integer(0...1_000_000) ?? 1
    sources = try top.optional("sources")?.texts ?? []
    process = try top.optional("process")?.text
    missing = []
    for need in try top.optional("needs")?.elements ?? [] {
      let members = try need.members(["object", "reason"])
      missing.append(
        MissingObject(object: try members.required("object").text, reason: try members.required("reason").text))
    }
    candidate = nil
    if missing.isEmpty || top.optional("candidate") != nil {
      let node = try top.required("candidate")
      let word = try node.word("candidate", among: CandidateKind.allCases.map(\.word))
      candidate = CandidateKind.allCases.first { $0.word == word }
    }

    var reader = ChannelExpressions(text: text, file: root.file)
    try reader.define(top.optional("define"))
    try reader.select(top.optional("select"))
    let methodNode = top.optional("method")
    let word =
      try methodNode?.word("method", among: SearchMethod.words)
      ?? (candidate == nil ? "none" : "peak")
    let axes = try reader.observables(top, method: word)
    try reader.regions(top.optional("regions"))
    let place = try reader.network(top.optional("network"))
    expressions = try reader.checked()
    selectionCount = reader.selectionCount
    let compiled = expressions
    observables = axes.enumerated().map { index, axis in
      Observable(
        name: axis.name ?? compiled.numberTexts[index], expression: compiled.numberTexts[index],
        unit: compiled.dimensions[index].channelUnit)
    }
    network = nil
    if let place, let node = top.optional("network") {
      network = try ChannelNetwork(
        node, place, texts: compiled.numberTexts, units: compiled.dimensions.map(\.channelUnit), attachment: attachment)
    }
    // Other weights make another channel.
    definition = Self.hash(text + "\u{0}" + name + (network?.networks.map { "\u{0}" + $0.contentHash } ?? ""))

    triggers = TriggerReliance()
    if let node = top.optional("triggers") {
      let members = try node.members(["level1", "high_level"])
      triggers.level1 = try members.optional("level1")?.texts ?? []
      triggers.highLevel = try members.optional("high_level")?.texts ?? []
    }
    massRelation = try MassRelation(top.optional("mass"), dimension: expressions.dimensions.first)
    confidence = try top.required("confidence").number(0.5...0.999999)
    normalisation = try top.optional("normalisation").map { node throws(ChannelError) in try Normalisation(node) }
    couplings = []
    for node in try top.optional("couplings")?.elements ?? [] {
      let word = try node.word("coupling", among: Coupling.allCases.map(\.rawValue))
      if let coupling = Coupling(rawValue: word) { couplings.append(coupling) }
    }
    published = try top.optional("published").map { node throws(ChannelError) in try PublishedResult(node) }
    backgrounds = try top.optional("backgrounds")?.texts ?? []
    method = try SearchMethod(
      word, top, observables: observables, dimensions: expressions.dimensions, regions: reader.regionConditions,
      confidence: confidence)
    blinding = try Blinding(top.optional("blinding"), dimension: expressions.dimensions.first, of: method)
  }

  static func compose(_ text: String, _ file: String) throws(ChannelError) -> Node {
    try ChannelText.check(text, file: file)
    do {
      if let node = try Yams.compose(yaml: text) { return node }
    } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _)
    {
      throw ChannelError(file: file, line: mark.line, column: mark.column, problem: "no YAML: \(problem)")
    } catch YamlError.duplicatedKeysInMapping(let duplicates, let context) {
      throw ChannelError(
        file: file, line: context.mark.line, column: context.mark.column,
        problem: "keys given twice: \(duplicates.joined(separator: ", "))")
    } catch {
      throw ChannelError(file: file, line: 0, column: 0, problem: "no YAML: \(error)")
    }
    throw ChannelError(file: file, line: 0, column: 0, problem: "the file is empty")
  }

  static func hash(_ text: String) -> String {
    var hash = ContentHash()
    hash.add(text.utf8)
    return hash.digits
  }
}

extension MassRelation {
  /// `mass: observable | squared | none | { reduced: 105.66 MeV } | { momentum: 493.677 MeV }`; left out, energies are masses and squared ones their squares.
  init(_ node: ChannelNode?, dimension: Menu.Dimension?) throws(ChannelError) {
    guard let node else {
      switch dimension {
      case Menu.Dimension(energy: 1): self = .mass
      case Menu.Dimension(energy: 2): self = .squared
      default: self = .none
      }
      return
    }
    if node.node.mapping != nil {
      let members = try node.members(["reduced", "momentum"])
      if let hadron = members.optional("momentum") {
        self = .momentum(hadron: try hadron.quantity(Menu.Dimension(energy: 1), of: "a mass"))
        return
      }
      self = .reduced(
        daughter: try members.required("reduced").quantity(Menu.Dimension(energy: 1), of: "a mass"))
      return
    }
    switch try node.word("relation to the mass", among: ["observable", "squared", "none"]) {
    case "observable": self = .mass
    case "squared": self = .squared
    default: self = .none
    }
  }
}
