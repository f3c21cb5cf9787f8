import ArrowStream

/// Networks that tell the candidates of a search from its background: one for each range of the mass searched for.
///
/// They are data: a YAML file beside the channels with inputs, weights, and the distributions of the inputs in the
/// sample they were trained on (`Documentation/suppression-networks.md`). Ranges of neighbours overlap; in the overlap the answers
/// of both are mixed in proportion to the distance from its ends, so that a cut makes no step in the spectrum.
public struct SuppressionNetworks: Sendable {
  /// An input, in the order of the weights.
  public struct Input: Hashable, Sendable {
    /// Its name; the channel says under this name how it is calculated.
    public let name: String
    /// The expression it was trained with, white space tidied.
    public let expression: String
  }

  /// One network.
  public struct Region: Sendable {
    /// Values of the variable it is for.
    public let range: ClosedRange<Double>
    /// Its weights.
    public let perceptron: Perceptron
    /// The distribution of each input in the training sample's background.
    public let references: [InputReference]
  }

  /// Name of the file's networks.
  public let name: String
  /// Version, counted by whoever trains them.
  public let version: Int
  /// The expression whose value chooses the network.
  public let variable: String
  /// The unit of the ranges; empty for plain numbers.
  public let unit: String
  /// The inputs of every network.
  public let inputs: [Input]
  /// The networks, in rising order of their ranges.
  public let regions: [Region]
  /// Hash of the file (64-bit FNV-1a, 16 hexadecimal digits).
  public let contentHash: String

  /// The network whose range a value lies in, and how much of the answer comes from the next one; values beyond the
  /// ends belong to the first or last.
  func place(of value: Double) -> (region: Int, share: Double) {
    var region = 0
    while region + 1 < regions.count, value > regions[region].range.upperBound { region += 1 }
    guard region + 1 < regions.count else { return (region, 0) }
    let low = regions[region + 1].range.lowerBound
    let high = regions[region].range.upperBound
    guard value > low, high > low else { return (region, 0) }
    return (region, (value - low) / (high - low))
  }
}

/// The distribution of an input that live ones are compared with.
public struct InputReference: Hashable, Sendable {
  /// Borders of the classes, ascending; the first class lies below the first of them, the last one above the last.
  public let edges: [Double]
  /// Candidates of the training sample in each class: one more than there are borders.
  public let counts: [Int]

  /// The class of a value.
  func index(of value: Double) -> Int {
    var index = 0
    while index < edges.count, value >= edges[index] { index += 1 }
    return index
  }
}
