import Foundation
import Statistics

/// A scan of mass hypotheses over a spectrum.
public struct MassScan {
  private let fits: WindowFits
  private let blinding: Blinding?

  /// A scan of a spectrum for peaks of a shape.
  public init(spectrum: Spectrum, shape: SignalShape, settings: ScanSettings) {
    fits = WindowFits(ScanPlan(grid: spectrum.grid, shape: shape, settings: settings))
    fits.refresh(spectrum)
    blinding = nil
  }

  /// The scan of a channel's peak search over its data; nil if it has no spectrum.
  ///
  /// - Parameter unblinded: whether hypotheses that the channel hides are answered.
  public init?(_ channel: SearchChannel, _ data: ChannelData, unblinded: Bool = false) {
    var memory: WindowFits?
    self.init(channel, data, unblinded: unblinded, fits: &memory, fromLast: false)
  }

  /// The scan of a channel's peak search over its data.
  ///
  /// - Parameters:
  ///   - fits: those of an earlier scan of the same channel; made if there are none.
  ///   - fromLast: keeps the answers of windows that did not change and begins the others at their last parameters.
  init?(_ channel: SearchChannel, _ data: ChannelData, unblinded: Bool, fits: inout WindowFits?, fromLast: Bool) {
    guard let search = channel.peak, let spectrum = data.spectrum else { return nil }
    let known = fits ?? WindowFits(ScanPlan(search, grid: spectrum.grid))
    known.refresh(spectrum, slices: data.slices, values: data.values, fromLast: fromLast)
    fits = known
    self.fits = known
    blinding = unblinded ? nil : channel.blinding
  }

  /// The answers of all hypotheses, in order of mass.
  public func results() -> [HypothesisResult] { fits.plan.windows.indices.map(result) }

  /// The answer at the hypothesis nearest to a mass, nil if the mass lies outside the scan.
  public func result(nearest mass: Double) -> HypothesisResult? { fits.plan.nearest(to: mass).map(result) }

  /// The window of the hypothesis nearest to a mass with its curves, nil if the mass lies outside the scan or is hidden.
  public func curves(nearest mass: Double) -> FittedCurves? {
    fits.plan.nearest(to: mass).flatMap { fits.plan.refusal($0, blinding) == nil ? fits.curves($0) : nil }
  }

  private func result(_ index: Int) -> HypothesisResult {
    guard let refusal = fits.plan.refusal(index, blinding) else { return fits.result(index) }
    let window = fits.plan.windows[index]
    return HypothesisResult(
      mass: window.mass, resolution: window.deviation, windowLow: window.mass, windowHigh: window.mass, candidates: 0,
      method: .refused, refusal: refusal.description)
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
  public init(_ results: [HypothesisResult]) { self.init(results, plane: nil) }

  /// Sums up a scan, of a plane if it is one.
  ///
  /// In a plane the probability follows from islands and holes of the significance above two levels (``UpCrossings2D``) where the plane is
  /// populated; else the hypotheses' probabilities are added, which is never too small.
  init(_ results: [HypothesisResult], plane: PlaneScan?) {
    hypotheses = results.count
    fitted = results.filter { $0.method == .likelihood }.count
    counted = results.filter { $0.method == .counting }.count
    refused = results.filter { $0.method == .refused }.count
    let answered = results.filter { ($0.localSignificance ?? .nan).isFinite }
    let largest = answered.max { ($0.localSignificance ?? 0) < ($1.localSignificance ?? 0) }
    largestMass = largest?.mass
    largestLocalSignificance = largest?.localSignificance
    let crossings = UpCrossings(scans: [results.map(\.localSignificance)])
    if let plane, let z = largest?.localSignificance, z > 0 {
      (globalProbability, globalMethod) = plane.globalProbability(ofLocal: z, results)
    } else if let z = largest?.localSignificance, z > 0 {
      let global = crossings.globalProbability(ofLocal: z)
      globalProbability = global.value
      globalMethod = global.method
    } else {
      globalProbability = nil
      globalMethod = "no excess"
    }
  }
}
