import Detector
import Kinematics

/// The cylinders a particle stops at on its way out: where there is material, and where silicon layers are read out.
struct TrackingSurfaces {
  struct Surface {
    let radius: Double
    /// Thickness at normal incidence.
    let radiationLengths: Double
    /// The same in interaction lengths of nucleons.
    let interactionLengths: Double
    let zMin: Double
    let zMax: Double
    /// The silicon layer read out here, 1 to 6; 0 for none.
    let siliconLayer: Int
    /// Whether electrons radiate and photons convert here one by one: behind the chamber their showers merge.
    let showersApart: Bool
    /// Whether this is the beam pipe, which goes on beyond its ends as another wall.
    let isBeamPipe: Bool
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
              radiationLengths: item.radiationLengths / Double(Self.gasSurfaces),
              interactionLengths: item.interactionLengths / Double(Self.gasSurfaces), zMin: item.zMin, zMax: item.zMax,
              siliconLayer: 0, showersApart: true, isBeamPipe: false))
        }
        continue
      }
      let layer = unused.firstIndex { abs($0.radius - item.radius) < 0.3 }
      surfaces.append(
        Surface(
          radius: item.radius, radiationLengths: item.radiationLengths, interactionLengths: item.interactionLengths,
          zMin: item.zMin, zMax: item.zMax, siliconLayer: layer.map { unused.remove(at: $0).layer } ?? 0,
          showersApart: item.outerRadius < 20, isBeamPipe: item.outerRadius < 1.3))
    }
    // A silicon layer without an entry in the table of material is still read out.
    for layer in unused {
      surfaces.append(
        Surface(
          radius: layer.radius, radiationLengths: 0, interactionLengths: 0, zMin: -.infinity, zMax: .infinity,
          siliconLayer: layer.layer, showersApart: true, isBeamPipe: false))
    }
    self.surfaces = surfaces.sorted { $0.radius < $1.radius }
    self.chamber = chamber
  }
}
