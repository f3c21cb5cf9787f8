import Detector
import Foundation
import Simulation
import Statistics
import TestSupport
import Testing

@Suite("Mixtures")
struct MixtureTests {
  let detector: DetectorModel

  init() throws { detector = try DetectorModel.belle2() }

  static let example = """
    mixture: test
    luminosity: 5e34
    seconds: 0.01
    processes:
      - process: mumu
        events: 50
      - process: bhabha
      - process: zero_bias
        events: 100
        window: 250 ns
    """

  func events(_ mixture: Mixture, limit: Int? = nil, seed: UInt64 = 3) throws -> (
    events: [GeneratedEvent], liveTime: Double
  ) {
    let source = try EventSource(mixture, limit: limit, seed: seed, experiment: 1, run: 7, detector: detector)
    var list: [GeneratedEvent] = []
    var event = GeneratedEvent()
    while try source.next(into: &event) { list.append(event) }
    #expect(list.count == source.total)
    return (list, source.liveTime)
  }

  @Test("events come in order of time, numbered from 1; weights add up to sigma L T per process")
  func weights() throws {
    let mixture = try Mixture.parse(Self.example, file: "test.yaml", detector: detector)
    #expect(mixture.labels == ["mumu", "bhabha_10_170", "zero_bias"])
    #expect(mixture.background == 0.2)
    let (list, liveTime) = try events(mixture)
    #expect(liveTime == 0.01)
    #expect(list.map(\.number) == (1...UInt64(list.count)).map { $0 })
    #expect(zip(list, list.dropFirst()).allSatisfy { $0.time <= $1.time })
    #expect(list.allSatisfy { $0.time >= 0 && $0.time < 10_000_000 })
    let muons = list.filter { $0.process == "mumu" }
    #expect(muons.count == 50)
    // 1.148 nb x 5e34 x 0.01 s = 0.574 events
    #expect(abs(muons.reduce(0) { $0 + $1.weight } - 0.574) < 1e-9)
    let bhabha = list.filter { $0.process == "bhabha_10_170" }
    #expect(bhabha.allSatisfy { $0.weight == 1 })
    #expect(abs(Double(bhabha.count) - 150) < 5 * 12.3)
    let windows = list.filter { $0.process == "zero_bias" }
    #expect(windows.count == 100 && windows.allSatisfy { $0.count == 0 })
  }

  @Test("gaps between events at a rate are exponential, fixed numbers are spread evenly")
  func arrivalTimes() throws {
    var mixture = try Mixture.single(
      process: "bhabha", luminosity: 60, background: 0, events: nil, seconds: 0.03, gun: nil, detector: detector)
    let (natural, _) = try events(mixture)
    // 300 nb at 6e35: 180 kHz, 5400 events expected.
    #expect(abs(Double(natural.count) - 5400) < 5 * 73.5)
    let mean = 1e9 / 180_000
    let gaps = zip(natural.dropFirst(), natural).map { Double($0.time - $1.time) }.sorted()
    let distance = gaps.enumerated().map { index, gap in
      abs(Double(index + 1) / Double(gaps.count) - (1 - exp(-gap / mean)))
    }.max()
    // Kolmogorov's distance: 2.2/sqrt(n) is exceeded once in ten thousand samples.
    #expect((distance ?? 1) < 2.2 / Double(gaps.count).squareRoot())
    mixture.entries[0].events = 3000
    let (fixed, _) = try events(mixture)
    #expect(fixed.count == 3000)
    let spread = fixed.map { Double($0.time) / 0.03e9 }.enumerated().map { abs(Double($0 + 1) / 3000 - $1) }.max()
    #expect((spread ?? 1) < 2.2 / 3000.0.squareRoot())
  }

  @Test("a limit takes the first events and shortens the live time; the same seed gives the same events")
  func limit() throws {
    let mixture = try Mixture.parse(Self.example, file: "test.yaml", detector: detector)
    let (all, _) = try events(mixture)
    let (some, liveTime) = try events(mixture, limit: 40)
    #expect(some == Array(all.prefix(40)))
    #expect(abs(liveTime - Double(all[39].time) * 1e-9) < 2e-9)
    #expect(try events(mixture).events == all)
    #expect(try events(mixture, seed: 4).events != all)
  }

  @Test("a process is not changed by its neighbours in the mixture")
  func independence() throws {
    let mixture = try Mixture.parse(Self.example, file: "test.yaml", detector: detector)
    var alone = mixture
    alone.entries = mixture.entries.filter { $0.label == "mumu" }
    let together = try events(mixture).events.filter { $0.process == "mumu" }
    let separate = try events(alone).events
    #expect(together.map(\.px) == separate.map(\.px))
    #expect(together.map(\.time) == separate.map(\.time))
  }

  @Test("one process: number, live time, or both")
  func single() throws {
    let byNumber = try Mixture.single(
      process: "mumu", luminosity: 5, background: nil, events: 574, seconds: nil, gun: nil, detector: detector)
    #expect(abs(byNumber.liveTime - 10) < 1e-9)
    #expect(abs(byNumber.entries[0].weight(liveTime: byNumber.liveTime) - 1) < 1e-12)
    let both = try Mixture.single(
      process: "mumu", luminosity: 5, background: 0.5, events: 100, seconds: 10, gun: nil, detector: detector)
    #expect(abs(both.entries[0].weight(liveTime: 10) - 5.74) < 1e-9)
    #expect(throws: MixtureError.self) {
      try Mixture.single(
        process: "mumuu", luminosity: 5, background: nil, events: 1, seconds: nil, gun: nil, detector: detector)
    }
    #expect(throws: MixtureError.self) {
      try Mixture.single(
        process: "mumu", luminosity: -5, background: nil, events: 1, seconds: nil, gun: nil, detector: detector)
    }
    #expect(throws: MixtureError.self) {
      try Mixture.single(
        process: "mumu", luminosity: 5, background: nil, events: nil, seconds: nil, gun: nil, detector: detector)
    }
  }

  @Test("mistakes are reported at their line and column with the nearest name")
  func errors() throws {
    func error(_ text: String) -> MixtureError? {
      do {
        _ = try Mixture.parse(text, file: "m.yaml", detector: detector)
        return nil
      } catch {
        return error
      }
    }
    func edited(_ old: String, _ new: String) -> MixtureError? {
      error(Self.example.replacingOccurrences(of: old, with: new))
    }
    #expect(edited("", "") == nil)
    let unknown = edited("- process: mumu", "- process: mumuu")
    #expect(unknown?.line == 5 && unknown?.column == 14)
    #expect(unknown?.problem.contains("nearest is mumu") == true)
    let key = edited("luminosity:", "luminousity:")
    #expect(key?.line == 2 && key?.problem.contains("nearest is luminosity") == true)
    #expect(edited("events: 50", "events: many")?.line == 6)
    #expect(edited("events: 50", "events: 0")?.line == 6)
    #expect(edited("5e34", "5")?.problem.contains("5e34") == true)
    #expect(edited("0.01", "-1")?.problem.contains("live time") == true)
    #expect(edited("250 ns", "250 m")?.line == 10)
    #expect(edited("- process: bhabha", "- process: mumu")?.problem.contains("stands twice") == true)
    #expect(
      edited("- process: bhabha", "- process: mumugamma\n    file: x.hepmc3\n    cross-section: 5 pb")?.problem
        .contains(
          "same events") == true)
    #expect(
      edited("- process: bhabha", "- process: exotic\n    file: x.hepmc3")?.problem.contains("cross-section") == true)
    #expect(error("")?.problem == "the file is empty")
    #expect(error("a: [1")?.line != nil)
    #expect(error("- 1")?.line == 1)
    #expect(throws: MixtureError.self) { try Mixture.read(path: "/nowhere.yaml", detector: detector) }
  }

  @Test("a missing generator file and one that ends too early are errors")
  func files() throws {
    let text = Self.example.replacingOccurrences(
      of: "- process: bhabha", with: "- process: tautau\n    file: nowhere.hepmc3")
    let mixture = try Mixture.parse(text, file: "/m.yaml", detector: detector)
    #expect(throws: GeneratorFileError.self) { try events(mixture) }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mixture-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let listing = """
      HepMC::Version 3.02.05
      HepMC::Asciiv3-START_EVENT_LISTING
      E 0 1 4
      U GEV MM
      P 1 0 11 0.290719069 0 7.001256695 7.00729 0.000511 4
      P 2 0 -11 0.1659523538 0 -3.996555962 4 0.000511 4
      V -1 0 [1,2]
      P 3 -1 22 -0.6767065154 0.5099128005 6.588942913 6.643200394 0 1
      P 4 -1 22 1.1333779382 -0.5099128005 -3.584242180 3.793559606 0 1
      HepMC::Asciiv3-END_EVENT_LISTING

      """
    try listing.write(to: folder.appendingPathComponent("one.hepmc3"), atomically: true, encoding: .utf8)
    let two = """
      mixture: files
      luminosity: 5e34
      seconds: 1
      processes:
        - process: gammagamma
          file: [one.hepmc3, one.hepmc3]
          events: 2
      """
    let path = folder.appendingPathComponent("m.yaml").path
    let good = try Mixture.parse(two, file: path, detector: detector)
    #expect(try events(good).events.map(\.count) == [4, 4])
    let three = try Mixture.parse(
      two.replacingOccurrences(of: "events: 2", with: "events: 3"), file: path, detector: detector)
    #expect(throws: EventsExhaustedError.self) { try events(three) }
    // The same event at rest, which a detector of asymmetric beams never sees.
    let resting = listing.replacingOccurrences(
      of: "P 3 -1 22 -0.6767065154 0.5099128005 6.588942913 6.643200394", with: "P 3 -1 22 0 0 5.2896 5.2896"
    ).replacingOccurrences(
      of: "P 4 -1 22 1.1333779382 -0.5099128005 -3.584242180 3.793559606", with: "P 4 -1 22 0 0 -5.2896 5.2896")
    try resting.write(to: folder.appendingPathComponent("one.hepmc3"), atomically: true, encoding: .utf8)
    #expect(throws: GeneratorFileError.self) { try events(good) }
  }

  @Test("mutated mixtures give a mixture or an error, never a crash")
  func fuzz() throws {
    let bytes = Array(Self.example.utf8)
    var mutator = ByteMutator("mixtures", alphabet: "0123456789.-:e[]{}&*#'\"\n \tnbpfumx\u{e9}", changes: 1...4)
    let inputs = Fuzz.inputs(5000)
    var refused = 0
    for _ in 0..<inputs {
      let mutated = mutator.mutated(bytes)
      do {
        _ = try Mixture.parse(String(decoding: mutated, as: UTF8.self), file: "m.yaml", detector: detector)
      } catch {
        refused += 1
        #expect(!error.problem.isEmpty)
      }
    }
    #expect(refused > inputs * 2 / 5 && refused < inputs, "\(refused)")
  }
}
