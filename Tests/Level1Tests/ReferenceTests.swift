import ArrowStream
import Detector
import EventModel
import Foundation
import Level1
import Menu
import Simulation
import Statistics
import Testing

/// Level 1 on simulated events against numbers from outside: acceptance in the detector and the efficiencies of the
/// experiment's own simulation (`Documentation/level1.md`, section "Checks").
///
/// Compared are efficiencies for particles of known kind and momentum. The reference's curves are in the momentum of reconstructed
/// tracks; where electrons have radiated before, those are not the same events as at that momentum of the gun. Curves of electrons
/// are therefore compared where they passed only the beryllium of the beam pipe; ``ReferenceTableTests`` has all gun events.
@Suite("Level 1 on simulated events")
struct ReferenceTests {
  /// Single electrons and muons, half each, 0.5 to 3 GeV transverse momentum, 35 to 127 degrees, z within 20 cm.
  static let gun: Result<Sample, any Error> = Result {
    try Sample(
      SimulatedGun(["mu-", "mu+", "e-", "e+"], momentum: 0.5...3, theta: 35...127, vertexZ: -20...20)
        .batch(events: 5000))
  }

  /// The same events with 2 % of the chamber's front-end boards dead: six of 299, others in each fifth of the events.
  static let deadBoards: Result<Sample, any Error> = Result {
    let detector = try DetectorModel.belle2()
    let pieces = try (0..<5).map { part in
      var random = CounterRandom(
        seed: 8, experiment: 0, run: 0, event: UInt64(part), purpose: RandomPurpose(named: "dead boards"))
      var boards: Set<Int> = []
      while boards.count < 6 {
        boards.insert(Int(random.integer(below: UInt64(detector.driftChamber.boards.count))))
      }
      let gun = try SimulatedGun(
        ["mu-", "mu+", "e-", "e+"], momentum: 0.5...3, theta: 35...127, vertexZ: -20...20,
        deadChannels: ChannelList(boards: boards, of: detector))
      return try gun.batch(events: 1000, from: 1000 * part)
    }
    return try Sample(RecordBatch.concatenating(pieces))
  }

  /// The same particles from near the collision point, where the beam pipe is beryllium.
  static let central: Result<Sample, any Error> = Result {
    try Sample(
      SimulatedGun(["mu-", "mu+", "e-", "e+"], momentum: 0.5...3, theta: 35...127, vertexZ: -1.5...2)
        .batch(events: 4000))
  }

  /// Events with their primitives and what they were.
  struct Sample {
    let column: Level1Column
    let truth: TruthParticles
    let count: Int

    /// Level 1 with a menu of one line.
    static func trigger() throws -> Level1Trigger {
      let text =
        "menu: test\nversion: 1\nlevel1:\n  inputs: belle2\n  lines:\n    - name: any\n      bits: track or elow\n"
      let menu = try TriggerMenu(
        text: text,
        vocabularies: MenuVocabularies(level1: [Level1Vocabulary.belle2], highLevel: [Vocabulary(name: "none")]))
      return try Level1Trigger(level: menu.level1.compile(), detector: .belle2(), seed: 1)
    }

    init(_ batch: RecordBatch) throws {
      column = try Level1Column(Self.trigger().process(batch))
      truth = try TruthParticles(batch)
      count = batch.count
    }

    func bit(_ name: String, _ row: Int) -> Bool {
      guard let position = InputBit.position(name) else { preconditionFailure("no bit \(name)") }
      return column.input[row * 10 + position / 32] >> UInt32(position % 32) & 1 == 1
    }

    /// The first particle of an event.
    func particle(_ row: Int) -> (pdg: Int32, momentum: Double) {
      let index = truth.rows[row].lowerBound
      let p = SIMD3(Double(truth.px[index]), Double(truth.py[index]), Double(truth.pz[index]))
      return (abs(truth.pdg[index]), (p * p).sum().squareRoot())
    }

    /// The two-dimensional track nearest in azimuth to the first particle of an event, within 0.2 rad.
    func track(_ row: Int) -> Int? {
      let index = truth.rows[row].lowerBound
      let azimuth = atan2(Double(truth.py[index]), Double(truth.px[index]))
      func turn(_ track: Int) -> Double {
        let turn = abs(Double(column.tracks.phi0[track]) - azimuth).truncatingRemainder(dividingBy: 2 * Double.pi)
        return min(turn, 2 * Double.pi - turn)
      }
      return column.tracks.rows[row].filter { turn($0) < 0.2 }.min { turn($0) < turn($1) }
    }

    /// Passed and all of the events that a condition selects.
    func efficiency(
      of kind: Int32? = nil, momentum: Range<Double> = 0..<100, _ passes: (Int) -> Bool
    ) -> (passed: Int, all: Int) {
      let rows = (0..<count).filter {
        let particle = particle($0)
        return (kind == nil || particle.pdg == kind) && momentum.contains(particle.momentum)
      }
      return (rows.count(where: passes), rows.count)
    }
  }

  /// The reference within the tolerance, given the statistics of both (at least 100 events a point in the reference).
  private func agrees(_ result: (passed: Int, all: Int), with reference: Double, within tolerance: Double = 0.05)
    -> Bool
  {
    let fraction = Double(result.passed) / Double(max(result.all, 1))
    let variance = max(reference * (1 - reference), 0.01) / Double(max(result.all, 1))
    return abs(fraction - reference) < tolerance + 2 * variance.squareRoot()
  }

  @Test("fires the muon detector's barrel for 84 % of the muons and 42 % of all gun events")
  func muonDetector() throws {
    let sample = try Self.gun.get()
    #expect(agrees(sample.efficiency { sample.bit("klm_hit", $0) }, with: 0.421))
    #expect(agrees(sample.efficiency { sample.bit("eklm_hit", $0) }, with: 0.085))
    #expect(agrees(sample.efficiency(of: 13) { sample.bit("klm_hit", $0) }, with: 0.844))
    for (low, high, reference) in [
      (0.5, 0.6, 0.023), (0.9, 1.0, 0.921), (1.2, 1.5, 0.905), (1.5, 2.0, 0.908), (2.0, 2.5, 0.927), (2.5, 3.0, 0.932),
    ] {
      let result = sample.efficiency(of: 13, momentum: low..<high) { sample.bit("klm_hit", $0) }
      #expect(agrees(result, with: reference), "\(result) at \(low) GeV, reference \(reference)")
    }
    #expect(sample.efficiency(of: 11) { sample.bit("klm_hit", $0) }.passed < 10, "electrons stop in the calorimeter")
  }

  @Test("counts one cluster for most muons, and for electrons above 1.5 GeV")
  func isolatedClusters() throws {
    let sample = try Self.central.get()
    #expect(agrees(sample.efficiency(of: 13) { sample.column.isolatedClusters[$0] >= 1 }, with: 0.967))
    for (low, high, reference) in [(1.5, 2.0, 0.954), (2.0, 2.5, 0.969), (2.5, 3.0, 0.994)] {
      let result = sample.efficiency(of: 11, momentum: low..<high) { sample.column.isolatedClusters[$0] == 1 }
      #expect(agrees(result, with: reference), "\(result) at \(low) GeV, reference \(reference)")
    }
  }

  @Test("sees electrons above 1 GeV of energy, half of them at 1.0 to 1.1 GeV of momentum")
  func highEnergy() throws {
    let sample = try Self.central.get()
    for (low, high, reference) in [(1.2, 1.5, 0.988), (1.5, 2.0, 0.996), (2.0, 2.5, 0.996), (2.5, 3.0, 1.0)] {
      let result = sample.efficiency(of: 11, momentum: low..<high) { sample.bit("ehigh", $0) }
      #expect(agrees(result, with: reference, within: 0.01), "\(result) at \(low) GeV, reference \(reference)")
    }
    #expect(sample.efficiency(of: 11, momentum: 0.5..<0.9) { sample.bit("ehigh", $0) }.passed == 0)
    let rising = sample.efficiency(of: 11, momentum: 1.0..<1.1) { sample.bit("ehigh", $0) }
    #expect(rising.passed > rising.all / 10 && rising.passed < rising.all * 9 / 10, "\(rising)")
    #expect(sample.efficiency(of: 13) { sample.bit("ehigh", $0) }.passed == 0)
  }

  @Test("finds more than 97 % of tracks from the interaction point, 35 to 120 degrees, above 0.35 GeV")
  func tracksFromTheOrigin() throws {
    let sample = try Sample(
      SimulatedGun(["mu-", "mu+", "pi-", "pi+"], momentum: 0.35...3, theta: 35...120).batch(events: 2000))
    let result = sample.efficiency(of: 13) { sample.bit("track", $0) }
    #expect(Double(result.passed) > 0.97 * Double(result.all), "\(result)")
    // Pions also decay and interact on their way.
    let pions = sample.efficiency(of: 211) { sample.bit("track", $0) }
    #expect(Double(pions.passed) > 0.93 * Double(pions.all), "\(pions)")
    let several = sample.efficiency(of: 13) { sample.column.tracks.rows[$0].count > 1 }
    #expect(Double(several.passed) < 0.02 * Double(several.all), "one track is one track: \(several)")
  }

  @Test("measures the tracks to 0.0008 per cm in curvature and 30 mrad")
  func trackResolution() throws {
    let sample = try Sample(SimulatedGun(["mu-", "mu+"], momentum: 0.5...3, theta: 45...120).batch(events: 1000))
    var curvature: [Double] = []
    var azimuth: [Double] = []
    for row in 0..<sample.count where sample.column.tracks.rows[row].count == 1 {
      let track = sample.column.tracks.rows[row].lowerBound
      let index = sample.truth.rows[row].lowerBound
      let px = Double(sample.truth.px[index])
      let py = Double(sample.truth.py[index])
      let charge: Double = sample.truth.pdg[index] < 0 ? 1 : -1
      curvature.append(
        abs(Double(sample.column.tracks.omega[track]) - charge * 0.00449689 / (px * px + py * py).squareRoot()))
      let turn = abs(Double(sample.column.tracks.phi0[track]) - atan2(py, px)).truncatingRemainder(
        dividingBy: 2 * Double.pi)
      azimuth.append(min(turn, 2 * Double.pi - turn))
    }
    // The reference has 68 % within 8e-4 /cm and 10 mrad, 90 % within 30 mrad.
    #expect(curvature.sorted()[curvature.count * 68 / 100] < 8e-4)
    #expect(azimuth.sorted()[azimuth.count * 90 / 100] < 0.030)
  }

  /// Events of a built-in process.
  private func events(_ process: BornProcess, _ count: Int) throws -> Sample {
    let detector = try DetectorModel.belle2()
    var response = try DetectorResponse(detector: detector, background: 0, seed: 3)
    var generator = PairProduction(process, beams: detector.beams)
    var builders = SimulatedEventBuilders(processes: ["process"])
    for number in 0..<count {
      var event = GeneratedEvent(number: UInt64(number), process: "process")
      var random = CounterRandom(seed: 6, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
      generator.generate(into: &event, &random)
      try response.respond(to: event, experiment: 1, run: 1, into: &builders)
    }
    return try Sample(builders.finish())
  }

  @Test(
    "recognises more than 97 % of the Bhabha pairs that hit crystals, up to 0.05 GeV of radiation, and no muon pair")
  func bhabhaVeto() throws {
    let bhabha = try events(.bhabha, 6000)
    func vetoed(_ radiation: Range<Double>, crystals: Bool) -> (passed: Int, all: Int) {
      let rows = (0..<bhabha.count).filter { row in
        let pair = Self.pair(bhabha, row)
        return pair.angles.count == 2 && radiation.contains(pair.radiated)
          && pair.angles.allSatisfy { Self.isInCalorimeter($0) && Self.isInGap($0) != crystals }
      }
      return (rows.count { bhabha.bit("bha_veto", $0) }, rows.count)
    }
    let elastic = vetoed(0..<0.05, crystals: true)
    #expect(elastic.all > 600)
    #expect(Double(elastic.passed) > 0.97 * Double(elastic.all), "\(elastic)")
    // Hard photons take the pair out of the energy and angle windows; a photon of 2 GeV leaves a third of the pairs.
    let hard = vetoed(2..<6, crystals: true)
    #expect(hard.all > 80 && Double(hard.passed) < 0.5 * Double(hard.all), "\(hard)")
    let muons = try events(.muonPair, 600)
    #expect(!(0..<muons.count).contains { muons.bit("bha_veto", $0) })
    #expect((0..<muons.count).count { muons.bit("ecl_mumu", $0) } > 300)
  }

  /// Polar angles of electron and positron in degrees, and the energy of all photons of the generator, GeV.
  private static func pair(_ sample: Sample, _ row: Int) -> (angles: [Double], radiated: Double) {
    var angles: [Double] = []
    var radiated = 0.0
    for index in sample.truth.rows[row] where sample.truth.status[index] != DetectorResponse.madeByResponse {
      let momentum = SIMD3(
        Double(sample.truth.px[index]), Double(sample.truth.py[index]), Double(sample.truth.pz[index]))
      if abs(sample.truth.pdg[index]) == 11, sample.truth.status[index] == 1 {
        angles.append(acos(momentum.z / (momentum * momentum).sum().squareRoot()) * 180 / Double.pi)
      } else if sample.truth.pdg[index] == 22 {
        radiated += Double(sample.truth.energy[index])
      }
    }
    return (angles, radiated)
  }

  private static func isInCalorimeter(_ theta: Double) -> Bool { (12.4..<155.1).contains(theta) }

  /// Between the parts of the calorimeter there are no crystals.
  private static func isInGap(_ theta: Double) -> Bool {
    (31.4..<32.2).contains(theta) || (128.7..<130.7).contains(theta)
  }
}
