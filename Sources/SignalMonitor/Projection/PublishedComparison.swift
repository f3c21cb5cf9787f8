/// Expected limits beside published ones.
struct PublishedComparison {
  private let published: PublishedResult?
  /// What is compared: what was published, else the first quantity there are limits on.
  private(set) var quantity: String?
  /// The unit of that.
  private(set) var unit = ""
  /// Published ranges beside the expected ones.
  private(set) var ranges: [SensitivityProjection.RangeComparison] = []
  /// The median of expected over published limits.
  private(set) var ratio: Double?

  /// The comparison with the published result of a channel.
  init(_ channel: SearchChannel) { published = channel.published }

  /// Notes the published limits and their ratios.
  mutating func compare(_ limits: inout [ProjectedLimit]) {
    let all = limits.flatMap(\.limits)
    guard let chosen = all.first(where: { $0.quantity == published?.quantity }) ?? all.first else { return }
    quantity = chosen.quantity
    unit = chosen.unit
    guard let published else { return }
    var ratios: [Double] = []
    if published.quantity == quantity, published.unit == unit {
      for point in published.limits where point.value > 0 {
        guard let index = nearest(to: point.mass, limits),
          let expected = limits[index].median(of: chosen.quantity, unit: unit)
        else { continue }
        limits[index].published = point.value
        // Without a simulated event a limit says what a search without background would reach.
        guard !limits[index].isWithoutSimulation else { continue }
        limits[index].ratio = expected / point.value
        ratios.append(expected / point.value)
      }
    }
    for range in published.ranges {
      let inside = limits.filter { limit in
        !limit.isWithoutSimulation && limit.mass.map(range.masses.contains) ?? false
      }
      let expected = inside.compactMap { $0.median(of: range.quantity, unit: range.unit) }
      guard let least = expected.min(), let largest = expected.max() else { continue }
      ranges.append(
        SensitivityProjection.RangeComparison(
          quantity: range.quantity, unit: range.unit, published: [range.least, range.largest],
          expected: [least, largest], ratios: [least / range.least, largest / range.largest]))
    }
    if ratios.isEmpty, let first = ranges.first { ratios = first.ratios }
    let sorted = ratios.sorted()
    guard !sorted.isEmpty else { return }
    let middle = sorted.count / 2
    // Of an even number the geometric mean of both in the middle.
    ratio = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] * sorted[middle]).squareRoot()
  }

  /// The hypothesis at a published mass: within a hundredth of it, or the only one there is where masses say nothing.
  private func nearest(to mass: Double, _ limits: [ProjectedLimit]) -> Int? {
    guard mass.isFinite else { return limits.firstIndex { !$0.limits.isEmpty } }
    let close = limits.indices.filter { index in
      guard let found = limits[index].mass, !limits[index].limits.isEmpty else { return false }
      return abs(found - mass) < max(0.01 * mass, 0.003)
    }
    return close.min { abs((limits[$0].mass ?? 0) - mass) < abs((limits[$1].mass ?? 0) - mass) }
  }
}
