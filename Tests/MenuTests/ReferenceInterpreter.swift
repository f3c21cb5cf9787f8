import Menu

/// An event as the reference interpreter sees it: plain values, nothing shared with the compiler.
struct ReferenceEvent {
  var bits: [Bool]
  var scalars: [Float]
  /// For each collection its objects, each with its attributes.
  var objects: [[[Float]]]
  /// Which steps have run.
  var available: [Bool]
}

/// The vocabulary of random expressions, and how its events are drawn.
enum ReferenceWorld {
  static let vocabulary: Vocabulary = {
    var vocabulary = Vocabulary(name: "world")
    let first = vocabulary.addStep("first", cost: 10)
    let second = vocabulary.addStep("second", cost: 100, requires: [first])
    for name in ["n_a", "n_b", "n_c"] { vocabulary.addBit(name, "one-hot") }
    for name in ["m_a", "m_b", "m_c"] { vocabulary.addBit(name, "packed") }
    vocabulary.addBit("plain", "without a step")
    vocabulary.addBit("late", "with a step", step: first)
    vocabulary.addMultiplicity("hot", .oneHot, of: ["n_a", "n_b", "n_c"], "one-hot")
    vocabulary.addMultiplicity("packed", .packed, of: ["m_a", "m_b", "m_c"], "packed")
    vocabulary.addScalar("energy", .gigaelectronvolt, "without a step")
    vocabulary.addScalar("mass", .megaelectronvolt, "with a step, in another unit", step: first)
    vocabulary.addScalar("count", .dimensionless, "plain number", step: second)
    vocabulary.addCollection(
      "clusters", of: "cluster",
      attributes: [
        .init("E", .gigaelectronvolt, "energy"), .init("theta", .degree, "angle"), .init(flag: "good", "flag"),
      ], step: first)
    vocabulary.addCollection(
      "tracks", of: "track",
      attributes: [.init("p", .gigaelectronvolt, "momentum"), .init("charge", .dimensionless, "charge")], step: second)
    return vocabulary
  }()

  static let bitSteps = [0, 0, 0, 0, 0, 0, 0, 1]
  static let scalarSteps = [0, 1, 2]
  static let collectionSteps = [1, 2]
  static let attributeCounts = [3, 2]

  static func event(_ random: inout some RandomNumberGenerator) -> ReferenceEvent {
    func value(_ scale: Float) -> Float {
      switch Int.random(in: 0..<20, using: &random) {
      case 0: .nan
      case 1: 0
      default: (Float.random(in: -1...1, using: &random) * scale * 4).rounded() / 4
      }
    }
    let clusters = (0..<Int.random(in: 0...5, using: &random)).map { _ in
      [value(4), abs(value(180)), Float(Int.random(in: 0...1, using: &random))]
    }
    let tracks = (0..<Int.random(in: 0...3, using: &random)).map { _ in [value(4), value(1)] }
    return ReferenceEvent(
      bits: bitSteps.map { _ in Bool.random(using: &random) }, scalars: [value(8), value(4000), value(5)],
      objects: [clusters, tracks], available: [true, false, false])
  }

  /// The columns of some events; only what the available steps have made is known.
  static func fill(_ columns: EventColumns, with events: [ReferenceEvent]) {
    columns.begin(rowCount: events.count)
    for (row, event) in events.enumerated() {
      for (bit, value) in event.bits.enumerated() where value && event.available[bitSteps[bit]] {
        columns.setBit(bit, row: row)
      }
      for (scalar, value) in event.scalars.enumerated() where event.available[scalarSteps[scalar]] {
        columns.setScalar(scalar, row: row, to: value)
      }
      for step in 1...2 where event.available[step] {
        var mask = RowMask(rowCount: events.count)
        mask[row] = true
        columns.markAvailable(step: step, rows: mask)
      }
    }
    // Objects come in an order unlike that of the rows: nothing may depend on it.
    for row in events.indices.reversed() {
      for (collection, objects) in events[row].objects.enumerated()
      where events[row].available[collectionSteps[collection]] {
        for values in objects { columns.appendObject(collection, row: row, values: values) }
      }
    }
  }
}

/// A number in a random expression, with its dimension: 0 none, 1 energy, 2 angle.
indirect enum ReferenceNumber {
  case scalar(Int)
  case attribute(collection: Int, Int)
  case literal(Double, unit: String, factor: Double)
  case sum(ReferenceNumber, ReferenceNumber)
  case difference(ReferenceNumber, ReferenceNumber)
  case scaled(ReferenceNumber, Double)
  case magnitude(ReferenceNumber)
  case larger(ReferenceNumber, ReferenceNumber)
  case count(collection: Int, [ReferenceCondition])
  case reduced(String, collection: Int, ReferenceNumber, [ReferenceCondition])

  var text: String {
    switch self {
    case .scalar(let index): ReferenceWorld.vocabulary.scalars[index].name
    case .attribute(let collection, let index):
      ReferenceWorld.vocabulary.collections[collection].attributes[index].name
    case .literal(let value, let unit, _): unit.isEmpty ? "\(value)" : "\(value) \(unit)"
    case .sum(let left, let right): "(\(left.text) + \(right.text))"
    case .difference(let left, let right): "(\(left.text) - \(right.text))"
    case .scaled(let inner, let factor): "(\(factor) * \(inner.text))"
    case .magnitude(let inner): "abs(\(inner.text))"
    case .larger(let left, let right): "max(\(left.text), \(right.text))"
    case .count(let collection, let cuts):
      "n_\(ReferenceWorld.vocabulary.collections[collection].name)(\(cuts.map(\.text).joined(separator: ", ")))"
    case .reduced(let name, let collection, let value, let cuts):
      "\(name)(\(value.text) of \(ReferenceWorld.vocabulary.collections[collection].name)"
        + (cuts.isEmpty ? ")" : "(\(cuts.map(\.text).joined(separator: ", "))))")
    }
  }

  /// The value in base units; `nil` if it needs a step that has not run.
  func value(_ event: ReferenceEvent, _ object: [Float]?) -> Float? {
    switch self {
    case .scalar(let index):
      guard event.available[ReferenceWorld.scalarSteps[index]] else { return nil }
      return index == 1 ? event.scalars[index] * Float(1e-3) : event.scalars[index]
    case .attribute(let collection, let index):
      guard let object else { return nil }
      return collection == 0 && index == 1 ? object[index] * Float(Double.pi / 180) : object[index]
    case .literal(let value, _, let factor): return Float(value * factor)
    case .sum(let left, let right): return both(left, right, event, object) { $0 + $1 }
    case .difference(let left, let right): return both(left, right, event, object) { $0 - $1 }
    case .scaled(let inner, let factor): return inner.value(event, object).map { Float(factor) * $0 }
    case .magnitude(let inner): return inner.value(event, object).map { abs($0) }
    case .larger(let left, let right): return both(left, right, event, object) { $0 > $1 ? $0 : $1 }
    case .count(let collection, let cuts):
      guard let selected = Self.selected(collection, cuts, event) else { return nil }
      return Float(selected.count)
    case .reduced(let name, let collection, let value, let cuts):
      guard let selected = Self.selected(collection, cuts, event) else { return nil }
      if value.needsMissing(event) { return nil }
      let values = selected.map { value.value(event, $0) ?? .nan }
      switch name {
      case "max": return values.reduce(-.infinity) { $1 > $0 ? $1 : $0 }
      case "min": return values.reduce(.infinity) { $1 < $0 ? $1 : $0 }
      default: return values.reduce(0, +)
      }
    }
  }

  private func both(
    _ left: ReferenceNumber, _ right: ReferenceNumber, _ event: ReferenceEvent, _ object: [Float]?,
    _ combine: (Float, Float) -> Float
  ) -> Float? {
    guard let left = left.value(event, object), let right = right.value(event, object) else { return nil }
    return combine(left, right)
  }

  /// The objects that pass all cuts, `nil` if objects or cuts need a step that has not run.
  static func selected(
    _ collection: Int, _ cuts: [ReferenceCondition], _ event: ReferenceEvent
  ) -> [[Float]]? {
    guard event.available[ReferenceWorld.collectionSteps[collection]] else { return nil }
    if cuts.contains(where: { $0.needsMissing(event) }) { return nil }
    return event.objects[collection].filter { object in
      cuts.allSatisfy { $0.value(event, object) == true }
    }
  }

  /// A bare column kept in another than the base unit, as it stands: a literal it is compared with is converted into
  /// the column's unit, not the column into base units.
  func convertedColumn(_ event: ReferenceEvent, _ object: [Float]?) -> (value: Float?, factor: Double)? {
    switch self {
    case .scalar(1): (event.available[ReferenceWorld.scalarSteps[1]] ? event.scalars[1] : nil, 1e-3)
    case .attribute(0, 1): (object.map { $0[1] }, Double.pi / 180)
    default: nil
    }
  }

  /// Whether anything inside needs a step that has not run.
  func needsMissing(_ event: ReferenceEvent) -> Bool {
    switch self {
    case .scalar(let index): !event.available[ReferenceWorld.scalarSteps[index]]
    case .attribute(let collection, _): !event.available[ReferenceWorld.collectionSteps[collection]]
    case .literal: false
    case .sum(let left, let right), .difference(let left, let right), .larger(let left, let right):
      left.needsMissing(event) || right.needsMissing(event)
    case .scaled(let inner, _), .magnitude(let inner): inner.needsMissing(event)
    case .count(let collection, let cuts):
      !event.available[ReferenceWorld.collectionSteps[collection]] || cuts.contains { $0.needsMissing(event) }
    case .reduced(_, let collection, let value, let cuts):
      !event.available[ReferenceWorld.collectionSteps[collection]] || value.needsMissing(event)
        || cuts.contains { $0.needsMissing(event) }
    }
  }
}

/// A condition in a random expression.
indirect enum ReferenceCondition {
  case bit(Int)
  case hot(String, Int)
  case packed(String, Int)
  case flag
  case compare(String, ReferenceNumber, ReferenceNumber)
  case between(ReferenceNumber, ReferenceNumber, ReferenceNumber)
  case not(ReferenceCondition)
  case all([ReferenceCondition])
  case either([ReferenceCondition])
  case some(collection: Int, ReferenceCondition, [ReferenceCondition])
  case every(collection: Int, ReferenceCondition, [ReferenceCondition])

  var text: String {
    switch self {
    case .bit(let index): ReferenceWorld.vocabulary.bits[index].name
    case .hot(let comparison, let number): "hot \(comparison) \(number)"
    case .packed(let comparison, let number): "packed \(comparison) \(number)"
    case .flag: "good"
    case .compare(let comparison, let left, let right): "\(left.text) \(comparison) \(right.text)"
    case .between(let low, let value, let high): "\(low.text) <= \(value.text) < \(high.text)"
    case .not(let inner): "not (\(inner.text))"
    case .all(let parts): "(" + parts.map(\.text).joined(separator: " and ") + ")"
    case .either(let parts): "(" + parts.map(\.text).joined(separator: " or ") + ")"
    case .some(let collection, let test, let cuts): Self.quantified("any", collection, test, cuts)
    case .every(let collection, let test, let cuts): Self.quantified("all", collection, test, cuts)
    }
  }

  private static func quantified(
    _ name: String, _ collection: Int, _ test: ReferenceCondition, _ cuts: [ReferenceCondition]
  ) -> String {
    "\(name)(\(test.text) of \(ReferenceWorld.vocabulary.collections[collection].name)"
      + (cuts.isEmpty ? ")" : "(\(cuts.map(\.text).joined(separator: ", "))))")
  }

  static func compare(_ comparison: String, _ left: Float, _ right: Float) -> Bool {
    if left.isNaN || right.isNaN { return false }
    switch comparison {
    case "<": return left < right
    case "<=": return left <= right
    case ">": return left > right
    case ">=": return left >= right
    case "==": return left == right
    default: return left != right
    }
  }

  /// Kleene's three values: true, false, not known.
  func value(_ event: ReferenceEvent, _ object: [Float]?) -> Bool? {
    switch self {
    case .bit(let index): return event.available[ReferenceWorld.bitSteps[index]] ? event.bits[index] : nil
    case .hot(let comparison, let number):
      let value = (event.bits[0..<3].lastIndex(of: true) ?? -1) + 1
      return Self.compare(comparison, Float(value), Float(number))
    case .packed(let comparison, let number):
      let value = (event.bits[3] ? 1 : 0) + (event.bits[4] ? 2 : 0) + (event.bits[5] ? 4 : 0)
      return Self.compare(comparison, Float(value), Float(number))
    case .flag: return object.map { $0[2] != 0 }
    case .compare(let comparison, let left, let right):
      if case .literal(let value, _, let factor) = right, let column = left.convertedColumn(event, object) {
        return column.value.map { Self.compare(comparison, $0, Float(value * factor / column.factor)) }
      }
      if case .literal(let value, _, let factor) = left, let column = right.convertedColumn(event, object) {
        return column.value.map { Self.compare(comparison, Float(value * factor / column.factor), $0) }
      }
      guard let left = left.value(event, object), let right = right.value(event, object) else { return nil }
      return Self.compare(comparison, left, right)
    case .between(let low, let value, let high):
      return ReferenceCondition.all([.compare("<=", low, value), .compare("<", value, high)]).value(event, object)
    case .not(let inner): return inner.value(event, object).map { !$0 }
    case .all(let parts):
      let values = parts.map { $0.value(event, object) }
      return values.contains(false) ? false : values.contains(nil) ? nil : true
    case .either(let parts):
      let values = parts.map { $0.value(event, object) }
      return values.contains(true) ? true : values.contains(nil) ? nil : false
    case .some(let collection, let test, let cuts):
      return ReferenceNumber.selected(collection, cuts + [test], event).map { !$0.isEmpty }
    case .every(let collection, let test, let cuts):
      return ReferenceNumber.selected(collection, cuts + [.not(test)], event).map { $0.isEmpty }
    }
  }

  func needsMissing(_ event: ReferenceEvent) -> Bool {
    switch self {
    case .bit(let index): !event.available[ReferenceWorld.bitSteps[index]]
    case .hot, .packed, .flag: false
    case .compare(_, let left, let right): left.needsMissing(event) || right.needsMissing(event)
    case .between(let low, let value, let high):
      low.needsMissing(event) || value.needsMissing(event) || high.needsMissing(event)
    case .not(let inner): inner.needsMissing(event)
    case .all(let parts), .either(let parts): parts.contains { $0.needsMissing(event) }
    case .some(let collection, let test, let cuts), .every(let collection, let test, let cuts):
      !event.available[ReferenceWorld.collectionSteps[collection]] || test.needsMissing(event)
        || cuts.contains { $0.needsMissing(event) }
    }
  }
}
