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

  static func committed(_ name: String) throws -> String {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return try String(contentsOf: root.appendingPathComponent("Menus/channels/\(name).yaml"), encoding: .utf8)
  }

  @Test("Every key of a channel is read, with units converted")
  func reading() throws {
    let channel = try SearchChannel(yaml: Self.good, file: "test.yaml")
    #expect(channel.name == "test" && channel.title == "A test" && channel.version == 3)
    #expect(channel.candidate == .dimuon && channel.observable == .reducedMass)
    #expect(abs(channel.cuts[0].threshold - 2) < 1e-12 && channel.cuts[0].comparison == .below)
    #expect(channel.cuts[1] == CandidateCut(attribute: .vertexRho, comparison: .atLeast, threshold: 0.2))
    #expect(channel.range == 0.1...6)
    #expect(channel.shape == .crystalBall(tail: PowerTail(start: 1.2, power: 5)))
    #expect(channel.resolution.deviation(at: 0.1) == 0.02)
    #expect(
      channel.scan == ScanSettings(range: 1...5, step: 0.75, window: 15, orders: 1...3, confidence: 0.95))
    #expect(channel.definition.count == 16)
  }

  @Test("The committed channels are valid", arguments: ["dimuon"])
  func committedChannels(name: String) throws {
    let channel = try SearchChannel(yaml: try Self.committed(name), file: "\(name).yaml")
    #expect(channel.name == name)
    _ = try SignalMonitor(channels: [channel])
  }

  @Test(
    "Each mistake gives line, column, what was found and what was expected",
    arguments: [
      ("observable: reduced_mass", "observable: reduced_maß", "5:13", "did you mean 'reduced_mass'?"),
      ("confidence: 95 %", "confidnce: 95 %", "19:1", "did you mean 'confidence'?"),
      ("from: 100 MeV", "from: 100", "9:16", "did you mean '100 GeV'?"),
      ("from: 100 MeV", "from: 100 cm", "9:16", "'cm' is no unit of reduced_mass, expected GeV"),
      ("from: 100 MeV", "from: 7 GeV", "9:8", "empty"),
      ("< 2000000 MeV2", "< 2 GeV", "7:5", "expected GeV2"),
      ("vertex_rho >=", "vertex_roh >=", "8:5", "did you mean 'vertex_rho'?"),
      ("vertex_rho >=", "vertex_rho is", "8:5", "expected a cut"),
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
