import ArrowStream
import EventModel
import Kinematics
import Reconstruction

/// Photons and neutral pions of the truth beside the clusters that they made.
///
/// A cluster belongs to the particle that gave its most energetic crystal most of its energy.
public struct ShowerTruth {
  /// A photon that points to the calorimeter.
  public struct Photon: Sendable {
    /// Position in the event's truth.
    public let index: Int
    /// Energy, GeV.
    public let energy: Double
    /// Polar angle, rad.
    public let theta: Double
    /// Azimuth, rad.
    public let phi: Double
    /// Part of the calorimeter, nil in the gaps and beyond the ends.
    public let region: Region?
  }

  /// Parts of the calorimeter.
  public enum Region: String, CaseIterable, Sendable {
    /// Forward endcap.
    case forward
    /// Barrel.
    case barrel
    /// Backward endcap.
    case backward

    /// Polar angles, degrees.
    public var angles: ClosedRange<Double> {
      switch self {
      case .forward: 12.4...31.4
      case .barrel: 32.2...128.7
      case .backward: 130.7...155.1
      }
    }
  }

  /// A neutral pion with the photons it decayed to.
  public struct NeutralPion: Sendable {
    /// Momentum, GeV.
    public let momentum: Vector3
    /// Positions of its photons in the event's truth.
    public let photons: (Int, Int)
    /// Energy of the softer one, GeV.
    public let leastEnergy: Double
    /// Whether both point to the calorimeter.
    public let isInside: Bool
  }

  /// Photons are looked for from here, GeV.
  public static let leastEnergy = 0.03
  /// They come from the collision: produced nearer to the axis than the beam pipe, cm.
  public static let largestRadius = 0.9

  private let truth: TruthParticles
  private let crystals: CalorimeterHits
  private let crystalTruth: HitTruth

  /// The truth of a batch.
  /// - Throws: `ColumnError` if truth, crystals or hit truth are missing.
  public init(_ batch: RecordBatch) throws {
    truth = try TruthParticles(batch)
    crystals = try CalorimeterHits(batch)
    crystalTruth = try HitTruth(batch, detector: "ecl")
  }

  /// The particle that each cluster of an event belongs to, position in the truth; -1 for beam background.
  public func owners(of clusters: ArraySlice<ReconstructedCluster>, row: Int) -> [Int] {
    var owners: [UInt16: Int] = [:]
    for (hit, index) in zip(crystals.rows[row], crystalTruth.rows[row]) {
      owners.updateValue(Int(crystalTruth.particle[index]), forKey: crystals.crystal[hit])
    }
    return clusters.map { owners[$0.seedCrystal] ?? -1 }
  }

  /// The photons of an event that come from the collision.
  public func photons(row: Int) -> [Photon] {
    let range = truth.rows[row]
    return range.indices.compactMap { index in
      guard truth.pdg[index] == 22, Double(truth.energy[index]) > Self.leastEnergy, isPrompt(index) else { return nil }
      return photon(index, in: range)
    }
  }

  /// The neutral pions of an event that decayed to two photons near the collision.
  public func neutralPions(row: Int) -> [NeutralPion] {
    let range = truth.rows[row]
    var daughters: [Int: [Int]] = [:]
    for index in range where truth.pdg[index] == 22 && truth.mother[index] >= 0 && isPrompt(index) {
      daughters[Int(truth.mother[index]), default: []].append(index)
    }
    return daughters.keys.sorted().compactMap { mother in
      guard let photons = daughters[mother], photons.count == 2, mother < range.count,
        truth.pdg[range.lowerBound + mother] == 111
      else { return nil }
      let both = photons.map { photon($0, in: range) }
      let index = range.lowerBound + mother
      return NeutralPion(
        momentum: Vector3(Double(truth.px[index]), Double(truth.py[index]), Double(truth.pz[index])),
        photons: (both[0].index, both[1].index), leastEnergy: min(both[0].energy, both[1].energy),
        isInside: both.allSatisfy { $0.region != nil })
    }
  }

  private func isPrompt(_ index: Int) -> Bool {
    Vector3(Double(truth.x[index]), Double(truth.y[index]), 0).transverse < Self.largestRadius
      && abs(truth.z[index]) < 5
  }

  private func photon(_ index: Int, in range: Range<Int>) -> Photon {
    let momentum = Vector3(Double(truth.px[index]), Double(truth.py[index]), Double(truth.pz[index]))
    let degrees = momentum.theta / Units.degree
    return Photon(
      index: index - range.lowerBound, energy: Double(truth.energy[index]), theta: momentum.theta, phi: momentum.phi,
      region: Region.allCases.first { $0.angles.contains(degrees) })
  }
}
