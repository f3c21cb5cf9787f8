extension InputBit {
  /// The page `Documentation/level1-inputs.md`: every input bit, what it means, and whether it is built.
  public static var documentation: String {
    var page = """
      # Input bits of level 1

      Written from `Sources/Level1/Decision/InputBit.swift`; a test holds this page to it. Rules and sources:
      [level1.md](level1.md). Efficiencies on a gun of single particles: [level1-reference.md](level1-reference.md).

      *Built* bits are computed from the event. *Scheduled* bits depend on when it happened ([deadtime.md](deadtime.md)),
      and are false unless a replay is given the option that is named. All others
      are unknown: a menu that asks for one is refused with the reason.

      ## The places of version 36 of the final trigger decision logic


      """
    page += table(0..<firstAppended)
    page += """

      ## Other bits, at places of our own


      """
    page += table(firstAppended..<all.count)
    let built = all.count { $0.status == .built }
    let scheduled = all.count { if case .scheduled = $0.status { true } else { false } }
    let missing = all.count - built - scheduled
    page += "\n\(built) bits are built, \(scheduled) scheduled, \(missing) not built.\n"
    return page
  }

  private static func table(_ range: Range<Int>) -> String {
    var text = "| place | bit | true if there is, or what it is | status |\n|---|---|---|---|\n"
    for place in range {
      let bit = all[place]
      let status =
        switch bit.status {
        case .built: "built"
        case .scheduled(let option): "scheduled: \(option)"
        case .notBuilt(let reason): "not built: \(reason)"
        }
      let summary = bit.summary.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
      text += "| \(place) | `\(bit.name)` | \(summary) | \(status) |\n"
    }
    return text
  }
}
