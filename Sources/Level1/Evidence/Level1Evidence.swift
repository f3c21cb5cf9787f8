import Detector
import Menu

/// What of one event set the input bits: tracks down to their segments and wires, sums and clusters down to their trigger
/// cells, pairs with their angles, sectors with their layers. For `menu explain`, not for speed.
///
/// Which objects set a bit is not decided anew here: the blocks of level 1 are asked again about each object, or each pair of
/// objects, alone. So an explanation cannot disagree with the bit.
///
/// ```swift
/// let evidence = try level1.evidence(of: row, in: batch)
/// level1.level.explain(level1.columns, row: row) { evidence.explain($0) }
/// ```
public struct Level1Evidence {
  /// A trigger cell over threshold.
  struct Cell {
    let number: Int
    let counts: Int32
    let time: Float
  }

  /// The primitives of the event.
  public let primitives: Level1Primitives
  let map: TriggerCellMap
  let chamber: DriftChamber
  /// Cells over threshold, the most energetic first.
  let cells: [Cell]
  let sums: EnergySums
  /// Hit (layer, plane) pairs of every sector of the muon detector.
  let layerPlanes: [Int]

  init(
    _ primitives: Level1Primitives, map: TriggerCellMap, chamber: DriftChamber, energies: TriggerCellEnergies,
    layerPlanes: [Int]
  ) {
    self.primitives = primitives
    self.map = map
    self.chamber = chamber
    self.layerPlanes = layerPlanes
    sums = EnergySums(energies, map: map)
    cells = (1...TriggerCellMap.cells).filter { energies.counts[$0] > 0 }
      .sorted { energies.counts[$0] > energies.counts[$1] }
      .map { Cell(number: $0, counts: energies.counts[$0], time: energies.times[$0]) }
  }

  /// The parts that stand below a bit that is set, a number that is not 0, or an object; none where there is nothing
  /// to say.
  public func explain(_ subject: EvidenceSubject) -> [Explanation] {
    switch subject {
    case .bit(let name): return explain(bit: name)
    case .unsetBit(let name): return Self.sumBits.contains(name) ? [energySum(name)[0].alone] : []
    case .number(let name): return explain(bit: name + "_0")
    case .object("tracks", let place): return place < primitives.tracks.count ? segments(ofTrack: place) : []
    case .object("fitted_tracks", let place):
      let fitted = fittedTracks
      return place < fitted.count ? segments(ofTrack: fitted[place]) : []
    case .object("neural_tracks", let place):
      let neural = neuralTracks
      return place < neural.count ? segments(ofTrack: neural[place]) : []
    case .object("clusters", let place): return place < primitives.clusters.count ? cells(ofCluster: place) : []
    case .object("short_tracks", let place): return run(place, of: primitives.shortTracks.bins, superLayer: 2)
    case .object("inner_tracks", let place): return run(place, of: primitives.innerTracks.bins, superLayer: 0)
    case .object: return []
    }
  }

  /// Bits that compare a sum of energy, which is worth saying also where it was too small.
  private static let sumBits = ["elow", "ehigh", "elum", "ecl_bst"]

  private func explain(bit name: String) -> [Explanation] {
    if name.hasPrefix("cdc_b2b") || name == "cdc_open90" || name == "f2f30" { return trackPairs(name) }
    if name.hasPrefix("ecl_lml_") || name == "ecl_oflo" { return lowMultiplicity(name) }
    if name.hasPrefix("bha_type_") || name == "ecl_bha" { return ringGroups(name) }
    if name.hasPrefix("ecl_timing_") || name == "ecl_active" { return timeCell }
    if let window = Self.pairWindow(name) { return shortPairs(name, window) }
    switch Self.family(name) {
    case "t2", "track": return tracks
    case "t3": return fitted
    case "ty": return neural(within: PrimitiveFinder.neuralReach)
    case "typ", "typ4", "typ5", "typ6": return neural(within: PrimitiveFinder.singleTrackReach)
    case "cdc_active": return chamberTime
    case "td": return displacedTracks
    case "dv", "dv_tight": return vertices(name)
    case "tdecl", "tdklm": return matchedDisplacedTracks(name)
    case "ta": return tracks + shortTracks
    case "ts": return shortTracks
    case "fwd_s", "bwd_s": return shortTracks
    case "ti": return innerTracks
    case "elow", "ehigh", "elum", "ecl_phys", "ecl_bst": return energySum(name)
    case "ehigh1", "ehigh2", "ehigh3", "ehigh4": return energySum(name) + clusters
    case "clst": return isolatedClusters
    case "ecl_3dbha", "bha_veto", "bha_intrk", "ecl_bhapur", "bha_theta", "ecl_mumu", "ecl_taub2b", "ecl_taub2b2",
      "ecl_taub2b3":
      return clusterPairs(name)
    case "klm", "klm_hit", "klmb2b", "eklm", "eklm_hit", "eklmb2b": return sectors(name)
    case "cdcecl", "c2gev": return trackClusterMatches(name)
    case "cdcklm": return trackSectorMatches
    case "trkbha1", "trkbha2": return clusterPairs("ecl_3dbha") + trackClusterMatches("cdcecl")
    case "n1gev", "n2gev": return photons(name)
    case "d3", "d5", "d7", "d9", "p3", "p5", "p7", "p9": return oppositePairs(name)
    case "secl", "iecl": return endcapClusters(name)
    case "seklm", "ieklm", "ecleklm": return endcapSectors(name)
    case "samhem", "opohem": return hemispheres(name)
    default: return []
    }
  }

  /// `t2` of `t2_1`: the name without its place in a number of several bits.
  static func family(_ name: String) -> String {
    guard let last = name.split(separator: "_").last, last.count == 1, last.first?.isNumber == true else { return name }
    return String(name.dropLast(2))
  }
}
