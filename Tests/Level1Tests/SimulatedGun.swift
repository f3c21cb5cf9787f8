import ArrowStream
import Detector
import EventModel
import Simulation
import Statistics

/// Batches of simulated single particles.
struct SimulatedGun {
  let gun: ParticleGun
  let background: Double
  let response: DetectorResponse

  init(
    _ particles: [String], momentum: ClosedRange<Double>, theta: ClosedRange<Double>,
    vertexZ: ClosedRange<Double> = 0...0, background: Double = 0, deadChannels: ChannelList = .none
  ) throws {
    gun = try ParticleGun(
      particles: particles, momentum: momentum, isTransverse: true, thetaDegrees: theta, vertexZ: vertexZ)
    self.background = background
    response = try DetectorResponse(detector: .belle2(), background: background, seed: 3, deadChannels: deadChannels)
  }

  func batch(events: Int, from first: Int = 0) throws -> RecordBatch {
    var response = response
    var builders = SimulatedEventBuilders(processes: ["gun"])
    for number in first..<first + events {
      var event = GeneratedEvent(number: UInt64(number), process: "gun")
      var random = CounterRandom(seed: 5, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      gun.generate(into: &event, &random)
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    return try builders.finish()
  }
}
