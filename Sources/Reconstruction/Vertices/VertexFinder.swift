import Kinematics

/// Vertices of all pairs of opposite charge in an event.
struct VertexFinder {
  /// Pairs with a smaller vertex probability are not kept.
  static let smallestProbability = 1e-4
  /// Mass windows, GeV: +-15 MeV about the K_S and +-5 MeV about the Lambda, six and four times the resolution of their cores.
  private static let kShort = 0.4826...0.5126
  private static let lambda = 1.1107...1.1207
  /// Pairs of electrons below this mass away from the beam pipe are conversions, GeV.
  private static let conversion = 0.03
  /// Nearer to the axis a pair is prompt, whatever its mass, cm.
  private static let smallestDisplacement = 0.5

  private(set) var vertices: [ReconstructedVertex] = []
  private var states: [HelixState] = []
  private var covariances: [Matrix5] = []

  /// Fits every pair. The interaction point is taken as the origin: the luminous region is small against the resolution of
  /// flight directions.
  mutating func find(_ tracks: ArraySlice<ReconstructedTrack>) {
    vertices.removeAll(keepingCapacity: true)
    states.removeAll(keepingCapacity: true)
    covariances.removeAll(keepingCapacity: true)
    for track in tracks {
      states.append(track.state)
      covariances.append(track.covarianceMatrix)
    }
    for positive in states.indices where states[positive].omega > 0 {
      for negative in states.indices where states[negative].omega < 0 {
        guard
          let fit = PairVertexFit.fit(
            states[positive], covariances[positive], states[negative], covariances[negative])
        else { continue }
        let probability = ChiSquared.probabilityOneDegree(fit.chi2)
        guard probability > VertexFinder.smallestProbability else { continue }
        vertices.append(
          describe(
            fit, probability: probability, positive: positive, negative: negative))
      }
    }
  }

  private func describe(
    _ fit: PairVertexFit.Result, probability: Double, positive: Int, negative: Int
  ) -> ReconstructedVertex {
    let p = VertexFinder.momentum(states[positive], at: fit.arcs.0)
    let n = VertexFinder.momentum(states[negative], at: fit.arcs.1)
    let sum = p + n
    let rho = fit.position.transverse
    var vertex = ReconstructedVertex()
    vertex.x = Float(fit.position.x)
    vertex.y = Float(fit.position.y)
    vertex.z = Float(fit.position.z)
    vertex.chi2 = Float(fit.chi2)
    vertex.probability = Float(probability)
    vertex.rho = Float(rho)
    let mass = VertexFinder.mass(p, Mass.pion, n, Mass.pion)
    vertex.mass = Float(mass)
    vertex.positive = Int16(truncatingIfNeeded: positive)
    vertex.negative = Int16(truncatingIfNeeded: negative)
    vertex.pointing = Float(
      PortableAngles.azimuth(y: sum.cross(fit.position).length, x: sum.dot(fit.position)))
    if rho > VertexFinder.smallestDisplacement {
      if VertexFinder.mass(p, Mass.electron, n, Mass.electron) < VertexFinder.conversion {
        vertex.kind = ReconstructedVertex.Kind.conversion.rawValue
      } else if VertexFinder.kShort.contains(mass) {
        vertex.kind = ReconstructedVertex.Kind.kShort.rawValue
      } else if VertexFinder.lambda.contains(VertexFinder.mass(p, Mass.proton, n, Mass.pion))
        || VertexFinder.lambda.contains(VertexFinder.mass(p, Mass.pion, n, Mass.proton))
      {
        vertex.kind = ReconstructedVertex.Kind.lambda.rawValue
      }
    }
    return vertex
  }

  /// Momentum at a point of a helix, GeV.
  static func momentum(_ state: HelixState, at arc: Double) -> Vector3 {
    let pT = ReconstructedTrack.curvatureOfMomentum / abs(state.omega)
    let (sine, cosine) = PortableAngles.sineCosine(state.phi0 - state.omega * arc)
    return Vector3(pT * cosine, pT * sine, pT * state.tanLambda)
  }

  /// Invariant mass of two momenta with given masses, GeV.
  static func mass(_ a: Vector3, _ massA: Double, _ b: Vector3, _ massB: Double) -> Double {
    (FourVector(momentum: a, mass: massA) + FourVector(momentum: b, mass: massB)).mass
  }
}
