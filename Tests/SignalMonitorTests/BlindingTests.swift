import ArrowStream
import EventModel
import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Blinding")
struct BlindingTests {
  /// Masses around a hidden range, and as many more in it as asked for; the number of events is the same.
  private static func candidates(hidden: Int) -> [(mass: Double, recoil: Double)?] {
    var random = CounterRandom(seed: 71, purpose: .pseudoExperiment)
    let open: [(mass: Double, recoil: Double)?] = (0..<3000).map { _ in
      let mass = random.uniform(0.8, 3.3)
      return 1.9...2.1 ~= mass ? nil : (mass, random.uniform(0, 20))
    }
    let closed: [(mass: Double, recoil: Double)?] = (0..<997).map {
      $0 < hidden ? (1.91 + 0.18 * Double($0) / 997, 5) : nil
    }
    var all: [(mass: Double, recoil: Double)?] = []
    for index in 0..<3997 { all.append(index % 4 == 3 ? closed[index / 4 % 997] : open[index * 3 / 4 % 3000]) }
    return all
  }

  /// Everything that is ever written of a channel.
  private static func outputs(_ text: String, hidden: Int, unblinded: Bool) throws -> [String] {
    let channel = try SearchChannel(yaml: text, file: "test.yaml")
    var monitor = try SignalMonitor(
      channels: [channel], plan: WatchPlan(schedule: WatchSchedule(step: 500)),
      conditions: FitConditions(luminosity: 1, unblinded: unblinded))
    var watch = try #require(try monitor.makeWatch())
    let batch = try DimuonStream.batch(Self.candidates(hidden: hidden))
    try monitor.fill(batch)
    for counts in monitor.takeDue(isLast: true) { try watch.look(counts) }
    let result = monitor.result(of: 0, watch: watch)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    var outputs = [result, result.compact].compactMap { try? encoder.encode($0) }.map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(outputs.count == 2)
    let scan = MassScan(channel, monitor.data[0], unblinded: unblinded)
    for mass in [1.4, 2.0, 2.6] {
      outputs.append(
        ScanPlot(
          result: result, curves: scan?.curves(nearest: mass), fitted: scan?.result(nearest: mass), conditions: "test"
        ).svg)
    }
    outputs.append(try monitor.selected(0, in: batch).map { "\($0.event) \($0.values)" }.joined(separator: "\n"))
    outputs.append("\(monitor.shownCandidates(0))")
    return outputs
  }

  @Test("Nothing that is written depends on what a channel hides, until it is unblinded; every plot says so")
  func nonInterference() throws {
    let channels = [
      DimuonStream.peak("blinding: { from: 1.9 GeV, to: 2.1 GeV }"), DimuonStream.peak("blinding: everything"),
      DimuonStream.counting("blinding: everything"), DimuonStream.plane("blinding: everything"),
      DimuonStream.template("blinding: everything"),
    ]
    for text in channels {
      let few = try Self.outputs(text, hidden: 0, unblinded: false)
      let many = try Self.outputs(text, hidden: 997, unblinded: false)
      for (left, right) in zip(few, many) { #expect(left == right, "\(text)") }
      #expect(few[0].contains("\"blinded\":true") && few[2...4].allSatisfy { $0.contains("Blinded: ") })
      let open = try Self.outputs(text, hidden: 997, unblinded: true)
      #expect(zip(many, open).allSatisfy { $0 != $1 }, "\(text)")
      #expect(open[0].contains("\"blinded\":false") && !open[2].contains("Blinded"))
    }
  }

  @Test("Counts that are shown add up without the hidden ones")
  func counts() throws {
    let text = DimuonStream.peak("blinding: [{ from: 1.9 GeV, to: 2.1 GeV }]")
    var monitor = try SignalMonitor(channels: [try SearchChannel(yaml: text, file: "test.yaml")])
    try monitor.fill(try DimuonStream.batch([(1.5, 0), (2.0, 0), (2.0, 0), (5, 0), (0.6, 0), nil]))
    let result = monitor.result(of: 0)
    #expect(result.selected == 3 && result.inRange == 1 && result.below == 1 && result.above == 1)
    #expect(result.candidates == 3 && result.blinding == "blinded: 1.9 to 2.1 GeV")
    #expect(monitor.result(of: 0, FitConditions(unblinded: true)).selected == 5)
    // Hypotheses whose window reaches into the range are refused, those beyond it are not.
    let refused = result.hypotheses.filter { $0.refusal == "blinded from 1.9 to 2.1" }
    #expect(refused.allSatisfy { abs($0.mass - 2) < 0.26 } && refused.count > 10)
    #expect(result.hypotheses.contains { $0.mass < 1.74 && $0.refusal != "blinded from 1.9 to 2.1" })
  }

  @Test(
    "Blinding that cannot be is an error with its place",
    arguments: [
      ("blinding: half", "blinding"), ("blinding: { from: 2 GeV, to: 1.9 GeV }", "is empty"),
      ("blinding: { from: 0.9 GeV, to: 1.5 GeV }", "beyond the spectrum"), ("blinding: []", "is empty"),
      ("blinding: { from: 1.9 GeV }", "'to'"), ("blinding: { from: 1.9, to: 2 GeV }", "no unit"),
    ])
  func bad(_ text: String, problem: String) throws {
    let error = #expect(throws: ChannelError.self) {
      try SearchChannel(yaml: DimuonStream.peak(text), file: "test.yaml")
    }
    #expect(error?.problem.contains(problem) == true && (error?.line ?? 0) > 10, "\(String(describing: error))")
    #expect(throws: ChannelError.self) {
      try SearchChannel(yaml: DimuonStream.counting("blinding: { from: 1.9 GeV, to: 2 GeV }"), file: "test.yaml")
    }
  }
}
