import Statistics

/// The spectrum of a channel's observable: whole candidates counted in the bins of a ``ResolutionGrid``.
///
/// Counts are integers, so merging the spectra of workers or of parts of a run is exact in any order.
public struct Spectrum: Hashable, Sendable {
  /// The bins.
  public let grid: ResolutionGrid
  /// Candidates in each bin.
  public private(set) var counts: [Int]
  /// Candidates below the first bin.
  public private(set) var below = 0
  /// Candidates at or above the end of the last bin.
  public private(set) var above = 0
  /// Candidates whose observable is not a number.
  public private(set) var undefined = 0

  /// An empty spectrum.
  public init(grid: ResolutionGrid) {
    self.grid = grid
    counts = [Int](repeating: 0, count: grid.binCount)
  }

  /// All candidates, wherever they went.
  public var total: Int { inRange + below + above + undefined }

  /// Candidates within the bins.
  public var inRange: Int { counts.reduce(0, +) }

  /// Counts one candidate.
  ///
  /// - Returns: whether it lies in the bins.
  @discardableResult
  public mutating func fill(_ value: Double) -> Bool {
    if let bin = grid.bin(of: value) {
      counts[bin] += 1
      return true
    }
    if value.isNaN {
      undefined += 1
    } else if value < grid.edges[0] {
      below += 1
    } else {
      above += 1
    }
    return false
  }

  /// Adds the counts of a spectrum with the same bins.
  ///
  /// - Throws: `MergeMismatch` if the bins differ.
  public mutating func merge(_ other: Spectrum) throws {
    guard grid == other.grid else { throw MergeMismatch("spectra with different bins cannot be merged") }
    for bin in counts.indices { counts[bin] += other.counts[bin] }
    below += other.below
    above += other.above
    undefined += other.undefined
  }
}
