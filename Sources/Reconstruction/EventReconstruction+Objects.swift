import EventModel
import Kinematics

/// The objects of an event: what was made of it.
extension EventReconstruction {
  /// Tracks of an event, in the order of their finding.
  public func tracks(row: Int) -> ArraySlice<ReconstructedTrack> { allTracks[rows[row].tracks] }
  /// Tracks of an event without those that the step `siliconTracks` added: what counts of tracks are about.
  public func tracksOfChamber(row: Int) -> ArraySlice<ReconstructedTrack> {
    tracks(row: row).dropLast(rows[row].siliconTracks)
  }
  /// Wires of the drift-chamber hits of each track of an event; empty unless ``keepsWires`` was set before the tracks were found.
  public func wiresOfTracks(row: Int) -> ArraySlice<[UInt16]> { keepsWires ? allWires[rows[row].tracks] : [] }
  /// Clusters of an event, most energetic first.
  public func clusters(row: Int) -> ArraySlice<ReconstructedCluster> { allClusters[rows[row].clusters] }
  /// Vertices of an event.
  public func vertices(row: Int) -> ArraySlice<ReconstructedVertex> { allVertices[rows[row].vertices] }
  /// The collision point of an event; nil before its vertices are fitted.
  public func promptVertex(row: Int) -> PromptVertex? { rows[row].promptVertex }
  /// Candidates of an event.
  public func candidates(row: Int) -> ArraySlice<ReconstructedCandidate> { allCandidates[rows[row].candidates] }
  /// Likelihoods of the kinds of the tracks of an event, in their order; empty before the step `identification` ran.
  public func identifications(row: Int) -> ArraySlice<TrackIdentification> {
    allIdentifications[rows[row].identifications]
  }
  /// Neutral pions and eta mesons of an event.
  public func photonPairs(row: Int) -> ArraySlice<ReconstructedPhotonPair> { allPhotonPairs[rows[row].photonPairs] }
  /// Photons of an event given back to electrons.
  public func bremsstrahlung(row: Int) -> ArraySlice<ReconstructedBremsstrahlung> {
    allBremsstrahlung[rows[row].bremsstrahlung]
  }
  /// Candidates of K_L and neutrons of an event.
  public func neutralHadrons(row: Int) -> ArraySlice<ReconstructedNeutralHadron> {
    allNeutralHadrons[rows[row].neutralHadrons]
  }
  /// Fits of the tracks of an event as other particles than pions.
  public func hypotheses(row: Int) -> ArraySlice<HypothesisFit> { allHypotheses[rows[row].hypotheses] }
  /// Collision time of an event estimated from its tracks, ns; 0 without tracks.
  public func eventTime(row: Int) -> Float { rows[row].eventTime }
}
