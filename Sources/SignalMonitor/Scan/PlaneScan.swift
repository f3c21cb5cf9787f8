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

  /// The hypotheses with a candidate in window or ring, in order of the axes, and how many others there are: those
  /// without any candidate share one answer.
  func results() -> (populated: [HypothesisResult], empty: HypothesisResult?, emptyCount: Int) {
    let perResolution = Double(counts.grids[0].binsPerResolution)
    let stride = max(1, Int((search.step * perResolution).rounded()))
    let reach = Int((search.ring.upperBound * perResolution).rounded(.up))
    var populated: [HypothesisResult] = []
    var emptyCount = 0
    var sums: [PlaneCounts.Cell: (window: Int, ring: Int)] = [:]
    // From the candidates to the hypotheses: most of the plane is empty.
    for (cell, count) in counts.cells {
      for i in neighbours(Int(cell.x), stride: stride, reach: reach, end: counts.grids[0].binCount) {
        for j in neighbours(Int(cell.y), stride: stride, reach: reach, end: counts.grids[1].binCount) {
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
    for i in Swift.stride(from: 0, through: counts.grids[0].binCount, by: stride) {
      for j in Swift.stride(from: 0, through: counts.grids[1].binCount, by: stride)
      where isWhole(i, reach, 0) && isWhole(j, reach, 1) {
        if let sum = sums[PlaneCounts.Cell(x: Int32(i), y: Int32(j))] {
          populated.append(result(i, j, window: sum.window, ring: sum.ring))
        } else {
          emptyCount += 1
        }
      }
    }
    return (populated, emptyCount > 0 ? result(reach, reach, window: 0, ring: 0) : nil, emptyCount)
  }

  private func isWhole(_ bin: Int, _ reach: Int, _ axis: Int) -> Bool {
    bin >= reach && bin + reach <= counts.grids[axis].binCount
  }

  private func neighbours(_ bin: Int, stride: Int, reach: Int, end: Int) -> StrideThrough<Int> {
    let first = max(0, bin - reach)
    let start = (first + stride - 1) / stride * stride
    return Swift.stride(from: start, through: min(end, bin + reach + 1), by: stride)
  }

  /// The share of a two-dimensional Gaussian in the window.
  private var contained: Double { 1 - exp(-0.5 * search.radius * search.radius) }

  private func result(_ i: Int, _ j: Int, window: Int, ring: Int) -> HypothesisResult {
    let x = counts.grids[0].edges[i]
    let y = counts.grids[1].edges[j]
    let deviation = counts.grids[0].scale.resolution.deviation(at: x)
    let (inner, outer) = (search.ring.lowerBound, search.ring.upperBound)
    let ratio = (outer * outer - inner * inner) / (search.radius * search.radius)
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
