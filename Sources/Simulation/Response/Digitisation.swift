/// The steps in which the electronics measures. Powers of two: a digitised number is exact in 32 bits and compresses well.
enum Digitisation {
  /// Crystal energies, GeV: 31 keV.
  static let energy = 0x1p-15
  /// Times of crystals and muon-detector hits, ns.
  static let time = 0x1p-5
  /// Positions on silicon sensors, cm: 0.6 um, far below every resolution.
  static let siliconPosition = 0x1p-14
  /// Charges of silicon points, thousand electrons.
  static let charge = 0x1p-3
  /// Positions in the muon detector, cm.
  static let muonPosition = 0x1p-4

  /// The nearest multiple of a step.
  static func rounded(_ value: Double, _ step: Double) -> Float { Float((value / step).rounded() * step) }
}
