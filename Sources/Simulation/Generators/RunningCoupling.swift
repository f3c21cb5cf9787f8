import Foundation
import Kinematics

/// The electromagnetic coupling at a scale: photon vacuum polarisation by leptons (one loop) and hadrons.
///
/// H. Burkhardt et al., Z. Phys. C 43 (1989) 497, in the parametrisation that general-purpose generators use:
/// alpha(Q^2) = alpha/(1 - delta), delta = alpha/(3 pi) (13.4955 + 3 ln Q^2) + 0.00165 + 0.00299 ln(1 + Q^2) for 9 to 10^4 GeV^2.
enum RunningCoupling {
  /// alpha(Q^2)/alpha(0).
  /// - Parameter scale: |Q^2| in GeV^2, of either a time-like or a space-like photon.
  static func enhancement(scale: Double) -> Double {
    let unit = PhysicalConstants.fineStructure / (3 * Double.pi)
    let shift: Double
    if scale < 2e-6 {
      shift = 0
    } else if scale < 0.09 {
      shift = unit * (13.4916 + log(scale)) + 0.00835 * log(1 + scale)
    } else if scale < 9 {
      shift = unit * (16.3200 + 2 * log(scale)) + 0.00238 * log(1 + 3.927 * scale)
    } else {
      shift = unit * (13.4955 + 3 * log(scale)) + 0.00165 + 0.00299 * log(1 + scale)
    }
    return 1 / (1 - shift)
  }
}
