/// The contents of a histogram of weights as Poisson counts with a scale.
///
/// A sum of weights w with the sum of their squares V is taken as w^2/V counts of V/w each (G. Bohm and G. Zech, Nucl. Instrum. Methods
/// A 748 (2014) 1). The scale V/w of a single bin goes up with its own content, which would pull fits down; it is therefore
/// taken from the bins around it, as many as hold 200 effective counts, or from all.
struct ScaledCounts: Sendable {
  /// Effective counts of the bins.
  let counts: [Double]
  /// Effective counts for a unit of content, in each bin.
  let inverseScales: [Double]

  /// Effective counts whose weights are averaged for the scale of one bin.
  static let neighbours = 200.0

  /// Contents with their variances.
  ///
  /// - Throws: ``FitRefusal`` for contents or variances that cannot be.
  init(contents: [Double], variances: [Double]) throws(FitRefusal) {
    guard contents.count == variances.count else {
      throw .invalidInput("\(variances.count) variances for \(contents.count) bins")
    }
    var sums = [0.0]
    var squares = [0.0]
    for (bin, (content, variance)) in zip(contents, variances).enumerated() {
      guard content.isFinite, variance.isFinite, variance >= 0 else {
        throw .invalidInput("bin \(bin) has content \(content) with variance \(variance)")
      }
      guard content >= 0 else {
        throw .invalidInput("the weights of bin \(bin) add up to less than nothing: \(content)")
      }
      guard content == 0 || variance > 0 else {
        throw .invalidInput("bin \(bin) has content \(content) without a variance")
      }
      sums.append(sums[bin] + content)
      squares.append(squares[bin] + variance)
    }
    guard let all = sums.last, all > 0, let allSquares = squares.last, allSquares > 0 else { throw .emptyWindow }
    inverseScales = contents.indices.map { bin in
      var reach = 0
      while true {
        let (low, high) = (max(bin - reach, 0), min(bin + reach + 1, contents.count))
        let (sum, square) = (sums[high] - sums[low], squares[high] - squares[low])
        if sum > 0, square > 0, sum * sum >= Self.neighbours * square { return sum / square }
        if low == 0 && high == contents.count { return all / allSquares }
        reach = max(1, 2 * reach)
      }
    }
    counts = zip(contents, inverseScales).map { $0 * $1 }
  }
}
