import EventModel
import Kinematics

/// A candidate of a K_L or neutron, as the `neutral_hadrons` list of the `reco` column holds it.
public struct ReconstructedNeutralHadron: Sendable, Equatable {
  /// Middle of the hits in the innermost layer, or of the shower in the calorimeter, cm.
  public var x: Float = 0
  /// The same along y.
  public var y: Float = 0
  /// The same along z.
  public var z: Float = 0
  /// Since the collision, ns.
  public var time: Float = 0
  /// Layers of the muon detector; 0 for a calorimeter cluster alone.
  public var layers: UInt8 = 0
  /// Innermost of them.
  public var firstLayer: UInt8 = 0
  /// Hits of the muon detector.
  public var hits: UInt16 = 0
  /// Cluster of the event in the same direction, -1 for none.
  public var cluster: Int16 = -1

  /// Adds the candidate to the current event of a column.
  func append(to builder: inout NeutralHadronBuilder) {
    builder.append(
      x: x, y: y, z: z, time: time, layers: layers, firstLayer: firstLayer, hits: hits, cluster: cluster)
  }
}
