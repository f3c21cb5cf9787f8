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
  /// - Parameter only: the names that are asked for, as by the lines of a menu; nil for all. Others may be missing then.
  package func values(
    tracks: [ReconstructedTrack], clusters: [ReconstructedCluster], vertices: [ReconstructedVertex] = [],
    identifications: [TrackIdentification] = [], only: Set<String>? = nil
  ) -> [String: Double] {
    let wanted = FilterVariable.allCases.filter { only?.contains($0.name) ?? true }
    var values = FilterValues(wanted: FilterVariableSet(wanted))
    values.begin()
    var selected = clusters.enumerated().map { ObservedCluster($1, index: $0, frame: frame) }
      .filter(\.isSelected)
    selected.sort { $0.starEnergy != $1.starEnergy ? $0.starEnergy > $1.starEnergy : $0.index < $1.index }
    let observed = tracks.enumerated().map { index, track in
      let number = Int(track.cluster)
      let energy = clusters.indices.contains(number) ? clusters[number].energy : 0
      var observed = ObservedTrack(track, index: index, frame: frame)
      observed.setCluster(energy: Double(energy))
      return observed
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
    for variable in wanted where !values[variable].isNaN { named[variable.name] = values[variable] }
    return named
  }
}

/// All variables of a step that are wanted, in the order in which they build on each other.
enum FilterVariables {
  /// What only skims read, and of it what needs tracks and clusters together.
  static let ofSkims = FilterVariableSet(
    FilterVariable.nTracksLE.rawValue...FilterVariable.gammaGammaFilter.rawValue)
  private static let ofMatchedSkims = FilterVariableSet(
    FilterVariable.allCases.filter { ofSkims.contains($0) && $0.step == .matching })
  private static let ofPair = TrackVariables.ofPair.union(BhabhaVariables.ofPair).union(BhabhaVariables.flattened)

  static func computeClusters(
    _ clusters: [ObservedCluster], frame: CentreOfMassFrame, into values: inout FilterValues
  ) {
    ClusterVariables.compute(clusters, into: &values)
    if values.wants(ofSkims) { SkimVariables.computeClusters(clusters, energy: frame.energy, into: &values) }
  }

  static func computeTracks(
    _ tracks: [ObservedTrack], frame: CentreOfMassFrame, into values: inout FilterValues
  ) {
    TrackVariables.computeKinematics(tracks, into: &values)
    if values.wants(ofSkims) { SkimVariables.computeTracks(tracks, energy: frame.energy, into: &values) }
  }

  /// - Parameter values: with those of clusters and tracks.
  static func computeMatched(
    _ tracks: [ObservedTrack], clusters: [ObservedCluster], frame: CentreOfMassFrame, total: FourVector,
    into values: inout FilterValues
  ) {
    let pair = values.wants(ofPair) ? LeadingPair(tracks) : nil
    ClusterVariables.computeMatched(clusters, into: &values)
    TrackVariables.compute(tracks, pair, clusters: clusters, total: total, into: &values)
    if values.wants(BhabhaVariables.ofPair) { BhabhaVariables.compute(pair, into: &values) }
    if values.wants(BhabhaVariables.flattened) {
      BhabhaVariables.computeFlattened(tracks, pair, clusters: clusters, into: &values)
    }
    if values.wants(SingleTagVariables.all) {
      SingleTagVariables.compute(tracks, clusters: clusters, energy: frame.energy, into: &values)
    }
    if values.wants(ofMatchedSkims) {
      SkimSelections.compute(tracks, clusters: clusters, energy: frame.energy, into: &values)
    }
  }

  static func computeVertices(
    _ tracks: [ObservedTrack], _ vertices: ArraySlice<ReconstructedVertex>, into values: inout FilterValues
  ) {
    values.set(.displacedVertex, DisplacedVertex.passes(tracks, vertices))
    values.set(.kshort, KShortSelection.passes(tracks, vertices))
    values.set(.lambda, LambdaSelection.passes(tracks, vertices))
  }
}
