import Kinematics
import Reconstruction

/// The displaced-vertex filter of the Belle II software trigger.
///
/// The tracks of largest pT of each charge among those with a drift-chamber hit, without any cut on z0, as pions: vertex probability
/// above 0.005, 3 to 60 cm from the z axis, polar angle of the vertex 30 to 120 degrees seen from the origin, and not back to back in
/// the laboratory within 10 degrees (cosmic muons) with the momenta at the perigees. No cut on mass or direction of flight.
enum DisplacedVertex {
  static func passes(_ tracks: [ObservedTrack], _ vertices: ArraySlice<ReconstructedVertex>) -> Bool {
    guard let positive = tracks.leading(where: { $0.charge > 0 && $0.chamberHits >= 1 }),
      let negative = tracks.leading(where: { $0.charge < 0 && $0.chamberHits >= 1 }),
      let vertex = vertices.first(where: {
        $0.trackCount == 2 && Int($0.positive) == positive.index && Int($0.negative) == negative.index
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

/// What a line may ask about the tracks of a vertex.
struct VertexDaughters {
  private(set) var smallerImpactParameter = Double.infinity
  private(set) var smallerMomentum = Double.infinity
  private(set) var openingAngle = Double.nan
  private(set) var areBackToBack = false

  init(_ vertex: ReconstructedVertex, _ observed: [ObservedTrack]) {
    func take(_ number: Int16) {
      let index = Int(number)
      guard observed.indices.contains(index) else { return }
      smallerImpactParameter = min(smallerImpactParameter, abs(observed[index].d0))
      smallerMomentum = min(smallerMomentum, observed[index].pT)
    }
    take(vertex.positive)
    take(vertex.negative)
    for lane in 0..<4 { take(vertex.moreTracks[lane]) }
    let first = Int(vertex.positive)
    let second = Int(vertex.negative)
    guard observed.indices.contains(first), observed.indices.contains(second) else { return }
    openingAngle = Angles.opening(observed[first].momentum, observed[second].momentum)
    areBackToBack = TrackVariables.isBackToBack(observed[first], observed[second], within: 10)
  }
}
