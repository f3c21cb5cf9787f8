import Foundation
import SignalMonitor
import Statistics

/// Networks with random weights, and a channel that uses them.
struct NetworkSamples {
  /// For each network the layers: constants, and weights node by node.
  let regions: [[(constants: [Double], weights: [[Double]])]]
  static let ranges = [0.0...2, 1.5...4, 3.5...9]
  static let means = [1.0, -0.5]
  static let deviations = [2.0, 0.5]
  static let edges = [0.5, 1.0, 1.5]
  static let counts = [250, 250, 250, 250]

  init(seed: UInt64) {
    var random = CounterRandom(seed: seed, purpose: .pseudoExperiment, stream: 0)
    regions = Self.ranges.map { _ in
      [(5, 2), (4, 5), (1, 4)].map { nodes, inputs in
        (
          (0..<nodes).map { _ in random.uniform(-1, 1) },
          (0..<nodes).map { _ in (0..<inputs).map { _ in random.uniform(-2, 2) } }
        )
      }
    }
  }

  /// The networks' file.
  var file: String {
    var lines = [
      "networks: test", "version: 2", "variable: reduced_mass", "unit: GeV", "inputs:",
      "  - { name: mass, expression: mass }", "  - { name: slope, expression: recoil_mass2 / (2 GeV * 1 GeV) }",
      "regions:",
    ]
    for (range, layers) in zip(Self.ranges, regions) {
      lines.append("  - range: [\(range.lowerBound), \(range.upperBound)]")
      lines.append("    means: \(Self.means)")
      lines.append("    deviations: \(Self.deviations)")
      lines.append("    layers:")
      for layer in layers {
        lines.append("      - { constants: \(layer.constants), weights: \(layer.weights) }")
      }
      lines.append("    reference:")
      for _ in Self.means { lines.append("      - { edges: \(Self.edges), counts: \(Self.counts) }") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A channel with these networks; the inputs stand in another order than in their file.
  static let channel =
    ChannelTests.good + """

      network:
        file: test-networks.yaml
        inputs:
          slope: recoil_mass2 / (2 GeV * 1 GeV)
          mass: mass
        cut: [0.4, 0.5, 60 %]
        own: { title: With a network }
      """

  /// Channels of a text with this file of networks.
  func channels(_ text: String = channel, file: String? = nil) throws -> [SearchChannel] {
    let networks = file ?? self.file
    return try SearchChannel.read(yaml: text, file: "test.yaml") { name in
      name == "test-networks.yaml" ? .success(networks) : .failure(AttachmentProblem("no such file"))
    }
  }
}
