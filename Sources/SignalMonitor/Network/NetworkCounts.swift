import Statistics

/// What the networks of a channel said, and the distributions of their inputs.
///
/// Whole counts: those of workers or parts of a run merge exactly, in any order.
public struct NetworkCounts: Hashable, Sendable {
  /// Selected candidates with an output at or above the cut.
  public private(set) var passed = 0
  /// Selected candidates with an output below it.
  public private(set) var rejected = 0
  /// Selected candidates of which an input is undefined: they do not pass.
  public private(set) var undefined = 0
  /// For each network and input the candidates in each class of the reference; of an event its first selected candidate.
  public private(set) var inputs: [[[Int]]]

  /// No candidates yet.
  init(_ networks: SuppressionNetworks) {
    inputs = networks.regions.map { $0.references.map { [Int](repeating: 0, count: $0.counts.count) } }
  }

  /// Counts a verdict.
  mutating func add(_ verdict: ChannelNetwork.Verdict) {
    if verdict.output.isNaN {
      undefined += 1
    } else if verdict.passes {
      passed += 1
    } else {
      rejected += 1
    }
  }

  /// Counts the inputs of an event's first candidate. Undefined ones are left out.
  ///
  /// - Parameter value: an input by its position in the networks' file.
  mutating func addInputs(_ networks: SuppressionNetworks, region: Int, value: (Int) -> Double) {
    for (input, reference) in networks.regions[region].references.enumerated() {
      let found = value(input)
      if !found.isNaN { inputs[region][input][reference.index(of: found)] += 1 }
    }
  }

  /// Adds the counts of another part.
  ///
  /// - Throws: `MergeMismatch` if they are of other networks; nothing is added then.
  mutating func merge(_ other: NetworkCounts) throws {
    guard inputs.map({ $0.map(\.count) }) == other.inputs.map({ $0.map(\.count) }) else {
      throw MergeMismatch("inputs of different networks cannot be merged")
    }
    passed += other.passed
    rejected += other.rejected
    undefined += other.undefined
    for region in inputs.indices {
      for input in inputs[region].indices {
        for index in inputs[region][input].indices {
          inputs[region][input][index] += other.inputs[region][input][index]
        }
      }
    }
  }
}
