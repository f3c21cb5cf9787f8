import Foundation
import Statistics

/// A scan of a plane in elliptical windows: candidates within a number of resolutions of the hypothesis are counted
/// against those in a ring around it.
///
/// The background is taken to be flat over ring and window; the density of the ring in resolutions squared is the
/// window's. Windows whose ring leaves the plane are refused.
struct PlaneScan {
  let search: PlaneSearch
  let counts: PlaneCounts
  let confidence: Double

  /// What was counted at one hypothesis.
  struct Place {
    /// Bins of the hypothesis along both axes.
    let i: Int
    let j: Int
    let window: Int
    let ring: Int
  }

  /// The hypotheses with a candidate in window or ring, in order of the axes, and how many others there are: those
  /// without any candidate share one answer.
  func results() -> (populated: [HypothesisResult], empty: HypothesisResult?, emptyCount: Int) {
    let places = places
    let emptyCount = hypothesisCount - places.count
    return (
      places.map { result($0.i, $0.j, window: $0.window, ring: $0.ring) },
      emptyCount > 0 ? result(reach, reach, window: 0, ring: 0) : nil, emptyCount
    )
  }

  /// All hypotheses whose ring lies in the plane.
  var hypothesisCount: Int { (0..<2).reduce(1) { $0 * wholeBins($1).count } }

  /// Those with a candidate in window or ring, in order of the axes.
  var places: [Place] {
    let perResolution = Double(counts.grids[0].binsPerResolution)
    var sums: [PlaneCounts.Cell: (window: Int, ring: Int)] = [:]
    // From the candidates to the hypotheses: most of the plane is empty.
    for (cell, count) in counts.cells {
      for i in neighbours(Int(cell.x), end: counts.grids[0].binCount) where isWhole(i, 0) {
        for j in neighbours(Int(cell.y), end: counts.grids[1].binCount) where isWhole(j, 1) {
          let dx = (Double(cell.x) + 0.5 - Double(i)) / perResolution
          let dy = (Double(cell.y) + 0.5 - Double(j)) / perResolution
          let distance = (dx * dx + dy * dy).squareRoot()
          let place = PlaneCounts.Cell(x: Int32(i), y: Int32(j))
          if distance <= search.radius {
            sums[place, default: (0, 0)].window += count
          } else if search.ring.contains(distance) {
            sums[place, default: (0, 0)].ring += count
          }
        }
      }
    }
    return sums.map { Place(i: Int($0.key.x), j: Int($0.key.y), window: $0.value.window, ring: $0.value.ring) }
      .sorted { ($0.i, $0.j) < ($1.i, $1.j) }
  }

  /// Share of hypotheses that expect a candidate from which on islands of the significance are counted.
  private static let populated = 0.9
  /// Levels of q0 at which they are counted.
  private static let levels = (0.5, 1.0)

  /// The probability that the background gives a local significance anywhere in the plane, with its method.
  ///
  /// - Parameter results: the answers of the hypotheses with candidates.
  func globalProbability(ofLocal significance: Double, _ results: [HypothesisResult]) -> (Double, String) {
    let level = significance * significance
    // Where less than one candidate is expected the significance is no smooth map.
    let filled = results.count { ($0.backgroundUnderPeak ?? 0) >= 1 }
    if Double(filled) >= Self.populated * Double(hypothesisCount), let islands = try? islands(results) {
      return (
        islands.globalProbability(ofRatio: level),
        "Vitells-Gross, N1 = \(islands.first.formatted(digits: 3)), N2 = \(islands.second.formatted(digits: 3)) of this "
          + "plane; for one look, not for watching"
      )
    }
    return (
      min(Double(hypothesisCount) * NormalDistribution.tail(significance), 1),
      "sum over \(hypothesisCount) hypotheses, never too small; for one look, not for watching"
    )
  }

  /// What the Euler characteristic of the plane's own significance tells.
  private func islands(_ results: [HypothesisResult]) throws(FitRefusal) -> UpCrossings2D {
    var rows: [Double: [Double: Double]] = [:]
    for result in results {
      let z = max(result.localSignificance ?? 0, 0)
      rows[result.mass, default: [:]][result.second ?? 0] = z * z
    }
    let columns = wholeBins(1).map { counts.grids[1].edges[$0] }
    let map = wholeBins(0).map { bin in
      let row = rows[counts.grids[0].edges[bin]] ?? [:]
      return columns.map { row[$0] ?? 0 }
    }
    let (low, high) = Self.levels
    return try UpCrossings2D(
      characteristics: (
        Double(UpCrossings2D.characteristic(map, level: low)), Double(UpCrossings2D.characteristic(map, level: high))
      ),
      levels: Self.levels)
  }

  /// Background of the ring over that of the window.
  var ratio: Double {
    let (inner, outer) = (search.ring.lowerBound, search.ring.upperBound)
    return (outer * outer - inner * inner) / (search.radius * search.radius)
  }

  private var stride: Int { max(1, Int((search.step * Double(counts.grids[0].binsPerResolution)).rounded())) }

  private var reach: Int { Int((search.ring.upperBound * Double(counts.grids[0].binsPerResolution)).rounded(.up)) }

  /// The bins of hypotheses along an axis whose ring lies in the plane.
  private func wholeBins(_ axis: Int) -> [Int] {
    Swift.stride(from: 0, through: counts.grids[axis].binCount, by: stride).filter { isWhole($0, axis) }
  }

  private func isWhole(_ bin: Int, _ axis: Int) -> Bool {
    bin >= reach && bin + reach <= counts.grids[axis].binCount
  }

  private func neighbours(_ bin: Int, end: Int) -> StrideThrough<Int> {
    let first = max(0, bin - reach)
    let start = (first + stride - 1) / stride * stride
    return Swift.stride(from: start, through: min(end, bin + reach + 1), by: stride)
  }

  /// The share of a two-dimensional Gaussian in the window.
  var contained: Double { 1 - exp(-0.5 * search.radius * search.radius) }

  private func result(_ i: Int, _ j: Int, window: Int, ring: Int) -> HypothesisResult {
    let x = counts.grids[0].edges[i]
    let y = counts.grids[1].edges[j]
    let deviation = counts.grids[0].scale.resolution.deviation(at: x)
    let experiment = CountingExperiment(count: window, sidebandCount: ring, sidebandRatio: ratio)
    var result = HypothesisResult(
      mass: x, resolution: deviation, windowLow: x - search.radius * deviation,
      windowHigh: x + search.radius * deviation, candidates: window, method: .refused)
    result.second = y
    guard let interval = experiment.interval(), let limit = experiment.upperLimit(confidence: confidence) else {
      result.refusal = FitRefusal.intervalNotFound("interval of the count").description
      return result
    }
    let background = Double(ring) / ratio
    let excess = Double(window) - background
    result.method = .counting
    result.backgroundUnderPeak = background
    result.yield = EstimatedNumber(
      value: excess, low: min(interval.low, excess), high: max(interval.high, excess),
      method: "count against a ring, averaged over the background, 68.27 %"
    ).scaled(by: 1 / contained)
    result.localSignificance = experiment.significance.isFinite ? experiment.significance : nil
    result.localProbability = experiment.pValue
    result.upperLimit = EstimatedNumber(
      value: limit, low: 0, high: limit,
      method: "upper limit, CLs counting averaged over the background \(percentText(confidence))"
    ).scaled(by: 1 / contained)
    return result
  }
}
