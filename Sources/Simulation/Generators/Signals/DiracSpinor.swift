import Kinematics

/// A Dirac spinor of four complex numbers in the chiral representation, for amplitudes at lowest order.
///
/// Conventions of M. E. Peskin, D. V. Schroeder, An Introduction to Quantum Field Theory, section 3.2 and 3.3: the first two components are
/// left-handed, metric (+, -, -, -).
struct DiracSpinor {
  /// Real parts.
  var real: SIMD4<Double>
  /// Imaginary parts.
  var imaginary: SIMD4<Double>

  private init(real: SIMD4<Double>, imaginary: SIMD4<Double>) {
    self.real = real
    self.imaginary = imaginary
  }

  /// An incoming fermion u(p) whose two-component spinor is one of the two unit ones; both together sum to slash(p) + m.
  init(incoming momentum: FourVector, mass: Double, isUp: Bool) {
    // The root of p.sigma is (p.sigma + m)/sqrt(2 (E + m)).
    let unit = DiracSpinor(
      real: isUp ? SIMD4(1, 0, 1, 0) : SIMD4(0, 1, 0, 1), imaginary: .zero)
    self = (unit.slash(momentum) + mass * unit) * (1 / (2 * (momentum.energy + mass)).squareRoot())
  }

  /// An outgoing antifermion v(p) whose two-component spinor is one of the two unit ones; both together sum to slash(p) - m.
  init(outgoingAnti momentum: FourVector, mass: Double, isUp: Bool) {
    let unit = DiracSpinor(
      real: isUp ? SIMD4(1, 0, -1, 0) : SIMD4(0, 1, 0, -1), imaginary: .zero)
    self = (mass * unit - unit.slash(momentum)) * (1 / (2 * (momentum.energy + mass)).squareRoot())
  }

  /// slash(p) times this spinor, for a real four-vector p.
  func slash(_ p: FourVector) -> DiracSpinor {
    let same = SIMD4(p.energy - p.pz, p.energy + p.pz, p.energy + p.pz, p.energy - p.pz)
    let crossX = SIMD4(-p.px, -p.px, p.px, p.px)
    let crossY = SIMD4(-p.py, p.py, p.py, -p.py)
    let r = real.exchanged
    let i = imaginary.exchanged
    let rc = real.backwards
    let ic = imaginary.backwards
    let newReal: SIMD4<Double> = same * r + crossX * rc + crossY * ic
    let newImaginary: SIMD4<Double> = same * i + crossX * ic - crossY * rc
    return DiracSpinor(real: newReal, imaginary: newImaginary)
  }

  /// gamma^mu times this spinor: mu = 0, 1, 2 for x, y, z and 3 for the energy component.
  func gamma(_ index: Int) -> DiracSpinor {
    switch index {
    case 0: slash(FourVector(px: -1, py: 0, pz: 0, energy: 0))
    case 1: slash(FourVector(px: 0, py: -1, pz: 0, energy: 0))
    case 2: slash(FourVector(px: 0, py: 0, pz: -1, energy: 0))
    default: slash(FourVector(px: 0, py: 0, pz: 0, energy: 1))
    }
  }

  /// gamma_5 times this spinor.
  var chirality: DiracSpinor {
    let sign = SIMD4<Double>(-1, -1, 1, 1)
    return DiracSpinor(real: sign * real, imaginary: sign * imaginary)
  }

  /// The conjugate of this spinor (u-bar) times another: real and imaginary part.
  func bar(_ other: DiracSpinor) -> SIMD2<Double> {
    let r = real.exchanged
    let i = imaginary.exchanged
    return SIMD2(
      (r * other.real + i * other.imaginary).sum(), (r * other.imaginary - i * other.real).sum())
  }

  static func + (left: DiracSpinor, right: DiracSpinor) -> DiracSpinor {
    DiracSpinor(real: left.real + right.real, imaginary: left.imaginary + right.imaginary)
  }

  static func - (left: DiracSpinor, right: DiracSpinor) -> DiracSpinor {
    DiracSpinor(real: left.real - right.real, imaginary: left.imaginary - right.imaginary)
  }

  static func * (left: Double, right: DiracSpinor) -> DiracSpinor {
    DiracSpinor(real: left * right.real, imaginary: left * right.imaginary)
  }

  static func * (left: DiracSpinor, right: Double) -> DiracSpinor { right * left }
}

extension SIMD4 where Scalar == Double {
  /// Left- and right-handed halves exchanged: what gamma^0 does.
  fileprivate var exchanged: SIMD4<Double> { SIMD4(z, w, x, y) }
  /// The components in opposite order.
  fileprivate var backwards: SIMD4<Double> { SIMD4(w, z, y, x) }
}
