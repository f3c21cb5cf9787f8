import Kinematics
import Reconstruction

/// The displaced-vertex filter of the Belle II software trigger.
///
/// The tracks of largest pT of each charge, without any cut on z0, as pions: vertex probability above 0.005, 3 to 60 cm from the
/// z axis, polar angle of the vertex 30 to 120 degrees, and not back to back in the laboratory within 10 degrees (cosmic muons).
enum DisplacedVertex {
  static func passes(_ tracks: [ObservedTrack], _ vertices: ArraySlice<ReconstructedVertex>) -> Bool {
    guard let positive = tracks.leading(where: { $0.charge > 0 }),
      let negative = tracks.leading(where: { $0.charge < 0 }),
      let vertex = vertices.first(where: {
        Int($0.positive) == positive.index && Int($0.negative) == negative.index
      })
    else { return false }
    let theta = Angles.degrees(PortableAngle.theta(of: vertex))
    return vertex.probability > 0.005 && vertex.rho > 3 && vertex.rho < 60 && theta > 30 && theta < 120
      && !TrackVariables.isBackToBack(positive, negative, within: 10)
  }
}

/// Polar angles without the C library.
enum PortableAngle {
  static func theta(_ vector: Vector3) -> Double { PortableAngles.azimuth(y: vector.transverse, x: vector.z) }

  static func theta(of vertex: ReconstructedVertex) -> Double {
    PortableAngles.azimuth(y: Double(vertex.rho), x: Double(vertex.z))
  }
}
