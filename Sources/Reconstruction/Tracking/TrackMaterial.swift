import Detector

/// The material tracks meet, in the form the filter uses.
struct TrackMaterial: Sendable {
  /// A thin cylinder.
  struct Surface: Sendable {
    var radius: Double
    var radiationLengths: Double
    var zMin: Double
    var zMax: Double
    /// Silicon layer whose sensors it is made of, 0 if none.
    var siliconLayer: Int
  }

  /// Cylinders inside the drift chamber, from outside to inside.
  let surfaces: [Surface]
  /// Radiation lengths per cm of the chamber's gas and wires.
  let gas: Double
  /// Energy that a minimum-ionising particle loses per radiation length, GeV: between that of silicon (36 MeV) and of beryllium (104 MeV);
  /// 3 MeV up to the chamber in all.
  static let lossPerRadiationLength = 0.065

  init(_ material: Material, silicon: SiliconTracker) {
    var surfaces: [Surface] = []
    var gas = 0.0
    for surface in material.surfaces {
      if surface.isVolume {
        gas = surface.radiationLengths / (surface.outerRadius - surface.innerRadius)
        continue
      }
      guard surface.radius < 16.5 else { continue }
      let layer = silicon.layers.first { abs($0.radius - surface.radius) < 0.2 }
      surfaces.append(
        Surface(
          radius: surface.radius, radiationLengths: surface.radiationLengths, zMin: surface.zMin, zMax: surface.zMax,
          siliconLayer: layer?.layer ?? 0))
    }
    self.surfaces = surfaces.sorted { $0.radius > $1.radius }
    self.gas = gas
  }
}
