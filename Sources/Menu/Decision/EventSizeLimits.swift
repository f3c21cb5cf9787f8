/// The largest event that is reconstructed. Larger ones take too long and hold nothing that could be found: only their key,
/// times and level-1 record are kept, and they are counted.
///
/// The numbers of the Belle II experiment (basf2, `EventsOfDoomBuster`) stand where a menu says nothing. The experiment counts
/// strips of its silicon detector, this program points of two strips or more.
public struct EventSizeLimits: Sendable, Hashable {
  /// Most drift-chamber hits.
  public var chamberHits = 6000
  /// Most points in the vertex detector.
  public var siliconPoints = 70_000

  /// The experiment's limits.
  public init() {}

  /// Names of the limits in menus.
  static let names = ["cdc_hits", "svd_points"]

  /// Whether an event of this size is reconstructed.
  public func allow(chamberHits: Int, siliconPoints: Int) -> Bool {
    chamberHits <= self.chamberHits && siliconPoints <= self.siliconPoints
  }
}
