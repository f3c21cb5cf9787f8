import EventModel

extension Level1Builder {
  /// Adds what was found in an event: everything but words, decision and timing source.
  mutating func append(_ primitives: borrowing Level1Primitives) {
    time.append(primitives.time)
    energyPhysics.append(primitives.energyPhysics)
    energyTotal.append(primitives.energyTotal)
    isolatedClusters.append(UInt8(primitives.isolatedClusters))
    muonSectors.append(primitives.muonSectors)
    append(primitives.segments)
    append(primitives.tracks)
    append(primitives.clusters)
  }

  private mutating func append(_ found: borrowing TrackSegments) {
    segments.append(
      id: found.number.span.extracting(first: found.count),
      priority: found.priority.span.extracting(first: found.count),
      time: found.time.span.extracting(first: found.count), leftRight: found.side.span.extracting(first: found.count))
    segments.endEvent()
  }

  private mutating func append(_ found: borrowing DriftChamberTracks) {
    for index in 0..<found.count {
      tracks.append(
        omega: found.omega[index], phi0: found.phi0[index], superlayers: found.superLayers[index],
        segments: found.segments.span.extracting((index * 9)..<(index * 9 + 9)), z0: found.z0[index],
        cotTheta: found.cotTheta[index], neuralZ: found.neuralZ[index], neuralTheta: found.neuralTheta[index],
        neuralMomentum: found.neuralZ[index].isNaN ? .nan : found.neuralMomentumInGeV(index))
    }
    tracks.endEvent()
  }

  private mutating func append(_ found: borrowing CalorimeterClusters) {
    for index in 0..<found.count {
      clusters.append(
        cell: found.cell[index], ring: found.ring[index], energy: found.energy(index), time: found.time[index],
        theta: found.theta[index], phi: found.phi[index])
    }
    clusters.endEvent()
  }
}
