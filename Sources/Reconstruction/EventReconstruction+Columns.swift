import EventModel

/// The objects of an event in the columns of a stream: taken from an earlier stage, handed on to the next.
extension EventReconstruction {
  /// Takes over what the high-level trigger reconstructed, so that no step runs twice.
  public mutating func adopt(_ column: HighLevelColumn) {
    for row in 0..<min(rows.count, column.steps.count) {
      rows[row].steps = ReconstructionSteps(rawValue: column.steps[row]).intersection(.carried)
      rows[row].adopted = rows[row].steps
      let firstTrack = allTracks.count
      for index in column.tracks.rows[row] { allTracks.append(ReconstructedTrack(column.tracks, at: index)) }
      rows[row].tracks = firstTrack..<allTracks.count
      let firstCluster = allClusters.count
      for index in column.clusters.rows[row] { allClusters.append(ReconstructedCluster(column.clusters, at: index)) }
      rows[row].clusters = firstCluster..<allClusters.count
      let firstVertex = allVertices.count
      for index in column.vertices.rows[row] { allVertices.append(ReconstructedVertex(column.vertices, at: index)) }
      rows[row].vertices = firstVertex..<allVertices.count
      let firstIdentification = allIdentifications.count
      for index in column.identifications.rows[row] {
        allIdentifications.append(TrackIdentification(column.identifications, at: index))
      }
      rows[row].identifications = firstIdentification..<allIdentifications.count
      rows[row].promptVertex = PromptVertex(column.promptVertex, at: row)
      rows[row].eventTime = column.eventTime[row]
      // Which wires the tracks of an earlier stage have is not known.
      if keepsWires { allWires.append(contentsOf: repeatElement([], count: allTracks.count - allWires.count)) }
    }
  }

  /// Adds tracks, clusters, vertices and identifications of an event to the current event of an `hlt` column.
  public func append(row: Int, to builder: inout HighLevelBuilder) {
    for track in tracks(row: row) { track.append(to: &builder.tracks) }
    for cluster in clusters(row: row) { cluster.append(to: &builder.clusters) }
    for vertex in vertices(row: row) { vertex.append(to: &builder.vertices) }
    rows[row].promptVertex?.append(to: &builder.promptVertex)
    for track in identifications(row: row) { track.append(to: &builder.identifications) }
  }

  /// Adds an event to a `reco` column.
  public func append(row: Int, to builder: inout ReconstructionBuilder) {
    for track in tracks(row: row) { track.append(to: &builder.tracks) }
    for cluster in clusters(row: row) { cluster.append(to: &builder.clusters) }
    for vertex in vertices(row: row) { vertex.append(to: &builder.vertices) }
    rows[row].promptVertex?.append(to: &builder.promptVertex)
    for candidate in candidates(row: row) { candidate.append(to: &builder.candidates) }
    for track in identifications(row: row) { track.append(to: &builder.identifications) }
    for pair in photonPairs(row: row) { pair.append(to: &builder.photonPairs) }
    for photon in bremsstrahlung(row: row) { photon.append(to: &builder.bremsstrahlung) }
    for hadron in neutralHadrons(row: row) { hadron.append(to: &builder.neutralHadrons) }
    for fit in hypotheses(row: row) { fit.append(to: &builder.hypotheses) }
    builder.endEvent(
      steps: rows[row].steps.rawValue, eventTime: rows[row].eventTime - Float(conditions[.eventTime].value),
      conditions: conditions.version)
  }
}
