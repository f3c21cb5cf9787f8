import Detector
import Menu

/// The displaced-vertex trigger of one event: tracks and their pairs.
///
/// Costs nothing unless a line of the menu asks for it (``isNeeded(by:)``).
final class DisplacedVertexFinder {
  private let trackFinder: DisplacedTrackFinder
  private let pairFinder: DisplacedPairFinder

  init(_ chamber: DriftChamber) {
    trackFinder = DisplacedTrackFinder(chamber)
    pairFinder = DisplacedPairFinder(chamber)
  }

  /// Finds displaced tracks and pairs after the two-dimensional tracks.
  func find(_ primitives: inout Level1Primitives) {
    trackFinder.find(primitives.segments, besides: primitives.tracks, into: &primitives.displacedTracks)
    pairFinder.find(primitives.displacedTracks, into: &primitives.displacedPairs)
  }

  /// Sets the input bits of what ``find(_:)`` found.
  ///
  /// - Parameter calorimeterTime: the calorimeter's event time in ns, with which clusters must agree.
  func setBits(
    _ input: inout InputWords, _ primitives: borrowing Level1Primitives, calorimeterTime: Float, muons: MuonSectors,
    positions: InputPositions
  ) {
    let tracks = primitives.displacedTracks.displacedCount
    guard tracks > 0 else { return }
    let logic = DisplacedVertexLogic(
      primitives.displacedTracks, primitives.displacedPairs, clusters: primitives.clusters,
      calorimeterTime: calorimeterTime, muons: muons)
    input.setOneHot(tracks, at: positions.displacedTracks, count: 4)
    input[positions.displacedVertex] = logic.isVertex
    input[positions.displacedVertexTight] = logic.isTightVertex
    input[positions.displacedWithCluster] = logic.tracksWithCluster > 0
    input[positions.displacedWithMuon] = logic.tracksWithMuon > 0
  }

  /// Does a line of the menu read one of the trigger's bits or collections? Asked by name, since sets of inputs place bits
  /// differently.
  static func isNeeded(by level: CompiledLevel) -> Bool {
    let vocabulary = level.vocabulary
    return level.usedBits.contains { bits.contains(vocabulary.bits[$0].name) }
      || level.usedCollections.contains { collections.contains(vocabulary.collections[$0].name) }
  }

  private static let bits: Set = ["td_0", "td_1", "td_2", "td_3", "dv", "dv_tight", "tdecl", "tdklm"]
  private static let collections: Set = ["displaced_tracks", "displaced_pairs"]
}

extension DisplacedTrackFinder {
  /// The finder of a drift chamber.
  package convenience init(
    _ chamber: DriftChamber, impactParameters: [Double] = DisplacedTrackFinder.impactParameters
  ) {
    let axial = HoughPlane.axialSuperLayers.map { chamber.superLayers[$0] }
    self.init(
      axial: axial.map { HoughPlane.SuperLayer($0, chamber) }, firstSegment: axial.map(\.firstSegment),
      geometry: SegmentGeometry(chamber), impactParameters: impactParameters)
  }
}

extension DisplacedPairFinder {
  /// The finder of a drift chamber.
  package init(_ chamber: DriftChamber) {
    let axial = HoughPlane.axialSuperLayers.map { chamber.superLayers[$0] }
    self.init(radii: axial.map(\.firstPriorityRadius), cells: axial.map(\.cellCount))
  }
}
