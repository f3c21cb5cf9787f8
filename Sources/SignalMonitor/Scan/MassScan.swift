import Foundation
import Statistics

/// A scan of mass hypotheses over a spectrum.
public struct MassScan: Sendable {
  private let spectrum: Spectrum
  private let shape: SignalShape
  private let settings: ScanSettings

  /// A scan of a spectrum for peaks of a shape.
  public init(spectrum: Spectrum, shape: SignalShape, settings: ScanSettings) {
    self.spectrum = spectrum
    self.shape = shape
    self.settings = settings
  }

  /// The answers of all hypotheses, in order of mass.
  public func results() -> [HypothesisResult] {
    massBins.map { WindowFit(spectrum: spectrum, shape: shape, settings: settings, massBin: $0).result() }
  }

  /// The answer at the hypothesis nearest to a mass, nil if the mass lies outside the scan.
  public func result(nearest mass: Double) -> HypothesisResult? {
    nearestBin(mass).map { WindowFit(spectrum: spectrum, shape: shape, settings: settings, massBin: $0).result() }
  }

  /// The window of the hypothesis nearest to a mass with its curves, nil if the mass lies outside the scan.
  public func curves(nearest mass: Double) -> FittedCurves? {
    nearestBin(mass).map {
      FittedCurves(WindowFit(spectrum: spectrum, shape: shape, settings: settings, massBin: $0))
    }
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
