import Detector
import Kinematics
import Statistics

/// The collision point of an event: the luminous region and the tracks that come from it.
///
/// An adaptive fit (R. Fruehwirth, W. Waltenberger, CERN 2007-008, p. 280): each track counts with a weight that falls with its own
/// chi-squared and hardens as a temperature goes down, so that tracks of displaced vertices do not pull. Without tracks it is the luminous
/// region itself. The covariance allows for the flight of B mesons where the event may have two (``HeavyFlavourFlight``).
struct PromptVertexFit {
  private(set) var position = Vector3.zero
  private(set) var covariance = Matrix3()
  private(set) var chi2 = 0.0
  /// Tracks of weight over 1/2.
  private(set) var count = 0
  /// Weight of each track of the event, 0 to 1.
  private(set) var weights: [Double] = []
  private var tracks: [TrackAtVertex] = []
  private var indices: [Int] = []
  private var weightSum = Matrix3()
  private var pullSum = Vector3.zero
  private var region: InteractionRegion
  private var flight: HeavyFlavourFlight

  /// Chi-squared, of two degrees of freedom, at which a track has weight 1/2.
  private static let cut = 9.0
  private static let temperatures = [64.0, 8, 2, 1, 1]
  /// Tracks farther from the axis are not asked, cm.
  private static let farthest = 1.0
  /// Tracks farther from the axis, or along the beams from the middle of the luminous region, have no part in the shape of the event, cm.
  private static let farthestOfShape = (across: 0.5, along: 2.0)

  /// A fit for collisions of beams.
  init(_ beams: Beams) {
    region = InteractionRegion(beams)
    flight = HeavyFlavourFlight(beams)
  }

  /// Fits the collision point of an event.
  mutating func fit(_ states: [HelixState], _ covariances: [Matrix5], region: InteractionRegion) {
    tracks.removeAll(keepingCapacity: true)
    indices.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    self.region = region
    flight.begin()
    for index in states.indices {
      weights.append(0)
      guard abs(states[index].d0) < PromptVertexFit.farthest,
        let track = TrackAtVertex(states[index], covariances[index], near: region.centre)
      else { continue }
      // The conditions need no second look: over the luminous region tracks are straight to less than a micrometre.
      tracks.append(track)
      indices.append(index)
    }
    let prior = region.weight
    let priorPull = prior.multiplied(by: region.centre)
    position = region.centre
    covariance = region.covariance
    weightSum = prior
    pullSum = priorPull
    for temperature in PromptVertexFit.temperatures where !tracks.isEmpty {
      weightSum = prior
      pullSum = priorPull
      for (place, track) in tracks.enumerated() {
        let excess = (track.chi2(at: position) - PromptVertexFit.cut) / (2 * temperature)
        let weight = excess > 40 ? 0 : 1 / (1 + PortableMath.exp(excess))
        weights[indices[place]] = weight
        weightSum.add(track.weight, times: weight)
        pullSum += weight * track.pull
      }
      guard let inverse = weightSum.inverse else { break }
      covariance = inverse
      position = inverse.multiplied(by: pullSum)
    }
    let (across, along) = PromptVertexFit.farthestOfShape
    for index in indices where abs(states[index].d0) < across && abs(states[index].z0 - region.centre.z) < along {
      flight.add(states[index])
    }
    flight.weigh()
    covariance = flight.widened(covariance, region: region)
    chi2 = prior.form(position - region.centre)
    count = 0
    for (place, track) in tracks.enumerated() where weights[indices[place]] > 0.5 {
      chi2 += track.chi2(at: position)
      count += 1
    }
  }

  /// The collision point without some of the tracks, so that their own vertex is compared with what they did not make.
  func without(_ members: some Sequence<Int>) -> (position: Vector3, covariance: Matrix3) {
    var weight = weightSum
    var pull = pullSum
    for member in members {
      guard let place = indices.firstIndex(of: member) else { continue }
      weight.add(tracks[place].weight, times: -weights[member])
      pull += -weights[member] * tracks[place].pull
    }
    guard let inverse = weight.inverse else { return (position, covariance) }
    return (inverse.multiplied(by: pull), flight.widened(inverse, region: region))
  }
}
