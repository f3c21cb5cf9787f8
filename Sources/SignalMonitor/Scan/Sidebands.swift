import Statistics

/// The counts of a window in its peak region and in sidebands on either side.
///
/// The sidebands begin at twice the peak region's half-width and reach equally far on both sides, so that a background
/// that follows a straight line has the same mean density in them as under the peak. The tails of the peak in the
/// sidebands are neglected.
struct Sidebands {
  /// Least reach of a sideband in resolutions.
  static let leastReach = 4
  /// Probability below which the sidebands are taken not to follow a straight line.
  static let leastProbability = 1e-3

  /// Candidates in the peak region.
  let peakCount: Int
  /// Candidates in the sidebands.
  let count: Int
  /// Width of the sidebands over width of the peak region.
  let ratio: Double
  /// Fraction of the peak in the peak region.
  let contained: Double

  /// Counts a window.
  ///
  /// - Throws: ``FitRefusal`` if a sideband would be too short, or the inner and outer halves of the sidebands do not
  ///   have the same density.
  init(_ window: ScanWindow, _ plan: ScanPlan, _ counts: [Int]) throws(FitRefusal) {
    let grid = plan.grid
    let perResolution = grid.binsPerResolution
    let gap = 2 * WindowRules.peakHalfWidth * perResolution
    let reach = min(window.massBin - window.bins.lowerBound, window.bins.upperBound - window.massBin)
    guard reach >= gap + Self.leastReach * perResolution, let core = window.peak(gap / 2) else {
      throw .windowOutsideSpectrum
    }
    let middle = (gap + reach) / 2
    let centre = window.massBin
    func sum(_ ranges: [Range<Int>]) -> (count: Int, width: Double) {
      var total = (count: 0, width: 0.0)
      for range in ranges {
        total.count += range.reduce(0) { $0 + counts[$1] }
        total.width += grid.edges[range.upperBound] - grid.edges[range.lowerBound]
      }
      return total
    }
    let inner = sum([(centre - middle)..<(centre - gap), (centre + gap)..<(centre + middle)])
    let outer = sum([(centre - reach)..<(centre - middle), (centre + middle)..<(centre + reach)])
    let peak = sum([(core.lowerBound + window.bins.lowerBound)..<(core.upperBound + window.bins.lowerBound)])
    count = inner.count + outer.count
    let share = inner.width / (inner.width + outer.width)
    let most = BinomialDistribution.cumulative(inner.count, trials: count, probability: share)
    let least = BinomialDistribution.atLeast(inner.count, trials: count, probability: share)
    let probability = min(2 * min(most, least), 1)
    guard probability >= Self.leastProbability else { throw .sidebandsCurved(probability: probability) }
    peakCount = peak.count
    ratio = (inner.width + outer.width) / peak.width
    let low = grid.edges[core.lowerBound + window.bins.lowerBound]
    let high = grid.edges[core.upperBound + window.bins.lowerBound]
    contained =
      plan.shape.cumulative((high - window.mass) / window.deviation)
      - plan.shape.cumulative((low - window.mass) / window.deviation)
  }
}
