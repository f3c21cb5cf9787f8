import Detector
import Kinematics
import Reconstruction

/// A cluster with its quantities in the centre of mass.
struct ObservedCluster {
  var energy: Double
  var theta: Double
  var phi: Double
  var time: Double
  /// Uncertainty of the time, ns.
  var dt99: Double
  /// As a photon.
  var starEnergy: Double
  /// Not a number for clusters that are not selected, until ``findStarAngles()``.
  var starTheta = Double.nan
  var starPhi = Double.nan
  var momentum: Vector3
  var starMomentum: Vector3
  var isMatched: Bool
  var looksLikePhoton: Bool
  /// Position in the event's list.
  var index: Int

  /// What the Belle II software trigger selects: within 200 ns and above 0.1 GeV.
  var isSelected: Bool { abs(time) <= 200 && energy >= 0.1 }

  /// Photon score from which a shower looks electromagnetic.
  static let smallestPhotonScore: Float = 0.5

  init(_ cluster: ReconstructedCluster, index: Int, frame: CentreOfMassFrame) {
    energy = Double(cluster.energy)
    theta = Double(cluster.theta)
    phi = Double(cluster.phi)
    time = Double(cluster.time)
    dt99 = Double(cluster.dt99)
    let (st, ct) = PortableAngles.sineCosine(theta)
    let (sp, cp) = PortableAngles.sineCosine(phi)
    momentum = Vector3(energy * st * cp, energy * st * sp, energy * ct)
    let star = frame.toCentreOfMass(FourVector(momentum: momentum, energy: energy))
    starMomentum = star.momentum
    starEnergy = star.energy
    isMatched = cluster.track >= 0
    looksLikePhoton = cluster.photon > ObservedCluster.smallestPhotonScore
    self.index = index
    if isSelected { findStarAngles() }
  }

  /// Works out the angles in the centre of mass: variables ask for those of selected clusters only.
  mutating func findStarAngles() {
    starTheta = PortableAngles.azimuth(y: starMomentum.transverse, x: starMomentum.z)
    starPhi = PortableAngles.azimuth(y: starMomentum.y, x: starMomentum.x)
  }

  /// Whether the polar angle in the laboratory lies in a range of degrees.
  func isWithin(_ low: Double, _ high: Double) -> Bool { theta > low * Units.degree && theta < high * Units.degree }
}

/// A track with its quantities in the centre of mass, as a pion.
struct ObservedTrack {
  var momentum: Vector3
  var starMomentum: Vector3
  var size: Double
  var pT: Double
  var theta: Double
  var phi: Double
  var starSize: Double
  var starTheta: Double
  var starPhi: Double
  var energy: Double
  var d0: Double
  var z0: Double
  var charge: Int
  var chamberHits: Int
  /// Energy of the matched cluster, 0 without one; and scaled to the centre of mass by p*/p.
  var clusterEnergy = 0.0
  var starClusterEnergy = 0.0
  /// Position in the event's list.
  var index: Int

  var isLoose: Bool { abs(z0) < 10 && chamberHits >= 1 }
  var isTight: Bool { abs(z0) < 2 && chamberHits >= 1 }
  var isLooseB: Bool { abs(z0) < 5 && chamberHits >= 5 }
  var isTightB: Bool { abs(z0) < 1 && chamberHits >= 5 }

  init(_ track: ReconstructedTrack, index: Int, frame: CentreOfMassFrame) {
    pT = track.pT
    phi = Double(track.phi0)
    let (sine, cosine) = PortableAngles.sineCosine(phi)
    momentum = Vector3(pT * cosine, pT * sine, pT * Double(track.tanLambda))
    size = momentum.length
    let vector = FourVector(momentum: momentum, mass: Mass.pion)
    energy = vector.energy
    let star = frame.toCentreOfMass(vector)
    starMomentum = star.momentum
    starSize = star.momentum.length
    theta = PortableAngles.azimuth(y: pT, x: momentum.z)
    starTheta = PortableAngles.azimuth(y: star.momentum.transverse, x: star.pz)
    starPhi = PortableAngles.azimuth(y: star.py, x: star.px)
    d0 = Double(track.d0)
    z0 = Double(track.z0)
    charge = track.charge
    chamberHits = Int(track.chamberHits)
    self.index = index
  }

  /// The track with the energy of its cluster, GeV; 0 without one.
  mutating func setCluster(energy: Double) {
    clusterEnergy = energy
    starClusterEnergy = size > 0 ? energy * starSize / size : 0
  }
}

extension [ObservedTrack] {
  /// The track of largest transverse momentum among those that meet a condition.
  @inline(__always)
  func leading(where condition: (ObservedTrack) -> Bool) -> ObservedTrack? {
    var best = -1
    for index in indices where condition(self[index]) {
      if best < 0 || self[index].pT > self[best].pT { best = index }
    }
    return best < 0 ? nil : self[best]
  }
}

/// Angles between directions.
enum Angles {
  /// Difference of two azimuths, 0 to pi.
  static func between(_ a: Double, _ b: Double) -> Double { abs(PortableAngles.wrapped(a - b)) }

  /// Angle between two directions, rad.
  static func opening(_ a: Vector3, _ b: Vector3) -> Double {
    PortableAngles.azimuth(y: a.cross(b).length, x: a.dot(b))
  }

  /// Degrees of an angle.
  static func degrees(_ angle: Double) -> Double { angle / Units.degree }
}
