import ArrowStream
import EventModel
import SignalMonitor
import Testing

@Suite("Pictures of planes and regions")
struct PictureTests {
  private static func monitor(_ text: String, _ candidates: [(mass: Double, recoil: Double)]) throws -> SignalMonitor {
    var builder = ReconstructionBuilder()
    for candidate in candidates {
      builder.candidates.append(
        kind: CandidateKind.dimuon.rawValue, mass: Float(candidate.mass), reducedMass: 0,
        recoilMassSquared: Float(candidate.recoil), vertex: -1, track1: 0, track2: 1)
      builder.endEvent(steps: 0, eventTime: 0)
    }
    var monitor = try SignalMonitor(
      channels: [
        try SearchChannel(yaml: "channel: test\ncandidate: dimuon\nconfidence: 90 %\n" + text, file: "test.yaml")
      ])
    try monitor.fill(
      RecordBatch(
        schema: Schema(fields: [EventSchema.reconstruction]), columns: [builder.finish()], count: candidates.count))
    return monitor
  }

  private static let plane = """
    observable: [mass, recoil_mass2]
    method: plane
    mass: none
    plane:
      radius: 2
      ring: { from: 4, to: 8 }
      step: 1
      axes:
        - { from: 1 GeV, to: 3 GeV, resolution: [{ at: 1 GeV, sigma: 20 MeV }] }
        - { from: 10 GeV2, to: 20 GeV2, resolution: [{ at: 10 GeV2, sigma: 0.1 GeV2 }] }
    """

  @Test("A plane shows every candidate, and the window with its ring around the largest excess")
  func plane() throws {
    let monitor = try Self.monitor(Self.plane, [(1.8, 14), (1.802, 14.01), (1.79, 13.95), (2.5, 18), (9, 99)])
    let result = monitor.result(of: 0)
    let picture = try #require(
      PlanePlot(monitor.channels[0], monitor.data[0], result: result, focus: nil, conditions: "test"))
    let svg = picture.svg
    #expect(svg.contains("4 candidates, 1 outside of the plane") && svg.contains("3 candidates"))
    // Four cells in the plane, of which three again around the window.
    #expect(svg.components("<circle") == 7)
    #expect(RegionPlot(result, conditions: "") == nil)
    let blind = try Self.monitor(Self.plane + "\nblinding: everything", [(1.8, 14)])
    let hidden = try #require(
      PlanePlot(
        blind.channels[0], blind.data[0], result: blind.result(of: 0), focus: nil, conditions: ""))
    #expect(hidden.svg.contains("hidden") && !hidden.svg.contains("<circle"))
  }

  @Test("Regions show counts beside background and limit, and hide what is blinded")
  func regions() throws {
    let text = """
      observable: mass
      method: counting
      mass: none
      regions:
        - name: near
          title: Near the mass
          signal: 1 GeV < mass < 2 GeV
          sidebands: mass > 2 GeV
          transfer: { value: 0.5, error: 0.1 }
        - name: open
          signal: mass > 5 GeV
          sidebands: mass < 1 GeV
          transfer: not measured
      """
    let candidates = [(1.5, 1.0), (1.6, 1), (2.5, 1), (2.6, 1), (3, 1), (4, 1)]
    let svg = try #require(RegionPlot(Self.monitor(text, candidates).result(of: 0), conditions: "test")).svg
    #expect(svg.contains("Near the mass") && svg.contains("2 candidates") && svg.contains("background 2 ±"))
    #expect(svg.contains("the background is not measured"))
    let blind = try Self.monitor(text + "\nblinding: everything", candidates)
    let hidden = try #require(RegionPlot(blind.result(of: 0), conditions: "")).svg
    #expect(hidden.contains("hidden") && !hidden.contains("2 candidates"))
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(_ text: String) -> Int {
    split(separator: text, omittingEmptySubsequences: false).count - 1
  }
}
