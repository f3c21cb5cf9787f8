import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Channel files")
struct ChannelTests {
  static let good = """
    channel: test
    title: A test
    version: 3
    candidate: dimuon
    observable: reduced_mass
    select:
      - recoil_mass2 < 2000000 MeV2
      - vertex_rho >= 2 mm
    range: { from: 100 MeV, to: 6 GeV }
    signal:
      shape: crystal_ball
      low_tail: { start: 1.2, power: 5 }
      resolution:
        - { at: 0.1 GeV, sigma: 20 MeV }
        - { at: 6 GeV, sigma: 0.04 GeV }
    background:
      polynomial: { lowest_order: 1, highest_order: 3 }
    scan: { from: 1 GeV, to: 5 GeV, step: 0.75, window: 15 }
    confidence: 95 %
    """

  @Test("Every key of a channel is read, with units converted")
  func reading() throws {
    let channel = try SearchChannel(yaml: Self.good, file: "test.yaml")
    #expect(channel.name == "test" && channel.title == "A test" && channel.version == 3)
    #expect(channel.candidate == .dimuon)
    #expect(channel.observable == Observable(name: "reduced_mass", expression: "reduced_mass", unit: "GeV"))
    #expect(channel.selectionCount == 2)
    #expect(channel.expressions.conditionTexts == ["recoil_mass2 < 2000000 MeV2", "vertex_rho >= 2 mm"])
    let peak = try #require(channel.peak)
    #expect(peak.range == 0.1...6)
    #expect(peak.shape == .crystalBall(tail: PowerTail(start: 1.2, power: 5)))
    #expect(peak.resolution.deviation(at: 0.1) == 0.02)
    #expect(
      peak.scan == ScanSettings(range: 1...5, step: 0.75, window: 15, orders: 1...3, confidence: 0.95))
    #expect(channel.definition.count == 16)
  }

  /// The folder of channel files of the project.
  static var folder: URL {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("Menus/channels")
  }

  static func committed() throws -> [SearchChannel] {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    return try files.sorted().flatMap { file in
      try SearchChannel.read(
        yaml: try String(contentsOf: folder.appending(path: file), encoding: .utf8), file: file,
        attachment: { name in
          let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
          return text.map { .success($0) } ?? .failure(AttachmentProblem("no such file"))
        })
    }
  }

  @Test("The committed channels are valid, cover all sixteen searches and can be monitored together")
  func committedChannels() throws {
    let channels = try Self.committed()
    #expect(Set(channels.map(\.name)).count == channels.count)
    for search in [
      "dark-photon-invisible-low", "dark-photon-invisible-high", "alp-gamma-gamma-low", "alp-gamma-gamma-high",
      "dark-photon-visible-ee", "dark-photon-visible-mumu", "z-prime-invisible", "z-prime-mumu", "z-prime-tautau",
      "leptophilic-scalar-mumu", "dark-higgsstrahlung-invisible", "dark-higgsstrahlung-visible",
      "inelastic-dark-matter-mumu", "heavy-neutral-lepton", "long-lived-scalar-kplus-ee", "long-lived-scalar-kstar-kk",
      "alp-b-decay-kshort", "tau-lepton-alpha-e", "b-invisible-kplus", "tau-three-muons", "dimuon",
    ] {
      #expect(channels.contains { $0.name == search }, "\(search)")
    }
    let monitor = try SignalMonitor(channels: channels)
    for result in monitor.results() {
      #expect(result.selected == 0 && result.hypotheses.allSatisfy { $0.yield?.value ?? 0 <= 0 })
      #expect(result.hypotheses.isEmpty || !result.state.isEmpty)
    }
    for channel in channels where channel.name != "dimuon" {
      #expect(!channel.sources.isEmpty && channel.published != nil, "\(channel.name)")
    }
  }

  @Test("The trigger lines that committed channels rely on are those of the menu for them")
  func triggerLines() throws {
    let menu = try String(
      contentsOf: Self.folder.deletingLastPathComponent().appending(path: "low-multiplicity.yaml"), encoding: .utf8)
    for channel in try Self.committed() {
      for line in channel.triggers.level1 + channel.triggers.highLevel {
        #expect(menu.contains("name: \(line)\n") || menu.contains("name: \(line) "), "\(channel.name): \(line)")
      }
    }
  }

  @Test("Variants take what the file shares, and their own in its place")
  func variants() throws {
    let text =
      Self.good.replacing("confidence: 95 %", with: "variants:")
      + "\n  - { name: a, confidence: 95 % }\n  - { name: b, title: B, confidence: 90 % }\n"
    let channels = try SearchChannel.read(yaml: text, file: "test.yaml")
    #expect(channels.map(\.name) == ["test-a", "test-b"])
    #expect(channels.map(\.title) == ["A test", "B"])
    #expect(channels.map(\.confidence) == [0.95, 0.9])
    #expect(channels[0].definition != channels[1].definition)
    #expect(throws: ChannelError.self) { try SearchChannel(yaml: text, file: "test.yaml") }
    let twice = text.replacing("name: b", with: "name: a")
    let error = #expect(throws: ChannelError.self) { try SearchChannel.read(yaml: twice, file: "test.yaml") }
    #expect(error?.problem.contains("stands twice") ?? false)
  }

  @Test(
    "Each mistake gives line, column, what was found and what was expected",
    arguments: [
      ("observable: reduced_mass", "observable: reduced_mas", "5:13", "did you mean 'reduced_mass'?"),
      ("confidence: 95 %", "confidnce: 95 %", "19:1", "did you mean 'confidence'?"),
      ("from: 100 MeV", "from: 100", "9:16", "did you mean '100 GeV'?"),
      ("from: 100 MeV", "from: 100 cm", "9:16", "'cm' is no unit of reduced_mass, expected GeV"),
      ("from: 100 MeV", "from: 7 GeV", "9:8", "empty"),
      ("< 2000000 MeV2", "< 2 GeV", "7:5", "a squared energy"),
      ("vertex_rho >=", "vertex_roh >=", "8:5", "did you mean 'vertex_rho'?"),
      ("vertex_rho >=", "vertex_rho is", "8:16", "expected an operator"),
      ("shape: crystal_ball", "shape: crystal_bowl", "11:10", "did you mean 'crystal_ball'?"),
      ("shape: crystal_ball", "shape: gaussian", "12:13", "has no 'low_tail'"),
      ("power: 5", "power: 0.5", "12:34", "expected 1.01 to 200"),
      ("sigma: 20 MeV", "sigma: -20 MeV", "14:5", "positive"),
      ("lowest_order: 1", "lowest_order: one", "17:31", "whole number"),
      ("step: 0.75", "step: 0.8", "18:39", "multiple of 0.25"),
      ("to: 5 GeV", "to: 50 GeV", "18:7", "does not lie within the range"),
      ("confidence: 95 %", "confidence: 95", "19:13", "expected 0.5 to"),
      ("version: 3", "version: [3]", "3:10", "a list"),
      ("candidate: dimuon", "", "1:1", "has no 'candidate'"),
      ("channel: test", "channel: Test me", "1:10", "lower-case"),
      ("title: A test", "title: A test\ntitle: B", "", "twice"),
      ("scan: {", "scan: [", "", "no YAML"),
    ])
  func mistakes(good: String, bad: String, position: String, message: String) {
    let text = Self.good.replacing(good, with: bad)
    #expect(text != Self.good)
    let error = #expect(throws: ChannelError.self) { try SearchChannel(yaml: text, file: "test.yaml") }
    let description = error?.description ?? ""
    #expect(description.hasPrefix("test.yaml:\(position)"), "\(description)")
    #expect(description.contains(message), "\(description)")
  }

  @Test("Files made to exhaust the reader are refused with a position")
  func hostile() {
    let laughs = "a: &a [x, x]\nb: [*a, *a]\n"
    for text in [
      laughs, String(repeating: "[", count: 100_000), String(repeating: "- ", count: 100_000),
      (0..<5000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
      "channel: " + String(repeating: "x", count: 2_000_000),
    ] {
      #expect(throws: ChannelError.self) { try SearchChannel(yaml: text, file: "x.yaml") }
    }
    let error = #expect(throws: ChannelError.self) { try SearchChannel(yaml: laughs, file: "x.yaml") }
    #expect(error?.description.hasPrefix("x.yaml:1:4: YAML anchors") ?? false)
  }

  @Test("Empty and non-YAML files are refused")
  func noChannel() {
    for text in ["", "   ", "just words", "- a\n- list", "\u{0}\u{1}"] {
      #expect(throws: ChannelError.self) { try SearchChannel(yaml: text, file: "x.yaml") }
    }
  }
}

@Suite("Channel files, fuzzed")
struct ChannelFuzzTests {
  @Test("Mutated channel files give a channel or an error, never a crash")
  func fuzz() {
    let bytes = Array(ChannelTests.good.utf8)
    var mutator = ByteMutator(
      "search channels", alphabet: " :-{}[]#&*!|>'\"%\n\tGeV0123456789.eaz\u{0}é", changes: 1...4)
    let inputs = Fuzz.inputs(20_000)
    var valid = 0
    for _ in 0..<inputs {
      let text = String(decoding: mutator.mutated(bytes), as: UTF8.self)
      if (try? SearchChannel(yaml: text, file: "fuzz.yaml")) != nil { valid += 1 }
    }
    // Some changes fall into titles or last digits; most do harm.
    #expect(valid > inputs / 1000 && valid < inputs / 2, "\(valid)")
  }
}
