import CLanes
import Detector

/// The five networks in the fixed-point arithmetic of the trigger: weights with 10 binary digits behind the point, inputs and
/// nodes with 12, the activation with 10. Whole numbers only, so that outputs are the same on every machine.
package final class FixedPointNetworks {
  /// The outputs of a network in units of 1/4096, from -1 to 1.
  package struct Output: Equatable, Sendable {
    /// z in units of 100 cm.
    package var z: Int32
    /// Polar angle minus 90 degrees in units of 80 degrees.
    package var theta: Int32
  }

  private typealias Lanes = SIMD8<Int32>
  /// Nodes in groups of eight, the last one filled up with silent nodes.
  private static let groups = 11
  private static let inputs = TrackNetworks.inputCount
  /// Of each network and group the constant terms in units of 2^-22, then the weights of each input in units of 2^-10.
  private let hidden: ScratchBuffer<Lanes>
  /// The same weights in pairs of inputs, 16 binary digits each, which are multiplied and added in one step; empty if a weight
  /// has more.
  private let narrow: ScratchBuffer<SIMD16<Int16>>
  private static let pairs = (inputs + 1) / 2
  /// Of each network and group the weights to z, then those to the polar angle, in units of 2^-10.
  private let output: ScratchBuffer<Lanes>
  /// Constant terms of the outputs in units of 2^-20.
  private let constants: [(z: Int32, theta: Int32)]
  private let tanh = HyperbolicTangent()
  /// The inputs at hand, none larger than ``NeuralInputs/largest``.
  private let packed = ScratchBuffer<Int16>(repeating: 0, count: 2 * pairs)

  package init(_ networks: TrackNetworks) {
    let stride = Self.groups * (Self.inputs + 1)
    hidden = ScratchBuffer(repeating: .zero, count: networks.networks.count * stride)
    output = ScratchBuffer(repeating: .zero, count: networks.networks.count * Self.groups * 2)
    var constants: [(z: Int32, theta: Int32)] = []
    for (index, network) in networks.networks.enumerated() {
      for node in 0..<TrackNetworks.nodeCount {
        let place = index * stride + node / 8 * (Self.inputs + 1)
        hidden.elements[place][node % 8] = Self.fixed(network.biases[node], digits: 22)
        for input in 0..<Self.inputs {
          hidden.elements[place + 1 + input][node % 8] = Self.fixed(
            network.weights[node * Self.inputs + input], digits: 10)
        }
        let last = (index * Self.groups + node / 8) * 2
        output.elements[last][node % 8] = Self.fixed(network.toZ[node], digits: 10)
        output.elements[last + 1][node % 8] = Self.fixed(network.toTheta[node], digits: 10)
      }
      constants.append(
        (
          Self.fixed(network.toZ[TrackNetworks.nodeCount], digits: 20),
          Self.fixed(network.toTheta[TrackNetworks.nodeCount], digits: 20)
        ))
    }
    self.constants = constants
    narrow = ScratchBuffer(Self.narrowed(hidden.elements, networks: networks.networks.count))
  }

  /// The weights of pairs of inputs, node by node; none if they have more than 16 binary digits.
  private static func narrowed(
    _ hidden: UnsafeMutableBufferPointer<Lanes>, networks: Int
  ) -> [SIMD16<Int16>] {
    var narrowed: [SIMD16<Int16>] = []
    for group in 0..<(networks * groups) {
      for pair in 0..<pairs {
        var lanes = SIMD16<Int16>()
        for input in (2 * pair)..<min(2 * pair + 2, inputs) {
          let weights = hidden[group * (inputs + 1) + 1 + input]
          let short = SIMD8<Int16>(clamping: weights)
          guard Lanes(truncatingIfNeeded: short) == weights else { return [] }
          for node in 0..<8 { lanes[2 * node + input % 2] = short[node] }
        }
        narrowed.append(lanes)
      }
    }
    return narrowed
  }

  /// A weight in units of 2^-digits; `TrackNetworks` bounds weights so that they and their sums fit.
  private static func fixed(_ weight: Float, digits: Int) -> Int32 {
    Int32((Double(weight) * Double(1 << digits)).rounded())
  }

  /// The outputs of the network that the inputs ask for.
  package func evaluate(_ inputs: borrowing NeuralInputs) -> Output {
    let first = inputs.network * Self.groups
    let output = self.output.elements
    let values = inputs.values
    for input in 0..<Self.inputs { packed.elements[input] = Int16(truncatingIfNeeded: values[input]) }
    var z = Lanes.zero
    var theta = Lanes.zero
    for group in first..<(first + Self.groups) {
      let sum = narrow.elements.isEmpty ? wideSum(group) : narrowSum(group)
      // From 22 digits behind the point to 12, to nearest.
      let node: Lanes = (sum &+ 512) &>> 10
      let activation = tanh(node)
      z &+= activation &* output[2 * group]
      theta &+= activation &* output[2 * group + 1]
    }
    let constant = constants[inputs.network]
    return Output(
      z: Self.limited(z.wrappedSum() &+ constant.z), theta: Self.limited(theta.wrappedSum() &+ constant.theta))
  }

  /// Constant term and weighted inputs of a group of nodes.
  @inline(__always)
  private func narrowSum(_ group: Int) -> Lanes {
    let values = UnsafeRawPointer(self.packed.elements.baseAddress.unsafelyUnwrapped)
    var sum = hidden.elements[group * (Self.inputs + 1)]
    for pair in 0..<Self.pairs {
      let weights = narrow.elements[group * Self.pairs + pair]
      let two = SIMD8<UInt32>(repeating: values.load(fromByteOffset: 4 * pair, as: UInt32.self))
      sum &+= sluice_multiply_pairs_short16(weights, unsafeBitCast(two, to: SIMD16<Int16>.self))
    }
    return sum
  }

  /// The same with weights of any size that is accepted.
  private func wideSum(_ group: Int) -> Lanes {
    let place = group * (Self.inputs + 1)
    var sum = hidden.elements[place]
    for input in 0..<Self.inputs {
      sum &+= hidden.elements[place + 1 + input] &* Lanes(repeating: Int32(packed.elements[input]))
    }
    return sum
  }

  /// From 20 digits behind the point to 12, to nearest, between -1 and 1.
  private static func limited(_ sum: Int32) -> Int32 { min(max((sum &+ 128) >> 8, -4096), 4096) }
}
