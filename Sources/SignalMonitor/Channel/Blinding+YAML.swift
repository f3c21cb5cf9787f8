import Menu

extension Blinding {
  /// `blinding: everything`, a range of the observable (`{ from: …, to: … }`), or a list of ranges; nil if left out.
  ///
  /// Parts of the observable can be hidden in peak searches only, and only where the spectrum reaches: candidates outside of it are counted in
  /// the open.
  init?(_ node: ChannelNode?, dimension: Dimension?, of method: SearchMethod) throws(ChannelError) {
    guard let node else { return nil }
    if node.node.scalar != nil {
      _ = try node.word("blinding", among: ["everything"])
      self = .everything
      return
    }
    guard case .peak(let search) = method else {
      throw node.error("the method '\(method.name)' can hide 'everything' only")
    }
    var ranges: [ClosedRange<Double>] = []
    for element in node.node.mapping != nil ? [node] : try node.elements {
      let members = try element.members(["from", "to"])
      let from = try members.required("from").quantity(dimension ?? .none, of: "the observable")
      let to = try members.required("to").quantity(dimension ?? .none, of: "the observable")
      guard from < to else { throw element.error("the range from \(from) to \(to) is empty") }
      guard search.range.contains(from), search.range.contains(to) else {
        throw element.error("the range from \(from) to \(to) reaches beyond the spectrum, \(search.range)")
      }
      ranges.append(from...to)
    }
    guard !ranges.isEmpty else { throw node.error("'blinding' is empty, expected 'everything' or ranges") }
    self = .ranges(ranges)
  }
}
