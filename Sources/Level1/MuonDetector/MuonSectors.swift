/// The trigger of the K_L and muon detector: which sectors saw a penetrating particle.
///
/// A sector fires if at least four different (layer, plane) pairs have a hit (seven in early data). The barrel has eight sectors backward and
/// eight forward, each endcap four; a hit takes part within ±125 ns. Source: `Documentation/level1.md`, section "Muon detector".
package struct MuonSectors: Sendable {
  /// Layer planes that a sector must have hit.
  package static let layerPlanes = 4
  /// Layer planes that a sector had to have hit before run 170 of experiment 17.
  package static let earlyLayerPlanes = 7
  /// Half width of the time window in ns.
  static let window: Float = 125
  static let count = 24

  /// Layers are numbered from 1, at most this.
  static let layers = 15

  /// Fired sectors: bits 0-7 barrel backward, 8-15 barrel forward, 16-19 endcap backward, 20-23 endcap forward.
  package private(set) var fired: UInt32 = 0

  /// The bit of a sector, nil if there is no such sector.
  package static func bit(section: UInt8, sector: UInt8) -> Int? {
    switch section {
    case 0, 1: sector < 8 ? Int(section) * 8 + Int(sector) : nil
    case 2, 3: sector < 4 ? 16 + Int(section - 2) * 4 + Int(sector) : nil
    default: nil
    }
  }

  /// Sectors that are known to have fired.
  init(fired: UInt32) { self.fired = fired }

  /// The sectors of one event. Sections, sectors, layers and planes must exist.
  package init(
    section: Span<UInt8>, sector: Span<UInt8>, layer: Span<UInt8>, plane: Span<UInt8>, time: Span<Float>,
    layerPlanes: Int = layerPlanes
  ) {
    let hits = Self.layerPlanes(section: section, sector: sector, layer: layer, plane: plane, time: time)
    for sector in 0..<Self.count where hits[sector].nonzeroBitCount >= layerPlanes { fired |= 1 << UInt32(sector) }
  }

  /// The (layer, plane) pairs with a hit in time, two bits to a layer, of every sector.
  @inline(__always)
  static func layerPlanes(
    section: Span<UInt8>, sector: Span<UInt8>, layer: Span<UInt8>, plane: Span<UInt8>, time: Span<Float>
  ) -> InlineArray<24, UInt32> {
    var hits = InlineArray<24, UInt32>(repeating: 0)
    for index in section.indices {
      guard abs(time[index]) <= Self.window, let bit = Self.bit(section: section[index], sector: sector[index])
      else { continue }
      hits[bit] |= 1 << UInt32(2 * (layer[index] - 1) + plane[index])
    }
    return hits
  }

  /// Fired sectors of the barrel, 16 at most.
  package var barrelCount: Int { (fired & 0xFFFF).nonzeroBitCount }
  /// Fired sectors of the endcaps, 8 at most.
  package var endcapCount: Int { (fired >> 16).nonzeroBitCount }
  /// A backward and a forward sector of the barrel fired.
  package var isBarrelBackToBack: Bool { fired & 0xFF != 0 && fired & 0xFF00 != 0 }
  /// A sector of each endcap fired.
  package var isEndcapBackToBack: Bool { fired & 0xF0000 != 0 && fired & 0xF00000 != 0 }
  /// Fired quadrants of the backward endcap: bit k is centred at 45 + 90 k degrees.
  package var endcapBackward: UInt32 { fired >> 16 & 0xF }
  /// Fired quadrants of the forward endcap.
  package var endcapForward: UInt32 { fired >> 20 & 0xF }
  /// Octants of the barrel with a fired sector, forward or backward: bit k is centred at 45 degrees times k.
  package var barrelOctants: UInt32 { (fired | fired >> 8) & 0xFF }
}
