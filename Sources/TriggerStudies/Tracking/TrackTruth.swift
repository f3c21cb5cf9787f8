import ArrowStream
import EventModel
import Kinematics
import Reconstruction

/// Tracks beside the particles that made their hits, event by event.
///
/// The measure are measured numbers: one for a wire, two for a space point. A track belongs to the particle that made at least two thirds of its
/// numbers, if these are at least a twentieth of the particle's own; of several tracks of a particle the one with most of its numbers
/// is the match and the others are clones. A track of no particle is a fake. These are the definitions of the reference.
public struct TrackTruth {
  /// A charged particle that can be found: it left at least as many numbers as a helix has parameters.
  public struct Particle: Sendable {
    /// Particle code.
    public let pdg: Int32
    /// Its path at the point of closest approach to the z axis, from where and how it was produced.
    public let helix: Helix
    /// Transverse momentum, GeV.
    public let pT: Double
    /// Distance of its production from the z axis, cm.
    public let radius: Double
    /// Whether the generator made it (or a decay of what the generator made), and no material of the detector.
    public let isFromDecay: Bool
    /// Whether it is one of the generator's own.
    public let isPrimary: Bool
    /// Measured numbers it made.
    public let numbers: Int
    /// Its position among the event's true particles.
    public let place: Int

    /// A particle.
    public init(
      pdg: Int32, helix: Helix, pT: Double, radius: Double, isFromDecay: Bool, isPrimary: Bool, numbers: Int, place: Int
    ) {
      self.pdg = pdg
      self.helix = helix
      self.pT = pT
      self.radius = radius
      self.isFromDecay = isFromDecay
      self.isPrimary = isPrimary
      self.numbers = numbers
      self.place = place
    }
  }

  /// What became of a track.
  public struct Assignment: Sendable, Equatable {
    /// Its particle, index into the event's particles; nil for a fake.
    public let particle: Int?
    /// Whether another track of the same particle has more of its numbers.
    public let isClone: Bool

    /// An assignment.
    public init(particle: Int?, isClone: Bool) {
      self.particle = particle
      self.isClone = isClone
    }
  }

  /// Fewest measured numbers of a particle that can be found.
  public static let fewestNumbers = 5
  /// Share of a track's numbers that its particle must have made.
  public static let leastPurity = 2.0 / 3
  /// Share of the particle's numbers that the track must have.
  public static let leastShare = 0.05

  private let truth: TruthParticles
  private let chamber: DriftChamberHits
  private let chamberTruth: HitTruth
  private let siliconTruth: HitTruth

  /// The truth of a batch.
  /// - Throws: `ColumnError` if truth, hits or hit truth are missing.
  public init(_ batch: RecordBatch) throws {
    truth = try TruthParticles(batch)
    chamber = try DriftChamberHits(batch)
    chamberTruth = try HitTruth(batch, detector: "cdc")
    siliconTruth = try HitTruth(batch, detector: "svd")
  }

  /// The particles of an event that can be found, and what became of each of its tracks.
  /// - Parameter wires: the wires of each track.
  public func assign(_ tracks: ArraySlice<ReconstructedTrack>, wires: ArraySlice<[UInt16]>, row: Int)
    -> (particles: [Particle], assignments: [Assignment])
  {
    let range = truth.rows[row]
    var numbers = [Int](repeating: 0, count: range.count)
    var particleOfWire: [UInt16: Int] = [:]
    for (hit, index) in zip(chamber.rows[row], chamberTruth.rows[row]) {
      let particle = Int(chamberTruth.particle[index])
      guard particleOfWire.updateValue(particle, forKey: chamber.wire[hit]) == nil else { continue }
      if numbers.indices.contains(particle) { numbers[particle] += 1 }
    }
    for index in siliconTruth.rows[row] {
      let particle = Int(siliconTruth.particle[index])
      if numbers.indices.contains(particle) { numbers[particle] += 2 }
    }
    var particles: [Particle] = []
    var places = [Int?](repeating: nil, count: range.count)
    for index in numbers.indices where numbers[index] >= Self.fewestNumbers {
      guard let particle = particle(index, in: range, numbers: numbers[index]) else { continue }
      places[index] = particles.count
      particles.append(particle)
    }
    let counts = zip(tracks, wires).map { track, wires in
      count(track, wires, particleOfWire: particleOfWire, points: siliconTruth.rows[row], particleCount: range.count)
    }
    // The best track of each particle; of equal ones the first.
    var best: [Int: Int] = [:]
    for (number, count) in counts.enumerated() {
      guard let count, numbers[count.particle] > 0, places[count.particle] != nil,
        Double(count.numbers) >= Self.leastShare * Double(numbers[count.particle])
      else { continue }
      if let other = best[count.particle].flatMap({ counts[$0] }), other.numbers >= count.numbers { continue }
      best[count.particle] = number
    }
    let assignments = counts.enumerated().map { number, count in
      guard let count, let place = places[count.particle], let match = best[count.particle] else {
        return Assignment(particle: nil, isClone: false)
      }
      return Assignment(particle: place, isClone: match != number)
    }
    return (particles, assignments)
  }

  /// The truth particle with two thirds of a track's numbers, and how many it has.
  private func count(
    _ track: ReconstructedTrack, _ wires: [UInt16], particleOfWire: [UInt16: Int], points: Range<Int>,
    particleCount: Int
  ) -> (particle: Int, numbers: Int)? {
    var counts: [Int: Int] = [:]
    var total = 0
    for wire in wires {
      counts[particleOfWire[wire] ?? -1, default: 0] += 1
      total += 1
    }
    for layer in 0..<6 where track.points[layer] >= 0 && Int(track.points[layer]) < points.count {
      counts[Int(siliconTruth.particle[points.lowerBound + Int(track.points[layer])]), default: 0] += 2
      total += 2
    }
    // Two thirds belong to one particle at most: the order of the dictionary does not matter.
    guard let found = counts.first(where: { Double($0.value) >= Self.leastPurity * Double(total) - 1e-9 }),
      found.key >= 0, found.key < particleCount
    else { return nil }
    return (found.key, found.value)
  }

  private func particle(_ place: Int, in range: Range<Int>, numbers: Int) -> Particle? {
    let index = range.lowerBound + place
    let code = abs(truth.pdg[index])
    guard [11, 13, 211, 321, 2212].contains(code) else { return nil }
    let isPositive = (truth.pdg[index] > 0) == (code > 100)
    let position = Vector3(Double(truth.x[index]), Double(truth.y[index]), Double(truth.z[index]))
    let momentum = Vector3(Double(truth.px[index]), Double(truth.py[index]), Double(truth.pz[index]))
    guard momentum.transverse > 1e-3 else { return nil }
    let isFromResponse = truth.status[index] == TrackTruth.madeByResponse
    var isFromDecay = !isFromResponse
    let mother = Int(truth.mother[index])
    if isFromResponse, mother >= 0, mother < range.count {
      // The response lets K_S and Lambda decay and converts photons: only the former are decays of what was generated.
      isFromDecay = [310, 3122].contains(abs(truth.pdg[range.lowerBound + mother]))
    }
    return Particle(
      pdg: truth.pdg[index], helix: Helix(position: position, momentum: momentum, charge: isPositive ? 1 : -1),
      pT: momentum.transverse, radius: position.transverse, isFromDecay: isFromDecay, isPrimary: !isFromResponse,
      numbers: numbers, place: place)
  }

  /// Truth status of what the detector response made.
  private static let madeByResponse: Int32 = 101
}
