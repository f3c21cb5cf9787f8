import ArrowStream
import EventModel
import Foundation
import Yams

extension SearchChannel {
  /// Reads a channel from the text of a YAML file.
  ///
  /// - Parameters:
  ///   - text: the file's contents.
  ///   - file: its name, for error messages.
  /// - Throws: ``ChannelError`` with line and column.
  public init(yaml text: String, file: String) throws(ChannelError) {
    let root = ChannelNode(node: try Self.compose(text, file), file: file, name: "channel file")
    let top = try root.members([
      "channel", "title", "version", "candidate", "observable", "select", "range", "signal", "background", "scan",
      "confidence", "description",
    ])
    name = try top.required("channel").text
    let allowed = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyz0123456789_-")
    guard name.unicodeScalars.allSatisfy(allowed.contains) else {
      throw try top.required("channel").error("'\(name)': names are lower-case letters, digits, '_' and '-'")
    }
    title = try top.optional("title")?.text ?? name
    version = try top.optional("version")?.integer(0...1_000_000) ?? 1
    definition = Self.hash(text)
    candidate = try Self.candidate(try top.required("candidate"))
    observable = try Self.attribute(try top.required("observable"))
    let observable = self.observable
    cuts = []
    for cut in try top.optional("select")?.elements ?? [] { cuts.append(try Self.cut(cut)) }

    range = try Self.range(try top.required("range"), observable)

    let signal = try top.required("signal").members(["shape", "low_tail", "high_tail", "resolution"])
    shape = try Self.shape(signal)
    let resolutionNode = try signal.required("resolution")
    resolution = try Self.resolution(resolutionNode, observable)

    let background = try top.required("background").members(["polynomial"])
    let orders = try background.required("polynomial").members(["lowest_order", "highest_order"])
    let lowest = try orders.required("lowest_order").integer(0...8)
    let highest = try orders.required("highest_order").integer(lowest...8)

    let scanNode = try top.required("scan")
    let scanMembers = try scanNode.members(["from", "to", "step", "window"])
    let from = try scanMembers.required("from").quantity(of: observable)
    let to = try scanMembers.required("to").quantity(of: observable)
    guard from <= to, range.contains(from), range.contains(to) else {
      throw scanNode.error("the scan from \(from) to \(to) does not lie within the range \(range)")
    }
    let step = try scanMembers.optional("step")?.number(0.25...100) ?? 0.5
    guard (step * 4).rounded() == step * 4 else {
      throw try scanMembers.required("step").error("a step of \(step) resolutions, expected a multiple of 0.25")
    }
    scan = ScanSettings(
      range: from...to, step: step, window: try scanMembers.optional("window")?.integer(5...200) ?? 20,
      orders: lowest...highest, confidence: try top.required("confidence").number(0.5...0.999999))

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

  /// The bins of the channel's spectrum: a quarter of the resolution wide.
  ///
  /// - Throws: ``GridProblem`` when range or resolution make none.
  public func grid() throws(GridProblem) -> ResolutionGrid {
    try ResolutionGrid(resolution: resolution, lower: range.lowerBound, upper: range.upperBound, binsPerResolution: 4)
  }

  private static func compose(_ text: String, _ file: String) throws(ChannelError) -> Node {
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

  private static func candidate(_ node: ChannelNode) throws(ChannelError) -> CandidateKind {
    let word = try node.text
    guard let kind = CandidateKind.allCases.first(where: { $0.word == word }) else {
      throw node.error(unknown("candidate", word, CandidateKind.allCases.map(\.word)))
    }
    return kind
  }

  private static func attribute(_ node: ChannelNode) throws(ChannelError) -> CandidateAttribute {
    let word = try node.text
    guard let attribute = CandidateAttribute(rawValue: word) else {
      throw node.error(unknown("attribute", word, CandidateAttribute.allCases.map(\.rawValue)))
    }
    return attribute
  }

  /// `attribute comparison number unit`.
  private static func cut(_ node: ChannelNode) throws(ChannelError) -> CandidateCut {
    let text = try node.text
    guard let comparison = CandidateCut.Comparison.allCases.first(where: { text.contains($0.rawValue) }),
      let split = text.range(of: comparison.rawValue)
    else {
      throw node.error("'\(text)': expected a cut as in 'mass < 10 GeV'")
    }
    let word = text[..<split.lowerBound].trimmingCharacters(in: .whitespaces)
    guard let attribute = CandidateAttribute(rawValue: word) else {
      throw node.error(unknown("attribute", word, CandidateAttribute.allCases.map(\.rawValue)))
    }
    let threshold = try ChannelNode.quantity(String(text[split.upperBound...]), of: attribute) { (problem) in
      node.error(problem)
    }
    return CandidateCut(attribute: attribute, comparison: comparison, threshold: threshold)
  }

  private static func range(
    _ node: ChannelNode, _ observable: CandidateAttribute
  ) throws(ChannelError) -> ClosedRange<Double> {
    let members = try node.members(["from", "to"])
    let lower = try members.required("from").quantity(of: observable)
    let upper = try members.required("to").quantity(of: observable)
    guard lower < upper else { throw node.error("the range from \(lower) to \(upper) is empty") }
    return lower...upper
  }

  private static func shape(_ signal: ChannelMembers) throws(ChannelError) -> SignalShape {
    let node = try signal.required("shape")
    let word = try node.text
    let tails = ["low_tail", "high_tail"]
    func refuse(_ keys: [String]) throws(ChannelError) {
      for key in keys {
        if let node = signal.optional(key) { throw node.error("shape '\(word)' has no '\(key)'") }
      }
    }
    switch word {
    case "gaussian":
      try refuse(tails)
      return .gaussian
    case "crystal_ball":
      try refuse(["high_tail"])
      return .crystalBall(tail: try tail(try signal.required("low_tail")))
    case "double_sided_crystal_ball":
      return .doubleSidedCrystalBall(
        low: try tail(try signal.required("low_tail")), high: try tail(try signal.required("high_tail")))
    default:
      throw node.error(unknown("shape", word, ["gaussian", "crystal_ball", "double_sided_crystal_ball"]))
    }
  }

  private static func tail(_ node: ChannelNode) throws(ChannelError) -> PowerTail {
    let members = try node.members(["start", "power"])
    return PowerTail(
      start: try members.required("start").number(0.1...10), power: try members.required("power").number(1.01...200))
  }

  private static func resolution(
    _ node: ChannelNode, _ observable: CandidateAttribute
  ) throws(ChannelError) -> Resolution {
    if node.node.mapping != nil {
      let members = try node.members(["scale", "reference", "exponent"])
      return .powerLaw(
        scale: try members.required("scale").quantity(of: observable),
        reference: try members.required("reference").quantity(of: observable),
        exponent: try members.required("exponent").number(-10...10))
    }
    var points: [ResolutionPoint] = []
    for element in try node.elements {
      let members = try element.members(["at", "sigma"])
      points.append(
        ResolutionPoint(
          value: try members.required("at").quantity(of: observable),
          deviation: try members.required("sigma").quantity(of: observable)))
    }
    return .points(points)
  }

  private static func unknown(_ what: String, _ found: String, _ known: [String]) -> String {
    let hint = nearestName(to: found, among: known).map { "did you mean '\($0)'?" }
    return "unknown \(what) '\(found)'; " + (hint ?? "known: \(known.joined(separator: ", "))")
  }

  private static func hash(_ text: String) -> String {
    var hash = ContentHash()
    hash.add(text.utf8)
    return hash.digits
  }
}
