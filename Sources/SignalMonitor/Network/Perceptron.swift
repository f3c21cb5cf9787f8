import Statistics

/// A network of fully connected layers: hyperbolic tangents inside, one logistic output between 0 and 1.
///
/// Evaluated in double precision with additions in one fixed order and exponentials of `PortableMath`: the same bits on
/// every machine. Weights are kept input by input, so that the sums of a layer's nodes run side by side.
public struct Perceptron: Hashable, Sendable {
  /// Numbers that go in, then nodes of each layer; the last is 1.
  public let sizes: [Int]
  /// What each input is shifted by before the first layer.
  public let means: [Double]
  /// What each input is divided by after that.
  public let deviations: [Double]
  /// Layer after layer the constant terms of its nodes, then for each input the weights of all nodes.
  private let parameters: [Double]

  /// A network.
  ///
  /// - Parameters:
  ///   - means: shifts of the inputs.
  ///   - deviations: divisors of the inputs, above 0.
  ///   - layers: for each layer the constant term and the weights of each node; shapes must fit together.
  init(means: [Double], deviations: [Double], layers: [[(constant: Double, weights: [Double])]]) {
    var sizes = [means.count]
    var parameters: [Double] = []
    for layer in layers {
      precondition(layer.allSatisfy { $0.weights.count == sizes.last }, "a node has as many weights as it has inputs")
      parameters += layer.map(\.constant)
      for input in 0..<sizes[sizes.count - 1] { parameters += layer.map { $0.weights[input] } }
      sizes.append(layer.count)
    }
    precondition(
      sizes.count > 1 && sizes.last == 1 && deviations.count == means.count, "one output, two numbers an input")
    self.sizes = sizes
    self.means = means
    self.deviations = deviations
    self.parameters = parameters
  }

  /// Room for the values of two layers.
  var widest: Int { sizes.max() ?? 1 }

  /// The output for the inputs in the first places of `values`, which holds 2 * ``widest`` numbers and is overwritten;
  /// not a number if an input is none.
  func output(_ values: UnsafeMutableBufferPointer<Double>) -> Double {
    let width = widest
    for input in means.indices { values[input] = (values[input] - means[input]) / deviations[input] }
    return parameters.withUnsafeBufferPointer { parameters in
      var from = 0
      var to = width
      var place = 0
      for layer in 1..<sizes.count {
        let inputs = sizes[layer - 1]
        let nodes = sizes[layer]
        for node in 0..<nodes { values[to + node] = parameters[place + node] }
        place += nodes
        for input in 0..<inputs {
          let value = values[from + input]
          for node in 0..<nodes { values[to + node] += parameters[place + node] * value }
          place += nodes
        }
        guard layer + 1 < sizes.count else { break }
        for node in 0..<nodes { values[to + node] = Self.hyperbolicTangent(values[to + node]) }
        swap(&from, &to)
      }
      return 1 / (1 + PortableMath.exp(-values[to]))
    }
  }

  /// tanh x = 1 - 2/(exp(2 x) + 1); beyond 20 it is 1 within rounding.
  private static func hyperbolicTangent(_ x: Double) -> Double {
    guard abs(x) < 20 else { return x.isNaN ? x : (x < 0 ? -1 : 1) }
    return 1 - 2 / (PortableMath.exp(2 * x) + 1)
  }
}
