import Detector
import Statistics

/// The five networks in floating point: what ``FixedPointNetworks`` approximates, for studies of the difference. No decision
/// reads it.
package struct FloatNetworks: Sendable {
  private let networks: TrackNetworks

  package init(_ networks: TrackNetworks) { self.networks = networks }

  /// The outputs for fixed-point inputs: z in cm from -100 to 100, polar angle in degrees from 10 to 170.
  package func evaluate(_ inputs: borrowing NeuralInputs) -> (z: Double, theta: Double) {
    let network = networks.networks[inputs.network]
    var z = Double(network.toZ[TrackNetworks.nodeCount])
    var theta = Double(network.toTheta[TrackNetworks.nodeCount])
    for node in 0..<TrackNetworks.nodeCount {
      var sum = Double(network.biases[node])
      for input in 0..<TrackNetworks.inputCount {
        sum +=
          Double(network.weights[node * TrackNetworks.inputCount + input]) * Double(inputs.values[input])
          / Double(NeuralInputs.unit)
      }
      let twice = PortableMath.exp(2 * min(max(sum, -40), 40))
      let activation = (twice - 1) / (twice + 1)
      z += Double(network.toZ[node]) * activation
      theta += Double(network.toTheta[node]) * activation
    }
    return (100 * min(max(z, -1), 1), 90 + 80 * min(max(theta, -1), 1))
  }
}
