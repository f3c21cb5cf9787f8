import ArrowStream
import Detector
import EventModel
import Foundation
import Kinematics
import Reconstruction

/// What an event display draws: the hits of an event, what was reconstructed of them, and on demand the truth.
///
/// Positions in cm and directions in the laboratory frame, energies and momenta in GeV.
public struct DisplayedEvent {
  /// A drift-chamber hit.
  package struct WireHit {
    package var wire: Int
    /// On the wire: where the track it belongs to passes, else the wire's point at z = 0.
    var position: Vector3
    /// The track whose path agrees with the drift time; nil for none.
    package var track: Int?
  }

  /// A point on a silicon sensor.
  package struct SiliconHit {
    var position: Vector3
    /// The track that passes within a millimetre of it; nil for none.
    var track: Int?
  }

  /// An energy in a crystal.
  struct Crystal {
    var number: Int
    var energy: Double
  }

  /// A hit of the muon detector, which knows two of three coordinates.
  package struct MuonHit {
    var section: MuonSection
    var position: Vector3
    /// True if the plane measures azimuth, false if z or radius.
    var measuresAzimuth: Bool
  }

  /// A reconstructed track.
  package struct Track {
    package var helix: Helix
    package var chamberHits: Int
    var siliconHits: Int
    var muonLayers: Int
    var muon: Double
    var electron: Double
    /// First and last point of the drawn path, transverse arc lengths from the perigee, cm.
    var arcs: ClosedRange<Double>
  }

  /// A reconstructed cluster.
  struct Cluster {
    var energy: Double
    var position: Vector3
    var time: Double
    /// Track of the event, -1 for none.
    var track: Int
  }

  /// A reconstructed vertex.
  struct Vertex {
    var position: Vector3
    var mass: Double
    var probability: Double
    var tracks: [Int]
  }

  /// Who reconstructed what is drawn.
  enum Origin: String {
    case reconstruction = "as the reconstruction stage left it"
    case highLevelTrigger = "as the high-level trigger left it"
    case display = "reconstructed for this picture"
  }

  /// Vertices nearer to the axis are those of the collision and are not drawn, cm.
  static let drawnRadius = 0.5

  let key: EventKey
  let time: Int64
  let origin: Origin
  package private(set) var wireHits: [WireHit] = []
  package private(set) var siliconHits: [SiliconHit] = []
  private(set) var crystals: [Crystal] = []
  package private(set) var muonHits: [MuonHit] = []
  package private(set) var tracks: [Track] = []
  private(set) var clusters: [Cluster] = []
  private(set) var vertices: [Vertex] = []
  /// Empty unless truth was asked for.
  private(set) var truth: [TruthPath] = []
  /// Process and weight; nil unless truth was asked for.
  let process: String?
  /// True if level 1 accepted the event; nil if the stream has no `l1` column.
  let acceptedByLevel1: Bool?
  /// The verdict of the high-level trigger; nil if the stream has no `hlt` column.
  let verdict: Int?

  /// Takes an event out of a batch. Objects come from the `reco` column if it is there, else from `hlt`, else they are
  /// reconstructed here.
  /// - Parameters:
  ///   - batch: events with the detector columns.
  ///   - row: row of the batch.
  ///   - detector: geometry.
  ///   - withTruth: also take the generator particles; needs the `truth` column.
  /// - Throws: `ColumnError` if a column is missing or of another type.
  public init(_ batch: RecordBatch, row: Int, detector: DetectorModel, withTruth: Bool) throws {
    let keys = try EventKeyColumn(batch)
    key = EventKey(experiment: keys.experiment[row], run: keys.run[row], number: keys.number[row])
    time = keys.time[row]
    process = withTruth ? keys.process.flatMap { if case .text(let name) = $0.value(row) { name } else { nil } } : nil
    acceptedByLevel1 = batch.has("l1") ? try Level1Column(batch).accepted[row] : nil
    verdict = batch.has("hlt") ? Int(try HighLevelColumn(batch).verdict[row]) : nil
    if batch.has("reco") {
      let column = try ReconstructionColumn(batch)
      origin = .reconstruction
      take(column.tracks, column.clusters, column.vertices, row: row, detector: detector)
    } else if batch.has("hlt"), verdict == 1 {
      let column = try HighLevelColumn(batch)
      origin = .highLevelTrigger
      take(column.tracks, column.clusters, column.vertices, row: row, detector: detector)
    } else {
      origin = .display
      var events = EventReconstruction(detector: detector)
      try events.begin(batch)
      events.run(.all, row: row)
      var builder = ReconstructionBuilder()
      events.append(row: row, to: &builder)
      let column = try ReconstructionColumn(builder.finish())
      take(column.tracks, column.clusters, column.vertices, row: 0, detector: detector)
    }
    try takeHits(batch, row: row, detector: detector)
    if withTruth { truth = try TruthPath.paths(TruthParticles(batch), row: row, detector: detector) }
  }

  /// What is in the picture, in a line: key and counts.
  public var summary: String {
    let onTracks = wireHits.count { $0.track != nil }
    return "event \(key), \(wireHits.count) chamber hits (\(onTracks) on tracks), \(siliconHits.count) silicon points, "
      + "\(crystals.count) crystals, \(muonHits.count) muon-detector hits, \(tracks.count) tracks, \(clusters.count) clusters, "
      + "\(vertices.count) vertices; objects \(origin.rawValue)"
  }

  // MARK: Objects

  private mutating func take(
    _ trackColumn: TrackColumn, _ clusterColumn: ClusterColumn, _ vertexColumn: VertexColumn, row: Int,
    detector: DetectorModel
  ) {
    for index in vertexColumn.rows[row] {
      vertices.append(
        Vertex(
          position: Vector3(
            Double(vertexColumn.x[index]), Double(vertexColumn.y[index]), Double(vertexColumn.z[index])),
          mass: Double(vertexColumn.mass[index]), probability: Double(vertexColumn.probability[index]),
          tracks: [Int(vertexColumn.track1[index]), Int(vertexColumn.track2[index])]))
    }
    for (number, index) in trackColumn.rows[row].enumerated() {
      let helix = Helix(
        d0: Double(trackColumn.d0[index]), phi0: Double(trackColumn.phi0[index]),
        omega: Double(trackColumn.omega[index]), z0: Double(trackColumn.z0[index]),
        tanLambda: Double(trackColumn.tanLambda[index]))
      // A track of a displaced vertex starts there and not at its perigee.
      let origin = vertices.first { $0.tracks.contains(number) && $0.position.transverse > Self.drawnRadius }
      let start = origin.map { helix.arcLength(nearestTo: $0.position) } ?? 0
      let end = Self.end(of: helix, detector: detector)
      tracks.append(
        Track(
          helix: helix, chamberHits: Int(trackColumn.driftChamberHits[index]),
          siliconHits: Int(trackColumn.siliconHits[index]), muonLayers: Int(trackColumn.muonLayers[index]),
          muon: Double(trackColumn.muon[index]), electron: Double(trackColumn.electron[index]),
          arcs: min(start, end)...end))
    }
    for index in clusterColumn.rows[row] {
      clusters.append(
        Cluster(
          energy: Double(clusterColumn.energy[index]),
          position: detector.calorimeter.frontFace(
            theta: Double(clusterColumn.theta[index]), phi: Double(clusterColumn.phi[index])),
          time: Double(clusterColumn.time[index]), track: Int(clusterColumn.track[index])))
    }
  }

  /// Where the drawing of a path ends: at the crystals, or after half a turn if it curls up.
  static func end(of helix: Helix, detector: DetectorModel) -> Double {
    let calorimeter = detector.calorimeter
    let reach = calorimeter.arcLengthToFrontFace(helix) ?? .infinity
    return max(0, min(reach, 0.5 * helix.turn, 500))
  }

  // MARK: Hits

  private mutating func takeHits(_ batch: RecordBatch, row: Int, detector: DetectorModel) throws {
    let chamber = try DriftChamberHits(batch)
    for index in chamber.rows[row] where Int(chamber.wire[index]) < detector.driftChamber.wireCount {
      wireHits.append(wireHit(Int(chamber.wire[index]), count: chamber.tdc[index], detector.driftChamber))
    }
    let silicon = try SiliconHits(batch)
    for index in silicon.rows[row] {
      guard
        let number = detector.silicon.index(
          layer: Int(silicon.layer[index]), ladder: Int(silicon.ladder[index]), sensor: Int(silicon.sensor[index])),
        abs(silicon.u[index]) < 10, abs(silicon.v[index]) < 20
      else { continue }
      let position = detector.silicon.sensors[number].position(
        u: Double(silicon.u[index]), v: Double(silicon.v[index]))
      siliconHits.append(
        SiliconHit(
          position: position,
          track: tracks.firstIndex { track in
            let arc = track.helix.arcLength(nearestTo: position)
            return track.arcs.contains(arc) && (track.helix.position(at: arc) - position).length < 0.1
          }))
    }
    let calorimeter = try CalorimeterHits(batch)
    for index in calorimeter.rows[row] where detector.calorimeter.isCrystal(Int(calorimeter.crystal[index])) {
      let energy = Double(calorimeter.energy[index])
      if energy.isFinite { crystals.append(Crystal(number: Int(calorimeter.crystal[index]), energy: energy)) }
    }
    let muon = try MuonHits(batch)
    for index in muon.rows[row] {
      guard let section = MuonSection(rawValue: muon.section[index]),
        Int(muon.sector[index]) < detector.muonDetector.sectorCount(section),
        (1...detector.muonDetector.layerCount(section)).contains(Int(muon.layer[index])), muon.position[index].isFinite
      else { continue }
      let isAzimuth = muon.plane[index] == 0
      let measured = Double(muon.position[index])
      // A plane measures one coordinate. The other is taken from a hit of the other plane of the layer, else from the middle of the
      // sector.
      let partner = muon.rows[row].first {
        muon.section[$0] == muon.section[index] && muon.sector[$0] == muon.sector[index]
          && muon.layer[$0] == muon.layer[index] && muon.plane[$0] != muon.plane[index] && muon.position[$0].isFinite
      }
      let middle =
        section.isBarrel
        ? detector.muonDetector.zOffset + (section == .barrelForward ? 0.5 : -0.5)
          * detector.muonDetector.barrelHalfLength
        : 0.5 * (detector.muonDetector.endcapInnerRadius + detector.muonDetector.endcapOuterRadius)
      let other = partner.map { Double(muon.position[$0]) } ?? (isAzimuth ? middle : 0)
      muonHits.append(
        MuonHit(
          section: section,
          position: detector.muonDetector.position(
            section: section, sector: Int(muon.sector[index]), layer: Int(muon.layer[index]),
            across: isAzimuth ? measured : other, along: isAzimuth ? other : measured), measuresAzimuth: isAzimuth))
    }
  }

  /// A hit is drawn on the track that passes its wire at the distance of its drift time.
  private func wireHit(_ wire: Int, count: Int16, _ chamber: DriftChamber) -> WireHit {
    let layer = chamber.layer(ofWire: wire)
    let line = chamber.line(ofWire: wire)
    let drift = chamber.drift
    var best = WireHit(wire: wire, position: chamber.position(ofWire: wire, atZ: 0), track: nil)
    var smallest = Double.infinity
    for (number, track) in tracks.enumerated() {
      guard let start = track.helix.arcLength(toRadius: chamber.layers[layer].radius(atZ: 0)),
        let approach = track.helix.closestApproach(to: line, from: start),
        track.arcs.contains(approach.arcLength)
      else { continue }
      let flight = approach.arcLength * track.helix.pathPerArc / PhysicalConstants.speedOfLight
      let time = drift.time(count: count) - flight - drift.propagationTime(z: approach.position.z, layer: layer)
      let difference = abs(abs(approach.distance) - drift.distance(time: max(0, time), layer: layer))
      let allowed = DisplayedEvent.allowedDisagreement(of: track.helix, at: approach.arcLength)
      if difference < min(allowed, smallest) {
        smallest = difference
        best = WireHit(wire: wire, position: approach.position, track: number)
      }
    }
    return best
  }

  /// Largest difference between a drift distance and the distance of a track from the wire for a hit of this track, cm. The
  /// helix is the one at the perigee: what scattering in between has turned it by grows with the path and with 1/pT.
  private static func allowedDisagreement(of helix: Helix, at arc: Double) -> Double {
    min(0.5, 0.08 + 0.001 * abs(arc) / helix.pT())
  }
}
