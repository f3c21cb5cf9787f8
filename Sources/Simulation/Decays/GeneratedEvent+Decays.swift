import Kinematics
import Statistics

extension GeneratedEvent {
  /// Four-momentum of particle `index`, GeV.
  func fourVector(_ index: Int) -> FourVector {
    FourVector(px: px[index], py: py[index], pz: pz[index], energy: energy[index])
  }

  /// Adds a particle that leaves the generator undecayed, and returns its index.
  @discardableResult
  mutating func append(_ pdg: Int32, _ momentum: FourVector, mother: Int, vertex: SIMD4<Double> = .zero) -> Int {
    append(pdg: pdg, mother: Int32(mother), momentum: momentum.components, vertex: vertex)
  }

  /// Adds a particle that decays after a flight along a straight line.
  /// - Parameters:
  ///   - pdg: particle code.
  ///   - momentum: laboratory momentum, GeV.
  ///   - mother: index of the mother, -1 for none.
  ///   - vertex: where it was made: cm, and ns.
  ///   - decayLength: mean proper decay length c tau, cm.
  ///   - random: source of numbers.
  /// - Returns: index of the particle, and where and when it decays.
  mutating func appendDecayed(
    _ pdg: Int32, _ momentum: FourVector, mother: Int, vertex: SIMD4<Double> = .zero, decayLength: Double,
    _ random: inout CounterRandom
  ) -> (index: Int, end: SIMD4<Double>) {
    let index = append(
      pdg: pdg, mother: Int32(mother), status: Status.decayed, momentum: momentum.components, vertex: vertex)
    return (index, flightEnd(of: index, decayLength: decayLength, &random))
  }

  /// Draws where and when a particle of the event decays, for one that has not bent: neutral, or of a short life.
  func flightEnd(of index: Int, decayLength: Double, _ random: inout CounterRandom) -> SIMD4<Double> {
    let momentum = fourVector(index)
    let mass = momentum.mass
    guard decayLength > 0, mass > 0 else { return vertex(index) }
    let proper = decayLength * random.exponential() / mass
    return vertex(index)
      + proper * SIMD4(momentum.px, momentum.py, momentum.pz, momentum.energy / PhysicalConstants.speedOfLight)
  }

  /// Adds products of a decay, given in the rest frame of the mother.
  /// - Returns: their indices.
  @discardableResult
  mutating func appendProducts(
    _ products: [(pdg: Int32, momentum: FourVector)], of mother: Int, vertex: SIMD4<Double>
  ) -> [Int] {
    guard let boost = Boost(toRestFrameOf: fourVector(mother))?.inverse else { return [] }
    return products.map { append($0.pdg, boost.apply($0.momentum), mother: mother, vertex: vertex) }
  }
}

extension FourVector {
  /// px, py, pz, energy, GeV.
  var components: SIMD4<Double> { SIMD4(px, py, pz, energy) }
}
