/// The units of every number in the project: lengths in cm, times in ns, energies, momenta and masses in GeV
/// (c = 1), angles in radian, magnetic fields in tesla, cross-sections in nb. Multiply by a constant to bring a
/// number into them (`20 * Units.micrometre`), divide to take it out (`angle / Units.degree`).
public enum Units {
  /// One centimetre: the unit of length.
  public static let centimetre: Double = 1
  /// One millimetre in cm.
  public static let millimetre: Double = 0.1
  /// One micrometre in cm.
  public static let micrometre: Double = 1e-4
  /// One metre in cm.
  public static let metre: Double = 100
  /// One nanosecond: the unit of time.
  public static let nanosecond: Double = 1
  /// One microsecond in ns.
  public static let microsecond: Double = 1e3
  /// One second in ns.
  public static let second: Double = 1e9
  /// One gigaelectronvolt: the unit of energy, momentum and mass.
  public static let gigaelectronvolt: Double = 1
  /// One megaelectronvolt in GeV.
  public static let megaelectronvolt: Double = 1e-3
  /// One radian: the unit of angle.
  public static let radian: Double = 1
  /// One milliradian in rad.
  public static let milliradian: Double = 1e-3
  /// One degree in rad.
  public static let degree: Double = Double.pi / 180
  /// One nanobarn: the unit of cross-sections.
  public static let nanobarn: Double = 1
  /// 1e34 cm^-2 s^-1 in inverse nb per second: rate [Hz] = cross-section [nb] x luminosity [nb^-1 s^-1].
  public static let luminosity1e34: Double = 10
}

/// Constants of nature and of mathematics that more than one place needs.
public enum PhysicalConstants {
  /// Speed of light in cm/ns (exact by definition of the metre).
  public static let speedOfLight: Double = 29.9792458
  /// Transverse momentum in GeV of a unit charge on a circle of 1 cm radius in a field of 1 T:
  /// pT = 0.00299792458 B R (c in units of 1e11 m/s, R in cm).
  public static let momentumPerTeslaCentimetre: Double = 0.00299792458
  /// Fine-structure constant at zero momentum transfer (CODATA 2018).
  public static let fineStructure: Double = 7.2973525693e-3
  /// (hbar c)^2 in GeV^2 nb: turns 1/GeV^2 into nb (CODATA 2018).
  public static let hbarCSquared: Double = 0.3893793721e6
}
