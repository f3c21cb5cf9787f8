import Detector
import Kinematics

/// What pairs of back-to-back muons and pairs of back-to-back energetic clusters say about beams and calorimeter.
struct PairEstimates {
  private var momentumX = RobustMean()
  private var momentumZ = RobustMean()
  private var energyRatio = RobustMean()
  private(set) var photonPairs = 0
  /// Sum of the weights of photon pairs, and of their squares.
  private(set) var photonWeight = (sum: 0.0, squares: 0.0)
  private let beams: Beams

  init(_ beams: Beams) { self.beams = beams }

  /// Relative resolution of a muon's momentum at 5 GeV, and of an electromagnetic cluster's energy: what the robust means expect.
  private static let resolution = (momentum: 0.006, energy: 0.025)
  /// Energy of a cluster of a pair of electrons or photons over what its direction and the beams say, where the calorimeter is as
  /// simulated: the leakage that the clusters' own correction leaves, and soft radiation. A test measures it anew.
  static let nominalRatio = 0.997
  /// Cross-section of photon pairs that are counted, nb; a test measures it anew. They
  /// are pairs of clusters without track, as `add` takes them, in events that the trigger accepted.
  static let visibleCrossSection = 0.98

  mutating func removeAll() {
    momentumX.removeAll()
    momentumZ.removeAll()
    energyRatio.removeAll()
    photonPairs = 0
    photonWeight = (0, 0)
  }

  // MARK: Muons

  /// Takes the tracks of an event if they are two muons with the energy of the beams.
  mutating func add(_ tracks: ArraySlice<ReconstructedTrack>) {
    guard tracks.count == 2, let first = tracks.first, let second = tracks.last, first.omega * second.omega < 0,
      max(first.muon, second.muon) > 0.5, max(first.electron, second.electron) < 0.5
    else { return }
    let a = FourVector(momentum: first.state.momentum(at: 0), mass: Mass.muon)
    let b = FourVector(momentum: second.state.momentum(at: 0), mass: Mass.muon)
    let pair = a + b
    // Radiation from the beams takes momentum along them: pairs that lost more than the resolution are left out.
    guard abs(pair.massSquared / (beams.energy * beams.energy) - 1) < 0.03 else { return }
    let spread = Self.resolution.momentum * 5 * 1.5
    momentumX.append(pair.momentum.x, variance: spread * spread)
    momentumZ.append(pair.momentum.z, variance: spread * spread)
  }

  /// Momentum of the collisions along x and z, GeV; nil with fewer than 20 pairs.
  func momentum(
    from start: Vector3
  ) -> (x: (value: Double, error: Double), z: (value: Double, error: Double), pairs: Int)? {
    guard let x = momentumX.middle(from: start.x, least: 20), let z = momentumZ.middle(from: start.z, least: 20) else {
      return nil
    }
    return (x, z, momentumX.count)
  }

  // MARK: Electrons and photons

  /// Takes the two most energetic clusters of an event if they are a pair of electrons or photons with the energy of the beams.
  /// - Parameters:
  ///   - clusters: most energetic first, divided by the scale so far.
  ///   - conditions: the scale so far and the momentum of the collisions.
  ///   - weight: how many events this one stands for.
  mutating func add(_ clusters: ArraySlice<ReconstructedCluster>, conditions: RunningConditions, weight: Double) {
    guard clusters.count >= 2 else { return }
    let a = clusters[clusters.startIndex]
    let b = clusters[clusters.startIndex + 1]
    let square = beams.energy * beams.energy
    let momentum = conditions.collisionMomentum
    let scale = conditions[.calorimeterScale].value
    let total = FourVector(momentum: momentum, energy: (square + momentum.lengthSquared).squareRoot())
    guard let ratioA = Self.ratio(a, total, square), let ratioB = Self.ratio(b, total, square),
      Self.isBackToBack(a, b, beams.centreOfMass)
    else { return }
    if Self.isAlone(clusters.dropFirst(2).first) {
      energyRatio.append(scale * ratioA, variance: Self.resolution.energy * Self.resolution.energy)
      energyRatio.append(scale * ratioB, variance: Self.resolution.energy * Self.resolution.energy)
    }
    if a.track < 0 && b.track < 0 {
      photonPairs += 1
      photonWeight.sum += weight
      photonWeight.squares += weight * weight
    }
  }

  /// Measured over true energy of the calorimeter; nil with fewer than 20 clusters.
  func calorimeterScale(from start: Double) -> (value: Double, error: Double, clusters: Int)? {
    guard let ratio = energyRatio.middle(from: start * Self.nominalRatio, least: 20) else { return nil }
    return (ratio.value / Self.nominalRatio, ratio.error / Self.nominalRatio, energyRatio.count)
  }

  /// Measured energy over the one that two massless particles share; nil outside the barrel's middle and for a soft cluster.
  private static func ratio(_ cluster: ReconstructedCluster, _ total: FourVector, _ square: Double) -> Double? {
    guard cluster.theta > barrel.lowerBound, cluster.theta < barrel.upperBound, cluster.phi.isFinite else { return nil }
    let (sine, cosine) = PortableAngles.sineCosine(Double(cluster.theta))
    let (sinePhi, cosinePhi) = PortableAngles.sineCosine(Double(cluster.phi))
    let direction = Vector3(sine * cosinePhi, sine * sinePhi, cosine)
    let expected = square / (2 * (total.energy - total.momentum.dot(direction)))
    let ratio = Double(cluster.energy) / expected
    return ratio > 0.8 && ratio < 1.2 ? ratio : nil
  }

  /// Whether the third cluster of an event is none, or so soft that it took nothing from the pair: with a third photon, as of a decay or of hard
  /// radiation, the angles of two say nothing of their energies.
  private static func isAlone(_ third: ReconstructedCluster?) -> Bool { third.map { $0.energy < 0.2 } ?? true }

  /// Polar angles of the pairs in the laboratory, rad: 35 to 125 degrees, away from the gaps.
  private static let barrel: ClosedRange<Float> = 0.6108652...2.1816616

  /// Within five degrees of back to back in the centre of mass: the energies are then known from the angles to a part in a thousand.
  private static func isBackToBack(
    _ a: ReconstructedCluster, _ b: ReconstructedCluster, _ frame: CentreOfMassFrame
  ) -> Bool {
    func direction(_ cluster: ReconstructedCluster) -> Vector3 {
      let (sine, cosine) = PortableAngles.sineCosine(Double(cluster.theta))
      let (sinePhi, cosinePhi) = PortableAngles.sineCosine(Double(cluster.phi))
      let momentum = Vector3(sine * cosinePhi, sine * sinePhi, cosine)
      return frame.toCentreOfMass(FourVector(momentum: momentum, energy: 1)).momentum.unit
    }
    return direction(a).dot(direction(b)) < -0.9962
  }
}
