import ArrowStream
import EventModel
import Foundation
import Statistics
import Testing
import TriggerStudies

/// What the displaced-vertex study counts, on events made by hand.
@Suite("Displaced-vertex study")
struct DisplacedStudyTests {
  private func decay(rho: Double, tracks: Int = 2) -> LongLivedDecay {
    LongLivedDecay(rho: rho, visibleTracks: tracks, smallerImpactParameter: 5, smallerMomentum: 0.8)
  }

  @Test("counts efficiencies of generated events and of those in acceptance, and what no other line keeps")
  func signal() throws {
    var sample = DisplacedSample(process: "signal", lines: ["one", "two"])
    // In acceptance: kept by one and others, by two alone, by nobody. Outside: kept by others.
    sample.add(fired: [true, false], byOthers: true, weight: 0.5, decays: [decay(rho: 10)])
    sample.add(fired: [false, true], byOthers: false, weight: 0.5, decays: [decay(rho: 30), decay(rho: 90)])
    sample.add(fired: [false, false], byOthers: false, weight: 0.5, decays: [decay(rho: 59)])
    sample.add(fired: [false, false], byOthers: true, weight: 0.5, decays: [decay(rho: 20, tracks: 1)])
    let report = DisplacedReport([sample], lines: ["one", "two"], liveTime: 10)
    #expect(report.backgrounds.isEmpty)
    let signal = try #require(report.signals.first)
    #expect(signal.generated == 4 && signal.inAcceptance == 3)
    #expect(signal.lines.map(\.name) == ["one", "two", "any of them"])
    let values = signal.lines.map { ($0.efficiency.inAcceptance?.value, $0.won.inAcceptance?.value) }
    #expect(values[0].0 == 1.0 / 3 && values[0].1 == 0)
    #expect(values[1].0 == 1.0 / 3 && values[1].1 == 1.0 / 3)
    #expect(values[2].0 == 2.0 / 3 && values[2].1 == 1.0 / 3)
    #expect(signal.lines[2].efficiency.generated?.value == 0.5)
    #expect(signal.others.inAcceptance?.value == 1.0 / 3 && signal.others.generated?.value == 0.5)
    let curve = try #require(signal.curves.first { $0.quantity == "rho_cm" })
    // The outermost decay with two visible tracks: 10, 90 (beyond the last bin), 59.
    #expect(curve.bins.filter { $0.events > 0 }.map(\.low) == [10, 50])
    #expect(report.text.contains("signal: 4 events, 3 with a vertex in acceptance"))
  }

  @Test("gives rates with errors, adds processes, and limits where nothing was seen")
  func rates() throws {
    var bias = DisplacedSample(process: "zero_bias", lines: ["one"])
    for event in 0..<100 { bias.add(fired: [event < 4], byOthers: event < 1, weight: 50, decays: []) }
    var muons = DisplacedSample(process: "mumu", lines: ["one"])
    for _ in 0..<10 { muons.add(fired: [false], byOthers: true, weight: 2, decays: []) }
    let report = DisplacedReport([bias, muons], lines: ["one"], liveTime: 10)
    #expect(report.backgrounds.map(\.process) == ["mumu", "zero_bias", "all"])
    let all = report.backgrounds[2]
    #expect(all.lines[0]?.value == 20 && all.added[0]?.value == 15)
    // Four and three events of weight 50 in 10 s.
    #expect(abs((all.lines[0]?.errorHigh ?? 0) - 10) < 1e-9)
    #expect(abs((all.added[0]?.errorHigh ?? 0) - 5 * 3.0.squareRoot()) < 1e-9)
    let none = try #require(report.backgrounds[0].lines[0])
    #expect(none.value == 0 && abs(none.high - 2.303 * 2 / 10) < 0.01 && none.method.contains("no events"))
    #expect(DisplacedReport([bias], lines: ["one"], liveTime: nil).backgrounds[0].rate == nil, "no time, no rate")
  }

  @Test("finds decays in the truth: vertex, impact parameter, momentum, visible tracks")
  func decays() throws {
    var truth = TruthParticlesBuilder()
    func add(_ pdg: Int32, _ mother: Int32, _ p: (Float, Float, Float), _ v: (Float, Float, Float)) {
      truth.append(
        pdg: pdg, mother: mother, status: mother < 0 ? 2 : 1, px: p.0, py: p.1, pz: p.2, energy: 3, x: v.0, y: v.1,
        z: v.2, t: 0)
    }
    add(54, -1, (2, 0, 0), (0, 0, 0))
    add(13, 0, (1, 0.5, 0.2), (20, 0, 0))
    add(-13, 0, (0.2, -0.1, 3), (20, 0, 0))
    add(22, 0, (1, 0, 0), (20, 0, 0))
    add(321, 99, (1, 0, 0), (20, 0, 0))
    truth.endEvent()
    truth.endEvent()
    var event = EventKeyBuilder(processes: [])
    for number in 0..<2 {
      event.append(EventKey(experiment: 1, run: 1, number: UInt64(number)), time: 0, weight: 1, process: nil)
    }
    let batch = try RecordBatch(
      schema: Schema(fields: [EventSchema.event, EventSchema.truth]), columns: [event.finish(), truth.finish()],
      count: 2)
    let column = try TruthParticles(batch)
    let found = LongLivedDecay.all(in: column, row: 0)
    #expect(found.count == 1 && LongLivedDecay.all(in: column, row: 1).isEmpty)
    let decay = try #require(found.first)
    #expect(abs(decay.rho - 20) < 1e-5 && decay.visibleTracks == 1 && !decay.isInAcceptance)
    #expect(abs(decay.smallerMomentum - 0.2236) < 1e-3)
    // A straight line would miss the beam line by 20 cm x 0.5 / 1.118 = 8.9 cm; the softer one bends inwards.
    #expect(decay.smallerImpactParameter > 5 && decay.smallerImpactParameter < 9)
    #expect(LongLivedDecay.all(in: column, row: 0, of: [22]).isEmpty)
  }
}
