import Foundation
import SignalMonitor
import Statistics

/// Pseudo-experiments: a spectrum on a smooth falling background, with a peak if wanted.
enum PseudoSpectrum {
  static let shape = SignalShape.doubleSidedCrystalBall(
    low: PowerTail(start: 1.4, power: 4), high: PowerTail(start: 1.8, power: 5))
  static let resolution = Resolution.points([
    ResolutionPoint(value: 0.5, deviation: 0.02), ResolutionPoint(value: 6, deviation: 0.04),
  ])
  static let settings = ScanSettings(range: 1...5, step: 0.5, window: 20, orders: 1...3, confidence: 0.9)

  static func grid() throws -> ResolutionGrid {
    try ResolutionGrid(resolution: resolution, lower: 0.1, upper: 6)
  }

  /// A spectrum of Poisson counts: background falling as exp(-x/1.5), `background` candidates in the whole range, and
  /// `yield` signal candidates at `mass`, both on average.
  static func make(
    seed: UInt64, experiment: UInt64 = 0, background: Double, yield: Double = 0, mass: Double = 3
  ) throws -> Spectrum {
    let grid = try grid()
    var random = CounterRandom(seed: seed, purpose: .pseudoExperiment, stream: experiment)
    var spectrum = Spectrum(grid: grid)
    let deviation = resolution.deviation(at: mass)
    let whole = exp(-grid.edges[0] / 1.5) - exp(-grid.edges[grid.binCount] / 1.5)
    for bin in 0..<grid.binCount {
      let (low, high) = (grid.edges[bin], grid.edges[bin + 1])
      let smooth = background * (exp(-low / 1.5) - exp(-high / 1.5)) / whole
      let peak = yield * (shape.cumulative((high - mass) / deviation) - shape.cumulative((low - mass) / deviation))
      for _ in 0..<random.poisson(smooth + peak) { spectrum.fill(low) }
    }
    return spectrum
  }

  static func scan(_ spectrum: Spectrum) -> MassScan {
    MassScan(spectrum: spectrum, shape: shape, settings: settings)
  }
}
