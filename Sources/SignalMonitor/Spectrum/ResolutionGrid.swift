/// Bins that are a fixed fraction of the local resolution wide.
///
/// Bins are uniform in the coordinate of a ``ResolutionScale``, so a peak covers the same number of bins at every mass
/// and one histogram serves every hypothesis.
public struct ResolutionGrid: Hashable, Sendable {
  /// The coordinate in which bins are uniform.
  public let scale: ResolutionScale
  /// Bins per resolution.
  public let binsPerResolution: Int
  /// The edges of the bins, in the observable's unit, ascending.
  public let edges: [Double]

  /// The first bin of cells of equal width, four for each bin: where the search for a value begins.
  private let starts: [Int32]
  private let cellsPerUnit: Double

  /// The number of bins.
  public var binCount: Int { edges.count - 1 }

  /// A grid from `lower` to at least `upper`.
  ///
  /// - Throws: ``GridProblem`` if the range is empty, the resolution not positive in it, or more than a million bins
  ///   would be needed.
  public init(
    resolution: Resolution, lower: Double, upper: Double, binsPerResolution: Int = 4
  ) throws(GridProblem) {
    guard (1...64).contains(binsPerResolution) else {
      throw GridProblem(description: "\(binsPerResolution) bins per resolution, expected 1 to 64")
    }
    let scale = try ResolutionScale(resolution: resolution, lower: lower, upper: upper)
    let bins = (scale.coordinate(of: upper) * Double(binsPerResolution)).rounded(.up)
    guard bins >= 1, bins <= 1_000_000 else {
      throw GridProblem(description: "\(bins) bins between \(lower) and \(upper), expected 1 to 1000000")
    }
    self.scale = scale
    self.binsPerResolution = binsPerResolution
    let edges = (0...Int(bins)).map { scale.value(at: Double($0) / Double(binsPerResolution)) }
    self.edges = edges
    let cells = 4 * Int(bins)
    cellsPerUnit = Double(cells) / (edges[edges.count - 1] - edges[0])
    var bin = 0
    var starts: [Int32] = []
    starts.reserveCapacity(cells + 2)
    for cell in 0...(cells + 1) {
      // A little early, so that rounding of the cell never begins behind the value.
      let low = edges[0] + (Double(cell) - 1e-6) / cellsPerUnit
      while bin < edges.count - 2, edges[bin + 1] <= low { bin += 1 }
      starts.append(Int32(bin))
    }
    self.starts = starts
    guard zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 && $1.isFinite }) else {
      throw GridProblem(description: "the resolution is too small for the range: bins would have no width")
    }
  }

  /// The bin that holds a value: `edges[bin] <= value < edges[bin + 1]`; nil outside the grid.
  public func bin(of value: Double) -> Int? {
    guard value >= edges[0], value < edges[edges.count - 1] else { return nil }
    let cell = Int((value - edges[0]) * cellsPerUnit)
    var low = Int(starts[cell])
    var high = Int(starts[cell + 1])
    // Many bins in one cell, where the resolution is much better than elsewhere, are halved first.
    while high - low > 4 {
      let middle = (low + high) / 2
      if value < edges[middle] { high = middle } else { low = middle }
    }
    while value >= edges[low + 1] { low += 1 }
    return low
  }
}

/// Why no grid of bins can be made.
public struct GridProblem: Error, CustomStringConvertible, Equatable {
  /// The reason.
  public let description: String
}
