/// The dimension of a quantity, as powers of the four base quantities a menu can speak of.
///
/// Energy, momentum and mass share one dimension (natural units, c = 1), as on a physicist's slides. Angle is kept
/// apart from plain numbers so that `theta > 2` can be refused.
public struct Dimension: Hashable, Sendable {
  /// Power of energy (base unit GeV).
  public let energy: Int8
  /// Power of length (base unit cm).
  public let length: Int8
  /// Power of time (base unit ns).
  public let time: Int8
  /// Power of angle (base unit rad).
  public let angle: Int8

  /// Makes a dimension from the powers of the base quantities.
  public init(energy: Int8 = 0, length: Int8 = 0, time: Int8 = 0, angle: Int8 = 0) {
    self.energy = energy
    self.length = length
    self.time = time
    self.angle = angle
  }

  /// A plain number: a count, a charge, a ratio.
  public static let none = Dimension()

  /// Whether this is a plain number.
  public var isNone: Bool { self == .none }

  /// The dimension of a product. Powers saturate, so that hostile expressions cannot overflow.
  static func * (left: Dimension, right: Dimension) -> Dimension {
    Dimension(
      energy: saturatingSum(left.energy, right.energy), length: saturatingSum(left.length, right.length),
      time: saturatingSum(left.time, right.time), angle: saturatingSum(left.angle, right.angle))
  }

  /// The dimension of a quotient.
  static func / (left: Dimension, right: Dimension) -> Dimension {
    Dimension(
      energy: saturatingSum(left.energy, negated(right.energy)),
      length: saturatingSum(left.length, negated(right.length)),
      time: saturatingSum(left.time, negated(right.time)), angle: saturatingSum(left.angle, negated(right.angle)))
  }

  private static func negated(_ power: Int8) -> Int8 { power == .min ? .max : -power }

  private static func saturatingSum(_ left: Int8, _ right: Int8) -> Int8 {
    Int8(clamping: Int(left) + Int(right))
  }

  /// The dimension in words: `an energy`, `an angle`, `a plain number`.
  public var description: String {
    switch self {
    case .none: "a plain number"
    case Dimension(energy: 1): "an energy"
    case Dimension(energy: 2): "a squared energy"
    case Dimension(length: 1): "a length"
    case Dimension(time: 1): "a time"
    case Dimension(angle: 1): "an angle"
    case Dimension(time: -1): "a rate"
    case Dimension(length: -1): "a curvature"
    default: "a quantity in \(baseUnits)"
    }
  }

  /// The base units written out: `GeV`, `cm`, `1/cm`, `GeV*cm`.
  public var baseUnits: String {
    let powers = [("GeV", energy), ("cm", length), ("ns", time), ("rad", angle)]
    func written(_ factors: [(String, Int8)], _ sign: Int8) -> String {
      factors.map { name, power in Int(power) * Int(sign) == 1 ? name : "\(name)^\(Int(power) * Int(sign))" }
        .joined(separator: "*")
    }
    let numerator = powers.filter { $0.1 > 0 }
    let denominator = powers.filter { $0.1 < 0 }
    if denominator.isEmpty { return numerator.isEmpty ? "1" : written(numerator, 1) }
    return (numerator.isEmpty ? "1" : written(numerator, 1)) + "/" + written(denominator, -1)
  }
}

/// A unit of measurement: its symbol in a menu, its dimension, and its size in the base units GeV, cm, ns, rad.
public struct Unit: Hashable, Sendable {
  /// How the unit is written: `GeV`, `deg`, `1/cm`.
  public let symbol: String
  /// What the unit measures.
  public let dimension: Dimension
  /// One of this unit in base units (GeV, cm, ns, rad).
  public let factor: Double

  /// Makes a unit from its symbol, dimension and size in base units.
  public init(symbol: String, dimension: Dimension, factor: Double) {
    self.symbol = symbol
    self.dimension = dimension
    self.factor = factor
  }

  /// A plain number.
  public static let dimensionless = Unit(symbol: "", dimension: .none, factor: 1)
  /// Tera-electronvolt.
  public static let teraelectronvolt = Unit(symbol: "TeV", dimension: Dimension(energy: 1), factor: 1000)
  /// Giga-electronvolt, the base unit of energy, momentum and mass.
  public static let gigaelectronvolt = Unit(symbol: "GeV", dimension: Dimension(energy: 1), factor: 1)
  /// Mega-electronvolt.
  public static let megaelectronvolt = Unit(symbol: "MeV", dimension: Dimension(energy: 1), factor: 1e-3)
  /// Kilo-electronvolt.
  public static let kiloelectronvolt = Unit(symbol: "keV", dimension: Dimension(energy: 1), factor: 1e-6)
  /// Squared giga-electronvolt, for squared masses.
  public static let squaredGigaelectronvolt = Unit(symbol: "GeV2", dimension: Dimension(energy: 2), factor: 1)
  /// Squared mega-electronvolt.
  public static let squaredMegaelectronvolt = Unit(symbol: "MeV2", dimension: Dimension(energy: 2), factor: 1e-6)
  /// Metre.
  public static let metre = Unit(symbol: "m", dimension: Dimension(length: 1), factor: 100)
  /// Centimetre, the base unit of length.
  public static let centimetre = Unit(symbol: "cm", dimension: Dimension(length: 1), factor: 1)
  /// Millimetre.
  public static let millimetre = Unit(symbol: "mm", dimension: Dimension(length: 1), factor: 0.1)
  /// Micrometre.
  public static let micrometre = Unit(symbol: "um", dimension: Dimension(length: 1), factor: 1e-4)
  /// Second.
  public static let second = Unit(symbol: "s", dimension: Dimension(time: 1), factor: 1e9)
  /// Millisecond.
  public static let millisecond = Unit(symbol: "ms", dimension: Dimension(time: 1), factor: 1e6)
  /// Microsecond.
  public static let microsecond = Unit(symbol: "us", dimension: Dimension(time: 1), factor: 1e3)
  /// Nanosecond, the base unit of time.
  public static let nanosecond = Unit(symbol: "ns", dimension: Dimension(time: 1), factor: 1)
  /// Radian, the base unit of angle.
  public static let radian = Unit(symbol: "rad", dimension: Dimension(angle: 1), factor: 1)
  /// Milliradian.
  public static let milliradian = Unit(symbol: "mrad", dimension: Dimension(angle: 1), factor: 1e-3)
  /// Degree.
  public static let degree = Unit(symbol: "deg", dimension: Dimension(angle: 1), factor: Double.pi / 180)
  /// Hertz.
  public static let hertz = Unit(symbol: "Hz", dimension: Dimension(time: -1), factor: 1e-9)
  /// Kilohertz.
  public static let kilohertz = Unit(symbol: "kHz", dimension: Dimension(time: -1), factor: 1e-6)
  /// Megahertz.
  public static let megahertz = Unit(symbol: "MHz", dimension: Dimension(time: -1), factor: 1e-3)
  /// Inverse centimetre, the unit of a track's curvature.
  public static let inverseCentimetre = Unit(symbol: "1/cm", dimension: Dimension(length: -1), factor: 1)

  /// Every unit a menu may write after a number, by symbol. Inverse units are written `1/cm`.
  public static let named: [String: Unit] = Dictionary(
    uniqueKeysWithValues: [
      teraelectronvolt, gigaelectronvolt, megaelectronvolt, kiloelectronvolt, squaredGigaelectronvolt,
      squaredMegaelectronvolt, metre, centimetre, millimetre,
      micrometre, second, millisecond, microsecond, nanosecond, radian, milliradian, degree, hertz, kilohertz,
      megahertz,
    ].map { ($0.symbol, $0) })

  /// The inverse of this unit: `1/cm` for `cm`.
  var inverse: Unit {
    Unit(symbol: "1/\(symbol)", dimension: .none / dimension, factor: 1 / factor)
  }
}
