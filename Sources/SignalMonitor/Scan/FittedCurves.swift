/// A window's spectrum with what was made of it, for plots.
public struct FittedCurves: Sendable {
  /// Edges of the bins.
  public let edges: [Double]
  /// Candidates in each bin.
  public let counts: [Int]
  /// Expectation of signal and background in each bin; nil where nothing was fitted.
  public var total: [Double]?
  /// Expectation of the background alone, fitted or taken from the sidebands; nil where there is neither.
  public var background: [Double]?
  /// The peak region that was counted, nil unless it was.
  public var peakRegion: ClosedRange<Double>?

  /// A window without curves.
  init(edges: [Double], counts: [Int]) {
    self.edges = edges
    self.counts = counts
  }

  /// Adds the background that sidebands expect, and the peak region.
  mutating func addSidebands(_ window: ScanWindow, _ plan: ScanPlan, _ spectrum: [Int]) {
    guard let sidebands = try? Sidebands(window, plan, spectrum),
      let core = window.peak(WindowRules.peakHalfWidth * plan.grid.binsPerResolution)
    else { return }
    let width = edges[core.upperBound] - edges[core.lowerBound]
    let density = Double(sidebands.count) / (sidebands.ratio * width)
    background = counts.indices.map { density * (edges[$0 + 1] - edges[$0]) }
    peakRegion = edges[core.lowerBound]...edges[core.upperBound]
  }
}
