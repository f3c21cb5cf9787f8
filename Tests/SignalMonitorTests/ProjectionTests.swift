import ArrowStream
import EventModel
import Foundation
import SignalMonitor
import Statistics
import Testing

@Suite("Projected sensitivity")
struct ProjectionTests {
  /// What a channel counts of one dimuon candidate an event, with these masses and squared recoil masses.
  private static func data(_ channel: SearchChannel, _ candidates: [(mass: Double, recoil: Double)]) throws
    -> ChannelData
  {
    var builder = ReconstructionBuilder()
    for candidate in candidates {
      builder.candidates.append(
        kind: CandidateKind.dimuon.rawValue, mass: Float(candidate.mass), reducedMass: 0,
        recoilMassSquared: Float(candidate.recoil), vertex: -1, track1: 0, track2: 1)
      builder.endEvent(steps: 0, eventTime: 0)
    }
    let batch = try RecordBatch(
      schema: Schema(fields: [EventSchema.reconstruction]), columns: [builder.finish()], count: candidates.count)
    var monitor = try SignalMonitor(channels: [channel])
    try monitor.fill(batch)
    return monitor.data[0]
  }

  private static func channel(_ text: String) throws -> SearchChannel {
    try SearchChannel(yaml: "channel: test\ncandidate: dimuon\nconfidence: 90 %\n" + text, file: "test.yaml")
  }

  private static func peak() throws -> SearchChannel {
    try channel(
      """
      observable: mass
      range: { from: 1 GeV, to: 3 GeV }
      signal:
        shape: gaussian
        measured_with: a test
        resolution: [{ at: 1 GeV, sigma: 10 MeV }]
      background: { polynomial: { lowest_order: 1, highest_order: 2 } }
      scan: { from: 1.2 GeV, to: 2.8 GeV, step: 1, window: 20 }
      normalisation:
        base: luminosity
        measured_with: a test
        efficiency: [{ mass: 1 GeV, value: 0.4, error: 0.02 }, { mass: 3 GeV, value: 0.4, error: 0.02 }]
      published:
        source: a test
        finding: nothing
        quantity: cross_section
        limits: [{ mass: 2 GeV, limit: 1 fb }]
        ranges: [{ quantity: cross_section, from: 1 GeV, to: 3 GeV, least: 0.5 fb, largest: 2 fb }]
      """)
  }

  private static func flat(_ count: Int, stream: UInt64) -> [(mass: Double, recoil: Double)] {
    var random = CounterRandom(seed: 11, purpose: .pseudoExperiment, stream: stream)
    return (0..<count).map { _ in (random.uniform(1, 3), random.uniform(10, 20)) }
  }

  private static func median(_ projection: SensitivityProjection, _ mass: Double) throws -> ProjectedLimit {
    try #require(projection.limits.min { abs(($0.mass ?? 0) - mass) < abs(($1.mass ?? 0) - mass) })
  }

  @Test(
    "The projection at the simulated luminosity is the expected limit of the fit of those events, and falls with its root"
  )
  func luminosity() throws {
    let channel = try Self.peak()
    let candidates = Self.flat(40_000, stream: 1)
    let background = try SimulatedBackground(
      process: "flat", events: 80_000, luminosity: 10, data: Self.data(channel, candidates))
    let same = SensitivityStudy(channel: channel, backgrounds: [background], luminosity: 10).projection()
    let more = SensitivityStudy(channel: channel, backgrounds: [background], luminosity: 1000).projection()
    #expect(same.remarks.isEmpty && same.limits.count > 50)
    let scan = try #require(MassScan(channel, background.data))
    for mass in [1.5, 2, 2.5] {
      let (one, other) = (try Self.median(same, mass), try Self.median(more, mass))
      let fitted = try #require(scan.result(nearest: one.mass ?? 0)?.expectedLimit)
      #expect(one.method == .likelihood)
      #expect(abs(one.yieldLimit.median / fitted.median - 1) < 0.06)
      #expect(abs(one.background / 800 - 1) < 4 * one.backgroundError / one.background)
      #expect(one.backgroundError / one.background > 0.02 && one.backgroundError / one.background < 0.2)
      let crossSection = try #require(one.median(of: "cross_section", unit: "fb"))
      #expect(abs(crossSection / (one.yieldLimit.median / (10 * 0.4)) - 1) < 1e-9)
      // A hundred times the luminosity: ten times the limit on the yield, a tenth of that on the cross-section.
      #expect(abs(other.yieldLimit.median / one.yieldLimit.median / 10 - 1) < 0.07)
    }
    let published = try Self.median(same, 2)
    #expect(published.published == 1 && published.ratio == published.median(of: "cross_section", unit: "fb"))
    #expect(same.ratio == published.ratio)
    let range = try #require(same.ranges.first)
    #expect(range.published == [0.5, 2] && range.expected[0] <= range.expected[1])
    #expect(abs(range.ratios[1] - range.expected[1] / 2) < 1e-12)
  }

  @Test("Processes count by the luminosity they stand for")
  func weights() throws {
    let channel = try Self.peak()
    let one = try SimulatedBackground(
      process: "one", events: 1, luminosity: 10, data: Self.data(channel, Self.flat(4000, stream: 2)))
    let two = try SimulatedBackground(
      process: "two", events: 1, luminosity: 1, data: Self.data(channel, Self.flat(4000, stream: 3)))
    let both = SensitivityStudy(channel: channel, backgrounds: [one, two], luminosity: 1).projection()
    let limit = try Self.median(both, 2)
    // 4 resolutions of 2 GeV hold a fiftieth of 4400.
    #expect(abs(limit.background - 88) < 4 * limit.backgroundError)
    #expect(both.backgrounds.map(\.expected) == [400, 4000])
    #expect(throws: FitRefusal.self) {
      try SimulatedBackground(process: "none", events: 1, luminosity: 0, data: Self.data(channel, []))
    }
  }

  @Test("Where next to nothing is expected the limit is that of the count; without a simulated event it says so")
  func fewEvents() throws {
    let channel = try Self.peak()
    let empty = try SimulatedBackground(process: "none", events: 1000, luminosity: 5, data: Self.data(channel, []))
    let projection = SensitivityStudy(channel: channel, backgrounds: [empty], luminosity: 10, points: 5).projection()
    let limit = try Self.median(projection, 2)
    #expect(limit.isWithoutSimulation && limit.method == .counting)
    // No event and no background: 2.30, over the 95.4 % within two resolutions.
    #expect(abs(limit.yieldLimit.median * 0.9545 - 2.303) < 0.01)
    #expect(abs(limit.backgroundError - 4.606) < 0.001)
    #expect(projection.remarks.contains { $0.contains("no simulated event") })
    let few = try SimulatedBackground(
      process: "few", events: 1000, luminosity: 5, data: Self.data(channel, Self.flat(50, stream: 4)))
    let other = try Self.median(
      SensitivityStudy(channel: channel, backgrounds: [few], luminosity: 5, points: 5).projection(), 2)
    #expect(other.method == .counting && abs(other.background - 1) < 0.6)
    #expect(other.yieldLimit.median > 2.3 && other.yieldLimit.median < 6)
  }

  @Test("A counting search expects what its regions hold, with the error its sidebands have")
  func regions() throws {
    let channel = try Self.channel(
      """
      observable: mass
      method: counting
      mass: none
      regions:
        - name: near
          signal: 1 GeV < mass < 1.5 GeV
          sidebands: 2 GeV < mass < 3 GeV
          transfer: { value: 0.5, error: 0.05 }
        - name: far
          signal: mass > 5 GeV
          sidebands: 2 GeV < mass < 3 GeV
          transfer: { value: 0.001, error: 0 }
      normalisation:
        base: tau_leptons
        cross_section: 0.919 nb
        measured_with: a test
        efficiency:
          - { region: near, mass: 1 GeV, lifetime: 10 cm, value: 0.2, error: 0.01 }
          - { region: near, mass: 1 GeV, lifetime: 30 cm, value: 0.1, error: 0.01 }
          - { region: far, mass: 1 GeV, lifetime: 10 cm, value: 0.05, error: 0.01 }
      """)
    let background = try SimulatedBackground(
      process: "flat", events: 1, luminosity: 100, data: Self.data(channel, Self.flat(2000, stream: 5)))
    let projection = SensitivityStudy(channel: channel, backgrounds: [background], luminosity: 1).projection()
    #expect(projection.limits.map(\.region) == ["near", "near", "far"])
    let near = projection.limits[0]
    #expect(abs(near.background - 5) < 0.9 && near.lifetime == 10 && near.efficiency == 0.2)
    let known = try CountingRegion(count: near.background, background: .known(near.background))
      .expectedLimits(confidence: 0.9)
    #expect(near.yieldLimit.median >= known.median && near.yieldLimit.median < 1.6 * known.median)
    let fraction = try #require(near.median(of: "branching_fraction", unit: ""))
    #expect(abs(fraction / (near.yieldLimit.median / (0.919e6 * 2 * 0.2)) - 1) < 1e-9)
    // The far region has no simulated event; its sidebands have a thousandth of theirs to say.
    #expect(abs(projection.limits[2].background - 0.01) < 0.002)
  }

  @Test("The density of a plane is that around the window")
  func plane() throws {
    let channel = try Self.channel(
      """
      observable: [mass, recoil_mass2]
      method: plane
      mass: observable
      plane:
        measured_with: a test
        radius: 2
        ring: { from: 4, to: 8 }
        step: 1
        axes:
          - { from: 1 GeV, to: 3 GeV, resolution: [{ at: 1 GeV, sigma: 20 MeV }] }
          - { from: 10 GeV2, to: 20 GeV2, resolution: [{ at: 10 GeV2, sigma: 0.1 GeV2 }] }
      normalisation:
        base: luminosity
        measured_with: a test
        efficiency:
          - { mass: 2 GeV, second_mass: 15 GeV, value: 0.3, error: 0.01 }
          - { mass: 2 GeV, second_mass: 17 GeV, value: 0.5, error: 0.01 }
          - { mass: 2.4 GeV, second_mass: 15 GeV, value: 0.4, error: 0.01 }
      """)
    let background = try SimulatedBackground(
      process: "flat", events: 1, luminosity: 2, data: Self.data(channel, Self.flat(5000, stream: 6)))
    let projection = SensitivityStudy(channel: channel, backgrounds: [background], luminosity: 1).projection()
    #expect(projection.limits.count == 3 && projection.limits.allSatisfy { $0.method == .counting })
    for limit in projection.limits {
      // 2500 in a hundred by a hundred resolutions, of which the window has 4 pi.
      #expect(abs(limit.background - 0.25 * 4 * Double.pi) < 4 * limit.backgroundError)
    }
    // Between four measurements along both axes; where one is missing there is no efficiency.
    let curve = try #require(channel.normalisation?.efficiency)
    #expect(abs((curve.value(atMass: 2, second: 16)?.value ?? 0) - 0.4) < 1e-12)
    #expect(abs((curve.value(atMass: 2.2, second: 15)?.value ?? 0) - 0.35) < 1e-12)
    #expect(curve.value(atMass: 2.2, second: 16) == nil && curve.value(atMass: 2, second: 18) == nil)
  }

  @Test("The momentum of a hadron tells the mass that left with it, and back")
  func momentum() throws {
    let relation = MassRelation.momentum(hadron: 0.493677)
    for mass in [0.0, 0.5, 2, 4.2] {
      let value = try #require(relation.value(ofMass: mass))
      #expect(abs((relation.mass(at: value) ?? -1) - mass) < 1e-6)
    }
    // B to K+ and a particle without mass.
    #expect(abs((relation.value(ofMass: 0) ?? 0) - 2.6166) < 0.001)
    #expect(relation.value(ofMass: 5) == nil && relation.mass(at: 3) == nil && relation.mass(at: -1) == nil)
  }

  @Test("A search that cannot be made is projected with the reason; pictures need two masses")
  func nothing() throws {
    let channel = try Self.channel("observable: mass\nmethod: none\nneeds: [{ object: tag, reason: not made }]")
    let projection = SensitivityStudy(channel: channel, backgrounds: [], luminosity: 1).projection()
    #expect(projection.limits.isEmpty && projection.remarks == ["not built: tag: not made"])
    #expect(SensitivityPlot([projection], published: nil, conditions: "") == nil)
    let peak = try Self.peak()
    let background = try SimulatedBackground(
      process: "flat", events: 1, luminosity: 2, data: Self.data(peak, Self.flat(2000, stream: 7)))
    let found = SensitivityStudy(channel: peak, backgrounds: [background], luminosity: 1).projection()
    let picture = try #require(SensitivityPlot([found], published: peak.published, conditions: "2000 events"))
    #expect(picture.svg.contains("published") && picture.svg.hasPrefix("<svg"))
    let text = try JSONEncoder().encode(found)
    #expect(try JSONDecoder().decode(SensitivityProjection.self, from: text).limits == found.limits)
  }

  @Test("Published ranges are refused when they cannot be")
  func ranges() throws {
    for wrong in ["least: 3 fb, largest: 2 fb", "least: 1 fb, largest: 2 nb", "least: 0 fb, largest: 2 fb"] {
      let text = """
        observable: mass
        method: none
        published:
          source: a test
          finding: nothing
          ranges: [{ quantity: cross_section, from: 1 GeV, to: 3 GeV, \(wrong) }]
        """
      #expect(throws: ChannelError.self) { try Self.channel(text) }
    }
  }
}
