import Statistics

/// What a search does not show before its authors decided to look: the counts and fits of its signal region.
///
/// A blinded region stays hidden whatever is asked for; results say so in place of the numbers. The decision to look
/// is written down with its reason and travels with every result.
public struct Blinding: Codable, Hashable, Sendable {
  /// Hidden ranges of the observable, in its unit, merged and in order.
  public let regions: [ClosedRange<Double>]
  /// Why they were opened, nil while they are hidden.
  public private(set) var opened: String?

  /// A search with hidden ranges.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` for ends that are not finite.
  public init(regions: [ClosedRange<Double>]) throws(FitRefusal) {
    guard regions.allSatisfy({ $0.lowerBound.isFinite && $0.upperBound.isFinite }) else {
      throw .invalidInput("a blinded region without finite ends")
    }
    var merged: [ClosedRange<Double>] = []
    for region in regions.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, region.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, region.upperBound)
      } else {
        merged.append(region)
      }
    }
    self.regions = merged
  }

  /// Opens the regions for good.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` without a reason, or if they are open already.
  public mutating func unblind(reason: String) throws(FitRefusal) {
    guard reason.contains(where: { !$0.isWhitespace }) else { throw .invalidInput("unblinding without a reason") }
    if let opened { throw .invalidInput("the regions are open already: \(opened)") }
    opened = reason
  }

  /// Whether anything is hidden.
  public var isActive: Bool { opened == nil && !regions.isEmpty }

  /// Whether a value of the observable is hidden.
  public func hides(_ value: Double) -> Bool { isActive && regions.contains { $0.contains(value) } }

  /// Whether a window touches what is hidden: its candidates would tell of it.
  public func hides(_ window: ClosedRange<Double>) -> Bool { isActive && regions.contains { $0.overlaps(window) } }

  /// Counts per bin with those of hidden bins left out (nil): a bin that touches a hidden region is hidden.
  public func visible(counts: [Int], edges: [Double]) -> [Int?] {
    counts.indices.map { bin in
      guard bin + 1 < edges.count else { return nil }
      return hides(edges[bin]...max(edges[bin], edges[bin + 1])) ? nil : counts[bin]
    }
  }

  /// Refuses what a window would show.
  ///
  /// - Throws: ``FitRefusal/blinded(low:high:)`` with the first hidden region that it touches.
  public func check(_ window: ClosedRange<Double>) throws(FitRefusal) {
    guard isActive, let region = regions.first(where: { $0.overlaps(window) }) else { return }
    throw .blinded(low: region.lowerBound, high: region.upperBound)
  }

  /// What stands on plots and in results.
  public func notice(unit: String) -> String? {
    if let opened { return "unblinded: \(opened)" }
    guard !regions.isEmpty else { return nil }
    let ranges = regions.map {
      "\($0.lowerBound.formatted(digits: 5)) to \($0.upperBound.formatted(digits: 5)) \(unit)"
    }
    return "blinded: \(ranges.joined(separator: ", "))"
  }
}
