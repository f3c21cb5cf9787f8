import Kinematics
import Menu

/// Fills the columns that menu expressions read from the primitives of one event: all numbers, and the objects of the collections
/// that a line reads.
struct Level1Columns {
  let map: TriggerCellMap
  /// The collections to fill, a bit each.
  private let used: UInt64

  init(map: TriggerCellMap, level: CompiledLevel) {
    self.map = map
    var used: UInt64 = 0
    for collection in level.usedCollections { used |= 1 << UInt64(collection) }
    self.used = used
  }

  private func isUsed(_ collection: Level1Vocabulary.Collection) -> Bool {
    used >> UInt64(collection.rawValue) & 1 == 1
  }

  func fill(_ columns: EventColumns, row: Int, from primitives: borrowing Level1Primitives) {
    typealias Scalar = Level1Vocabulary.Scalar
    columns.setScalar(Scalar.energyPhysics.rawValue, row: row, to: primitives.energyPhysics)
    columns.setScalar(Scalar.energyTotal.rawValue, row: row, to: primitives.energyTotal)
    if primitives.timingSource != .none { columns.setScalar(Scalar.eventTime.rawValue, row: row, to: primitives.time) }
    let sectors = primitives.muonSectors
    columns.setScalar(Scalar.barrelSectors.rawValue, row: row, to: Float((sectors & 0xFFFF).nonzeroBitCount))
    columns.setScalar(Scalar.endcapSectors.rawValue, row: row, to: Float((sectors >> 16).nonzeroBitCount))
    if used == 0 { return }
    typealias Collection = Level1Vocabulary.Collection
    if isUsed(Collection.clusters) { fillClusters(columns, row, primitives.clusters) }
    if isUsed(Collection.clusterPairs) { fillClusterPairs(columns, row, primitives.clusters) }
    if isUsed(Collection.tracks) { fillTracks(columns, row, primitives.tracks) }
    if isUsed(Collection.trackPairs) { fillTrackPairs(columns, row, primitives.tracks) }
    if isUsed(Collection.fittedTracks) { fillFittedTracks(columns, row, primitives.tracks) }
    if isUsed(Collection.neuralTracks) { fillNeuralTracks(columns, row, primitives.tracks) }
    if isUsed(Collection.shortTracks) {
      fillRuns(columns, row, Collection.shortTracks.rawValue, primitives.shortTracks.bins)
    }
    if isUsed(Collection.innerTracks) {
      fillRuns(columns, row, Collection.innerTracks.rawValue, primitives.innerTracks.bins)
    }
    // Empty unless a line reads them.
    fillDisplacedTracks(columns, row, primitives.displacedTracks)
    fillDisplacedPairs(columns, row, primitives.displacedPairs)
  }

  /// Short or inner tracks: runs of azimuth bins.
  private func fillRuns(_ columns: EventColumns, _ row: Int, _ collection: Int, _ bins: UInt64) {
    AzimuthRuns.forEach(bins) { first, length in
      let object = columns.appendObject(collection, row: row)
      columns.setAttribute(collection, 0, object: object, to: AzimuthRuns.azimuth(first: first, length: length))
      columns.setAttribute(collection, 1, object: object, to: Float(length))
    }
  }

  private func fillClusters(_ columns: EventColumns, _ row: Int, _ clusters: borrowing CalorimeterClusters) {
    let collection = Level1Vocabulary.Collection.clusters.rawValue
    let degree = Float(Units.degree)
    for index in 0..<clusters.count {
      let object = columns.appendObject(collection, row: row)
      let cell = Int(clusters.cell[index])
      columns.setAttribute(collection, 0, object: object, to: clusters.energy(index))
      columns.setAttribute(collection, 1, object: object, to: energyStar(clusters, index))
      columns.setAttribute(collection, 2, object: object, to: clusters.theta[index])
      columns.setAttribute(collection, 3, object: object, to: clusters.phi[index])
      columns.setAttribute(collection, 4, object: object, to: Float(map.thetaStar[cell]) * degree)
      columns.setAttribute(collection, 5, object: object, to: Float(map.phiStar[cell]) * degree)
      columns.setAttribute(collection, 6, object: object, to: clusters.time[index])
      columns.setAttribute(collection, 7, object: object, to: Float(clusters.ring[index]))
    }
  }

  private func fillClusterPairs(_ columns: EventColumns, _ row: Int, _ clusters: borrowing CalorimeterClusters) {
    guard clusters.count > 1 else { return }
    let degree = Float(Units.degree)
    let pairs = Level1Vocabulary.Collection.clusterPairs.rawValue
    for first in 0..<(clusters.count - 1) {
      for second in (first + 1)..<clusters.count {
        let pair = ClusterPairLogic.Pair(clusters, first, second, map)
        let energies = (energyStar(clusters, first), energyStar(clusters, second))
        let object = columns.appendObject(pairs, row: row)
        let turn = pair.azimuth > 180 ? 360 - pair.azimuth : pair.azimuth
        columns.setAttribute(pairs, 0, object: object, to: Float(turn) * degree)
        columns.setAttribute(pairs, 1, object: object, to: Float(pair.polarSum) * degree)
        columns.setAttribute(pairs, 2, object: object, to: min(energies.0, energies.1))
        columns.setAttribute(pairs, 3, object: object, to: max(energies.0, energies.1))
      }
    }
  }

  private func fillTracks(_ columns: EventColumns, _ row: Int, _ tracks: borrowing DriftChamberTracks) {
    let collection = Level1Vocabulary.Collection.tracks.rawValue
    for index in 0..<tracks.count {
      let object = columns.appendObject(collection, row: row)
      columns.setAttribute(collection, 0, object: object, to: tracks.transverseMomentum(index))
      columns.setAttribute(collection, 1, object: object, to: tracks.phi0[index])
      columns.setAttribute(collection, 2, object: object, to: tracks.omega[index])
      columns.setAttribute(collection, 3, object: object, to: tracks.charge(index))
      columns.setAttribute(collection, 4, object: object, to: Float(tracks.axialSuperLayers(index)))
    }
  }

  private func fillTrackPairs(_ columns: EventColumns, _ row: Int, _ tracks: borrowing DriftChamberTracks) {
    // Noise can fill the plane with hundreds of tracks; nobody asks for their pairs.
    let paired = min(tracks.count, Self.pairedTracks)
    guard paired > 1 else { return }
    let pairs = Level1Vocabulary.Collection.trackPairs.rawValue
    for first in 0..<(paired - 1) {
      for second in (first + 1)..<paired {
        let turn = abs(tracks.phi0[first] - tracks.phi0[second])
        let object = columns.appendObject(pairs, row: row)
        columns.setAttribute(pairs, 0, object: object, to: turn > Float.pi ? 2 * Float.pi - turn : turn)
      }
    }
  }

  private func fillFittedTracks(_ columns: EventColumns, _ row: Int, _ tracks: borrowing DriftChamberTracks) {
    let collection = Level1Vocabulary.Collection.fittedTracks.rawValue
    for index in 0..<tracks.count where tracks.z0[index].isFinite {
      let object = columns.appendObject(collection, row: row)
      columns.setAttribute(collection, 0, object: object, to: tracks.transverseMomentum(index))
      columns.setAttribute(collection, 1, object: object, to: tracks.phi0[index])
      columns.setAttribute(collection, 2, object: object, to: tracks.charge(index))
      columns.setAttribute(collection, 3, object: object, to: tracks.z0[index])
      columns.setAttribute(collection, 4, object: object, to: tracks.cotTheta[index])
      columns.setAttribute(collection, 5, object: object, to: Float(tracks.stereoSuperLayers(index)))
    }
  }

  private func fillNeuralTracks(_ columns: EventColumns, _ row: Int, _ tracks: borrowing DriftChamberTracks) {
    let collection = Level1Vocabulary.Collection.neuralTracks.rawValue
    for index in 0..<tracks.count where tracks.neuralZ[index].isFinite {
      let object = columns.appendObject(collection, row: row)
      columns.setAttribute(collection, 0, object: object, to: tracks.neuralMomentumInGeV(index))
      columns.setAttribute(collection, 1, object: object, to: tracks.neuralZ[index])
      columns.setAttribute(collection, 2, object: object, to: tracks.neuralTheta[index])
      columns.setAttribute(collection, 3, object: object, to: tracks.neuralCotTheta[index])
      columns.setAttribute(collection, 4, object: object, to: tracks.transverseMomentum(index))
      columns.setAttribute(collection, 5, object: object, to: tracks.phi0[index])
      columns.setAttribute(collection, 6, object: object, to: tracks.charge(index))
      columns.setAttribute(collection, 7, object: object, to: Float(tracks.superLayers[index].nonzeroBitCount))
    }
  }

  /// Tracks of an event that are combined in pairs.
  private static let pairedTracks = 32

  private func energyStar(_ clusters: borrowing CalorimeterClusters, _ index: Int) -> Float {
    clusters.energy(index) * 10 / Float(map.energyRatio[Int(clusters.cell[index])])
  }
}
