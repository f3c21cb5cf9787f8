/// One hypothesis of a scan: its mass, and the bins that answer it.
struct ScanWindow: Sendable {
  /// The bin whose lower edge is the mass: its coordinate in quarter resolutions.
  let massBin: Int
  /// The mass, in the observable's unit.
  let mass: Double
  /// The resolution there.
  let deviation: Double
  /// Bins of the window.
  let bins: Range<Int>
  /// The share of the signal in each slice of a second observable; empty for one spectrum.
  let shares: [Double]
  /// The part of the peak that lies in the window.
  let contained: Double

  /// Bins within a number of bins of the mass, as positions in the window; nil where the window is shorter.
  func peak(_ reach: Int) -> Range<Int>? {
    guard massBin - reach >= bins.lowerBound, massBin + reach <= bins.upperBound else { return nil }
    return (massBin - reach - bins.lowerBound)..<(massBin + reach - bins.lowerBound)
  }
}

/// What a scan looks for and where, before any data.
struct ScanPlan: Sendable {
  let grid: ResolutionGrid
  let shape: SignalShape
  let settings: ScanSettings
  let vetoes: [Veto]
  /// Whether windows are counted against sidebands, never fitted.
  let countsOnly: Bool
  /// Whether fits take every value by itself.
  let isUnbinned: Bool
  /// The hypotheses, in order of mass.
  let windows: [ScanWindow]

  /// A scan of one spectrum.
  init(grid: ResolutionGrid, shape: SignalShape, settings: ScanSettings) {
    self.init(
      grid: grid, shape: shape, settings: settings, vetoes: [], shares: [], countsOnly: false, isUnbinned: false)
  }

  /// The scan of a peak search.
  init(_ search: PeakSearch, grid: ResolutionGrid) {
    self.init(
      grid: grid, shape: search.shape, settings: search.scan, vetoes: search.vetoes,
      shares: search.slices?.shares ?? [], countsOnly: search.counts, isUnbinned: search.isUnbinned)
  }

  private init(
    grid: ResolutionGrid, shape: SignalShape, settings: ScanSettings, vetoes: [Veto], shares: [SignalShare],
    countsOnly: Bool, isUnbinned: Bool
  ) {
    self.grid = grid
    self.shape = shape
    self.settings = settings
    self.vetoes = vetoes
    self.countsOnly = countsOnly
    self.isUnbinned = isUnbinned
    let step = max(Int((settings.step * Double(grid.binsPerResolution)).rounded()), 1)
    let massBins = stride(from: 0, through: grid.binCount, by: step).filter {
      settings.range.contains(grid.edges[$0])
    }
    windows = massBins.map { massBin in
      let mass = grid.edges[massBin]
      let deviation = grid.scale.resolution.deviation(at: mass)
      let bins = Self.bins(around: massBin, grid, settings, vetoes)
      func below(_ edge: Int) -> Double { shape.cumulative((grid.edges[edge] - mass) / deviation) }
      return ScanWindow(
        massBin: massBin, mass: mass, deviation: deviation, bins: bins, shares: Self.shares(shares, at: mass),
        contained: below(bins.upperBound) - below(bins.lowerBound))
    }
  }

  /// The hypothesis nearest to a mass; nil if there is none at all.
  func nearest(to mass: Double) -> Int? {
    windows.indices.min { abs(windows[$0].mass - mass) < abs(windows[$1].mass - mass) }
  }

  /// The known particle that hides a hypothesis.
  func veto(at mass: Double) -> Veto? { vetoes.first { $0.range.contains(mass) } }

  /// Why nothing is fitted at a hypothesis, before looking at the data.
  func refusal(_ index: Int, _ blinding: Blinding?) -> FitRefusal? {
    let window = windows[index]
    if let veto = veto(at: window.mass) { return .vetoed(veto.title) }
    // A window that reaches into a hidden range is fitted with what is hidden in it.
    return blinding?.refusal(of: grid.edges[window.bins.lowerBound]...grid.edges[window.bins.upperBound])
  }

  /// The window around a mass, pushed inwards at the ends of the spectrum and of the vetoes beside it.
  private static func bins(
    around massBin: Int, _ grid: ResolutionGrid, _ settings: ScanSettings, _ vetoes: [Veto]
  ) -> Range<Int> {
    let edges = grid.edges
    let mass = edges[massBin]
    var allowed = 0..<grid.binCount
    for veto in vetoes {
      if veto.range.upperBound <= mass {
        let bin = edges.partitioningIndex { $0 >= veto.range.upperBound }
        allowed = max(allowed.lowerBound, min(bin, massBin))..<allowed.upperBound
      } else if veto.range.lowerBound >= mass {
        let bin = edges.partitioningIndex { $0 > veto.range.lowerBound } - 1
        allowed = allowed.lowerBound..<min(allowed.upperBound, max(bin, massBin))
      }
    }
    let width = min(2 * settings.window * grid.binsPerResolution, allowed.count)
    let first = min(max(massBin - width / 2, allowed.lowerBound), allowed.upperBound - width)
    return first..<(first + width)
  }

  /// The shares of the signal in the slices at a mass: straight lines between measurements, constant beyond them.
  private static func shares(_ shares: [SignalShare], at mass: Double) -> [Double] {
    guard let first = shares.first, let last = shares.last else { return [] }
    if mass <= first.value { return first.shares }
    guard let upper = shares.firstIndex(where: { $0.value > mass }) else { return last.shares }
    let (a, b) = (shares[upper - 1], shares[upper])
    let part = (mass - a.value) / (b.value - a.value)
    return zip(a.shares, b.shares).map { (1 - part) * $0 + part * $1 }
  }
}
