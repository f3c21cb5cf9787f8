import Statistics

/// A spectrum in the bins of templates.
public struct TemplateSpectrum: Hashable, Sendable {
  /// Edges of the bins, ascending.
  public let edges: [Double]
  /// Candidates in each bin.
  public private(set) var counts: [Int]
  /// Candidates below the first bin.
  public private(set) var below = 0
  /// Candidates at or above the end of the last bin.
  public private(set) var above = 0
  /// Candidates whose observable is not a number.
  public private(set) var undefined = 0

  /// An empty spectrum.
  public init(edges: [Double]) {
    self.edges = edges
    counts = [Int](repeating: 0, count: max(edges.count - 1, 0))
  }

  /// Candidates within the bins.
  public var inRange: Int { counts.reduce(0, +) }

  /// Counts one candidate.
  public mutating func fill(_ value: Double) {
    guard !value.isNaN else {
      undefined += 1
      return
    }
    guard let first = edges.first, let last = edges.last, value >= first else {
      below += 1
      return
    }
    guard value < last else {
      above += 1
      return
    }
    let bin = edges.partitioningIndex { $0 > value } - 1
    counts[bin] += 1
  }

  /// Adds the counts of a spectrum with the same bins.
  ///
  /// - Throws: `MergeMismatch` if the bins differ.
  public mutating func merge(_ other: TemplateSpectrum) throws {
    guard edges == other.edges else { throw MergeMismatch("spectra with different bins cannot be merged") }
    for bin in counts.indices { counts[bin] += other.counts[bin] }
    below += other.below
    above += other.above
    undefined += other.undefined
  }
}

extension Array where Element == Double {
  /// The first position at which a condition that holds from some place on begins to hold; the count if nowhere.
  func partitioningIndex(_ holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
