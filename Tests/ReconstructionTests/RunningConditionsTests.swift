import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Reconstruction
import Statistics
import Testing

/// What is learned from accepted events: interaction point, boost, calorimeter scale, background, luminosity.
@Suite("Running conditions") struct RunningConditionsTests {
  private let detector: DetectorModel

  init() throws { detector = try .belle2() }

  /// An event of tracks from a collision at a point, with resolutions as in the detector, and one track in seven from elsewhere.
  private func event(_ number: Int, at point: Vector3, seed: UInt64) -> ConditionCalibration.Observation {
    var random = CounterRandom(seed: seed, experiment: 1, run: 1, event: UInt64(number), purpose: .generation)
    let collision =
      point + Vector3(0.001 * random.gaussian(), 0.00003 * random.gaussian(), 0.03 * random.gaussian())
    let tracks = (0..<4).map { index -> ReconstructedTrack in
      let phi = random.uniform(-Double.pi, Double.pi)
      var d0 = collision.x * sin(phi) - collision.y * cos(phi) + 0.002 * random.gaussian()
      var z0 = collision.z + 0.003 * random.gaussian()
      if (number + index) % 7 == 0 {
        d0 += random.uniform(-0.08, 0.08)
        z0 += random.uniform(-1, 1)
      }
      var track = ReconstructedTrack()
      track.d0 = Float(d0)
      track.phi0 = Float(phi)
      track.z0 = Float(z0)
      track.omega = 0.002
      track.siliconPoints = 6
      track.chamberHits = 50
      track.covariance[0] = 0.002 * 0.002
      track.covariance[9] = 0.003 * 0.003
      return track
    }
    return .init(
      tracks: tracks[...], clusters: [], chamberHits: 700, eventTime: 0.5 + random.gaussian(),
      time: Int64(number) * 1_000_000, weight: 1)
  }

  @Test("An interaction point that walks by 100 micrometres is followed, with errors that say how well")
  func walk() {
    let events = 10_000
    var pulls: [Double] = []
    var calibration = ConditionCalibration(detector: detector)
    for number in 0..<events {
      _ = calibration.begin()
      let walked = Double(number) / Double(events)
      calibration.add(event(number, at: Vector3(0.01 * walked, -0.005 * walked, 0), seed: 3))
    }
    let versions = calibration.versions
    #expect(versions.count == 20)
    for version in versions.dropFirst() {
      // A version is made of the 500 events that end 50 before it: their middle lies 300 events back, and its own value
      // a little further, since the last version still weighs something.
      let middle = Double(version.firstAccepted - 300) / Double(events)
      let x = version[.interactionX]
      #expect(abs(x.value - 0.01 * middle) < 0.0003, "version \(version.version): \(x)")
      pulls.append((version[.interactionZ].value) / version[.interactionZ].error)
      #expect(x.error < 0.0002 && x.entries > 1500 && !x.isLimited)
      #expect(abs(version[.interactionLength].value - 0.03) < 5 * version[.interactionLength].error)
    }
    // z did not move: the filter's values scatter as their errors say.
    // The sum of 19 squares lies in this interval in 99.8 % of all tries.
    #expect((5.4...43.8).contains(pulls.reduce(0) { $0 + $1 * $1 }), "\(pulls)")
    #expect(abs(calibration.current[.eventTime].value - 0.5) < 5 * calibration.current[.eventTime].error)
  }

  @Test("A jump is followed no faster than the bound, and says so")
  func bound() {
    var calibration = ConditionCalibration(detector: detector)
    for number in 0..<4000 {
      _ = calibration.begin()
      calibration.add(event(number, at: Vector3(number < 1500 ? 0 : 0.03, 0, 0), seed: 4))
    }
    let x = calibration.versions.map { $0[.interactionX] }
    let steps = zip(x.dropFirst(), x.dropFirst(2)).map { $1.value - $0.value }
    #expect(steps.allSatisfy { $0 <= 0.005 + 1e-12 })
    #expect(x.contains { $0.isLimited && $0.error > 0.005 }, "what is held back is uncertain")
    #expect(x[2].value < 0.001 && x[7].value > 0.015)
  }

  @Test(
    "Conditions start with the detector's constants, which have no error, and an event without tracks tells nothing")
  func start() {
    var calibration = ConditionCalibration(detector: detector)
    let first = calibration.begin()
    #expect(first.version == 0 && first.interactionPoint == .zero)
    #expect(first.collisionMomentum == Vector3(detector.beams.total.momentum.x, 0, detector.beams.total.momentum.z))
    for number in 0..<2000 {
      _ = calibration.begin()
      calibration.add(
        .init(tracks: [], clusters: [], chamberHits: 0, eventTime: nil, time: Int64(number), weight: 1))
    }
    let last = calibration.current
    #expect(last.version == 3)
    #expect(!last[.interactionX].error.isFinite && last[.interactionX].entries == 0)
    #expect(last[.calorimeterScale].value == 1 && !last[.calorimeterScale].error.isFinite)
  }

  @Test("Pairs beside a third photon say nothing of the calorimeter's scale, others do")
  func threePhotons() {
    func scale(third: Float) -> ConditionValue {
      var calibration = ConditionCalibration(detector: detector)
      for number in 0..<6000 {
        _ = calibration.begin()
        var observation = event(number, at: .zero, seed: 6)
        // Back to back across the beams in the centre of mass, which moves along x too; two in a hundred less energy than theirs.
        let clusters = [Float.pi / 2 - 0.043, -Float.pi / 2 + 0.043].map { phi in
          var cluster = ReconstructedCluster()
          cluster.theta = 1.297
          cluster.phi = phi
          cluster.energy = 0.98 * 5.503 * (1 + 0.004 * Float((7 * number) % 11 - 5))
          cluster.track = -1
          return cluster
        }
        var soft = ReconstructedCluster()
        soft.theta = 1
        soft.energy = third
        observation.clusters = [clusters[0], clusters[1], soft]
        calibration.add(observation)
      }
      return calibration.current[.calorimeterScale]
    }
    #expect(scale(third: 0.1).entries > 0 && scale(third: 0.1).value < 1)
    #expect(scale(third: 1).entries == 0 && scale(third: 1).value == 1)
  }

  @Test("Nonsense in tracks and clusters does not become a condition")
  func nonsense() {
    var calibration = ConditionCalibration(detector: detector)
    for number in 0..<3000 {
      _ = calibration.begin()
      var observation = event(number, at: .zero, seed: 5)
      var tracks = Array(observation.tracks)
      tracks[0].d0 = .nan
      tracks[1].covariance[0] = -1
      tracks[2].phi0 = .infinity
      tracks[3].omega = number % 2 == 0 ? 0 : .nan
      var cluster = ReconstructedCluster()
      cluster.energy = number % 2 == 0 ? .nan : .infinity
      cluster.theta = 1
      observation.clusters = [cluster, cluster]
      observation.tracks = tracks[...]
      observation.eventTime = .nan
      observation.weight = .infinity
      calibration.add(observation)
    }
    for parameter in ConditionParameter.allCases {
      #expect(calibration.current[parameter].value.isFinite, "\(parameter)")
    }
  }

  @Test(
    "Photon pairs of the recorded stream give a true calorimeter, the luminosity they were made for and its background level"
  )
  func photonPairs() throws {
    var settings = ConditionCalibration.Settings()
    settings.interval = 250
    settings.lag = 0
    var calibration = ConditionCalibration(detector: detector, settings: settings)
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let stream = try StreamFileReader(path: root.appending(path: "Replay/gammagamma.arrow").path)
    var events = EventReconstruction(detector: detector)
    for index in 0..<stream.batchCount {
      let batch = try stream.batch(index)
      let keys = try EventKeyColumn(batch)
      let chamber = try DriftChamberHits(batch)
      try events.begin(batch)
      for row in 0..<batch.count {
        _ = calibration.begin()
        events.run([.clusters, .tracks, .matching], row: row)
        calibration.add(
          .init(
            tracks: events.tracks(row: row), clusters: events.clusters(row: row), chamberHits: chamber.rows[row].count,
            eventTime: nil, time: keys.time[row], weight: Double(keys.weight[row])))
      }
    }
    let measured = calibration.begin()
    #expect(measured.version == 1)
    let scale = measured[.calorimeterScale]
    #expect(abs(scale.value - 1) < 3 * scale.error && scale.error < 0.005, "\(scale)")
    let luminosity = measured[.luminosity]
    #expect(abs(luminosity.value - 5) < 3 * luminosity.error && luminosity.error < 1.5, "\(luminosity)")
    // The stream was made at 0.2; showers off the interaction point add some hits to those of the design's table.
    #expect(abs(measured[.backgroundLevel].value - 0.21) < 0.02, "\(measured[.backgroundLevel])")
  }

  @Test("The same events give the same versions and the same column in batches of any size")
  func batchSizes() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let stream = try StreamFileReader(path: root.appending(path: "Replay/mumu.arrow").path)
    var settings = ConditionCalibration.Settings()
    settings.interval = 60
    settings.lag = 7
    func run(_ size: Int) throws -> (versions: [RunningConditions], energies: [Float], conditions: [UInt32]) {
      var stage = Reconstruction(detector: detector, settings: settings)
      var energies: [Float] = []
      var conditions: [UInt32] = []
      for index in 0..<min(3, stream.batchCount) {
        let batch = try stream.batch(index)
        for start in stride(from: 0, to: batch.count, by: size) {
          let part = batch.slice(start..<min(batch.count, start + size))
          let column = try ReconstructionColumn(stage.process(part))
          for row in 0..<part.count {
            conditions.append(column.conditions[row])
            for cluster in column.clusters.rows[row] { energies.append(column.clusters.energy[cluster]) }
          }
        }
      }
      return (stage.calibration.versions, energies, conditions)
    }
    let (large, small) = (try run(64), try run(11))
    #expect(large.versions.count >= 3)
    #expect(large.versions == small.versions)
    #expect(large.energies == small.energies && large.conditions == small.conditions)
    #expect(
      Set(large.conditions).count == large.versions.count, "each version was used, and the column says for which event")
  }

  @Test("Recoil masses use the measured momentum of the collisions, from the version on that has it")
  func recoil() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let stream = try StreamFileReader(path: root.appending(path: "Replay/mumu.arrow").path)
    var settings = ConditionCalibration.Settings()
    settings.interval = 60
    settings.lag = 7
    var following = Reconstruction(detector: detector, settings: settings)
    settings.interval = 100_000
    var constant = Reconstruction(detector: detector, settings: settings)
    var (same, different) = (0, 0)
    for index in 0..<min(3, stream.batchCount) {
      let batch = try stream.batch(index)
      let followed = try ReconstructionColumn(following.process(batch))
      let nominal = try ReconstructionColumn(constant.process(batch))
      for row in 0..<batch.count {
        let version = Int(followed.conditions[row])
        let isMeasured = following.calibration.versions[version][.momentumZ].entries > 0
        for (new, old) in zip(followed.candidates.rows[row], nominal.candidates.rows[row])
        where followed.candidates.kind[new] == nominal.candidates.kind[old] {
          let change = abs(followed.candidates.recoilMassSquared[new] - nominal.candidates.recoilMassSquared[old])
          if change.isNaN { continue }
          if isMeasured {
            // 20 MeV at most, times twice the energy of a pair.
            #expect(change < 1)
            different += change > 0 ? 1 : 0
          } else {
            #expect(change == 0)
            same += 1
          }
        }
      }
    }
    #expect(same > 10 && different > 10, "\(same), \(different)")
  }
}
