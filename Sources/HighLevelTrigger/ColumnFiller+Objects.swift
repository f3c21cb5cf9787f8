import Kinematics
import Menu
import Reconstruction

/// The attributes of objects, in the order of the vocabulary.
extension ColumnFiller {
  func append(
    _ cluster: ObservedCluster, _ clusters: ArraySlice<ReconstructedCluster>, row: Int, _ collection: Int,
    _ columns: EventColumns
  ) {
    let source = clusters[clusters.startIndex + cluster.index]
    var cluster = cluster
    if readsStarAngles, !cluster.isSelected { cluster.findStarAngles() }
    let attributes: InlineArray<11, Float> = [
      source.energy, source.theta, source.phi, Float(cluster.starEnergy), Float(cluster.starTheta),
      Float(cluster.starPhi), source.time, source.e9OverE21, source.secondMoment, source.dt99,
      source.photon,
    ]
    columns.appendObject(collection, row: row, values: attributes.span)
  }

  // Places of the attributes of tracks that later steps give.
  private static let energy = 10
  private static let energyOverMomentum = 11
  private static let muonScore = 12
  private static let electronScore = 13
  private static let muonLayers = 14

  func append(
    _ track: ObservedTrack, _ tracks: ArraySlice<ReconstructedTrack>, _ collection: Int, row: Int,
    _ columns: EventColumns
  ) {
    let source = tracks[tracks.startIndex + track.index]
    let attributes: InlineArray<19, Float> = [
      Float(track.size), Float(track.pT), Float(track.theta), source.phi0, Float(track.starSize),
      Float(track.starTheta), Float(track.starPhi), source.d0, source.z0, Float(track.charge),
      Float(track.clusterEnergy), Float(track.clusterEnergy / track.size), source.muon, source.electron,
      Float(source.muonLayers), Float(source.chamberHits), Float(source.siliconPoints),
      source.chi2 / Float(max(1, source.degreesOfFreedom)), source.level1Track >= 0 ? 1 : 0,
    ]
    columns.appendObject(collection, row: row, values: attributes.span)
  }

  /// Sets what matching added to tracks and muons that stand in the columns already.
  func setMatches(_ tracks: ArraySlice<ReconstructedTrack>, row: Int, _ columns: EventColumns) {
    func set(_ track: ObservedTrack, _ collection: Int, _ object: Int) {
      columns.setAttribute(collection, ColumnFiller.energy, object: object, to: Float(track.clusterEnergy))
      columns.setAttribute(
        collection, ColumnFiller.energyOverMomentum, object: object, to: Float(track.clusterEnergy / track.size))
      columns.setAttribute(
        collection, ColumnFiller.electronScore, object: object, to: tracks[tracks.startIndex + track.index].electron)
    }
    var muon = firstMuons[row]
    for track in observedTracks {
      if firstTracks[row] >= 0 { set(track, words.tracks, firstTracks[row] + track.index) }
      if muon >= 0, tracks[tracks.startIndex + track.index].isMuon {
        set(track, words.muons, muon)
        muon += 1
      }
    }
  }

  /// Sets what muon finding added to tracks that stand in the columns already.
  func setMuons(_ tracks: ArraySlice<ReconstructedTrack>, row: Int, _ columns: EventColumns) {
    guard firstTracks[row] >= 0 else { return }
    for (index, track) in tracks.enumerated() {
      let object = firstTracks[row] + index
      columns.setAttribute(words.tracks, ColumnFiller.muonScore, object: object, to: track.muon)
      columns.setAttribute(words.tracks, ColumnFiller.muonLayers, object: object, to: Float(track.muonLayers))
    }
  }

  func append(_ vertex: ReconstructedVertex, row: Int, _ columns: EventColumns) {
    let kind = ReconstructedVertex.Kind(rawValue: vertex.kind)
    let daughters = VertexDaughters(vertex, observedTracks)
    let momentum = Vector3(Double(vertex.momentum[0]), Double(vertex.momentum[1]), Double(vertex.momentum[2]))
    let attributes: InlineArray<22, Float> = [
      vertex.rho, vertex.z, Float(PortableAngle.theta(of: vertex)),
      vertex.chi2 / Float(max(1, vertex.degreesOfFreedom)), vertex.probability, vertex.mass, vertex.pointing,
      kind == .kShort ? 1 : 0, kind == .lambda ? 1 : 0, kind == .conversion ? 1 : 0, vertex.massError,
      Float(vertex.trackCount), Float(momentum.length), Float(momentum.transverse),
      Float(PortableAngles.azimuth(y: Double(vertex.y), x: Double(vertex.x))), vertex.flight,
      vertex.flightSignificance, Float(vertex.innerPoints), Float(daughters.smallerImpactParameter),
      Float(daughters.smallerMomentum), Float(daughters.openingAngle),
      daughters.areBackToBack ? 1 : 0,
    ]
    columns.appendObject(words.vertices, row: row, values: attributes.span)
  }

  /// Appends the pairs of `members`.
  func pairs(_ collection: Int, row: Int, _ columns: EventColumns) {
    for position in members.indices {
      let first = members[position]
      for second in members[(position + 1)...] {
        let sum = first.vector + second.vector
        let recoil = (total - sum).massSquared
        let attributes: InlineArray<8, Float> = [
          Float(sum.mass), Float(recoil < 0 ? -(-recoil).squareRoot() : recoil.squareRoot()),
          Float(Angles.opening(first.vector.momentum, second.vector.momentum)),
          Float(Angles.opening(first.starMomentum, second.starMomentum)),
          Float(Angles.between(first.phi, second.phi)), Float(Angles.between(first.starPhi, second.starPhi)),
          Float(first.starTheta + second.starTheta), Float(first.charge + second.charge),
        ]
        columns.appendObject(collection, row: row, values: attributes.span)
      }
    }
  }
}
