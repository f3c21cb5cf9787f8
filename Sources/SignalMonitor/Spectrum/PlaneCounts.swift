import Statistics

/// Candidates in a plane of two observables, in cells of a quarter of the resolutions. Only populated cells are kept.
public struct PlaneCounts: Hashable, Sendable {
  /// A cell: its bins along both axes.
  struct Cell: Hashable, Sendable {
    var x: Int32
    var y: Int32
  }

  /// The bins of both axes.
  public let grids: [ResolutionGrid]
  private(set) var cells: [Cell: Int] = [:]
  /// Candidates outside of the plane.
  public private(set) var outside = 0
  /// Candidates one of whose observables is not a number.
  public private(set) var undefined = 0

  /// An empty plane.
  ///
  /// - Throws: ``GridProblem`` if a range or resolution make no bins.
  init(_ search: PlaneSearch) throws(GridProblem) {
    var grids: [ResolutionGrid] = []
    for axis in search.axes {
      grids.append(
        try ResolutionGrid(
          resolution: axis.resolution, lower: axis.range.lowerBound, upper: axis.range.upperBound, binsPerResolution: 4)
      )
    }
    self.grids = grids
  }

  /// Candidates within the plane.
  public var inRange: Int { cells.values.reduce(0, +) }

  /// Counts one candidate.
  mutating func fill(_ x: Double, _ y: Double) {
    guard !x.isNaN, !y.isNaN else {
      undefined += 1
      return
    }
    guard let first = grids[0].bin(of: x), let second = grids[1].bin(of: y) else {
      outside += 1
      return
    }
    cells[Cell(x: Int32(first), y: Int32(second)), default: 0] += 1
  }

  /// Adds the counts of a plane with the same bins.
  ///
  /// - Throws: `MergeMismatch` if the bins differ.
  public mutating func merge(_ other: PlaneCounts) throws {
    guard grids == other.grids else { throw MergeMismatch("planes with different bins cannot be merged") }
    cells.merge(other.cells, uniquingKeysWith: +)
    outside += other.outside
    undefined += other.undefined
  }
}
