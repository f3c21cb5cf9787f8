import Detector
import Kinematics

/// Candidates of the search channels in an event: every kind that its tracks, photons and vertices can make. Selections are loose;
/// channel files cut.
///
/// Not made: pairs with a photon lost along the beams.
package struct CandidateFinder {
  private var event: CandidateEvent
  private var charm = CharmedMesonFinder()
  /// What was found in the event at hand, kind after kind.
  package private(set) var candidates: [ReconstructedCandidate] = []

  /// A finder for the beams of a detector.
  package init(_ beams: Beams) { event = CandidateEvent(beams) }

  /// Takes a measured momentum of the collisions, GeV, for the events that follow.
  mutating func setCollisionMomentum(_ momentum: Vector3) { event.setCollisionMomentum(momentum) }

  /// Finds all candidates of an event.
  /// - Parameters:
  ///   - tracks: the event's tracks, matched and scored.
  ///   - clusters: its clusters.
  ///   - vertices: its vertices.
  ///   - identifications: what kind of particle each track is; may be empty.
  ///   - radiated: photons given back to electrons; may be empty.
  ///   - origin: its collision point, cm.
  package mutating func find(
    _ tracks: ArraySlice<ReconstructedTrack>, _ clusters: ArraySlice<ReconstructedCluster>,
    _ vertices: ArraySlice<ReconstructedVertex>, identifications: ArraySlice<TrackIdentification> = [],
    radiated: ArraySlice<ReconstructedBremsstrahlung> = [], origin: Vector3
  ) {
    candidates.removeAll(keepingCapacity: true)
    event.load(tracks, clusters, vertices, identifications, radiated, origin: origin)
    DimuonCandidates.find(event, into: &candidates)
    PhotonCandidates.find(event, into: &candidates)
    LeptonPairCandidates.find(event, into: &candidates)
    FourTrackCandidates.find(&event, into: &candidates)
    DarkHiggsCandidates.find(&event, into: &candidates)
    TauCandidates.find(&event, into: &candidates)
    BDecayCandidates.find(&event, into: &candidates)
    TaggedHadronCandidates.find(&event, &charm, into: &candidates)
  }
}
