import Detector
import Kinematics

/// The collision point of an event, vertices of all pairs of opposite charge, and vertices of more tracks.
package struct VertexFinder {
  /// Pairs with a smaller vertex probability are not kept: soft tracks scatter with tails, and lines cut themselves.
  static let smallestProbability = 1e-6
  /// Below this the other crossing of the two circles is tried as well.
  private static let doubtful = 0.01
  /// Mass windows, GeV: +-15 MeV about the K_S and +-5 MeV about the Lambda, six and four times the resolution of their cores.
  private static let kShort = 0.4826...0.5126
  private static let lambda = 1.1107...1.1207
  /// Pairs of electrons below this mass away from the beam pipe are conversions, GeV.
  private static let conversion = 0.03
  /// Inside the beam pipe a pair is prompt, whatever its mass, cm.
  static let smallestDisplacement = 1.0

  /// Pairs first, in the order of their tracks, then vertices of more tracks.
  package private(set) var vertices: [ReconstructedVertex] = []
  private(set) var prompt: PromptVertexFit
  private var states: [HelixState] = []
  private var covariances: [Matrix5] = []
  private var fit = VertexFit()
  private let innerPoints: InnerPoints
  private var merging = VertexMerging()

  /// A finder for the layers of a detector.
  package init(_ detector: DetectorModel) {
    innerPoints = InnerPoints(detector)
    prompt = PromptVertexFit(detector.beams)
  }

  /// Fits the collision point, then every pair, then what pairs that share tracks have in common.
  /// - Parameters:
  ///   - tracks: the event's tracks.
  ///   - region: where collisions happen.
  package mutating func find(_ tracks: ArraySlice<ReconstructedTrack>, region: InteractionRegion) {
    load(tracks)
    prompt.fit(states, covariances, region: region)
    findPairs(tracks, from: 0, beside: [])
    merging.begin(vertices, prompt)
    while merging.next(vertices, states, covariances, &fit) {
      vertices.append(describe(probability: fit.probability, tracks))
    }
  }

  /// Fits the pairs that have a track which was found after the vertices of the others: ``vertices`` are those alone, seen from the
  /// collision point of the others.
  /// - Parameters:
  ///   - tracks: the event's tracks.
  ///   - first: the first that was found later.
  ///   - known: vertices of the others; their pairs are left out.
  ///   - region: where collisions happen.
  mutating func findLater(
    _ tracks: ArraySlice<ReconstructedTrack>, from first: Int, beside known: ArraySlice<ReconstructedVertex>,
    region: InteractionRegion
  ) {
    load(tracks.prefix(first > 0 ? first : tracks.count))
    prompt.fit(states, covariances, region: region)
    for track in tracks.dropFirst(states.count) {
      states.append(track.state)
      covariances.append(track.covarianceMatrix)
    }
    findPairs(tracks, from: first, beside: known)
  }

  private mutating func load(_ tracks: ArraySlice<ReconstructedTrack>) {
    vertices.removeAll(keepingCapacity: true)
    states.removeAll(keepingCapacity: true)
    covariances.removeAll(keepingCapacity: true)
    for track in tracks {
      states.append(track.state)
      covariances.append(track.covarianceMatrix)
    }
  }

  /// Fits the pairs of opposite charge of which one track or both stand at a place or behind it, but those that have a vertex.
  private mutating func findPairs(
    _ tracks: ArraySlice<ReconstructedTrack>, from first: Int, beside known: ArraySlice<ReconstructedVertex>
  ) {
    for positive in states.indices where states[positive].omega > 0 {
      for negative in states.indices where states[negative].omega < 0 && max(positive, negative) >= first {
        if known.contains(where: {
          $0.trackCount == 2 && Int($0.positive) == positive && Int($0.negative) == negative
        }) {
          continue
        }
        guard fitPair(positive, negative, tracks) else { continue }
        let probability = fit.probability
        guard probability > VertexFinder.smallestProbability else { continue }
        vertices.append(describe(probability: probability, tracks))
      }
    }
  }

  /// Fits a pair from the crossing with the smaller distance in z; from the other one too if the first is doubtful.
  private mutating func fitPair(_ positive: Int, _ negative: Int, _ tracks: ArraySlice<ReconstructedTrack>) -> Bool {
    let start = PairStart(states[positive], states[negative])
    guard let first = start.first else { return false }
    fit.begin()
    fit.add(positive, states[positive], covariances[positive])
    fit.add(negative, states[negative], covariances[negative])
    let isFitted = fit.fit(from: first)
    guard let second = start.second else { return isFitted }
    let inside = isFitted ? pointsInside(tracks) : 255
    let probability = isFitted ? fit.probability : 0
    if probability > VertexFinder.doubtful, inside == 0 { return true }
    // Of two crossings that fit, the one that has no points inside of it.
    if fit.fit(from: second), fit.probability > VertexFinder.smallestProbability {
      let other = pointsInside(tracks)
      if other < inside || (other == inside && fit.probability > probability) { return true }
    }
    return isFitted && fit.fit(from: first)
  }

  private func pointsInside(_ tracks: ArraySlice<ReconstructedTrack>) -> Int {
    var sum = 0
    for member in fit.members {
      sum += innerPoints.count(tracks[tracks.startIndex + member], rho: fit.position.transverse)
    }
    return min(255, sum)
  }

  /// What the fit at hand found, seen from the collision point that the other tracks make.
  private mutating func describe(probability: Double, _ tracks: ArraySlice<ReconstructedTrack>) -> ReconstructedVertex {
    fit.updateMomenta()
    let sum = fit.totalMomentum
    let origin = prompt.without(fit.members)
    let away = fit.position - origin.position
    let size = sum.length
    let flight = size > 0 ? away.dot(sum) / size : 0
    let flightVariance = size > 0 ? (fit.covariance + origin.covariance).form((1 / size) * sum) : 0
    var vertex = ReconstructedVertex()
    vertex.x = Float(fit.position.x)
    vertex.y = Float(fit.position.y)
    vertex.z = Float(fit.position.z)
    vertex.covariance = fit.covariance.values
    vertex.chi2 = Float(fit.chi2)
    vertex.degreesOfFreedom = UInt8(clamping: fit.degreesOfFreedom)
    vertex.probability = Float(probability)
    vertex.rho = Float(fit.position.transverse)
    vertex.momentum = SIMD4(Float(sum.x), Float(sum.y), Float(sum.z), 0)
    vertex.mass = Float(fit.mass(each: Mass.pion))
    vertex.massError = Float(fit.massError(each: Mass.pion))
    vertex.pointing = Float(PortableAngles.azimuth(y: sum.cross(away).length, x: sum.dot(away)))
    vertex.flight = Float(flight)
    vertex.flightSignificance = flightVariance > 0 ? Float(flight / flightVariance.squareRoot()) : 0
    vertex.innerPoints = UInt8(clamping: pointsInside(tracks))
    vertex.setTracks(fit.members)
    vertex.kind = kind(rho: fit.position.transverse, mass: Double(vertex.mass)).rawValue
    return vertex
  }

  private func kind(rho: Double, mass: Double) -> ReconstructedVertex.Kind {
    guard fit.count == 2 else { return .manyTracks }
    guard rho > VertexFinder.smallestDisplacement else { return .other }
    if fit.mass(each: Mass.electron) < VertexFinder.conversion { return .conversion }
    if VertexFinder.kShort.contains(mass) { return .kShort }
    let p = fit.momenta[0]
    let n = fit.momenta[1]
    if VertexFinder.lambda.contains(VertexFinder.mass(p, Mass.proton, n, Mass.pion))
      || VertexFinder.lambda.contains(VertexFinder.mass(p, Mass.pion, n, Mass.proton))
    {
      return .lambda
    }
    return .other
  }

  /// Invariant mass of two momenta with given masses, GeV.
  static func mass(_ a: Vector3, _ massA: Double, _ b: Vector3, _ massB: Double) -> Double {
    (FourVector(momentum: a, mass: massA) + FourVector(momentum: b, mass: massB)).mass
  }
}
