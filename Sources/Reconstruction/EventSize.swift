/// How much of an event there is to reconstruct.
public struct EventSize: Sendable, Equatable {
  /// Drift-chamber hits.
  public var chamberHits: Int
  /// Vertex-detector points.
  public var siliconPoints: Int
  /// Crystals.
  public var calorimeterHits: Int

  /// A size of its numbers.
  public init(chamberHits: Int, siliconPoints: Int, calorimeterHits: Int) {
    self.chamberHits = chamberHits
    self.siliconPoints = siliconPoints
    self.calorimeterHits = calorimeterHits
  }
}
