import ArrowStream
import EventModel
import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Search methods on streams")
struct SearchMethodTests {
  /// A monitor that has seen one dimuon candidate an event, with these masses and squared recoil masses.
  private static func monitor(_ text: String, _ candidates: [(mass: Double, recoil: Double)]) throws -> SignalMonitor {
    var builder = ReconstructionBuilder()
    for candidate in candidates {
      builder.candidates.append(
        kind: CandidateKind.dimuon.rawValue, mass: Float(candidate.mass), reducedMass: 0,
        recoilMassSquared: Float(candidate.recoil), vertex: -1, track1: 0, track2: 1)
      builder.endEvent(steps: 0, eventTime: 0)
    }
    let batch = try RecordBatch(
      schema: Schema(fields: [EventSchema.reconstruction]), columns: [builder.finish()], count: candidates.count)
    var monitor = try SignalMonitor(channels: [try SearchChannel(yaml: text, file: "test.yaml")])
    // In two parts, as batches come.
    try monitor.fill(batch.slice(0..<(candidates.count / 2)))
    try monitor.fill(batch.slice((candidates.count / 2)..<candidates.count))
    return monitor
  }

  private static let counting = """
    channel: test
    candidate: dimuon
    define:
      narrow: 0 GeV2 < recoil_mass2 < 1 GeV2
    select: narrow
    observable: mass
    method: counting
    mass: none
    regions:
      - name: near
        signal: 1 GeV < mass < 1.1 GeV
        sidebands: 0.5 GeV < mass < 0.9 GeV or 1.2 GeV < mass < 1.6 GeV
        transfer: { value: 0.125, error: 0 }
      - name: far
        signal: mass > 5 GeV
        expected: { value: 2, error: 0.5, luminosity: 10 1/fb }
      - name: open
        signal: mass > 2 GeV
        sidebands: mass < 2 GeV
        transfer: not measured
    confidence: 90 %
    normalisation:
      base: tau_leptons
      cross_section: 0.919 nb
      efficiency: [{ value: 0.2, error: 0.01 }]
      measured_with: a test
    """

  @Test("Regions count what their conditions say, and turn it into limits on the branching fraction")
  func regions() throws {
    let masses = [1.05, 1.07, 0.6, 0.7, 0.8, 1.3, 1.4, 1.5, 1.55, 0.55, 6.0, 7.0, 3.0]
    let monitor = try Self.monitor(Self.counting, masses.map { ($0, 0.5) } + [(1.05, 2.0), (6.0, -1.0)])
    let result = monitor.result(of: 0, FitConditions(luminosity: 5))
    #expect(result.candidates == 15 && result.selected == 13)
    let near = result.regions[0]
    #expect(near.candidates == 2 && near.sidebands == 8)
    #expect(abs((near.background?.value ?? 0) - 1) < 1e-9)
    #expect(abs((near.yield?.value ?? 0) - 1) < 1e-9)
    // 2 counted over 1 expected: the limit without background error is 4.3 at 90 %.
    #expect(abs((near.upperLimit?.value ?? 0) - 4.3) < 0.4)
    let limit = try #require(near.limits?.first)
    #expect(limit.quantity == "branching_fraction")
    let expected: Double = (near.upperLimit?.value ?? 0) / (5 * 0.919e6 * 2 * 0.2)
    #expect(abs(limit.observed / expected - 1) < 1e-9)
    #expect(result.regions[1].candidates == 2 && abs((result.regions[1].background?.value ?? 0) - 1) < 1e-9)
    #expect(result.regions[2].refusal == "the background is not measured")
    // Without a luminosity an expectation says nothing.
    let blind = monitor.result(of: 0)
    #expect(blind.regions[1].refusal?.contains("luminosity is not known") ?? false)
    #expect(blind.regions[0].limits == nil)
  }

  @Test("A blinded search shows neither counts nor fits of what it hides, until it is unblinded")
  func blinding() throws {
    let text = Self.counting + "\nblinding: everything"
    let monitor = try Self.monitor(text, [(1.05, 0.5), (0.6, 0.5)])
    let hidden = monitor.result(of: 0, FitConditions(luminosity: 5))
    #expect(hidden.blinded && hidden.regions.allSatisfy { $0.candidates == nil && $0.upperLimit == nil })
    let shown = monitor.result(of: 0, FitConditions(luminosity: 5, unblinded: true))
    #expect(!shown.blinded && shown.regions[0].candidates == 1)
  }

  private static let plane = """
    channel: test
    candidate: dimuon
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
    confidence: 90 %
    """

  @Test("A peak in a plane stands out of its ring, where it was put; windows without a candidate are counted")
  func peakInPlane() throws {
    var random = CounterRandom(seed: 7, purpose: .pseudoExperiment, stream: 1)
    var candidates: [(mass: Double, recoil: Double)] = []
    for _ in 0..<500 { candidates.append((random.uniform(1, 3), random.uniform(10, 20))) }
    for _ in 0..<25 { candidates.append((1.8 + 0.02 * random.gaussian(), 14 + 0.1 * random.gaussian())) }
    let result = try Self.monitor(Self.plane, candidates).result(of: 0)
    let best = try #require(result.hypotheses.max { ($0.localSignificance ?? 0) < ($1.localSignificance ?? 0) })
    #expect(abs(best.mass - 1.8) < 0.03 && abs((best.second ?? 0) - 14) < 0.15)
    #expect((best.localSignificance ?? 0) > 5)
    #expect(abs((best.yield?.value ?? 0) - 25) < 12)
    // 100 and 100 resolutions in steps of one, less eight on either side.
    #expect(result.hypotheses.count + (result.emptyHypotheses ?? 0) == 85 * 85)
    let empty = try Self.monitor(Self.plane, [(5, 50)]).result(of: 0)
    #expect(empty.above == 1 && empty.hypotheses.isEmpty && empty.emptyHypotheses == 85 * 85)
    #expect(abs((empty.emptyHypothesis?.upperLimit?.value ?? 0) - 2.3026 / (1 - exp(-2))) < 1e-3)
  }

  private static func slices(_ shares: String) -> String {
    """
    channel: test
    candidate: dimuon
    observable: recoil_mass2
    mass: none
    range: { from: 0 GeV2, to: 20 GeV2 }
    signal: { shape: gaussian, resolution: [{ at: 1 GeV2, sigma: 0.1 GeV2 }] }
    background: { polynomial: { lowest_order: 1, highest_order: 1 } }
    scan: { from: 9 GeV2, to: 11 GeV2, step: 5, window: 20 }
    slices:
      of: mass
      edges: [0 GeV, 1 GeV, 2 GeV]
      shares: \(shares)
    confidence: 90 %
    """
  }

  @Test("Slices fitted together find a signal that lives in one of them better than their sum does")
  func slicesTogether() throws {
    var random = CounterRandom(seed: 8, purpose: .pseudoExperiment, stream: 1)
    var candidates: [(mass: Double, recoil: Double)] = []
    for _ in 0..<9000 { candidates.append((1.5, random.uniform(0, 20))) }
    for _ in 0..<1000 { candidates.append((0.5, random.uniform(0, 20))) }
    for _ in 0..<60 { candidates.append((0.5, 10 + 0.1 * random.gaussian())) }
    func answer(_ shares: String) throws -> HypothesisResult {
      let results = try Self.monitor(Self.slices(shares), candidates).result(of: 0).hypotheses
      return try #require(results.min { abs($0.mass - 10) < abs($1.mass - 10) })
    }
    let together = try answer("[{ at: 5 GeV2, shares: [1, 0] }]")
    let sum = try answer("not measured")
    #expect(together.method == .likelihood && sum.method == .likelihood)
    let yield = try #require(together.yield)
    #expect(yield.low < 60 + yield.errorLow && yield.high > 60 - yield.errorHigh, "\(yield)")
    #expect((together.localSignificance ?? 0) > (sum.localSignificance ?? 0) + 1)
    // Looked for in the wrong slice it is not found.
    let elsewhere = try answer("[{ at: 5 GeV2, shares: [0, 1] }]")
    #expect((elsewhere.localSignificance ?? 0) < 3.5)
  }

  @Test("A template fit finds the yields it was made of")
  func templates() throws {
    let text = """
      channel: test
      candidate: dimuon
      observable: mass
      method: template
      mass: none
      template:
        from: 0 GeV
        to: 4 GeV
        bins: 4
        signals: [{ mass: 1 GeV, counts: [0, 10000, 80000, 10000] }]
        backgrounds:
          - { name: falling, counts: [40000, 30000, 20000, 10000] }
          - { name: rising, counts: [10000, 20000, 30000, 40000] }
      confidence: 95 %
      """
    // 1000 falling, 500 rising and 200 signal, as expected bin by bin.
    let counts = [450, 420, 510, 320]
    var candidates: [(mass: Double, recoil: Double)] = []
    for (bin, count) in counts.enumerated() {
      for _ in 0..<count { candidates.append((Double(bin) + 0.5, 0)) }
    }
    let result = try Self.monitor(text, candidates).result(of: 0)
    let answer = try #require(result.hypotheses.first)
    #expect(answer.method == .likelihood && answer.mass == 1, "\(answer.refusal ?? "")")
    #expect(abs((answer.yield?.value ?? 0) - 200) < 0.5, "\(String(describing: answer.yield))")
    #expect((answer.upperLimit?.value ?? 0) > 200)
  }

  @Test("Nothing is looked for in a veto, and windows beside it end there")
  func vetoes() throws {
    let text = Self.slices("not measured").replacing("step: 5,", with: "step: 0.5,")
      .replacing("window: 20 }", with: "window: 20, veto: [{ from: 9.8 GeV2, to: 10.2 GeV2, title: J/psi }] }")
    var random = CounterRandom(seed: 9, purpose: .pseudoExperiment, stream: 1)
    var candidates = (0..<20_000).map { _ in (mass: 1.5, recoil: random.uniform(0, 20)) }
    for _ in 0..<2000 { candidates.append((1.5, 10 + 0.03 * random.gaussian())) }
    let hypotheses = try Self.monitor(text, candidates).result(of: 0).hypotheses
    for hypothesis in hypotheses {
      if (9.8...10.2).contains(hypothesis.mass) {
        #expect(hypothesis.refusal == "vetoed: J/psi" && hypothesis.yield == nil)
      } else {
        #expect(hypothesis.windowHigh <= 9.8 + 1e-9 || hypothesis.windowLow >= 10.2 - 1e-9)
        #expect((hypothesis.localSignificance ?? 0) < 4.5)
      }
    }
    #expect(hypotheses.contains { $0.method == .likelihood })
  }

  @Test(
    "Limits on yields become limits on cross-section and coupling where the efficiency was measured, and only there")
  func couplings() throws {
    let text = """
      channel: test
      candidate: three_photons
      observable: mass
      range: { from: 0 GeV, to: 4 GeV }
      signal: { shape: gaussian, resolution: [{ at: 1 GeV, sigma: 20 MeV }] }
      background: { polynomial: { lowest_order: 0, highest_order: 1 } }
      scan: { from: 0.5 GeV, to: 3.5 GeV, step: 10, window: 20 }
      confidence: 95 %
      couplings: [alp_photon]
      normalisation:
        base: luminosity
        efficiency: [{ mass: 1 GeV, value: 0.4, error: 0.01 }, { mass: 2 GeV, value: 0.5, error: 0.01 }]
        measured_with: a test
      """
    let monitor = try SignalMonitor(channels: [try SearchChannel(yaml: text, file: "test.yaml")])
    let result = monitor.result(of: 0, FitConditions(luminosity: 0.445))
    for hypothesis in result.hypotheses {
      guard (1...2).contains(hypothesis.mass) else {
        #expect(hypothesis.limits == nil)
        continue
      }
      let limits = try #require(hypothesis.limits)
      #expect(limits.map(\.quantity) == ["cross_section", "alp_photon"] && limits[1].unit == "1/GeV")
      let efficiency = 0.3 + 0.1 * hypothesis.mass
      #expect(abs(limits[0].observed / ((hypothesis.upperLimit?.value ?? 0) / (0.445 * efficiency)) - 1) < 1e-6)
      // The share of 1 + cos^2 between 10 and 170 degrees is 97.7 %.
      let unit = try #require(CouplingModel.axionPhoton.unitCrossSection(mass: hypothesis.mass, s: 10.58 * 10.58))
      #expect(abs(limits[0].observed / (unit * limits[1].observed * limits[1].observed) - 0.97739) < 1e-3)
    }
    #expect(result.hypotheses.contains { $0.limits != nil })
    #expect(monitor.result(of: 0).hypotheses.allSatisfy { $0.limits == nil })
    let wrong = text.replacing("alp_photon", with: "alp_foton")
    let error = #expect(throws: ChannelError.self) { try SearchChannel(yaml: wrong, file: "test.yaml") }
    #expect(error?.problem.contains("did you mean 'alp_photon'?") ?? false)
  }

  @Test("The observables of selected candidates are those that are counted")
  func selectedValues() throws {
    var builder = ReconstructionBuilder()
    for mass in [1.05, 0.2, 6.0] {
      builder.candidates.append(
        kind: CandidateKind.dimuon.rawValue, mass: Float(mass), reducedMass: 0, recoilMassSquared: mass < 1 ? 5 : 0.5,
        vertex: -1, track1: 0, track2: 1)
      builder.endEvent(steps: 0, eventTime: 0)
    }
    let batch = try RecordBatch(
      schema: Schema(fields: [EventSchema.reconstruction]), columns: [builder.finish()], count: 3)
    let monitor = try SignalMonitor(channels: [try SearchChannel(yaml: Self.counting, file: "test.yaml")])
    let selected = try monitor.selected(0, in: batch)
    #expect(selected.map(\.event) == [0, 2])
    #expect(selected.map { $0.values[0] } == [Double(Float(1.05)), 6])
  }
}
