import Detector
import EventModel
import Foundation
import Level1
import Simulation
import Statistics
import Testing

/// The arithmetic of the neural track trigger: fixed point against floating point and against the same written slowly, and
/// the momentum in whole tenths.
@Suite("Arithmetic of the neural networks")
struct NetworkArithmeticTests {
  private func random(_ event: UInt64) -> CounterRandom {
    CounterRandom(seed: 9, experiment: 0, run: 0, event: event, purpose: RandomPurpose(named: "network arithmetic"))
  }

  /// Networks of random weights, large enough that nodes saturate now and then.
  private func randomNetworks(_ random: inout CounterRandom) -> TrackNetworks {
    func weights(_ count: Int, _ size: Double) -> [Float] {
      (0..<count).map { _ in Float(random.uniform(-size, size)) }
    }
    return TrackNetworks(
      networks: TrackNetworks.missingSuperLayers.map { _ in
        TrackNetworks.Perceptron(
          biases: weights(81, 1), weights: weights(81 * 27, 2), toZ: weights(82, 0.2), toTheta: weights(82, 0.2))
      })
  }

  /// The rule of the fixed-point network in 64-bit integers, node by node.
  private func slowly(_ networks: TrackNetworks, _ network: Int, _ inputs: [Int32]) -> (z: Int, theta: Int) {
    let perceptron = networks.networks[network]
    func fixed(_ weight: Float, _ digits: Int) -> Int { Int((Double(weight) * Double(1 << digits)).rounded()) }
    var z = fixed(perceptron.toZ[81], 20)
    var theta = fixed(perceptron.toTheta[81], 20)
    for node in 0..<81 {
      var sum = fixed(perceptron.biases[node], 22)
      for input in 0..<27 { sum += fixed(perceptron.weights[node * 27 + input], 10) * Int(inputs[input]) }
      let argument = (sum + 512) >> 10
      let place = (abs(argument) + 2) / 4
      let size = Int((tanh(Double(place) / 1024) * 1024).rounded())
      let activation = argument < 0 ? -size : size
      z += activation * fixed(perceptron.toZ[node], 10)
      theta += activation * fixed(perceptron.toTheta[node], 10)
    }
    return (min(max((z + 128) >> 8, -4096), 4096), min(max((theta + 128) >> 8, -4096), 4096))
  }

  @Test("is that of the rule written out in whole numbers, for random weights and inputs")
  func matchesTheRule() {
    for trial in 0..<20 {
      var random = random(UInt64(trial))
      let networks = randomNetworks(&random)
      let fast = FixedPointNetworks(networks)
      for _ in 0..<20 {
        let network = Int(random.integer(below: 5))
        let inputs = (0..<27).map { _ in Int32(Int(random.integer(below: 16383)) - 8191) }
        let result = fast.evaluate(NeuralInputs(network: network, values: inputs))
        let expected = slowly(networks, network, inputs)
        #expect(Int(result.z) == expected.z && Int(result.theta) == expected.theta)
      }
    }
  }

  @Test("keeps within its numbers for the largest weights and inputs that are accepted")
  func extremes() {
    let large = TrackNetworks.Perceptron(
      biases: .init(repeating: 60, count: 81), weights: .init(repeating: 5, count: 81 * 27),
      toZ: .init(repeating: 9, count: 82), toTheta: .init(repeating: -9, count: 82))
    let networks = TrackNetworks(networks: .init(repeating: large, count: 5))
    let fast = FixedPointNetworks(networks)
    for value in [Int32(8191), -8191, .max, .min] {
      let result = fast.evaluate(NeuralInputs(network: 3, values: .init(repeating: value, count: 27)))
      #expect(abs(result.z) == 4096 && abs(result.theta) == 4096)
    }
  }

  @Test(
    "differs from floating point by less than 0.1 cm rms and 0.5 cm at most on simulated tracks, and in few decisions")
  func fixedAgainstFloat() throws {
    let networks = try DetectorModel.belle2().trackNetworks
    let fixed = FixedPointNetworks(networks)
    let float = FloatNetworks(networks)
    let reader = NeuralInputReader(detector: try .belle2())
    let batch = try SimulatedGun(
      ["mu-", "e+"], momentum: 0.4...3, theta: 35...125, vertexZ: -60...60, background: 0.2
    ).batch(events: 1500)
    var squares = 0.0
    var largest = 0.0
    var largestAngle = 0.0
    var other = 0
    var all = 0
    for row in 0..<batch.count {
      for inputs in try reader.read(row, of: batch).compactMap({ $0 }) {
        let whole = fixed.evaluate(inputs)
        let exact = float.evaluate(inputs)
        let z = Double(whole.z) * 100 / 4096
        let difference = z - exact.z
        squares += difference * difference
        largest = max(largest, abs(difference))
        largestAngle = max(largestAngle, abs(90 + Double(whole.theta) * 80 / 4096 - exact.theta))
        if (abs(z) < 20) != (abs(exact.z) < 20) { other += 1 }
        all += 1
      }
    }
    // Some of the electrons shower in the beam pipe.
    #expect(all > 900)
    let rms = (squares / Double(all)).squareRoot()
    #expect(rms < 0.1, "rms \(rms) cm of \(all) tracks")
    #expect(largest < 0.5, "largest \(largest) cm, \(largestAngle) degrees")
    #expect(largestAngle < 0.5)
    // A border at 20 cm, 1 track per 0.1 cm here: about one in a thousand lies within the rms of it.
    #expect(other * 200 < all, "\(other) of \(all) decisions differ")
  }

  @Test("cuts curvature, polar angle and momentum to whole steps")
  func momentum() {
    let momentum = TriggerMomentum()
    func expected(_ omega: Double, _ theta: Double) -> Double {
      let curvature = (omega * 100 / 0.044).rounded(.towardZero) * 0.044
      let angle = (atan(1 / (1 / tan(theta))) / 0.098125).rounded(.towardZero) * 0.098125
      return abs(10 * 0.3 * 1.5 / curvature / sin(angle)).rounded(.towardZero)
    }
    for step in 1..<3000 {
      let omega = Double(step % 61 - 30) * 4.41e-4 + 1e-5
      let theta = (10 + 160 * Double(step) / 3000) * Double.pi / 180
      guard abs(omega) > 4.4e-4, abs(theta - Double.pi / 2) > 1e-9 else { continue }
      #expect(Double(momentum.tenths(omega: omega, theta: theta)) == expected(omega, theta), "\(omega) \(theta)")
    }
    // 0.8 GeV at 90 degrees of transverse momentum: 4.5 / (12 * 0.044) = 8.52.
    #expect(momentum.tenths(omega: 0.00449689 / 0.8, theta: Double.pi / 2) == 8)
    #expect(momentum.tenths(omega: 0.00449689 / 0.6, theta: Double.pi / 2) == 6)
    // Straighter than 10.2 GeV, or along a beam: no division by zero, above every threshold.
    #expect(momentum.tenths(omega: 4.3e-4, theta: 1) == TriggerMomentum.infinite)
    #expect(momentum.tenths(omega: 0, theta: 1) == TriggerMomentum.infinite)
    #expect(momentum.tenths(omega: 0.001, theta: 0.09) == TriggerMomentum.infinite)
    for nonsense in [Double.nan, .infinity, -.infinity] {
      #expect(momentum.tenths(omega: nonsense, theta: 1) == TriggerMomentum.infinite)
      #expect(momentum.tenths(omega: 0.01, theta: nonsense) == TriggerMomentum.infinite)
    }
  }
}
