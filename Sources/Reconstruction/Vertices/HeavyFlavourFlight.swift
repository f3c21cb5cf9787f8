import Detector
import Kinematics
import Statistics

/// How far the tracks of an event may come from its collision point without showing it: the flight of B mesons.
///
/// In B Bbar events no track comes from the collision point. Both mesons fly 130 um on average along the boost of the beams, their
/// tracks meet in the middle of two places that are as close as the resolution of a track, and nothing in the event says how far behind
/// them the beams met. Whether it is such an event is told by shape: the ratio R2 of the second to the zeroth Fox-Wolfram moment of its
/// tracks in the centre-of-mass frame is small for two mesons nearly at rest and large for a pair of jets.
struct HeavyFlavourFlight {
  /// Rms of the middle of two decays about the collision point along the boost, cm: c tau of 472 um times 0.284, two exponential flights,
  /// mean and spread.
  private static let rmsAlong = 0.0162
  /// The same across, where the mesons move with 0.33 GeV of their own in the centre of mass, opposite to each other, cm.
  private static let rmsAcross = 0.0012
  /// Events of fewer tracks are not asked: leptons, and too few to have a shape.
  private static let fewestTracks = 5
  /// R2 at which half of the hadronic events are B Bbar, and how fast their share falls: from B Bbar and light quarks with their
  /// cross-sections (1.10 and 3.69 nb).
  private static let middle = 0.22
  private static let slope = 9.5

  private let boost: Boost
  /// Momentum sum over the tracks, and the sum of p p^T / |p|.
  private var sum = 0.0
  private var tensor = Matrix3()
  private var count = 0
  /// Probability that the tracks are those of B mesons.
  private(set) var probability = 0.0

  /// The flight of mesons made by beams.
  init(_ beams: Beams) { boost = beams.boost }

  /// Starts an event.
  mutating func begin() {
    sum = 0
    tensor = Matrix3()
    count = 0
    probability = 0
  }

  /// Takes a track into account, as a pion.
  mutating func add(_ state: HelixState) {
    let laboratory = state.momentum(at: 0)
    let momentum = boost.apply(FourVector(momentum: laboratory, mass: Mass.pion)).momentum
    let size = momentum.length
    guard size > 0, size.isFinite else { return }
    let unit = (1 / size) * momentum
    tensor.xx += momentum.x * unit.x
    tensor.yx += momentum.y * unit.x
    tensor.yy += momentum.y * unit.y
    tensor.zx += momentum.z * unit.x
    tensor.zy += momentum.z * unit.y
    tensor.zz += momentum.z * unit.z
    sum += size
    count += 1
  }

  /// Finds the probability when all tracks have been added.
  mutating func weigh() {
    guard count >= HeavyFlavourFlight.fewestTracks, sum > 0 else { return }
    // The sum of p_i p_j cos^2 over all pairs is the square of the tensor.
    let diagonal = tensor.xx * tensor.xx + tensor.yy * tensor.yy + tensor.zz * tensor.zz
    let mixed = tensor.yx * tensor.yx + tensor.zx * tensor.zx + tensor.zy * tensor.zy
    let ratio = 1.5 * (diagonal + 2 * mixed) / (sum * sum) - 0.5
    probability = 1 / (1 + PortableMath.exp(HeavyFlavourFlight.slope * (ratio - HeavyFlavourFlight.middle)))
  }

  /// The covariance of a fitted point, made wider by the flight, but no wider than the luminous region allows.
  func widened(_ covariance: Matrix3, region: InteractionRegion) -> Matrix3 {
    guard probability > 0 else { return covariance }
    let along = probability * HeavyFlavourFlight.rmsAlong * HeavyFlavourFlight.rmsAlong
    let across = probability * HeavyFlavourFlight.rmsAcross * HeavyFlavourFlight.rmsAcross
    let limit = region.covariance
    var result = covariance
    result.xx = max(covariance.xx, min(limit.xx, covariance.xx + across))
    result.yy = max(covariance.yy, min(limit.yy, covariance.yy + across))
    result.zz = max(covariance.zz, min(limit.zz, covariance.zz + along))
    return result
  }
}
