import EventModel
import Kinematics

/// A decay of a long-lived particle into charged tracks, as the truth has it. Studies read truth; no trigger does.
public struct LongLivedDecay: Sendable, Equatable {
  /// Distance of the vertex from the beam line, cm.
  public var rho: Double
  /// Charged products that the level-1 track finder can see: 25 to 130 degrees and above 0.25 GeV transverse momentum.
  public var visibleTracks: Int
  /// The smaller impact parameter of two products in size, cm; of one the only one.
  public var smallerImpactParameter: Double
  /// The smaller transverse momentum of the charged products, GeV.
  public var smallerMomentum: Double

  /// A decay.
  public init(rho: Double, visibleTracks: Int, smallerImpactParameter: Double, smallerMomentum: Double) {
    self.rho = rho
    self.visibleTracks = visibleTracks
    self.smallerImpactParameter = smallerImpactParameter
    self.smallerMomentum = smallerMomentum
  }

  /// Distances of vertices that the studies call in acceptance, cm.
  public static let acceptedRho: Range<Double> = 2..<60
  /// Polar angles of visible tracks, degrees.
  public static let visibleTheta: ClosedRange<Double> = 25...130
  /// Smallest transverse momentum of visible tracks, GeV.
  public static let visibleMomentum = 0.25

  /// Is the vertex 2 to 60 cm from the beam line, with two visible tracks?
  public var isInAcceptance: Bool { visibleTracks >= 2 && Self.acceptedRho.contains(rho) }

  /// Codes of long-lived particles in the project's samples: heavy neutral lepton, dark scalar, dark Higgs boson, excited dark matter.
  public static let knownParticles: Set<Int32> = [9_900_015, 9_000_045, 54, 9_000_052]

  /// The decays of an event.
  /// - Parameters:
  ///   - truth: the column of true particles.
  ///   - row: the event.
  ///   - particles: codes of the long-lived particles, without sign.
  public static func all(in truth: TruthParticles, row: Int, of particles: Set<Int32> = knownParticles)
    -> [LongLivedDecay]
  {
    let range = truth.rows[row]
    var decays: [Int32: LongLivedDecay] = [:]
    for index in range {
      let mother = truth.mother[index]
      guard mother >= 0, Int(mother) < range.count else { continue }
      let code = truth.pdg[range.lowerBound + Int(mother)]
      guard particles.contains(code == .min ? 0 : abs(code)), let charge = ParticleTable.charge(of: truth.pdg[index]),
        charge != 0
      else { continue }
      let position = Vector3(Double(truth.x[index]), Double(truth.y[index]), Double(truth.z[index]))
      let momentum = Vector3(Double(truth.px[index]), Double(truth.py[index]), Double(truth.pz[index]))
      let pT = (momentum.x * momentum.x + momentum.y * momentum.y).squareRoot()
      guard pT > 0, pT.isFinite else { continue }
      let helix = Helix(position: position, momentum: momentum, charge: Double(charge))
      let theta = momentum.theta * 180 / Double.pi
      let isVisible = pT > visibleMomentum && visibleTheta.contains(theta)
      var decay =
        decays[mother]
        ?? LongLivedDecay(
          rho: (position.x * position.x + position.y * position.y).squareRoot(), visibleTracks: 0,
          smallerImpactParameter: .infinity, smallerMomentum: .infinity)
      decay.visibleTracks += isVisible ? 1 : 0
      decay.smallerImpactParameter = min(decay.smallerImpactParameter, abs(helix.d0))
      decay.smallerMomentum = min(decay.smallerMomentum, pT)
      decays[mother] = decay
    }
    return decays.sorted { $0.key < $1.key }.map(\.value)
  }
}
