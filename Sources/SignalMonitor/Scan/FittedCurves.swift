/// A window's spectrum with what was made of it, for plots.
public struct FittedCurves: Sendable {
  /// Edges of the bins.
  public let edges: [Double]
  /// Candidates in each bin.
  public let counts: [Int]
  /// Expectation of signal and background in each bin; nil where nothing was fitted.
  public let total: [Double]?
  /// Expectation of the background alone, fitted or taken from the sidebands; nil where there is neither.
  public let background: [Double]?
  /// The peak region that was counted, nil unless it was.
  public let peakRegion: ClosedRange<Double>?

  /// The curves of a window.
  init(_ window: WindowFit) {
    let edges = Array(window.spectrum.grid.edges[window.bins.lowerBound...window.bins.upperBound])
    self.edges = edges
    counts = window.bins.map { window.spectrum.counts[$0] }
    if !window.countsOnly, let fit = try? window.fitted() {
      total = window.summed(fit.expectation)
      background = window.summed(fit.background)
      peakRegion = nil
      return
    }
    total = nil
    if window.result().method == .counting, let sidebands = try? Sidebands(window: window),
      let core = window.peak(WindowFit.peakHalfWidth)
    {
      let width = edges[core.upperBound] - edges[core.lowerBound]
      let density = Double(sidebands.count) / (sidebands.ratio * width)
      background = counts.indices.map { density * (edges[$0 + 1] - edges[$0]) }
      peakRegion = edges[core.lowerBound]...edges[core.upperBound]
    } else {
      background = nil
      peakRegion = nil
    }
  }
}
