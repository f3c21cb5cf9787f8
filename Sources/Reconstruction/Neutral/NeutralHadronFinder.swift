import Detector
import EventModel
import Kinematics

/// Candidates of K_L and neutrons: hits of the muon detector that point to no track, with the shower in the calorimeter before them if
/// there is one, and showers in the calorimeter alone that look like a hadron's.
struct NeutralHadronFinder {
  /// A point where both planes of a layer have a hit.
  private struct Place {
    var position: Vector3
    var direction: Vector3
    var time: Float
    var layer: Int
    var isUsed = false
  }

  private let muonPath: MuonPath
  private let calorimeterPath: CalorimeterPath
  private let detector: MuonDetector
  private var places: [Place] = []
  /// Hits of the second planes, with section, sector and layer in one number.
  private var seconds: [(layer: UInt32, hit: Int)] = []
  private var trackDirections: [Vector3] = []
  private(set) var hadrons: [ReconstructedNeutralHadron] = []

  /// Hits count from before the earliest to after the latest shower, ns; those of one shower agree within the second number.
  private static let timeWindow: ClosedRange<Float> = -20...60
  private static let agreement: Float = 20
  /// Cosines of the angles within which hits are one shower, a cluster belongs to it, and a track explains it.
  private static let cosineOfShower = 0.99
  private static let cosineOfCluster = 0.985
  private static let cosineOfTrack = 0.97
  private static let leastLayers = 2
  /// A shower in the calorimeter alone: photon score below, energy above, GeV.
  private static let largestPhotonScore: Float = 0.2
  private static let leastEnergy: Float = 0.15
  private static let mostPlaces = 400

  init(_ detector: DetectorModel) {
    self.detector = detector.muonDetector
    muonPath = MuonPath(detector.muonDetector)
    calorimeterPath = CalorimeterPath(detector.calorimeter)
  }

  /// Finds the candidates of an event.
  mutating func find(
    _ tracks: ArraySlice<ReconstructedTrack>, _ clusters: ArraySlice<ReconstructedCluster>, _ hits: MuonHits,
    _ range: Range<Int>
  ) {
    hadrons.removeAll(keepingCapacity: true)
    trackDirections.removeAll(keepingCapacity: true)
    for track in tracks {
      if let entry = calorimeterPath.entry(of: track) { trackDirections.append(entry.point.unit) }
    }
    collectPlaces(hits, range)
    for seed in places.indices where !places[seed].isUsed { shower(from: seed) }
    attach(clusters)
  }

  /// Pairs the hits of the two planes of each layer.
  private mutating func collectPlaces(_ hits: borrowing MuonHits, _ range: Range<Int>) {
    places.removeAll(keepingCapacity: true)
    seconds.removeAll(keepingCapacity: true)
    func surface(of hit: Int, _ hits: borrowing MuonHits) -> UInt32 {
      UInt32(hits.section[hit]) << 16 | UInt32(hits.sector[hit]) << 8 | UInt32(hits.layer[hit])
    }
    for hit in range where hits.plane[hit] == 1 { seconds.append((surface(of: hit, hits), hit)) }
    for first in range where hits.plane[first] == 0 && isInTime(hits.time[first]) {
      guard let section = MuonSection(rawValue: hits.section[first]) else { continue }
      let sector = Int(hits.sector[first])
      let layer = Int(hits.layer[first])
      guard sector < detector.sectorCount(section), layer >= 1, layer <= detector.layerCount(section) else { continue }
      let wanted = surface(of: first, hits)
      for (its, second) in seconds
      where its == wanted && abs(hits.time[second] - hits.time[first]) < NeutralHadronFinder.agreement {
        let across = Double(hits.position[first])
        let along = Double(hits.position[second])
        guard abs(across) < 1000, abs(along) < 1000, places.count < NeutralHadronFinder.mostPlaces else { continue }
        let position = muonPath.position(section, sector: sector, layer: layer, across: across, along: along)
        let direction = position.unit
        if trackDirections.contains(where: { $0.dot(direction) > NeutralHadronFinder.cosineOfTrack }) { continue }
        places.append(
          Place(position: position, direction: direction, time: hits.time[first], layer: layer))
      }
    }
    places.sort { $0.layer != $1.layer ? $0.layer < $1.layer : $0.direction.z < $1.direction.z }
  }

  private func isInTime(_ time: Float) -> Bool { NeutralHadronFinder.timeWindow.contains(time) }

  /// Joins what lies in the direction of a point, innermost layers first.
  private mutating func shower(from seed: Int) {
    let start = places[seed]
    var layers: UInt32 = 0
    var hits = 0
    var sum = Vector3.zero
    var inFirst = 0
    var time: Float = 0
    for index in seed..<places.count where !places[index].isUsed {
      guard places[index].direction.dot(start.direction) > NeutralHadronFinder.cosineOfShower,
        abs(places[index].time - start.time) < NeutralHadronFinder.agreement
      else { continue }
      places[index].isUsed = true
      hits += 1
      layers |= 1 << UInt32(places[index].layer & 31)
      time += places[index].time
      if places[index].layer == start.layer {
        sum = sum + places[index].position
        inFirst += 1
      }
    }
    guard layers.nonzeroBitCount >= NeutralHadronFinder.leastLayers else { return }
    let middle = (1 / Double(inFirst)) * sum
    hadrons.append(
      ReconstructedNeutralHadron(
        x: Float(middle.x), y: Float(middle.y), z: Float(middle.z), time: time / Float(hits),
        layers: UInt8(clamping: layers.nonzeroBitCount), firstLayer: UInt8(clamping: start.layer),
        hits: UInt16(clamping: 2 * hits), cluster: -1))
  }

  /// Gives showers in the muon detector the cluster before them, and adds those clusters that are hadrons by themselves.
  private mutating func attach(_ clusters: ArraySlice<ReconstructedCluster>) {
    let inMuonDetector = hadrons.count
    for index in clusters.indices {
      let cluster = clusters[index]
      guard cluster.track < 0, isInTime(cluster.time) else { continue }
      let direction = cluster.direction
      let number = Int16(truncatingIfNeeded: index - clusters.startIndex)
      let behind = hadrons[..<inMuonDetector].firstIndex {
        let position = Vector3(Double($0.x), Double($0.y), Double($0.z))
        return direction.dot(position.unit) > NeutralHadronFinder.cosineOfCluster
      }
      if let behind {
        // Clusters come most energetic first: the first one in the direction is the shower's.
        if hadrons[behind].cluster < 0 { hadrons[behind].cluster = number }
      } else if cluster.photon < NeutralHadronFinder.largestPhotonScore,
        cluster.energy > NeutralHadronFinder.leastEnergy
      {
        let place = calorimeterPath.front(along: direction, depth: 0.5 * calorimeterPath.crystalLength)
        hadrons.append(
          ReconstructedNeutralHadron(
            x: Float(place.x), y: Float(place.y), z: Float(place.z), time: cluster.time, cluster: number))
      }
    }
  }
}
