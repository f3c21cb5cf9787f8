/// A simulated spectrum made smooth, so that it can stand for more luminosity than was simulated.
///
/// In every bin the expectation is that of a straight line through the bins around it, as many as hold ``leastCount`` simulated
/// candidates (of equal weight, or as many with the same relative error), and at least ``leastReach`` bins on either side; at the ends of the spectrum
/// the line has bins on one side only. Structure that is narrower than that is lost.
struct SmoothSpectrum: Sendable {
  /// Simulated candidates that a bin's expectation rests on.
  static let leastCount = 40.0
  /// Bins on either side, at least: two resolutions.
  static let leastReach = 8

  /// Expected candidates per 1/fb in each bin.
  let values: [Double]
  /// Relative statistical error of each; 1 where nothing was simulated.
  let relativeErrors: [Double]

  /// The smooth form of rates per bin.
  init(_ rates: [SimulatedRate]) {
    let bins = rates.count
    // Sums up to each bin, so that those of any stretch are differences.
    var sums = [[Double]](repeating: [Double](repeating: 0, count: bins + 1), count: 3)
    for bin in 0..<bins {
      sums[0][bin + 1] = sums[0][bin] + rates[bin].value
      sums[1][bin + 1] = sums[1][bin] + rates[bin].value * Double(bin)
      sums[2][bin + 1] = sums[2][bin] + rates[bin].variance
    }
    func sum(_ moment: Int, _ stretch: Range<Int>) -> Double {
      sums[moment][stretch.upperBound] - sums[moment][stretch.lowerBound]
    }
    func stretch(_ bin: Int, _ reach: Int) -> Range<Int> { max(0, bin - reach)..<min(bins, bin + reach + 1) }
    func isEnough(_ stretch: Range<Int>) -> Bool {
      let total = sum(0, stretch)
      return total * total >= Self.leastCount * sum(2, stretch) && total > 0
    }
    var values = [Double](repeating: 0, count: bins)
    var errors = [Double](repeating: 1, count: bins)
    for bin in 0..<bins {
      var (low, high) = (Self.leastReach, max(bins, Self.leastReach))
      while low < high {
        let middle = (low + high) / 2
        if isEnough(stretch(bin, middle)) { high = middle } else { low = middle + 1 }
      }
      let chosen = stretch(bin, low)
      let total = sum(0, chosen)
      guard total > 0 else { continue }
      let width = Double(chosen.count)
      let mean = total / width
      // Least squares with equal weights: the slope times the distance to the middle of the stretch.
      let middle = 0.5 * Double(chosen.lowerBound + chosen.upperBound - 1)
      let spread = width * (width * width - 1) / 12
      let slope = (sum(1, chosen) - middle * total) / spread
      let distance = Double(bin) - middle
      let line = mean + slope * distance
      values[bin] = line > 0.1 * mean ? line : 0.1 * mean
      let variance = sum(2, chosen) / (width * width) * (1 + distance * distance * width / spread)
      errors[bin] = min(variance.squareRoot() / values[bin], 1)
    }
    self.values = values
    relativeErrors = errors
  }

  /// Expected candidates per 1/fb in some bins, and the relative error of that: bins that share their candidates have one error.
  func sum(_ bins: Range<Int>) -> (value: Double, relativeError: Double) {
    let total = bins.reduce(0) { $0 + values[$1] }
    guard total > 0 else { return (0, 1) }
    return (total, bins.reduce(0) { $0 + values[$1] * relativeErrors[$1] } / total)
  }
}
