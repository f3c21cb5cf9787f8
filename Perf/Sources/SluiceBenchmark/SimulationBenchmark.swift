import ArrowStream
import Detector
import EventModel
import Foundation
import Simulation

/// The detector response per process: the generator events of the streams in `Replay`, simulated again with and without
/// beam background.
func measureSimulation(_ runs: Int) throws -> [Measurement] {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let folder = root.appending(path: "Replay")
  let streams = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".arrow") }
  guard !streams.isEmpty else { throw BenchmarkError("\(folder.path): no streams") }
  let detector = try DetectorModel.belle2()
  var measurements: [Measurement] = []
  for stream in streams.sorted() {
    let events = try generatedEvents(path: folder.appending(path: stream).path, most: 150)
    guard let label = events.first?.process else { continue }
    for background in [0, 0.2] {
      var response = try DetectorResponse(detector: detector, background: background, seed: 1)
      var builders = SimulatedEventBuilders(processes: [label])
      var contest = Contest(runs: min(runs, 3))
      contest.add("detector response, \(label), background \(background)", unit: "event", units: events.count) {
        for event in events { try response.respond(to: event, experiment: 1, run: 1, into: &builders) }
        _ = try builders.finish()
      }
      measurements += try contest.measure()
    }
  }
  return measurements
}

/// The first events of a stream as their generator made them: without what the detector response added to the truth.
func generatedEvents(path: String, most: Int) throws -> [GeneratedEvent] {
  let reader = try StreamFileReader(path: path)
  var events: [GeneratedEvent] = []
  for index in 0..<reader.batchCount {
    let batch = try reader.batch(index)
    let keys = try EventKeyColumn(batch)
    let truth = try TruthParticles(batch)
    for row in 0..<batch.count where events.count < most {
      var event = GeneratedEvent(number: keys.number[row], process: keys.processLabel(row) ?? "unknown")
      let particles = truth.rows[row]
      for particle in particles where truth.status[particle] != DetectorResponse.madeByResponse {
        // What decayed in the detector left the generator undecayed.
        let own = Int32(particle - particles.lowerBound)
        let decayedInDetector = particles.contains {
          truth.mother[$0] == own && truth.status[$0] == DetectorResponse.madeByResponse
        }
        event.append(
          pdg: truth.pdg[particle], mother: truth.mother[particle],
          status: decayedInDetector ? GeneratedEvent.Status.final : truth.status[particle],
          momentum: SIMD4(
            Double(truth.px[particle]), Double(truth.py[particle]), Double(truth.pz[particle]),
            Double(truth.energy[particle])),
          vertex: SIMD4(
            Double(truth.x[particle]), Double(truth.y[particle]), Double(truth.z[particle]),
            Double(truth.t[particle])))
      }
      events.append(event)
    }
  }
  return events
}
