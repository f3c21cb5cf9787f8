import Statistics

/// Draws random expressions of the reference world that the checker must accept.
struct RandomExpressions {
  var random: CounterRandom

  private mutating func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

  mutating func condition(depth: Int, inside collection: Int? = nil) -> ReferenceCondition {
    if depth > 0 {
      switch pick(6) {
      case 0: return .not(condition(depth: depth - 1, inside: collection))
      case 1, 2: return .all((0..<(2 + pick(2))).map { _ in condition(depth: depth - 1, inside: collection) })
      case 3: return .either((0..<(2 + pick(2))).map { _ in condition(depth: depth - 1, inside: collection) })
      case 4 where collection == nil:
        let target = pick(2)
        let test = condition(depth: depth - 1, inside: target)
        return pick(2) == 0
          ? .some(collection: target, test, cuts(target)) : .every(collection: target, test, cuts(target))
      default: break
      }
    }
    switch pick(8) {
    case 0: return .bit(6 + pick(2))
    case 1: return .hot([">", ">=", "<", "==", "!="][pick(5)], pick(3))
    case 2: return .packed([">", ">=", "<", "<=", "==", "!="][pick(6)], pick(8))
    case 3 where collection == 0: return .flag
    case 4:
      let dimension = pick(collection == 0 ? 3 : 2)
      return .between(
        literal(dimension), number(dimension, depth: 1, inside: collection), literal(dimension))
    default:
      let dimension = pick(collection == 0 ? 3 : 2)
      let left = number(dimension, depth: 2, inside: collection)
      let right = pick(2) == 0 ? literal(dimension) : number(dimension, depth: 1, inside: collection)
      return .compare(["<", "<=", ">", ">=", "==", "!="][pick(6)], left, right)
    }
  }

  private mutating func cuts(_ collection: Int) -> [ReferenceCondition] {
    (0..<pick(3)).map { _ in condition(depth: 0, inside: collection) }
  }

  /// Literals on the grid of the events' values, so that equality is met; quarters are exact in single precision.
  private mutating func literal(_ dimension: Int) -> ReferenceNumber {
    let value = Double(pick(40)) / 4
    switch dimension {
    case 0: return .literal(value, unit: "", factor: 1)
    case 1:
      return pick(3) == 0
        ? .literal(value * 1000, unit: "MeV", factor: 1e-3) : .literal(value, unit: "GeV", factor: 1)
    default: return .literal(value * 16, unit: "deg", factor: Double.pi / 180)
    }
  }

  private mutating func number(_ dimension: Int, depth: Int, inside collection: Int?) -> ReferenceNumber {
    if depth > 0 {
      switch pick(9) {
      case 0:
        return .sum(
          number(dimension, depth: depth - 1, inside: collection),
          number(dimension, depth: depth - 1, inside: collection))
      case 1:
        return .difference(
          number(dimension, depth: depth - 1, inside: collection),
          number(dimension, depth: depth - 1, inside: collection))
      case 2: return .scaled(number(dimension, depth: depth - 1, inside: collection), Double(1 + pick(8)) / 4)
      case 3: return .magnitude(number(dimension, depth: depth - 1, inside: collection))
      case 4:
        return .larger(
          number(dimension, depth: depth - 1, inside: collection),
          number(dimension, depth: depth - 1, inside: collection))
      case 5 where dimension == 1:
        let target = pick(2)
        return .reduced(
          ["max", "min", "sum"][pick(3)], collection: target, number(1, depth: 0, inside: target), cuts(target))
      case 6 where dimension == 0:
        let target = pick(2)
        return .count(collection: target, cuts(target))
      default: break
      }
    }
    switch (dimension, collection) {
    case (0, 1?) where pick(2) == 0: return .attribute(collection: 1, 1)
    case (0, _): return .scalar(2)
    case (1, let collection?) where pick(2) == 0: return .attribute(collection: collection, 0)
    case (1, _): return .scalar(pick(2))
    default: return .attribute(collection: 0, 1)
    }
  }
}
