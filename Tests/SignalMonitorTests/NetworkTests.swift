import ArrowStream
import EventModel
import Foundation
import SignalMonitor
import Statistics
import TestSupport
import Testing

@Suite("Background suppression networks")
struct NetworkTests {
  /// One event for each candidate, of random masses.
  private static func batch(_ stream: UInt64, events: Int, scale: Float = 1) throws -> RecordBatch {
    var random = CounterRandom(seed: 202, purpose: .pseudoExperiment, stream: stream)
    var builder = ReconstructionBuilder()
    for _ in 0..<events {
      builder.vertices.append(
        x: 0, y: 0, z: 0, chi2: 1, ndf: 1, probability: 0.5, rho: 1, mass: 1, track1: 0, track2: 1, pointing: 0,
        kind: 0)
      builder.candidates.append(
        kind: 1, mass: scale * Float(random.uniform(0, 2)), reducedMass: Float(random.uniform(-1, 10)),
        recoilMassSquared: scale * Float(random.uniform(0, 2)), vertex: 0, track1: 0, track2: 1)
      builder.endEvent(steps: 0, eventTime: 0)
    }
    let column = builder.finish()
    return try RecordBatch(schema: Schema(fields: [EventSchema.reconstruction]), columns: [column], count: events)
  }

  @Test("A channel with a network stands twice: without it, and as NAME-network with members of its own")
  func twoChannels() throws {
    let channels = try NetworkSamples(seed: 1).channels()
    #expect(channels.map(\.name) == ["test", "test-network"])
    #expect(channels.map(\.title) == ["A test", "With a network"])
    #expect(channels[0].network == nil)
    let network = try #require(channels[1].network)
    #expect(
      network.cut == .regions([0.4, 0.5, 0.6]) && network.inputs == ["slope", "mass"]
        && network.file == "test-networks.yaml")
    #expect(network.networks?.regions.map(\.range) == NetworkSamples.ranges)
    let other = try NetworkSamples(seed: 2).channels()
    #expect(other[0].definition == channels[0].definition)
    #expect(other[1].definition != channels[1].definition, "other weights are another channel")
  }

  @Test(
    "Outputs agree with numpy, also where ranges overlap and are mixed",
    .enabled(if: PythonReferee.isInstalled))
  func outputs() throws {
    let samples = NetworkSamples(seed: 3)
    let channel = try samples.channels()[1]
    let monitor = try SignalMonitor(channels: [channel])
    let candidates = try monitor.networkInputs(0, in: try Self.batch(1, events: 500))
    #expect(candidates.count > 400)
    // The inputs of the file in its order, behind the variable.
    var input = candidates.map { [$0.variable, $0.inputs[1], $0.inputs[0]] }
    input.append([Double(samples.regions.count)])
    for layers in samples.regions {
      for layer in layers { input += [layer.constants, layer.weights.flatMap { $0 }] }
    }
    let code = """
      import numpy as np
      ranges = [(0, 2), (1.5, 4), (3.5, 9)]
      count = next(i for i, row in enumerate(input) if len(row) == 1)
      rows = np.array(input[:count])
      parts = input[count + 1:]
      outputs = []
      for region in range(3):
          values = (rows[:, 1:] - [1, -0.5]) / [2, 0.5]
          for layer in range(3):
              constants, weights = parts[6 * region + 2 * layer], parts[6 * region + 2 * layer + 1]
              values = values @ np.array(weights).reshape(len(constants), -1).T + constants
              values = np.tanh(values) if layer < 2 else 1 / (1 + np.exp(-values))
          outputs.append(values[:, 0])
      def mixed(row):
          x = rows[row, 0]
          if x <= 1.5: return outputs[0][row]
          if x <= 2: return outputs[0][row] + (x - 1.5) / 0.5 * (outputs[1][row] - outputs[0][row])
          if x <= 3.5: return outputs[1][row]
          if x <= 4: return outputs[1][row] + (x - 3.5) / 0.5 * (outputs[2][row] - outputs[1][row])
          return outputs[2][row]
      print(json.dumps([float(mixed(row)) for row in range(count)]))
      """
    let expected = try PythonReferee.numbers(code, input: input)
    #expect(expected.count == candidates.count)
    for (candidate, value) in zip(candidates, expected) {
      #expect(abs(candidate.output - value) < 1e-13, "\(candidate)")
    }
    #expect(candidates.contains { $0.passes } && candidates.contains { !$0.passes })
  }

  @Test("Counts are conserved, the channel without network keeps all, and parts merge to the whole")
  func counting() throws {
    let channels = try NetworkSamples(seed: 3).channels()
    let batches = try (0..<4).map { try Self.batch(UInt64($0), events: 400) }
    var whole = try SignalMonitor(channels: channels)
    var parts: [SignalMonitor] = []
    for batch in batches {
      try whole.fill(batch)
      var part = try SignalMonitor(channels: channels)
      try part.fill(batch.slice(0..<77))
      try part.fill(batch.slice(77..<batch.count))
      parts.append(part)
    }
    let without = whole.result(of: 0)
    let with = whole.result(of: 1)
    let network = try #require(with.network)
    #expect(without.network == nil)
    #expect(network.passed + network.rejected + network.undefined == without.selected)
    #expect(network.passed == with.selected && network.rejected > 0 && network.undefined == 0)
    #expect(network.drift.inputs.map(\.candidates).reduce(0, +) == 2 * without.selected)
    var merged = try SignalMonitor(channels: channels)
    for index in [2, 0, 3, 1] { try merged.merge(parts[index]) }
    #expect(merged.data == whole.data && merged.result(of: 1).network == network)
    let selected = try batches.map { try whole.selected(1, in: $0).count }.reduce(0, +)
    #expect(selected == network.passed)
  }

  @Test("A channel whose network is not trained cuts nothing and says so")
  func untrained() throws {
    let text = NetworkSamples.channel.replacing("file: test-networks.yaml", with: "file: not trained")
    let channels = try NetworkSamples(seed: 1).channels(text.replacing("[0.4, 0.5, 60 %]", with: "0.5"))
    #expect(channels[1].state == "network not trained")
    var monitor = try SignalMonitor(channels: channels)
    try monitor.fill(try Self.batch(1, events: 300))
    #expect(monitor.data[0].selected == monitor.data[1].selected && monitor.result(of: 1).network == nil)
    let candidates = try monitor.networkInputs(1, in: try Self.batch(1, events: 300))
    #expect(candidates.count == monitor.data[1].selected)
    #expect(candidates.allSatisfy { $0.output.isNaN && $0.passes && $0.inputs.count == 2 })
  }

  @Test("Cuts at points are joined by straight lines, and constant beyond the first and last")
  func cutPoints() throws {
    let points = "[{ at: 1, output: 0.2 }, { at: 3, output: 60 % }]"
    let channels = try NetworkSamples(seed: 3).channels(
      NetworkSamples.channel.replacing("[0.4, 0.5, 60 %]", with: points))
    let monitor = try SignalMonitor(channels: [channels[1]])
    let candidates = try monitor.networkInputs(0, in: try Self.batch(1, events: 500))
    for candidate in candidates {
      let cut = min(0.6, max(0.2, 0.2 + 0.4 * (candidate.variable - 1) / 2))
      #expect(candidate.passes == (candidate.output >= cut), "\(candidate)")
    }
    #expect(candidates.contains { $0.passes } && candidates.contains { !$0.passes })
    let error = #expect(throws: ChannelError.self) {
      try NetworkSamples(seed: 3).channels(
        NetworkSamples.channel.replacing("[0.4, 0.5, 60 %]", with: points.replacing("at: 3", with: "at: 1")))
    }
    #expect(error?.description.hasPrefix("test.yaml:25:33: values of 'at'") ?? false, "\(error?.description ?? "")")
  }

  @Test(
    "Mistakes of the channel give line, column, and what would be right",
    arguments: [
      ("slope: recoil", "slop: recoil", "23:11", "did you mean 'slope'?"),
      ("    mass: mass", "    mass: mass * 2", "24:11", "trained with 'mass'"),
      ("    mass: mass\n", "", "23:5", "'mass' is missing"),
      ("    mass: mass", "    mass: mas", "24:11", "did you mean 'mass'?"),
      ("0.5, 60 %]", "0.5]", "25:8", "one for each region"),
      ("0.5, 60 %]", "0.5, nan]", "25:19", "expected 0.0 to 1.0"),
      ("test-networks.yaml", "other.yaml", "21:9", "cannot be read"),
      ("  cut:", "  variable: mass\n  cut:", "25:13", "ranges of 'reduced_mass'"),
      ("  cut:", "  cutt:", "25:3", "did you mean 'cut'?"),
      ("own: { title: With a network }", "own: { titel: x }", "26:10", "did you mean 'title'?"),
    ])
  func channelMistakes(good: String, bad: String, position: String, message: String) throws {
    let text = NetworkSamples.channel.replacing(good, with: bad)
    #expect(text != NetworkSamples.channel)
    let error = #expect(throws: ChannelError.self) { try NetworkSamples(seed: 1).channels(text) }
    let description = error?.description ?? ""
    #expect(description.hasPrefix("test.yaml:\(position)"), "\(description)")
    #expect(description.contains(message), "\(description)")
  }

  @Test(
    "Mistakes of the networks' file give its line and column",
    arguments: [
      ("means: [1.0, -0.5]", "means: [1.0]", "10:12", "expected 2"),
      ("means: [1.0, -0.5]", "means: [1.0, nan]", "10:18", "expected -"),
      ("deviations: [2.0, 0.5]", "deviations: [2.0, 0.0]", "11:23", "above 0"),
      ("range: [1.5, 4.0]", "range: [2.5, 4.0]", "19:12", "does not go on"),
      ("range: [3.5, 9.0]", "range: [1.7, 9.0]", "29:12", "three ranges overlap"),
      ("range: [0.0, 2.0]", "range: [2.0, 0.0]", "9:12", "empty"),
      ("edges: [0.5, 1.0, 1.5]", "edges: [0.5, 1.5, 1.0]", "17:18", "ascending"),
      ("counts: [250, 250, 250, 250]", "counts: [250, 250, 250]", "17:43", "expected 4"),
      ("counts: [250, 250, 250, 250]", "counts: [250, 250, 250, -1]", "17:59", "whole number"),
      ("unit: GeV", "unit: cm", "21:3", "in cm"),
      ("networks: test", "network: test", "1:1", "did you mean 'networks'?"),
      ("expression: mass }", "expresion: mass }", "6:19", "did you mean 'expression'?"),
    ])
  func fileMistakes(good: String, bad: String, position: String, message: String) throws {
    let samples = NetworkSamples(seed: 1)
    guard let place = samples.file.range(of: good) else {
      Issue.record("no '\(good)' in\n\(samples.file)")
      return
    }
    let text = samples.file.replacingCharacters(in: place, with: bad)
    let error = #expect(throws: ChannelError.self) { try samples.channels(file: text) }
    let description = error?.description ?? ""
    #expect(description.contains(".yaml:\(position): "), "\(description)")
    #expect(description.contains(message), "\(description)")
  }

  @Test("Mutated files of networks give networks or an error, never a crash")
  func fuzz() {
    let bytes = Array(NetworkSamples(seed: 1).file.utf8)
    var mutator = ByteMutator(
      "suppression networks", alphabet: " :-{}[]#&*!|>'\"%\n\tnaif0123456789.e\u{0}é", changes: 1...3)
    let inputs = Fuzz.inputs(3000)
    var valid = 0
    for _ in 0..<inputs {
      let text = String(decoding: mutator.mutated(bytes), as: UTF8.self)
      if (try? SuppressionNetworks(yaml: text, file: "fuzz.yaml")) != nil { valid += 1 }
    }
    // Most digits may be others.
    #expect(valid > inputs / 20 && valid < inputs, "\(valid)")
  }
}
