import Detector
import HighLevelTrigger
import Kinematics
import Reconstruction

/// An event put together of tracks and clusters with given momenta in the centre of mass, for thresholds of variables.
struct AssembledEvent {
  let beams: Beams
  var tracks: [ReconstructedTrack] = []
  var clusters: [ReconstructedCluster] = []
  var vertices: [ReconstructedVertex] = []
  /// Of the tracks, in their order; none measured if left empty.
  var identifications: [TrackIdentification] = []

  init() throws { beams = try DetectorModel.belle2().beams }

  /// Adds a track as a pion; angles in degrees in the centre of mass. `energy` is that of its cluster in the laboratory over its
  /// momentum, which is also E*/p*; without it there is no cluster.
  @discardableResult
  mutating func track(
    _ starMomentum: Double, theta: Double, phi: Double, charge: Int, energy: Double? = nil, z0: Float = 0,
    d0: Float = 0,
    hits: UInt8 = 20
  ) -> Int {
    let star = FourVector(
      momentum: Vector3(length: starMomentum, theta: theta * Units.degree, phi: phi * Units.degree), mass: Mass.pion)
    let vector = beams.centreOfMass.toLaboratory(star)
    var track = Self.track(vector.momentum, charge: charge)
    track.z0 = z0
    track.d0 = d0
    track.chamberHits = hits
    if let energy {
      track.cluster = Int16(clusters.count)
      var cluster = ReconstructedCluster()
      cluster.energy = Float(energy * vector.momentum.length)
      cluster.theta = Float(vector.theta)
      cluster.phi = Float(vector.phi)
      cluster.photon = 0.95
      cluster.dt99 = 5
      cluster.track = Int16(tracks.count)
      clusters.append(cluster)
    }
    tracks.append(track)
    return tracks.count - 1
  }

  /// A track of a momentum in the laboratory.
  static func track(_ momentum: Vector3, charge: Int) -> ReconstructedTrack {
    var track = ReconstructedTrack()
    track.omega = Float(
      Double(charge) * PhysicalConstants.momentumPerTeslaCentimetre * Helix.standardField / momentum.transverse)
    track.phi0 = Float(momentum.phi)
    track.tanLambda = Float(momentum.z / momentum.transverse)
    return track
  }

  /// Adds a cluster without a track; angles in degrees, energy and angles in the centre of mass.
  mutating func photon(_ starEnergy: Double, theta: Double, phi: Double, time: Float = 0, shape: Float = 0.95) {
    let star = FourVector(
      momentum: Vector3(length: starEnergy, theta: theta * Units.degree, phi: phi * Units.degree), mass: 0)
    let vector = beams.centreOfMass.toLaboratory(star)
    cluster(vector.energy, theta: vector.theta / Units.degree, phi: vector.phi / Units.degree, time: time, shape: shape)
  }

  /// Adds a cluster without a track; energy and angles in the laboratory, degrees.
  mutating func cluster(_ energy: Double, theta: Double, phi: Double, time: Float = 0, shape: Float = 0.95) {
    var cluster = ReconstructedCluster()
    cluster.energy = Float(energy)
    cluster.theta = Float(theta * Units.degree)
    cluster.phi = Float(phi * Units.degree)
    cluster.time = time
    cluster.photon = shape
    cluster.dt99 = 5
    clusters.append(cluster)
  }

  /// Adds a vertex of two tracks.
  mutating func vertex(_ positive: Int, _ negative: Int, _ change: (inout ReconstructedVertex) -> Void) {
    var vertex = ReconstructedVertex()
    vertex.positive = Int16(positive)
    vertex.negative = Int16(negative)
    vertex.probability = 0.5
    vertex.rho = 10
    vertex.z = 5
    change(&vertex)
    vertices.append(vertex)
  }

  /// All variables that have a value.
  var values: [String: Double] {
    FilterCalculation(beams: beams).values(
      tracks: tracks, clusters: clusters, vertices: vertices, identifications: identifications)
  }

  /// The value of one variable; NaN without one.
  subscript(name: String) -> Double { values[name] ?? .nan }
}
