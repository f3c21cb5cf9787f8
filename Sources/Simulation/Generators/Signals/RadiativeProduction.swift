import Foundation
import Kinematics
import Statistics

/// e+e- to a photon and a boson at lowest order, the photon within 10 to 170 degrees of the beams in the centre of mass.
enum RadiativeProduction {
  /// Largest |cos theta| of the photon in the centre of mass.
  static let largestCosine = cos(10 * Units.degree)

  /// A boson that couples to the electron like a photon (dark photon): initial-state radiation.
  ///
  /// d sigma/d cos(theta) is proportional to (1 + cos^2 + 4 s m^2/(s - m^2)^2)/(1 - cos^2) (R. Essig et al., arXiv:0903.3941); the polarisation of
  /// the boson follows from the amplitudes of massless electrons.
  /// - Parameters:
  ///   - mass: of the boson, GeV.
  ///   - energy: in the centre of mass, GeV.
  ///   - random: source of numbers.
  /// - Returns: photon and boson in the centre of mass, z along the electron.
  static func vector(mass: Double, energy: Double, _ random: inout CounterRandom) -> (
    photon: FourVector, boson: Polarisation
  ) {
    let s = energy * energy
    let free = s - mass * mass
    let offset = 1 + 4 * s * mass * mass / (free * free)
    // 1/(1 - c^2): uniform in rapidity.
    let rapidity = 0.5 * log((1 + largestCosine) / (1 - largestCosine))
    var cosine = 0.0
    repeat {
      cosine = tanh((2 * random.uniform() - 1) * rapidity)
    } while random.uniform() * (offset + largestCosine * largestCosine) > offset + cosine * cosine
    let (photon, boson) = pair(cosine, mass: mass, energy: energy, &random)
    return (photon, Polarisation(amplitudes(photon: photon, boson: boson, energy: energy), boson))
  }

  /// A spin-0 boson that couples to two photons (axion-like particle): 1 + cos^2 (M. J. Dolan et al., arXiv:1709.00009).
  static func pseudoscalar(mass: Double, energy: Double, _ random: inout CounterRandom) -> (
    photon: FourVector, boson: FourVector
  ) {
    var cosine = 0.0
    repeat {
      cosine = random.uniform(-largestCosine, largestCosine)
    } while random.uniform() * 2 > 1 + cosine * cosine
    return pair(cosine, mass: mass, energy: energy, &random)
  }

  private static func pair(_ cosine: Double, mass: Double, energy: Double, _ random: inout CounterRandom) -> (
    photon: FourVector, boson: FourVector
  ) {
    let momentum = PhaseSpace.breakUpMomentum(energy, mass, 0)
    let along = direction(about: Vector3(0, 0, 1), cosine: cosine, azimuth: random.uniform(0, 2 * Double.pi))
    return (
      FourVector(momentum: momentum * along, energy: momentum), FourVector(momentum: -momentum * along, mass: mass)
    )
  }

  /// Amplitudes of the boson for all helicities of electron, positron and photon: real and imaginary parts.
  static func amplitudes(photon: FourVector, boson: FourVector, energy: Double) -> [FourVector] {
    let half = 0.5 * energy
    let electron = FourVector(px: 0, py: 0, pz: half, energy: half)
    let positron = FourVector(px: 0, py: 0, pz: -half, energy: half)
    let afterPhoton = electron - photon
    let afterBoson = electron - boson
    let axis = photon.momentum.unit
    let first = direction(about: axis, cosine: 0, azimuth: 0)
    let second = axis.cross(first)
    var result: [FourVector] = []
    for isUp in [true, false] {
      let incoming = DiracSpinor(incoming: electron, mass: 0, isUp: isUp)
      for isAntiUp in [true, false] {
        let anti = DiracSpinor(outgoingAnti: positron, mass: 0, isUp: isAntiUp)
        for transverse in [first, second] {
          let state = FourVector(momentum: transverse, energy: 0)
          let radiated = incoming.slash(state).slash(afterPhoton)
          var real = SIMD4<Double>.zero
          var imaginary = SIMD4<Double>.zero
          for component in 0..<4 {
            let value: SIMD2<Double> =
              anti.bar(radiated.gamma(component)) * (1 / afterPhoton.massSquared)
              + anti.bar(incoming.gamma(component).slash(afterBoson).slash(state)) * (1 / afterBoson.massSquared)
            real[component] = value.x
            imaginary[component] = value.y
          }
          for part in [real, imaginary] {
            result.append(FourVector(px: part.x, py: part.y, pz: part.z, energy: part.w))
          }
        }
      }
    }
    return result
  }

  /// A vector boson and a scalar from one virtual boson of the same kind (dark Higgsstrahlung): p^2 sin^2/m^2 + 2, with the boson's
  /// polarisation that of the transverse virtual one (B. Batell et al., arXiv:0903.0363).
  /// - Returns: boson and scalar in the centre of mass.
  static func higgsstrahlung(mass: Double, scalarMass: Double, energy: Double, _ random: inout CounterRandom) -> (
    boson: Polarisation, scalar: FourVector
  ) {
    let momentum = PhaseSpace.breakUpMomentum(energy, mass, scalarMass)
    let longitudinal = momentum * momentum / (mass * mass)
    var cosine = 0.0
    repeat {
      cosine = random.uniform(-1, 1)
    } while random.uniform() * (longitudinal + 2) > longitudinal * (1 - cosine * cosine) + 2
    let along = direction(about: Vector3(0, 0, 1), cosine: cosine, azimuth: random.uniform(0, 2 * Double.pi))
    let boson = FourVector(momentum: momentum * along, mass: mass)
    let states = [FourVector(px: 1, py: 0, pz: 0, energy: 0), FourVector(px: 0, py: 1, pz: 0, energy: 0)]
    return (Polarisation(states, boson), FourVector(momentum: -momentum * along, mass: scalarMass))
  }
}
