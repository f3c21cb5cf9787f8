import Kinematics
import Reconstruction

/// An object as the pairs it belongs to need it: angles are worked out once, not once for every partner.
struct PairMember {
  /// Four-momentum in the laboratory, GeV.
  var vector: FourVector
  /// Momentum in the centre of mass, GeV.
  var starMomentum: Vector3
  /// Azimuth of the momentum in the laboratory, rad.
  var phi: Double
  /// Azimuth and polar angle in the centre of mass, rad.
  var starPhi: Double
  var starTheta: Double
  var charge: Int

  /// A cluster as a photon.
  init(_ cluster: ObservedCluster) {
    vector = FourVector(momentum: cluster.momentum, energy: cluster.energy)
    starMomentum = cluster.starMomentum
    phi = PortableAngles.azimuth(y: cluster.momentum.y, x: cluster.momentum.x)
    starPhi = cluster.starPhi
    starTheta = cluster.starTheta
    charge = 0
  }

  /// A track as a particle of some mass, GeV.
  init(_ track: ObservedTrack, mass: Double) {
    vector = FourVector(momentum: track.momentum, mass: mass)
    starMomentum = track.starMomentum
    phi = PortableAngles.azimuth(y: track.momentum.y, x: track.momentum.x)
    starPhi = track.starPhi
    starTheta = track.starTheta
    charge = track.charge
  }
}
