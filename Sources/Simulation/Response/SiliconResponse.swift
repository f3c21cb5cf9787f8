import Detector
import Kinematics
import Statistics

/// Space points of the silicon detectors of one event.
struct SiliconResponse {
  /// Charge of a minimum-ionising particle at normal incidence, thousand electrons per cm of silicon.
  private static let chargePerCentimetre = 750.0

  private struct Point {
    let sensor: Int
    let u: Double
    let v: Double
    let charge: Double
    let particle: Int32
  }

  private let tracker: SiliconTracker
  private var crossings: [SiliconCrossing] = []
  private var points: [Point] = []

  init(_ tracker: SiliconTracker) { self.tracker = tracker }

  /// Number of points so far in this event.
  var count: Int { points.count }

  /// Forgets the event.
  mutating func clear() { points.removeAll(keepingCapacity: true) }

  /// Points of a particle in one layer, on a piece of helix.
  mutating func cross(
    layer number: Int, _ helix: Helix, from start: Double, to end: Double, _ particle: MovingParticle,
    _ random: inout CounterRandom
  ) {
    let layer = tracker.layers[number - 1]
    crossings.removeAll(keepingCapacity: true)
    tracker.appendCrossings(of: helix, layer: layer, from: start, to: end, into: &crossings)
    crossings.sort { $0.arcLength < $1.arcLength }
    let ionisation = MaterialEffects.relativeIonisation(betaGamma: particle.betaGamma)
    for crossing in crossings {
      // Strips need both sides.
      let efficiency = layer.timeResolution == nil ? layer.efficiency : layer.efficiency * layer.efficiency
      guard random.uniform() < efficiency else { continue }
      let sensor = tracker.sensors[crossing.sensor]
      let tangent = helix.tangent(at: crossing.arcLength)
      let cosine = max(0.05, abs(tangent.unit.dot(sensor.normal)))
      let mean = Self.chargePerCentimetre * sensor.thickness / cosine * ionisation
      points.append(
        Point(
          sensor: crossing.sensor,
          u: bounded(crossing.u + layer.resolutionU * random.gaussian(), sensor.halfWidth(atV: crossing.v)),
          v: bounded(crossing.v + layer.resolutionV * random.gaussian(), sensor.halfLength),
          charge: mean * max(0.3, 1 + 0.2 * random.gaussian()), particle: particle.truth))
    }
  }

  private func bounded(_ value: Double, _ limit: Double) -> Double { min(max(value, -limit), limit) }

  /// Random space points of beam background of level `level`.
  mutating func addBackground(level: Double, _ random: inout CounterRandom) {
    for layer in tracker.layers {
      let detector = layer.timeResolution == nil ? BackgroundRates.pixels : BackgroundRates.strips
      let mean = level * detector * BackgroundRates.siliconShares[layer.layer - 1]
      for _ in 0..<random.poisson(mean) {
        let count = UInt64(layer.ladderCount * layer.sensorCount)
        let index = layer.firstSensor + Int(random.integer(below: count))
        let sensor = tracker.sensors[index]
        let v = random.uniform(-sensor.halfLength, sensor.halfLength)
        let width = sensor.halfWidth(atV: v)
        points.append(
          Point(
            sensor: index, u: random.uniform(-width, width), v: v,
            charge: Self.chargePerCentimetre * sensor.thickness * (0.4 + 0.8 * random.exponential()), particle: -1))
      }
    }
  }

  /// Writes the points sensor by sensor: layers from inside, ladders by azimuth.
  mutating func write(to builders: inout SimulatedEventBuilders) {
    points.sort { ($0.sensor, $0.v, $0.u) < ($1.sensor, $1.v, $1.u) }
    for point in points {
      let sensor = tracker.sensors[point.sensor]
      builders.silicon.append(
        layer: UInt8(truncatingIfNeeded: sensor.layer), ladder: UInt8(truncatingIfNeeded: sensor.ladder),
        sensor: UInt8(truncatingIfNeeded: sensor.sensor),
        u: Digitisation.rounded(point.u, Digitisation.siliconPosition),
        v: Digitisation.rounded(point.v, Digitisation.siliconPosition),
        charge: Digitisation.rounded(point.charge, Digitisation.charge))
      builders.hitTruth.silicon.append(point.particle)
    }
  }
}
