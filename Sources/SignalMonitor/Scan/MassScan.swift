import Foundation
import Statistics

/// A scan of mass hypotheses over a spectrum.
public struct MassScan: Sendable {
  private let spectrum: Spectrum
  private let shape: SignalShape
  private let settings: ScanSettings
  private let vetoes: [Veto]
  private let slices: [Spectrum]
  private let shares: [SignalShare]
  private let countsOnly: Bool
  private let blinding: ChannelBlinding?

  /// A scan of a spectrum for peaks of a shape.
  public init(spectrum: Spectrum, shape: SignalShape, settings: ScanSettings) {
    self.spectrum = spectrum
    self.shape = shape
    self.settings = settings
    vetoes = []
    slices = []
    shares = []
    countsOnly = false
    blinding = nil
  }

  /// The scan of a channel's peak search over its data; nil if it has no spectrum.
  ///
  /// - Parameter unblinded: whether hypotheses that the channel hides are answered.
  public init?(_ channel: SearchChannel, _ data: ChannelData, unblinded: Bool = false) {
    guard let search = channel.peak, let spectrum = data.spectrum else { return nil }
    self.spectrum = spectrum
    shape = search.shape
    settings = search.scan
    vetoes = search.vetoes
    shares = search.slices?.shares ?? []
    slices = shares.isEmpty ? [] : data.slices
    countsOnly = search.counts
    blinding = unblinded ? nil : channel.blinding
  }

  /// The answers of all hypotheses, in order of mass.
  public func results() -> [HypothesisResult] { massBins.map(result) }

  /// The answer at the hypothesis nearest to a mass, nil if the mass lies outside the scan.
  public func result(nearest mass: Double) -> HypothesisResult? { nearestBin(mass).map(result) }

  /// The window of the hypothesis nearest to a mass with its curves, nil if the mass lies outside the scan or is hidden.
  public func curves(nearest mass: Double) -> FittedCurves? {
    nearestBin(mass).flatMap { bin in refusal(bin) == nil ? FittedCurves(window(bin)) : nil }
  }

  private func result(_ massBin: Int) -> HypothesisResult {
    guard let refusal = refusal(massBin) else { return window(massBin).result() }
    let edges = spectrum.grid.edges
    return HypothesisResult(
      mass: edges[massBin], resolution: spectrum.grid.scale.resolution.deviation(at: edges[massBin]),
      windowLow: edges[massBin], windowHigh: edges[massBin], candidates: 0, method: .refused,
      refusal: refusal.description)
  }

  /// Why nothing is fitted at a mass, before looking at the data.
  private func refusal(_ massBin: Int) -> FitRefusal? {
    let mass = spectrum.grid.edges[massBin]
    if let veto = vetoes.first(where: { $0.range.contains(mass) }) { return .vetoed(veto.title) }
    guard let blinding else { return nil }
    // A window that reaches into a hidden range is fitted with what is hidden in it.
    let bins = window(massBin).bins
    let window = spectrum.grid.edges[bins.lowerBound]...spectrum.grid.edges[bins.upperBound]
    switch blinding {
    case .everything: return .hidden
    case .values(let hidden): return hidden.overlaps(window) ? .hidden : nil
    }
  }

  private func window(_ massBin: Int) -> WindowFit {
    let edges = spectrum.grid.edges
    let mass = edges[massBin]
    var allowed = 0..<spectrum.grid.binCount
    for veto in vetoes {
      if veto.range.upperBound <= mass, let bin = edges.firstIndex(where: { $0 >= veto.range.upperBound }) {
        allowed = max(allowed.lowerBound, min(bin, massBin))..<allowed.upperBound
      } else if veto.range.lowerBound >= mass, let bin = edges.lastIndex(where: { $0 <= veto.range.lowerBound }) {
        allowed = allowed.lowerBound..<min(allowed.upperBound, max(bin, massBin))
      }
    }
    return WindowFit(
      spectrum: spectrum, shape: shape, settings: settings, massBin: massBin, within: allowed,
      slices: Array(zip(slices, sharesOfSignal(at: mass))).map { (spectrum: $0, share: $1) }, countsOnly: countsOnly)
  }

  /// The shares of the signal in the slices at a mass: straight lines between measurements, constant beyond them.
  private func sharesOfSignal(at mass: Double) -> [Double] {
    guard let first = shares.first, let last = shares.last else { return [] }
    if mass <= first.value { return first.shares }
    guard let upper = shares.firstIndex(where: { $0.value > mass }) else { return last.shares }
    let (a, b) = (shares[upper - 1], shares[upper])
    let part = (mass - a.value) / (b.value - a.value)
    return zip(a.shares, b.shares).map { (1 - part) * $0 + part * $1 }
  }

  private func nearestBin(_ mass: Double) -> Int? {
    massBins.min { abs(spectrum.grid.edges[$0] - mass) < abs(spectrum.grid.edges[$1] - mass) }
  }

  private var massBins: [Int] {
    let grid = spectrum.grid
    let step = max(Int((settings.step * Double(grid.binsPerResolution)).rounded()), 1)
    return stride(from: 0, through: grid.binCount, by: step).filter { settings.range.contains(grid.edges[$0]) }
  }
}

/// The largest excess of a scan and what it is worth.
public struct ScanSummary: Codable, Hashable, Sendable {
  /// Hypotheses tried.
  public let hypotheses: Int
  /// Hypotheses answered by the likelihood fit.
  public let fitted: Int
  /// Hypotheses answered by counting.
  public let counted: Int
  /// Hypotheses without an answer.
  public let refused: Int
  /// Mass of the most significant excess.
  public let largestMass: Double?
  /// Its local significance.
  public let largestLocalSignificance: Double?
  /// The probability that the background gives an excess as significant anywhere in the scan.
  public let globalProbability: Double?
  /// How that probability was made, and what it does not include.
  public let globalMethod: String

  enum CodingKeys: String, CodingKey {
    case hypotheses, fitted, counted, refused
    case largestMass = "largest_mass"
    case largestLocalSignificance = "largest_local_significance"
    case globalProbability = "global_probability"
    case globalMethod = "global_method"
  }

  /// Sums up a scan.
  ///
  /// The global probability is the local one plus N exp(-Z^2/2), N the number of times the significance crosses zero
  /// upwards in this scan (E. Gross and O. Vitells, Eur. Phys. J. C 70 (2010) 525).
  public init(_ results: [HypothesisResult]) {
    hypotheses = results.count
    fitted = results.filter { $0.method == .likelihood }.count
    counted = results.filter { $0.method == .counting }.count
    refused = results.filter { $0.method == .refused }.count
    let answered = results.filter { ($0.localSignificance ?? .nan).isFinite }
    let largest = answered.max { ($0.localSignificance ?? 0) < ($1.localSignificance ?? 0) }
    largestMass = largest?.mass
    largestLocalSignificance = largest?.localSignificance
    let crossings = UpCrossings(scans: [results.map(\.localSignificance)])
    if let z = largest?.localSignificance, z > 0 {
      let global = crossings.globalProbability(ofLocal: z)
      globalProbability = global.value
      globalMethod = global.method
    } else {
      globalProbability = nil
      globalMethod = "no excess"
    }
  }
}
