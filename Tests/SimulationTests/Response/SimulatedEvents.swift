import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Simulation
import Testing

/// Events of single particles and their detector response, for the tests.
enum SimulatedEvents {
  /// An event with one particle from the origin.
  static func single(_ pdg: Int32, momentum: Double, theta: Double, phi: Double, number: UInt64) throws
    -> GeneratedEvent
  {
    let mass = try #require(ParticleTable.mass(of: pdg))
    let p = Vector3(length: momentum, theta: theta, phi: phi)
    var event = GeneratedEvent(number: number, process: "gun")
    event.append(pdg: pdg, momentum: SIMD4(p.x, p.y, p.z, (momentum * momentum + mass * mass).squareRoot()))
    return event
  }

  /// The response to `count` particles of one kind, spread in azimuth, at random polar angles of a range.
  static func gun(
    _ pdg: Int32, momentum: ClosedRange<Double>, theta: ClosedRange<Double>, count: Int, background: Double = 0,
    seed: UInt64 = 5
  ) throws -> RecordBatch {
    var random = SplitMix(state: seed)
    func uniform(_ range: ClosedRange<Double>) -> Double {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double(random.next() >> 11) * 0x1p-53
    }
    let events = try (0..<count).map { index in
      try single(
        pdg, momentum: uniform(momentum), theta: uniform(theta), phi: uniform(-Double.pi...Double.pi),
        number: UInt64(index))
    }
    return try respond(to: events, background: background, seed: seed)
  }

  /// The response to events of the process `gun`.
  static func respond(
    to events: [GeneratedEvent], background: Double = 0, seed: UInt64 = 5, deadChannels: ChannelList = .none,
    hotChannels: ChannelList = .none
  ) throws -> RecordBatch {
    var response = try DetectorResponse(
      detector: .belle2(), background: background, seed: seed, deadChannels: deadChannels, hotChannels: hotChannels)
    var builders = SimulatedEventBuilders(processes: ["gun"])
    for event in events { try response.respond(to: event, experiment: 1, run: 1, into: &builders) }
    return try builders.finish()
  }
}

/// Mean and standard deviation.
func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
  let mean = values.reduce(0, +) / Double(max(values.count, 1))
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(values.count - 1, 1))
  return (mean, variance.squareRoot())
}

/// The value below which a fraction of the values lies.
func quantile(_ values: [Double], _ fraction: Double) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return .nan }
  return sorted[min(sorted.count - 1, Int(fraction * Double(sorted.count)))]
}
