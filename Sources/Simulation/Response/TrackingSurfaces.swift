import Detector
import Kinematics

/// The cylinders a particle stops at on its way out: where there is material, and where silicon layers are read out.
struct TrackingSurfaces {
  struct Surface {
    let radius: Double
    /// Thickness at normal incidence.
    let radiationLengths: Double
    let zMin: Double
    let zMax: Double
    /// The silicon layer read out here, 1 to 6; 0 for none.
    let siliconLayer: Int
    /// Whether electrons radiate and photons convert here one by one: behind the chamber their showers merge.
    let showersApart: Bool
  }

  let surfaces: [Surface]
  /// Inner and outer radius of the chamber's sensitive volume, cm.
  let chamber: ClosedRange<Double>

  /// How many cylinders the chamber gas is gathered on.
  private static let gasSurfaces = 4

  init(_ detector: DetectorModel) {
    var surfaces: [Surface] = []
    var chamber = 16.0...112.0
    var unused = detector.silicon.layers
    for item in detector.material.surfaces {
      if item.isVolume {
        chamber = item.innerRadius...item.outerRadius
        let step = (item.outerRadius - item.innerRadius) / Double(Self.gasSurfaces)
        for index in 0..<Self.gasSurfaces {
          surfaces.append(
            Surface(
              radius: item.innerRadius + (Double(index) + 0.5) * step,
              radiationLengths: item.radiationLengths / Double(Self.gasSurfaces), zMin: item.zMin, zMax: item.zMax,
              siliconLayer: 0, showersApart: false))
        }
        continue
      }
      let layer = unused.firstIndex { abs($0.radius - item.radius) < 0.3 }
      surfaces.append(
        Surface(
          radius: item.radius, radiationLengths: item.radiationLengths, zMin: item.zMin, zMax: item.zMax,
          siliconLayer: layer.map { unused.remove(at: $0).layer } ?? 0, showersApart: item.outerRadius < 20))
    }
    // A silicon layer without an entry in the table of material is still read out.
    for layer in unused {
      surfaces.append(
        Surface(
          radius: layer.radius, radiationLengths: 0, zMin: -.infinity, zMax: .infinity, siliconLayer: layer.layer,
          showersApart: true))
    }
    self.surfaces = surfaces.sorted { $0.radius < $1.radius }
    self.chamber = chamber
  }
}
