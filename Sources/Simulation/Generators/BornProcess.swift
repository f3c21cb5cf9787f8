import Foundation
import Kinematics
import Statistics

/// A two-body process of quantum electrodynamics at lowest order.
public enum BornProcess: String, Sendable, CaseIterable {
  /// e+e- to mu+ mu-.
  case muonPair = "mumu"
  /// e+e- to tau+ tau-.
  case tauPair = "tautau"
  /// e+e- to e+e-, both within 10 to 170 degrees in the centre of mass.
  case bhabha = "bhabha_10_170"
  /// e+e- to gamma gamma, both within 10 to 170 degrees in the centre of mass.
  case photonPair = "gammagamma"

  /// Code of the outgoing particle that carries the sign of the electron.
  var particle: Int32 {
    switch self {
    case .muonPair: 13
    case .tauPair: 15
    case .bhabha: 11
    case .photonPair: 22
    }
  }

  /// Mass of the outgoing particles, GeV.
  var mass: Double {
    switch self {
    case .muonPair: Mass.muon
    case .tauPair: Mass.tau
    case .bhabha: Mass.electron
    case .photonPair: 0
    }
  }

  /// Largest |cos theta| of the outgoing particles in the centre of mass.
  public var largestCosine: Double { isAnnihilation ? 1 : cos(10 * Units.degree) }

  /// Whether the electrons annihilate to other leptons, and nothing peaks along the beams.
  private var isAnnihilation: Bool { self == .muonPair || self == .tauPair }

  /// Largest |cos theta| drawn in the frame of the hard collision: beyond the cut, so that recoil against photons can bring
  /// particles in.
  var drawnCosine: Double { isAnnihilation ? 1 : cos(8 * Units.degree) }

  /// Smallest mass squared of the hard collision in units of s.
  var smallestScale: Double {
    switch self {
    case .muonPair, .tauPair: 4.2 * mass * mass / 112
    case .bhabha: 0.0015
    case .photonPair: 0.01
    }
  }

  /// d sigma/d cos(theta), nb, for an electron (or muon) at this angle to the incoming electron; photons are identical: the
  /// distribution over the full range counts each pair once.
  ///
  /// mu mu, tau tau: alpha^2 pi v/(2 s) (1 + c^2 + (1 - v^2)(1 - c^2)); gamma gamma: pi alpha^2/s (1 + c^2)/(1 - c^2); Bhabha: the coherent sum of
  /// photon exchange in t and annihilation in s, which for equal couplings is pi alpha^2/(2 s) ((3 + c^2)/(1 - c))^2.
  /// M. E. Peskin, D. V. Schroeder, An Introduction to Quantum Field Theory, eq. 5.10, 5.106 and problem 5.2; running couplings
  /// in photon exchanges (`RunningCoupling`), bare ones for real photons.
  /// - Parameters:
  ///   - cosine: cosine of the angle in the frame of the hard collision.
  ///   - s: mass squared of the hard collision, GeV^2.
  public func differentialCrossSection(cosine: Double, s: Double) -> Double {
    let alpha = PhysicalConstants.fineStructure
    let scale = alpha * alpha * PhysicalConstants.hbarCSquared * Double.pi / s
    switch self {
    case .muonPair, .tauPair:
      let inverseGammaSquared = 4 * mass * mass / s
      guard inverseGammaSquared < 1 else { return 0 }
      let coupling = RunningCoupling.enhancement(scale: s)
      let shape = 1 + cosine * cosine + inverseGammaSquared * (1 - cosine * cosine)
      return 0.5 * scale * coupling * coupling * (1 - inverseGammaSquared).squareRoot() * shape
    case .photonPair:
      return scale * (1 + cosine * cosine) / (1 - cosine * cosine)
    case .bhabha:
      let exchange = RunningCoupling.enhancement(scale: 0.5 * s * (1 - cosine))
      let annihilation = RunningCoupling.enhancement(scale: s)
      let forward = 0.5 * (1 + cosine)
      let backward = 0.5 * (1 - cosine)
      let tSquared: Double = (1 + forward * forward) / (backward * backward) * exchange * exchange
      let interference: Double = 2 * forward * forward / backward * exchange * annihilation
      let sSquared: Double = 0.5 * (1 + cosine * cosine) * annihilation * annihilation
      return scale * (tSquared - interference + sSquared)
    }
  }

  /// Draws cos(theta) from a simple distribution close to the lowest-order one.
  /// - Returns: the cosine and its density.
  func proposeCosine(_ random: inout CounterRandom) -> (cosine: Double, density: Double) {
    let limit = drawnCosine
    let u = random.uniform()
    switch self {
    case .muonPair, .tauPair:
      return (2 * u - 1, 0.5)
    case .photonPair:
      // 1/(1 - c^2): uniform in rapidity.
      let rapidity = 0.5 * log((1 + limit) / (1 - limit))
      let cosine = tanh((2 * u - 1) * rapidity)
      return (cosine, 0.5 / (rapidity * (1 - cosine * cosine)))
    case .bhabha:
      // 1/(1 - c)^2: uniform in 1/(1 - c).
      let low = 1 / (1 + limit)
      let high = 1 / (1 - limit)
      let inverse = low + u * (high - low)
      return (1 - 1 / inverse, inverse * inverse / (high - low))
    }
  }

  /// Largest ratio of the differential cross-section at s to the density of `proposeCosine`, nb: the bound of the rejection.
  func largestRatio(s: Double) -> Double {
    var largest = 0.0
    let steps = 400
    for step in 0...steps {
      let cosine = drawnCosine * (2 * Double(step) / Double(steps) - 1)
      let density: Double
      switch self {
      case .muonPair, .tauPair: density = 0.5
      case .photonPair:
        density = 1 / (log((1 + drawnCosine) / (1 - drawnCosine)) * (1 - cosine * cosine))
      case .bhabha:
        let span = 1 / (1 - drawnCosine) - 1 / (1 + drawnCosine)
        density = 1 / ((1 - cosine) * (1 - cosine) * span)
      }
      largest = max(largest, differentialCrossSection(cosine: cosine, s: s) / density)
    }
    return largest * 1.02
  }

  /// Scale of the radiation of the incoming and outgoing electrons, GeV^2: s, and for Bhabha scattering s t/u, which takes the
  /// interference of initial and final radiation into account (C. M. Carloni Calame et al., Nucl. Phys. B 584 (2000) 459).
  func radiationScale(cosine: Double, s: Double) -> Double {
    self == .bhabha ? s * (1 - cosine) / (1 + cosine) : s
  }
}
