/// A one-dimensional histogram with fixed bins, underflow and overflow, and the sums of weights and of squared weights.
///
/// Values that are not numbers are counted apart and enter no bin. Unweighted contents are exact whole numbers up to
/// 2^53, so merging them is exact and independent of order.
public struct Histogram1D: Codable, Hashable, Sendable {
  /// The bins.
  public let binning: Binning
  /// Sum of weights: underflow, the bins, overflow.
  public private(set) var weights: [Double]
  /// Sum of squared weights: underflow, the bins, overflow.
  public private(set) var squares: [Double]
  /// Number of values filled, wherever they went.
  public private(set) var entries: Int = 0
  /// Number of values that were not a number.
  public private(set) var undefined: Int = 0
  private let lower: Double
  private let upper: Double
  private let binsPerUnit: Double

  /// An empty histogram; throws ``MergeMismatch`` (with the reason) when the bins make no sense.
  public init(_ binning: Binning) throws {
    if let problem = binning.problem { throw MergeMismatch("histogram: \(problem)") }
    self.binning = binning
    weights = [Double](repeating: 0, count: binning.count + 2)
    squares = weights
    lower = binning.edge(0)
    upper = binning.edge(binning.count)
    binsPerUnit = Double(binning.count) / (upper - lower)
  }

  /// The sum of weights of a bin, 0 ..< `binning.count`.
  public func content(_ bin: Int) -> Double { weights[bin + 1] }

  /// The sum of squared weights of a bin, the square of its error.
  public func variance(_ bin: Int) -> Double { squares[bin + 1] }

  /// Sum of weights below the first bin.
  public var underflow: Double { weights[0] }

  /// Sum of weights at or above the upper edge of the last bin.
  public var overflow: Double { weights[weights.count - 1] }

  /// Sum of all weights in bins, underflow and overflow.
  public var sum: Double { weights.reduce(0, +) }

  /// Adds one value.
  public mutating func fill(_ value: Double, weight: Double = 1) {
    entries += 1
    guard let slot = slot(of: value) else {
      undefined += 1
      return
    }
    weights[slot] += weight
    squares[slot] += weight * weight
  }

  /// Adds a column of values, all with the same weight.
  public mutating func fill(_ values: Span<Double>, weight: Double = 1) {
    for index in values.indices { fill(values[index], weight: weight) }
  }

  /// Adds the contents of a histogram with the same bins.
  public mutating func merge(_ other: Histogram1D) throws {
    guard binning == other.binning else { throw MergeMismatch("histograms with different bins cannot be merged") }
    for slot in weights.indices {
      weights[slot] += other.weights[slot]
      squares[slot] += other.squares[slot]
    }
    entries += other.entries
    undefined += other.undefined
  }

  /// Underflow is slot 0, the first bin slot 1; nil for a value that is not a number.
  private func slot(of value: Double) -> Int? {
    if value < lower { return 0 }
    guard value < upper else { return value.isNaN ? nil : weights.count - 1 }
    switch binning {
    case .regular(let count, _, _):
      return min(Int((value - lower) * binsPerUnit), count - 1) + 1
    case .edges(let edges):
      var low = 0
      var high = edges.count - 1
      while high - low > 1 {
        let middle = (low + high) / 2
        if value < edges[middle] { high = middle } else { low = middle }
      }
      return low + 1
    }
  }
}
