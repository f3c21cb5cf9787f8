import Kinematics

/// Makes vertices of more than two tracks from displaced pairs: adds tracks that pass through the vertex of a pair, best pairs first.
///
/// A track belongs to one such vertex at most; tracks of the collision point are not asked.
struct VertexMerging {
  /// Displaced pairs in falling probability.
  private var pairs: [Int] = []
  private var next = 0
  private var isFree: [Bool] = []

  /// What a pair must have to be built upon: it lies this many errors from the collision point, and fits.
  private static let smallestSignificance: Float = 5
  private static let smallestPairProbability: Float = 0.001
  /// A track is tried with a chi-squared below this at the vertex, for its two conditions.
  private static let largestChi2 = 12.0
  /// The vertex with the track must be at least this probable.
  private static let smallestProbability = 0.03

  /// Looks at the pairs of an event.
  mutating func begin(_ vertices: [ReconstructedVertex], _ prompt: PromptVertexFit) {
    pairs.removeAll(keepingCapacity: true)
    isFree.removeAll(keepingCapacity: true)
    for weight in prompt.weights { isFree.append(weight < 0.5) }
    next = 0
    for (index, vertex) in vertices.enumerated() {
      guard vertex.flightSignificance > VertexMerging.smallestSignificance, vertex.innerPoints == 0,
        vertex.probability > VertexMerging.smallestPairProbability, isFree[Int(vertex.positive)],
        isFree[Int(vertex.negative)]
      else { continue }
      pairs.append(index)
    }
    pairs.sort { vertices[$0].probability > vertices[$1].probability }
  }

  /// Fits the next vertex of more than two tracks.
  /// - Returns: false if there is none left.
  mutating func next(
    _ vertices: [ReconstructedVertex], _ states: [HelixState], _ covariances: [Matrix5], _ fit: inout VertexFit
  ) -> Bool {
    while next < pairs.count {
      let pair = vertices[pairs[next]]
      next += 1
      let first = Int(pair.positive)
      let second = Int(pair.negative)
      guard isFree[first], isFree[second] else { continue }
      fit.begin()
      fit.add(first, states[first], covariances[first])
      fit.add(second, states[second], covariances[second])
      var place = Vector3(Double(pair.x), Double(pair.y), Double(pair.z))
      while fit.count < ReconstructedVertex.mostTracks, let track = nearest(to: place, states, covariances, fit) {
        fit.add(track, states[track], covariances[track])
        if fit.fit(from: place), fit.probability > VertexMerging.smallestProbability {
          place = fit.position
        } else {
          fit.removeLast()
          break
        }
      }
      guard fit.count > 2, fit.fit(from: place) else { continue }
      for member in fit.members { isFree[member] = false }
      return true
    }
    return false
  }

  /// The free track, not yet in the vertex, that passes it most closely in its errors.
  private func nearest(
    to place: Vector3, _ states: [HelixState], _ covariances: [Matrix5], _ fit: VertexFit
  ) -> Int? {
    var best = VertexMerging.largestChi2
    var found: Int?
    for index in states.indices where isFree[index] && !fit.members.contains(index) {
      guard let track = TrackAtVertex(states[index], covariances[index], near: place) else { continue }
      let chi2 = track.chi2(at: place)
      if chi2 < best {
        best = chi2
        found = index
      }
    }
    return found
  }
}
