import Foundation
import Kinematics
import Statistics

/// e+e- to l+ l- X at lowest order, with X radiated off either lepton: the exact matrix element of one virtual photon, lepton masses
/// included, with X a vector (coupling gamma^mu), a scalar (1) or a pseudoscalar (gamma_5).
///
/// The amplitudes are calculated with spinors. The Dalitz variables D = (p_l + k)^2 - m_l^2 of both leptons, the denominators of
/// the propagators, are drawn log-uniformly; what remains varies little. Missing on purpose: radiation of further photons, and for X to l+ l- the
/// interference of equal leptons.
struct LeptonPairRadiation: Sendable {
  /// What couples to the lepton.
  enum Coupling: Sendable { case vector, scalar, pseudoscalar }

  /// What was made, in the centre of mass: z along the incoming electron.
  struct Outcome {
    var lepton: FourVector
    var antilepton: FourVector
    var resonance: Polarisation
  }

  /// Amplitude of one state of the spins and one component of X: a complex vector in the index of the virtual photon.
  private struct Amplitude {
    var real: Vector3
    var imaginary: Vector3
    var component: Int
  }

  let coupling: Coupling
  /// Mass of the leptons, GeV.
  let leptonMass: Double
  /// Mass of X, GeV.
  let mass: Double
  /// Largest weight of a try.
  let bound: Double

  /// The radiation of a particle.
  /// - Parameters:
  ///   - coupling: kind of the particle.
  ///   - leptonMass: GeV.
  ///   - mass: GeV, above 0.
  ///   - energy: usual energy in the centre of mass, GeV, above threshold by more than its spread.
  init(_ coupling: Coupling, leptonMass: Double, mass: Double, energy: Double) {
    self.coupling = coupling
    self.leptonMass = leptonMass
    self.mass = mass
    let steps = 48
    var largest = 0.0
    let kinematics = Dalitz(leptonMass: leptonMass, mass: mass, energy: energy)
    for first in 0...steps {
      for second in 0...24 {
        guard
          let point = kinematics.point(Double(first) / Double(steps), Double(second) / 24)
        else { continue }
        let amplitudes = Self.amplitudes(coupling, point, leptonMass, energy)
        largest = max(largest, point.measure * Self.sum(amplitudes))
      }
    }
    // Grid, and spread of the energy.
    bound = 1.25 * largest
  }

  /// The same radiation of another mass.
  /// - Parameters:
  ///   - mass: GeV, above 0.
  ///   - bound: largest weight of a try.
  func at(mass: Double, bound: Double) -> LeptonPairRadiation {
    LeptonPairRadiation(coupling: coupling, leptonMass: leptonMass, mass: mass, bound: bound)
  }

  private init(coupling: Coupling, leptonMass: Double, mass: Double, bound: Double) {
    self.coupling = coupling
    self.leptonMass = leptonMass
    self.mass = mass
    self.bound = bound
  }

  /// Draws one collision.
  /// - Parameters:
  ///   - energy: in the centre of mass, GeV.
  ///   - random: source of numbers.
  ///   - aboveBound: counts tries whose weight exceeded the bound: stays 0 if events are truly unweighted.
  func draw(energy: Double, _ random: inout CounterRandom, aboveBound: inout Int) -> Outcome? {
    let kinematics = Dalitz(leptonMass: leptonMass, mass: mass, energy: energy)
    for _ in 0..<1_000_000 {
      guard let point = kinematics.point(random.uniform(), random.uniform()) else { continue }
      let amplitudes = Self.amplitudes(coupling, point, leptonMass, energy)
      let sum = Self.sum(amplitudes)
      let weight = point.measure * sum
      if weight > bound { aboveBound += 1 }
      guard random.uniform() * bound < weight else { continue }
      // The beam in the frame of the event: transverse currents alone couple to it.
      var axis = PhaseSpace.isotropicDirection(&random)
      while random.uniform() * sum < Self.along(axis, amplitudes) {
        axis = PhaseSpace.isotropicDirection(&random)
      }
      return turned(point, amplitudes, axis, azimuth: random.uniform(0, 2 * Double.pi))
    }
    return nil
  }

  /// The event with `axis` turned to z.
  private func turned(_ point: Dalitz.Point, _ amplitudes: [Amplitude], _ axis: Vector3, azimuth: Double) -> Outcome {
    let first = direction(about: axis, cosine: 0, azimuth: azimuth)
    let second = axis.cross(first)
    func turn(_ vector: FourVector) -> FourVector {
      let p = vector.momentum
      return FourVector(px: first.dot(p), py: second.dot(p), pz: axis.dot(p), energy: vector.energy)
    }
    var vectors: [FourVector] = []
    if coupling == .vector {
      for start in stride(from: 0, to: amplitudes.count, by: 4) {
        for transverse in [first, second] {
          let four = amplitudes[start..<(start + 4)]
          let real = four.map { transverse.dot($0.real) }
          let imaginary = four.map { transverse.dot($0.imaginary) }
          for part in [real, imaginary] {
            vectors.append(turn(FourVector(px: part[0], py: part[1], pz: part[2], energy: part[3])))
          }
        }
      }
    }
    return Outcome(
      lepton: turn(point.lepton), antilepton: turn(point.antilepton),
      resonance: Polarisation(vectors, turn(point.radiated)))
  }

  /// Sign of a component of X in a Lorentz product.
  private static func sign(_ amplitude: Amplitude) -> Double { amplitude.component == 3 ? -1 : 1 }

  /// Sum over spins, components of X and all three directions of the virtual photon.
  private static func sum(_ amplitudes: [Amplitude]) -> Double {
    amplitudes.reduce(0) { $0 + sign($1) * ($1.real.lengthSquared + $1.imaginary.lengthSquared) }
  }

  /// The part of a virtual photon polarised along an axis.
  private static func along(_ axis: Vector3, _ amplitudes: [Amplitude]) -> Double {
    amplitudes.reduce(0) {
      let real = axis.dot($1.real)
      let imaginary = axis.dot($1.imaginary)
      return $0 + sign($1) * (real * real + imaginary * imaginary)
    }
  }

  /// All amplitudes: per spins of the leptons the components of X in order (one for spin 0).
  private static func amplitudes(_ coupling: Coupling, _ point: Dalitz.Point, _ mass: Double, _ energy: Double)
    -> [Amplitude]
  {
    let components = coupling == .vector ? [0, 1, 2, 3] : [0]
    func vertex(_ spinor: DiracSpinor, _ component: Int) -> DiracSpinor {
      switch coupling {
      case .vector: spinor.gamma(component)
      case .scalar: spinor
      case .pseudoscalar: spinor.chirality
      }
    }
    let afterLepton = point.lepton + point.radiated
    let afterAntilepton = point.antilepton + point.radiated
    let outgoing = [true, false].map { DiracSpinor(incoming: point.lepton, mass: mass, isUp: $0) }
    var result: [Amplitude] = []
    result.reserveCapacity(4 * components.count)
    for isUp in [true, false] {
      let anti = DiracSpinor(outgoingAnti: point.antilepton, mass: mass, isUp: isUp)
      // X off the lepton: the virtual photon acts first.
      let virtual = (0..<3).map { index in
        let made = anti.gamma(index)
        return (1 / point.denominator) * (made.slash(afterLepton) + mass * made)
      }
      // X off the antilepton.
      let radiated = components.map { component in
        let made = vertex(anti, component)
        return (1 / point.antiDenominator) * (mass * made - made.slash(afterAntilepton))
      }
      for lepton in outgoing {
        for component in components {
          var parts = [SIMD2<Double>.zero, .zero, .zero]
          for index in 0..<3 {
            parts[index] =
              lepton.bar(vertex(virtual[index], component)) + lepton.bar(radiated[component].gamma(index))
          }
          result.append(
            Amplitude(
              real: Vector3(parts[0].x, parts[1].x, parts[2].x),
              imaginary: Vector3(parts[0].y, parts[1].y, parts[2].y),
              component: coupling == .vector ? component : 0))
        }
      }
    }
    return result
  }
}

/// The Dalitz plane of a lepton pair and a third particle, in the denominators of the leptons' propagators.
struct Dalitz {
  /// A point of the plane with momenta in a frame of its own: antilepton along -z, all in the xz plane.
  struct Point {
    var lepton: FourVector
    var antilepton: FourVector
    var radiated: FourVector
    /// (p_l + k)^2 - m_l^2, GeV^2.
    var denominator: Double
    /// The same of the antilepton, GeV^2.
    var antiDenominator: Double
    /// Phase space per interval of the two uniform numbers, up to a constant.
    var measure: Double
  }

  let leptonMass: Double
  let mass: Double
  let energy: Double

  /// The point of two uniform numbers; nil without phase space.
  func point(_ first: Double, _ second: Double) -> Point? {
    let lowest = mass * mass + 2 * leptonMass * mass
    let highest = (energy - leptonMass) * (energy - leptonMass) - leptonMass * leptonMass
    guard lowest > 0, highest > lowest else { return nil }
    let denominator = lowest * pow(highest / lowest, first)
    let square = denominator + leptonMass * leptonMass
    let system = square.squareRoot()
    // In the rest frame of lepton and radiated particle.
    let antiEnergy = (energy * energy - square - leptonMass * leptonMass) / (2 * system)
    let radiatedEnergy = (square + mass * mass - leptonMass * leptonMass) / (2 * system)
    let antiMomentum = PhaseSpace.breakUpMomentum(energy, system, leptonMass) * energy / system
    let radiatedMomentum = PhaseSpace.breakUpMomentum(system, leptonMass, mass)
    let product = antiMomentum * radiatedMomentum
    guard product > 0 else { return nil }
    let m2 = leptonMass * leptonMass
    // Twice the product of the four-momenta at its least, without the difference of two large numbers.
    let least =
      2 * (antiMomentum * antiMomentum * mass * mass + m2 * radiatedMomentum * radiatedMomentum + m2 * mass * mass)
      / (antiEnergy * radiatedEnergy + product)
    let low = mass * mass + least
    let high = mass * mass + 2 * (antiEnergy * radiatedEnergy + product)
    guard high > low else { return nil }
    let antiDenominator = low * pow(high / low, second)
    let cosine = min(1, max(-1, 1 - 0.5 * (antiDenominator - low) / product))
    let sine = max(0, (1 - cosine) * (1 + cosine)).squareRoot()
    // The antilepton flies along -z.
    let inside = radiatedMomentum * Vector3(sine, 0, -cosine)
    let outward = PhaseSpace.breakUpMomentum(energy, system, leptonMass)
    let whole = FourVector(momentum: Vector3(0, 0, outward), mass: system)
    guard let boost = Boost(toRestFrameOf: whole)?.inverse else { return nil }
    return Point(
      lepton: boost.apply(FourVector(momentum: -inside, mass: leptonMass)),
      antilepton: FourVector(momentum: Vector3(0, 0, -outward), mass: leptonMass),
      radiated: boost.apply(FourVector(momentum: inside, mass: mass)),
      denominator: denominator, antiDenominator: antiDenominator,
      measure: denominator * antiDenominator * log(highest / lowest) * log(high / low))
  }
}
