import Kinematics

/// The middle of the luminous region and its length, from the perigees of tracks.
///
/// A track of azimuth phi through (x, y) has d0 = x sin(phi) - y cos(phi): two unknowns that tracks of all azimuths fix. Along z the
/// perigees scatter with the length of the region itself.
struct InteractionPointEstimate {
  private struct Entry {
    /// Tracks of an event share a collision: their distances from the middle are not independent.
    var event: Int
    var sine: Double
    var cosine: Double
    var d0: Double
    var varianceD0: Double
  }

  /// z of a collision, from all tracks of its event.
  private struct Collision {
    var z: Double
    var variance: Double
  }

  /// A measurement: value and standard deviation of each coordinate and of the length, cm.
  struct Measurement {
    var x: (value: Double, error: Double)
    var y: (value: Double, error: Double)
    var z: (value: Double, error: Double)
    var length: (value: Double, error: Double)
  }

  private var entries: [Entry] = []
  private var collisions: [Collision] = []
  /// Tracks of the event that is taken in.
  private var alongZ: [Collision] = []

  /// Softest track that is taken, GeV: below, scattering in the beam pipe hides the region.
  private static let softest = 0.5
  /// Tracks further from the axis come from elsewhere, cm.
  private static let farthest: Float = 0.1
  /// Distance in z within which tracks are taken to come from one point, cm.
  private static let together = 0.05
  /// Fewest tracks of an interval that make a measurement.
  private static let fewest = 100

  /// Number of tracks.
  var count: Int { entries.count }

  /// Takes the tracks of an event that may come from the collision.
  mutating func add(_ tracks: ArraySlice<ReconstructedTrack>) {
    guard entries.count + tracks.count <= RobustMean.capacity else { return }
    let event = collisions.count
    let first = entries.count
    alongZ.removeAll(keepingCapacity: true)
    for track in tracks {
      guard track.siliconPoints >= 4, track.pT > Self.softest, abs(track.d0) < Self.farthest, abs(track.z0) < 3,
        track.covariance[0] > 0, track.covariance[9] > 0, track.phi0.isFinite
      else { continue }
      let (sine, cosine) = PortableAngles.sineCosine(Double(track.phi0))
      entries.append(
        Entry(event: event, sine: sine, cosine: cosine, d0: Double(track.d0), varianceD0: Double(track.covariance[0])))
      alongZ.append(Collision(z: Double(track.z0), variance: Double(track.covariance[9])))
    }
    if entries.count > first { collisions.append(collision()) }
  }

  /// z of the collision: the mean of the largest group of tracks that are near each other, since decays make others.
  private func collision() -> Collision {
    var best = Collision(z: 0, variance: .infinity)
    var largest = 0
    for centre in alongZ {
      var (sum, weights, count) = (0.0, 0.0, 0)
      for track in alongZ where abs(track.z - centre.z) < Self.together {
        sum += track.z / track.variance
        weights += 1 / track.variance
        count += 1
      }
      guard count > largest else { continue }
      largest = count
      best = Collision(z: sum / weights, variance: 1 / weights)
    }
    return best
  }

  /// Forgets the tracks.
  mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    collisions.removeAll(keepingCapacity: true)
  }

  /// The measurement of the tracks so far; nil if they are too few or all run along one line.
  /// - Parameters:
  ///   - start: where the region was, cm.
  ///   - size: its rms size, cm.
  func measurement(from start: Vector3, size: Vector3) -> Measurement? {
    guard entries.count >= Self.fewest, let (x, y) = transverse(from: start, size: size) else { return nil }
    var middles = RobustMean()
    for collision in collisions { middles.append(collision.z, variance: collision.variance + size.z * size.z) }
    guard let z = middles.middle(from: start.z, least: 2) else { return nil }
    return Measurement(x: x, y: y, z: z, length: length(about: z.value, start: size.z))
  }

  private func transverse(
    from start: Vector3, size: Vector3
  ) -> (x: (value: Double, error: Double), y: (value: Double, error: Double))? {
    var (x, y) = (start.x, start.y)
    var errors = (x: 0.0, y: 0.0)
    for scale in RobustMean.scales {
      var normal = (xx: 0.0, xy: 0.0, yy: 0.0)
      var slope = (x: 0.0, y: 0.0)
      var meat = (xx: 0.0, xy: 0.0, yy: 0.0)
      var score = (x: 0.0, y: 0.0)
      var event = -1
      for (index, entry) in entries.enumerated() {
        let spreadX = size.x * entry.sine
        let spreadY = size.y * entry.cosine
        let variance = entry.varianceD0 + spreadX * spreadX + spreadY * spreadY
        let residual = entry.d0 - (x * entry.sine - y * entry.cosine)
        let weight = 1 / (variance + residual * residual / scale)
        normal.xx += weight * entry.sine * entry.sine
        normal.xy -= weight * entry.sine * entry.cosine
        normal.yy += weight * entry.cosine * entry.cosine
        if entry.event != event { score = (0, 0) }
        event = entry.event
        score.x += weight * residual * entry.sine
        score.y -= weight * residual * entry.cosine
        guard index + 1 == entries.count || entries[index + 1].event != event else { continue }
        slope.x += score.x
        slope.y += score.y
        meat.xx += score.x * score.x
        meat.xy += score.x * score.y
        meat.yy += score.y * score.y
      }
      let determinant = normal.xx * normal.yy - normal.xy * normal.xy
      guard determinant > 1e-6 * normal.xx * normal.yy else { return nil }
      let inverse = (xx: normal.yy / determinant, xy: -normal.xy / determinant, yy: normal.xx / determinant)
      x += inverse.xx * slope.x + inverse.xy * slope.y
      y += inverse.xy * slope.x + inverse.yy * slope.y
      let left = (
        xx: inverse.xx * meat.xx + inverse.xy * meat.xy, xy: inverse.xx * meat.xy + inverse.xy * meat.yy,
        yx: inverse.xy * meat.xx + inverse.yy * meat.xy, yy: inverse.xy * meat.xy + inverse.yy * meat.yy
      )
      errors = (
        (left.xx * inverse.xx + left.xy * inverse.xy).squareRoot(),
        (left.yx * inverse.xy + left.yy * inverse.yy).squareRoot()
      )
    }
    return ((x, errors.x), (y, errors.y))
  }

  /// Rms length along z without the resolution, from collisions within three standard deviations.
  private func length(about z: Double, start: Double) -> (value: Double, error: Double) {
    var square = start * start
    var count = 0
    for _ in 0..<12 {
      var (sum, resolution) = (0.0, 0.0)
      count = 0
      for collision in collisions {
        let residual = collision.z - z
        guard residual * residual < 9 * (square + collision.variance) else { continue }
        sum += residual * residual
        resolution += collision.variance
        count += 1
      }
      guard count > 1 else { return (start, .infinity) }
      // A normal distribution cut at three standard deviations keeps 0.9733 of its variance.
      square = max(1e-8, sum / Double(count) / 0.9733 - resolution / Double(count))
    }
    let length = square.squareRoot()
    return (length, length / (2 * Double(count)).squareRoot())
  }
}
