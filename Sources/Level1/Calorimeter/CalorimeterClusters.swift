/// The calorimeter clusters of one event, at most six.
public struct CalorimeterClusters: Sendable {
  /// Clusters that the trigger keeps; more set the overflow bit.
  public static let capacity = 6

  /// Clusters in the event; entries of the arrays beyond it are left-overs.
  public internal(set) var count = 0
  /// Whether there were more than the trigger keeps.
  public internal(set) var overflow = false
  /// Most energetic cell, 1 to 576.
  public internal(set) var cell = [UInt16](repeating: 0, count: capacity)
  /// Ring of that cell, 1 (forward) to 17 (backward).
  public internal(set) var ring = [UInt8](repeating: 0, count: capacity)
  /// Energy in steps of 5.25 MeV.
  public internal(set) var counts = [Int32](repeating: 0, count: capacity)
  /// Energy-weighted time in ns.
  public internal(set) var time = [Float](repeating: 0, count: capacity)
  /// Energy-weighted polar angle in radians.
  public internal(set) var theta = [Float](repeating: 0, count: capacity)
  /// Energy-weighted azimuth in radians, 0 to 2 pi.
  public internal(set) var phi = [Float](repeating: 0, count: capacity)

  package init() {}

  /// Energy of a cluster in GeV.
  public func energy(_ index: Int) -> Float { Float(counts[index]) * Float(TriggerCellEnergies.step) }
}
