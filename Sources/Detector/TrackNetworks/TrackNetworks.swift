import ArrowStream
import Foundation

/// The weights of level 1's neural track trigger: five networks, one for tracks with segments in all stereo super-layers and
/// one for each stereo super-layer that may be missing.
///
/// A network is a perceptron: 27 inputs (relative azimuth, arc angle, and drift time of each of the nine super-layers), 81
/// hidden nodes with the hyperbolic tangent, two outputs (z in units of 100 cm, polar angle minus 90 degrees in units
/// of 80 degrees). How they are trained: `Menus/networks`.
public struct TrackNetworks: Sendable, Equatable {
  /// Inputs of a network: three to each super-layer.
  public static let inputCount = 27
  /// Hidden nodes of a network.
  public static let nodeCount = 81
  /// The stereo super-layer without segment, network by network; none for the first.
  public static let missingSuperLayers: [Int?] = [nil, 7, 5, 3, 1]

  /// One network.
  public struct Perceptron: Sendable, Equatable {
    /// Constant term of each hidden node.
    public var biases: [Float]
    /// Weights of the inputs, ``inputCount`` for each hidden node.
    public var weights: [Float]
    /// Weight of each hidden node in the output z, and the constant term as the last entry.
    public var toZ: [Float]
    /// Weight of each hidden node in the output polar angle, and the constant term as the last entry.
    public var toTheta: [Float]

    package init(biases: [Float], weights: [Float], toZ: [Float], toTheta: [Float]) {
      self.biases = biases
      self.weights = weights
      self.toZ = toZ
      self.toTheta = toTheta
    }
  }

  /// The networks in the order of ``missingSuperLayers``.
  public let networks: [Perceptron]
  /// Checksum over all weights, 16 hexadecimal digits: other weights have another.
  public let contentHash: String

  /// Reads networks from the text of a table.
  ///
  /// - Parameters:
  ///   - text: tab-separated, `#` comments, one header line; a row for each hidden node of each network, and one with the node
  ///     `constant` for the constant terms of the outputs.
  ///   - file: name for errors.
  /// - Throws: `DetectorTableError` with line and column of the first fault.
  public init(text: String, file: String) throws(DetectorTableError) {
    try self.init(DetectorTable(file: file, text: text))
  }

  /// Largest weight that the trigger's arithmetic has room for.
  static let largestWeight = 60.0
  /// Largest sum of the sizes of all weights of a hidden node, and of an output.
  static let largestSum = (node: 200.0, output: 800.0)

  init(_ table: DetectorTable) throws(DetectorTableError) {
    let inputs = (0..<9).flatMap { ["phi_\($0)", "arc_\($0)", "time_\($0)"] }
    var inputColumns: [Int] = []
    for name in inputs { inputColumns.append(try table.column(name)) }
    let columns = (
      bias: try table.column("bias"), toZ: try table.column("to_z"), toTheta: try table.column("to_theta")
    )
    let empty = Perceptron(
      biases: .init(repeating: 0, count: Self.nodeCount),
      weights: .init(repeating: 0, count: Self.nodeCount * Self.inputCount),
      toZ: .init(repeating: 0, count: Self.nodeCount + 1), toTheta: .init(repeating: 0, count: Self.nodeCount + 1))
    var networks = [Perceptron](repeating: empty, count: Self.missingSuperLayers.count)
    var seen: Set<Int> = []
    for row in table.rows.indices {
      let network = try Self.network(table, row)
      let node = try Self.node(table, row)
      guard seen.insert(network * (Self.nodeCount + 1) + node).inserted else {
        throw table.error(row, "node", "a second row of this node")
      }
      networks[network].toZ[node] = try Self.weight(table, row, columns.toZ)
      networks[network].toTheta[node] = try Self.weight(table, row, columns.toTheta)
      guard node < Self.nodeCount else { continue }
      networks[network].biases[node] = try Self.weight(table, row, columns.bias)
      var sum = abs(Double(networks[network].biases[node]))
      for (input, column) in inputColumns.enumerated() {
        let weight = try Self.weight(table, row, column)
        networks[network].weights[node * Self.inputCount + input] = weight
        sum += abs(Double(weight))
      }
      guard sum < Self.largestSum.node else {
        throw table.error(row, "bias", "the weights of the node sum to \(sum), at most \(Self.largestSum.node) fit")
      }
    }
    for (network, missing) in Self.missingSuperLayers.enumerated() {
      let name = missing.map { "\($0)" } ?? "none"
      for node in 0...Self.nodeCount where !seen.contains(network * (Self.nodeCount + 1) + node) {
        let nodeName = node == Self.nodeCount ? "constant" : "\(node)"
        throw table.error("no row for node \(nodeName) of the network with missing_super_layer \(name)")
      }
      for (output, weights) in [("to_z", networks[network].toZ), ("to_theta", networks[network].toTheta)] {
        let sum = weights.reduce(0) { $0 + abs(Double($1)) }
        guard sum < Self.largestSum.output else {
          throw table.error(
            "the weights of \(output) of the network with missing_super_layer \(name) sum to \(sum), "
              + "at most \(Self.largestSum.output) fit")
        }
      }
    }
    self.init(networks: networks)
  }

  /// Networks of weights at hand.
  package init(networks: [Perceptron]) {
    self.networks = networks
    var hash = ContentHash()
    for network in networks {
      for weights in [network.biases, network.weights, network.toZ, network.toTheta] {
        for weight in weights {
          for shift in stride(from: UInt32(0), to: 32, by: 8) {
            hash.add(UInt8(truncatingIfNeeded: weight.bitPattern >> shift))
          }
        }
      }
    }
    contentHash = hash.digits
  }

  private static func network(_ table: DetectorTable, _ row: Int) throws(DetectorTableError) -> Int {
    let text = try table.text(row, "missing_super_layer")
    guard let index = missingSuperLayers.firstIndex(where: { ($0.map { "\($0)" } ?? "none") == text }) else {
      throw table.error(row, "missing_super_layer", "\"\(text)\" where none, 7, 5, 3 or 1 is expected")
    }
    return index
  }

  private static func node(_ table: DetectorTable, _ row: Int) throws(DetectorTableError) -> Int {
    if try table.text(row, "node") == "constant" { return nodeCount }
    return try table.integer(row, "node", in: 0...(nodeCount - 1))
  }

  private static func weight(_ table: DetectorTable, _ row: Int, _ column: Int) throws(DetectorTableError) -> Float {
    let field = table.rows[row].fields[column]
    guard let value = Double(field), abs(value) <= largestWeight else {
      throw table.error(
        row, table.columns[column], "\"\(field)\" where a number from -\(largestWeight) to \(largestWeight) is expected"
      )
    }
    return Float(value)
  }
}
