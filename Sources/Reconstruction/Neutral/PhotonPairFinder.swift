import Kinematics
import Statistics

/// Neutral pions and eta mesons from pairs of photons, with the mass of the meson as a constraint.
struct PhotonPairFinder {
  /// A photon with what the fit needs.
  private struct Photon {
    var cluster: Int
    /// Energy, polar angle, azimuth.
    var values: SIMD4<Double>
    var variances: SIMD4<Double>
  }

  /// Photons below this energy are beam background for the most part, GeV.
  private static let leastEnergy: Float = 0.05
  /// For eta mesons, which are rare below this, GeV.
  private static let leastEnergyOfEta = 0.15
  /// Photon score below which a shower is not one photon's.
  private static let leastScore: Float = 0.1
  /// The most photons of an event that are paired, most energetic first: pairs grow with the square.
  private static let most = 40
  /// Masses that are kept before the fit, GeV.
  private static let pionMasses = 0.09...0.17
  private static let etaMasses = 0.47...0.62
  private static let iterations = 4

  private var photons: [Photon] = []
  private(set) var pairs: [ReconstructedPhotonPair] = []

  /// Pairs the photons of an event: clusters without a track, in time, that look like a shower.
  mutating func find(_ clusters: ArraySlice<ReconstructedCluster>) {
    photons.removeAll(keepingCapacity: true)
    pairs.removeAll(keepingCapacity: true)
    for index in clusters.indices where photons.count < PhotonPairFinder.most {
      let cluster = clusters[index]
      guard cluster.track < 0, cluster.energy > PhotonPairFinder.leastEnergy,
        cluster.photon > PhotonPairFinder.leastScore, abs(cluster.time) < 2 * cluster.dt99 + 10
      else { continue }
      let errors = SIMD4<Double>(
        Double(cluster.energyError), Double(cluster.thetaError), Double(cluster.phiError), 0)
      photons.append(
        Photon(
          cluster: index - clusters.startIndex,
          values: SIMD4<Double>(Double(cluster.energy), Double(cluster.theta), Double(cluster.phi), 0),
          variances: errors * errors))
    }
    for first in photons.indices {
      for second in (first + 1)..<max(first + 1, photons.count) { pair(photons[first], photons[second]) }
    }
  }

  private mutating func pair(_ first: Photon, _ second: Photon) {
    let measured = PairMass(first.values, second.values)
    let mass = max(0, measured.square).squareRoot()
    let kind: ReconstructedPhotonPair.Kind
    let nominal: Double
    if PhotonPairFinder.pionMasses.contains(mass) {
      kind = .neutralPion
      nominal = Mass.neutralPion
    } else if PhotonPairFinder.etaMasses.contains(mass),
      min(first.values[0], second.values[0]) > PhotonPairFinder.leastEnergyOfEta
    {
      kind = .eta
      nominal = Mass.eta
    } else {
      return
    }
    let variance = measured.variance(first.variances, second.variances)
    guard variance > 0, variance.isFinite else { return }
    // Lagrange's multiplier for one constraint, linearised anew about each result.
    var a = first.values
    var b = second.values
    var chi2 = 0.0
    for _ in 0..<PhotonPairFinder.iterations {
      let here = PairMass(a, b)
      let moved = (here.gradient1 * (first.values - a)).sum() + (here.gradient2 * (second.values - b)).sum()
      let excess = here.square - nominal * nominal + moved
      let spread = here.variance(first.variances, second.variances)
      guard spread > 0, spread.isFinite else { return }
      a = first.values - first.variances * here.gradient1 * (excess / spread)
      b = second.values - second.variances * here.gradient2 * (excess / spread)
      a[0] = max(0.2 * first.values[0], a[0])
      b[0] = max(0.2 * second.values[0], b[0])
      chi2 = excess * excess / spread
    }
    let momentum = a[0] * PairMass.direction(a) + b[0] * PairMass.direction(b)
    pairs.append(
      ReconstructedPhotonPair(
        kind: kind, first: Int16(truncatingIfNeeded: first.cluster),
        second: Int16(truncatingIfNeeded: second.cluster), mass: Float(mass),
        massError: Float(variance.squareRoot() / (2 * mass)), chi2: Float(chi2), px: Float(momentum.x),
        py: Float(momentum.y), pz: Float(momentum.z),
        energy: Float((momentum.lengthSquared + nominal * nominal).squareRoot())))
  }
}

/// Squared mass of two photons and its derivatives by energy, polar angle and azimuth of each.
private struct PairMass {
  let square: Double
  let gradient1: SIMD4<Double>
  let gradient2: SIMD4<Double>

  init(_ a: SIMD4<Double>, _ b: SIMD4<Double>) {
    let (sa, ca) = PortableAngles.sineCosine(a[1])
    let (sb, cb) = PortableAngles.sineCosine(b[1])
    let (sine, cosine) = PortableAngles.sineCosine(a[2] - b[2])
    let opening = 1 - (sa * sb * cosine + ca * cb)
    let product = 2 * a[0] * b[0]
    square = product * opening
    let byPhi = product * sa * sb * sine
    gradient1 = SIMD4<Double>(2 * b[0] * opening, product * (sa * cb - ca * sb * cosine), byPhi, 0)
    gradient2 = SIMD4<Double>(2 * a[0] * opening, product * (sb * ca - cb * sa * cosine), -byPhi, 0)
  }

  func variance(_ first: SIMD4<Double>, _ second: SIMD4<Double>) -> Double {
    (gradient1 * gradient1 * first).sum() + (gradient2 * gradient2 * second).sum()
  }

  static func direction(_ values: SIMD4<Double>) -> Vector3 {
    let (st, ct) = PortableAngles.sineCosine(values[1])
    let (sp, cp) = PortableAngles.sineCosine(values[2])
    return Vector3(st * cp, st * sp, ct)
  }
}
