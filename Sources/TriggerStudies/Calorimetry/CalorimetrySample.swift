import Kinematics
import Reconstruction
import Statistics

/// Clusters and photon pairs of many events beside the truth, counted.
public struct CalorimetrySample: Sendable {
  /// Photons of one bin.
  public struct Photons: Sendable {
    /// Those with a cluster.
    public var efficiency = Efficiency()
    /// Cluster energy over theirs, and differences of the angles, mrad, of the time, ns.
    public var energies: [Double] = []
    /// Difference in polar angle, mrad.
    public var theta: [Double] = []
    /// Difference in azimuth, mrad.
    public var phi: [Double] = []
    /// Time since the collision, ns.
    public var times: [Double] = []
    /// In units of the errors: energy, polar angle, azimuth.
    public var pulls = [[Double]](repeating: [], count: 3)
    /// Clusters within their dt99.
    public var isInTime = Efficiency()
    /// Clusters with a photon score over 1/2.
    public var score = Efficiency()
  }

  /// Neutral pions of one bin.
  public struct Pions: Sendable {
    /// Those with a pair of their own photons.
    public var efficiency = Efficiency()
    /// Masses of their pairs, MeV.
    public var masses: [Double] = []
    /// Relative difference of the energy with the mass constrained, percent.
    public var energies: [Double] = []
    /// The same of the sum of the clusters.
    public var sums: [Double] = []
    /// Mass in units of its error.
    public var pulls: [Double] = []
  }

  /// Clusters by what made them.
  public struct Clusters: Sendable {
    /// All, and those of beam background, above the energy of the bin.
    public var all = 0
    /// Those of beam background.
    public var background = 0
  }

  /// Borders of the bins in energy, GeV: 0.1 and 1 GeV, where the reference stands, are inside narrow ones.
  public static let energyEdges = [0.03, 0.05, 0.09, 0.12, 0.2, 0.4, 0.9, 1.2, 2, 4, 8]
  /// Borders in the momentum of neutral pions, GeV.
  public static let pionEdges = [0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 5]
  /// Least energies for the count of clusters, GeV.
  public static let thresholds = [0.02, 0.05, 0.1, 0.2]
  /// Photons of neutral pions below this energy are not paired, GeV.
  public static let leastPhotonOfPion = 0.05

  /// Events.
  public private(set) var events = 0
  /// Photons in bins of their energy, by part of the calorimeter in the order of `ShowerTruth.Region`.
  public private(set) var photons = [[Photons]](
    repeating: [Photons](repeating: Photons(), count: energyEdges.count - 1), count: ShowerTruth.Region.allCases.count)
  /// Photons towards the gaps between the parts, above 0.1 GeV.
  public private(set) var gaps = Photons()
  /// Neutral pions in bins of their momentum.
  public private(set) var pions = [Pions](repeating: Pions(), count: pionEdges.count - 1)
  /// Pairs in the mass window of the neutral pion that are one.
  public private(set) var purity = Efficiency()
  /// Clusters above each threshold.
  public private(set) var clusters = [Clusters](repeating: Clusters(), count: thresholds.count)

  /// No events yet.
  public init() {}

  /// Adds an event.
  public mutating func add(
    _ clusters: ArraySlice<ReconstructedCluster>, pairs: ArraySlice<ReconstructedPhotonPair>, truth: ShowerTruth,
    row: Int
  ) {
    events += 1
    let owners = truth.owners(of: clusters, row: row)
    for (cluster, owner) in zip(clusters, owners) {
      for (index, threshold) in Self.thresholds.enumerated() where Double(cluster.energy) > threshold {
        self.clusters[index].all += 1
        if owner < 0 { self.clusters[index].background += 1 }
      }
    }
    for photon in truth.photons(row: row) {
      // Clusters come most energetic first: the first one of a photon is its shower.
      let place = owners.firstIndex(of: photon.index)
      let cluster = place.map { clusters[clusters.startIndex + $0] }
      if let region = photon.region, let part = ShowerTruth.Region.allCases.firstIndex(of: region) {
        if let bin = TrackingSample.bin(photon.energy, Self.energyEdges) { photons[part][bin].fill(photon, cluster) }
      } else if Self.isBetween(photon), photon.energy > 0.1 {
        gaps.fill(photon, cluster)
      }
    }
    add(pairs, clusters, owners: owners, truth: truth, row: row)
  }

  private mutating func add(
    _ pairs: ArraySlice<ReconstructedPhotonPair>, _ clusters: ArraySlice<ReconstructedCluster>, owners: [Int],
    truth: ShowerTruth, row: Int
  ) {
    let pions = truth.neutralPions(row: row)
    var isTrue = [Bool](repeating: false, count: pairs.count)
    for pion in pions where pion.isInside && pion.leastEnergy > Self.leastPhotonOfPion {
      let found = pairs.firstIndex {
        let both = (owners[Int($0.first)], owners[Int($0.second)])
        return both == pion.photons || both == (pion.photons.1, pion.photons.0)
      }
      if let found { isTrue[found - pairs.startIndex] = true }
      guard let bin = TrackingSample.bin(pion.momentum.length, Self.pionEdges) else { continue }
      self.pions[bin].efficiency.fill(passed: found != nil)
      guard let found else { continue }
      let pair = pairs[found]
      let energy = (pion.momentum.lengthSquared + Mass.neutralPion * Mass.neutralPion).squareRoot()
      let sum = [pair.first, pair.second].reduce(0.0) { $0 + Double(clusters[clusters.startIndex + Int($1)].energy) }
      self.pions[bin].masses.append(1000 * Double(pair.mass))
      self.pions[bin].energies.append(100 * (Double(pair.energy) / energy - 1))
      self.pions[bin].sums.append(100 * (sum / energy - 1))
      self.pions[bin].pulls.append((Double(pair.mass) - Mass.neutralPion) / Double(pair.massError))
    }
    for (pair, isTrue) in zip(pairs, isTrue) where pair.kind == ReconstructedPhotonPair.Kind.neutralPion.rawValue {
      purity.fill(passed: isTrue)
    }
  }

  private static func isBetween(_ photon: ShowerTruth.Photon) -> Bool {
    let degrees = photon.theta / Units.degree
    return degrees > ShowerTruth.Region.forward.angles.upperBound
      && degrees < ShowerTruth.Region.backward.angles.lowerBound
  }
}

extension CalorimetrySample.Photons {
  mutating func fill(_ photon: ShowerTruth.Photon, _ cluster: ReconstructedCluster?) {
    efficiency.fill(passed: cluster != nil)
    guard let cluster else { return }
    let dTheta = Double(cluster.theta) - photon.theta
    let dPhi = PortableAngles.wrapped(Double(cluster.phi) - photon.phi)
    energies.append(Double(cluster.energy) / photon.energy)
    theta.append(1000 * dTheta)
    phi.append(1000 * dPhi)
    times.append(Double(cluster.time))
    pulls[0].append((Double(cluster.energy) - photon.energy) / Double(cluster.energyError))
    pulls[1].append(dTheta / Double(cluster.thetaError))
    pulls[2].append(dPhi / Double(cluster.phiError))
    isInTime.fill(passed: abs(cluster.time) < cluster.dt99)
    score.fill(passed: cluster.photon > 0.5)
  }
}
