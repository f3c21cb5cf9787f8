/// The words of a vocabulary as text, for people who write menus.
extension Vocabulary {
  /// Everything an expression may use: bits, multiplicities, scalars, collections with their attributes, with units.
  /// What is not built says why.
  public var table: String {
    var text = "inputs: \(name)\n"
    if steps.count > 1 {
      text += "\n  steps of reconstruction\n"
      for step in steps.dropFirst() {
        let after = step.requires.map { steps[$0].name }.joined(separator: ", ")
        let cost = "about \(Expression.number(step.cost)) us an event"
        text += Self.row(step.name, after.isEmpty ? cost : "\(cost), after \(after)", .built)
      }
    }
    if !bits.isEmpty { text += "\n  bits\n" }
    for bit in bits { text += Self.row(bit.name, bit.summary, bit.availability) }
    if !multiplicities.isEmpty { text += "\n  multiplicities, compared with whole numbers\n" }
    for group in multiplicities {
      let reason = group.bits.lazy.map { bits[$0].availability }.first { $0 != .built }
      text += Self.row(group.name, group.summary, reason ?? .built)
    }
    if !scalars.isEmpty { text += "\n  numbers of the event\n" }
    for scalar in scalars {
      text += Self.row(Self.named(scalar.name, scalar.unit), scalar.summary, scalar.availability)
    }
    for collection in collections {
      text += "\n  \(collection.name): \(collection.summary)\n"
      if case .notBuilt(let reason) = collection.availability { text += "    not built: \(reason)\n" }
      for attribute in collection.attributes {
        let name = attribute.isFlag ? "\(attribute.name) (yes or no)" : Self.named(attribute.name, attribute.unit)
        text += Self.row(name, attribute.summary, attribute.availability)
      }
    }
    return text
  }

  private static func named(_ name: String, _ unit: Unit) -> String {
    unit.symbol.isEmpty ? name : "\(name) [\(unit.symbol)]"
  }

  private static func row(_ name: String, _ summary: String, _ availability: Availability) -> String {
    let padded = name + String(repeating: " ", count: max(0, 24 - name.count))
    if case .notBuilt(let reason) = availability { return "    \(padded)  NOT BUILT, \(reason): \(summary)\n" }
    return "    \(padded)  \(summary)\n"
  }
}
