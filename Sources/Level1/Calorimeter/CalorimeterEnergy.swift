/// An energy as the calorimeter trigger computes with it: a whole number of 10 keV, so that comparisons are exact.
///
/// The converter's step of 5.25 MeV is 525 of them.
package struct CalorimeterEnergy: Comparable, Sendable {
  package var tenKiloelectronvolts: Int

  /// A number of converter steps.
  package init(counts: Int32) { tenKiloelectronvolts = Int(counts) * 525 }

  /// A threshold in GeV.
  package init(gigaelectronvolts: Double) { tenKiloelectronvolts = Int((gigaelectronvolts * 100_000).rounded()) }

  /// The laboratory energy that a centre-of-mass threshold means at a cell whose energy ratio is `ratio` tenths.
  package init(centreOfMass gigaelectronvolts: Double, ratio: Int16) {
    tenKiloelectronvolts = Int((gigaelectronvolts * 10_000).rounded()) * Int(ratio)
  }

  package static func < (left: Self, right: Self) -> Bool { left.tenKiloelectronvolts < right.tenKiloelectronvolts }
}
