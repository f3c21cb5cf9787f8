import ArrowStream
import EventModel
import Kinematics

/// The decays to two charged particles and the collision point of an event, as the truth has them. Studies read truth; no trigger does.
public struct DecayTruth {
  /// A decay with exactly two charged products of opposite charge, whatever neutral ones there are.
  public struct Decay: Sendable, Equatable {
    /// What decays.
    public enum Mother: Sendable, Equatable {
      /// K_S to pi+ pi-.
      case kShort
      /// Lambda to p pi.
      case lambda
      /// A photon to e+e- in the material.
      case photon
      /// A long-lived particle of a signal.
      case signal
    }

    /// What decays.
    public var mother: Mother
    /// Where, cm.
    public var position: Vector3
    /// Momentum of the charged products together, GeV.
    public var momentum: Vector3
    /// Positive product, its position among the event's true particles.
    public var positive: Int
    /// Negative product.
    public var negative: Int
    /// Whether both products fly into the drift chamber's acceptance of 17 to 150 degrees.
    public var isInAcceptance: Bool
    /// The smaller transverse momentum of the two, GeV.
    public var smallerMomentum: Double
  }

  /// Acceptance in polar angle, degrees.
  public static let acceptance = 17.0...150.0

  private let truth: TruthParticles

  /// The truth of a batch.
  /// - Throws: `ColumnError` if it is missing.
  public init(_ batch: RecordBatch) throws { truth = try TruthParticles(batch) }

  /// Where the particles of the collision come from: the origin of the first particle without a mother; nil in an empty event.
  public func collisionPoint(row: Int) -> Vector3? {
    truth.rows[row].first { truth.mother[$0] < 0 }.map(position)
  }

  /// Origin of a true particle of an event, cm.
  public func origin(_ particle: Int, row: Int) -> Vector3? {
    let range = truth.rows[row]
    return range.count > particle && particle >= 0 ? position(range.lowerBound + particle) : nil
  }

  /// Whether true particles of an event all descend from one particle that flew away from the collision point before it decayed.
  public func haveOneFlyingAncestor(_ particles: [Int], row: Int) -> Bool {
    let range = truth.rows[row]
    guard let point = collisionPoint(row: row), let first = particles.first,
      particles.allSatisfy({ $0 >= 0 && $0 < range.count })
    else { return false }
    func ancestors(_ particle: Int) -> [(ancestor: Int, decay: Vector3)] {
      var list: [(ancestor: Int, decay: Vector3)] = []
      var child = particle
      // Mothers stand before daughters; a listing that breaks this ends the chain.
      while case let mother = Int(truth.mother[range.lowerBound + child]), mother >= 0, mother < child {
        list.append((mother, position(range.lowerBound + child)))
        child = mother
      }
      return list
    }
    let others = particles.dropFirst().map { particle in Set(ancestors(particle).map(\.ancestor)) }
    return ancestors(first).contains { ancestor, decay in
      (decay - point).length > 1e-3 && others.allSatisfy { $0.contains(ancestor) }
    }
  }

  /// The decays of an event, in the order of their mothers.
  public func decays(row: Int, signals: Set<Int32> = LongLivedDecay.knownParticles) -> [Decay] {
    let range = truth.rows[row]
    var products: [Int: [Int]] = [:]
    for index in range {
      let mother = Int(truth.mother[index])
      guard mother >= 0, mother < range.count, let charge = ParticleTable.charge(of: truth.pdg[index]), charge != 0
      else { continue }
      products[mother, default: []].append(index - range.lowerBound)
    }
    return products.sorted { $0.key < $1.key }.compactMap { mother, daughters in
      guard daughters.count == 2, let kind = kind(truth.pdg[range.lowerBound + mother], signals) else { return nil }
      return decay(kind, daughters.map { range.lowerBound + $0 }, first: range.lowerBound)
    }
  }

  private func kind(_ code: Int32, _ signals: Set<Int32>) -> Decay.Mother? {
    switch code {
    case 310: .kShort
    case 3122, -3122: .lambda
    case 22: .photon
    default: code != .min && signals.contains(abs(code)) ? .signal : nil
    }
  }

  private func decay(_ mother: Decay.Mother, _ products: [Int], first: Int) -> Decay? {
    let isFirstPositive = (ParticleTable.charge(of: truth.pdg[products[0]]) ?? 0) > 0
    let isSecondPositive = (ParticleTable.charge(of: truth.pdg[products[1]]) ?? 0) > 0
    guard isFirstPositive != isSecondPositive else { return nil }
    let momenta = products.map { Vector3(Double(truth.px[$0]), Double(truth.py[$0]), Double(truth.pz[$0])) }
    let isInside = momenta.allSatisfy { Self.acceptance.contains($0.theta * 180 / Double.pi) }
    return Decay(
      mother: mother, position: position(products[0]), momentum: momenta[0] + momenta[1],
      positive: (isFirstPositive ? products[0] : products[1]) - first,
      negative: (isFirstPositive ? products[1] : products[0]) - first, isInAcceptance: isInside,
      smallerMomentum: min(momenta[0].transverse, momenta[1].transverse))
  }

  private func position(_ index: Int) -> Vector3 {
    Vector3(Double(truth.x[index]), Double(truth.y[index]), Double(truth.z[index]))
  }
}
