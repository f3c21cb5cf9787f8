import ArrowStream
import Detector
import EventModel
import Foundation
import Simulation
import Testing

@Suite("Recording streams")
struct StreamRecorderTests {
  let detector: DetectorModel
  let folder: URL

  init() throws {
    detector = try DetectorModel.belle2()
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("recorder-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// A gun stream of 70 events in batches of 16.
  func record(_ name: String, workers: Int, failAfter: Int = .max) throws -> URL {
    let gun = try ParticleGun(
      particles: ["mu-", "gamma"], momentum: 0.5...2, isTransverse: false, thetaDegrees: 30...140, vertexZ: 0...0)
    let mixture = try Mixture.single(
      process: "gun", luminosity: 5, background: 0.1, events: 70, seconds: nil, gun: gun, detector: detector)
    let source = try EventSource(mixture, seed: 8, experiment: 1, run: 2, detector: detector)
    var recorder = StreamRecorder(
      processes: mixture.labels, detector: detector, background: mixture.background, seed: 8, experiment: 1, run: 2)
    recorder.batchSize = 16
    recorder.workers = workers
    let path = folder.appendingPathComponent(name)
    var given = 0
    var seen: [Int] = []
    let written = try recorder.record(
      to: path.path,
      description: RecordingDescription(generator: "gun", luminosity: 5, liveTime: source.liveTime, command: "test"),
      next: {
        given += 1
        if given > failAfter { throw CancellationError() }
        return try source.next(into: &$0)
      }, progress: { seen.append($0) })
    #expect(written.events == 70)
    #expect(seen == [16, 32, 48, 64, 70])
    return path
  }

  @Test("the stream is the same, byte for byte, for any number of threads")
  func threads() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let one = try Data(contentsOf: record("one.arrow", workers: 1))
    let three = try Data(contentsOf: record("three.arrow", workers: 3))
    #expect(one == three)
    #expect(one.count > 10_000)
  }

  @Test("a recording that fails leaves no file, neither under its name nor another")
  func failure() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: CancellationError.self) { try record("broken.arrow", workers: 2, failAfter: 40) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("the metadata name geometry, luminosity, live time and seed")
  func metadata() throws {
    let recorder = StreamRecorder(
      processes: ["gun"], detector: detector, background: 0.1, seed: 8, experiment: 1, run: 2)
    let metadata = recorder.metadata(
      RecordingDescription(generator: "gun", luminosity: 5, liveTime: 0.5, command: "test"))
    #expect(metadata[StreamMetadata.geometry] == detector.geometryVersion)
    #expect(metadata[StreamMetadata.luminosity] == "5.0")
    #expect(metadata[StreamMetadata.liveTime] == "0.5")
    #expect(metadata[StreamMetadata.seed] == "8")
    #expect(recorder.metadata(RecordingDescription(generator: "", command: ""))[StreamMetadata.luminosity] == nil)
  }
}
