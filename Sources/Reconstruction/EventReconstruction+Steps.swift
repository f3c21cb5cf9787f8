import Detector
import EventModel
import Kinematics

/// What each step does with the lists of the batch.
extension EventReconstruction {
  /// Does a step of an event; what it needs must be done.
  mutating func execute(_ step: ReconstructionSteps, row: Int) {
    switch step {
    case .clusters: findClusters(row)
    case .tracks: findTracks(row)
    case .matching: match(row)
    case .muons: findMuons(row)
    case .vertices: findVertices(row)
    case .candidates: findCandidates(row)
    case .identification: identify(row)
    case .photonPairs: pairPhotons(row)
    case .bremsstrahlung: findBremsstrahlung(row)
    case .neutralHadrons: findNeutralHadrons(row)
    case .hypotheses: fitHypotheses(row)
    case .siliconTracks: findSiliconTracks(row)
    case .siliconVertices: findSiliconVertices(row)
    default: break
    }
  }

  private mutating func findClusters(_ row: Int) {
    guard let inputs else { return }
    let range = inputs.crystals.rows[row]
    let (crystals, energies, times) = (inputs.crystals.crystal, inputs.crystals.energy, inputs.crystals.time)
    clusterFinder.find(
      crystals: crystals.span.extracting(range), energies: energies.span.extracting(range),
      times: times.span.extracting(range))
    let first = allClusters.count
    allClusters.append(contentsOf: clusterFinder.clusters)
    rows[row].clusters = first..<allClusters.count
  }

  /// Gives the track finder the hits of an event.
  private mutating func loadHits(_ inputs: BatchInputs, row: Int) {
    let range = inputs.chamber.rows[row]
    let (wires, times) = (inputs.chamber.wire, inputs.chamber.tdc)
    finder.load(wires: wires.span.extracting(range), times: times.span.extracting(range))
    finder.points.load(inputs.silicon, row: row, tracker: inputs.tracker)
  }

  private mutating func findTracks(_ row: Int) {
    guard let inputs else { return }
    loadHits(inputs, row: row)
    if let tracks = inputs.seeds {
      for (number, index) in tracks.rows[row].enumerated() {
        finder.grow(
          omega: Double(tracks.omega[index]), phi0: Double(tracks.phi0[index]),
          segments: tracks.segments.span.extracting((9 * index)..<(9 * index + 9)), number: number, eventTime: 0)
      }
    }
    finder.growRest(eventTime: 0)
    let first = allTracks.count
    for track in finder.tracks { allTracks.append(ReconstructedTrack(track)) }
    rows[row].tracks = first..<allTracks.count
    rows[row].eventTime = Float(finder.eventTime)
    if keepsWires {
      allWires.append(contentsOf: repeatElement([], count: allTracks.count - allWires.count))
      for hit in 0..<finder.hits.count where finder.hits.owner[hit] >= 0 {
        allWires[first + Int(finder.hits.owner[hit])].append(finder.hits.wire[hit])
      }
    }
  }

  private mutating func fitHypotheses(_ row: Int) {
    guard let inputs else { return }
    let first = allHypotheses.count
    // The hits may be those of another event by now, and the tracks those of an earlier stage.
    loadHits(inputs, row: row)
    siliconFinder.points.load(inputs.silicon, row: row, tracker: inputs.tracker)
    let begunInSilicon = rows[row].tracks.count - rows[row].siliconTracks
    for (number, track) in rows[row].tracks.enumerated() {
      hypothesisFits.removeAll(keepingCapacity: true)
      if number < begunInSilicon {
        finder.fitHypotheses(of: allTracks[track].state, eventTime: 0, into: &hypothesisFits)
      }
      // Those that begin in the silicon leave too little in the chamber.
      if hypothesisFits.isEmpty {
        siliconFinder.fitHypotheses(of: allTracks[track], chamberHits: finder.hits, into: &hypothesisFits)
      }
      for fit in hypothesisFits { allHypotheses.append(HypothesisFit(track: number, fit)) }
    }
    rows[row].hypotheses = first..<allHypotheses.count
  }

  private mutating func findSiliconTracks(_ row: Int) {
    guard let inputs else { return }
    let range = inputs.chamber.rows[row]
    let (wires, times) = (inputs.chamber.wire, inputs.chamber.tdc)
    finder.hits.load(wires: wires.span.extracting(range), times: times.span.extracting(range), table: finder.table)
    siliconFinder.points.load(inputs.silicon, row: row, tracker: inputs.tracker)
    // The tracks say which points they have: the high-level trigger may have found them in another place.
    for track in allTracks[rows[row].tracks] { siliconFinder.points.use(track.points, of: track.state) }
    siliconFinder.find(beside: allTracks[rows[row].tracks], chamberHits: finder.hits)
    guard !siliconFinder.tracks.isEmpty else { return }
    moveTracksToEnd(row)
    for track in siliconFinder.tracks { allTracks.append(ReconstructedTrack(track)) }
    rows[row].siliconTracks = siliconFinder.tracks.count
    rows[row].tracks = rows[row].tracks.lowerBound..<allTracks.count
    if keepsWires {
      for range in siliconFinder.hitsOfTracks {
        allWires.append(siliconFinder.hits[range].map { finder.hits.wire[Int($0)] })
      }
    }
  }

  /// Puts the tracks of an event behind those of all others, so that it can have more.
  private mutating func moveTracksToEnd(_ row: Int) {
    let range = rows[row].tracks
    guard range.upperBound != allTracks.count else { return }
    let first = allTracks.count
    for index in range {
      allTracks.append(allTracks[index])
      if keepsWires { allWires.append(allWires[index]) }
    }
    rows[row].tracks = first..<allTracks.count
  }

  private mutating func match(_ row: Int) {
    matching.match(&allTracks, rows[row].tracks, &allClusters, rows[row].clusters)
  }

  private mutating func findMuons(_ row: Int) {
    guard let inputs else { return }
    muonMatching.match(&allTracks, rows[row].tracks, inputs.muonHits, inputs.muonHits.rows[row])
  }

  private mutating func findVertices(_ row: Int) {
    // The same whether the tracks that begin in the silicon are there by now or not.
    vertexFinder.find(tracksOfChamber(row: row), region: interactionRegion)
    rows[row].promptVertex = PromptVertex(vertexFinder.prompt)
    let first = allVertices.count
    allVertices.append(contentsOf: vertexFinder.vertices)
    rows[row].vertices = first..<allVertices.count
  }

  private mutating func findSiliconVertices(_ row: Int) {
    let tracks = allTracks[rows[row].tracks]
    let first = rows[row].adopted.contains(.siliconTracks) ? 0 : tracks.count - rows[row].siliconTracks
    guard first < tracks.count else { return }
    vertexFinder.findLater(tracks, from: first, beside: allVertices[rows[row].vertices], region: interactionRegion)
    guard !vertexFinder.vertices.isEmpty else { return }
    // The vertices of an event stand together: behind those of all others, so that it can have more.
    let known = rows[row].vertices
    if known.upperBound != allVertices.count {
      rows[row].vertices = allVertices.count..<(allVertices.count + known.count)
      for index in known { allVertices.append(allVertices[index]) }
    }
    allVertices.append(contentsOf: vertexFinder.vertices)
    rows[row].vertices = rows[row].vertices.lowerBound..<allVertices.count
  }

  private mutating func findCandidates(_ row: Int) {
    candidateFinder.find(
      allTracks[rows[row].tracks], allClusters[rows[row].clusters], allVertices[rows[row].vertices],
      identifications: allIdentifications[rows[row].identifications],
      radiated: allBremsstrahlung[rows[row].bremsstrahlung],
      origin: rows[row].promptVertex?.position ?? interactionRegion.centre)
    let first = allCandidates.count
    allCandidates.append(contentsOf: candidateFinder.candidates)
    rows[row].candidates = first..<allCandidates.count
  }

  private mutating func identify(_ row: Int) {
    guard let inputs else { return }
    identifier.identify(
      allTracks[rows[row].tracks], allClusters[rows[row].clusters], eventTime: Double(rows[row].eventTime),
      chamber: inputs.chamber, regions: inputs.regions, row: row)
    let first = allIdentifications.count
    allIdentifications.append(contentsOf: identifier.identifications)
    rows[row].identifications = first..<allIdentifications.count
  }

  private mutating func pairPhotons(_ row: Int) {
    photonPairFinder.find(allClusters[rows[row].clusters])
    let first = allPhotonPairs.count
    allPhotonPairs.append(contentsOf: photonPairFinder.pairs)
    rows[row].photonPairs = first..<allPhotonPairs.count
  }

  private mutating func findBremsstrahlung(_ row: Int) {
    bremsstrahlungFinder.find(allTracks[rows[row].tracks], allClusters[rows[row].clusters])
    let first = allBremsstrahlung.count
    allBremsstrahlung.append(contentsOf: bremsstrahlungFinder.photons)
    rows[row].bremsstrahlung = first..<allBremsstrahlung.count
  }

  private mutating func findNeutralHadrons(_ row: Int) {
    guard let inputs else { return }
    neutralHadronFinder.find(
      allTracks[rows[row].tracks], allClusters[rows[row].clusters], inputs.muonHits, inputs.muonHits.rows[row])
    let first = allNeutralHadrons.count
    allNeutralHadrons.append(contentsOf: neutralHadronFinder.hadrons)
    rows[row].neutralHadrons = first..<allNeutralHadrons.count
  }
}
