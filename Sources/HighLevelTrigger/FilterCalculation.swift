import Detector
import Kinematics
import Reconstruction

/// The event-wide variables of given tracks, clusters and vertices: the same code that the trigger runs, for objects that were put
/// together by hand.
package struct FilterCalculation {
  private let frame: CentreOfMassFrame
  private let total: FourVector

  /// A calculation in the frame of these beams.
  package init(beams: Beams) {
    frame = beams.centreOfMass
    total = beams.total
  }

  /// Values by the variables' names in menus; those of level 1 and of the hits are not among them.
  package func values(
    tracks: [ReconstructedTrack], clusters: [ReconstructedCluster], vertices: [ReconstructedVertex] = [],
    identifications: [TrackIdentification] = []
  ) -> [String: Double] {
    var values = FilterValues()
    values.begin()
    var selected = clusters.enumerated().map { ObservedCluster($1, index: $0, frame: frame) }
      .filter(\.isSelected)
    selected.sort { $0.starEnergy != $1.starEnergy ? $0.starEnergy > $1.starEnergy : $0.index < $1.index }
    let observed = tracks.enumerated().map { index, track in
      let number = Int(track.cluster)
      let energy = clusters.indices.contains(number) ? clusters[number].energy : 0
      return ObservedTrack(track, index: index, clusterEnergy: Double(energy), frame: frame)
    }
    FilterVariables.computeClusters(selected, frame: frame, into: &values)
    FilterVariables.computeTracks(observed, frame: frame, into: &values)
    FilterVariables.computeMatched(observed, clusters: selected, frame: frame, total: total, into: &values)
    FilterVariables.computeVertices(observed, vertices[...], into: &values)
    values.set(.radee, RadiativePairs.isElectronPair(observed, identifications[...]))
    values.set(.radmumu, RadiativePairs.isMuonPair(observed, tracks[...], clusters[...], total: total))
    var charm = CharmVariables()
    let all = clusters.enumerated().map { ObservedCluster($1, index: $0, frame: frame) }
    charm.compute(observed, clusters: all, vertices: vertices[...], frame: frame, into: &values)
    var named: [String: Double] = [:]
    for variable in FilterVariable.allCases where !values[variable].isNaN { named[variable.name] = values[variable] }
    return named
  }
}

/// All variables of a step, in the order in which they build on each other.
enum FilterVariables {
  static func computeClusters(
    _ clusters: [ObservedCluster], frame: CentreOfMassFrame, skims: Bool = true, into values: inout FilterValues
  ) {
    ClusterVariables.compute(clusters, into: &values)
    if skims { SkimVariables.computeClusters(clusters, energy: frame.energy, into: &values) }
  }

  static func computeTracks(
    _ tracks: [ObservedTrack], frame: CentreOfMassFrame, skims: Bool = true, into values: inout FilterValues
  ) {
    TrackVariables.computeKinematics(tracks, into: &values)
    if skims { SkimVariables.computeTracks(tracks, energy: frame.energy, into: &values) }
  }

  /// - Parameter values: with those of clusters and tracks.
  static func computeMatched(
    _ tracks: [ObservedTrack], clusters: [ObservedCluster], frame: CentreOfMassFrame, total: FourVector,
    skims: Bool = true, into values: inout FilterValues
  ) {
    let pair = LeadingPair(tracks)
    ClusterVariables.computeMatched(clusters, into: &values)
    TrackVariables.compute(tracks, pair, clusters: clusters, total: total, into: &values)
    BhabhaVariables.compute(pair, into: &values)
    BhabhaVariables.computeFlattened(tracks, pair, clusters: clusters, into: &values)
    SingleTagVariables.compute(tracks, clusters: clusters, energy: frame.energy, into: &values)
    if skims { SkimSelections.compute(tracks, clusters: clusters, energy: frame.energy, into: &values) }
  }

  static func computeVertices(
    _ tracks: [ObservedTrack], _ vertices: ArraySlice<ReconstructedVertex>, into values: inout FilterValues
  ) {
    values.set(.displacedVertex, DisplacedVertex.passes(tracks, vertices))
    values.set(.kshort, KShortSelection.passes(tracks, vertices))
    values.set(.lambda, LambdaSelection.passes(tracks, vertices))
  }
}
