/// The bins of one axis: contiguous, each closed below and open above.
public enum Binning: Codable, Hashable, Sendable {
  /// `count` bins of equal width from `lower` to `upper`.
  case regular(count: Int, lower: Double, upper: Double)
  /// Bins between ascending edges.
  case edges([Double])

  /// The number of bins between the outermost edges.
  public var count: Int {
    switch self {
    case .regular(let count, _, _): return count
    case .edges(let edges): return max(edges.count - 1, 0)
    }
  }

  /// The lower edge of a bin, 0 ... ``count``; the last is the upper edge of the axis.
  public func edge(_ index: Int) -> Double {
    switch self {
    case .regular(let count, let lower, let upper):
      // The same expression at both ends, so that neighbouring bins share their edge exactly.
      return index == count ? upper : lower + (upper - lower) * (Double(index) / Double(count))
    case .edges(let edges):
      return edges[index]
    }
  }

  /// The middle of a bin.
  public func centre(_ index: Int) -> Double { 0.5 * (edge(index) + edge(index + 1)) }

  /// Why the bins make no sense, or nil: there must be at least one bin, finite edges in ascending order.
  public var problem: String? {
    switch self {
    case .regular(let count, let lower, let upper):
      if count < 1 || count > 100_000_000 { return "\(count) bins: expected 1 to 100000000" }
      if !(lower.isFinite && upper.isFinite && lower < upper) { return "range \(lower) to \(upper) is empty" }
      if !(Double(count) / (upper - lower)).isNormal {
        return "bins between \(lower) and \(upper) have no usable width"
      }
    case .edges(let edges):
      if edges.count < 2 { return "\(edges.count) edges: expected at least 2" }
      for (below, above) in zip(edges, edges.dropFirst()) where !(below < above && below.isFinite && above.isFinite) {
        return "edge \(above) does not lie above \(below)"
      }
    }
    return nil
  }
}

/// Two histograms, sketches or spectra that were to be merged do not count the same thing.
public struct MergeMismatch: Error, CustomStringConvertible, Equatable {
  /// What differs.
  public let description: String

  /// An error that says what differs.
  public init(_ description: String) { self.description = description }
}
