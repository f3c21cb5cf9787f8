import HighLevelTrigger
import Kinematics
import Menu
import Statistics
import Testing

/// Variables of the software trigger on events put together around their thresholds.
@Suite("Variables of the high-level trigger") struct FilterVariableTests {
  /// Values of a variable for a row of parameters.
  private func values<Parameter>(
    _ name: String, _ parameters: [Parameter], _ make: (inout AssembledEvent, Parameter) -> Void
  ) throws -> [Double] {
    try parameters.map { parameter in
      var event = try AssembledEvent()
      make(&event, parameter)
      return event[name]
    }
  }

  @Test("The C tracks are the fastest of each charge, wherever they come from")
  func trackC() throws {
    var event = try AssembledEvent()
    #expect(event["pCmsNegC"].isNaN && event["pCmsPosC"].isNaN && event["dPhiCmsC"].isNaN)
    event.track(2, theta: 90, phi: 10, charge: -1, energy: 0.5, z0: 50)
    event.track(1, theta: 80, phi: 100, charge: -1)
    event.track(3, theta: 90, phi: 170, charge: 1)
    #expect(abs(event["pCmsNegC"] - 2) < 1e-5)
    #expect(abs(event["pCmsPosC"] - 3) < 1e-5)
    #expect(abs(event["dPhiCmsC"] - 160) < 1e-3)
    #expect(abs(event["clusterENegC"] - Double(event.clusters[0].energy)) < 1e-6)
    #expect(event["clusterEPosC"] == 0)
    #expect(event["nTrackC"] == 2)
  }

  @Test("Loose and tight tracks of version B need five hits and come from nearer")
  func trackCounts() throws {
    var event = try AssembledEvent()
    for (z0, hits) in [(0.5, 5), (0.5, 4), (1.5, 5), (4.9, 5), (5.1, 5), (9.9, 1), (10.1, 20), (0.5, 0)] {
      event.track(1, theta: 90, phi: Double(z0) * 20, charge: 1, z0: Float(z0), hits: UInt8(hits))
    }
    #expect(event["nTrkLooseB"] == 3)
    #expect(event["nTrkTightB"] == 1)
    #expect(event["nTrkLoose"] == 6)
    #expect(event["nTrkTight"] == 3)
    #expect(event["netChargeLooseB"] == 3)
    #expect(event["nTrackC"] == 3)
  }

  @Test("Charged and neutral clusters count above their thresholds")
  func clusterCounts() throws {
    let charged = try values("chrgClust2GeV", [1.9, 2.1]) { event, energy in
      event.track(3, theta: 90, phi: 0, charge: 1, energy: energy / 3)
    }
    #expect(charged == [0, 1])
    #expect(try values("neutClust045GeVAcc", [0.44, 0.46]) { $0.photon($1, theta: 90, phi: 0) } == [0, 1])
    #expect(try values("neutClust045GeVAcc", [16, 18, 149, 151]) { $0.cluster(2, theta: $1, phi: 0) } == [0, 1, 1, 0])
    #expect(
      try values("neutClust045GeVBarrel", [29, 31, 129, 131]) { $0.cluster(2, theta: $1, phi: 0) } == [0, 1, 1, 0])
  }

  /// A pair of tracks with what is missing going the other way.
  private static func pair(
    _ event: inout AssembledEvent, _ momentum: Double, theta: (Double, Double) = (90, 90), deltaPhi: Double = 179,
    energy: (Double?, Double?) = (nil, nil), second: Double? = nil, z0: Float = 0, hits: UInt8 = 20
  ) {
    event.track(momentum, theta: theta.0, phi: 0, charge: 1, energy: energy.0, z0: z0, hits: hits)
    event.track(second ?? momentum, theta: theta.1, phi: deltaPhi, charge: -1, energy: energy.1, hits: hits)
  }

  @Test("Four-lepton events: slow, flat, the rest along the beams, split by an electron")
  func fourLepton() throws {
    // Both tracks forward by the same angle: the missing momentum goes along -z.
    func make(_ momentum: Double, _ deltaPhi: Double, _ theta: Double, _ energy: Double?) throws -> AssembledEvent {
      var event = try AssembledEvent()
      Self.pair(&event, momentum, theta: (theta, theta), deltaPhi: deltaPhi, energy: (energy, nil))
      return event
    }
    #expect(try make(1.9, 175, 60, nil)["eexxSelect"] == 1)
    #expect(try make(2.1, 175, 60, nil)["eexxSelect"] == 0)
    #expect(try make(1.9, 159, 60, nil)["eexxSelect"] == 0)
    // At 85 degrees the pair's imbalance in azimuth outweighs that along z.
    #expect(try make(1.9, 165, 85, nil)["eexxSelect"] == 0)
    let muons = try make(1.9, 175, 60, 0.79)
    #expect(muons["eemm"] == 1 && muons["eeee"] == 0)
    let electrons = try make(1.9, 175, 60, 0.81)
    #expect(electrons["eemm"] == 0 && electrons["eeee"] == 1)
  }

  @Test("Radiative Bhabhas: acoplanar pairs with an electron and missing momentum away from the beams")
  func radiativeBhabha() throws {
    func make(
      _ momentum: Double = 3, second: Double = 3, deltaPhi: Double = 150, theta: (Double, Double) = (90, 90),
      energy: Double = 0.9, z0: Float = 0, hits: UInt8 = 20
    ) throws -> AssembledEvent {
      var event = try AssembledEvent()
      Self.pair(
        &event, momentum, theta: theta, deltaPhi: deltaPhi, energy: (energy, nil), second: second, z0: z0, hits: hits)
      return event
    }
    #expect(try make()["radBhabha"] == 1)
    #expect(try make(deltaPhi: 171)["radBhabha"] == 0)
    #expect(try make(second: 0.9, deltaPhi: 100)["radBhabha"] == 0)
    #expect(try make(second: 1.1, deltaPhi: 100)["radBhabha"] == 1)
    #expect(try make(energy: 0.79)["radBhabha"] == 0)
    // 2 p cos(85 deg) = 0.17 p is missing: below 1 GeV.
    #expect(try make(deltaPhi: 169)["radBhabha"] == 0)
    #expect(try make(5, second: 5.2, deltaPhi: 169)["radBhabha"] == 0)
    #expect(try make(5.5, second: 5.5, deltaPhi: 168)["radBhabha"] == 1)
    // Both forward by 30 degrees: what is missing points within 9 degrees of the beams; by 60 degrees, within 24.
    #expect(try make(theta: (30, 30))["radBhabha"] == 0)
    #expect(try make(theta: (60, 60))["radBhabha"] == 1)
    // Version B: the first track 6 cm away is loose, not loose B.
    #expect(try make(z0: 6)["radBhabha"] == 1)
    #expect(try make(z0: 6)["radBhabhaB"] == 0)
    #expect(try make()["radBhabhaB"] == 1)
    #expect(try make(hits: 4)["radBhabha"] == 1)
    #expect(try make(hits: 4)["radBhabhaB"] == 0)
    var third = try make()
    third.track(1, theta: 90, phi: 90, charge: 1)
    #expect(third["radBhabha"] == 0)
  }

  @Test("Bhabhas with initial-state radiation: flat pairs with the missing momentum within 5 degrees of the beams")
  func initialStateRadiation() throws {
    func make(_ theta: Double, deltaPhi: Double = 179.9, momentum: Double = 3) throws -> Double {
      var event = try AssembledEvent()
      Self.pair(&event, momentum, theta: (theta, theta), deltaPhi: deltaPhi, energy: (0.9, 0.9))
      return event["isrRadBhabha"]
    }
    #expect(try make(60) == 1)
    #expect(try make(60, deltaPhi: 174) == 0)
    #expect(try make(60, momentum: 1.9) == 0)
    #expect(try make(60, momentum: 2.1) == 1)
    #expect(try make(89.9, deltaPhi: 176) == 0)
  }

  @Test("Vetoes of version B ask for tracks of version B")
  func versionB() throws {
    func muons(_ hits: UInt8) throws -> AssembledEvent {
      var event = try AssembledEvent()
      Self.pair(&event, 5, deltaPhi: 178, energy: (0.05, 0.05), hits: hits)
      return event
    }
    #expect(try muons(20)["muonPairV"] == 1 && muons(20)["muonPairVB"] == 1)
    #expect(try muons(4)["muonPairV"] == 1 && muons(4)["muonPairVB"] == 0)
    func radiating(_ hits: UInt8, third: Bool = false) throws -> AssembledEvent {
      var event = try AssembledEvent()
      // The second track lost momentum along its own direction.
      Self.pair(&event, 5.2, deltaPhi: 180, energy: (0.9, nil), second: 3, hits: hits)
      if third { event.track(0.5, theta: 90, phi: 90, charge: 1) }
      return event
    }
    #expect(try radiating(20)["eeBrem"] == 1 && radiating(20)["eeBremB"] == 1)
    #expect(try radiating(4)["eeBrem"] == 1 && radiating(4)["eeBremB"] == 0)
    // One or more tracks are enough for version B, where the other asks for two.
    #expect(try radiating(20, third: true)["eeBrem"] == 0 && radiating(20, third: true)["eeBremB"] == 1)
  }

  @Test("Flattened Bhabhas stand in the bin of their negative track, or of the cluster that stands for it")
  func flattened() throws {
    let edges: [Double] = [0, 19, 22, 25, 30, 35, 45, 60, 90, 180]
    for bin in 0..<9 {
      let theta = bin == 0 ? 17 : (edges[bin] + edges[bin + 1]) / 2
      var event = try AssembledEvent()
      event.track(5, theta: 90, phi: 0, charge: 1, energy: 0.9)
      let electron = Vector3(length: 4, theta: theta * Units.degree, phi: Double.pi)
      event.tracks.append(AssembledEvent.track(electron, charge: -1))
      event.tracks[1].chamberHits = 20
      guard event["selectee1leg1trk"] == 1 else {
        Issue.record("no pair at \(theta) degrees")
        continue
      }
      #expect(event["selectee"] == 1)
      for other in 0..<9 { #expect(event["eeFlat\(other)"] == (other == bin ? 1 : 0)) }
    }
    func leg(_ energy: Double, _ photon: Double, charge: Int) throws -> AssembledEvent {
      var event = try AssembledEvent()
      event.track(4, theta: 60, phi: 0, charge: charge, energy: energy / 4)
      event.photon(photon, theta: 120, phi: 180)
      return event
    }
    #expect(try leg(1.4, 4, charge: 1)["selectee1leg1clst"] == 0)
    #expect(try leg(1.6, 4, charge: 1)["selectee1leg1clst"] == 1)
    #expect(try leg(1.6, 1.5, charge: 1)["selectee1leg1clst"] == 0)
    // 60 degrees in the centre of mass is 45 to 60 in the laboratory, 120 is 90 to 180.
    #expect(try leg(1.6, 4, charge: -1)["eeFlat5"] + leg(1.6, 4, charge: -1)["eeFlat6"] == 1)
    #expect(try leg(1.6, 4, charge: 1)["eeFlat8"] == 1)
  }

  @Test("Bhabhas with one cluster: heavy pairs, one leg full, the other empty")
  func oneCluster() throws {
    func make(_ momentum: Double, _ first: Double, _ second: Double) throws -> Double {
      var event = try AssembledEvent()
      Self.pair(&event, momentum, deltaPhi: 180, energy: (first / momentum, second / momentum))
      return event["eeOneClust"]
    }
    #expect(try make(5, 4.6, 0.9) == 1)
    #expect(try make(5, 4.4, 0.9) == 0)
    #expect(try make(5, 4.6, 1.1) == 0)
    #expect(try make(4.45, 4.6, 0.9) == 0)
  }

  @Test("Single-tag mesons: one track against two photons, split at 0.7 GeV")
  func singleTag() throws {
    func make(
      half opening: Double = 5, energy: Double = 2, tag: Double = 0.9, phi: Double = 180, z0: Float = 0,
      theta: Double = 60
    ) throws -> AssembledEvent {
      var event = try AssembledEvent()
      event.track(tag, theta: theta, phi: phi, charge: -1, z0: z0)
      event.photon(energy / 2, theta: 90, phi: opening)
      event.photon(energy / 2, theta: 90, phi: -opening)
      return event
    }
    // Mass of two equal photons: E sin(half opening angle).
    #expect(try make()["singleTagLowMass"] == 1 && make()["singleTagHighMass"] == 0)
    #expect(try make(half: 25)["singleTagLowMass"] == 0 && make(half: 25)["singleTagHighMass"] == 1)
    #expect(try make(tag: 0.79)["singleTagLowMass"] == 0)
    #expect(try make(phi: 159)["singleTagLowMass"] == 0)
    #expect(try make(phi: 161)["singleTagLowMass"] == 1)
    #expect(try make(energy: 0.95)["singleTagLowMass"] == 0)
    #expect(try make(energy: 5.6)["singleTagLowMass"] == 0)
    #expect(try make(energy: 5.5)["singleTagLowMass"] == 1)
    // Polar angles that add up to 180 degrees look like a pair of tracks.
    #expect(try make(theta: 85)["singleTagLowMass"] == 0)
    #expect(try make(z0: 6)["singleTagLowMass"] == 1 && make(z0: 6)["singleTagLowMassB"] == 0)
    #expect(try make()["singleTagLowMassB"] == 1 && make(half: 25)["singleTagHighMassB"] == 1)
    var second = try make()
    second.track(0.5, theta: 90, phi: 90, charge: 1)
    #expect(second["singleTagLowMass"] == 0)
  }

  @Test("The displaced-vertex variable: leading tracks with a hit, 3 to 60 cm, 30 to 120 degrees, no cosmic muon")
  func displacedVertex() throws {
    func make(
      rho: Float = 10, z: Float = 5, probability: Float = 0.5, hits: UInt8 = 20, phi: Double = 60, other: Bool = false
    ) throws -> Double {
      var event = try AssembledEvent()
      event.track(1, theta: 90, phi: 0, charge: 1, z0: 80, hits: hits)
      event.track(1, theta: 90, phi: phi, charge: -1)
      if other { event.track(2, theta: 90, phi: 200, charge: -1) }
      event.vertex(0, 1) {
        $0.rho = rho
        $0.z = z
        $0.probability = probability
      }
      return event["displacedVertex"]
    }
    #expect(try [2.9, 3.1, 59.9, 60.1].map { try make(rho: $0) } == [0, 1, 1, 0])
    #expect(try [0.0049, 0.0051].map { try make(probability: $0) } == [0, 1])
    // Polar angle of the position: 10 cm from the axis at 17.4 and 17.2 cm is 29.9 and 30.2 degrees; at -5.7 and -5.8, 119.7 and 120.1.
    #expect(try [17.4, 17.2, -5.7, -5.8].map { try make(z: $0) } == [0, 1, 1, 0])
    #expect(try make(hits: 0) == 0)
    // A faster track of the same charge, which has no vertex, takes the place.
    #expect(try make(other: true) == 0)
    // Back to back in the laboratory needs both angles: the boost opens the polar ones.
    var cosmic = try AssembledEvent()
    cosmic.tracks = [
      AssembledEvent.track(Vector3(length: 2, theta: 1.2, phi: 1.5), charge: 1),
      AssembledEvent.track(Vector3(length: 2, theta: Double.pi - 1.2, phi: 1.5 - Double.pi + 0.1), charge: -1),
    ]
    for index in 0..<2 { cosmic.tracks[index].chamberHits = 20 }
    cosmic.vertex(0, 1) { _ in }
    #expect(cosmic["displacedVertex"] == 0)
    cosmic.tracks[1].phi0 += 0.1
    #expect(cosmic["displacedVertex"] == 1)
  }

  @Test("Every variable has a name, a summary and a step of its own in the vocabulary")
  func table() {
    let scalars = HighLevelVocabulary.belle2.vocabulary.scalars
    #expect(scalars.count { $0.availability == .built } > 130)
    #expect(Set(scalars.map(\.name)).count == scalars.count)
    #expect(scalars.allSatisfy { !$0.summary.isEmpty })
  }

  @Test("A variable has the same value whether a menu asks for it alone or for all of them")
  func alone() throws {
    var random = CounterRandom(seed: 4, experiment: 1, run: 1, event: 0, purpose: .generation)
    func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.uniform() }
    var compared = 0
    for _ in 0..<12 {
      var event = try AssembledEvent()
      for number in 0..<Int(uniform(1, 5)) {
        event.track(
          uniform(0.3, 5.3), theta: uniform(20, 160), phi: uniform(-180, 180), charge: number % 2 == 0 ? 1 : -1,
          energy: uniform(0, 1) < 0.7 ? uniform(0.05, 1.1) : nil, z0: Float(uniform(-3, 3)), d0: Float(uniform(-1, 1)))
      }
      for _ in 0..<Int(uniform(0, 5)) {
        event.photon(uniform(0.1, 5), theta: uniform(20, 150), phi: uniform(-180, 180))
      }
      let all = event.values
      let calculation = FilterCalculation(beams: event.beams)
      for (name, value) in all {
        let alone = calculation.values(
          tracks: event.tracks, clusters: event.clusters, vertices: event.vertices, only: [name])
        #expect(alone == [name: value], "\(name)")
        compared += 1
      }
    }
    #expect(compared > 1000)
  }
}
