import Foundation

/// What beam background adds to the energy measured of a shower beyond the background crystals that are laid over the event: pulses
/// under a pulse that the fit of its samples takes for a part of it.
///
/// Crystals of background keep their own time, so that a clusterer leaves out nearly all of them; the measured resolution at b = 1 has
/// more. The difference in quadrature between that resolution and what is found without this term, at 0.1 and 1 GeV in each part of the
/// calorimeter, is described by a power of the energy. `Documentation/simulation.md`, section "Pile-up in the calorimeter".
struct PileUpNoise {
  /// Standard deviation at 0.1 GeV and b = 1, GeV.
  let atTenth: Double
  /// Power with which it grows from there.
  let power: Double

  /// Beyond these polar angles are the endcaps, rad.
  private static let forwardEdge = 0.556
  private static let backwardEdge = 2.26
  private static let forward = PileUpNoise(atTenth: 0.0099, power: 0.19)
  private static let barrel = PileUpNoise(atTenth: 0.0127, power: 0.29)
  private static let backward = PileUpNoise(atTenth: 0.0375, power: 0)
  /// Softer showers have fewer crystals for background to lie in: as the root of their energy, a choice of this model.
  private static let softPower = 0.5

  /// Standard deviation for a shower of an energy in GeV at a polar angle and background level, GeV.
  static func deviation(energy: Double, theta: Double, level: Double) -> Double {
    let noise = theta < forwardEdge ? forward : (theta > backwardEdge ? backward : barrel)
    let relative = energy / 0.1
    return noise.atTenth * pow(relative, relative < 1 ? softPower : noise.power) * level.squareRoot()
  }
}
