import ArrowStream
import Detector
import EventModel
import Foundation
import Simulation
import Statistics
import Testing

@Suite("Windows without a collision")
struct ZeroBiasTests {
  let detector: DetectorModel

  init() throws { detector = try DetectorModel.belle2() }

  /// Windows of a mixture of nothing else.
  func windows(_ background: Double, events count: Int?, seconds: Double, seed: UInt64 = 3) throws -> [GeneratedEvent] {
    let mixture = try Mixture.single(
      process: "zero_bias", luminosity: 5, background: background, events: count, seconds: seconds, gun: nil,
      detector: detector)
    let source = try EventSource(mixture, seed: seed, experiment: 1, run: 7, detector: detector)
    var list: [GeneratedEvent] = []
    var event = GeneratedEvent()
    while try source.next(into: &event) { list.append(event) }
    return list
  }

  @Test("weights of stratified windows add up to one window each 250 ns, at any length of the stream")
  func weightSums() throws {
    for background in [0.05, 0.2, 1] {
      for count in [2000, 20_000] {
        let sum = try windows(background, events: count, seconds: 1).reduce(0) { $0 + $1.weight }
        // Even filling: each of the 28 classes is met in its share to within about one window.
        #expect(abs(sum * 250e-9 - 1) < 100 / Double(count), "\(background), \(count): \(sum)")
      }
    }
  }

  @Test("one shower opens a window for every shower there is, with the tracks and followers of the model")
  func showers() throws {
    let showers = detector.background.showers
    for background in [0.2, 1] {
      let list = try windows(background, events: 40_000, seconds: 1)
      func rate(_ select: (BackgroundContents) -> Double) throws -> Double {
        try list.reduce(0) { $0 + $1.weight * select(try #require($1.background)) }
      }
      let expected = background * showers.rate * 1e9
      let openings = try rate { $0.openingTracks > 0 ? 1 : 0 }
      #expect(abs(openings / expected - 1) < 0.01, "\(openings)")
      let tracks = try rate { Double($0.openingTracks) }
      #expect(abs(tracks / (expected * (0.75 + 2 * 0.18 + 3 * 0.07)) - 1) < 0.02, "\(tracks)")
      let followers = try rate { $0.openingTracks > 0 ? Double($0.laterShowers) : 0 }
      let mean = background * showers.rate * 750
      #expect(abs(followers / (expected * mean) - 1) < 0.03, "\(followers)")
      #expect(try rate { $0.openingTracks == 0 ? Double($0.laterShowers) : 0 } == 0)
    }
  }

  @Test("numbers of clusters in the decision window are those of Poisson distributions")
  func clusters() throws {
    let list = try windows(1, events: 60_000, seconds: 1)
    let total = list.reduce(0) { $0 + $1.weight }
    func mean(_ value: (BackgroundContents.Clusters) -> Double) throws -> Double {
      try list.reduce(0) { $0 + $1.weight * value(try #require($1.background?.clusters)) } / total
    }
    for number in [\BackgroundContents.Clusters.medium, \.hard] {
      let first = try mean { Double($0[keyPath: number]) }
      let factorial = try mean { Double($0[keyPath: number] * ($0[keyPath: number] - 1)) }
      #expect(abs(factorial / (first * first) - 1) < 0.15, "\(number): \(first), \(factorial)")
    }
    // 0.709 clusters above 0.2 GeV with a slope of 0.089 GeV.
    let energetic = try mean { Double($0.energetic) }
    #expect(abs(energetic / (0.709 * exp(-0.3 / 0.089) * 250 / 428) - 1) < 0.05, "\(energetic)")
    // 3.6 clusters above 0.1 GeV in 428 ns.
    let all = try mean { Double($0.medium + $0.hard + $0.energetic) }
    #expect(abs(all - 3.633 * 250 / 428) < 0.03, "\(all)")
  }

  @Test("windows that come at their rate weigh 1 and hold the same as stratified ones on average")
  func plain() throws {
    let plain = try windows(1, events: nil, seconds: 0.01)
    #expect(plain.allSatisfy { $0.weight == 1 && $0.background?.clusters == nil })
    let openings = plain.count { ($0.background?.openingTracks ?? 0) > 0 }
    let expected = 0.01 * detector.background.showers.rate * 1e9
    #expect(abs(Double(openings) - expected) < 5 * expected.squareRoot(), "\(openings)")
    #expect(try windows(0, events: 10, seconds: 2.5e-6).allSatisfy { abs($0.weight - 1) < 1e-9 })
    #expect(throws: MixtureError.self) { try windows(50, events: 10, seconds: 1) }
  }

  /// What a detector sees of a window: sums that background tracks, clusters or both make.
  private func observables(_ events: [GeneratedEvent]) throws -> [(name: String, values: [Double])] {
    var response = try DetectorResponse(detector: detector, background: 1, seed: 11)
    var builders = SimulatedEventBuilders(processes: ["zero_bias"])
    for event in events { try response.respond(to: event, experiment: 1, run: 1, into: &builders) }
    let batch = try builders.finish()
    let crystals = try CalorimeterHits(batch)
    let wires = try DriftChamberHits(batch)
    let inTime = (0..<batch.count).map { row in
      crystals.rows[row].filter { abs(crystals.time[$0]) < 110 }.map { Double(crystals.energy[$0]) }
    }
    return [
      ("energy in time", inTime.map { $0.reduce(0, +) }),
      ("a crystal above 0.3 GeV", inTime.map { $0.contains { $0 > 0.3 } ? 1 : 0 }),
      ("square of the energy in time", inTime.map { $0.reduce(0, +) * $0.reduce(0, +) }),
      ("wires", wires.rows.indices.map { Double(wires.rows[$0].count) }),
    ]
  }

  @Test("what the detector sees of stratified windows agrees with windows as they come")
  func sameResponse() throws {
    let plain = try observables(Array(windows(1, events: nil, seconds: 0.002, seed: 5).prefix(4000)))
    let events = try windows(1, events: 4000, seconds: 1, seed: 6)
    let weights = events.map(\.weight)
    let sum = weights.reduce(0, +)
    for (natural, stratified) in zip(plain, try observables(events)) {
      let n = Double(natural.values.count)
      let mean = natural.values.reduce(0, +) / n
      let variance = natural.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n / n
      let weighted = zip(weights, stratified.values).reduce(0) { $0 + $1.0 * $1.1 } / sum
      let spread = zip(weights, stratified.values).reduce(0) {
        $0 + $1.0 * $1.0 * ($1.1 - weighted) * ($1.1 - weighted)
      }
      let error = (variance + spread / (sum * sum)).squareRoot()
      #expect(
        abs(mean - weighted) < 4 * error, "\(natural.name): \(mean) as they come, \(weighted) stratified, \(error)")
    }
  }
}

extension ListOffsets {
  fileprivate var indices: Range<Int> { 0..<count }
}
