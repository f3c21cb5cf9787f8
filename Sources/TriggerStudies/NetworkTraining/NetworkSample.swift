import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Level1

/// Two-dimensional level-1 tracks of simulated events with what the neural networks see of them and what is true: the
/// sample that networks are trained on and judged by. The truth ends here; no decision sees it.
///
/// A track belongs to the primary particle that hit wires in at least three quarters of its segments; tracks of beam background
/// and of secondaries are left out.
public final class NetworkSample {
  /// Rows are tracks.
  public static let schema = Schema(fields: [
    Field("network", .uint8, metadata: ["comment": "0 all stereo super-layers, 1…4 without 7, 5, 3, 1; 255 too few"]),
    Field(
      "inputs", .fixedSizeList(element: Field("item", .int16), count: TrackNetworks.inputCount),
      metadata: ["comment": "phi, arc, time of super-layers 0…8", "unit": "1/4096"]),
    Field(
      "z", .float32, metadata: ["comment": "true z at the point of closest approach to the beam line", "unit": "cm"]),
    Field("theta", .float32, metadata: ["comment": "true polar angle", "unit": "rad"]),
    Field("pt", .float32, metadata: ["comment": "true transverse momentum", "unit": "GeV"]),
    Field("d0", .float32, metadata: ["comment": "true impact parameter", "unit": "cm"]),
    Field("pdg", .int32, metadata: ["comment": "particle code of the Particle Data Group"]),
    Field("fitted_z", .float32, metadata: ["comment": "z of the straight-line fit, NaN without", "unit": "cm"]),
    Field("neural_z", .float32, metadata: ["comment": "z of the networks in force, NaN without", "unit": "cm"]),
    Field("neural_theta", .float32, metadata: ["comment": "polar angle of the same", "unit": "rad"]),
  ])

  /// Two-dimensional tracks seen so far, and those of them that belong to a primary particle.
  public private(set) var counts = (tracks: 0, matched: 0)

  private let chamber: DriftChamber
  private let reader: NeuralInputReader
  /// Particle of the hit on each wire of the event at hand, -1 for none.
  private var particleOfWire: [Int32]

  /// - Parameter detector: the geometry the streams were made with.
  public init(detector: DetectorModel) {
    chamber = detector.driftChamber
    reader = NeuralInputReader(detector: detector)
    particleOfWire = Array(repeating: -1, count: chamber.wireCount)
  }

  /// The tracks of a batch.
  ///
  /// - Throws: `ColumnError` when hits or truth are missing, `Level1InputError` for a hit that cannot be.
  public func tracks(of batch: RecordBatch) throws -> RecordBatch {
    let hits = try DriftChamberHits(batch)
    let hitTruth = try HitTruth(batch, detector: "cdc")
    let truth = try TruthParticles(batch)
    var rows = Rows()
    for row in 0..<batch.count {
      let inputs = try reader.read(row, of: batch)
      guard !inputs.isEmpty else { continue }
      for hit in hits.rows[row] { particleOfWire[Int(hits.wire[hit])] = hitTruth.particle[hit] }
      for track in inputs.indices {
        counts.tracks += 1
        let particles = truth.rows[row]
        guard let particle = owner(of: track), Int(particle) < particles.count else { continue }
        let index = particles.lowerBound + Int(particle)
        guard truth.status[index] == 1, let helix = Self.helix(truth, index) else { continue }
        counts.matched += 1
        rows.append(inputs[track], truth, index, helix, reader.primitives.tracks, track)
      }
      for hit in hits.rows[row] { particleOfWire[Int(hits.wire[hit])] = -1 }
    }
    return try rows.finish()
  }

  /// The particle in most segments of a track, if it is in three quarters of them.
  private func owner(of track: Int) -> Int32? {
    var shares: [Int32: Int] = [:]
    var segments = 0
    for superLayer in 0..<9 {
      let segment = Int(reader.primitives.tracks.segments[track * 9 + superLayer])
      guard segment >= 0 else { continue }
      segments += 1
      let wires = chamber.trackSegments.members(of: segment)
      for particle in Set(wires.lazy.map { self.particleOfWire[Int($0)] }) where particle >= 0 {
        shares[particle, default: 0] += 1
      }
    }
    let best = shares.max { ($0.value, $1.key) < ($1.value, $0.key) }
    return best.flatMap { 4 * $0.value >= 3 * segments ? $0.key : nil }
  }

  private static func helix(_ truth: TruthParticles, _ index: Int) -> Helix? {
    guard let charge = ParticleTable.charge(of: truth.pdg[index]), charge != 0 else { return nil }
    let momentum = Vector3(Double(truth.px[index]), Double(truth.py[index]), Double(truth.pz[index]))
    guard momentum.transverse > 0 else { return nil }
    let position = Vector3(Double(truth.x[index]), Double(truth.y[index]), Double(truth.z[index]))
    return Helix.make(position: position, momentum: momentum, charge: Double(charge)).helix
  }

  /// The columns while they grow.
  private struct Rows: ~Copyable {
    var network = PrimitiveBuilder<UInt8>()
    var inputs = PrimitiveBuilder<Int16>()
    var pdg = PrimitiveBuilder<Int32>()
    var z = PrimitiveBuilder<Float>()
    var theta = PrimitiveBuilder<Float>()
    var transverse = PrimitiveBuilder<Float>()
    var d0 = PrimitiveBuilder<Float>()
    var fittedZ = PrimitiveBuilder<Float>()
    var neuralZ = PrimitiveBuilder<Float>()
    var neuralTheta = PrimitiveBuilder<Float>()

    mutating func append(
      _ seen: NeuralInputs?, _ truth: TruthParticles, _ index: Int, _ helix: Helix,
      _ tracks: borrowing DriftChamberTracks, _ track: Int
    ) {
      network.append(seen.map { UInt8($0.network) } ?? 255)
      for input in 0..<TrackNetworks.inputCount { inputs.append(seen.map { Int16($0.values[input]) } ?? 0) }
      z.append(Float(helix.z0))
      theta.append(Float(Double.pi / 2 - atan(helix.tanLambda)))
      transverse.append(Float(helix.pT()))
      d0.append(Float(helix.d0))
      pdg.append(truth.pdg[index])
      fittedZ.append(tracks.z0[track])
      neuralZ.append(tracks.neuralZ[track])
      neuralTheta.append(tracks.neuralTheta[track])
    }

    mutating func finish() throws -> RecordBatch {
      let count = network.count
      let fields = NetworkSample.schema.fields
      return try RecordBatch(
        schema: NetworkSample.schema,
        columns: [
          network.finish(), fixedSizeList(fields[1].type, inputs.finish(), rows: count), z.finish(), theta.finish(),
          transverse.finish(), d0.finish(), pdg.finish(), fittedZ.finish(), neuralZ.finish(), neuralTheta.finish(),
        ], count: count)
    }
  }
}
