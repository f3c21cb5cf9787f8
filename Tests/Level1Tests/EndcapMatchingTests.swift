import Detector
import Level1
import Statistics
import Testing

/// Short and inner tracks against clusters and muon sectors of the endcaps, all put where a test wants them.
@Suite("Matching in the endcaps")
struct EndcapMatchingTests {
  let detector: DetectorModel
  let map: TriggerCellMap

  init() throws {
    detector = try DetectorModel.belle2()
    map = TriggerCellMap(detector.calorimeter.trigger)
  }

  /// Clusters of 1 GeV in the cells of a ring that hold the azimuths, in degrees.
  private func clusters(ring: Int, at azimuths: [Double]) -> CalorimeterClusters {
    let calorimeter = detector.calorimeter
    let energies = TriggerCellEnergies(
      cellOfCrystal: [0] + (1...calorimeter.crystalCount).map { UInt16(calorimeter.triggerCell(ofCrystal: $0)) })
    var random = CounterRandom(seed: 1, purpose: RandomPurpose(named: "noise"))
    let cells = calorimeter.trigger.rings[ring - 1].cellCount
    let crystals = azimuths.map { azimuth in
      let cell = calorimeter.trigger.cell(ring: ring, position: 1 + Int(azimuth / 360 * Double(cells)))
      return calorimeter.trigger.crystals(ofCell: cell).first!
    }
    let (energy, time) = (azimuths.map { _ in Float(1) }, azimuths.map { _ in Float(0) })
    energies.fill(crystal: crystals.span, energy: energy.span, time: time.span, random: &random)
    var clusters = CalorimeterClusters()
    _ = ClusterFinder(map: map).find(energies, into: &clusters)
    return clusters
  }

  /// Fired sectors (section, sector).
  private func muons(_ sectors: [(UInt8, UInt8)]) -> MuonSectors {
    let hits = sectors.flatMap { sector in (1...4).map { (sector.0, sector.1, UInt8($0)) } }
    let (section, sector, layer) = (hits.map(\.0), hits.map(\.1), hits.map(\.2))
    let (plane, time) = (hits.map { _ in UInt8(0) }, hits.map { _ in Float(0) })
    return MuonSectors(
      section: section.span, sector: sector.span, layer: layer.span, plane: plane.span, time: time.span)
  }

  /// A short track of a pattern, and the middle of the azimuths where it reaches its endcap, in degrees.
  private func shortTrack(_ pattern: ShortTrackPattern) -> (short: ShortTracks, azimuth: Double) {
    let bin = 20
    func bit(_ index: Int) -> UInt64 { SegmentAzimuths.range(from: bin + Int(pattern.offsets[index]), count: 1) }
    var segments = SegmentAzimuths()
    segments.superLayer0 = bit(0)
    segments.superLayer1 = bit(1)
    segments.superLayer2 = 1 << UInt64(bin)
    segments.superLayer3 = bit(2)
    segments.superLayer4 = bit(3)
    let short = ShortTrackFinder().find(segments, tracks: DriftChamberTracks())
    let middle = Double(pattern.endcapBins.lowerBound) + Double(pattern.endcapBins.upperBound)
    let turns = (Double(bin + Int(pattern.offsets.x)) + middle / 2 + 0.5) / 64
    return (short, 360 * (turns - turns.rounded(.down)))
  }

  private func match(
    _ short: ShortTracks = ShortTracks(), _ inner: InnerTracks = InnerTracks(),
    _ clusters: CalorimeterClusters = CalorimeterClusters(), _ muons: MuonSectors
  ) -> EndcapMatching {
    EndcapMatching(short: short, inner: inner, clusters: clusters, calorimeterTime: 0, muons: muons)
  }

  @Test(
    "follows a short track to the cluster and the muon quadrant of its own endcap",
    arguments: [ShortTrackPattern.Destination.forward, .backward])
  func shortTracks(destination: ShortTrackPattern.Destination) throws {
    // Not the widest of its kind, so that a cluster can be elsewhere.
    let pattern = try #require(
      ShortTrackPattern.standard.first { $0.destination == destination && $0.endcapBins.count < 12 })
    let (short, azimuth) = shortTrack(pattern)
    #expect(short.count == 1)
    let (own, other) = destination == .forward ? (2, 16) : (16, 2)
    let none = muons([])
    #expect(match(short, InnerTracks(), clusters(ring: own, at: [azimuth]), none).shortClusters == 1)
    #expect(match(short, InnerTracks(), clusters(ring: other, at: [azimuth]), none).shortClusters == 0)
    let opposite = (azimuth + 180).truncatingRemainder(dividingBy: 360)
    #expect(match(short, InnerTracks(), clusters(ring: own, at: [opposite]), none).shortClusters == 0)
    let quadrant = UInt8(azimuth / 90)
    let (ownSection, otherSection): (UInt8, UInt8) = destination == .forward ? (3, 2) : (2, 3)
    #expect(match(short, InnerTracks(), CalorimeterClusters(), muons([(ownSection, quadrant)])).shortQuadrants == 1)
    #expect(match(short, InnerTracks(), CalorimeterClusters(), muons([(otherSection, quadrant)])).shortQuadrants == 0)
    #expect(
      match(short, InnerTracks(), CalorimeterClusters(), muons([(ownSection, (quadrant + 2) % 4)])).shortQuadrants == 0)
    // Clusters of another time take no part.
    let late = EndcapMatching(
      short: short, inner: InnerTracks(), clusters: clusters(ring: own, at: [azimuth]), calorimeterTime: 150,
      muons: none)
    #expect(late.shortClusters == 0)
  }

  @Test("matches an inner track with endcap clusters up to 40 degrees away, and with muon quadrants of both endcaps")
  func innerTracks() {
    var segments = SegmentAzimuths()
    segments.superLayer0 = 1 << 20
    segments.superLayer1 = 1 << 18
    segments.superLayer2 = 1 << 21
    let inner = InnerTracks(segments)
    // Bin 20 of 64 is 112.5 to 118.1 degrees: bin 11 of 36.
    #expect(inner.bins == 1 << 20 && inner.count == 1)
    let none = muons([])
    func found(_ ring: Int, _ azimuth: Double...) -> Int {
      match(ShortTracks(), inner, clusters(ring: ring, at: azimuth), none).innerClusters
    }
    #expect(found(2, 76) == 1 && found(16, 155) == 1)
    #expect(found(2, 65) == 0 && found(16, 166) == 0)
    #expect(found(2, 76, 150) == 2)
    #expect(found(8, 115) == 0, "a barrel cluster is no endcap cluster")
    for section in [UInt8(2), 3] {
      #expect(match(ShortTracks(), inner, CalorimeterClusters(), muons([(section, 1)])).innerQuadrants == 1)
      #expect(match(ShortTracks(), inner, CalorimeterClusters(), muons([(section, 3)])).innerQuadrants == 0)
    }
    #expect(match(ShortTracks(), inner, CalorimeterClusters(), muons([(0, 1)])).innerQuadrants == 0)
  }

  @Test("matches clusters and muon sectors in the same quadrant of the same endcap")
  func clustersAndMuons() {
    let cluster = clusters(ring: 2, at: [45])
    let tracks = (ShortTracks(), InnerTracks())
    #expect(match(tracks.0, tracks.1, cluster, muons([(3, 0)])).clusterQuadrants == 1)
    #expect(match(tracks.0, tracks.1, cluster, muons([(2, 0)])).clusterQuadrants == 0)
    #expect(match(tracks.0, tracks.1, cluster, muons([(3, 1), (3, 2), (3, 3)])).clusterQuadrants == 0)
    #expect(match(tracks.0, tracks.1, clusters(ring: 4, at: [45]), muons([(3, 0)])).clusterQuadrants == 1)
    #expect(match(tracks.0, tracks.1, clusters(ring: 5, at: [45]), muons([(3, 0)])).clusterQuadrants == 0)
    #expect(match(tracks.0, tracks.1, clusters(ring: 15, at: [45]), muons([(2, 0)])).clusterQuadrants == 1)
    // One bin beyond the border still counts.
    #expect(match(tracks.0, tracks.1, clusters(ring: 2, at: [95]), muons([(3, 0)])).clusterQuadrants == 1)
    #expect(match(tracks.0, tracks.1, clusters(ring: 2, at: [112]), muons([(3, 0)])).clusterQuadrants == 0)
  }
}
