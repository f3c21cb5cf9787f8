import Kinematics

/// Fit of a common vertex of two or more helices, with the momenta that follow from it and the error of the mass.
///
/// The working memory of one fit after another: load tracks with ``begin()`` and ``add(_:_:_:)``, then ``fit(from:)``.
struct VertexFit {
  /// Numbers of the tracks in their event.
  private(set) var members: [Int] = []
  private var states: [HelixState] = []
  private var covariances: [Matrix5] = []
  private(set) var tracks: [TrackAtVertex] = []
  private(set) var position = Vector3.zero
  private(set) var covariance = Matrix3()
  private(set) var chi2 = 0.0
  /// Momentum of each track at the vertex after the fit, GeV; from ``updateMomenta()``.
  private(set) var momenta: [Vector3] = []

  /// Forgets the tracks.
  mutating func begin() {
    members.removeAll(keepingCapacity: true)
    states.removeAll(keepingCapacity: true)
    covariances.removeAll(keepingCapacity: true)
  }

  /// Adds a track with its number in the event.
  mutating func add(_ member: Int, _ state: HelixState, _ covariance: Matrix5) {
    members.append(member)
    states.append(state)
    covariances.append(covariance)
  }

  /// Takes the track added last away again.
  mutating func removeLast() {
    members.removeLast()
    states.removeLast()
    covariances.removeLast()
  }

  /// Number of tracks.
  var count: Int { states.count }

  /// Degrees of freedom: two conditions for each track, three coordinates.
  var degreesOfFreedom: Int { 2 * count - 3 }

  /// Probability of a larger chi-squared.
  var probability: Double { ChiSquared.probability(chi2, degrees: degreesOfFreedom) }

  /// Above this after the first step the tracks have no common vertex, per track.
  private static let hopeless = 500.0

  /// Fits the vertex from a starting point.
  /// - Returns: false if the tracks do not meet; the results are then without meaning.
  mutating func fit(from start: Vector3) -> Bool {
    position = start
    for step in 0..<5 {
      tracks.removeAll(keepingCapacity: true)
      var weight = Matrix3()
      var pull = Vector3.zero
      for index in states.indices {
        guard let track = TrackAtVertex(states[index], covariances[index], near: position) else { return false }
        weight.add(track.weight, times: 1)
        pull += track.pull
        tracks.append(track)
      }
      guard let inverse = weight.inverse else { return false }
      let next = inverse.multiplied(by: pull)
      guard next.x.isFinite, next.y.isFinite, next.z.isFinite else { return false }
      let moved = next - position
      position = next
      covariance = inverse
      chi2 = 0
      for track in tracks { chi2 += track.chi2(at: position) }
      guard chi2.isFinite, chi2 < VertexFit.hopeless * Double(count) else { return false }
      if moved.lengthSquared < 1e-10 || step == 4 { return true }
    }
    return true
  }

  /// Parameters of a track after the fit.
  func state(_ index: Int) -> HelixState { states[index].stepped(by: tracks[index].change(to: position)) }

  /// Works out the momenta of the tracks at the vertex.
  mutating func updateMomenta() {
    momenta.removeAll(keepingCapacity: true)
    for index in states.indices {
      let state = state(index)
      momenta.append(state.momentum(at: TrackAtVertex.arc(state, position.x, position.y)))
    }
  }

  /// Sum of the momenta, GeV.
  var totalMomentum: Vector3 {
    var sum = Vector3.zero
    for momentum in momenta { sum += momentum }
    return sum
  }

  /// Invariant mass of all tracks as particles of one mass, GeV.
  func mass(each mass: Double) -> Double { total(each: mass).mass }

  private func total(each mass: Double) -> FourVector {
    var sum = FourVector.zero
    for momentum in momenta { sum += FourVector(momentum: momentum, mass: mass) }
    return sum
  }

  /// Error of the invariant mass of all tracks as particles of one mass, GeV; 0 for more than eight tracks.
  ///
  /// The mass depends on the measured parameters of each track through its own momentum and through the vertex; both are linear after
  /// the fit, so that the errors of the tracks propagate without further covariances.
  func massError(each mass: Double) -> Double {
    let total = total(each: mass)
    guard total.massSquared > 0, tracks.count <= 8 else { return 0 }
    var byVertex = Vector3.zero
    var gradients = InlineArray<8, SIMD8<Double>>(repeating: .zero)
    for index in tracks.indices {
      let (byParameters, moving) = massGradient(index, mass: mass, total: total)
      gradients[index] = byParameters
      let (a, b) = tracks[index].forces(byParameters)
      // The fitted parameters change with the vertex too.
      byVertex += moving + tracks[index].across(a, b)
    }
    let spread = covariance.multiplied(by: byVertex)
    var variance = 0.0
    for index in tracks.indices {
      let track = tracks[index]
      let (a, b) = track.forces(gradients[index])
      let (c, d) = track.weighted(spread)
      let alongA: Double = c - a
      let alongB: Double = d - b
      let whole: SIMD8<Double> = gradients[index] + track.gradientA * alongA + track.gradientB * alongB
      variance += covariances[index].form(whole)
    }
    return max(0, variance).squareRoot() / total.mass
  }

  /// Half the derivatives of the squared mass by the parameters of a track and, through its direction there, by the vertex.
  private func massGradient(_ index: Int, mass: Double, total: FourVector) -> (SIMD8<Double>, Vector3) {
    let state = states[index]
    let momentum = momenta[index]
    let energy = (momentum.lengthSquared + mass * mass).squareRoot()
    // d(M^2)/2 = (E_total/E p - p_total) dp, and E_total/E p - p_total has its own part cancelled by construction.
    let slope: Vector3 = total.energy / energy * momentum - total.momentum
    let pT = momentum.transverse
    let byAzimuth: Double = -slope.x * momentum.y + slope.y * momentum.x
    let byCurvature: Double = -slope.dot(momentum) / state.omega
    let byDip = slope.z * pT
    // The azimuth at the vertex is phi0 - angle(q, v) with tan(angle) = u/w.
    let x = position.x
    let y = position.y
    let alongX = x * state.cosine + y * state.sine
    let alongY = -x * state.sine + y * state.cosine
    let u = state.omega * alongX
    let w = 1 + state.omega * (alongY + state.d0)
    let scale = 1 / (u * u + w * w)
    let byPhi: Double = 1 - scale * state.omega * (w * alongY + u * alongX)
    let byOmega: Double = -scale * (w * alongX - u * (alongY + state.d0))
    let byD0: Double = scale * u * state.omega
    let byX: Double = -scale * state.omega * (w * state.cosine + u * state.sine)
    let byY: Double = -scale * state.omega * (w * state.sine - u * state.cosine)
    let parameters = SIMD8<Double>(
      byAzimuth * byD0, byAzimuth * byPhi, byAzimuth * byOmega + byCurvature, 0, byDip, 0, 0, 0)
    return (parameters, Vector3(byAzimuth * byX, byAzimuth * byY, 0))
  }
}

extension HelixState {
  /// Momentum at a point of the path, GeV.
  func momentum(at arc: Double) -> Vector3 {
    let pT = ReconstructedTrack.curvatureOfMomentum / abs(omega)
    let (sine, cosine) = PortableAngles.sineCosine(phi0 - omega * arc)
    return Vector3(pT * cosine, pT * sine, pT * tanLambda)
  }
}
