/// The same words with other input bits, or with bits in another order.
extension Vocabulary {
  /// Most input bits of an event: ten words of 32.
  public static let bitLimit = 320

  /// A vocabulary with the given bits in the given order, and the numbers and objects of this one.
  ///
  /// Versions of a trigger place their input bits differently, and menus that read recorded words need the places of
  /// their own version. A bit that this vocabulary has keeps its meaning; any other is known but not built.
  ///
  /// - Parameters:
  ///   - name: what menus call it.
  ///   - bits: names of the bits, at most ``bitLimit``, in the order of the input words.
  ///   - differing: bits that mean something else in the other version than here, with the reason why they are not
  ///     built.
  public func arranged(as name: String, bits names: [String], differing: [String: String] = [:]) -> Vocabulary {
    precondition(names.count <= Self.bitLimit && Set(names).count == names.count, "no set of input bits")
    var result = Vocabulary(name: name, base: base, bitsAreGiven: bitsAreGiven)
    for step in steps.dropFirst() { result.addStep(step.name, cost: step.cost, requires: step.requires) }
    for name in names {
      if let index = bit(named: name), differing[name] == nil {
        let known = bits[index]
        let reason: String? = if case .notBuilt(let reason) = known.availability { reason } else { nil }
        result.addBit(name, known.summary, notBuilt: reason, step: known.step)
      } else {
        let reason = differing[name] ?? "this program has no such input bit"
        result.addBit(
          name, bitsAreGiven ? "an input bit of \(result.name)" : reason, notBuilt: bitsAreGiven ? nil : reason)
      }
    }
    let set = Set(names)
    for group in multiplicities where !set.contains(group.name) {
      let members = (0...).lazy.map { "\(group.name)_\($0)" }.prefix { set.contains($0) }
      let bits = Array(members.prefix(16))
      if !bits.isEmpty { result.addMultiplicity(group.name, group.coding, of: bits, group.summary) }
    }
    for scalar in scalars {
      let reason: String? = if case .notBuilt(let reason) = scalar.availability { reason } else { nil }
      result.addScalar(scalar.name, scalar.unit, scalar.summary, notBuilt: reason, step: scalar.step)
    }
    for collection in collections {
      let reason: String? = if case .notBuilt(let reason) = collection.availability { reason } else { nil }
      result.addCollection(
        collection.name, of: collection.singular, collection.summary, pairOf: collection.pairOf,
        attributes: collection.attributes, notBuilt: reason, step: collection.step)
    }
    return result
  }

  /// The same words for events whose input words are known: every bit can be used, whoever made it.
  /// - Parameter alone: nothing else is known of the events, so that no number or object can be used.
  public func withGivenBits(alone: Bool = true) -> Vocabulary {
    var result = Vocabulary(name: name, base: nil, bitsAreGiven: true)
    for step in steps.dropFirst() { result.addStep(step.name, cost: step.cost, requires: step.requires) }
    for bit in bits { result.addBit(bit.name, bit.summary) }
    for group in multiplicities {
      result.addMultiplicity(group.name, group.coding, of: group.bits.map { bits[$0].name }, group.summary)
    }
    func reason(_ availability: Availability) -> String? {
      if alone { return "an event's input words hold bits only" }
      return if case .notBuilt(let reason) = availability { reason } else { nil }
    }
    for scalar in scalars {
      result.addScalar(
        scalar.name, scalar.unit, scalar.summary, notBuilt: reason(scalar.availability), step: scalar.step)
    }
    for collection in collections {
      result.addCollection(
        collection.name, of: collection.singular, collection.summary, pairOf: collection.pairOf,
        attributes: collection.attributes, notBuilt: reason(collection.availability), step: collection.step)
    }
    return result
  }

  /// Whether a bit could be added under this name: it would not hide a number or an object.
  func allowsBit(named name: String) -> Bool {
    switch entries[name] {
    case .scalar, .collection: false
    case .bit, .multiplicity, nil: true
    }
  }
}

extension MenuVocabularies {
  /// The same vocabularies for events whose level-1 input words are known.
  /// - Parameter alone: nothing else is known of the events.
  public func withGivenBits(alone: Bool = true) -> MenuVocabularies {
    MenuVocabularies(level1: level1.map { $0.withGivenBits(alone: alone) }, highLevel: highLevel)
  }
}
