import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Reconstruction
import Testing
import TriggerStudies

/// What the validation of clusters and of identification counts, on events made by hand.
@Suite("Calorimetry and identification studies")
struct CalorimetryStudyTests {
  /// A neutral pion with two photons whose showers have crystals 3000 and 3100, a photon without one, a photon made in material, and a crystal of
  /// background.
  private func batch() throws -> RecordBatch {
    var keys = EventKeyBuilder(processes: ["hand"])
    var crystals = CalorimeterHitsBuilder()
    var truth = TruthParticlesBuilder()
    var hitTruth = HitTruthBuilder()
    func add(_ pdg: Int32, mother: Int32, pz: Float, x: Float = 0) {
      let energy = (0.25 + pz * pz).squareRoot()
      truth.append(
        pdg: pdg, mother: mother, status: 1, px: 0.5, py: 0, pz: pz, energy: energy, x: x, y: 0, z: 0, t: 0)
    }
    add(111, mother: -1, pz: 0.3)
    add(22, mother: 0, pz: 0.1)
    add(22, mother: 0, pz: 0.2)
    add(22, mother: -1, pz: -0.1)
    add(22, mother: -1, pz: 0, x: 3)
    for (crystal, particle) in [(UInt16(3000), Int32(1)), (3100, 2), (5000, -1)] {
      crystals.append(crystal: crystal, energy: 0.5, time: 0)
      hitTruth.calorimeter.append(particle)
    }
    crystals.endEvent()
    truth.endEvent()
    hitTruth.endEvent()
    keys.append(EventKey(experiment: 1, run: 1, number: 0), time: 0, weight: 1, process: 0)
    let fields = [EventSchema.event, EventSchema.calorimeter, EventSchema.truth, EventSchema.hitTruth]
    return try RecordBatch(
      schema: Schema(fields: fields, metadata: [:]),
      columns: [keys.finish(), crystals.finish(), truth.finish(), hitTruth.finish()], count: 1)
  }

  private func cluster(_ seed: UInt16, energy: Float = 0.5) -> ReconstructedCluster {
    var cluster = ReconstructedCluster()
    cluster.energy = energy
    cluster.seedCrystal = seed
    cluster.theta = 1.4
    cluster.energyError = 0.01
    cluster.thetaError = 0.005
    cluster.phiError = 0.005
    cluster.dt99 = 6
    cluster.photon = 0.9
    return cluster
  }

  private func pair(_ first: Int16, _ second: Int16) -> ReconstructedPhotonPair {
    ReconstructedPhotonPair(
      kind: .neutralPion, first: first, second: second, mass: 0.14, massError: 0.005, chi2: 1, px: 0, py: 0, pz: 0.5,
      energy: 0.52)
  }

  @Test("clusters belong to the particle of their seed, pairs are true if both photons have the pion as mother")
  func photons() throws {
    let truth = try ShowerTruth(batch())
    let clusters = [cluster(3000), cluster(3100), cluster(5000, energy: 0.08), cluster(7)]
    #expect(truth.owners(of: clusters[...], row: 0) == [1, 2, -1, -1])
    #expect(truth.photons(row: 0).map(\.index) == [1, 2, 3])
    #expect(truth.neutralPions(row: 0).count == 1)
    var sample = CalorimetrySample()
    let pairs = [pair(1, 0), pair(0, 2)]
    sample.add(clusters[...], pairs: pairs[...], truth: truth, row: 0)
    // Three photons of 0.5 to 0.54 GeV in the barrel, two of them with a cluster.
    let bin = sample.photons[1][5]
    #expect(bin.efficiency.total == 3 && bin.efficiency.passed == 2)
    #expect(bin.energies.count == 2 && bin.score.passed == 2)
    #expect(sample.purity.total == 2 && sample.purity.passed == 1)
    #expect(sample.pions.map(\.efficiency.passed).reduce(0, +) == 1)
    #expect(sample.clusters.map(\.all) == [4, 4, 3, 3])
    #expect(sample.clusters.map(\.background) == [2, 2, 1, 1])
    let report = try CalorimetryReport(sample, reference: .belle2())
    #expect(report.table("photons_barrel")?.rows[3].references[2] == [nil, nil])
    #expect(report.table("photons_barrel")?.rows[2].references[2] == [7, 14])
    #expect(report.table("photons_backward")?.rows[6].references[2] == [nil, 4.7])
    let columns = StudyTable.header.split(separator: ",").count
    let lines = report.commaSeparatedValues.split(separator: "\n")
    #expect(lines.count > 200)
    #expect(lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == columns })
    #expect(report.plot(conditions: "c").svg.contains("Photons and neutral pions"))
  }

  @Test("tracks count for the kind of the particle that made them, clones and fakes for none")
  func identification() throws {
    let helix = Helix(position: .zero, momentum: Vector3(0.9, 0, 0.2), charge: 1)
    var identification = TrackIdentification()
    identification.probability[Hypothesis.pion.rawValue] = 0.9
    identification.probability[Hypothesis.kaon.rawValue] = 0.1
    var track = ReconstructedTrack()
    track.muon = 0.7
    track.cluster = 1
    var sample = IdentificationSample()
    let particle = TrackTruth.Particle(
      pdg: -321, helix: helix, pT: 0.9, radius: 0, isFromDecay: true, isPrimary: true, numbers: 40, place: 3)
    sample.add(
      [track, track, track][...], identifications: [identification, identification, identification][...],
      particles: [particle],
      assignments: [
        .init(particle: 0, isClone: false), .init(particle: 0, isClone: true), .init(particle: nil, isClone: false),
      ], owners: [-1, 3])
    let bin = sample.kinds[Hypothesis.kaon.rawValue][1]
    #expect(bin.tight[Hypothesis.pion.rawValue].passed == 1 && bin.tight[Hypothesis.pion.rawValue].total == 1)
    #expect(bin.loose[Hypothesis.kaon.rawValue].passed == 0 && bin.loose[Hypothesis.kaon.rawValue].total == 1)
    let score = sample.scores[Hypothesis.kaon.rawValue][3]
    #expect(score.muon.passed == 1 && score.ownCluster.passed == 1 && score.electron.passed == 0)
    let report = try IdentificationReport(sample, identification: .belle2(), reference: .belle2())
    let table = try #require(report.table("K_over_0.2"))
    let pions = try #require(table.rows[1].references[2][0])
    #expect(abs(pions - 4.8) < 1e-9 && table.rows[1].values[2]?.value == 100)
    let muons = try #require(report.table("scores_mu")?.rows[2].references[0][0])
    #expect(abs(muons - 58.3) < 1e-9)
  }
}
