/// What one simulated background process left in a search.
public struct SimulatedBackground: Sendable {
  /// The process.
  public let process: String
  /// Events simulated.
  public let events: Int
  /// The integrated luminosity these events stand for, 1/fb.
  public let luminosity: Double
  /// What passed trigger, reconstruction and selection.
  public let data: ChannelData

  /// The candidates of a process.
  ///
  /// - Throws: ``FitRefusal/invalidInput(_:)`` for a luminosity that is not positive.
  public init(process: String, events: Int, luminosity: Double, data: ChannelData) throws(FitRefusal) {
    guard luminosity > 0, luminosity.isFinite else {
      throw .invalidInput("\(process): a simulated luminosity of \(luminosity)/fb, expected a positive number")
    }
    self.process = process
    self.events = events
    self.luminosity = luminosity
    self.data = data
  }
}

/// Simulated candidates as an expectation: a number per 1/fb with its variance.
struct SimulatedRate: Hashable, Sendable {
  /// Expected candidates per 1/fb.
  private(set) var value = 0.0
  /// Variance of that.
  private(set) var variance = 0.0

  /// Adds candidates of a process, each of which stands for one in `luminosity`.
  mutating func add(_ count: Double, luminosity: Double) {
    value += count / luminosity
    variance += count / (luminosity * luminosity)
  }

  /// Adds another expectation.
  mutating func add(_ other: SimulatedRate) {
    value += other.value
    variance += other.variance
  }

  /// The number of unweighted candidates with the same relative error.
  var effectiveCount: Double { variance > 0 ? value * value / variance : 0 }
}

extension Array where Element == SimulatedBackground {
  /// The sum over processes of counts that some function takes from their data.
  func rate(_ count: (ChannelData) -> Double) -> SimulatedRate {
    reduce(into: SimulatedRate()) { $0.add(count($1.data), luminosity: $1.luminosity) }
  }

  /// The same for every bin of a histogram.
  func rates(bins: Int, _ counts: (ChannelData) -> [Int]?) -> [SimulatedRate] {
    var rates = [SimulatedRate](repeating: SimulatedRate(), count: bins)
    for background in self {
      guard let values = counts(background.data), values.count == bins else { continue }
      for bin in 0..<bins where values[bin] > 0 {
        rates[bin].add(Double(values[bin]), luminosity: background.luminosity)
      }
    }
    return rates
  }
}
