import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Reconstruction
import Statistics
import Testing
import TriggerStudies

/// What the validation of tracks counts, on events made by hand.
@Suite("Tracking study")
struct TrackingStudyTests {
  /// A pion from the origin with wires 0 to 9 and two space points, one from 20 cm with wires 20 to 25, an electron of the response with 30 to 39,
  /// and background on 50 to 59.
  private func batch() throws -> RecordBatch {
    var keys = EventKeyBuilder(processes: ["hand"])
    var chamber = DriftChamberHitsBuilder()
    var silicon = SiliconHitsBuilder()
    var truth = TruthParticlesBuilder()
    var hitTruth = HitTruthBuilder()
    func add(_ pdg: Int32, status: Int32, x: Float) {
      truth.append(
        pdg: pdg, mother: -1, status: status, px: 1, py: 0, pz: 0.5, energy: 2, x: x, y: 0, z: 0, t: 0)
    }
    add(211, status: 1, x: 0)
    add(-211, status: 2, x: 20)
    add(11, status: 101, x: 3)
    add(22, status: 1, x: 0)
    let hits: [(ClosedRange<UInt16>, Int32)] = [(0...9, 0), (20...25, 1), (30...39, 2), (50...59, -1), (60...69, 3)]
    for (wires, particle) in hits {
      for wire in wires {
        chamber.append(wire: wire, tdc: 100, adc: 50)
        hitTruth.driftChamber.append(particle)
      }
    }
    for layer in UInt8(1)...2 {
      silicon.append(layer: layer, ladder: 1, sensor: 1, u: 0, v: 0, charge: 20)
      hitTruth.silicon.append(0)
    }
    chamber.endEvent()
    silicon.endEvent()
    truth.endEvent()
    hitTruth.endEvent()
    keys.append(EventKey(experiment: 1, run: 1, number: 0), time: 0, weight: 1, process: 0)
    let fields = [
      EventSchema.event, EventSchema.driftChamber, EventSchema.silicon, EventSchema.truth, EventSchema.hitTruth,
    ]
    return try RecordBatch(
      schema: Schema(fields: fields, metadata: [:]),
      columns: [keys.finish(), chamber.finish(), silicon.finish(), truth.finish(), hitTruth.finish()], count: 1)
  }

  private func track(points: [Int16] = [], omega: Float = 0.0045) -> ReconstructedTrack {
    var track = ReconstructedTrack()
    track.omega = omega
    track.tanLambda = 0.5
    for (layer, point) in points.enumerated() { track.points[layer] = point }
    for index in 0..<5 { track.covariance[index * (index + 3) / 2] = 1e-4 }
    return track
  }

  @Test(
    "a track belongs to the particle with two thirds of its numbers, the best one is the match, the rest are clones or fakes"
  )
  func assignment() throws {
    let truth = try TrackTruth(batch())
    let tracks = [
      track(), track(points: [0, 1]), track(), track(), track(omega: -0.0045), track(),
    ]
    let wires: [[UInt16]] = [
      [0, 1, 2, 20],  // three of four: the pion's, but fewer than the next
      [3, 4, 5, 50, 51, 52],  // three wires and two points are seven of ten
      [6, 7, 20, 21],  // half and half
      Array(50...59),  // background
      Array(20...25) + [0, 1],  // the displaced pion
      Array(60...69),  // a photon makes no track
    ]
    let found = truth.assign(tracks[...], wires: wires[...], row: 0)
    #expect(found.particles.map(\.pdg) == [211, -211, 11])
    #expect(found.particles.map(\.numbers) == [14, 6, 10])
    #expect(found.particles.map(\.isPrimary) == [true, true, false])
    let expected: [TrackTruth.Assignment] = [
      .init(particle: 0, isClone: true), .init(particle: 0, isClone: false), .init(particle: nil, isClone: false),
      .init(particle: nil, isClone: false), .init(particle: 1, isClone: false), .init(particle: nil, isClone: false),
    ]
    #expect(found.assignments == expected)

    var sample = TrackingSample()
    sample.add(tracks[...], particles: found.particles, assignments: found.assignments, eventTime: 1.5)
    // Only the pion from the origin is prompt; the other needs 15 numbers to be counted by its radius.
    #expect(sample.prompt.efficiency.total == 1 && sample.prompt.efficiency.passed == 1)
    #expect(sample.prompt.charge.passed == 1)
    #expect(sample.radius.allSatisfy { $0.efficiency.total == 0 })
    #expect(sample.excess.fakes.passed == 3 && sample.excess.fakes.total == 6)
    #expect(sample.excess.clones.passed == 1 && sample.excess.clones.total == 3)
    let report = try TrackingReport(sample, reference: .belle2())
    #expect(report.table("overall")?.rows[0].values[0]?.value == 100)
    // Without fits as other particles both tables have the fit as pion.
    #expect(sample.residualsOwnMass.map(\.differences) == sample.residuals.map(\.differences))
    let tables = ["resolution_pt", "resolution_own_mass", "pulls_own_mass", "resolution_formula"]
    #expect(tables.allSatisfy { report.table($0) != nil })
    #expect(report.text.contains("reference: BB no background / BB b = 1"))
    let lines = report.commaSeparatedValues.split(separator: "\n")
    let columns = StudyTable.header.split(separator: ",").count
    #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == columns })
  }

  @Test("wires and points that do not exist leave a track a fake and break nothing")
  func strangeTracks() throws {
    let truth = try TrackTruth(batch())
    let tracks = [track(points: [99, 100, 101]), track(), track(points: [0])]
    let found = truth.assign(tracks[...], wires: [[14_000], [], [65_535]], row: 0)
    #expect(found.assignments.map(\.particle) == [nil, nil, 0])
  }

  @Test("a table stands beside its reference, and empty bins are not printed")
  func table() throws {
    let reference = try ReferencePerformance.belle2()
    #expect(reference.value("tracking.efficiency", against: "pt", sample: "BB b = 1", low: 0.1, high: 0.15) == 0.8714)
    #expect(reference.value("tracking.efficiency", against: "pt", sample: "BB b = 1", low: 0.1, high: 0.2) == nil)
    #expect(reference.value("tracking.fake_rate", sample: "BB no background") == 0.0198)
    let table = StudyTable(
      name: "t", title: "Title", variable: "pT [GeV]", entries: "particles",
      quantities: [.init("efficiency", unit: "%", references: ["a", "b"]), .init("pull", unit: "")],
      rows: [
        .init(
          low: 0, high: 0.05, entries: 4,
          values: [EstimatedNumber(value: 50, low: 40, high: 60, method: "m"), nil], references: [[95, nil]]),
        .init(low: 0.05, high: 1, entries: 0, values: [nil, nil], references: [[99, 98]]),
      ])
    #expect(table.text.contains("0 to 0.05          4         50 ± 10"))
    #expect(table.text.contains("95.0 / –") && !table.text.contains("99.0"))
    #expect(table.commaSeparatedValues.hasPrefix("t,pT [GeV],0.0,0.05,4,efficiency,%,50.0,40.0,60.0,a,95.0\n"))
    let plot = StudyTablePlot(
      title: "T", conditions: "c", panels: [.init(table, quantity: 0), .init(table, quantity: 1)])
    #expect(plot.svg.contains("reference, b") && plot.svg.hasSuffix("</svg>\n"))
  }
}
